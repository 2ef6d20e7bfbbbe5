"""Results: what the stages found, as the published frames of SPEC 6."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.exact import Exact, in_parts, quotient
from recon.match.messages import plain, with_messages
from recon.tables import ALLOCATIONS, DISCREPANCIES, EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.match.allocate import Allocation
    from recon.tables import Table

SHOWN_RECEIPTS = 5


def invoice_results(
    lines: pl.DataFrame, active: pl.DataFrame, allocation: Allocation, orders: pl.DataFrame
) -> pl.DataFrame:
    """Return all invoice lines with price variance, allocation and their order's figures; set-aside lines have none."""
    priced = active.select("line_id", "price_variance", "price_variance_amount")
    figures = orders.select(
        "order_id",
        pl.col("received").alias("received"),
        pl.when("by_amount").then("amount").otherwise("quantity").cast(EXACT).alias("ordered_now"),
    )
    joined = lines.join(priced, on="line_id", how="left", maintain_order="left")
    joined = joined.join(_running_figures(allocation, active), on="line_id", how="left", maintain_order="left")
    return joined.join(figures, on="order_id", how="left", maintain_order="left").with_columns(
        pl.col("order_policy").alias("policy"),
        *(
            pl.when(~pl.col("set_aside")).then(c).alias(name)
            for c, name in (("received", "received"), ("ordered_now", "ordered"))
        ),
    )


