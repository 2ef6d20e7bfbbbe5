"""What a report says: figures as people read them, and a meaning for everything."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon import result_tables
from recon.codes import at_least
from recon.report import blocks, money, opening
from recon.report.layout import columns_of, frames_of
from recon.report.ranking import worst_first
from recon.report.sheets import SHEETS
from recon.report.views.every import views
from tests.kit.small import FINDING, SUMMARY, frame, small


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("1234.505", "EUR", "1,234.51"),
        ("-1234.505", "EUR", "-1,234.51"),
        ("0.5", "JPY", "1"),
        ("2.5", "JPY", "3"),
        ("1.0005", "KWD", "1.001"),
        ("-0.001", "EUR", "0.00"),
        ("999999999999999.99", "EUR", "999,999,999,999,999.99"),
        ("1", "XXX", "1.00"),
    ],
)
def test_amounts_round_half_away_from_zero_at_the_minor_unit(value, currency, shown):
    assert money.amount(Decimal(value), currency) == shown


def test_the_headline_counts_invoices_and_names_the_amount_at_risk():
    first, second, *_ = opening.headline(small())
    assert first == "2 invoices: 1 to pay, 0 to review, 1 on hold."
    assert second == "Amount at risk: 50.01 EUR on hold."


def test_without_invoices_there_is_no_match_rate():
    lines = opening.headline(small(summary=SUMMARY | {"first_pass_match_rate": None}))
    assert not any("match rate" in line for line in lines)


def shown_frames():
    return views(small(), frames_of(small()))


def test_no_column_of_a_whole_ledger_sheet_is_lost():
    for sheet in SHEETS:
        data = shown_frames()[sheet.frame]
        filled = {name for name in data.columns if data.get_column(name).null_count() < data.height}
        assert sheet.alone or filled <= {column.name for column in columns_of(sheet, data)}


def test_sheets_name_only_columns_that_exist():
    later = {"facts", "discount_date"}
    for sheet in SHEETS:
        assert set(sheet.names) <= {*shown_frames()[sheet.frame].columns, *later}, sheet.title


def test_no_two_columns_of_a_sheet_have_one_title():
    data = small().invoice_lines.with_columns(pl.lit("x").alias("Invoice"), pl.lit("y").alias("INVOICE"))
    sheet = next(sheet for sheet in SHEETS if sheet.frame == "invoice_lines")
    titles = [column.title.casefold() for column in columns_of(sheet, data)]
    assert len(set(titles)) == len(titles)


def test_a_carried_column_comes_before_the_place():
    data = small().rejects.with_columns(pl.lit("x").alias("cost_centre"), pl.lit(1).alias("zzz"))
    sheet = next(sheet for sheet in SHEETS if sheet.frame == "receipt_lines")
    names = [column.name for column in columns_of(sheet, data)]
    assert names.index("cost_centre") < names.index("source")


def test_the_worst_come_first():
    rows = [("a", "info", "900"), ("b", "hold", None), ("c", "hold", "5"), ("d", "review", "7"), ("e", "hold", "50")]
    made = [FINDING | {"discrepancy_id": i, "severity": s, "amount_at_risk": a} for i, s, a in rows]
    assert worst_first(frame(result_tables.DISCREPANCIES, *made)).get_column("discrepancy_id").to_list() == [
        "e",
        "c",
        "b",
        "d",
        "a",
    ]


def test_review_or_worse_is_review_and_hold():
    assert at_least("review") == ("hold", "review")


def test_the_bridge_leads_from_expected_to_invoiced_over_what_is_not_zero():
    bridge = {"EUR": {"expected": "1250", "price": "100.005", "quantity": "0", "invoiced": "1350.005"}}
    [block] = [
        block for block in blocks.blocks(small(summary=SUMMARY | {"bridge": bridge})) if "expected" in block.title
    ]
    shown = [(part, str(amount)) for _, part, amount in block.rows]
    assert shown == [("Expected at order prices", "1,250.00"), ("Price", "100.01"), ("Invoiced", "1,350.01")]


def test_what_the_reader_has_to_say_of_a_file_is_told():
    noted = small(files=({"source": "orders", "path": "o.csv", "rows": 1, "notes": ["3 hidden rows were read"]},))
    [block] = [block for block in blocks.blocks(noted) if block.title == "Notes on the files"]
    assert block.rows == (("o.csv", "3 hidden rows were read"),)


def test_amounts_read_and_amounts_kept_say_how_they_differ():
    notes = {block.title: block.note for block in blocks.blocks(small(summary=SUMMARY))}
    assert "without a sign" in notes["What was read"]
    assert "negative" in notes["Nothing lost: invoice amounts read and reported"]
