"""Normalise: rows as read become lines that compare: keys, the third of two numbers, signs, defaults; or rejects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.exact import Exact, divide, group_sums, in_parts
from recon.match.keys import key, line_key, natural_rank, number_key
from recon.tables import EXACT, INVOICE_LINES, LEFT_OUT, ORDER_LINES, RECEIPT_LINES, REJECTS, Sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules import Rules

VALUE_LIMIT = pl.lit(Decimal(10) ** 15, pl.Decimal(38, 0))
QUANTITY_LIMIT = pl.lit(Decimal(10) ** 12, pl.Decimal(38, 0))
ORDER_KEY = ("company_key", "po_key", "po_line_key")
THREE = ("quantity", "unit_price", "amount")
LAST_DATE = date(9999, 12, 31)
DATED = {
    "order_lines": ("order_date", "po_number", "po_line"),
    "receipt_lines": ("receipt_date", "receipt_number", "receipt_line"),
    "invoice_lines": ("invoice_date", "invoice_number", "invoice_line"),
}


@dataclass(frozen=True)
class Normalised:
    """Lines with their comparison keys (`*_key`) and an integer id each, in an order that input order cannot change."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    rejects: pl.DataFrame
    left_out: pl.DataFrame


def normalise(sources: Sources, rules: Rules, as_of: date | None = None) -> Normalised:
    """Return comparable lines; what is dated after `as_of` is left out, what cannot be completed is a reject."""
    kept, left_out = leave_out(sources, as_of)
    orders, bad_orders = _split(_order_lines(kept.order_lines, rules.base_currency), "order_lines")
    invoices, bad_invoices = _split(_invoice_lines(kept.invoice_lines), "invoice_lines")
    return Normalised(
        order_lines=_marked(_numbered(orders, "order_id", orders.select(ORDER_KEY).get_columns(), ["source", "row"])),
        receipt_lines=_receipt_lines(kept.receipt_lines),
        invoice_lines=_in_order_of_allocation(_signed(invoices)),
        rejects=pl.concat([REJECTS.cast(kept.rejects).select(*REJECTS.columns), bad_orders, bad_invoices]),
        left_out=left_out,
    )


def leave_out(sources: Sources, as_of: date | None) -> tuple[Sources, pl.DataFrame]:
    """Return the sources without rows dated after `as_of`, and those rows as LEFT_OUT."""
    if as_of is None:
        return sources, LEFT_OUT.empty()
    kept, left = {}, []
    for table, (dated, number, line) in DATED.items():
        frame = getattr(sources, table)
        later = (pl.col(dated) > as_of).fill_null(value=False)
        kept[table] = frame.filter(~later)
        left.append(_left_out_rows(frame.filter(later), table, dated, number, line, as_of))
    return replace(sources, **kept), pl.concat(left)


def _left_out_rows(frame: pl.DataFrame, table: str, dated: str, number: str, line: str, as_of: date) -> pl.DataFrame:
    named = frame.with_columns(
        pl.lit(table).alias("table"),
        pl.col(number).alias("number"),
        pl.col(line).alias("line"),
        pl.col(dated).alias("date"),
        pl.lit(f"{dated} is after {as_of.isoformat()}").alias("reason"),
    )
    return LEFT_OUT.cast(named).select(*LEFT_OUT.columns)


