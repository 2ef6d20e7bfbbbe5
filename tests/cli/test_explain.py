"""`recon explain`: from a rules file and from a report, as text, JSON and Markdown."""

from __future__ import annotations

import json

import pytest

CLEARS = "an invoice price lower by 0.5, or an order price higher by 0.5, or a credit note of 5 EUR, or a limit of 10 %"


@pytest.mark.parametrize("formats", ["json", "parquet"])
def test_a_verdict_is_explained_from_a_report_with_the_numbers_of_the_report(ledgers, recon, formats):
    recon("run", "rules.yaml", "-o", "out", "--format", formats)
    ended = recon("explain", "out", "A1/1")
    assert ended.code == 0
    assert "price: expected 5, actual 5.5, variance 0.5 (10 %); limit 0 by no rule: price_variance" in ended.out
    assert f"price_variance: {CLEARS}" in ended.out
    with (ledgers / "orders.csv").open("a") as file:
        file.write("4500000003,10,V1,1,1.00,EUR\n")
    later = recon("explain", "out", "A1/1").out  # the report is of other sources: nothing can be matched again
    assert "price_variance: a corrected invoice or credit note" in later


def test_from_a_rules_file_it_ends_in_the_smallest_change_that_clears(ledgers, recon):
    out = recon("explain", "rules.yaml", "A1").out
    assert out.startswith("Invoice A1 line 1 of V1\n  Read\n    invoices.csv:2: ")
    assert out.endswith(f"price_variance: {CLEARS}\n")


def test_it_is_data_and_markdown_too(ledgers, recon):
    (tree,) = json.loads(recon("explain", "rules.yaml", "4500000001/10", "--format", "json").out)
    assert [part["title"] for part in tree["parts"]][:2] == ["Read", "Came to"]
    assert "**Read**\n\n- orders.csv:2: " in recon("explain", "rules.yaml", "4500000001/10", "--format", "md").out


@pytest.mark.parametrize(("what", "code"), [("A7", 2), ("S-0000000000000000", 2), ("V1", 0)])
def test_what_names_nothing_is_told(ledgers, recon, what, code):
    assert recon("explain", "rules.yaml", what).code == code


def test_a_report_that_is_a_workbook_alone_cannot_be_explained_and_says_how(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out")
    ended = recon("explain", "out", "A1")
    assert ended.code == 3
    assert "--format parquet or json" in ended.err
