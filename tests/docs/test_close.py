"""The figures with which docs/close.md walks through October are what recon finds there."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from recon import load_rules, read_sources
from recon.close.month_end import month_end
from recon.shipped import shipped

PAGE = (Path(__file__).parents[2] / "docs" / "close.md").read_text(encoding="utf-8")
WALK = PAGE[PAGE.index("## October of the sample company") :]


@pytest.fixture(scope="module")
def october():
    rules = load_rules(shipped("sample_data") / "october" / "rules.yaml")
    return month_end(read_sources(rules), rules, (date(2026, 10, 1), date(2026, 10, 31)))


def table(number: int) -> list[list[str]]:
    """Return the rows of the table in the section with that number."""
    section = WALK.split(f"### {number}. ")[1].split("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def amount(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def of(frame: pl.DataFrame, **values: str) -> pl.DataFrame:
    return frame.filter(*(pl.col(name) == value for name, value in values.items()))


def test_the_steps_of_the_tie_out(october):
    steps = {row["step"]: row for row in of(october.tie_out, currency="EUR").iter_rows(named=True)}
    assert {row[0]: row[1] for row in table(1)} == {step: amount(row["amount"]) for step, row in steps.items()}
    assert steps["unexplained"]["evidence"] == table(1)[4][2]
    assert october.tie_out_lines.select("po_number", "po_line").rows() == [("7008", "10")]
    assert of(october.tie_out, currency="USD", step="unexplained")["amount"].to_list() == [0]


def test_what_is_open(october):
    lines = october.gr_ir.sort("po_number").iter_rows(named=True)
    assert table(2) == [
        [
            f"{x['po_number']}/{x['po_line']}",
            x["kind"],
            amount(x["open_amount"]),
            str(x["age_days"]),
            amount(x["accrual_amount"]),
        ]
        for x in lines
    ]
    [cutters] = of(october.gr_ir, po_number="7004").iter_rows(named=True)
    assert [amount(cutters[c]) for c in ("base_amount", "closing_base_amount", "fx_revaluation")] == [
        "920.00",
        "950.00",
        "30.00",
    ]
    assert october.write_offs["po_number"].to_list() == ["7003"]


def test_what_is_booked(october):
    rows = october.journal.select("account", "debit", "credit", "reversal_date").rows()
    assert rows == [("610000", 300, 0, date(2026, 11, 1)), ("380100", 0, 300, date(2026, 11, 1))]


def test_when_the_money_goes(october):
    weeks: dict[str, Decimal] = defaultdict(Decimal)
    for row in of(october.cash_out, currency="EUR").iter_rows(named=True):
        weeks[row["week"]] += row["amount"]
    assert [row[:2] for row in table(4)] == [[week, amount(told)] for week, told in weeks.items()]
    assert set(october.cash_out["n"].drop_nulls()) == {12}
    [due] = of(october.dues, invoice_number="T-3").iter_rows(named=True)
    assert (due["due_date"], due["terms_ambiguous"]) == (date(2026, 11, 14), True)


def test_what_discounts_are_worth(october):
    rows = october.discounts.sort("invoice_number").iter_rows(named=True)
    told = [
        [x["invoice_number"], x["discount_status"], amount(x["discount_amount"]), str(x["discount_date"])] for x in rows
    ]
    assert table(5) == told
    assert of(october.discounts, invoice_number="K-882")["blocked_by"].to_list() == [["price_variance"]]


def test_six_price_variances_have_one_cause(october):
    [cause] = of(october.causes, state="cause").iter_rows(named=True)
    assert (cause["kind"], cause["clears"], cause["creates"], amount(cause["amount_at_risk"])) == (
        "gross",
        6,
        0,
        "372.65",
    )
    assert "it bills with 19 percent tax within its prices" in " ".join(WALK.split())
    assert "bills with 19 percent tax within its prices" in cause["statement"]


def test_how_well_it_went(october):
    whole = of(october.kpis, scope="all").filter(pl.col("grain") != "amount")
    whole = whole.unique("name", keep="first", maintain_order=True)
    counts = {x["name"]: (x["numerator"], x["denominator"]) for x in whole.iter_rows(named=True)}
    for name, value in table(7):
        top, bottom = re.findall("[0-9]+", value)
        assert counts[name] == (int(top), int(bottom)), name
    [saved] = of(october.kpis, name="reconciliation_hours").iter_rows(named=True)
    assert saved["value"] == Decimal("0.825")


def test_what_is_not_taken_into_account_is_named(october):
    points = october.open_points.select("point", "subject").rows()
    assert ("payment_without_invoice", "payment P-504 of invoice X-1") in points
    assert ("balance_of_unknown_account", "account 999000") in points
    assert ("terms_unknown", "invoice H-9") in points
