"""Papers: a file that stands twice, days and months that changed places, a supplier's number that is another's."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.mend import is_one_of, patch, swapped_days, without_file
from recon.close.causes.numbers import number_suspects
from recon.close.causes.suspect import Suspect, findings_on
from recon.close.looked_at import as_given, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.causes.suspect import Judged
    from recon.close.looked_at import Given
    from recon.rules.rule import Rules

LEAST, LEAST_DATES, LEAST_REPEATS = 5, 10, 20
SHARE = Fraction(4, 5)
TWICE = ("duplicate_invoice", "possible_duplicate")
LATER = ("invoice_before_order", "invoice_before_receipt")
"""Codes that are no more where the line is dated later; EARLIER: where it is dated earlier."""
EARLIER = ("late_delivery", "order_closed")
LAST_MONTH = 12
PLACE = ["source", "row"]
_OF_WRONG = (*PLACE, "company", "supplier_id", "order_supplier_id", "invoice_key")


def paper_suspects(done: Judged, sources: Given, rules: Rules) -> Iterator[Suspect]:
    """Yield what is wrong with files, dates and numbers rather than with prices and quantities."""
    yield from _repeated_files(done, sources)
    yield from _swapped_days(done, sources, rules)
    yield from _mapped_suppliers(done, sources)
    yield from number_suspects(done, sources)


def _repeated_files(done: Judged, sources: Given) -> Iterator[Suspect]:
    """Yield pairs of invoice files of which half the lines are the same, and at least LEAST_REPEATS."""
    keys = ["company", "supplier_id", "invoice_number", "invoice_line", "amount"]
    if taken(done.invoice_lines, "source")["source"].n_unique() < 2:
        return
    lines = taken(done.invoice_lines, "source", *keys).unique()
    sizes = lines.group_by("source").len()
    pairs = lines.join(lines, on=keys, nulls_equal=True).filter(pl.col("source") < pl.col("source_right"))
    both = pairs.group_by("source", "source_right").agg(common=pl.len())
    sized = both.join(sizes, on="source").join(sizes, left_on="source_right", right_on="source", suffix="_right")
    union = pl.col("len") + pl.col("len_right") - pl.col("common")
    alike = sized.filter(pl.col("common") >= LEAST_REPEATS, pl.col("common") * 2 >= union)
    for row in alike.sort("source", "source_right").iter_rows(named=True):
        yield from _repeated(row, done, sources)


def _repeated(row: dict[str, Any], done: Judged, sources: Given) -> Iterator[Suspect]:
    one, other = row["source"], row["source_right"]
    marked = done.discrepancies.filter(pl.col("source").is_in([one, other]))
    found = findings_on(marked, marked, TWICE)
    if found.is_empty():
        return
    more = found["source"].value_counts().sort("count", "source", descending=True)["source"][0]
    files = sorted({str(file["path"]) for file in sources.files if file["source"] == "invoices"} or {one, other})
    yield Suspect(
        "repeated_file",
        f"{row['common']} lines of {more} stand in {one if more == other else other}, too: the file was sent twice",
        f"file {more}",
        found,
        lines=row["common"],
        confirmed_by="the same lines are set aside already",
        mend=without_file("invoices", more, [file for file in files if file != more]),
    )


def _swapped_days(done: Judged, sources: Given, rules: Rules) -> Iterator[Suspect]:
    """Yield files whose dates would be in order if day and month changed places, and in which no day is above 12."""
    for source, table, day in (("invoices", "invoice_lines", "invoice_date"), ("receipts", "receipt_lines", "receipt_date")):  # fmt: skip
        frame = taken(getattr(sources, table), "source", day)
        able = frame.drop_nulls(day).group_by("source").agg(last=pl.col(day).dt.day().max())
        fits = able.filter(pl.col("last") <= LAST_MONTH)["source"]
        dated = done.discrepancies.filter(
            pl.col("code").is_in((*LATER, *EARLIER)), pl.col("source").is_in(fits.implode())
        )
        for file in sorted(dated["source"].unique().to_list()):
            yield from _swapped(dated.filter(source=file), frame, source, rules)


def _swapped(dated: pl.DataFrame, frame: pl.DataFrame, source: str, rules: Rules) -> Iterator[Suspect]:
    turned = pl.col("actual").str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", "${1}-${3}-${2}")
    ends = (
        pl.when(pl.col("code").is_in(LATER)).then(turned >= pl.col("expected")).otherwise(turned <= pl.col("expected"))
    )
    mine = dated.filter(ends)
    if mine.height < LEAST_DATES or mine.height < dated.height * SHARE:
        return
    file, alone = dated["source"][0], frame["source"].n_unique() == 1
    yield Suspect(
        "day_and_month",
        f"Days and months of {file} changed places: {mine.height} of {dated.height} dates out of order would be in order",
        f"file {file}",
        findings_on(dated, mine, (*LATER, *EARLIER)),
        lines=mine.height,
        mend=swapped_days(source, rules.sources.get(source)) if alone else None,
    )


def _mapped_suppliers(done: Judged, sources: Given) -> Iterator[Suspect]:
    """Yield suppliers whose bills nearly always cite the orders of one and the same other supplier."""
    another = pl.col("codes").list.contains("supplier_mismatch")
    wrong = taken(done.invoice_lines, *_OF_WRONG, where=another)
    if wrong.is_empty():
        return
    wrong = as_given(wrong, sources.invoice_lines, given_id="supplier_id", given_name="supplier_name")
    pairs = wrong.group_by("company", "supplier_id", "order_supplier_id").agg(n=pl.len())
    ranked = pairs.with_columns(whole=pl.col("n").sum().over("company", "supplier_id"))
    likely = ranked.filter(
        pl.col("n") >= LEAST, pl.col("n") * SHARE.denominator >= pl.col("whole") * SHARE.numerator
    ).drop_nulls(["supplier_id", "order_supplier_id"])
    for row in likely.sort("company", "supplier_id", "order_supplier_id", nulls_last=True).iter_rows(named=True):
        yield _mapped(row, wrong, done, sources)


def _mapped(row: dict[str, Any], wrong: pl.DataFrame, done: Judged, sources: Given) -> Suspect:
    theirs, ours = row["supplier_id"], row["order_supplier_id"]
    mine = wrong.filter(
        pl.col("company").eq_missing(pl.lit(row["company"])), supplier_id=theirs, order_supplier_id=ours
    )
    given = next((c for c in ("given_id", "given_name") if mine[c].is_not_null().all()), None)
    mend = None
    if given:
        when = is_one_of({"given_id": "supplier_id"}.get(given, "supplier_name"), mine[given].unique().sort().to_list())
        mend = patch("invoices", f"supplier {theirs} is {ours}", when, set={"supplier_id": ours})
    shared = _shared(sources.suppliers, theirs, ours)
    return Suspect(
        "supplier_map",
        f"Bills of supplier {theirs} cite orders of {ours}: {row['n']} of {row['whole']} of its lines with another's order",
        f"supplier_id {theirs}",
        findings_on(done.discrepancies, mine, ("supplier_mismatch",)),
        row["company"],
        theirs,
        lines=mine.height,
        invoices=mine["invoice_key"].n_unique(),
        confirmed_by=f"one {shared} for both" if shared else None,
        mend=mend,
    )


def _shared(suppliers: pl.DataFrame, one: str, other: str) -> str | None:
    two = suppliers.filter(pl.col("supplier_id").is_in([one, other]))
    for column, word in (("vat_id", "VAT id"), ("iban", "bank account")):
        if two.height > 1 and two[column].drop_nulls().len() > 1 and two[column].n_unique() == 1:
            return word
    return None
