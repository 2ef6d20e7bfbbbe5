"""What discrepancies say, word by word, of small ledgers worked out by hand."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
import pytest

from recon.kinds import EXACT
from recon.match.classify.wording import money, number, with_places
from recon.rules.rule import EXACTLY, Rules, Sides, Tolerance
from tests.kit.laws import run
from tests.kit.worlds import world


def said(code, *tables, **more):
    """Return what is said of each discrepancy of the code, without what clears it, by row."""
    found = run(world(*tables, **more)).discrepancies.filter(code=code).sort("row")
    return [re.split(r"[.] (Clears with|Nothing to do)", message)[0] for message in found["message"]]


@pytest.mark.parametrize(("order_price", "word"), [("0.3666666666", "more"), ("0.3666666667", "less")])
def test_a_price_a_hair_off_is_told_in_its_right_direction(order_price, word):
    """A third of 1.1 does not end: the variance, two thirds or one of 1E-10, is next to nothing."""
    order = f"po line qty price currency\n1 10 3 {order_price} JPY"
    (message,) = said(
        "price_variance", order, "po line qty\n1 10 3", "no po line qty amount currency\nA 1 10 3 1.1 JPY"
    )
    assert f" {word} than the {order_price} of order 1/10" in message


ORDER = "po line item qty price\n1 10 M 10 5"
BILLED = "no po line qty price type invoice_date\n"
ORDER_OF_DAY = "po line item qty price order_date\n1 10 M 10 5 {}"
PAST = "limit 0, no rule gives another"


def test_what_is_too_many_is_told_in_all_and_on_this_line():
    """Of 12 that came 10 were ordered, 11 may come. The third six are all too many, but the first too many is the second's."""
    order = "po line item qty price over_delivery_percent\n1 10 M 10 5 10"
    told = said("quantity_over_ordered", order, "po line qty\n1 10 12", BILLED + "A 1 10 6 5 - -\n" * 3)
    second, third = (
        f"Billed {n} of item M in all, {n - 6} before this line, ordered 11 on order 1/10" for n in (12, 18)
    )
    assert told == [
        f"{second}: 1 too many, 5.00 EUR at risk; {PAST}",
        f"{third}: 7 too many, 6 of them on this line, 30.00 EUR at risk; {PAST}",
    ]


def test_what_is_billed_of_what_never_came_is_told_in_all_and_on_this_line():
    assert said("not_received", ORDER, "", BILLED + "A 1 10 3 5 - 2026-01-01\nB 1 10 4 5 - 2026-01-02") == [
        f"Billed 3 of item M on order 1/10, nothing received: 15.00 EUR at risk; {PAST}",
        f"Billed 7 of item M on order 1/10 in all, 3 before this line, nothing received: 4 on this line, 20.00 EUR at risk; {PAST}",
    ]


@pytest.mark.parametrize(
    ("received", "code", "told"),
    [
        ("1 10 10", "quantity_over_received", "Billed 17 of item M, received 10 (receipt 502): 2 too many after later credits, 10.00 EUR"),
        ("1 10 0", "not_received", "Billed 17 of item M on order 1/10, nothing received: 12 on this line after later credits, 60.00 EUR"),
    ],
)  # fmt: skip
def test_what_a_later_credit_takes_back_is_said(received, code, told):
    bills = BILLED + "A 1 10 17 5 invoice 2026-01-01\nB 1 10 -5 5 credit_note 2026-01-02"
    assert said(code, ORDER, f"po line qty\n{received}", bills) == [f"{told} at risk; {PAST}"]


def test_a_credit_that_frees_nothing_is_told_of():
    """B credits four at 4 instead of 5 and is held; C bills four that A has billed already."""
    bills = BILLED + "A 1 10 10 5 invoice 2026-01-01\nB 1 10 -4 4 credit_note 2026-01-02\nC 1 10 4 5 invoice 2026-01-03"
    (told,) = said("quantity_over_received", ORDER, "po line qty\n1 10 10", bills)
    assert told.startswith(
        "Billed 10 of item M in all, 6 before this line, received 10 (receipt 502): 4 too many, as a"
    )
    assert told.endswith(f", as a credit in doubt frees nothing, 20.00 EUR at risk; {PAST}")


def test_an_amount_too_much_is_told_in_all_and_on_this_line():
    bills = "no po line amount qty price invoice_date\n" + "A 1 10 60 1 60 2026-01-01\n" * 3
    order = "po line amount match_policy\n1 10 100 two_way"
    assert said("amount_over_ordered", order, "", bills)[1] == (
        "Billed 180.00 EUR in all, 120.00 EUR before this line, against 100.00 EUR ordered on order 1/10: "
        f"80.00 EUR too much, 60.00 EUR of it on this line; {PAST}"
    )


@pytest.mark.parametrize(
    ("currency", "amount", "told"),
    [
        ("EUR", "51234.5", "50,000.00 EUR, the line says 51,234.50 EUR: 1,234.50 EUR more"),
        ("EUR", "49999.996", "50,000.00 EUR, the line says 49,999.996 EUR: 0.004 EUR less"),
        ("JPY", "50001", "50,000 JPY, the line says 50,001 JPY: 1 JPY more"),
        ("KWD", "50001", "50,000.000 KWD, the line says 50,001.000 KWD: 1.000 KWD more"),
    ],
)
def test_the_invoices_own_sums_have_their_currency_and_nothing_is_rounded_away(currency, amount, told):
    rules = Rules(tolerances=(Tolerance("t", {"extension": Sides(EXACTLY, EXACTLY)}),))
    bill = f"no po line qty price amount currency\nA 1 10 10000 5 {amount} {currency}"
    order = f"po line qty price currency\n1 10 10000 5 {currency}"
    assert said("extension_error", order, "", bill, rules) == [f"Quantity x price comes to {told}; limit 0 by rule t"]


