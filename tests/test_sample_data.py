"""The stories of sample_data/README.md are what recon finds there, and nothing else."""

from __future__ import annotations

import re

import polars as pl
import pytest
from openpyxl import load_workbook

from recon import load_rules, read_sources, reconcile
from recon.codes import CODES, FED
from recon.shipped import shipped
from tests.kit.sample_invoices import HEADINGS, rows

SAMPLE = shipped("sample_data")
STORY = re.compile(r"\| `(?P<code>\w+)` \| (?P<places>[^|]+) \|")
CARRIERS = {
    "invoice": ("invoice_number", "invoice_line"),
    "receipt": ("receipt_number",),
    "order": ("po_number", "po_line"),
}


@pytest.fixture(scope="module")
def found():
    rules = load_rules(SAMPLE / "rules.yaml")
    return reconcile(read_sources(rules), rules)


def stories():
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    return {story["code"]: set(story["places"].strip().split(", ")) for story in STORY.finditer(text)}


def place(finding):
    kind = next(kind for kind, columns in CARRIERS.items() if finding[columns[0]])
    return f"{kind} {'/'.join(finding[column] for column in CARRIERS[kind])}"


def test_every_code_has_a_story():
    assert set(stories()) == set(CODES) - set(FED)


def test_every_story_is_found_where_it_is_told_and_nothing_else_is(found):
    places = {}
    for finding in found.discrepancies.iter_rows(named=True):
        places.setdefault(finding["code"], set()).add(place(finding))
    assert places == stories()


def test_every_line_without_a_story_is_paid(found):
    told = set().union(*stories().values())
    named = pl.format("invoice {}/{}", "invoice_number", "invoice_line").is_in(list(told))
    others = found.invoice_lines.filter(~named)
    assert others.height == 45
    assert set(others["decision"]) == {"pay"}
    assert set(others["status"]) == {"matched", "tolerated"}


def test_an_invoice_in_two_currencies_adds_up_to_nothing(found):
    mixed = found.invoices.filter(invoice_number="GLM-30799")
    assert mixed.select("currency", "amount", "amount_at_risk", "decision").rows() == [(None, None, None, "review")]


def test_the_row_that_cannot_be_read_is_the_one_that_is_told(found):
    assert found.rejects.select("source", "column", "value").rows() == [("invoices.xlsx", "Quantity", "eight")]


def test_the_workbook_holds_what_its_script_says():
    sheet = load_workbook(SAMPLE / "invoices.xlsx")["Invoices"]
    head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert tuple(head) == HEADINGS
    assert [[as_text(value) for value in line] for line in lines] == [
        [as_text(v) for v in row.values()] for row in rows()
    ]


def as_text(value):
    """Return a cell as text, a date without its midnight and a number without its trailing zeros."""
    text = str(value).removesuffix(" 00:00:00")
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text
