"""What a script may get wrong when it calls recon: the answer is a ReconError in recon's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from recon import ReconError, RulesError, SourceError, reconcile, write_reports
from recon.rules.rule import Rules
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, Sources
from tests.kit.small import small

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
