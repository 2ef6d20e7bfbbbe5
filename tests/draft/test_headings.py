"""What headings say: known by list or by their words; another document's are never taken."""

from __future__ import annotations

import pytest

from recon.draft.headings import WEAK, concepts_of, hint_of, readings
from recon.draft.synonyms import candidates

KNOWN = """
orders   PO Item No            po_line
orders   PurchaseOrderItem     po_line
orders   Agreed Price          unit_price
orders   Bestellte Menge       quantity
orders   PO Creation Date      order_date
orders   Requested Delivery    due_date
receipts Qty of Each Item Rec  quantity
receipts DOCK_DATE             receipt_date
receipts Damaged Qty           quantity_rejected
receipts Lieferschein Nr       delivery_note
invoices Vendor Invoice No.    invoice_number
invoices gst_18pct             tax_amount
invoices GST %                 tax_rate
invoices Prix unitaire HT (€)  unit_price
invoices Price/Unit            unit_price
invoices Montant TTC           invoice_total
invoices Fournisseurcode       supplier_id
invoices FactuurPrijs          unit_price
"""


@pytest.mark.parametrize("row", KNOWN.strip().splitlines())
def test_a_heading_is_known_by_its_words(row: str) -> None:
    table, *heading, column = row.split()
    best = next(one for one in candidates(" ".join(heading)) if one.table == table)
    assert best.column == column


@pytest.mark.parametrize("heading", ["po_unit_price", "PO Qty", "Ordered Qty", "GRN Qty", "Qty received", "PO Amount"])
def test_what_names_another_document_is_no_measure_of_the_invoice(heading: str) -> None:
    measures = {"quantity", "unit_price", "amount", "price_unit", "invoice_total"}
    assert not measures & {one.column for one in candidates(heading) if one.table == "invoices"}


@pytest.mark.parametrize("heading", ["Open Qty", "Previous Price", "PR No", "Received By", "Tax Status", "List Price"])
def test_what_is_about_something_else_means_nothing(heading: str) -> None:
    assert not readings(heading)


def test_a_word_that_is_not_known_leaves_a_question() -> None:
    assert {one.score for one in readings("Zorbed Qty")} == {WEAK}


def test_a_slip_of_the_pen_is_seen_but_never_sure() -> None:
    assert [(one.column, one.score) for one in candidates("Invoice Numbr") if one.table == "invoices"] == [
        ("invoice_number", 90)
    ]


def test_brackets_hold_a_hint_and_no_name() -> None:
    assert (hint_of("Unit Price (RM)"), concepts_of("Unit Price (RM)")) == ("RM", concepts_of("Unit Price"))
