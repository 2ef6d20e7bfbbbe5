"""Documents: what lines tell together: signs of credit notes, order rows with one key, and the order of allocation."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import group_sums
from recon.match.normalise.order import in_order_of_allocation, numbered
from recon.tables import COUNT, INVOICE_LINES, MONEY, ORDER_LINES, RECEIPT_LINES, TOTAL

ORDER_KEY = ("company_key", "po_key", "po_line_key")


def ordered(lines: pl.DataFrame) -> pl.DataFrame:
    """Return order lines with `order_id`, a number in the order of group and key, and which of them count.

    `repeated`: the key stands more than once. `order_key` is the least id of the key. Of equal rows the first `counts`;
    of unequal ones (`contradicted`) none does.
    """
    by = lines.select("group_id", *ORDER_KEY).get_columns()
    return _marked(numbered(lines, "order_id", by, ["source", "row"]))


def _marked(orders: pl.DataFrame) -> pl.DataFrame:
    content = [c for c in ORDER_LINES.columns if c not in ("source", "row")]
    keyed = orders.with_columns(
        pl.col("order_id").min().over(ORDER_KEY).alias("order_key"), (pl.len().over(ORDER_KEY) > 1).alias("repeated")
    )
    unequal = keyed.filter("repeated").unique(["order_key", *content]).filter(pl.col("order_key").is_duplicated())
    contradicted = pl.col("order_key").is_in(unequal.get_column("order_key").implode())
    return keyed.with_columns(contradicted.alias("contradicted")).with_columns(
        (~pl.col("contradicted") & (pl.col("order_id") == pl.col("order_key"))).alias("counts")
    )


def received(lines: pl.DataFrame) -> pl.DataFrame:
    """Return receipt lines with `receipt_id`: a number in the order of group (none last), date, number and content."""
    by = ("receipt_date", "receipt_number", "receipt_line")
    others = [c for c in RECEIPT_LINES.columns if c not in (*by, "source", "row")]
    turn = lines.select(pl.col("group_id").is_null().alias("loose"), "group_id", *by).get_columns()
    return numbered(lines, "receipt_id", turn, [*others, "source", "row"])


def invoiced(lines: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines with `document_type` and the signs it means, and `line_id`: group by group in the order of allocation."""
    return in_order_of_allocation(_signed(lines))


def _signed(frame: pl.DataFrame) -> pl.DataFrame:
    """Name each document's type and make credit notes negative, however the export signs them."""
    sums = _document_sums(frame, pl.col("document_type").is_null())
    below = (sums < 0).fill_null(value=False)
    kind = pl.when(below).then(pl.lit("credit_note")).otherwise(pl.lit("invoice"))
    named = frame.with_columns(pl.coalesce("document_type", kind).alias("document_type"))
    credit = pl.col("document_type") == "credit_note"
    turn = credit & (_document_sums(named, credit) > 0).fill_null(value=False)
    flipped = named.with_columns(
        *(pl.when(turn).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in INVOICE_LINES.of(COUNT, MONEY)),
        *(pl.when(credit).then(-pl.col(c).abs()).otherwise(pl.col(c)).alias(c) for c in INVOICE_LINES.of(TOTAL)),
    )
    return _positive_prices(flipped, credit).drop("party_key")


def _document_sums(frame: pl.DataFrame, which: pl.Expr) -> pl.Series:
    """Return for each line that `which` holds for the sum of such lines of its company, supplier and number."""
    document = ["group_id", "company_key", "party_key", "number"]
    sums = group_sums(frame.filter(which), document, "amount").rename({"amount": "document_sum"})
    joined = frame.select(*document, which.alias("which")).join(
        sums, on=document, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(pl.when("which").then("document_sum")).to_series()


def _positive_prices(frame: pl.DataFrame, credit: pl.Expr) -> pl.DataFrame:
    """Make the prices of credit notes positive, and their quantities of one sign with the amount.

    Some exports sign the amount alone: 10 at 3.00 is -30.00.
    """
    quantity, negative = pl.col("quantity"), credit & (pl.col("unit_price") < 0)
    signed = (
        pl.when(credit & (pl.col("amount") < 0))
        .then(-quantity.abs())
        .when(credit & (pl.col("amount") > 0))
        .then(quantity.abs())
        .when(negative)
        .then(-quantity)
        .otherwise(quantity)
    )
    price = pl.when(negative).then(-pl.col("unit_price")).otherwise("unit_price")
    return frame.with_columns(signed.alias("quantity"), price.alias("unit_price"))
