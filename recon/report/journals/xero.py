"""Xero: manual journals in base currency, at most 300 lines a file, each file balanced."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from recon.report.journals.rows import about, day, delimited, entry, in_base, number, rows, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from recon.report.journals.rows import Row

LINES = 300
"""Xero takes no more lines a file."""
HEADER = (
    *("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"),
    *("TrackingName1", "TrackingOption1"),
)


def write(journal: pl.DataFrame, base_currency: str) -> dict[str, bytes]:
    """Return the files: rows of one narration and date are one journal; debit positive."""
    files = list(_files(rows(in_base(journal, base_currency, "Xero")))) or [[]]
    names = [f"journal_xero{'' if at == 0 else f'_{at + 1}'}.csv" for at in range(len(files))]
    return {name: delimited(HEADER, map(_cells, file)) for name, file in zip(names, files, strict=True)}


def _files(journal: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield as many whole entries as a file takes."""
    file: list[Row] = []
    for piece in _pieces(journal):
        if file and len(file) + len(piece) > LINES:
            yield file
            file = []
        file = [*file, *piece]
    if file:
        yield file


def _pieces(journal: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows entry by entry; of one that is too long each piece has its part of the other account."""
    entries: defaultdict[tuple[str, str, str | None], list[Row]] = defaultdict(list)
    for row in journal:
        entries[entry(row)].append(row)
    for several in entries.values():
        if len(several) <= LINES:
            yield several
            continue
        sides = [[row for row in several if (signed(row) < 0) is credit] for credit in (False, True)]
        (other,), own = sorted(sides, key=len)
        for at in range(0, len(own), LINES - 1):
            part = own[at : at + LINES - 1]
            debit, credit = (sum((row[side] or 0 for row in part), 0) for side in ("debit", "credit"))
            yield [*part, {**other, "debit": credit, "credit": debit}]


def _cells(row: Row) -> tuple[str, ...]:
    return (
        *(f"{row['text']} ({row['journal_id']})", day(row["posting_date"], "%d/%m/%Y"), about(row), row["account"]),
        *("Tax Exempt", number(signed(row)), "Cost centre" if row["cost_centre"] else "", row["cost_centre"] or ""),
    )
