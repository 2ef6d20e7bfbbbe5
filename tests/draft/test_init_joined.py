"""Headers in one file and lines in another are joined where a key of both says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.draft import draft_rules
from tests.draft.test_init import answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

HEADS = "po_id,supplier_id,po_date,total_value,currency\nPO-1,S1,2024-01-02,100.00,EUR\nPO-2,S2,2024-01-03,80.00,EUR\n"
LINES = (
    "line_id,po_id,item_name,quantity,unit_price\nL1,PO-1,Disc,10,5.00\nL2,PO-1,Seal,2,25.00\nL3,PO-2,Hose,4,20.00\n"
)
BILLS = "invoice_number,po_number,supplier_id,item,quantity,unit_price\nI1,PO-1,S1,Disc,10,5.00\n"
ORDERS = {"purchase_orders.csv": HEADS, "po_line_items.csv": LINES}


def test_orders_in_two_files_are_joined_by_their_number(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**ORDERS, "invoices.csv": BILLS}), answers()[1])
    assert '    beside: {files: ["purchase_orders.csv"], key: po_id}\n' in text
    lines = run(tmp_path, text).order_lines
    assert lines["supplier_id"].to_list() == ["S1", "S1", "S2"]
    assert lines["amount"].null_count() == 3  # the header's total is no line's amount


def test_what_one_file_calls_item_and_the_other_name_is_one(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**ORDERS, "invoices.csv": BILLS}), answers()[1])
    assert "item: item_name  # its cells are what the other files name as the item" in text


def test_invoices_take_supplier_and_total_from_their_headers(tmp_path: Path) -> None:
    heads = "invoice_id,supplier_id,invoice_date,grand_total\n7,S1,2024-02-01,60.00\n8,S2,2024-02-01,80.00\n"
    lines = "invoice_id,po_id,item,quantity,unit_price\n7,PO-1,Disc,10,5.00\n7,PO-1,Seal,2,5.00\n8,PO-2,Hose,4,20.00\n"
    files = {**ORDERS, "invoices.csv": heads, "invoice_lines.csv": lines}
    found = run(tmp_path, draft_rules(fill(tmp_path, files), answers()[1])).invoice_lines
    assert found["supplier_id"].to_list() == ["S1", "S1", "S2"]
    assert [str(one) for one in found["invoice_total"]] == ["60.000000", "60.000000", "80.000000"]
