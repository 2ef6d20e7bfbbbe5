"""Duplicates: which invoice lines bill again what an earlier one of the same supplier billed, and which one that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, only, rows_of, where, with_columns_of, without
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.compare.document_sums import with_document_sums
from recon.match.keys import document_key, natural_rank
from recon.match.limits import minor_unit
from recon.match.twins import as_twins, numbers_of_twins

if TYPE_CHECKING:
    from collections.abc import Callable

    TakenBack = Callable[[pl.Series], pl.Series]
    """Of which documents: those that are taken back in full."""
    OwnReceipts = Callable[[pl.Series, pl.DataFrame], pl.Series]
    """Of which order lines, and what duplicates are found so far (FOUND): the lines with receipts of their own."""

CONTENT = ["order_or_reference", "item_key", "quantity", "amount", "currency"]
"""What makes two lines equal."""
BILLED = ["supplier_group", "document_type", "order_id", "quantity", "amount", "currency"]
"""What two lines bill alike under different numbers."""
USED = ("line_id", "order_id", "invoice_id", "supplier_key", "supplier_group", "document_type", "number", "invoice_line", "item_key", "quantity", "amount", "currency", "invoice_total")  # fmt: skip
ANY = ""
"""Where two numbers need not be alike to be asked about, but near in days."""
_IS_NEAR = pl.col("within").eq_missing(pl.lit(ANY))
FOUND = {"line_id": pl.Int64, "code": pl.String, "earlier_id": pl.Int64, "why": pl.String}


def duplicates(
    lines: pl.DataFrame, within_days: int, reversed_in_full: TakenBack, own: OwnReceipts, twins: pl.DataFrame
) -> pl.DataFrame:
    """Return `line_id`, `code`, the line it repeats (`earlier_id`) and `why`, at most one row a line, the worst code.

    `lines` are all invoice lines with `line_id` (the order of allocation), `order_id` (null where not linked),
    `invoice_id`, `supplier_group` and the content columns. Documents `reversed_in_full` (their invoice_id; asked of
    those that could repeat anything) are nobody's duplicate, nor is another's theirs. `own` says which lines use receipts of their own, whole and alone. `twins`: pairs
    (`one`, `other`) of suppliers between whose lines repetitions are possible ones.
    """
    if lines.is_empty():
        return pl.DataFrame(schema=FOUND)
    dated = _dated(lines)
    documents, within = _documents(dated), _repeated_rows(lines, dated)
    numbered, alike = _of_one_number(documents), _billing_alike(dated)
    if numbered.is_empty() and alike.is_empty() and twins.is_empty():
        return worst(within)
    of_twins = among("supplier_key", pl.concat([twins["one"], twins["other"]]))
    theirs = where(documents, of_twins) if twins.height else documents.clear()
    asked = pl.concat([each["invoice_id"] for each in (numbered, alike, theirs)])
    counted = ~among("invoice_id", reversed_in_full(asked))
    certain = pl.concat([_repeated_documents(dated, where(numbered, counted)), within])
    standing = counted & ~among("line_id", certain.filter(pl.col("code") == "duplicate_invoice")["line_id"])
    known = worst(certain)
    found = [certain, _other_numbers(where(alike, standing), documents, within_days, known, own)]
    if twins.height:
        paired = as_twins(where(dated, standing), twins)
        found += [
            numbers_of_twins(where(documents, counted), twins, dated),
            _other_numbers(paired, documents, within_days, known, own),
        ]
    return worst(*found)


def worst(*found: pl.DataFrame) -> pl.DataFrame:
    """Return one row a line of FOUND, the worst code."""
    together = pl.concat(found)
    if together.is_empty():
        return together
    return together.sort("line_id", "code", "earlier_id").unique("line_id", keep="first", maintain_order=True)


def _counted_in_full(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the `line_id` of lines whose document's net or total is what all its lines come to, to a minor unit."""
    asked = lines.filter(pl.col("invoice_net").is_not_null() | pl.col("invoice_total").is_not_null())
    if asked.is_empty():
        return asked[["line_id"]]
    summed = with_document_sums(lines.join(asked[["invoice_id"]].unique(), on="invoice_id", how="semi"))
    tax = pl.coalesce(pl.col("invoice_tax").cast(EXACT), "tax_told", pl.lit(0, EXACT))
    net, total = pl.col("invoice_net").cast(EXACT), pl.col("invoice_total").cast(EXACT) - tax
    den = pl.col("document_den")
    all_counted = ((each * den - pl.col("net_num")).abs() <= minor_unit().cast(EXACT) * den for each in (net, total))
    return summed.filter(pl.any_horizontal(each.fill_null(value=False) for each in all_counted))[["line_id"]]


