"""Extra lines: freight, charges and discounts that stand in columns beside a line become lines of their own."""

from __future__ import annotations

import polars as pl

from recon.kinds import EXACT
from recon.match.documents import one_document
from recon.match.limits import minor_unit
from recon.match.normalise.complete import bills_nothing
from recon.match.normalise.order import in_order_of_allocation

COLUMNS = {"freight_amount": "freight", "charge_amount": "charge", "discount_amount": "discount"}
AS_GIVEN = ("group_id", "company_key", "party_key", "number", "document_type")
_OF_A_LINE = ("po_line", "po_line_key", "invoice_line")
_OF_AN_ORDER = ("po_number", "po_key")
_OF_THE_DOCUMENT = (
    "company", "document_type", "supplier_id", "supplier_name", "supplier_vat_id", "iban", "invoice_number",
    "document_id", "invoice_date", "posting_date", "due_date", "paid_date", "received_date", "payment_terms",
    "discount_date", "posted", "credited_invoice", "delivery_note", "currency", "invoice_net", "invoice_tax",
    "invoice_total", "source", "row", "company_key", "party_key", "number", "party_mark", "group_id", "currency_read",
)  # fmt: skip


def has_extras(frame: pl.DataFrame) -> pl.Series:
    """Return which lines have such a column that is not 0."""
    return frame.select(pl.any_horizontal(pl.col(c).fill_null(0) != 0 for c in COLUMNS)).to_series()


def with_extra_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with those that their columns add, and `of_row`: true on one line of each row.

    A column is the document's, once, where all its lines give it alike and their total counts it once; else each line's. A
    discount takes away from what it belongs to, however it is signed. What bills nothing but in such columns is they alone;
    where these are the document's and stand on another row, nothing is left of it (`silenced`).
    """
    if not has_extras(lines).any():
        return lines.with_columns(pl.lit(value=True).alias("of_row"))
    placed = lines.with_row_index("_at")
    marked = placed.with_columns(
        one_document(placed, AS_GIVEN, "_at").alias("_document"), has_extras(lines).alias("_extras")
    )
    told = _with_documents_own(marked.filter(pl.col("_extras").any().over("_document")))
    added = pl.concat([each for column in COLUMNS for each in (_of_documents(told, column), _of_lines(told, column))])
    silent = bills_nothing()
    base = lines.with_columns((~silent).alias("of_row")).filter(~silent)
    rows = _as_lines(added, lines)
    alone = rows[["source", "row"]].join(base[["source", "row"]], on=["source", "row"], how="anti")
    first = pl.struct("source", "row").is_first_distinct()
    of_row = first & pl.struct("source", "row").is_in(alone.to_struct("_").implode())
    return pl.concat([base, rows.with_columns(of_row.alias("of_row"))])


def silenced(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `before` that bill nothing and have no line `after`."""
    silent = before.filter(bills_nothing())
    return silent if silent.is_empty() else silent.join(after, on=["source", "row"], how="anti")


def _with_documents_own(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `<column>_own`: the column is the whole document's; and `<column>_line`, `<column>_whole`: with its sign."""
    by = "_document"
    billed = pl.col("amount").fill_null(0)
    signs = {"_line": billed, "_whole": billed.sum().over(by)}
    signed = lines.with_columns(
        _signed(column, of).alias(f"{column}{name}") for column in COLUMNS for name, of in signs.items()
    ).with_columns(
        pl.col("currency").max().over(by).alias("_money"),
        *(((pl.col(c).n_unique().over(by) == 1) & (pl.col(c).fill_null(0) != 0)).alias(f"{c}_equal") for c in COLUMNS),
    )
    parts = [
        pl.when(f"{c}_equal").then(pl.col(f"{c}_whole")).otherwise(pl.col(f"{c}_line").sum().over(by)) for c in COLUMNS
    ]
    one_tax = pl.col("invoice_tax").drop_nulls().n_unique().over(by) == 1
    tax = (
        pl.when(one_tax)
        .then(pl.col("invoice_tax").max().over(by))
        .otherwise(pl.col("tax_amount").fill_null(0).sum().over(by))
    )
    total = pl.sum_horizontal(billed.sum().over(by), tax, *parts).cast(EXACT)
    one_total = (pl.col("invoice_total").n_unique().over(by) == 1) & pl.col("invoice_total").is_not_null()
    close = (pl.col("invoice_total").cast(EXACT) - total).abs() <= minor_unit("_money").cast(EXACT)
    one_money = pl.col("currency").drop_nulls().n_unique().over(by) < 2
    proven = (one_total & close & (pl.len().over(by) > 1) & one_money).fill_null(value=False)
    return signed.with_columns((pl.col(f"{c}_equal") & proven).alias(f"{c}_own") for c in COLUMNS)


def _signed(column: str, of: pl.Expr) -> pl.Expr:
    value = pl.col(column).fill_null(0)
    if column != "discount_amount":
        return value.cast(EXACT)
    return pl.when(of < 0).then(value.abs()).otherwise(-value.abs()).cast(EXACT)


def _of_lines(lines: pl.DataFrame, column: str) -> pl.DataFrame:
    mine = lines.filter(~pl.col(f"{column}_own"), pl.col(column).fill_null(0) != 0)
    return _kept(mine, column, f"{column}_line", (*_OF_THE_DOCUMENT, *_OF_AN_ORDER, *_OF_A_LINE))


def _of_documents(lines: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the column of whole documents, at their first line as allocated; of their order where they cite one alone."""
    mine = lines.filter(f"{column}_own")
    one_order = pl.col("po_key").n_unique().over("_document") == 1
    told = mine.with_columns(
        pl.col("amount").fill_null(0), *(pl.when(one_order).then(c).alias(c) for c in _OF_AN_ORDER)
    )
    first = in_order_of_allocation(told).unique("_document", keep="first", maintain_order=True)
    return _kept(first, column, f"{column}_whole", (*_OF_THE_DOCUMENT, *_OF_AN_ORDER))


def _kept(lines: pl.DataFrame, column: str, value: str, names: tuple[str, ...]) -> pl.DataFrame:
    wide = (*_OF_THE_DOCUMENT, *_OF_AN_ORDER, *_OF_A_LINE)
    return lines.select(
        *(pl.col(c) if c in names else pl.lit(None, lines.schema[c]).alias(c) for c in wide),
        pl.lit(COLUMNS[column]).alias("line_type"),
        pl.col(value).alias("amount"),
        pl.lit(1, lines.schema["price_unit"]).alias("price_unit"),
    )


def _as_lines(added: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return added lines with all the columns of `lines`."""
    return added.select(
        pl.col(c).cast(t) if c in added.columns else pl.lit(None, t).alias(c) for c, t in lines.schema.items()
    ).with_columns(pl.lit(value=False).alias("of_row"))
