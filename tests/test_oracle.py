"""The oracle against cases worked by hand from SPEC section 3, and the engine against the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from recon.rules.rule import Limit
from tests import oracle
from tests.kit.batches import batches
from tests.kit.fuzz import complaints, told
from tests.kit.laws import few
from tests.kit.varied import drawn
from tests.kit.worlds import world
from tests.oracle import values
from tests.oracle.by_hand import ORDER, RECEIVED, codes, tolerant

# -- by hand ----------------------------------------------------------------------------------------------------------


def test_an_exact_match_is_paid():
    answer = oracle.reconcile(world(ORDER, RECEIVED, "no po line qty price\nA 1 10 10 5"))
    assert [(line.status, line.decision, line.link) for line in answer.invoices] == [("matched", "pay", "order line")]


def test_a_later_credit_takes_back_from_the_line_that_raised_the_excess_last():
    invoices = """
no line qty price po invoice_date type
A  10   8   5     1  2026-01-01   invoice
B  10   4   5     1  2026-01-02   invoice
C  10   5   5     1  2026-01-03   invoice
D  10   -2  5     1  2026-01-04   credit_note
E  10   -3  5     1  2026-01-05   credit_note
"""
    assert codes(world(ORDER, RECEIVED, invoices)) == ["", "quantity_over_ordered quantity_over_received", "", "", ""]


def test_the_over_quantities_add_up_to_the_final_excess():
    invoices = "no line qty price po invoice_date\nA 10 8 5 1 2026-01-01\nB 10 4 5 1 2026-01-02\nC 10 5 5 1 2026-01-03"
    found = oracle.reconcile(world(ORDER, RECEIVED, invoices)).invoices
    over = [line.discrepancies.get("quantity_over_received") for line in found]
    assert [o and o.at_risk for o in over] == [None, 10, 25]
    assert [o and o.variance for o in over] == [None, 2, 7]


def test_a_price_on_its_limit_passes_and_a_hair_beyond_does_not():
    rules = tolerant(price=(Limit(percent=Decimal(2)), None))
    invoices = "no po line qty price\nA 1 10 5 5.1\nB 1 10 4 5.1000000001"
    assert codes(world(ORDER, RECEIVED, invoices, rules)) == ["", "price_variance"]


def test_the_stricter_of_two_limits_decides_unless_looser_is_asked_for():
    limit = Limit(Decimal(2), Decimal("0.3"))
    invoices = "no po line qty price\nA 1 10 10 5.1"
    strict, loose = tolerant(price=(limit, None)), tolerant(price=(replace(limit, combine="looser"), None))
    assert codes(world(ORDER, RECEIVED, invoices, strict)) == ["price_variance"]
    assert codes(world(ORDER, RECEIVED, invoices, loose)) == [""]


def test_a_price_per_hundred_is_compared_with_a_price_per_one():
    orders = "po line qty price per\n1 10 200 12.5 100"
    ledger = world(orders, "po line qty\n1 10 200", "no po line qty price per\nA 1 10 200 0.126 -")
    (line,) = oracle.reconcile(ledger).invoices
    assert (line.price_variance, line.price_variance_amount) == (Fraction(1, 10), Fraction(1, 5))


def test_a_conversion_that_does_not_end_is_exact():
    orders = "po line qty price uom\n1 10 3 12 DZ"
    ledger = world(orders, "po line qty\n1 10 3", "no po line qty price uom\nA 1 10 36 1 EA")
    ledger = replace(
        ledger, conversions=[{"from_uom": "DZ", "to_uom": "EA", "factor": Decimal(12), "source": "c", "row": 2}]
    )
    assert codes(ledger) == [""]


def test_nothing_received_is_not_received_whatever_the_limit_unless_it_is_null():
    limits = (Limit(percent=Decimal(50)), None), (Limit(), None)
    found = [
        codes(world(ORDER, "", "no po line qty price\nA 1 10 10 5", tolerant(quantity_received=x))) for x in limits
    ]
    assert found == [["not_received"], [""]]


def test_a_credit_note_counts_negative_however_it_is_signed():
    for qty, price in (("4", "5"), ("-4", "5"), ("4", "-5")):
        invoices = f"no po line qty price type invoice_date\nA 1 10 10 5 invoice 2026-01-01\nB 1 10 {qty} {price} credit_note 2026-01-02"
        answer = oracle.reconcile(world(ORDER, RECEIVED, invoices))
        assert [(line.quantity, line.price, line.amount) for line in answer.invoices] == [(10, 5, 50), (-4, 5, -20)]


def test_a_credit_beyond_what_was_invoiced_is_held():
    assert codes(world(ORDER, RECEIVED, "no po line qty price type\nA 1 10 1 5 credit_note")) == [
        "credit_exceeds_invoiced"
    ]


def test_invoice_numbers_are_compared_by_runs():
    same = ("INV-0012", "inv 12", "1NV-12", "INV12"), ("R-1OO", "r 0100")
    assert all(len({values.invoice_number(n) for n in numbers}) == 1 for numbers in same)
    assert values.invoice_number("A-1-2") != values.invoice_number("A-12")


def test_a_retyped_number_with_the_same_lines_is_a_duplicate_and_set_aside():
    invoices = "no po line qty price invoice_date\nR-100 1 10 10 5 2026-01-01\nr1OO 1 10 10 5 2026-01-02"
    assert codes(world(ORDER, RECEIVED, invoices)) == ["", "duplicate_invoice"]


def test_the_same_number_next_year_is_only_possibly_a_duplicate():
    invoices = "no po line qty price invoice_date\nR-100 1 10 5 5 2025-12-31\nR-100 1 10 4 5 2026-01-02"
    assert codes(world(ORDER, RECEIVED, invoices)) == ["", "possible_duplicate"]
    invoices = "no po line qty price invoice_date\nR-100 1 10 5 5 2025-12-31\nR100 1 10 5 5 2026-01-02"
    assert codes(world(ORDER, RECEIVED, invoices)) == ["", "possible_duplicate"]


def test_order_numbers_compare_without_their_word_and_zeros():
    written = ("PO-0045", "order 45", "Bestellung 0045", "４５", "45", "po45")
    assert {values.po_number(text) for text in written} == {"45"}
    assert [values.po_number(text) for text in ("PO-A1", "000", "./.")] == ["POA1", "0", None]


def test_unequal_order_rows_with_one_key_leave_the_line_ambiguous():
    orders = "po line qty price\n1 10 10 5\n1 10 10 6"
    assert codes(world(orders, RECEIVED, "no po line qty price\nA 1 10 1 5")) == ["link_ambiguous"]


def test_a_line_without_reference_is_a_suggestion_where_one_order_line_fits():
    orders = "po line qty price item currency order_date\n1 10 10 5 M1 EUR 2026-01-01\n2 10 10 9 M2 EUR 2026-01-01"
    ledger = world(orders, RECEIVED, "no item qty price currency invoice_date\nA M1 10 5 EUR 2026-02-01")
    assert codes(ledger) == ["link_suggested"]


def test_rows_dated_after_as_of_are_left_out():
    invoices = "no po line qty price invoice_date\nA 1 10 10 5 2026-01-02"
    answer = oracle.reconcile(world(ORDER, RECEIVED, invoices, as_of=date(2026, 1, 1)))
    assert (answer.invoices, answer.left_out) == ([], {("invoice_lines", ("invoices.csv", 2))})


def test_a_quotient_that_does_not_end_is_given_to_ten_places_half_away_from_zero():
    assert values.exact(Fraction(1, 3)) == Decimal("0.3333333333")
    assert values.exact(Fraction(-2, 3)) == Decimal("-0.6666666667")
    assert values.exact(Fraction(1, 2**18)) == Decimal(1) / 2**18


# -- the engine -------------------------------------------------------------------------------------------------------


@few
@given(batches())
def test_engine_and_oracle_agree_on_any_ledger(batch):
    found = complaints(batch.whole, batch.parts)
    assert not found, "\n".join(told(batch, found))


@few
@given(batches(version=2))
def test_engine_and_oracle_agree_on_what_version_2_brought(batch):
    found = complaints(batch.whole, batch.parts)
    assert not found, "\n".join(told(batch, found))


@pytest.mark.parametrize("seed", range(8))
def test_they_agree_on_what_is_next_to_a_worked_case(seed):
    name, made = drawn(seed)
    assert (name, complaints(made)) == (name, [])
