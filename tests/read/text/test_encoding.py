"""Bytes that are no UTF-8, and control characters: refused with their place wherever they stand in a file."""

from __future__ import annotations

import pytest

from recon.errors import SourceError
from tests.kit.desk import read, records

PLAIN = 'invoice_number,po_number,amount,extra\nI1,4500,1.5,x\nI2,4501,2.5,"y,z"\n'
FILES = [PLAIN, f"a title\n{PLAIN}", f"ein schöner Titel\n{PLAIN}", PLAIN.replace('"y,z"', "yz")]


@pytest.mark.parametrize("separator", [",", "\u00a6"])
@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("broken", [b"\xff", b"\xc3", b"\xe2\x82", b"\x80"])
def test_a_broken_byte_is_refused_wherever_it_stands(broken, text, separator):
    whole = text.replace(",", separator).replace(f"y{separator}z", "y,z").encode()
    for at in range(len(whole) + 1):
        with pytest.raises(SourceError, match="is not utf-8"):
            records(whole[:at] + broken + whole[at:], separator)


@pytest.mark.parametrize("options", [{}, {"nulls": ("n/a",)}, {"defaults": {"po_number": "1"}}], ids=str)
@pytest.mark.parametrize("text", FILES)
def test_a_control_character_is_refused_in_every_cell_that_is_used(tmp_path, text, options):
    start = text.index("I1")
    for at in range(start, text.index(",x") + 1):
        with pytest.raises(SourceError, match="control character"):
            read(tmp_path, contents={"in.csv": f"{text[:at]}\x07{text[at:]}"}, **options)


def test_the_marks_that_stand_for_what_quotes_protect_are_no_way_in(tmp_path):
    for mark in "\x02\x03\x04\x05":
        with pytest.raises(SourceError, match="control character"):
            read(tmp_path, contents={"in.csv": PLAIN.replace("I1", f"I{mark}1")})
