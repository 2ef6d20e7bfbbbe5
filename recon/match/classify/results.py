"""Results: what the stages found, as the published frames of SPEC 6."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_RECEIPT, LINE
from recon.engine.exact import Exact, quotient
from recon.engine.joins import only, rows_of, where, with_columns_of
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.carried import CARRIED, carried
from recon.match.classify.english import ENGLISH
from recon.match.classify.hints import with_hints
from recon.match.classify.identity import BESIDE
from recon.match.classify.messages import with_messages
from recon.match.classify.wording import plain
from recon.result_tables import ALLOCATIONS, DISCREPANCIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.match.allocate.allocate import Allocation
    from recon.tables import Table

SHOWN_RECEIPTS = 5


def invoice_results(
    lines: pl.DataFrame, active: pl.DataFrame, allocation: Allocation, orders: pl.DataFrame
) -> pl.DataFrame:
    """Return all invoice lines with price variance, allocation and their order's figures; set-aside lines have none."""
    priced = active.select("line_id", "price_variance", "price_variance_amount", currency_meant="currency")
    figures = orders.select(
        "order_id",
        pl.col("received").alias("received"),
        pl.when("by_amount").then("amount").otherwise("quantity").cast(EXACT).alias("ordered_now"),
    )
    joined = with_columns_of(with_columns_of(lines, priced, "line_id"), _running_figures(allocation, active), "line_id")
    return with_columns_of(joined, figures, "order_id").with_columns(
        pl.col("order_policy").alias("policy"),
        pl.coalesce("currency", "currency_meant").alias("currency"),  # a bill by header has its order's
        *(
            pl.when(~pl.col("set_aside")).then(c).alias(name)
            for c, name in (("received", "received"), ("ordered_now", "ordered"))
        ),
    )