@pytest.mark.parametrize(("billed", "told"), [("8.5", "0.50 EUR too much"), ("7.5", "0.50 EUR less")])
def test_a_charge_is_told_in_its_right_direction(billed, told):
    order = "po line qty price category currency\n1 10 10 5 - EUR\n1 20 1 8 freight EUR"
    bill = f"no po line qty price amount line_type currency\nA 1 10 10 5 - - EUR\nA - - - 1 {billed} freight EUR"
    (message,) = said("charge_variance", order, "po line qty\n1 10 10", bill)
    assert message == f"Freight billed {billed}0 EUR in all, 8.00 EUR planned on the order: {told}; {PAST}"


def test_the_longest_numbers_and_unknown_currencies_are_told():
    """Twenty digits stand before the point of the longest number; of an unknown currency two decimals are told."""
    amounts = [Decimal("12345678901234567890.5"), Decimal("-1234.5"), Decimal("0.125")]
    found = with_places(pl.DataFrame({"n": amounts, "currency": ["XTS", None, "EUR"]}, schema_overrides={"n": EXACT}))
    assert found.select(number("n"), money("n").alias("money")).rows() == [
        ("12,345,678,901,234,567,890.5", "12,345,678,901,234,567,890.50 XTS"),
        ("-1,234.5", "-1,234.50"),
        ("0.125", "0.13 EUR"),
    ]


def test_totals_and_taxes_are_told_in_money():
    order, bill = (
        "po line qty price tax_rate\n1 10 1344 1 19",
        "no po line qty price tax_amount total\nA 1 10 1344 1 255 1600",
    )
    assert said("tax_variance", order, "", bill)[0].startswith(
        "Tax at the order's rate comes to 255.36 EUR, the invoice says 255.00 EUR: 0.36 EUR less;"
    )
    assert said("invoice_total_variance", order, "", bill)[0].startswith(
        "Lines and tax come to 1,599.00 EUR, the invoice total says 1,600.00 EUR: 1.00 EUR more;"
    )


@pytest.mark.parametrize(("quantity", "shown"), [("999", "999"), ("1000", "1,000"), ("1234567.891", "1,234,567.891")])
def test_thousands_are_grouped(quantity, shown):
    (message,) = said("not_received", ORDER, "", BILLED + f"A 1 10 {quantity} 5 - -")
    assert message.startswith(f"Billed {shown} of item M on order 1/10, nothing received:")


@pytest.mark.parametrize(
    ("date", "days"), [("2026-03-02", "1 day"), ("2026-03-03", "2 days"), ("2026-04-01", "31 days")]
)
def test_one_day_is_no_days(date, days):
    (message,) = said("invoice_before_order", ORDER_OF_DAY.format(date), "", BILLED + "A 1 10 10 5 - 2026-03-01")
    assert message == f"Invoice of 2026-03-01 is {days} before the order of {date}"


def test_an_order_without_a_line_is_named_without_one():
    """By header 60 are billed of an order that comes to 50."""
    told = said("amount_over_ordered", "po line qty price\n1 10 10 5", "po line qty\n1 10 10", "no po amount\nA 1 60")
    assert told == [f"Billed 60.00 EUR in all against 50.00 EUR ordered on order 1: 10.00 EUR too much; {PAST}"]


@pytest.mark.parametrize(
    ("granted", "told"),
    [("", "0.00 EUR is granted in all: 8.00 EUR is missing"), ("-9", "9.00 EUR is granted in all: 1.00 EUR more than planned")],
)  # fmt: skip
def test_a_planned_discount_is_told_as_one(granted, told):
    order = "po line qty price amount category\n1 10 10 5 - -\n1 20 - - -8 discount"
    bill = "no line qty price po amount line_type\nA 10 10 5 1 - item\n" + (
        granted and f"A 20 - - 1 {granted} discount"
    )
    (message,) = said("charge_variance", order, "po line qty\n1 10 10", bill)
    assert message.startswith("A discount of 8.00 EUR is planned on order 1")
    assert message.endswith(f", {told}; {PAST}")


def test_what_takes_back_and_what_is_taken_back_are_told_apart():
    bills = BILLED + "A 1 10 10 5 invoice 2026-01-01\nC 1 10 10 5 credit_note 2026-01-02"
    assert said("reversed", ORDER, "po line qty\n1 10 10", bills) == [
        "Taken back line for line by C; nothing of either is left to pay",
        "Takes A back line for line; nothing of either is left to pay",
    ]


def test_a_net_is_told_as_one():
    bill = "no po line qty price invoice_net\nA 1 10 10 5 51"
    assert said("invoice_total_variance", ORDER, "po line qty\n1 10 10", bill) == [
        "Lines come to 50.00 EUR before tax, the invoice net says 51.00 EUR: 1.00 EUR more; limit 0.01, no rule gives another"
    ]
