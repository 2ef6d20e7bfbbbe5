"""Cells of one shape are looked at once: what is said of a column is what its cells one by one would say."""

from __future__ import annotations

import polars as pl
import pytest

from recon.read.cells.evidence import NUMBER_FORMATS, number_evidence
from recon.read.cells.numbers import example

WAYS = """
plain: 12 3.50 0.00            -> 1234.56
comma is a fraction: 0,125 7   -> 1234,56
a zero leads no group: 0.125   -> 1234.56
contested: 1.125 2.250         -> 1234.56 1234,56? 1.234,56?
only nought: 0.000             -> 1234.56
groups: 1.234,50 7,25          -> 1.234,56
sap: 000000000000001234 5-     -> 1234.56-
"""


@pytest.mark.parametrize("row", WAYS.strip().splitlines())
def test_the_formats_that_cells_leave(row: str) -> None:
    cells, _, wanted = row.partition(":")[2].partition("->")
    seen = number_evidence([pl.Series(cells.split())])
    shown = [example(form) for form in seen.possible]
    assert shown[0] == wanted.split()[0]
    assert (len(shown) > 1) == ("?" in wanted)


def test_what_is_no_number_counts_by_its_cells() -> None:
    seen = number_evidence([pl.Series(["1", "2", "3", "north", "south", "a 1 b 2"])])
    assert (seen.read, seen.possible[0]) == (0.5, NUMBER_FORMATS[0])


def test_the_example_is_a_cell_of_the_file() -> None:
    assert number_evidence([pl.Series(["5", "7.125", "8.250"])]).example == "7.125"
