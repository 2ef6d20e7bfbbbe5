"""What a script may get wrong when it calls recon: the answer is a ReconError in recon's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from recon import ReconError, RulesError, SourceError, reconcile, write_reports
from recon.rules.rule import Rules
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, Sources
from tests.kit.small import frame, small

NOTHING = Sources(ORDER_LINES.empty(), RECEIPT_LINES.empty(), INVOICE_LINES.empty())


@pytest.mark.parametrize("day", ["2026-01-31", datetime(2026, 1, 31, 12)])  # noqa: DTZ001
def test_a_day_is_a_date(day):
    with pytest.raises(RulesError, match=r"as_of is a datetime\.date, not"):
        reconcile(NOTHING, Rules(), as_of=day)


@pytest.mark.parametrize(
    ("invoices", "said"),
    [
        (INVOICE_LINES.empty().drop("quantity", "row"), "invoice_lines lacks quantity, row"),
        (INVOICE_LINES.empty().cast({"amount": pl.Float64}), "invoice_lines holds binary floats in amount"),
    ],
)
def test_frames_keep_the_columns_and_types_of_their_table(invoices, said):
    with pytest.raises(SourceError, match=said):
        reconcile(replace(NOTHING, invoice_lines=invoices), Rules())


def test_a_single_format_needs_no_list(tmp_path):
    write_reports(small(), tmp_path / "out", "junit")
    assert (tmp_path / "out" / "junit.xml").is_file()
    with pytest.raises(ReconError, match=r"unknown format 'xls' .did you mean 'xlsx'"):
        write_reports(small(), tmp_path / "out", "xls")


INVOICE = {"source": "f.csv", "row": 2, "supplier_id": "S", "invoice_number": "I", "amount": "5"}


def told(**changes):
    """Return what is said of one invoice line with these changes."""
    lines = frame(
        INVOICE_LINES, INVOICE | {name: value for name, value in changes.items() if not isinstance(value, pl.Series)}
    )
    series = [value.alias(name) for name, value in changes.items() if isinstance(value, pl.Series)]
    with pytest.raises(ReconError) as caught:
        reconcile(replace(NOTHING, invoice_lines=lines.with_columns(series)), Rules())
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"line_type": "frieght"}, "f.csv:2: invoice_lines.line_type is none of item, freight"),
        ({"document_type": "credit"}, "invoice_lines.document_type is none of invoice, credit_note"),
        ({"currency": "EURO"}, "invoice_lines.currency is none of ISO 4217"),
        ({"invoice_number": None}, "invoice_lines.invoice_number is missing"),
        ({"source": None}, "invoice_lines.source is missing"),
        ({"price_unit": "0"}, "invoice_lines.price_unit must be above 0: 0"),
        ({"amount": "1000000000000000"}, "invoice_lines.amount is 10^15 or more"),
        ({"quantity": "-1000000000000"}, "invoice_lines.quantity is 10^12 or more"),
        ({"invoice_date": date(1, 1, 1)}, "invoice_lines.invoice_date is not of the years from 1900 on"),
        ({"invoice_date": pl.Series(["2026-01-31"])}, "invoice_lines.invoice_date is String, not Date"),
        ({"posted": pl.Series(["yes"])}, "invoice_lines.posted is String, not Boolean"),
        ({"amount": pl.Series(["5"])}, "invoice_lines.amount is String, not Decimal"),
        ({"amount": pl.Series([Decimal("1.12345678")])}, "invoice_lines.amount has more than 6 decimals"),
        ({"mine": pl.Series([[1]])}, "invoice_lines.mine is List"),
    ],
)
def test_cells_are_held_against_what_a_file_may_give(changes, said):
    assert said in told(**changes)


def test_frames_and_rules_are_what_they_must_be():
    with pytest.raises(SourceError, match="order_lines is a LazyFrame, not a Polars DataFrame"):
        reconcile(replace(NOTHING, order_lines=ORDER_LINES.empty().lazy()), Rules())
    with pytest.raises(RulesError, match="rules are what load_rules returns, not dict"):
        reconcile(NOTHING, {})
    with pytest.raises(SourceError, match="sources are what read_sources returns, not dict"):
        reconcile({}, Rules())


def test_a_row_that_stands_there_twice_is_refused():
    twice = frame(INVOICE_LINES, INVOICE, INVOICE | {"invoice_line": "2"})
    with pytest.raises(SourceError, match=r"f\.csv:2: invoice_lines\.row stands there twice"):
        reconcile(replace(NOTHING, invoice_lines=twice), Rules())


def test_whole_numbers_and_categories_are_taken_for_what_they_say():
    lines = frame(INVOICE_LINES, INVOICE).with_columns(
        pl.lit(7).alias("invoice_number"),
        pl.lit("item").cast(pl.Categorical).alias("line_type"),
        pl.lit(5).alias("amount"),
    )
    done = reconcile(replace(NOTHING, invoice_lines=lines), Rules())
    assert done.invoice_lines.select("invoice_number", "line_type").rows() == [("7", "item")]
