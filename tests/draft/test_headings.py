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
orders   Best.-Nr.             po_number
orders   Linha do pedido       po_line
orders   Nome do Fornecedor    supplier_name
orders   Qtde. Pedida          quantity
orders   Confirmed Qty         quantity
orders   Preis/Einheit         unit_price
orders   Price per piece       unit_price
orders   Vlr. Unitário         unit_price
orders   Bestellt am           order_date
orders   F. Entrega            due_date
orders   EK-Preis              unit_price
receipts Mat. Doc. Item        receipt_line
receipts Empfangene Menge      quantity
receipts Quantità respinta     quantity_rejected
receipts Qtd. recebida         quantity
receipts Guia de remessa       delivery_note
receipts Ontvangen op          receipt_date
invoices Eingangsrechnungsnummer invoice_number
invoices Nota Fiscal           invoice_number
invoices Réf. fournisseur      invoice_number
invoices Amount (incl. VAT)    invoice_total
invoices Net à payer           invoice_total
invoices Totale ivato          invoice_total
invoices Nettobetrag EUR       amount
invoices Montant HT            amount
invoices Discount (%)          discount_percent
invoices Oorspronkelijke factuur credited_invoice
invoices Rechnungseingangsdatum received_date
invoices USt-%                 tax_rate
invoices Supplier GSTIN        supplier_vat_id
invoices Bill                  invoice_number
invoices Bill lines/Unit Price unit_price
orders   Numer zamówienia      po_number
orders   Kod dostawcy          supplier_id
orders   Termin dostawy        due_date
orders   Číslo objednávky      po_number
orders   Jednotková cena       unit_price
orders   Inköpsordernr         po_number
orders   À-pris                unit_price
receipts Ilość przyjęta        quantity
receipts Numer PZ              receipt_number
receipts Datum příjmu          receipt_date
receipts Mottaget antal        quantity
receipts Inleveransnr          receipt_number
receipts Följesedel            delivery_note
invoices Wartość netto         amount
invoices Termin płatności      due_date
invoices NIP dostawcy          supplier_vat_id
invoices Částka bez DPH        amount
invoices Datum splatnosti      due_date
invoices Fakturanr             invoice_number
invoices Förfallodatum         due_date
invoices Belopp inkl. moms     invoice_total
invoices Leverandørnavn        supplier_name
invoices Eink. von Kred.-Nr.   supplier_id
orders   発注番号              po_number
invoices 請求書番号            invoice_number
orders   単価                  unit_price
orders   供应商                supplier_name
invoices 价税合计              invoice_total
invoices Payee                 supplier_name
invoices Payee No              supplier_id
invoices Payee IBAN            iban
invoices Received              received_date
suppliers Payees               name
"""


@pytest.mark.parametrize("row", KNOWN.strip().splitlines())
def test_a_heading_is_known_by_its_words(row: str) -> None:
    table, *heading, column = row.split()
    best = next(one for one in candidates(" ".join(heading)) if one.table == table)
    assert best.column == column


OF_OTHERS = [
    "po_unit_price", "PO Qty", "Ordered Qty", "GRN Qty", "Qty received", "PO Amount", "Qty (PO)", "Price (ordered)",
    "Contract Price", "Expected Amount", "Bestellpreis", "Prix commandé", "Qtde recebida",
]  # fmt: skip


@pytest.mark.parametrize("heading", OF_OTHERS)
def test_what_names_another_document_is_no_measure_of_the_invoice(heading: str) -> None:
    measures = {"quantity", "unit_price", "amount", "price_unit", "invoice_total"}
    assert not measures & {one.column for one in candidates(heading) if one.table == "invoices"}


ABOUT_ELSE = [
    "Open Qty", "Previous Price", "PR No", "PR Number", "Received By", "Tax Status", "List Price", "Amount (LC)",
    "Payee Address", "Payer", "Paid", "Payed", "Beneficiary", "Remit To", "Betrag in Hauswährung", "Prix de vente", "Short Qty", "Saldo pendiente", "Currency Rate", "Skonto %", "Sales Order No",
]  # fmt: skip


@pytest.mark.parametrize("heading", ABOUT_ELSE)
def test_what_is_about_something_else_means_nothing(heading: str) -> None:
    assert not readings(heading)
    assert not candidates(heading)


def test_a_word_that_is_not_known_leaves_a_question() -> None:
    assert {one.score for one in readings("Zorbed Qty")} == {WEAK}


def test_a_slip_of_the_pen_is_seen_but_never_sure() -> None:
    assert [(one.column, one.score) for one in candidates("Invoice Numbr") if one.table == "invoices"] == [
        ("invoice_number", 90)
    ]


def test_brackets_hold_a_hint_and_no_name() -> None:
    assert (hint_of("Unit Price (RM)"), concepts_of("Unit Price (RM)")) == ("RM", concepts_of("Unit Price"))
