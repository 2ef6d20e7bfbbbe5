"""Duplicates: which invoice lines bill again what an earlier one of the same supplier billed, and which one that was."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import group_sums
from recon.engine.joins import rows_of, with_columns_of
from recon.match.keys import document_key

CONTENT = ["order_or_reference", "item_key", "quantity", "amount", "currency"]
"""What makes two lines equal."""
USED = ("line_id", "order_id", "invoice_id", "supplier_group", "document_type", "number", "invoice_line", "item_key", "quantity", "amount", "currency", "invoice_total")  # fmt: skip
FOUND = {"line_id": pl.Int64, "code": pl.String, "earlier_id": pl.Int64, "why": pl.String}


def duplicates(lines: pl.DataFrame, within_days: int) -> pl.DataFrame:
    """Return `line_id`, `code`, the line it repeats (`earlier_id`) and `why`, at most one row a line, the worst code.

    `lines` are all invoice lines with `line_id` (the order of allocation), `order_id` (null where not linked),
    `invoice_id`, `supplier_group` and the content columns.
    """
    dated = _dated(lines)
    documents = _documents(dated)
    certain = pl.concat([_repeated_documents(dated, documents), _repeated_rows(dated)])
    set_aside = certain.filter(pl.col("code") == "duplicate_invoice").select("line_id")
    renumbered = _other_numbers(dated.join(set_aside, on="line_id", how="anti"), documents, within_days)
    worst_first = pl.concat([certain, renumbered]).sort("line_id", "code", "earlier_id")
    return worst_first.unique("line_id", keep="first", maintain_order=True)


def _dated(lines: pl.DataFrame) -> pl.DataFrame:
    """Add the order of "earlier": posting date, else invoice date, absent last, then the order of allocation, as they come."""
    reference = pl.concat_str([pl.col("po_key"), pl.lit("/"), pl.col("po_line_key").fill_null("")])
    linked = pl.lit("#") + pl.col("order_id").cast(pl.String)
    return (
        lines.select(
            *USED,
            pl.coalesce("posting_date", "invoice_date").alias("dated"),
            pl.coalesce(linked, reference).alias("order_or_reference"),
            pl.col("invoice_date").dt.year().alias("year"),
        )
        .sort("dated", nulls_last=True, maintain_order=True)
        .with_row_index("rank")
        .with_columns(pl.col("rank").cast(pl.Int64))
    )


def _documents(dated: pl.DataFrame) -> pl.DataFrame:
    """Return the documents with `number_key`, their number in runs of letters and digits."""
    documents = dated.group_by("invoice_id").agg(
        pl.col("supplier_group", "document_type", "number").first(), pl.col("rank", "line_id", "year").min()
    )
    return documents.with_columns(document_key("number").alias("number_key"))


def _repeated_documents(dated: pl.DataFrame, all_documents: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of documents whose number stands on an earlier one of the supplier and type."""
    same = pl.struct("supplier_group", "document_type", "number_key")
    documents = all_documents.filter(same.is_duplicated())
    if documents.is_empty():
        return pl.DataFrame(schema=FOUND)
    lines = dated.join(documents.select("invoice_id"), on="invoice_id", how="semi")
    described = documents.join(_signatures(lines), on="invoice_id").sort("rank")
    number = ["supplier_group", "document_type", "number_key"]
    by_lines = _same_year_earlier(described, [*number, "lines_signature"], "by_lines")
    by_total = _same_year_earlier(by_lines, [*number, "total_signature"], "by_total")
    earlier = pl.coalesce("by_lines", "by_total")
    judged = by_total.with_columns(
        pl.when(earlier.is_not_null())
        .then(pl.lit("duplicate_invoice"))
        .otherwise(pl.lit("possible_duplicate"))
        .alias("code"),
        pl.coalesce(earlier, pl.col("line_id").first().over(number)).alias("earlier_id"),
        pl.when(pl.col("by_lines").is_not_null())
        .then(pl.lit("the same number and the same lines"))
        .when(pl.col("by_total").is_not_null())
        .then(pl.lit("the same number and the same total"))
        .otherwise(pl.lit("the same number, with other content or in another year"))
        .alias("why"),
    ).filter(pl.col("line_id") != pl.col("line_id").first().over(number))
    return (
        lines.select("line_id", "invoice_id")
        .join(judged.select("invoice_id", "code", "earlier_id", "why"), on="invoice_id")
        .select(*FOUND)
    )


