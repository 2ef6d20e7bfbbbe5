"""Flat files: equal rows once, blanks filled from above, lines counted, headers in files of their own."""

from __future__ import annotations

import polars as pl

from recon.read import read_blocks
from recon.rules.rule import HeaderFiles, Rules, Source
from recon.rules.when.parse import parse_condition
from tests.kit.desk import read, read_one, rejects_of

ORDERS = {"po_number": "PO", "supplier_name": "Vendor", "item": "Item", "quantity": "Qty", "unit_price": "Price"}
NUMBERED = {"columns": ORDERS, "number": {"po_line": ("po_number",)}}
FLAT = """PO,Vendor,Item,Qty,Price,Invoice
1001,Muster,A,10,5.00,I1
1001,Muster,A,10,5.00,I2
1001,Muster,B,4,7.00,I2
1002,Sample,A,10,5.00,I3
"""


def notes(sources):
    return [note for file in sources.files for note in file["notes"]]


def test_equal_rows_of_a_flat_file_are_read_once_before_they_are_numbered(tmp_path):
    sources = read(tmp_path, "orders", {"in.csv": FLAT}, distinct=True, **NUMBERED)
    assert sources.order_lines.select("po_number", "po_line", "item", "row").rows() == [
        ("1001", "1", "A", 2),
        ("1001", "2", "B", 4),
        ("1002", "1", "A", 5),
    ]
    assert (sources.files[0]["rows"], sources.files[0]["filtered"]) == (4, 1)
    assert "1 rows repeat another in all that is read of them and are read once" in notes(sources)


def test_lines_are_counted_on_from_file_to_file_and_piece_to_piece(tmp_path, monkeypatch):
    more = "PO,Vendor,Item,Qty,Price\n1001,Muster,C,1,1.00\n"
    sources = read(tmp_path, "orders", {"in1.csv": FLAT, "in2.csv": more}, **NUMBERED)
    assert sources.order_lines["po_line"].to_list() == ["1", "2", "3", "1", "4"]
    monkeypatch.setattr("recon.read.sources.BLOCK_BYTES", 34)  # the header and a row, and then two rows each
    rules = Rules(path=tmp_path / "rules.yaml", sources={"orders": Source("orders", files=("in*",), **NUMBERED)})
    pieces = [block.order_lines["po_line"] for block in read_blocks(rules)]
    assert (len(pieces) > 4, pl.concat(pieces).to_list()) == (True, ["1", "2", "3", "1", "4"])


GROUPED = """PO,Vendor,Item,Qty,Price
1001,Muster,A,10,5
,,B,3,7
1002,,C,4,20
1003,Sample,,,
,,D,1,2
"""


def test_blanks_below_are_filled_from_above_and_a_groups_heading_is_no_line(tmp_path):
    options = {**NUMBERED, "fill_down": ("po_number", "supplier_name"), "defaults": {"supplier_name": "?"}}
    sources = read(tmp_path, "orders", {"in.csv": GROUPED}, **options)
    assert sources.order_lines.select("po_number", "supplier_name", "item", "row").rows() == [
        ("1001", "Muster", "A", 2),
        ("1001", "Muster", "B", 3),
        ("1002", "?", "C", 4),  # another order has its own supplier, not that of the one above
        ("1003", "Sample", "D", 6),
    ]
    assert "1 rows are headings of a group and no lines" in notes(sources)


def test_a_first_row_with_nothing_above_it_is_a_reject(tmp_path):
    text = "PO,Vendor,Item,Qty,Price\n,Muster,A,1,1\n1001,Muster,B,1,1\n"
    assert [row[:2] for row in rejects_of(tmp_path, text, "orders", fill_down=("po_number",), **NUMBERED)] == [
        (2, "PO")
    ]


def test_receipts_without_a_number_are_known_by_their_row(tmp_path):
    frame = read_one(tmp_path, "po_number,quantity\n1001,5\n1001,5\n", "receipts")
    assert frame["receipt_number"].to_list() == ["in.csv:2", "in.csv:3"]
    blank = rejects_of(tmp_path, "receipt_number,po_number,quantity\nG1,1001,5\n,1001,5\n", "receipts")
    assert [row[:2] for row in blank] == [(3, "receipt_number")]


def where(text):
    return parse_condition(text, ("quantity", "receipt_number", "po_number"), others=True)


