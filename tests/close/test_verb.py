"""`recon close` as an accountant runs it."""

from __future__ import annotations

import json

import pytest

from recon.cli.app import dispatch
from recon.errors import RulesError
from tests.close.company import FILES


@pytest.fixture
def company(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def close(company, *options):
    return dispatch(["close", str(company / "rules.yaml"), "--period", "2026-10", *options])


def test_what_the_ledger_says_beyond_what_is_explained_ends_in_one(company, capsys):
    """The ledger has 6.50 more than is explained (tests/close/test_month_end.py)."""
    assert close(company) == 1
    words = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["380100", "EUR", "unexplained", "-6.50", "0"] in words
    assert close(company, "--max-unexplained", "6.50") == 0


def test_the_frames_are_published_with_the_period(company):
    out = company / "out"
    assert close(company, "-o", str(out), "--format", "csv,json", "--quiet", "--max-unexplained", "10") == 0
    names = (
        "gr_ir",
        "gr_ir_receipts",
        "journal",
        "tie_out",
        "commitments",
        "dues",
        "cash_out",
        "kpis",
        "causes",
        "discrepancies",
        "tie_out_lines",
        "cash_backtest",
        "open_points",
        "committed_spend",
        "discounts",
        "kpi_trend",
        "write_offs",
    )
    assert {path.name for path in out.iterdir()} == {"manifest.json", "kpi_trend.parquet"} | {
        f"{n}.{k}" for n in names for k in ("csv", "json")
    }
    assert json.loads((out / "manifest.json").read_text())["period"] == {"first": "2026-10-01", "last": "2026-10-31"}


def test_the_workbook_and_the_page_are_published_beside_the_files(company):
    out = company / "out"
    assert close(company, "-o", str(out), "--format", "xlsx,html", "--quiet", "--max-unexplained", "10") == 0
    assert {path.name for path in out.iterdir()} == {
        "manifest.json",
        "month_end.xlsx",
        "month_end.html",
        "kpi_trend.parquet",
    }


def test_a_folder_keeps_the_figures_of_the_periods_before(company):
    """September has no invoice; a second October takes the place of the first."""
    out = company / "out"
    for period in ("2026-09", "2026-10", "2026-10"):
        dispatch(
            ["close", str(company / "rules.yaml"), "--period", period, "-o", str(out), "--quiet", "--format", "json"]
        )
    rows = json.loads((out / "kpi_trend.json").read_text())
    told = [
        (row["period"], row["n"])
        for row in rows
        if row["name"] == "first_pass_match_rate" and row["grain"] == "invoice"
    ]
    assert told == [("2026-09-01..2026-09-30", 0), ("2026-10-01..2026-10-31", 3)]


@pytest.mark.parametrize("words", [["--period", "October"], ["--max-unexplained", "much"]])
def test_words_that_mean_nothing_are_told_by_their_option(company, words):
    with pytest.raises(RulesError) as refused:
        close(company, *words)
    assert refused.value.where == words[0]
