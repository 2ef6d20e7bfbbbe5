"""By hand: who sent a line and which order line it belongs to (SPEC section 3, Resolve and Link)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import oracle
from tests.kit.worlds import world
from tests.oracle.by_hand import BILL, ORDER, RECEIVED, codes, lines, linked_by, verdicts

TWO = "po line qty price item\n1 10 10 5 A\n1 20 10 5 B"
MASTER = "supplier_id name vat_id iban blocked\nS1 Acme DE1 DE89~37 -\nS2 Brix DE2 - true\nS3 Cole DE2 - -"


def test_an_order_number_but_for_its_break_is_suggested_where_one_side_has_none():
    orders, receipts = "po line qty price\n5822-31 10 10 5", "po line qty\n5822-31 10 10"
    cited = {
        number: codes(world(orders, receipts, BILL + f"A 1 {number} 10 10 5 -")) for number in ("582231", "58223-1")
    }
    assert cited == {"582231": ["link_suggested"], "58223-1": ["order_not_found"]}


def test_a_receipt_is_never_linked_by_a_look_alike():
    (receipt,) = oracle.reconcile(world("po line qty price\n5822-31 10 10 5", "po line qty\n582231 10 10")).receipts
    assert (receipt.order, receipt.codes) == (None, {"receipt_without_order"})


def test_the_only_line_of_an_order_is_not_taken_against_a_line_number_it_does_not_have():
    ledger = world(ORDER, "po line qty\n1 20 10", BILL + "A 1 1 20 10 5 -")
    assert codes(ledger) == ["link_suggested not_received"]
    assert oracle.reconcile(ledger).receipts[0].codes == {"receipt_without_order"}


def test_a_line_whose_item_and_description_both_differ_from_the_only_one_is_suggested():
    orders = "po line qty price item description\n1 10 10 5 A Hex~bolt"
    told = [codes(world(orders, RECEIVED, f"no po qty price item description\nA 1 10 5 {what}")) for what in
            ("X Washer", "X Hex~bolt", "X -")]  # fmt: skip
    assert told == [["link_suggested"], [""], [""]]


def test_an_item_of_ours_on_another_line_is_held_and_takes_no_part():
    ledger = world(TWO, "po line qty\n1 10 10\n1 20 10", "no po line qty price item\nI 1 10 10 5 B")
    assert (codes(ledger), verdicts(ledger)) == (["item_mismatch"], ["hold"])
    assert oracle.reconcile(ledger).orders[0].invoiced == 0


def test_a_suppliers_own_number_is_ignored_until_a_receipt_shows_that_it_is_ours():
    bill = "no po line qty price item\nI 1 10 10 5 HX-77"
    assert codes(world(TWO, "po line qty item\n1 10 10 A", bill)) == [""]
    ledger = world(TWO, "po line qty item\n1 10 10 HX-77", bill)
    assert (codes(ledger), oracle.reconcile(ledger).orders[0].received) == (["item_mismatch"], 0)


def test_a_delivery_note_leads_by_its_receipt_to_the_order_line():
    receipts = "po line qty delivery_note\n1 20 10 DN-7"
    ledger = world(TWO, receipts, "no qty price delivery_note\nI 10 5 dn~7", linked_by("delivery_note"))
    assert [(line.link, line.order.po_line, line.codes) for line in lines(ledger)] == [("by hand", "20", [])]


def test_a_credit_follows_the_same_item_of_the_invoice_it_cites():
    invoices = """
no po line qty price item credited_invoice type
I  1  10   10  5     A    -                invoice
I  1  20   10  5     B    -                invoice
C  -  -    4   5     B    i                credit_note
"""
    ledger = world(TWO, "po line qty\n1 10 10\n1 20 6", invoices, linked_by("credited_invoice"))
    assert codes(ledger) == ["", "", ""]
    assert lines(ledger)[2].order.po_line == "20"


@pytest.mark.parametrize(
    ("amount", "found"), [("80", ""), ("80.01", "amount_over_received"), ("100", "amount_over_received")]
)
def test_a_bill_by_header_is_held_against_what_came_of_the_whole_order(amount, found):
    """100 are ordered, 10 of A and 6 of B came: 80."""
    ledger = world(TWO, "po line qty\n1 10 10\n1 20 6", f"no po amount\nH 1 {amount}")
    assert codes(ledger) == [found]


def test_what_is_billed_by_header_is_added_to_what_is_billed_by_line():
    invoices = "no po line qty price amount invoice_date\nI 1 10 10 5 - 2026-01-01\nH 1 - - - 60 2026-01-02"
    ledger = world(TWO, "po line qty\n1 10 10\n1 20 10", invoices)
    assert codes(ledger) == ["", "amount_over_ordered amount_over_received"]


def test_beside_a_linked_line_an_amount_alone_lacks_its_quantity():
    ledger = world(ORDER, RECEIVED, "no po line qty price amount\nI 1 10 10 5 -\nI 1 - - - 18")
    assert (codes(ledger), verdicts(ledger)) == (["", "quantity_missing"], ["pay", "hold"])


def test_other_bank_details_hold_and_another_vat_id_is_asked_about_however_the_supplier_was_found():
    bill = "no po line qty price supplier_id supplier_name iban supplier_vat_id\nI 1 10 10 5 - Acme"
    found = [codes(world(ORDER, RECEIVED, f"{bill} {told}", suppliers=MASTER)) for told in
             ("DE8937 -", "DE8938 -", "- DE9", "- DE1")]  # fmt: skip
    assert found == [[""], ["bank_details_differ"], ["supplier_uncertain"], [""]]


def test_who_shares_a_vat_id_with_a_blocked_supplier_is_blocked():
    orders = "po line qty price supplier\n1 10 10 5 S3"
    bill = "no po line qty price supplier\nI 1 10 10 5 S3"
    assert codes(world(orders, RECEIVED, bill, suppliers=MASTER)) == ["supplier_blocked"]


def test_in_a_source_without_a_supplier_column_the_orders_supplier_sent_the_line():
    ledger = world(ORDER, RECEIVED, "no po line qty price supplier\nI 1 10 10 5 -")
    assert codes(ledger) == ["supplier_unknown"]
    assert codes(replace(ledger, absent=frozenset({"supplier"}))) == [""]
