"""`recon whatif`: what other limits would have paid or stopped."""

from __future__ import annotations

import json
import re

import openpyxl
import pytest

TOLERANCE = "tolerances: [{name: standard, price: {over: {percent: 2}}}]\n"


@pytest.fixture
def rules(ledgers):
    """A1 is ten percent too dear, 5 EUR of 55; up to two percent is permitted."""
    path = ledgers / "rules.yaml"
    path.write_text(path.read_text() + TOLERANCE)
    return ledgers


def rows(recon, *options):
    told = json.loads(recon("whatif", "rules.yaml", *options, "--format", "json").out)
    return [
        (row["variant"].partition("=")[2], row["freed"], row["at_risk"], row["stopped"])
        for row in told["What would change"]
    ]


def test_a_limit_is_tried_over_a_range(rules, recon):
    found = rows(recon, "--set", "tolerances.standard.price.over.percent=0:20:5")
    assert found == [("0", 0, "0", 0), ("5", 0, "0", 0), ("10", 1, "5", 0), ("15", 1, "5", 0), ("20", 1, "5", 0)]


def test_two_numbers_are_tried_together(rules, recon):
    found = rows(recon, "--set", "tolerances.standard.price.over.percent=2,10", "--set", "duplicates.days=30,60")
    assert [freed for _, freed, _, _ in found] == [0, 0, 1, 1]


def test_other_rules_are_tried_on_the_same_sources_and_against_what_people_decided(rules, recon):
    recon(
        "decide",
        "rules.yaml",
        json.loads(recon("explain", "rules.yaml", "A1", "--format", "json").out)[0]["parts"][4]["data"][0][
            "subject_id"
        ],
        "pay",
    )
    (rules / "loose.yaml").write_text((rules / "rules.yaml").read_text().replace("percent: 2", "percent: 50"))
    out = recon("whatif", "rules.yaml", "loose.yaml").out
    assert "Lines decided otherwise: 1" in out
    assert out.rstrip().endswith("loose.yaml  hold  pay                 A1       1     5        EUR       pay")


def test_a_workbook_has_a_chart_of_its_own(rules, recon):
    assert (
        recon(
            "whatif",
            "rules.yaml",
            "--set",
            "tolerances.standard.price.over.percent=0:20:10",
            "-o",
            "w",
            "--format",
            "xlsx",
        ).code
        == 0
    )
    assert len(openpyxl.load_workbook(rules / "w" / "whatif.xlsx")["What would change"]._charts) == 1


def test_a_page_has_a_chart_of_its_own_in_which_every_value_has_a_bar_as_long_as_its_amount(rules, recon):
    swept = "tolerances.standard.price.over.percent=0:20:10"
    assert recon("whatif", "rules.yaml", "--set", swept, "-o", "w", "--format", "html").code == 0
    page = (rules / "w" / "whatif.html").read_text(encoding="utf-8")
    bars = re.findall(r"percent=([0-9]+)</text><rect [^>]*width=\"([0-9.]+)\"[^>]*/><text[^>]*>([0-9.,]+)<", page)
    assert bars == [("0", "0.0", "0.00"), ("10", "430.0", "5.00"), ("20", "430.0", "5.00")]
    assert "script" not in page.partition("<body>")[2]


def test_a_narrow_terminal_has_rows_in_words(rules, recon, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    told = recon("whatif", "rules.yaml", "--set", "tolerances.standard.price.over.percent=0:20:10").out
    assert max(map(len, told.splitlines())) <= 60
    assert "Let through 5;" in told


@pytest.mark.parametrize(("text", "told"), [("tolerances.standart.price.over.percent=1,2", "did you mean 'standard'"), ("tolerances.standard.tax.over.percent=1", "has no tax"), ("price=1", "no number of the rules"), ("duplicates.days=a", "no range"), ("duplicates.days=0:9:0", "no range")])  # fmt: skip
def test_what_cannot_be_tried_is_told(rules, recon, text, told):
    ended = recon("whatif", "rules.yaml", "--set", text)
    assert ended.code == 2
    assert told in ended.err
