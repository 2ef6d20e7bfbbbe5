"""One flat file with order, receipt and invoice side by side becomes three sources; nothing in it counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.draft import draft_rules
from tests.draft.test_init import answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

FLAT = """\
PO No,Vendor,Item,PO Qty,PO Price,GRN No,GRN Qty,Invoice No,Invoice Qty,Invoice Price,Currency
1001,Muster,A,10,5.00,G1,10,I1,10,5.00,EUR
1003,Sample,C,7,3.00,,,,,,EUR
1004,Muster,D,10,1.00,G4,6,I4,5,1.00,EUR
1004,Muster,D,10,1.00,G4,6,I5,4,1.00,EUR
"""
PLAIN = """\
PO Number,Supplier,Description,Ordered,Unit Price (EUR),Received,Invoice No,Billed,Billed Price
1002,Sample,Desk,4,20.00,3,I2,4,20.00
1002,Sample,Lamp,7,3.00,,,,
"""


def test_three_sources_are_drafted_and_a_receipt_on_two_rows_is_one(tmp_path: Path) -> None:
    sources = run(tmp_path, draft_rules(fill(tmp_path, {"p2p.csv": FLAT})))
    assert sources.order_lines["po_number"].to_list() == ["1001", "1003", "1004"]
    assert [str(one) for one in sources.receipt_lines["quantity"]] == ["10.000000", "6.000000"]
    assert sources.invoice_lines["invoice_number"].to_list() == ["I1", "I4", "I5"]
    assert sources.rejects.height == 0


def test_lines_of_one_order_are_told_apart_by_their_text(tmp_path: Path) -> None:
    sources = run(tmp_path, draft_rules(fill(tmp_path, {"match.csv": PLAIN})))
    assert sources.order_lines.select("po_line", "item").rows() == [("1", "Desk"), ("2", "Lamp")]
    assert sources.receipt_lines.select("po_number", "item").rows() == [("1002", "Desk")]
    assert sources.invoice_lines["item"].to_list() == ["Desk"]


def test_a_list_of_invoices_that_shows_the_order_too_is_no_flat_file_beside_a_file_of_orders(tmp_path: Path) -> None:
    orders = "PO No,Vendor,Item,PO Qty,PO Price,Currency\n1001,Muster,A,10,5.00,EUR\n"
    bills = "Invoice No,PO No,Vendor,Item,PO Qty,PO Price,Invoice Qty,Invoice Price\nI1,1001,Muster,A,10,5.00,9,6.00\n"
    text = draft_rules(fill(tmp_path, {"orders.csv": orders, "bills.csv": bills}), answers()[1])
    assert text.count("bills.csv") == 1
    assert str(run(tmp_path, text).invoice_lines["unit_price"][0]) == "6.0000000000"


def test_invoices_with_amounts_alone_are_bills_by_header(tmp_path: Path) -> None:
    flat = "PO No,Vendor,Item,PO Qty,PO Price,GRN No,GRN Qty,Invoice No,Invoice Amount,Currency\n1,Muster,A,10,5,G1,10,I1,50,EUR\n"
    text = draft_rules(fill(tmp_path, {"p2p.csv": flat}))
    assert "held against its whole order" in text
    assert "item: Item" not in text.split("  invoices:")[1]


def test_what_came_may_stand_beside_what_was_ordered(tmp_path: Path) -> None:
    orders = (
        "PO No,Vendor,Item,PO Qty,Price,Currency,Received Qty,GR Date\n1,M,A,10,5,EUR,10,2024-01-05\n2,M,B,4,2,EUR,,\n"
    )
    bills = "Invoice No,PO No,Vendor,Item,Quantity,Price\nI1,1,M,A,10,5\n"
    sources = run(tmp_path, draft_rules(fill(tmp_path, {"orders.csv": orders, "invoices.csv": bills})))
    assert sources.order_lines.height == 2
    assert sources.receipt_lines.select("po_number").rows() == [("1",)]


def test_receipts_are_never_dropped_for_want_of_a_number(tmp_path: Path) -> None:
    orders = "Bestellnr;Pos;Lieferant;Menge;Preis;Währung\n100;10;M;5;10;EUR\n"
    bills = "RechnungsNr;Lieferant;Bestellnr;Pos;Menge;Preis\nR1;M;100;10;5;10\n"
    came = "Bestellnr;Pos;Menge;Datum\n100;10;5;01.02.2024\n"
    files = {"Bestellungen.csv": orders, "Rechnungen.csv": bills, "WE.csv": came}
    sources = run(tmp_path, draft_rules(fill(tmp_path, files)))
    assert sources.receipt_lines.height == 1
