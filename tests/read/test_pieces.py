"""Columns that are part of a cell: an order with its line, a quantity with its unit."""

from __future__ import annotations

import pytest

from recon.errors import RulesError, SourceError
from recon.rules.file import parse_rules
from recon.rules.rule import CellPart
from tests.kit.desk import read

COLUMNS = {"receipt_number": "GRN"}
ORDER = CellPart("PO", "^(.+)/[0-9]+$")
LINE = CellPart("PO", "/0*([0-9]+)$")
QUANTITY, UNIT = CellPart("Qty", "^([0-9.,]+) *[A-Z]+$"), CellPart("Qty", "^[0-9.,]+ *([A-Z]+)$")
PIECES = {"po_number": ORDER, "po_line": LINE, "quantity": QUANTITY, "uom": UNIT}


def seen(folder, lines, **options):
    text = "GRN,PO,Qty\n" + lines
    return read(folder, "receipts", {"in.csv": text}, columns=COLUMNS, pieces=PIECES, **options)


def test_each_piece_fills_its_column(tmp_path):
    lines = seen(tmp_path, "G1,4500/00010,10 EA\nG2,45/01/2,2.5KG\n").receipt_lines
    assert lines.select("po_number", "po_line", "uom").rows() == [("4500", "10", "EA"), ("45/01", "2", "KG")]
    assert [str(q.normalize()) for q in lines["quantity"]] == ["1E+1", "2.5"]


def test_a_cell_that_does_not_fit_is_taken_whole_and_counted(tmp_path):
    """An order without its line stays that order; a quantity with two units is a reject, never a part of itself."""
    sources = seen(tmp_path, "G1,4500,10 EA\nG2,4500/1,10 EA 5 KG\n")
    assert sources.receipt_lines.select("po_number", "po_line").rows() == [("4500", "4500")]
    assert sources.rejects.select("row", "column", "value").rows() == [(3, "Qty: quantity", "10 EA 5 KG")]
    assert "1 cell of 'PO' does not hold po_number as `pieces` says: taken whole" in sources.files[0]["notes"]


def test_what_a_pattern_finds_twice_is_taken_whole(tmp_path):
    text = "GRN,Text,Qty\nG1,for PO 4500001,1\nG2,4500001 and 4500002,2\nG3,4500001 (4500001),3\n"
    order = {"po_number": CellPart("Text", r"\b(45[0-9]{5})\b")}
    columns = {**COLUMNS, "quantity": "Qty"}
    lines = read(tmp_path, "receipts", {"in.csv": text}, columns=columns, pieces=order).receipt_lines
    assert lines["po_number"].to_list() == ["4500001", "4500001 and 4500002", "4500001"]


def test_a_file_without_the_column_is_refused(tmp_path):
    with pytest.raises(SourceError, match="PO"):
        read(tmp_path, "receipts", {"in.csv": "GRN,Order,Qty\nG1,4500/1,1 EA\n"}, columns=COLUMNS, pieces=PIECES)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('pieces: {po_number: {of: PO, pattern: "(a)(b)"}}', "2 groups"),
        ('pieces: {po_number: {of: PO, pattern: "(a"}}', "no regular expression"),
        ('pieces: {item: {of: PO, pattern: "(a)"}}', "item stands in columns and in pieces"),
        ('preset: odoo-orders\n    pieces: {po_number: {of: PO, pattern: "(a)"}}', "pieces does not go with preset"),
    ],
)
def test_pieces_that_cannot_be_meant_are_refused(tmp_path, said, message):
    text = f"version: 1\nsources:\n  orders:\n    files: [o.csv]\n    columns: {{item: Item}}\n    {said}\n"
    with pytest.raises(RulesError, match=message):
        parse_rules(text.encode(), tmp_path / "rules.yaml")