def _signatures(lines: pl.DataFrame) -> pl.DataFrame:
    """Return per document one text for all its lines' content, in any order, and one for its total and currency.

    Total and currency are those that its lines agree on: without a total it is their sum, and a document in several
    currencies has no other's total.
    """
    content = pl.concat_str([pl.col(c).cast(pl.String).fill_null("\x00") for c in CONTENT], separator="\x1f")
    texts = (
        lines.with_columns(content.alias("content"))
        .group_by("invoice_id")
        .agg(
            pl.col("content").sort().str.join("\x1e").alias("lines_signature"),
            pl.col("invoice_total", "currency").min(),
            (pl.col("invoice_total").min() != pl.col("invoice_total").max()).alias("totals_differ"),
            (pl.col("currency").min() != pl.col("currency").max()).alias("currencies_differ"),
        )
    )
    summed = texts.join(group_sums(lines, ["invoice_id"], "amount"), on="invoice_id")
    agreed = pl.when(~pl.col("totals_differ")).then(pl.col("invoice_total").cast(summed.schema["amount"]))
    own = pl.when("currencies_differ").then(pl.col("invoice_id").cast(pl.String)).otherwise(pl.lit(""))
    parts = (pl.coalesce(agreed, "amount").cast(pl.String), pl.col("currency").fill_null("\x00"), own)
    money = pl.concat_str(parts, separator="\x1f")
    return summed.select("invoice_id", "lines_signature", money.alias("total_signature"))


def _same_year_earlier(documents: pl.DataFrame, group: list[str], name: str) -> pl.DataFrame:
    """Add the first line of the earliest document of the group in the same year; an absent year is in every year."""
    first_in_year = pl.col("line_id").first().over([*group, "year"])
    first_undated = pl.col("line_id").filter(pl.col("year").is_null()).first().over(group)
    undated_rank = pl.col("rank").filter(pl.col("year").is_null()).first().over(group)
    first_of_all = pl.col("line_id").first().over(group)
    found = (
        pl.when(pl.col("year").is_null() & (first_of_all != pl.col("line_id")))
        .then(first_of_all)
        .when(pl.col("year").is_not_null() & (first_in_year != pl.col("line_id")))
        .then(first_in_year)
        .when(undated_rank < pl.col("rank"))
        .then(first_undated)
    )
    return documents.with_columns(found.alias(name))


def _repeated_rows(dated: pl.DataFrame) -> pl.DataFrame:
    """Return rows of one document that repeat an earlier row's content under the same line number, or without one."""
    same = ["invoice_id", "invoice_line", *CONTENT]
    repeated = dated.filter(pl.struct(same[:2]).is_duplicated()).filter(pl.struct(same).is_duplicated())
    numbered = pl.col("invoice_line").is_not_null()
    return repeated.select(
        "line_id",
        pl.when(numbered).then(pl.lit("duplicate_invoice")).otherwise(pl.lit("possible_duplicate")).alias("code"),
        pl.col("line_id").first().over(same).alias("earlier_id"),
        pl.when(numbered)
        .then(pl.lit("the same line number and content"))
        .otherwise(pl.lit("the same content"))
        .alias("why"),
    ).filter(pl.col("line_id") != pl.col("earlier_id"))


def _other_numbers(dated: pl.DataFrame, documents: pl.DataFrame, within_days: int) -> pl.DataFrame:
    """Return lines that bill the order line, quantity and amount of the last earlier line with another number."""
    same = ["supplier_group", "document_type", "order_id", "quantity", "amount"]
    linked = dated.select("line_id", "invoice_id", "dated", "rank", *same).drop_nulls(["order_id", "dated"])
    alike = linked.filter(pl.col("order_id").is_duplicated()).filter(pl.struct(same).is_duplicated())
    numbers = with_columns_of(alike, documents.select("invoice_id", "number_key"), "invoice_id").sort(*same, "rank")
    first = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in same)
    changed = ~first & (pl.col("number_key") != pl.col("number_key").shift())
    before = numbers.with_columns(
        first.cum_sum().alias("alike"),
        *(pl.when(changed).then(pl.col(c).shift()).alias(f"{c}_before") for c in ("dated", "line_id")),
    ).with_columns(pl.col("dated_before", "line_id_before").forward_fill().over("alike"))
    near = (pl.col("dated") - pl.col("dated_before")).dt.total_days() <= within_days
    return before.filter(near).select(
        "line_id",
        pl.lit("possible_duplicate").alias("code"),
        pl.col("line_id_before").alias("earlier_id"),
        pl.lit("another number, but the same order line, quantity and amount").alias("why"),
    )


def with_duplicates(lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Add `duplicate_code`, `duplicate_of` (in words) and `set_aside`."""
    line = pl.when(pl.col("invoice_line").is_null()).then(pl.lit("")).otherwise(pl.format(" line {}", "invoice_line"))
    earlier = rows_of(lines.select("line_id", "invoice_number", "invoice_line", "source", "row"), found["earlier_id"])
    worded = found.hstack(earlier.drop("line_id")).select(
        "line_id",
        duplicate_code="code",
        duplicate_of=pl.format("invoice {}{} ({}:{}), {}", "invoice_number", line, "source", "row", "why"),
    )
    return with_columns_of(lines, worded, "line_id").with_columns(
        (pl.col("duplicate_code") == "duplicate_invoice").fill_null(value=False).alias("set_aside")
    )
