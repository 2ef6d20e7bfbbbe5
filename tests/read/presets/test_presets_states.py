"""What a system has cancelled, reversed or not yet moved is not read by its presets, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.errors import SourceError
from tests.read.presets.test_presets import notes, read, rows

if TYPE_CHECKING:
    from pathlib import Path

EKPO = "EBELN;EBELP;MENGE;NETPR\n1;10;5.00;2.00\n2;10;6.00;2.00\n"
RSEG = "BELNR;GJAHR;BUZEI;EBELN;EBELP;SHKZG;WRBTR;MENGE\n51;2026;1;1;10;S;50.00;5.00\n52;2026;1;1;10;S;60.00;6.00\n"
RBKP = "BELNR;GJAHR;LIFNR;XBLNR;WAERS;{}\n51;2026;7;A;EUR;{}\n52;2026;7;B;EUR;{}\n"
MSEG = "MBLNR;ZEILE;BWART;SHKZG;MENGE;MEINS;EBELN;EBELP;BUDAT\n"


def test_lines_of_an_order_deleted_as_a_whole_are_left(tmp_path: Path) -> None:
    ekko = "EBELN;LIFNR;WAERS;LOEKZ\n1;7;EUR;L\n2;7;EUR;\n"
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekko.csv": ekko, "ekpo.csv": EKPO})
    assert rows(sources, "orders", "po_number") == [("2",)]
    assert "1 lines of documents whose LOEKZ is not blank are not read" in notes(sources)


@pytest.mark.parametrize(
    ("column", "first", "second", "left"),
    [("STBLG", "53", "", ["B"]), ("STBLG", "", "0000000000", ["A", "B"]), ("RBSTAT", "5", "2", ["A"])],
)
def test_reversed_and_deleted_invoices_are_left(tmp_path, column, first, second, left) -> None:
    files = {"rbkp.csv": RBKP.format(column, first, second), "rseg.csv": RSEG}
    assert [
        number for (number,) in rows(read(tmp_path, "invoices", "sap-rseg", files), "invoices", "invoice_number")
    ] == left


@pytest.mark.parametrize(
    ("moves", "quantities"),
    [("101S", ["5"]), ("101S 102H", ["5", "-5"]), ("103S", None), ("103S 105S", ["5"]), ("541S 101S", ["5"]), ("101S 122H", ["5", "-5"])],
)  # fmt: skip
def test_only_movements_into_and_out_of_stock_against_an_order_are_receipts(tmp_path, moves, quantities) -> None:
    lines = [f"5{at};1;{move[:3]};{move[3]};5.00;ST;1;10;20260120" for at, move in enumerate(moves.split())]
    content = MSEG + "\n".join(lines) + "\n"
    if quantities is None:
        with pytest.raises(SourceError, match="no rows") as caught:
            read(tmp_path, "receipts", "sap-mseg", {"mseg.csv": content})
        assert caught.value.hint.startswith("1 rows whose BWART is not 101 or 102")
        return
    sources = read(tmp_path, "receipts", "sap-mseg", {"mseg.csv": content})
    assert [quantity for (quantity,) in rows(sources, "receipts", "quantity")] == quantities


def test_the_specific_column_wins_over_the_general_one(tmp_path: Path) -> None:
    header = "Referenz;Lieferant;Position;Einkaufsbeleg;Bestellposition;Menge;Betrag;Nettobetrag;Währg;Belegdatum;S/H\n"
    content = header + "R1;7;1;4500;20;10,000;59,50;50,00;EUR;01.02.2026;S\n"
    sources = read(tmp_path, "invoices", "sap-mir6", {"m.csv": content})
    assert rows(sources, "invoices", "po_line", "amount") == [("20", "50")]


def test_a_cancelled_document_takes_its_continued_lines_with_it(tmp_path: Path) -> None:
    header = "ID,Supplier,Company,Date,Currency,Status,Item Code (Items),Quantity (Items),Rate (Items)\n"
    lines = [
        "P1,S,C,2026-01-05,EUR,To Receive,A,1,2",
        ",,,,,,B,2,2",
        "P2,S,C,2026-01-05,EUR,Cancelled,A,3,2",
        ",,,,,,B,4,2",
    ]
    sources = read(tmp_path, "orders", "erpnext-orders", {"o.csv": header + "\n".join(lines) + "\n"})
    assert rows(sources, "orders", "po_number", "quantity") == [("P1", "1"), ("P1", "2")]
    assert "2 rows whose Status is Draft or Cancelled are not read" in notes(sources)


def test_what_was_done_covers_the_continued_lines_of_a_transfer(tmp_path: Path) -> None:
    header = "Reference,Source Document,Status,Effective Date,Stock Moves/Product,Stock Moves/Quantity\n"
    lines = ["IN1,P1,Done,2026-01-05,A,1", ",,,,B,2", "IN2,P1,Waiting,2026-01-05,A,3", ",,,,B,4"]
    sources = read(tmp_path, "receipts", "odoo-receipts", {"r.csv": header + "\n".join(lines) + "\n"})
    assert [quantity for (quantity,) in rows(sources, "receipts", "quantity")] == ["1", "2"]


@pytest.mark.parametrize(
    ("column", "came", "went"),
    [
        ("picking_type_code", "incoming", "outgoing"),
        ("Type of Operation", "Receipt", "Delivery"),
        ("Operation Type", "My Company: Receipts", "My Company: Delivery Orders"),
        ("location_dest_usage", "internal", "supplier"),
        ("Destination Location", "WH/Stock", "Partners/Vendors"),
    ],
)
def test_what_odoo_sends_back_to_the_vendor_is_no_receipt(tmp_path: Path, column, came, went) -> None:
    header = f"Reference,purchase_line_id/order_id,origin,Product,Quantity,Date,Status,{column}\n"
    lines = [f"T1,P1,P1,A,10,2026-01-05,Done,{came}", f"T2,P1,Return of T1,A,4,2026-01-09,Done,{went}"]
    sources = read(tmp_path, "receipts", "odoo-receipts", {"r.csv": header + "\n".join(lines) + "\n"})
    assert rows(sources, "receipts", "po_number", "quantity") == [("P1", "10"), ("P1", "-4")]


def test_without_a_kind_odoos_numbers_tell_what_went_out(tmp_path: Path) -> None:
    header = "Reference,Source Document,Product,Quantity,Date,Status\n"
    lines = ["WH/IN/00001,P1,A,10,2026-01-05,Done", "WH/OUT/00001,P1,A,4,2026-01-09,Done", "T3,P1,A,1,2026-01-09,Done"]
    sources = read(tmp_path, "receipts", "odoo-receipts", {"r.csv": header + "\n".join(lines) + "\n"})
    assert [quantity for (quantity,) in rows(sources, "receipts", "quantity")] == ["10", "-4", "1"]


def test_what_odoo_moves_within_the_warehouse_is_not_received_twice(tmp_path: Path) -> None:
    header = "Reference,Source Document,Product,Quantity,Date,Status,picking_type_code\n"
    lines = ["WH/IN/00001,P1,A,10,2026-01-05,Done,incoming", "WH/INT/00001,P1,A,10,2026-01-05,Done,internal"]
    sources = read(tmp_path, "receipts", "odoo-receipts", {"r.csv": header + "\n".join(lines) + "\n"})
    assert [quantity for (quantity,) in rows(sources, "receipts", "quantity")] == ["10"]
    assert "1 rows whose picking_type_code is internal" in notes(sources)


def test_an_oracle_line_that_was_cancelled_is_no_order(tmp_path: Path) -> None:
    header = "SEGMENT1,VENDOR_ID,CURRENCY_CODE,LINE_NUM,QUANTITY,UNIT_PRICE,CANCEL_FLAG\n"
    content = header + "P1,7,EUR,1,10,2,Y\nP1,7,EUR,2,5,2,N\nP1,7,EUR,3,6,2,\n"
    sources = read(tmp_path, "orders", "oracle-orders", {"o.csv": content})
    assert [line for (line,) in rows(sources, "orders", "po_line")] == ["2", "3"]


MB51 = "Material\tMvT\tMat. Doc.\tItem\tPstng Date\tQty in Un. of Entry\tEUn\tPurchase Order"


def test_an_item_behind_the_material_document_is_not_the_orders(tmp_path: Path) -> None:
    """Only a column `Item` directly behind the order's number is the order's line."""
    content = f"{MB51}\nM\t101\t5001\t3\t10.03.2025\t1.200,00\tST\t4500\n"
    sources = read(tmp_path, "receipts", "sap-mb51", {"mb51.txt": content})
    assert rows(sources, "receipts", "po_number", "receipt_number", "receipt_line", "quantity") == [
        ("4500", "5001", "3", "1200")
    ]
    assert "po_line" not in sources.receipt_lines.columns or sources.receipt_lines["po_line"].is_null().all()


def test_movements_of_a_list_that_concern_no_order_are_left(tmp_path: Path) -> None:
    lines = [
        f"M\t{mvt}\t500{n}\t1\t10.03.2025\t1.200,00\tST\t{po}"
        for n, (mvt, po) in enumerate([("101", "4500"), ("261", ""), ("101", ""), ("105", "4500"), ("106", "4500")])
    ]
    sources = read(tmp_path, "receipts", "sap-mb51", {"mb51.txt": "\n".join([MB51, *lines, ""])})
    assert [quantity for (quantity,) in rows(sources, "receipts", "quantity")] == ["1200", "1200", "-1200"]
    assert "1 rows whose Purchase Order is blank are not read" in notes(sources)


@pytest.mark.parametrize(("movement", "debit", "quantity"), [("102", "", "-5"), ("102", "S", "-5"), ("101", "", "5")])
def test_the_movement_goes_before_the_side_it_is_booked_on(tmp_path, movement, debit, quantity) -> None:
    ekbe = f"EBELN;EBELP;VGABE;BELNR;BUZEI;BWART;SHKZG;MENGE;BUDAT\n1;10;1;51;1;{movement};{debit};5.00;20260120\n"
    assert rows(read(tmp_path, "receipts", "sap-ekbe", {"e.csv": ekbe}), "receipts", "quantity") == [(quantity,)]


def test_a_receipt_without_its_sign_is_a_reject(tmp_path: Path) -> None:
    ekbe = "EBELN;EBELP;VGABE;BELNR;BUZEI;SHKZG;MENGE;BUDAT\n1;10;1;51;1;;5.00;20260120\n1;10;1;52;1;S;6.00;20260120\n"
    sources = read(tmp_path, "receipts", "sap-ekbe", {"e.csv": ekbe})
    assert sources.receipt_lines["receipt_number"].to_list() == ["52"]
    (reason,) = sources.rejects["reason"]
    assert reason == "blank: preset 'sap-ekbe' needs it for the sign"


def test_delivery_costs_planned_on_an_order_are_no_goods(tmp_path: Path) -> None:
    """RSEG repeats the item's quantity on a line of freight (condition FRB1); other conditions stay what they were."""
    lines = [f"51;2026;{n};1;10;S;50.00;5.00;{kind}" for n, kind in enumerate(["", "FRB1", "ZOA1", "NAVS"], 1)]
    rseg = "BELNR;GJAHR;BUZEI;EBELN;EBELP;SHKZG;WRBTR;MENGE;KSCHL\n" + "\n".join(lines) + "\n"
    rbkp = "BELNR;GJAHR;LIFNR;XBLNR;WAERS\n51;2026;7;A;EUR\n"
    sources = read(tmp_path, "invoices", "sap-rseg", {"rbkp.csv": rbkp, "rseg.csv": rseg})
    assert rows(sources, "invoices", "line_type") == [(None,), ("freight",), ("charge",), (None,)]