def _split(frame: pl.DataFrame, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines without a `reason`, and the others as REJECTS."""
    bad = frame.filter(pl.col("reason").is_not_null()).with_columns(pl.lit(table).alias("table"))
    return frame.filter(pl.col("reason").is_null()).drop("reason", "column"), REJECTS.cast(bad).select(*REJECTS.columns)


# -- orders and receipts -----------------------------------------------------------------------------------------


def _order_lines(frame: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    by_quantity = pl.col("quantity").is_not_null() & pl.col("unit_price").is_not_null()
    return (
        ORDER_LINES.cast(frame)
        .with_columns(
            pl.col("price_unit").fill_null(1),
            pl.col("currency").fill_null(base_currency),
            key("company").alias("company_key"),
            number_key("po_number").alias("po_key"),
            line_key("po_line").alias("po_line_key"),
            key("item").alias("item_key"),
            key("uom").alias("uom_key"),
            (~by_quantity).alias("by_amount"),
        )
        .with_columns(
            pl.when(~by_quantity & pl.col("amount").is_null())
            .then(pl.lit("neither quantity and unit price nor an amount is given"))
            .when(_too_valuable())
            .then(pl.lit("quantity x unit price is 10^15 or more, past what an amount may be"))
            .when(pl.col("po_key").is_null() | pl.col("po_line_key").is_null())
            .then(pl.lit("the order number or line has no letter or digit"))
            .alias("reason"),
            pl.lit("quantity").alias("column"),
        )
    )


def _marked(orders: pl.DataFrame) -> pl.DataFrame:
    """Mark rows whose key stands more than once (`repeated`), those that count, and those of unequal content.

    `order_key` is the least id of the key. Of equal rows the first counts; of unequal ones (`contradicted`) none does.
    """
    content = [c for c in ORDER_LINES.columns if c not in ("source", "row")]
    keyed = orders.with_columns(
        pl.col("order_id").min().over(ORDER_KEY).alias("order_key"), (pl.len().over(ORDER_KEY) > 1).alias("repeated")
    )
    unequal = keyed.filter("repeated").unique(["order_key", *content]).filter(pl.col("order_key").is_duplicated())
    contradicted = pl.col("order_key").is_in(unequal.get_column("order_key").implode())
    return keyed.with_columns(contradicted.alias("contradicted")).with_columns(
        (~pl.col("contradicted") & (pl.col("order_id") == pl.col("order_key"))).alias("counts")
    )


def _receipt_lines(frame: pl.DataFrame) -> pl.DataFrame:
    keyed = RECEIPT_LINES.cast(frame).with_columns(
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        key("uom").alias("uom_key"),
    )
    by = ("receipt_date", "receipt_number", "receipt_line")
    others = [c for c in RECEIPT_LINES.columns if c not in (*by, "source", "row")]
    return _numbered(keyed, "receipt_id", keyed.select(by).get_columns(), [*others, "source", "row"])


# -- invoices ----------------------------------------------------------------------------------------------------


def _invoice_lines(frame: pl.DataFrame) -> pl.DataFrame:
    keyed = INVOICE_LINES.cast(frame).with_columns(
        pl.col("price_unit").fill_null(1),
        pl.col("line_type").fill_null("item"),
        pl.col("currency").alias("currency_read"),
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        key("uom").alias("uom_key"),
        pl.col("invoice_number").str.strip_chars().alias("number"),
        pl.coalesce(key("supplier_id"), key("supplier_name"), key("supplier_vat_id"), key("iban")).alias("party_key"),
        _derived().alias("derived"),
    )
    complete = keyed.with_columns(_underivable().alias("reason"), pl.lit("quantity").alias("column"))
    return _completed(complete)


def _derived() -> pl.Expr:
    """Return which of the three numbers the other two give; null where all are given or the line needs none."""
    missing = [pl.col(c).is_null() for c in THREE]
    one = pl.sum_horizontal(m.cast(pl.Int8) for m in missing) == 1
    return (
        pl.when(one & missing[0] & (pl.col("unit_price") != 0))
        .then(pl.lit("quantity"))
        .when(one & missing[1] & (pl.col("quantity") != 0))
        .then(pl.lit("unit_price"))
        .when(one & missing[2])
        .then(pl.lit("amount"))
    )


def _underivable() -> pl.Expr:
    given = pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.Int8) for c in THREE)
    is_item = pl.col("line_type") == "item"
    enough = pl.when(is_item).then(given >= 2).otherwise(pl.col("amount").is_not_null() | (given >= 2))
    zero = is_item & (given == 2) & pl.col("derived").is_null()
    priced_out = pl.col("amount").abs() >= pl.col("quantity").abs() * QUANTITY_LIMIT
    counted_out = pl.col("amount").abs() * pl.col("price_unit") >= pl.col("unit_price").abs() * QUANTITY_LIMIT
    return (
        pl.when(~enough)
        .then(pl.lit("of quantity, unit price and amount two are needed"))
        .when(zero)
        .then(pl.lit("a number cannot be derived by dividing by 0"))
        .when(_too_valuable())
        .then(pl.lit("quantity x unit price is 10^15 or more, past what an amount may be"))
        .when(priced_out & (pl.col("derived") == "unit_price"))
        .then(pl.lit("the unit price comes to 10^12 or more"))
        .when(counted_out & (pl.col("derived") == "quantity"))
        .then(pl.lit("the quantity comes to 10^12 or more"))
    )


def _too_valuable() -> pl.Expr:
    """Return whether quantity x unit price / price unit is past what an amount may be (the product has ten places)."""
    value = (pl.col("quantity") * pl.col("unit_price")).abs()
    return value >= pl.coalesce(pl.col("price_unit"), pl.lit(1)) * VALUE_LIMIT


def _completed(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the derived number of each line, as EXACT: what ends is exact, a quotient that does not has 10 places."""
    exact = frame.with_columns(pl.col(THREE).cast(EXACT), pl.int_range(pl.len()).alias("_row"))
    return in_parts(exact, "_row", _derive).drop("_row")


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the third number; `endless` names it where its quotient does not end, so that comparisons keep the fraction."""
    derivable = frame.filter(pl.col("derived").is_not_null() & pl.col("reason").is_null())
    results = [_thirds(derivable.filter(pl.col("derived") == c), c) for c in THREE]
    thirds = pl.concat(results)
    joined = frame.join(thirds, on="_row", how="left", maintain_order="left")
    filled = (pl.when(pl.col("derived") == c).then(pl.col("third")).otherwise(pl.col(c)).alias(c) for c in THREE)
    return joined.with_columns(*filled, pl.when(~pl.col("ends")).then("derived").alias("endless")).drop("third", "ends")


def _thirds(lines: pl.DataFrame, missing: str) -> pl.DataFrame:
    quantity, price, amount, unit = (Exact.of(lines[c]) for c in (*THREE, "price_unit"))
    fractions = {
        "quantity": (amount * unit, price),
        "unit_price": (amount * unit, quantity),
        "amount": (quantity * price, unit),
    }
    third, ends = divide(*fractions[missing])
    return lines.select("_row", third.alias("third"), ends.alias("ends"))


def _signed(frame: pl.DataFrame) -> pl.DataFrame:
    """Name each document's type and make credit notes negative, however the export signs them."""
    sums = _document_sums(frame, pl.col("document_type").is_null())
    below = (sums < 0).fill_null(value=False)
    kind = pl.when(below).then(pl.lit("credit_note")).otherwise(pl.lit("invoice"))
    named = frame.with_columns(pl.coalesce("document_type", kind).alias("document_type"))
    credit = pl.col("document_type") == "credit_note"
    turn = credit & (_document_sums(named, credit) > 0).fill_null(value=False)
    totals = ("invoice_net", "invoice_tax", "invoice_total")
    flipped = named.with_columns(
        *(pl.when(turn).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in ("quantity", "amount", "tax_amount")),
        *(pl.when(credit).then(-pl.col(c).abs()).otherwise(pl.col(c)).alias(c) for c in totals),
    )
    return _positive_prices(flipped, credit).drop("party_key")


def _document_sums(frame: pl.DataFrame, which: pl.Expr) -> pl.Series:
    """Return for each line that `which` holds for the sum of such lines of its company, supplier and number."""
    document = ["company_key", "party_key", "number"]
    sums = group_sums(frame.filter(which), document, "amount").rename({"amount": "document_sum"})
    joined = frame.select(*document, which.alias("which")).join(
        sums, on=document, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(pl.when("which").then("document_sum")).to_series()


def _positive_prices(frame: pl.DataFrame, credit: pl.Expr) -> pl.DataFrame:
    negative = credit & (pl.col("unit_price") < 0)
    return frame.with_columns(
        pl.when(negative).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in ("quantity", "unit_price")
    )


def _in_order_of_allocation(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by date, number, line, type and content, and number the lines: `line_id` is the order of SPEC 3, Allocate."""
    values = ("document_type", "quantity", "unit_price", "amount")
    last = ("invoice_number", "invoice_line", "source", "row")
    others = [c for c in INVOICE_LINES.columns if c not in ("invoice_date", *values, *last)]
    by = [
        frame["invoice_date"].fill_null(LAST_DATE),
        natural_rank(frame["number"]),
        natural_rank(frame["invoice_line"]),
    ]
    return _numbered(frame, "line_id", by, [*values, *others, *last])


def _numbered(frame: pl.DataFrame, name: str, by: Sequence[pl.Series], ties: Sequence[str]) -> pl.DataFrame:
    """Sort by the columns `by` and number the rows; content, `ties`, is compared only where rows are equal in `by`."""
    keys = pl.DataFrame([one.alias(str(place)) for place, one in enumerate(by)])
    equal = keys.is_duplicated()
    tied = frame.select(ties).filter(equal).with_row_index("_at")
    turn = tied.sort(ties, maintain_order=True).with_row_index("_turn").sort("_at").get_column("_turn")
    turns = pl.zeros(frame.height, turn.dtype, eager=True).scatter(equal.arg_true(), turn)
    order = keys.with_columns(turns.alias("_turn")).with_row_index("_at").sort(*keys.columns, "_turn")["_at"]
    return frame[order].with_row_index(name).with_columns(pl.col(name).cast(pl.Int64))