def _running_figures(allocation: Allocation, lines: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, invoiced_before and quantity_variance (EXACT) of lines that take part.

    The variance is what is invoiced so far less what the policy goes by: received, for two_way and none what was ordered.
    """
    policies = lines.select("line_id", "order_policy", "source", "row")
    totals = allocation.orders.select("order_id", "ordered", received_net="received")
    joined = allocation.lines.drop("source", "row").join(policies, on="line_id").join(totals, on="order_id")
    return in_parts(joined, "line_id", _figures)


def _figures(lines: pl.DataFrame) -> pl.DataFrame:
    unit = Exact.of(lines["unit"])
    by_receipt = lines["order_policy"].is_in(["three_way", "four_way"])
    base = Exact.of(lines["received_net"]).where(by_receipt, Exact.of(lines["ordered"]))
    return lines.select(
        "line_id",
        quotient(Exact.of(lines["before"]), unit).alias("invoiced_before"),
        quotient(Exact.of(lines["cum"]) - base, unit).alias("quantity_variance"),
    )


def allocations(allocation: Allocation, lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return ALLOCATIONS: which receipts each invoice line uses, with both rows' places."""
    theirs = receipts.select("receipt_id", "receipt_number", "receipt_line", receipt_source="source", receipt_row="row")
    ours = lines.select(
        "line_id",
        "invoice_number",
        "invoice_line",
        po_number="order_po_number",
        po_line="order_po_line",
        invoice_source="source",
        invoice_row="row",
    )
    used = allocation.uses.join(ours, on="line_id", how="left", maintain_order="left").join(
        theirs, on="receipt_id", how="left", maintain_order="left"
    )
    placed = used.with_columns(source="invoice_source", row="invoice_row")
    shown = in_parts(placed, "line_id", lambda part: part.with_columns(_in_order_unit(part).alias("quantity")))
    return ALLOCATIONS.cast(shown).select(*ALLOCATIONS.columns, "line_id", "receipt_id", "used", "unit")


def _in_order_unit(used: pl.DataFrame) -> pl.Series:
    return quotient(Exact.of(used["used"]), Exact.of(used["unit"]))


def receipts_in_words(used: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, receipts: `5000000012/1 x 7, 5000000019/1 x 3`."""
    line = pl.when(pl.col("receipt_line").is_null()).then(pl.lit("")).otherwise(pl.format("/{}", "receipt_line"))
    words = pl.format("{}{} x {}", "receipt_number", line, plain("quantity"))
    return used.group_by("line_id").agg(words.str.join(", ").alias("receipts"))


def quantities_used(used: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return receipts with `quantity_used`, in the receipt's own unit of measure (0 where nothing uses it)."""
    summed = used.group_by("receipt_id").agg(pl.col("used").sum(), pl.col("unit").first())
    joined = receipts.join(summed, on="receipt_id", how="left", maintain_order="left")
    return in_parts(joined, "receipt_id", _in_own_unit)


def _in_own_unit(receipts: pl.DataFrame) -> pl.DataFrame:
    shares = receipts["order_by_amount"].fill_null(value=False) & (receipts["order_quantity"] != 0).fill_null(
        value=False
    )
    one = Exact.ones(receipts.height)
    top = Exact.of(receipts["used"]).fill(0) * Exact.of(receipts["factor_den"]).fill(1)
    bottom = Exact.of(receipts["unit"]).fill(1) * Exact.of(receipts["factor_num"]).fill(1)
    of, whole = (Exact.of(receipts[c]).where(shares, one) for c in ("order_amount", "order_quantity"))
    return receipts.with_columns(quotient(top * whole, bottom * of).alias("quantity_used"))


def receipt_numbers(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return order_id, receipt_numbers: the receipts of each order line in words, for messages."""
    linked = receipts.filter(pl.col("order_id").is_not_null())
    numbers = pl.col("receipt_number").unique(maintain_order=True)
    more = (
        pl.when(numbers.len() > SHOWN_RECEIPTS)
        .then(pl.format(" and {} more", numbers.len() - SHOWN_RECEIPTS))
        .otherwise(pl.lit(""))
    )
    return linked.group_by("order_id").agg(
        pl.concat_str(numbers.head(SHOWN_RECEIPTS).str.join(", "), more).alias("receipt_numbers")
    )


# -- discrepancies -----------------------------------------------------------------------------------------------

DISCREPANCY_ORDER = ["group_id", "supplier_id", "invoice_number", "invoice_line", "po_number", "po_line", "receipt_number", "code", "source", "row"]  # fmt: skip
FACTS = ("supplier_id", "supplier_name", "invoice_number", "invoice_line", "po_number", "po_line", "receipt_number", "currency", "item", "description", "line_type", "cited", "order_id", "group_id", "source", "row")  # fmt: skip


def discrepancies(found: pl.DataFrame, facts: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return DISCREPANCIES (without ids) and `group_id`, in order, from findings beyond their limits and the facts of their lines."""
    beyond = (
        found.filter("beyond")
        .join(facts, on=["kind", "id"], how="left")
        .join(receipt_numbers(receipts), on="order_id", how="left")
    )
    shown = with_messages(beyond).with_columns(
        pl.coalesce(plain("expected"), pl.col("expected_date").cast(pl.String)).alias("expected"),
        pl.coalesce(plain("actual"), pl.col("actual_date").cast(pl.String)).alias("actual"),
    )
    found = DISCREPANCIES.cast(shown).select(*DISCREPANCIES.columns, "group_id")
    return found.sort(DISCREPANCY_ORDER, nulls_last=True, maintain_order=True)


def facts(lines: pl.DataFrame, receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return kind, id and FACTS of every line that a finding may be about."""
    ours = {"po_number": "order_po_number", "po_line": "order_po_line", "cited": "po_number"}
    linked = pl.coalesce("order_po_number", "po_number"), pl.coalesce("order_po_line", "po_line")
    cited = (
        frame.with_columns(linked[0].alias("order_po_number"), linked[1].alias("order_po_line"))
        for frame in (lines, receipts)
    )
    invoice_lines, receipt_lines = cited
    receipt_facts = _facts(
        receipt_lines,
        "receipt",
        "receipt_id",
        ours | {"supplier_id": "order_supplier_id", "currency": "order_currency"},
    )
    return pl.concat(
        [_facts(invoice_lines, "invoice", "line_id", ours), receipt_facts, _facts(orders, "order", "order_id", {})]
    )


def _facts(lines: pl.DataFrame, kind: str, id_column: str, named: dict[str, str]) -> pl.DataFrame:
    types = {**DISCREPANCIES.columns, "order_id": pl.Int64}
    chosen = []
    for fact in FACTS:
        column = named.get(fact, fact)
        value = pl.col(column) if column in lines.columns else pl.lit(None, pl.String)
        chosen.append(value.cast(types.get(fact, pl.String)).alias(fact))
    return lines.select(pl.lit(kind).alias("kind"), pl.col(id_column).alias("id"), *chosen)


def shaped(lines: pl.DataFrame, table: Table, read: Sequence[str], *beside: str) -> pl.DataFrame:
    """Return the table's columns, those carried through of the columns `read`, and what stands `beside` them."""
    carried = [c for c in read if c not in table.columns and c in lines.columns]
    return table.cast(lines).select(*table.columns, *carried, *beside)
