"""Exports as analysts have them: what flags, references, labels and repeated lines say of a file's rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from recon import reconcile
from recon.draft.draft import draft_rules
from recon.draft.interview import OpenQuestionsError
from recon.errors import SourceError
from recon.read.sources import read_sources
from recon.rules.file import parse_rules
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "Invoice No,Supplier,PO Number,Line,Qty,Unit Price\n"
ITEMS = ORDERS.replace("Line,", "Line,Item,").replace("A,1,", "A,1,X-1,").replace("B,1,", "B,1,X-2,")


def test_a_flag_for_credit_notes_is_asked_about_and_heeded(tmp_path: Path) -> None:
    bills = HEAD.replace("Unit Price", "Unit Price,Is Credit") + "I1,ACME,A,1,2,3.50,N\nC1,ACME,A,1,1,3.50,Y\n"
    asked, ask = answers("yes, rows with Y are credit notes")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)
    assert asked[0].startswith("In invoices.csv Is Credit says Y in some rows. Are these credit notes?")
    assert run(tmp_path, text).invoice_lines["document_type"].to_list() == ["invoice", "credit_note"]


def test_a_flag_for_goods_sent_back_is_asked_about_where_no_minus_says_it(tmp_path: Path) -> None:
    grn = "GRN No,PO Number,Line,Qty received,Return\nR1,A,1,2,\nR2,A,1,1,X\n"
    _, ask = answers("yes, rows with X are goods sent back")
    text = draft_rules(fill(tmp_path, {**THREE, "in/grn.csv": grn}), ask)
    assert run(tmp_path, text).receipt_lines["quantity"].to_list() == [2, -1]
    (tmp_path / "in/grn.csv").write_text(grn.replace("1,1,X", "1,-1,X"))
    assert "movement" not in draft_rules(tmp_path)


@pytest.mark.parametrize(("debit", "credit"), [("Debit", "Credit"), ("Soll", "Haben"), ("Debe", "Haber")])
def test_credits_in_a_column_of_their_own_stop_a_draft_or_are_left_out(tmp_path: Path, debit: str, credit: str) -> None:
    bills = f"Invoice No,Supplier,PO Number,Line,{debit},{credit}\nI1,ACME,A,1,7.00,0.00\nC1,ACME,A,1,,3.50\n"
    fill(tmp_path, {**THREE, "invoices.csv": bills})
    _, ask = answers("leave the rows with a credit out")
    assert run(tmp_path, draft_rules(tmp_path, ask)).invoice_lines["invoice_number"].to_list() == ["I1"]
    _, ask = answers("stop: the export is to have one column of amounts, with a minus before credits")
    with pytest.raises(SourceError, match=f"credits stand in a column of their own, {credit}"):
        draft_rules(tmp_path, ask)


def test_a_file_whose_lines_all_stand_in_a_larger_one_is_asked_about(tmp_path: Path) -> None:
    more = INVOICES + "I3;ACME;14.03.2025;B;1;1,25;1,25\n"
    asked, ask = answers("yes, leave it out")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices_ytd.csv": more}), ask)
    assert asked[0].startswith(
        "All lines of invoices.csv stand in invoices_ytd.csv, too, where each would count again."
    )
    assert run(tmp_path, text).invoice_lines.height == 3


def test_a_reference_beside_the_booking_systems_number_is_the_suppliers_own(tmp_path: Path) -> None:
    for heading in ("BP Ref. No.", "Uw ref.", "N\u00ba Doc. Externo"):
        bills = f"Document Number,{heading},Vendor No,PO Number,Line,Qty,Unit Price\n51,R-7,V1,A,1,2,3.50\n"
        text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
        assert run(tmp_path, text).invoice_lines.select("invoice_number", "document_id").rows() == [("R-7", "51")]


def test_a_name_behind_the_suppliers_number_is_the_suppliers(tmp_path: Path) -> None:
    orders = "PO Number,Line,Lieferant,Name,Kurztext,Qty,Unit Price,Currency\nA,1,1001,ACME,Desk,2,3.50,EUR\n"
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}))
    read = run(tmp_path, text).order_lines.select("supplier_id", "supplier_name", "description").rows()
    assert read == [("1001", "ACME", "Desk")]


def test_an_item_that_counts_a_receipts_lines_names_no_goods(tmp_path: Path) -> None:
    grn = "Material Document,Item,Purchase Order,PO Item,Quantity\nR1,1,A,1,2\nR1,2,B,1,4\n"
    read = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": ITEMS, "in/grn.csv": grn}))).receipt_lines
    assert read.select("receipt_line", "po_line", "item").rows() == [("1", "1", None), ("2", "1", None)]


def test_what_names_items_is_told_by_the_orders_items_and_a_text_by_its_number(tmp_path: Path) -> None:
    grn = "Ref,PO Number,Line,Item,Qty received\n9001,A,1,X-1,2\n"
    orders = ITEMS.replace("Item", "Item No.,Item").replace("X-1", "X-1,Oak desk").replace("X-2", "X-2,Desk lamp")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders, "in/grn.csv": grn})))
    assert sources.receipt_lines["item"].to_list() == ["X-1"]
    assert sources.order_lines.select("item", "description").row(0) == ("X-1", "Oak desk")


def test_ids_that_differ_by_leading_zeros_alone_are_told_with_what_mends_them(tmp_path: Path) -> None:
    orders = ORDERS.replace("Supplier", "Vendor No").replace("ACME", "0001234")
    bills = HEAD.replace("Supplier", "Vendor No") + "I1,1234,A,1,2,3.50\n"
    text = draft_rules(fill(tmp_path, {"orders.csv": orders, "grn.csv": RECEIPTS, "bills.csv": bills}))
    assert "# Vendor No 1234 and the orders' 0001234 differ only by leading zeros, and are not one:" in text
    mended = text.replace(
        "    columns:\n      supplier_id: Vendor No\n      invoice",
        '    patches: [{name: zeros, before: {supplier_id: "000"}}]\n    columns:\n      supplier_id: Vendor No\n      invoice',
    )
    assert run(tmp_path, mended).invoice_lines["supplier_id"].to_list() == ["0001234"]


def test_orders_without_suppliers_say_which_file_names_them(tmp_path: Path) -> None:
    orders = "PO Number,Line,Qty,Unit Price\nA,1,2,3.50\n"
    grn = RECEIPTS.replace("Line", "Line,Vendor No").replace("A,1", "A,1,V1")
    with pytest.raises(OpenQuestionsError) as caught:
        draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders, "in/grn.csv": grn}))
    told = "orders.csv, it lacks supplier_id or supplier_name: in/grn.csv has it (Vendor No); export the orders with that column, too, or add a list of the orders and their suppliers, a row an order"
    assert told in caught.value.hint


def test_prices_that_headings_call_gross_have_their_tax_taken_off(tmp_path: Path) -> None:
    bills = "Invoice No,Supplier,PO Number,Line,Qty,Unit Price incl. VAT,VAT %\nI1,ACME,A,1,2,4.20,20\n"
    _, ask = answers("Unit Price incl. VAT")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)
    assert "    prices: gross\n" in text
    both = bills.replace("VAT %", "Amount excl. VAT").replace(",20\n", ",7.00\n")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": both}), ask)
    assert run(tmp_path, text).invoice_lines["amount"].to_list() == [7]


def test_the_sum_of_a_document_by_its_number_is_no_line(tmp_path: Path) -> None:
    bills = HEAD + "I1,ACME,A,1,2,3.50\nSubtotal I1,,,,2,\nI2,ACME,B,1,4,1.25\nTotal for I2,,,,4,\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
    sources = run(tmp_path, text)
    assert (sources.invoice_lines["invoice_number"].to_list(), sources.rejects.height) == (["I1", "I2"], 0)


def test_labels_before_headings_are_none_of_their_words(tmp_path: Path) -> None:
    orders = "[PO] PO Id,[PO] PO Line Number,[SUP]Supplier (ERP Supplier),[MEA]PO Quantity,[MEA]PO Unit Price\nA,1,ACME,2,3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), answers("EUR")[1])
    assert run(tmp_path, text).order_lines.select("po_number", "supplier_name").rows() == [("A", "ACME")]


def test_invoices_that_cite_delivery_notes_alone_are_linked_by_them(tmp_path: Path) -> None:
    grn = "GRN No,PO Number,Line,Item,Qty received,Delivery Note\nR1,A,1,X-1,2,L-7\nR2,B,1,X-2,4,L-7\n"
    bills = "Invoice No,Supplier,Delivery Note,Item,Qty,Unit Price,Currency\nI1,ACME,L-7,X-1,2,3.50,EUR\nI1,ACME,L-7,X-2,4,1.25,EUR\n"
    text = draft_rules(fill(tmp_path, {"orders.csv": ITEMS, "grn.csv": grn, "invoices.csv": bills}))
    rules = parse_rules(text.encode(), tmp_path / "rules.yaml")
    lines = reconcile(read_sources(rules), rules).invoice_lines
    assert lines.select("link", "decision").unique().rows() == [("item of the delivery note", "pay")]
    cited = bills.replace("Supplier", "PO Number,Supplier").replace("ACME", "A,ACME")
    assert "links:" not in draft_rules(fill(tmp_path, {"invoices.csv": cited}))


def test_what_is_carried_forward_is_no_line(tmp_path: Path) -> None:
    bills = HEAD + "I1,ACME,A,1,2,3.50\nCarried forward,,,,2,\n\u00dcbertrag:,,,,2,\nI2,ACME,B,1,4,1.25\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["I1", "I2"]


def test_bills_with_a_minus_before_every_amount_stop_a_draft_or_are_credit_notes(tmp_path: Path) -> None:
    bills = HEAD.replace("Unit Price", "Amount") + "I1,ACME,A,1,2,-7.00\nI2,ACME,B,1,4,-5.00\nI3,ACME,B,1,1,-1.25\n"
    fill(tmp_path, {**THREE, "invoices.csv": bills})
    with pytest.raises(SourceError, match="every bill would be a credit note"):
        draft_rules(tmp_path, answers("what is owed: stop, the export is to turn the signs")[1])
    asked, ask = answers("credit notes")
    assert run(tmp_path, draft_rules(tmp_path, ask)).invoice_lines.height == 3
    assert asked[0].startswith("3 of 3 amounts in Amount of invoices.csv have a minus. What are they?")


@pytest.mark.parametrize(
    ("heading", "written", "column", "read"),
    [("Amount (cents)", "700", "amount", 7), ("Amount (pence)", "701", "amount", Decimal("7.01"))]
    + [(f"Price {per}", "3500", "price_unit", 1000) for per in ("per 1000", "je 1.000", "/1000")],
)
def test_a_heading_may_say_how_a_figure_is_meant(
    tmp_path: Path, heading: str, written: str, column: str, read: Decimal
) -> None:
    bills = HEAD.replace("Unit Price", heading) + f"I1,ACME,A,1,2,{written}\n"
    lines = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))).invoice_lines
    assert lines[column].to_list() == [read]


def test_a_discount_that_the_net_price_has_already_is_not_taken_off_again(tmp_path: Path) -> None:
    head, row = "PO Number,Line,Supplier,Qty,List Price,Discount %,Net Price,Currency\n", "A,1,ACME,2,{},10,3.50,EUR\n"
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": head + row.format("3.89")}))
    assert "# Discount % is taken off List Price in Net Price already, and not read" in text
    (tmp_path / "orders.csv").write_text(head + row.format("9.99"))
    assert "discount_percent: Discount %" in draft_rules(tmp_path).replace('"', "")


def test_files_of_other_orders_are_told_and_another_spelling_is_none(tmp_path: Path) -> None:
    bills = HEAD + "I1,ACME,PO 9001,1,2,3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
    told = "# no order that PO Number cites (PO 9001, ...) is among the orders (A, ...): are these the right files?"
    assert told in text
    (tmp_path / "orders.csv").write_text(ORDERS.replace("A,1,", "009001,1,"))
    assert "are these the right files" not in draft_rules(
        fill(tmp_path, {"in/grn.csv": RECEIPTS.replace("A,1", "B,1")})
    )
