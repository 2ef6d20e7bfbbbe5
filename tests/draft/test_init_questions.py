"""What `init` asks, with which cells beside it, and what becomes of each answer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from recon import reconcile
from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.draft.file_names import named_table
from recon.read.sources import read_sources
from recon.rules.file import load_rules, parse_rules
from recon.shipped import shipped
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run

ODD = ORDERS.replace("Line,", "Zzz,").replace("Currency,", "Currency,Remark,").replace("EUR,", "EUR,soon,")
SAMPLE = {  # what a person says of the sample company's exports
    "is document_type": "Document",
    "is line_type": "Kind",
    "base currency": "EUR",
}


def two_lines(text: str) -> str:
    """Return the orders with both lines on order A, so that its lines need numbers."""
    return text.replace("B,1,", "A,2,")


def test_a_needed_column_without_a_known_name_is_asked_for_with_cells_of_those_that_could_be_it(tmp_path: Path) -> None:
    asked, ask = answers("Zzz")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": two_lines(ODD)}), ask)
    assert asked == ["Which column of orders.csv is po_line? ['Zzz (1, 2)', 'none of them']"]
    assert "      po_line: Zzz" in text
    assert run(tmp_path, text).order_lines["po_line"].to_list() == ["1", "2"]


def test_an_answer_may_be_the_line_as_it_is_shown(tmp_path: Path) -> None:
    _, ask = answers("Zzz (1, 2)")
    assert "      po_line: Zzz" in draft_rules(fill(tmp_path, {**THREE, "orders.csv": two_lines(ODD)}), ask)


def test_without_a_person_the_question_stands_on_its_line(tmp_path: Path) -> None:
    with pytest.raises(OpenQuestionsError) as caught:
        draft_rules(fill(tmp_path, {**THREE, "orders.csv": two_lines(ODD)}))
    question = "      po_line: # OPEN: Which column of orders.csv is po_line? candidates: Zzz (1, 2), none of them"
    assert question in caught.value.draft.splitlines()
    assert "po_line: Zzz" not in caught.value.draft


def test_lines_without_a_number_are_counted_within_their_order(tmp_path: Path) -> None:
    _, ask = answers("none of them")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": two_lines(ODD)}), ask)
    assert "    number: {po_line: po_number}\n" in text
    assert run(tmp_path, text).order_lines["po_line"].to_list() == ["1", "2"]


def test_alternatives_are_asked_for_in_turn(tmp_path: Path) -> None:
    asked, ask = answers("none of them", "Zzz")
    orders = ORDERS.replace("Supplier", "Zzz")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), ask)
    assert [question.split("?")[0] for question in asked] == [
        "Which column of orders.csv is supplier_id",
        "Which column of orders.csv is supplier_name",
    ]
    assert run(tmp_path, text).order_lines["supplier_name"].to_list() == ["ACME", "ACME"]


def test_a_column_that_cites_orders_under_another_name_is_asked_for(tmp_path: Path) -> None:
    asked, ask = answers("Unser Zeichen")
    files = {**THREE, "invoices.csv": INVOICES.replace("Bestellnummer", "Unser Zeichen")}
    text = draft_rules(fill(tmp_path, files), ask)
    assert asked == ["Which column of invoices.csv is po_number? ['Unser Zeichen (A, B)', 'none of them']"]
    assert run(tmp_path, text).invoice_lines["po_number"].to_list() == ["A", "B"]


def test_a_column_without_any_orders_number_is_no_question(tmp_path: Path) -> None:
    invoices = INVOICES.replace("Bestellnummer", "Farbe").replace(";A;", ";rot;").replace(";B;", ";blau;")
    assert "columns not used: Farbe" in draft_rules(fill(tmp_path, {**THREE, "invoices.csv": invoices}))


def test_a_column_of_words_for_credit_notes_is_asked_for(tmp_path: Path) -> None:
    invoices = "Kind,Invoice No,Supplier,PO Number,Qty,Price\nInvoice,I1,ACME,A,2,3.50\nCredit note,C1,ACME,A,1,3.50\n"
    asked, ask = answers("Kind")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": invoices}), ask)
    assert asked == ["Which column of invoices.csv is document_type? ['Kind (Invoice, Credit note)', 'none of them']"]
    assert run(tmp_path, text).invoice_lines["document_type"].to_list() == ["invoice", "credit_note"]


def test_any_currency_there_is_may_be_the_answer_and_no_other(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace(",Currency", "").replace(",EUR", "")}
    _, ask = answers("Taler", "NOK")
    assert "base_currency: NOK" in draft_rules(fill(tmp_path, files), ask)


def test_the_sample_company_is_read_as_its_own_rules_read_it(tmp_path: Path) -> None:
    for path in shipped("sample_data").iterdir():
        if path.is_file() and path.name != "rules.yaml":
            fill(tmp_path, {path.name: path.read_bytes()})
    asked: list[str] = []

    def ask(question: str, _: object) -> str:
        asked.append(question)
        return next(answer for words, answer in SAMPLE.items() if words in question)

    text = draft_rules(tmp_path, ask)
    assert len(asked) == len(SAMPLE)
    drafted, own = run(tmp_path, text), read_sources(load_rules(shipped("sample_data") / "rules.yaml"))
    assert drafted.order_lines.equals(own.order_lines)
    assert drafted.suppliers.equals(own.suppliers)
    assert drafted.rejects.drop("reason").equals(own.rejects.drop("reason"))
    # The preset leaves two columns that the own rules map; names say nothing of three of the workbook's, and the own
    # rules say `item` where its Kind is blank.
    assert drafted.receipt_lines.drop("receipt_line", "quantity_accepted").equals(
        own.receipt_lines.drop("receipt_line", "quantity_accepted")
    )
    unnamed = ("invoice_line", "po_line", "posting_date", "line_type")
    assert drafted.invoice_lines.drop(unnamed).equals(own.invoice_lines.drop(unnamed))
    assert "    preset: sap-mb51\n" in text
    rules = parse_rules(text.encode(), tmp_path / "rules.yaml")
    assert reconcile(drafted, rules).invoices.height == 65


GERMAN = {
    "Bestellungen.csv": "Bestellnummer;Pos.;Lieferant;Artikel;Menge;Einzelpreis;Währung;Bestelldatum\n"
    "4500000001;10;Müller & Söhne;M-01;1.200,00;12,50;EUR;04.03.2025\n"
    "4500000001;20;Müller & Söhne;M-02;5;3,10;EUR;04.03.2025\n",
    "Wareneingänge.csv": "WE-Nummer;Bestellnummer;Pos.;Eingangsmenge;Eingangsdatum\n"
    "WE1;4500000001;10;1.000,00;10.03.2025\nWE2;4500000001;20;5;13.03.2025\n",
    "Rechnungen.csv": "Rechnungsnummer;Lieferant;Rechnungsdatum;Bestellnummer;Bestellposition;Menge;Einzelpreis;Betrag\n"
    "R1;Müller & Söhne;14.03.2025;4500000001;10;1.200,00;12,50;15.000,00\n"
    "R1;Müller & Söhne;14.03.2025;4500000001;20;5;3,10;15,50\n",
}


def test_german_exports_of_windows_become_rules_that_run_without_a_question(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {name: content.encode("cp1252") for name, content in GERMAN.items()}))
    rules = parse_rules(text.encode(), tmp_path / "rules.yaml")
    sources = read_sources(rules)
    assert sources.rejects.is_empty()
    assert sources.order_lines["supplier_name"].to_list() == ["Müller & Söhne"] * 2
    # Billed 1200, received 1000: 200 x 12.50 at risk.
    found = reconcile(sources, rules).discrepancies.select("code", "po_line", "amount_at_risk").rows()
    assert found == [("quantity_over_received", "10", Decimal(2500))]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("PurchaseOrderLinesV2.csv", "orders"),
        ("po_2025.csv", "orders"),
        ("purchases.csv", "orders"),
        ("Purchase Invoice Item.csv", "invoices"),
        ("Lieferantenrechnungen.xlsx", "invoices"),
        ("Wareneingänge.csv", "receipts"),
        ("MB51_2025.xls.txt", "receipts"),
        ("receipts/results.csv", "receipts"),
        ("vendor_invoices.csv", "invoices"),
        ("vendors.csv", "suppliers"),
        ("po_and_invoices.csv", None),
        ("results.csv", None),
        ("importance.csv", None),
        ("Einkaufslieferzeilen.csv", "receipts"),
        ("ap.csv", "invoices"),
        ("AP_Vendors.csv", None),
        ("RE_2026.csv", "invoices"),
        ("采购入库单.csv", "receipts"),
    ],
)
def test_a_name_says_what_a_file_holds(name: str, table: str | None) -> None:
    assert named_table(name) == table


def test_a_sheets_name_says_more_than_its_files() -> None:
    assert named_table("orders.xlsx", "Goods receipts") == "receipts"
    assert named_table("orders.xlsx", "Sheet1") == "orders"


def test_a_run_s_own_report_is_no_export(tmp_path: Path) -> None:
    fill(tmp_path, {**THREE, "report/manifest.json": "{}", "report/invoice_lines.csv": INVOICES, "grn.csv": RECEIPTS})
    (tmp_path / "in/grn.csv").unlink()
    assert "report/" not in draft_rules(tmp_path)


def test_columns_of_one_name_that_nobody_asks_for_do_not_stop_a_draft(tmp_path: Path) -> None:
    orders = ORDERS.replace("Order Date", "Order Date,Note,Note").replace("2025-03-04", "2025-03-04,x,y")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders.replace("2025-03-14", "2025-03-14,x,y")}))
    assert '      po_number: "#1"' in text
    assert "columns not used: Note (" in text
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A", "B"]


def test_of_columns_of_one_name_that_are_needed_the_meant_one_is_asked_for(tmp_path: Path) -> None:
    """What cannot be it is no answer: a date is no line's number."""
    asked, ask = answers("#4")
    orders = ORDERS.replace("Order Date", "Line,Qty").replace("2025-03-04", "2025-03-04,9").replace("03-14", "03-14,9")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), ask)
    assert asked == [
        "In orders.csv 2 columns are called Qty. Which is quantity? ['#4 (2, 4)', '#8 (9)', 'none of them']"
    ]
    assert run(tmp_path, text).order_lines.select("po_line", "quantity").rows() == [("1", 2), ("1", 4)]


def test_a_table_of_unknown_columns_is_left_out_only_where_nothing_is_wanting(tmp_path: Path) -> None:
    strange = {"list.csv": "x,y,z\n1,2,3\n"}
    text = draft_rules(fill(tmp_path / "whole", {**THREE, **strange}))
    assert "# left out: list.csv, its columns are not those of a table that recon reads\n" in text
    without_receipts = {name: content for name, content in THREE.items() if name != "in/grn.csv"}
    with pytest.raises(OpenQuestionsError, match=r"1 question is open") as caught:
        draft_rules(fill(tmp_path / "part", {**without_receipts, **strange}))
    assert caught.value.questions[0].text == "What does list.csv hold? Its columns are x, y, z."