def test_a_blank_needed_cell_can_be_judged_and_one_that_leaves_the_condition_open_is_a_reject(tmp_path):
    text = "receipt_number,po_number,quantity\nG1,1001,5\n,1002,\nG3,1003,x\n"
    kept = read(tmp_path, "receipts", {"in.csv": text}, where=where("receipt_number is not null"))
    assert (kept.receipt_lines.height, kept.rejects["row"].to_list()) == (1, [4])
    open_ones = read(tmp_path, "receipts", {"in.csv": text}, where=where("quantity > 0"))
    assert open_ones.rejects["row"].to_list() == [3, 4]


def test_where_knows_the_files_own_columns_in_double_quotes(tmp_path):
    text = "receipt_number,po_number,quantity,Row Status\nG1,1,5,Open\nG2,1,5, Cancelled \nG3,1,5,\n"
    own = parse_condition('"row status" <> \'Cancelled\' or "Row Status" is null', ("quantity",), others=True)
    frame = read_one(tmp_path, text, "receipts", where=own)
    assert frame["receipt_number"].to_list() == ["G1", "G3"]
    assert '"row status"' not in frame.columns


HEADS = "po_id,supplier_id,po_date,total\nP1,S1,2024-01-02,100.00\nP2,S2,2024-01-03,80.00\nP3,S3,2024-01-04,9.00\n"
LINES = (
    "po_id,item,quantity,unit_price,total\nP1,Disc,10,5.00,50\nP1,Seal,2,25.00,50\nP2,Hose,4,20.00,80\nP9,Nut,1,1,1\n"
)


def test_header_and_line_files_join_without_a_preset_and_nothing_is_lost(tmp_path):
    sources = read(
        tmp_path, "orders", {"in.csv": LINES, "heads.csv": HEADS}, number={"po_line": ("po_number",)},
        beside=HeaderFiles(("heads.csv",), ("po_id",)),
        columns={"po_number": "po_id", "supplier_id": "supplier_id", "order_date": "po_date", "quantity": "quantity",
                 "unit_price": "unit_price", "amount": "total"},
    )  # fmt: skip
    assert sources.order_lines.select("po_number", "po_line", "supplier_id", "amount", "source", "row").rows() == [
        ("P1", "1", "S1", 50, "in.csv", 2),
        ("P1", "2", "S1", 50, "in.csv", 3),
        ("P2", "1", "S2", 80, "in.csv", 4),
    ]
    assert sources.rejects.select("source", "row", "reason").rows() == [
        ("heads.csv", 4, "no line in in.csv belongs to this header"),
        ("in.csv", 5, "no header in heads.csv has this po_id (and 1 more)"),
    ]


def test_a_header_file_may_call_the_key_otherwise_and_give_a_total_of_the_same_name(tmp_path):
    heads = "ID,Bill,vendor,total\n7,I7,V1,57.50\n"
    lines = "bill_id,amount,total\n7,50.00,1\n"
    beside = HeaderFiles(("heads.csv",), ("bill_id",), ("ID",), {"invoice_total": "total"})
    columns = {"invoice_number": "Bill", "supplier_id": "vendor", "amount": "amount"}
    sources = read(tmp_path, contents={"in.csv": lines, "heads.csv": heads}, beside=beside, columns=columns)
    (line,) = sources.invoice_lines.rows(named=True)
    assert (line["invoice_number"], line["supplier_id"], str(line["invoice_total"])) == ("I7", "V1", "57.500000")


def test_the_systems_own_number_stands_for_an_invoice_number_that_is_blank(tmp_path):
    sources = read(tmp_path, contents={"in.csv": "invoice_number,document_id,amount\n,D1,5\nI2,D2,5\n,,5\n"})
    assert sources.invoice_lines.select("invoice_number", "document_id").rows() == [(None, "D1"), ("I2", "D2")]
    assert sources.rejects["row"].to_list() == [4]


def test_columns_that_no_file_of_a_source_has_are_told_and_pieces_agree(tmp_path, monkeypatch):
    contents = {"in1.csv": "invoice_number,amount\nI1,5\n", "in2.csv": "invoice_number,amount,supplier_id\nI2,5,\n"}
    whole = read(tmp_path, contents=contents, defaults={"currency": "EUR"})
    asked = {f"invoice_lines.{name}" for name in ("amount", "supplier_id", "supplier_name", "currency")}
    assert whole.absent & asked == {"invoice_lines.supplier_name"}
    monkeypatch.setattr("recon.read.sources.BLOCK_BYTES", 30)
    source = Source("invoices", files=("in*",), defaults={"currency": "EUR"})
    blocks = read_blocks(Rules(path=tmp_path / "rules.yaml", sources={"invoices": source}))
    assert frozenset.intersection(*(block.absent for block in blocks)) == whole.absent
