"""Payment terms as people write them; the days are counted on a calendar."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from recon.rules.instalment_terms import Part
from recon.rules.terms import Discount, Terms, parse_terms

TWO_IN_TEN = (Discount(Decimal(2), 10),)
SPELLINGS = {
    "Net 60": Terms(60),
    "N60": Terms(60),
    "60 days": Terms(60),
    "60 Tage netto": Terms(60),
    "net 30 days": Terms(30),
    "30 days net": Terms(30),
    "Zahlbar innerhalb von 30 Tagen ohne Abzug": Terms(30),
    "2/10 net 30": Terms(30, discounts=TWO_IN_TEN),
    "2/10, n/30": Terms(30, discounts=TWO_IN_TEN),
    "2% 10, net 30": Terms(30, discounts=TWO_IN_TEN),
    "10 Tage 3% Skonto, 30 Tage netto": Terms(30, discounts=(Discount(Decimal(3), 10),)),
    "10 Tage 2,5 % Skonto, 30 Tage netto": Terms(30, discounts=(Discount(Decimal("2.5"), 10),)),
    "Bei Zahlungen binnen 14 Tagen, 2% Skonto": Terms(None, discounts=(Discount(Decimal(2), 14),)),
    "#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=100.00#\n": Terms(
        None, discounts=(Discount(Decimal("2.00"), 14, Decimal("100.00")),)
    ),
    "#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#\n#SKONTO#TAGE=30#PROZENT=0.00#\n#VERZUG#TAGE=30#PROZENT=9.00#": Terms(
        30, discounts=(Discount(Decimal("2.00"), 7), Discount(Decimal("1.00"), 14))
    ),
    "30 EOM": Terms(30, end_of_month=True),
    "Net 30 EOM": Terms(30, end_of_month=True),
    "45 days EOM": Terms(45, end_of_month=True),
    "2/10, net 20, EOM": Terms(20, end_of_month=True, discounts=TWO_IN_TEN),
    "10th of following month": Terms(months=1, day_of_month=10),
    "10th prox.": Terms(months=1, day_of_month=10),
    "Net 25th proximo": Terms(months=1, day_of_month=25),
    "MFI 10": Terms(months=1, day_of_month=10),
    "10th of following month, cut-off 20th": Terms(months=1, day_of_month=10, cutoff_day=20),
    "Immediate": Terms(),
    "sofort": Terms(),
    "COD": Terms(),
    "prepaid": Terms(prepaid=True),
    "30 days from receipt of invoice": Terms(30, base="received_date"),
    "30 Tage nach Rechnungseingang": Terms(30, base="received_date"),
    "30 days after receipt of goods": Terms(30, base="receipt_date"),
    "30 Tage nach Wareneingang": Terms(30, base="receipt_date"),
    "2/10, n/30 ROG": Terms(30, discounts=TWO_IN_TEN, base="receipt_date"),
    "net 30 after posting date": Terms(30, base="posting_date"),
    "30% advance, 70% in 60 days": Terms(60, parts=(Part(Fraction(3, 10), 0), Part(Fraction(7, 10), 60))),
    "30 % Anzahlung, rest 60 Tage netto": Terms(60, parts=(Part(Fraction(3, 10), 0), Part(Fraction(7, 10), 60))),
    "1/3 30, 60, 90 days": Terms(90, parts=tuple(Part(Fraction(1, 3), days) for days in (30, 60, 90))),
    "1/3 30 days, 1/3 60 days and 1/3 90 days": Terms(90, parts=tuple(Part(Fraction(1, 3), n) for n in (30, 60, 90))),
}


@pytest.mark.parametrize(("text", "terms"), SPELLINGS.items())
def test_each_spelling_is_read_as_what_it_means(text, terms):
    assert parse_terms(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "Z030",
        "as agreed",
        "30",
        "",
        "net 30 or as agreed",
        "siehe Vertrag",
        "2%",
        "2/10",
        "30 days after receipt",
        "30% advance, 70% 60 days after delivery",
        "net 30 after milestone 2",
        "50% 30 days, net 60",
        "30% advance, 60% in 60 days",
        "70% in 60 days, 30% advance",
        "1/3 30, 60 days",
        "30/60/90 days",
        "100% advance",
        "2% 10th prox, net 25th",
    ],
)
def test_what_is_not_understood_is_unknown_and_never_guessed(text):
    assert parse_terms(text) is None


@pytest.mark.parametrize(
    ("terms", "day", "due"),
    [
        (Terms(30), date(2026, 1, 31), date(2026, 3, 2)),
        (Terms(months=1, day_of_month=31), date(2026, 1, 31), date(2026, 2, 28)),
        (Terms(months=1, day_of_month=10), date(2026, 12, 5), date(2027, 1, 10)),
        (Terms(20, end_of_month=True), date(2026, 6, 16), date(2026, 7, 20)),
        (Terms(months=1, day_of_month=10, cutoff_day=20), date(2026, 6, 20), date(2026, 7, 10)),
        (Terms(months=1, day_of_month=10, cutoff_day=20), date(2026, 6, 21), date(2026, 8, 10)),
    ],
)
def test_days_are_counted_on_a_calendar(terms, day, due):
    assert terms.due(day) == due


def test_forty_five_days_end_of_month_can_be_read_two_ways():
    """27 November + 45: the end of November and 45 days is 14 January; 45 days and the end of that month 31 January."""
    terms, day = Terms(45, end_of_month=True), date(2026, 11, 27)
    assert terms.due(day, "days_after_end") == date(2027, 1, 14)
    assert terms.due(day, "end_after_days") == date(2027, 1, 31)
    assert terms.ambiguous(day)


def test_thirty_days_end_of_month_hides_that_on_the_eleventh_of_may():
    assert not Terms(30, end_of_month=True).ambiguous(date(2026, 5, 11))


def test_two_percent_for_twenty_days_is_thirty_seven_a_year():
    """2 / 98 x 365 / 20 = 37.2 percent."""
    terms = Terms(30, discounts=TWO_IN_TEN)
    assert round(terms.annualised(TWO_IN_TEN[0]), 1) == Decimal("37.2")
    assert Terms(10, discounts=TWO_IN_TEN).annualised(TWO_IN_TEN[0]) is None
