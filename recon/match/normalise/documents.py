"""Documents: what lines tell together: signs of credit notes, order rows with one key, and the order of allocation."""

from __future__ import annotations

import polars as pl

from recon.match.normalise.order import in_order_of_allocation, numbered
from recon.match.normalise.signs import signed
from recon.tables import ORDER_LINES, RECEIPT_LINES

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
    return in_order_of_allocation(signed(lines))
