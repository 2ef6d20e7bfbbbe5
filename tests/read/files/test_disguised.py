"""Texts and web pages that are named like workbooks: their rows as shown, or a refusal where one would be lost."""

from __future__ import annotations

import pytest

from recon.errors import SourceError
from recon.read.files.disguised import as_it_is

PAGE = "<html><meta charset=utf-8><style>td{}</style><table><tr><th>PO<th>Qty</tr>%s</table></html>"


def cells(rows: str, encoding: str = "utf-8") -> list[str]:
    data, suffix = as_it_is((PAGE % rows).encode(encoding), ".xls", "a.xls")
    assert suffix == ".csv"
    return data.decode().splitlines()[1:]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ("<tr><td>A</td><td>1.234,50</td></tr>", ['A,"1.234,50"']),
        ("<tr><td> <b>A</b>&nbsp;1<br>2 </td><td></td></tr>", ["A 1 2,"]),
        ("<tr><td colspan=2>Total", ["Total,"]),
        ("<tr><td>A</td></tr><tr><td>B</td><td>2</td></tr>", ["A,", "B,2"]),
        ('<tr><td>a "b"</td><td>\u0142</td></tr>', ['"a ""b""",\u0142']),
    ],
)
def test_cells_of_a_page_are_read_as_they_are_shown(rows: str, read: list[str]) -> None:
    assert cells(rows) == read


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("<tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr>", "cells over several rows"),
        ("<tr><td><table><tr><td>A</td></tr></table></td></tr>", "tables within tables"),
        ('<tr><td>A</td><td x:num="1.075">1,08</td></tr>', "numbers that it shows rounded"),
        ("<![odd[x]]>", "markup that cannot be read"),
        ("</table><table><tr><td>B<td>2</tr><tr><td>C<td>3</tr>", "2 tables"),
    ],
)
def test_a_page_of_which_cells_would_be_lost_is_refused(rows: str, why: str) -> None:
    with pytest.raises(SourceError, match=f"HTML page with {why}"):
        cells(f"<tr><td>Z<td>9</tr>{rows}")


@pytest.mark.parametrize(
    "head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<?xml version='1.0'?>", b"MIME-Version: 1.0", b""]
)
def test_anything_else_stays_what_its_name_says(head: bytes) -> None:
    assert as_it_is(head, ".xls", "a.xls") == (head, ".xls")
    assert as_it_is(b"PO\t1", ".csv", "a.csv") == (b"PO\t1", ".csv")
    assert as_it_is("PO\t1".encode("utf-16"), ".xlsx", "a.xlsx")[1] == ".csv"