def _running_figures(allocation: Allocation, lines: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, invoiced_before and quantity_variance (EXACT) of lines that take part.

    The variance is what is invoiced so far less what the policy goes by: received, for two_way and none what was ordered.
    """
    policies = lines[["line_id", "order_policy", "source", "row"]]
    totals = allocation.orders.select("order_id", "ordered", received_net="received")
    running = allocation.lines[["line_id", "order_id", "unit", "before", "cum"]]
    return in_parts(
        with_columns_of(with_columns_of(running, policies, "line_id"), totals, "order_id"),
        "line_id",
        _figures,
        unbounded=True,
    )


def _figures(lines: pl.DataFrame) -> pl.DataFrame:
    unit = Exact.of(lines["unit"])
    by_receipt = lines["order_policy"].is_in(BY_RECEIPT)
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
    shown = in_parts(
        placed, "line_id", lambda part: part.with_columns(_in_order_unit(part).alias("quantity")), unbounded=True
    )
    return ALLOCATIONS.cast(shown)[[*ALLOCATIONS.columns, "line_id", "receipt_id", "used", "unit"]]


def _in_order_unit(used: pl.DataFrame) -> pl.Series:
    return quotient(Exact.of(used["used"]), Exact.of(used["unit"]))


def receipts_in_words(used: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, receipts: `5000000012/1 x 7, 5000000019/1 x 3`."""
    line = pl.when(pl.col("receipt_line").is_null()).then(pl.lit("")).otherwise(pl.format("/{}", "receipt_line"))
    words = pl.format("{}{} x {}", "receipt_number", line, plain("quantity"))
    worded = used.select("line_id", words.alias("receipts"))
    several = worded["line_id"].is_duplicated()  # most lines use one receipt: nothing is to be put together
    lists = worded.filter(several).group_by("line_id", maintain_order=True).agg("receipts")
    return pl.concat([worded.filter(~several), lists.with_columns(pl.col("receipts").list.join(", "))])


def quantities_used(used: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return receipts with `quantity_used`, in the receipt's own unit of measure (0 where nothing uses it).

    Added too: `quantity_counted` (null where it does not count), what the receipt counts for in its order's unit (an amount where that goes by amount).
    """
    summed = used.group_by("receipt_id").agg(pl.col("used").sum(), pl.col("unit").first())
    return in_parts(with_columns_of(receipts, summed, "receipt_id"), "receipt_id", _in_own_unit, unbounded=True)


def _in_own_unit(receipts: pl.DataFrame) -> pl.DataFrame:
    shares = receipts["order_by_amount"].fill_null(value=False) & (receipts["order_quantity"] != 0).fill_null(
        value=False
    )
    one = Exact.ones(receipts.height)
    top = Exact.of(receipts["used"]).fill(0) * Exact.of(receipts["factor_den"]).fill(1)
    bottom = Exact.of(receipts["unit"]).fill(1) * Exact.of(receipts["factor_num"]).fill(1)
    of, whole = (Exact.of(receipts[c]).where(shares, one) for c in ("order_amount", "order_quantity"))
    counting = receipts.select(pl.when("counts").then("quantity")).to_series()
    counted = Exact.of(counting) * of * Exact.of(receipts["factor_num"])
    return receipts.with_columns(
        quotient(top * whole, bottom * of).alias("quantity_used"),
        quotient(counted, whole * Exact.of(receipts["factor_den"])).alias("quantity_counted"),
    )


def receipt_numbers(receipts: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return order_id, receipt_numbers: the receipts of each order line in words, for the messages `told` that name them."""
    telling = ENGLISH.codes_that_tell("receipt_numbers")
    if {*told["code"].unique()}.isdisjoint(telling):
        return pl.DataFrame(schema={"order_id": pl.Int64, "receipt_numbers": pl.String})
    wanted = where(only(told, ["order_id", "code"]), pl.col("code").is_in(telling))[["order_id"]].unique()
    linked = receipts[["order_id", "receipt_number"]].join(wanted, on="order_id", how="semi", maintain_order="left")
    listed = linked.unique(maintain_order=True).group_by("order_id", maintain_order=True).agg("receipt_number")
    numbers = pl.col("receipt_number").list
    more = (
        pl.when(numbers.len() > SHOWN_RECEIPTS)
        .then(pl.format(" and {} more", numbers.len() - SHOWN_RECEIPTS))
        .otherwise(pl.lit(""))
    )
    shown = numbers.head(SHOWN_RECEIPTS).list.join(", ")
    return listed.select("order_id", pl.concat_str(shown, more).alias("receipt_numbers"))


# -- discrepancies -----------------------------------------------------------------------------------------------

DISCREPANCY_ORDER = ["group_id", "supplier_id", "invoice_number", "invoice_line", "po_number", "po_line", "receipt_number", "code", "source", "row"]  # fmt: skip
_OF_FINDING = ("expected_date", "actual_date", "measure")
_OURS = {
    "cited": pl.col("po_number"),
    "item": pl.coalesce("item", "order_item"),
    **{c: pl.coalesce(f"order_{c}", c) for c in ("po_number", "po_line")},
}
_OF_KIND: Mapping[str, Mapping[str, pl.Expr]] = {
    "invoice": _OURS,
    "receipt": {**_OURS, **{c: pl.col(f"order_{c}") for c in ("supplier_id", "currency")}},
    "order": {},
}
"""What a line cites stands for the order it has not; of a receipt the supplier and currency are its order's."""
FACTS = tuple(dict.fromkeys(("supplier_id", "supplier_name", "invoice_number", "invoice_line", "po_number", "po_line", "receipt_number", "currency", "item", "description", "line_type", "cited", "order_id", "group_id", "source", "row", *(c for c in BESIDE if c not in _OF_FINDING))))  # fmt: skip


def discrepancies(
    found: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame, orders: pl.DataFrame
) -> pl.DataFrame:
    """Return findings beyond their limits as `with_ids` takes them, in order, from the lines of each kind."""
    facts = _with_facts(where(found, found["beyond"]), lines, receipts, orders)
    told = with_hints(facts, lines, receipts, orders)
    shown = with_messages(with_columns_of(told, receipt_numbers(receipts, told), "order_id")).with_columns(_shown())
    beside = (c for c in BESIDE if c not in DISCREPANCIES.columns)
    found = only(DISCREPANCIES.cast(shown), [*DISCREPANCIES.columns, "kind", "group_id", *beside])
    return found.sort(DISCREPANCY_ORDER, nulls_last=True, maintain_order=True)


@cache
def _shown() -> list[pl.Expr]:
    return [pl.coalesce(plain(c), pl.col(f"{c}_date").cast(pl.String)).alias(c) for c in ("expected", "actual")]


def _with_facts(found: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add to findings the FACTS of the lines that they are about; what a line cites stands for the order it has not."""
    told = (("invoice", "line_id", lines), ("receipt", "receipt_id", receipts), ("order", "order_id", orders))
    mine = (
        _facts(about, kind, id_column, frame)
        for kind, id_column, frame in told
        if (about := where(found, found["kind"] == kind)).height or kind == LINE
    )
    return pl.concat(mine).with_columns(pl.coalesce("at_risk_currency", "currency").alias("currency"))


def _facts(found: pl.DataFrame, kind: str, id_column: str, lines: pl.DataFrame) -> pl.DataFrame:
    there = tuple(lines.columns)
    needed, facts = _needed(kind, there)
    return found.hstack(
        rows_of(only(lines, list(dict.fromkeys((id_column, *needed)))), found["id"], id_column).select(facts)
    )


@lru_cache(64)
def _needed(kind: str, there: tuple[str, ...]) -> tuple[list[str], list[pl.Expr]]:
    """Return what of lines with the columns `there` tells the FACTS of their kind, and how."""
    types = {**BESIDE, **DISCREPANCIES.columns, "order_id": pl.Int64}
    told = {**{c: pl.col(c) for c in FACTS if c in there}, **_OF_KIND[kind]}
    facts = [told.get(c, pl.lit(None)).cast(types.get(c, pl.String)).alias(c) for c in FACTS]
    roots = {c for fact in facts for c in fact.meta.root_names()}
    return sorted(roots), facts


def shaped(lines: pl.DataFrame, table: Table, read: Sequence[str], *beside: str) -> pl.DataFrame:
    """Return the table's columns, those carried through of the columns `read`, and what stands `beside` them."""
    through = [CARRIED] if carried(read, table) and CARRIED in lines.columns else []
    return table.cast(lines)[[*table.columns, *through, *beside]]
