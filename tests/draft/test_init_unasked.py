"""What `recon init` never takes unasked: void rows, a match without receipts, files of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.draft.look.inspect import inspect_file
from recon.draft.look.render import render
from recon.draft.words import is_void, may_be_void
from tests.draft.test_init import THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

STATES = THREE["orders.csv"].replace("Order Date\n", "Order Date,State\n").replace("03-04\n", "03-04,Sent\n")
STATES = STATES.replace("03-14\n", "03-14,Cancelled\n")


def test_void_rows_are_asked_about_and_left_out(tmp_path: Path) -> None:
    asked, ask = answers("leave out Cancelled")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": STATES}), ask)
    assert asked[0].startswith("In orders.csv the column State says Cancelled. Are such rows to be read?")
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A"]


def test_void_rows_are_read_where_a_person_says_so(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": STATES}), answers("read all rows")[1])
    assert run(tmp_path, text).order_lines.height == 2


@pytest.mark.parametrize(
    "word", ["Canceled", "VOIDED", "Storniert", "annulé", "Anulada", "Bozza", "Geannuleerd", "Gelöscht"]
)
def test_words_for_void(word: str) -> None:
    assert is_void(word)


@pytest.mark.parametrize(
    ("word", "doubtful"), [("Closed", True), ("Erledigt", True), ("Avoidance", False), ("Paid", False)]
)
def test_words_that_are_none(word: str, doubtful: bool) -> None:
    assert (is_void(word), may_be_void(word)) == (False, doubtful)


FLAGS = [
    ("is_cancelled", "false", "true"),
    ("Löschkz", "", "X"),
    ("Storniert am", "", "2025-03-20"),
    ("Void", "0", "1"),
]


@pytest.mark.parametrize(("name", "no", "yes"), FLAGS)
def test_rows_that_a_flag_marks_are_asked_about(tmp_path: Path, name: str, no: str, yes: str) -> None:
    orders = THREE["orders.csv"].replace("Date\n", f"Date,{name}\n").replace("03-04\n", f"03-04,{no}\n")
    asked, ask = answers("leave out what it marks")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders.replace("03-14\n", f"03-14,{yes}\n")}), ask)
    assert asked[0].startswith(f"In orders.csv the column {name} marks rows ({yes}). Are such rows to be read?")
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A"]


def test_how_much_was_cancelled_is_no_flag(tmp_path: Path) -> None:
    orders = THREE["orders.csv"].replace("Date\n", "Date,Cancelled Qty\n").replace("03-04\n", "03-04,0\n")
    asked, ask = answers()
    draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders.replace("03-14\n", "03-14,1\n")}), ask)
    assert asked == []


def test_without_receipts_a_two_way_match_is_offered(tmp_path: Path) -> None:
    files = {name: text for name, text in THREE.items() if "grn" not in name}
    with pytest.raises(OpenQuestionsError, match="1 question is open") as caught:
        draft_rules(fill(tmp_path, files))
    assert "  - {name: no receipts, match: two_way}\n" in caught.value.draft
    assert "policies: # OPEN: There are no receipts" in caught.value.draft


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("invoice_no,customer,qty,price,amount\nCI1,C1,5,9.00,45.00\n", "a list of what was sold to customers"),
        ("pr_id,material_id,quantity\nPR1,M1,5\n", "a list of requisitions or offers"),
        ("Req No,Requester,Item,Qty,Est Price,Date\nRQ1,Ann,M,5,2.5,2025-01-02\n", "a list of requisitions or offers"),
        ("PaymentID,InvoiceID,AmountPaid\nP1,I1,9\n", "a list of payments"),
        ("doc,material,movement_type,quantity,from_bin\nD1,M1,311,5,A\n", "a list of movements of stock"),
        ("asn_no,po_number,po_line,shipped_qty\nN1,A,1,5\n", "a list of what was announced, not received"),
        ("Zahlungsbeleg,Kreditor,Belegnr,Betrag\n1,100,A1,9.00\n", "a list of payments"),
        ("Account,Posting Date,Amount,Text\n400000,2025-01-02,9.00,A1\n", "a list of postings or balances of accounts"),
        ("material_id,material_name,standard_price\nM1,Lamp,3\n", "a master of items, or a price list"),
    ],
)
def test_a_file_of_something_else_is_told_for_what_it_is(tmp_path: Path, header: str, what: str) -> None:
    seen = render(inspect_file(fill(tmp_path, {"in.csv": header}) / "in.csv"))
    assert f"looks like nothing that recon reads: it may be {what}" in seen


def test_nothing_names_a_currency_and_the_answer_holds_for_every_row(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": THREE["orders.csv"].replace(",Currency", "").replace(",EUR", "")}
    text = draft_rules(fill(tmp_path, files), answers("NOK")[1])
    assert run(tmp_path, text).invoice_lines["currency"].to_list() == ["NOK", "NOK"]


def test_a_currency_in_brackets_is_that_of_the_amounts(tmp_path: Path) -> None:
    files = {**THREE, "invoices.csv": THREE["invoices.csv"].replace("Betrag", "Betrag (CHF)")}
    text = draft_rules(fill(tmp_path, files), answers("EUR")[1])
    assert run(tmp_path, text).invoice_lines["currency"].to_list() == ["CHF", "CHF"]


def test_receipts_without_a_number_are_kept(tmp_path: Path) -> None:
    files = {**THREE, "in/grn.csv": "PO Number,Line,Qty received,Receipt date\nA,1,2,2025-03-10\n"}
    text = draft_rules(fill(tmp_path, files))
    assert "these receipts have no number: each row stands for itself" in text
    assert run(tmp_path, text).receipt_lines.height == 1


def test_names_alone_are_no_suppliers(tmp_path: Path) -> None:
    files = {**THREE, "employees.csv": "id,name,department\n1,Jo,AP\n"}
    assert "suppliers:" not in draft_rules(fill(tmp_path, files), answers("leave it out")[1])


def test_an_order_in_a_list_of_sales_is_a_customers(tmp_path: Path) -> None:
    sales = "Auftragsnr,Position,Kunde,Artikel,Menge,Preis\nV1,10,Meier AG,M1,5,9.90\n"
    text = draft_rules(fill(tmp_path, {**THREE, "Verkaufsaufträge.csv": sales}))
    assert "# left out: Verkaufsaufträge.csv, it looks like a list of what was sold to customers" in text
