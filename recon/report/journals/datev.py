"""DATEV: EXTF Buchungsstapel, cp1252, decimal comma; each debit against the journal's one account of what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.journals.rows import day, delimited, number, rows

if TYPE_CHECKING:
    import polars as pl

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
COST_CENTRE, REVERSAL = 36, 117
"""Where KOST1 and Generalumkehr stand, from 0."""


def write(journal: pl.DataFrame) -> dict[str, bytes]:
    """Return one file: a row a debit, against the account that the journal credits. A reversal is a Generalumkehr."""
    against = {row["journal_id"]: row["account"] for row in rows(journal) if row["credit"] and not row["reverses"]}
    against |= {row["journal_id"]: row["account"] for row in rows(journal) if row["debit"] and row["reverses"]}
    lines = []
    for row in rows(journal):
        back = bool(row["reverses"])
        if not row["credit" if back else "debit"]:
            continue
        cells = [""] * COLUMNS
        cells[:3] = [number(row["credit" if back else "debit"], ","), "H" if back else "S", row["currency"]]
        cells[6:8] = [row["account"], against[row["journal_id"]]]
        cells[9:11] = [day(row["posting_date"], "%d%m"), row["journal_id"][:36]]
        cells[13] = row["text"][:60]
        cells[COST_CENTRE] = row["cost_centre"] or ""
        cells[REVERSAL] = "1" if back else ""
        lines.append(cells)
    days = [row["posting_date"] for row in rows(journal)]
    first, last = (day(when, "%Y%m%d") if days else "" for when in (min(days, default=None), max(days, default=None)))
    head = [
        "EXTF",
        "700",
        "21",
        "Buchungsstapel",
        "13",
        *[""] * 7,
        f"{first[:4]}0101" if first else "",
        "4",
        first,
        last,
        *[""] * 15,
    ]
    return {
        "EXTF_Buchungsstapel.csv": delimited(
            None, [head, [*HEAD, *[""] * (COLUMNS - len(HEAD))], *lines], ";", "cp1252"
        )
    }