def _dated(lines: pl.DataFrame) -> pl.DataFrame:
    """Add the order of "earlier": posting date, else invoice date, absent last, then the order of allocation, as they come."""
    reference = pl.concat_str([pl.col("po_key").fill_null(""), pl.lit("/"), pl.col("po_line_key").fill_null("")])
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
        pl.col("supplier_key", "supplier_group", "document_type", "number").first(),
        pl.col("rank", "line_id", "year").min(),
    )
    return documents.with_columns(document_key("number").alias("number_key"))


def _of_one_number(documents: pl.DataFrame) -> pl.DataFrame:
    """Return the documents whose number others of their supplier and type have as well."""
    return where(documents, only(documents, ["supplier_group", "document_type", "number_key"]).is_duplicated())


def _repeated_documents(dated: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of documents whose number stands on an earlier one of the supplier and type."""
    documents = _of_one_number(numbered)
    if documents.is_empty():
        return pl.DataFrame(schema=FOUND)
    lines = dated.join(documents[["invoice_id"]], on="invoice_id", how="semi")
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
    return lines[["line_id", "invoice_id"]].join(judged[["invoice_id", "code", "earlier_id", "why"]], on="invoice_id")[
        [*FOUND]
    ]


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


def _repeated_rows(lines: pl.DataFrame, dated: pl.DataFrame) -> pl.DataFrame:
    """Return rows of one document that repeat an earlier row's content: under its line number, or under another or none.

    Only under another number it matters whether the document's total counts both.
    """
    same = ["invoice_id", *CONTENT]
    several = where(dated, dated["invoice_id"].is_duplicated())
    repeated = where(several, only(several, same).is_duplicated())
    if repeated.is_empty():
        return pl.DataFrame(schema=FOUND)
    counted = _counted_in_full(lines.filter(among("invoice_id", repeated["invoice_id"])))
    numbered = repeated.with_columns(natural_rank(repeated["invoice_line"]).alias("place"))
    again = pl.col("line_id").first().over([*same, "place"])
    exact = pl.col("invoice_line").is_not_null() & (again != pl.col("line_id"))
    first = pl.col("line_id").first().over(same)
    told = numbered.with_columns(pl.when(exact).then(again).otherwise(first).alias("earlier_id"), exact.alias("exact"))
    excused = ~pl.col("exact") & among("line_id", counted["line_id"])
    return told.filter((pl.col("line_id") != pl.col("earlier_id")) & ~excused).select(
        "line_id",
        pl.when("exact").then(pl.lit("duplicate_invoice")).otherwise(pl.lit("possible_duplicate")).alias("code"),
        "earlier_id",
        pl.when("exact")
        .then(pl.lit("the same line number and content"))
        .otherwise(pl.lit("the same content"))
        .alias("why"),
    )


def _billing_alike(dated: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that bill of an order line what another one of their supplier and type bills."""
    linked = only(dated, ["line_id", "invoice_id", "dated", "rank", *BILLED]).drop_nulls("order_id")
    several = where(linked, linked["order_id"].is_duplicated())
    return where(several, only(several, BILLED).is_duplicated())


def _other_numbers(
    dated: pl.DataFrame, documents: pl.DataFrame, within_days: int, known: pl.DataFrame, own: OwnReceipts
) -> pl.DataFrame:
    """Return lines that bill the order line, quantity and amount of the last earlier line with another number.

    Not where both have receipts of their own. Numbers that differ in a suffix of letters only are asked about whatever
    the days.
    """
    alike = _billing_alike(dated)
    if alike.is_empty():
        return pl.DataFrame(schema=FOUND)
    numbers = with_columns_of(alike, documents[["invoice_id", "number_key"]], "invoice_id")
    stem = pl.col("number_key").str.replace(r"-?\p{L}+$", "")
    stem = pl.lit("/") + pl.when(stem != "").then(stem).otherwise("number_key")
    placed = numbers.with_row_index("alike").with_columns(
        pl.col("alike").min().over(BILLED), pl.concat_list(pl.lit(ANY), stem).alias("within")
    )
    several = placed.filter(pl.col("number_key").n_unique().over("alike") > 1)
    if several.is_empty():
        return pl.DataFrame(schema=FOUND)
    excused = among("line_id", own(several["order_id"].unique(), known))
    several = several.select("line_id", "alike", "within", "rank", "number_key", "dated", excused.alias("excused"))
    asked = several.explode("within", empty_as_null=False).filter(~_IS_NEAR | pl.col("dated").is_not_null())
    free, covered = asked.filter(~pl.col("excused")), asked.filter("excused")
    sides = ((free, asked), (covered, free)) if covered.height else ((asked, asked),)
    return pl.concat([_last_other(*side, within_days) for side in sides]).select(
        "line_id",
        pl.lit("possible_duplicate").alias("code"),
        "earlier_id",
        pl.lit("another number, but the same order line, quantity and amount").alias("why"),
    )


def _last_other(asking: pl.DataFrame, standing: pl.DataFrame, within_days: int) -> pl.DataFrame:
    """Return line_id, earlier_id: the last earlier line that is alike, equal in `within`, of another number."""
    by = ["alike", "within"]
    ranked = standing.sort(*by, "rank")
    first = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in by)
    changed = ~first & (pl.col("number_key") != pl.col("number_key").shift())
    before = {"earlier_id": "line_id", "then": "dated"}
    chained = ranked.with_columns(
        first.cum_sum().alias("_run"),
        *(pl.when(changed).then(pl.col(c).shift()).alias(f"{name}_before") for name, c in before.items()),
    )
    latest = chained.select(
        *by,
        "rank",
        *(pl.col(f"{name}_before").forward_fill().over("_run") for name in before),
        theirs="number_key",
        earlier_id="line_id",
        then="dated",
    ).sort("rank")
    met = asking.sort("rank").join_asof(latest, on="rank", by=by, allow_exact_matches=False, check_sortedness=False)
    other = pl.col("theirs") != pl.col("number_key")
    told = met.select(
        "line_id", "dated", "within", *(pl.when(other).then(n).otherwise(f"{n}_before").alias(n) for n in before)
    )
    near = (pl.col("dated") - pl.col("then")).dt.total_days() <= within_days
    return told.filter(pl.col("earlier_id").is_not_null() & (~_IS_NEAR | near))[["line_id", "earlier_id"]]


def with_duplicates(lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Add `duplicate_code`, `duplicate_of` (in words) and `set_aside`."""
    line = pl.when(pl.col("invoice_line").is_null()).then(pl.lit("")).otherwise(pl.format(" line {}", "invoice_line"))
    number = pl.coalesce("invoice_number", pl.lit("without a number"))
    kind = pl.col("document_type").str.replace("_", " ", literal=True)
    told = ["line_id", "document_type", "invoice_number", "invoice_line", "source", "row"]
    earlier = rows_of(lines[told], found["earlier_id"])
    worded = found.hstack(without(earlier, "line_id")).select(
        "line_id",
        duplicate_code="code",
        duplicate_of=pl.format("{} {}{} ({}:{}): {}", kind, number, line, "source", "row", "why"),
    )
    return with_columns_of(lines, worded, "line_id").with_columns(
        (pl.col("duplicate_code") == "duplicate_invoice").fill_null(value=False).alias("set_aside")
    )
