"""By hand: what a row means before anything is compared (SPEC section 3, Normalise and Documents)."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from recon.rules.rule import Rules, Source
from tests import oracle
from tests.kit.worlds import world
from tests.oracle import values
from tests.oracle.by_hand import BILL, ORDER, RECEIVED, at_risk, codes, lines, verdicts


def test_a_break_between_digits_stays_a_break():
    assert values.key("4711 / 12") == values.key("4711-12") != values.key("47111-2")
    assert [values.key(text) for text in ("M-1", "1.1", "a 1-b")] == ["M1", "1-1", "A1B"]
    assert values.mark("DE89 3704 0044") == "DE8937040044"


def test_words_before_an_order_number_come_off():
    written = ("Purchase Order No. 0045", "PO NR 45", "order number 45", "Bestellung 45", "45")
    assert {values.po_number(text) for text in written} == {"45"}
    assert values.po_number("PO-0045-7") == "45-7"


def test_lines_that_bill_nothing_are_left_out_and_free_goods_are_not():
    invoices = BILL + "A 1 1 10 10 5 -\nA 2 1 - 0 0 -\nA 3 1 - - - -\nA 4 1 - 3 - -\nA 5 1 10 2 0 -"
    answer = oracle.reconcile(world("po line qty price\n1 10 12 5", "po line qty\n1 10 12", invoices))
    assert sorted(row for _, (_, row) in answer.left_out) == [3, 4, 5]
    assert (len(answer.invoices), answer.rejects) == (2, set())


def test_free_goods_risk_nothing_and_are_only_told():
    ledger = world(ORDER, "po line qty\n1 10 12", BILL + "A 1 1 10 2 0 -\nA 2 1 10 10 5 -")
    assert codes(ledger) == ["price_variance quantity_over_ordered", ""]
    assert (verdicts(ledger), at_risk(ledger, "quantity_over_ordered")) == (["pay", "pay"], [0, None])


def test_a_discount_percent_comes_off_the_price_exactly():
    orders = "po line qty price discount_percent\n1 10 30 12.5 20"
    invoices = "no po line qty price discount_percent amount\nA 1 10 15 12.5 20 150\nB 1 10 15 10 - -"
    ledger = world(orders, "po line qty\n1 10 30", invoices)
    assert codes(ledger) == ["", ""]
    assert [(line.price, line.amount) for line in lines(ledger)] == [(10, 150), (10, 150)]


@pytest.mark.parametrize(("qty", "price", "amount"), [("2", "7", "-14"), ("-2", "7", "14"), ("2", "-7", "-")])
def test_quantity_and_amount_of_a_line_have_one_sign_the_negative_one(qty, price, amount):
    (line,) = lines(world(ORDER, "", f"no po line qty price amount\nA 1 10 {qty} {price} {amount}"))
    assert (line.quantity, line.price, line.amount) == (-2, 7, -14)


@pytest.mark.parametrize(("qty", "price", "amount"), [("-2", "7", "14"), ("2", "7", "-14"), ("2", "-7", "14")])
def test_quantity_and_amount_of_an_order_line_have_one_sign_too(qty, price, amount):
    ledger = world(
        f"po line qty price amount\n1 10 {qty} {price} {amount}",
        "po line qty\n1 10 -2",
        "no po line qty price amount\nA 1 10 -2 7 -14",
    )
    (order,) = oracle.reconcile(ledger).orders
    assert (order.quantity, order.price, order.codes, codes(ledger)) == (-2, 7, set(), [""])


def test_a_credit_note_of_sum_0_is_negated_by_its_quantities():
    invoices = "no po line qty price type\nC 1 10 2 5 credit_note\nC 1 20 -1 10 credit_note"
    ledger = world("po line qty price\n1 10 10 5\n1 20 10 10", "", invoices)
    assert [(line.quantity, line.amount) for line in lines(ledger)] == [(-2, -10), (1, 10)]


def test_gross_prices_and_amounts_are_divided_by_one_plus_the_rate():
    @dataclasses.dataclass(frozen=True)
    class Gross(Source):
        prices: str = "gross"

    invoices = "no po line qty price amount tax_rate tax_amount total\nA 1 10 3 5.95 17.85 19 2.85 17.85"
    ledger = world(
        "po line qty price tax_rate\n1 10 3 5 19", RECEIVED, invoices, Rules(sources={"invoices": Gross("invoices")})
    )
    assert (codes(ledger), lines(ledger)[0].amount) == ([""], 15)
    without = dataclasses.replace(ledger, invoices=[ledger.invoices[0] | {"tax_rate": None}])
    assert oracle.reconcile(without).rejects == {("invoice_lines", ("invoices.csv", 2))}


def test_schedule_lines_are_added_up_with_the_earliest_due_date():
    orders = "po line qty price due_date\n1 10 40 2 2026-03-01\n1 10 60 2 2026-02-01"
    answer = oracle.reconcile(world(orders, "po line qty\n1 10 100", BILL + "A 1 1 10 100 2 -"))
    (order,) = [o for o in answer.orders if o.counts]
    assert (order.quantity, str(order.row["due_date"]), order.codes) == (100, "2026-02-01", set())
    assert answer.invoices[0].codes == []


def test_an_order_line_whose_amount_is_not_quantity_x_price_promises_the_lower_price():
    ledger = world("po line qty price amount\n1 10 10 5 40", RECEIVED, BILL + "A 1 1 10 10 5 -")
    assert [o.codes for o in oracle.reconcile(ledger).orders] == [{"order_contradicts_itself"}]
    assert at_risk(ledger, "price_variance") == [10]


@pytest.mark.parametrize(
    ("qty", "found", "received"), [("4", ["duplicate_receipt"], 4), ("5", ["input_rejected"] * 2, 0)]
)
def test_receipts_of_one_number_and_line_count_once_or_where_they_differ_not_at_all(qty, found, received):
    receipts = f"receipt_number receipt_line po line qty\nG1 1 1 10 4\nG1 1 1 10 {qty}"
    ledger = world(ORDER, receipts, BILL + "A 1 1 10 4 5 -")
    answer = oracle.reconcile(ledger)
    assert [code for r in answer.receipts for code in r.codes] == found
    assert (answer.orders[0].received, "input_rejected" in codes(ledger)[0]) == (received, received == 0)


def test_one_number_with_two_dates_is_two_documents_each_with_its_own_total():
    invoices = "no po line qty price invoice_date total\nA 1 10 6 5 2026-01-02 30\nA 1 10 4 5 2026-02-02 20"
    answer = oracle.reconcile(world(ORDER, RECEIVED, invoices))
    assert sorted(answer.decisions.values()) == ["pay", "review"]
    assert codes(world(ORDER, RECEIVED, invoices)) == ["", "possible_duplicate"]


def test_a_line_without_a_date_goes_with_the_only_one_that_others_give():
    invoices = "no no_line po line qty price invoice_date\nA 1 1 10 6 5 2026-01-02\nA 2 1 10 4 5 -"
    assert len(oracle.reconcile(world(ORDER, RECEIVED, invoices)).decisions) == 1
    assert len(oracle.reconcile(world(ORDER, RECEIVED, invoices + "\nA 3 1 10 1 5 2026-01-03")).decisions) == 3


def test_document_ids_tell_documents_of_one_number_apart():
    invoices = "no document_id po line qty price\nA 71 1 10 6 5\nA 72 1 10 4 5\nA 71 1 10 1 5"
    assert len(oracle.reconcile(world(ORDER, RECEIVED, invoices)).decisions) == 2


def test_a_printed_price_explains_an_amount_to_half_its_last_place():
    """600 x 1.17 = 702.00; half a cent a piece is 3.00, so 699.00 is explained and 698.99 is not."""
    orders = "po line qty price\n1 10 600 1.165"
    found = [
        codes(world(orders, "po line qty\n1 10 600", f"no po line qty price amount\nA 1 10 600 1.17 {amount}"))
        for amount in ("699", "698.99")
    ]
    assert found == [[""], ["extension_error price_variance"]]


def test_the_price_is_amount_over_quantity_where_the_printed_one_does_not_come_to_it():
    orders = "po line qty price per\n1 10 5000 84 1000"
    ledger = world(orders, "po line qty\n1 10 5000", "no po line qty price amount\nA 1 10 5000 84 420")
    assert codes(ledger) == ["extension_error"]
    assert lines(ledger)[0].price_variance == Fraction(0)


def test_an_order_value_to_the_cent_is_no_price_variance():
    """600 x 1.1667 = 700.02 and 3 x 3.335 = 10.005, which is 10.01 to the cent."""
    ledger = world("po line qty price\n1 10 3 3.335", "po line qty\n1 10 3", "no po line qty amount\nA 1 10 3 10.01")
    assert codes(ledger) == [""]
    ledger = world("po line qty price\n1 10 3 3.335", "po line qty\n1 10 3", "no po line qty amount\nA 1 10 3 10.02")
    assert codes(ledger) == ["price_variance"]
