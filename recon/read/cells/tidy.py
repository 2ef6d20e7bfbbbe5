"""Quick proofs about a column of cells as read: that none needs trimming or other care, that all are whole numbers."""

from __future__ import annotations

import polars as pl

from recon.read.header import BLANK

SAMPLE_ROWS = 1_000
FEW = 200
CONTROL = r"[\x00-\x1f\x7f]"
UNTIDY = rf"{CONTROL}|^[{BLANK}]|[{BLANK}]$|^$"
"""Control characters, blanks around, nothing at all."""
SUMS = (
    r"(?i)^(?:.*\s|\W+)?(?:(?:sub-?|sous-)?totals?|totale|totales|totaal|subtotaal|subtotale|(?:zwischen|gesamt|end)?summe"
    r"|gesamt|gesamtbetrag|gesamtergebnis|teilergebnis|ergebnis|sum|somme|suma|summa|razem|celkem|yhteensä|toplam|összesen|spolu|ukupno|итого|всего"
    r"|carried forward|brought forward|übertrag|à reporter|riporto|suma y sigue|do przeniesienia|z przeniesienia"
    r"|合計|小計|合计|小计|总计)\b[^0-9]*$"
)
"""What stands in the number's place on a line of sums: `Total`, `Summe:`, `4500000001 Total`."""
UNTIDY_ID = rf"{UNTIDY}|\+|\.0$|{SUMS}"
"""And what spreadsheets do to an identifier: `4500012345.0`, `4.50001E+09`, a line of sums."""


def untidy(cells: pl.Series, identifier: bool) -> pl.Series:
    """Return a Boolean per cell of a text column: whether it needs care; told by its different values where few."""
    none = pl.repeat(value=False, n=len(cells), eager=True)
    if looks_whole(cells) and cells.cast(pl.Int64, strict=False).null_count() == cells.null_count():
        return none
    shape = UNTIDY_ID if identifier else UNTIDY
    if has_few(cells) and not cells.unique().str.contains(shape).any():
        return none
    return cells.str.contains(shape).fill_null(value=False)


def has_controls(cells: pl.Series) -> bool:
    """Return whether any cell of a text column holds a control character."""
    return bool(cells.str.contains(CONTROL).any())


def has_few(cells: pl.Series) -> bool:
    """Return whether the first cells have few different values, so that these are soon told."""
    return cells.head(SAMPLE_ROWS).n_unique() < FEW


def looks_whole(cells: pl.Series) -> bool:
    """Return whether the first cells are whole numbers (digits with an optional sign), or null."""
    sample = cells.head(SAMPLE_ROWS)
    return sample.cast(pl.Int64, strict=False).null_count() == sample.null_count()
