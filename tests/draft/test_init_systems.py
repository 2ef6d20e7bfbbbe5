"""Exports as systems give them: codes for suppliers, states for flags, paths in headings, groups above headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from tests.draft.test_init import ORDERS, RECEIPTS, THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "Invoice No,Vendor,PO Number,Line,Qty,Unit Price\n"


def test_a_vendor_of_codes_is_an_id_on_both_sides(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS.replace("ACME", "V1"), "grn.csv": RECEIPTS, "bills.csv": HEAD + "I1,V1,A,1,2,3.50\n"}
    sources = run(tmp_path, draft_rules(fill(tmp_path, files)))
    assert sources.order_lines["supplier_id"].to_list() == ["V1", "V1"]
    assert sources.invoice_lines.select("supplier_id", "supplier_name").rows() == [("V1", None)]


@pytest.mark.parametrize(("master", "read"), [("", None), ("Vendor No,Vendor Name\n1288,ACME\n", "1288")])
def test_an_id_that_no_other_file_knows_is_not_read(tmp_path: Path, master: str, read: str | None) -> None:
    bills = "Invoice No,Supplier Number,Supplier,PO Number,Line,Qty,Unit Price\nI1,1288,ACME,A,1,2,3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills, "suppliers.csv": master}))
    assert run(tmp_path, text).invoice_lines.select("supplier_id", "supplier_name").rows() == [(read, "ACME")]
    assert ("Supplier Number is not read: the orders know their suppliers by name alone" in text) == (read is None)


def test_a_state_is_no_flag_and_one_that_is_closed_is_asked_about(tmp_path: Path) -> None:
    rows = ORDERS.replace("Order Date", "CLOSED_CODE,Order Date").replace("EUR,", "EUR,OPEN,", 1)
    asked, ask = answers("read all rows")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": rows.replace("EUR,2", "EUR,CLOSED,2", 1)}), ask)
    sources = run(tmp_path, text)
    assert (sources.order_lines.height, sources.rejects.height) == (2, 0)
    assert asked[0].startswith("In orders.csv the column CLOSED_CODE says CLOSED. Are such rows to be read?")


def test_the_path_before_a_heading_is_none_of_its_words(tmp_path: Path) -> None:
    """A line of two cells below its document is one: mostly blank, but with its quantity and price."""
    bills = (
        "Bill,Vendor,PO Number,Bill Date,Terms,Bill lines/Product,Bill lines/Quantity,Bill lines/Unit Price\n"
        "I1,ACME,A,2025-03-12,30,Desk,2,3.50\n,,,,,Lamp,4,1.25\n"
    )
    asked, ask = answers("they belong to the line above: fill them down")
    found = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)).invoice_lines
    assert asked[0].startswith("In invoices.csv Bill is blank in 1 row below a filled one (row 3).")
    assert found.select("invoice_number", "item").rows() == [("I1", "Desk"), ("I1", "Lamp")]


def test_a_bare_number_belongs_to_the_group_above_it(tmp_path: Path) -> None:
    flat = (
        ",,,Bestellung,,Wareneingang,Rechnung,,\nBestellnr,Lieferant,Artikel,Menge,Preis,Menge,Nummer,Menge,Preis\n"
        "A,Muster,X,20,2.50,20,R1,20,2.50\nB,Probe,Y,3,40.00,3,R2,3,44.00\n"
    )
    _, ask = answers("EUR")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {"abgleich.csv": flat}), ask))
    assert sources.invoice_lines.select("invoice_number", "unit_price").rows() == [("R1", 2.5), ("R2", 44)]


def test_a_file_called_as_its_screen_is_that_screens_export(tmp_path: Path) -> None:
    head = "Material Document,Material Doc.Item,Movement type,Posting Date,Material,Qty in Un. of Entry,Unit of Entry,"
    moved = head + "Purchase Order,Item\n5000000001,1,101,05/15/2025,M-1,2,PC,A,1\n"
    text = draft_rules(
        fill(tmp_path, {"orders.csv": ORDERS, "mb51.csv": moved, "bills.csv": HEAD + "I1,ACME,A,1,2,3.50\n"})
    )
    assert "preset: sap-mb51" in text


def test_short_rows_are_asked_about_where_a_preset_reads_the_file(tmp_path: Path) -> None:
    head = "Vendor,Date,Num,Product/Service,Memo/Description,Qty,Rate,Amount,Open Balance\n"
    rows = "Acme,04/22/2025,A,Bolt,Bolts,2,3.50,7.00\n"
    _, ask = answers("read them, the cells that they lack blank", "EUR")
    files = {"po.csv": head + rows, "grn.csv": RECEIPTS, "bills.csv": HEAD + "I1,Acme,A,1,2,3.50\n"}
    sources = run(tmp_path, text := draft_rules(fill(tmp_path, files), ask))
    assert "preset: quickbooks-orders\n    csv: {short_rows: blank}" in text
    assert sources.order_lines["po_number"].to_list() == ["A"]
