"""Formulas that count and add over the sheets of the book: ours, never made of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.kinds import NO_CURRENCY
from recon.report.excel.rows import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.report.excel.table import Table

PLACES = 6
"""A spreadsheet adds in binary: rounded to these places a sum is the exact one again."""
EMPTY = "="
"""The criterion of a cell without a value."""


def count(tables: Sequence[Table], where: Mapping[str, str]) -> str:
    """Return the formula that counts the rows in which each column of `where` has its word."""
    parts = (f"COUNTIFS({_criteria(table, where)})" for table in tables)
    return "+".join(parts)


def total(tables: Sequence[Table], column: str, where: Mapping[str, str]) -> str:
    """Return the formula that adds up `column` over those rows."""
    parts = (f"SUMIFS({_cells(table, column)},{_criteria(table, where)})" for table in tables)
    return f"ROUND({'+'.join(parts)},{PLACES})"


def currency(code: str) -> str:
    """Return the criterion of a currency: no currency is an empty cell."""
    return EMPTY if code == NO_CURRENCY else code


def _criteria(table: Table, where: Mapping[str, str]) -> str:
    return ",".join(f'{_cells(table, column)},"{word}"' for column, word in where.items())


def _cells(table: Table, column: str) -> str:
    letter = table.letter(column)
    return f"'{table.title}'!${letter}${FIRST_ROW}:${letter}${table.last_row}"
