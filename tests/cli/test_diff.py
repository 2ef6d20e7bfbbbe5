"""`recon diff` and `recon baseline`: two runs side by side, and what is known of one."""

from __future__ import annotations

import json

import openpyxl
import pytest


def change(ledgers, old, new):
    path = ledgers / "invoices.csv"
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def two(ledgers, recon):
    """A report in which A1 is 5 EUR too dear, and a later one in which A1 is right and A2 too dear."""
    recon("run", "rules.yaml", "-o", "old", "--format", "json")
    change(ledgers, "5.50", "5.00")
    change(ledgers, "3.00", "4.00")
    recon("run", "rules.yaml", "-o", "new", "--format", "parquet")
    return ledgers


def test_what_is_new_and_what_is_cleared_is_told_whatever_the_reports_are_written_as(two, recon):
    out = recon("diff", "old", "new").out
    assert "Findings: 2\nChange   Severity  Code" in out
    assert "\nnew      hold      price_variance" in out
    assert "\ncleared  hold      price_variance" in out
    assert "Invoices decided otherwise: 2" in out
    assert "EUR       5             20   0      0       -5       20" in out


def test_a_report_and_its_own_rules_do_not_differ_whatever_people_decided(ledgers, recon):
    recon("decide", "rules.yaml", "A1", "pay", "--reason", "agreed")
    recon("run", "rules.yaml", "-o", "old", "--format", "json")
    assert "Invoices decided otherwise: none" in recon("diff", "old", "rules.yaml").out


@pytest.mark.parametrize("style", ["json", "md", "xlsx"])
def test_it_is_told_in_other_formats(two, recon, style):
    assert recon("diff", "old", "new", "-o", "cmp", "--format", style).code == 0
    path = two / "cmp" / f"diff.{style}"
    if style == "json":
        money = json.loads(path.read_text())["Money at risk"]
        assert money == [
            {"currency": "EUR", "was": "5", "new": "20", "worse": "0", "better": "0", "cleared": "-5", "now": "20"}
        ]
    elif style == "md":
        assert "| new | hold | price_variance |" in path.read_text()
    else:
        assert openpyxl.load_workbook(path).sheetnames[0] == "Findings"


def test_of_two_rules_files_the_part_of_the_data_and_that_of_the_rules_are_told(two, recon):
    rules = (two / "rules.yaml").read_text()
    (two / "mild.yaml").write_text(f"{rules}\nseverities: {{price_variance: info}}\n")
    out = recon("diff", "rules.yaml", "mild.yaml").out
    assert "Of which by the data: 1\n" in out
    assert "EUR       20            0    0      -20     0        0" in out.partition("Of which by the rules")[2]


def test_a_baseline_lets_pass_what_it_knows_and_no_worse(ledgers, recon):
    assert (
        recon("baseline", "write", "rules.yaml", "known.jsonl", "--reason", "old system").out
        == "known.jsonl: 1 accepted\n"
    )
    ended = recon("check", "rules.yaml", "--baseline", "known.jsonl")
    assert (ended.code, ended.err) == (0, "Against the baseline: 1 known, 0 new, 0 worse, 0 better, 0 cleared.\n")
    change(ledgers, "5.50", "6.00")
    assert "1 worse" in recon("check", "rules.yaml", "--baseline", "known.jsonl").err
    change(ledgers, "6.00", "5.25")
    ended = recon("check", "rules.yaml", "--baseline", "known.jsonl")
    assert (ended.code, "1 better" in ended.err) == (0, True)


def test_a_baseline_expires_and_is_brought_up_to_date(ledgers, recon):
    recon("baseline", "write", "rules.yaml", "known.jsonl", "--until", "2026-03-31", "--by", "eva")
    assert recon("check", "rules.yaml", "--baseline", "known.jsonl", "--as-of", "2026-03-31").code == 0
    assert recon("check", "rules.yaml", "--baseline", "known.jsonl", "--as-of", "2026-04-01").code == 1
    change(ledgers, "5.50", "5.00")
    out = recon("baseline", "update", "rules.yaml", "known.jsonl").out
    assert "0 accepted, 0 of them new, 1 no longer occur" in out
    assert "gone: price_variance A1" in out


def test_a_baseline_that_is_none_is_told_with_its_line(ledgers, recon):
    (ledgers / "known.jsonl").write_text('{"subject_id": "S-1"}\n')
    ended = recon("check", "rules.yaml", "--baseline", "known.jsonl")
    assert ended.code == 3
    assert "known.jsonl:1: the line of the baseline has no" in ended.err


def test_a_baseline_is_not_written_over(ledgers, recon):
    recon("baseline", "write", "rules.yaml", "known.jsonl")
    assert recon("baseline", "write", "rules.yaml", "known.jsonl").code == 4
