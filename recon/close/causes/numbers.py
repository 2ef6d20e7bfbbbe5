"""Order numbers cut short or written with an end of their own: found once the same few signs are added or taken off."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.mend import is_one_of, patch
from recon.close.causes.suspect import Suspect, findings_on
from recon.close.looked_at import as_given, taken
from recon.engine.joins import among

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.causes.suspect import Judged
    from recon.close.looked_at import Given

LEAST, SHARE, LONGEST = 5, Fraction(4, 5), 4
CODES = ("order_not_found",)
PLACE = ["source", "row"]


def number_suspects(done: Judged, sources: Given) -> Iterator[Suspect]:
    """Yield suppliers of whose unknown order numbers most are known with one beginning added or one end taken off."""
    unknown = pl.col("codes").list.contains("order_not_found")
    lost = taken(done.invoice_lines, *PLACE, "company", "supplier_id", where=unknown)
    if lost.is_empty():
        return
    columns = {"cited": "po_number", "given_id": "supplier_id", "given_name": "supplier_name"}
    lost = as_given(lost, sources.invoice_lines, **columns)
    lost = lost.with_columns(whole=pl.col("cited").n_unique().over("company", "supplier_id"))
    theirs = among("supplier_id", lost["supplier_id"].unique())
    known = taken(done.order_lines, "supplier_id", order="po_number", where=theirs).drop_nulls().unique()
    likely = pl.concat([_begun(lost, known), _ended(lost, known)])
    for row in likely.sort("supplier_id", "does", "signs", nulls_last=True).iter_rows(named=True):
        yield _suspect(row, lost, done)


def _begun(lost: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the beginnings that make most numbers of a supplier those of its own orders."""
    cut = [
        known.select(
            "supplier_id", signs=pl.col("order").str.slice(0, n), cited=pl.col("order").str.slice(n), order="order"
        )
        for n in range(1, LONGEST + 1)
    ]
    return _counted(lost, pl.concat(cut).filter(pl.col("cited") != ""), "before")


def _ended(lost: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    cited = lost.select("supplier_id", "cited").drop_nulls().unique()
    cut = [
        cited.select(
            "supplier_id", signs=pl.col("cited").str.tail(n), cited="cited", order=pl.col("cited").str.head(-n)
        )
        for n in range(1, LONGEST + 1)
    ]
    return _counted(lost, pl.concat(cut).join(known, on=["supplier_id", "order"], how="semi"), "cut")


def _counted(lost: pl.DataFrame, ways: pl.DataFrame, does: str) -> pl.DataFrame:
    met = lost.join(ways, on=["supplier_id", "cited"]).group_by("company", "supplier_id", "signs").agg(
        n=pl.col("cited").n_unique(), whole=pl.col("whole").first(), lines=pl.len()
    )  # fmt: skip
    enough = met.filter(pl.col("n") >= LEAST, pl.col("n") * SHARE.denominator >= pl.col("whole") * SHARE.numerator)
    return enough.with_columns(does=pl.lit(does))


def _suspect(row: dict[str, Any], lost: pl.DataFrame, done: Judged) -> Suspect:
    mine = lost.filter(
        pl.col("company").eq_missing(pl.lit(row["company"])),
        pl.col("supplier_id").eq_missing(pl.lit(row["supplier_id"])),
    )
    given = next((c for c in ("given_id", "given_name") if mine[c].is_not_null().all()), None)
    mend = None
    if given:
        who = is_one_of({"given_id": "supplier_id"}.get(given, "supplier_name"), mine[given].unique().sort().to_list())
        cited = is_one_of("po_number", mine["cited"].drop_nulls().unique().sort().to_list())
        mend = patch("invoices", f"order numbers of {row['supplier_id']}", f"{who} and {cited}", **{row["does"]: {"po_number": row["signs"]}})  # fmt: skip
    how = "begin with" if row["does"] == "before" else "lose their end"
    return Suspect(
        "order_numbers",
        f"{row['n']} of {row['whole']} unknown order numbers of {row['supplier_id']} are known where they {how} '{row['signs']}'",
        f"supplier_id {row['supplier_id']}, {row['does']} {row['signs']}",
        findings_on(done.discrepancies, mine, CODES),
        row["company"],
        row["supplier_id"],
        facts=row["n"],
        lines=row["lines"],
        mend=mend,
    )
