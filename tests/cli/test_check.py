"""`recon check`: what counts, and how it is told."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.cli.conftest import decide


def test_the_gate_closes_on_a_hold_and_writes_nothing(ledgers, recon):
    before = sorted(ledgers.iterdir())
    ended = recon("check", "rules.yaml")
    assert ended.code == 1
    assert "price_variance" in ended.out
    assert "1 that counts." in ended.out
    assert sorted(ledgers.iterdir()) == before


def test_the_gate_is_open_where_nothing_counts(ledgers, recon):
    ended = recon("check", "rules.yaml", "--fail-on", "never")
    assert (ended.code, ended.out) == (0, "Nothing that counts.\n")


@pytest.mark.parametrize("formats", ["json", "csv", "parquet", "xlsx"])
def test_what_a_baseline_knows_does_not_count(ledgers, recon, formats):
    recon("run", "rules.yaml", "-o", "known", "--format", formats)
    assert recon("check", "rules.yaml", "--baseline", "known").code == 0


def test_a_baseline_knows_what_stands_in_a_file_of_another_day(ledgers, recon):
    rules = ledgers / "rules.yaml"
    rules.write_text(rules.read_text().replace("[invoices.csv]", "['invoices*.csv']"))
    recon("run", "rules.yaml", "-o", "known", "--format", "json")
    (ledgers / "invoices.csv").rename(ledgers / "invoices-2026-02-01.csv")
    assert recon("check", "rules.yaml", "--baseline", "known").code == 0


def test_what_a_baseline_does_not_know_counts(ledgers, recon):
    recon("run", "rules.yaml", "-o", "known", "--format", "json")
    with (ledgers / "invoices.csv").open("a") as invoices:
        invoices.write("V1,A3,1,4500000009,10,1,1.00\n")
    ended = recon("check", "rules.yaml", "--baseline", "known")
    assert ended.code == 1
    assert "order_not_found" in ended.out
    assert "price_variance" not in ended.out


def test_what_a_reviewer_decided_to_pay_does_not_count(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out")
    decide(ledgers / "out" / "report.xlsx", "pay")
    assert recon("check", "rules.yaml", "--decisions", "out/report.xlsx").code == 0


def test_a_check_writes_no_report_to_standard_output(ledgers, recon):
    ended = recon("check", "rules.yaml", "-o", "-")
    assert (ended.code, ended.out) == (2, "")
    assert not (ledgers / "-").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("discrepancies.json", "[{]"), ("discrepancies.csv", "a,b\n1,2\n"), ("report.xlsx", "PK")]
)
def test_a_damaged_baseline_is_3(ledgers, recon, name, content):
    (ledgers / "known").mkdir()
    (ledgers / "known" / name).write_text(content)
    ended = recon("check", "rules.yaml", "--baseline", "known")
    assert ended.code == 3
    assert "known" in ended.err


def test_a_baseline_that_is_not_there_is_3(ledgers, recon):
    assert recon("check", "rules.yaml", "--baseline", "nowhere").code == 3


def test_junit_has_a_failure_for_each_that_counts(ledgers, recon):
    suite = ET.fromstring(recon("check", "rules.yaml", "--format", "junit").out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find("testcase").get("classname") == "recon.price_variance"
    assert suite.find("testcase/failure").text == "invoices.csv:2"


def test_junit_passes_where_nothing_counts(ledgers, recon):
    suite = ET.fromstring(recon("check", "rules.yaml", "--format", "junit", "--fail-on", "never").out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_github_gets_an_annotation_beside_the_row(ledgers, recon):
    out = recon("check", "rules.yaml", "--format", "github").out
    assert out.startswith("::error file=invoices.csv,line=2,title=price_variance::Price 5.5 ")


def test_an_unknown_format_is_2(ledgers, recon):
    assert recon("check", "rules.yaml", "--format", "xlsx").code == 2
