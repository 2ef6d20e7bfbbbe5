"""DATEV: EXTF Buchungsstapel, cp1252, decimal comma; each debit against the account that its entry credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.journals.rows import day, delimited, entry, number, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from recon.report.journals.rows import Row

COLUMNS = 125
HEAD = (
    *(
        "Umsatz (ohne Soll/Haben-Kz)",
        "Soll/Haben-Kennzeichen",
        "WKZ Umsatz",
        "Kurs",
        "Basis-Umsatz",
        "WKZ Basis-Umsatz",
    ),
    *("Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto"),
    "Buchungstext",
)
COST_CENTRE = 36
"""Where KOST1 stands, from 0."""
SHORTEST = 4
"""Accounts of a ledger have four to eight digits."""


def write(journal: pl.DataFrame, base_currency: str) -> dict[str, bytes]:
    """Return a file a year: a row a debit, against the account that its entry credits; of a reversal the other way round.

    A day is written without its year, which is that of the file: so what is turned round in the next year stands in a second one.
    """
    years = sorted({row["posting_date"].year for row in rows(journal)}) or [None]
    named = {
        year: "EXTF_Buchungsstapel.csv" if at == 0 else f"EXTF_Buchungsstapel_{year}.csv"
        for at, year in enumerate(years)
    }
    mine = {year: [row for row in rows(journal) if row["posting_date"].year == year] for year in years}
    return {named[year]: _file(mine[year], base_currency) for year in years}


def _file(journal: Sequence[Row], base_currency: str) -> bytes:
    against = {entry(row): row["account"] for row in journal if row["debit" if row["reverses"] else "credit"]}
    wanted = [row for row in journal if row["credit" if row["reverses"] else "debit"]]
    lines = [_cells(row, against[entry(row)], base_currency) for row in wanted]
    names = [*HEAD, *[""] * (COLUMNS - len(HEAD))]
    return delimited(None, [_head(journal), names, *lines], ";", "cp1252")


def _cells(row: Row, against: str, base_currency: str) -> list[str]:
    side = "credit" if row["reverses"] else "debit"
    cells = [""] * COLUMNS
    cells[:3] = [number(row[side], ","), "H" if row["reverses"] else "S", row["currency"]]
    if row["currency"] != base_currency and row[f"base_{side}"]:
        cells[4:6] = [number(row[f"base_{side}"], ","), base_currency]
    cells[6:8] = [row["account"], against]
    cells[9:11] = [day(row["posting_date"], "%d%m"), row["journal_id"][:36]]
    cells[13] = row["text"][:60]
    cells[COST_CENTRE] = row["cost_centre"] or ""
    return cells


def _head(journal: Sequence[Row]) -> list[str]:
    """Return the 31 fields that say what the file is, of which year, how long its accounts are, and of which days."""
    days = [row["posting_date"] for row in journal]
    first, last = (day(when, "%Y%m%d") for when in (min(days, default=None), max(days, default=None)))
    length = str(max((len(row["account"]) for row in journal), default=SHORTEST))
    year = f"{first[:4]}0101" if first else ""
    return ["EXTF", "700", "21", "Buchungsstapel", "13", *[""] * 7, year, length, first, last, *[""] * 15]
