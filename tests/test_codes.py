"""The law of codes: each has its sentence, a check, a fault, a case, a section of the docs and a story."""

from __future__ import annotations

import ast

import polars as pl
import pytest

from recon import load_rules, read_sources, reconcile
from recon.close.feeds.planted import ERRORS
from recon.codes import BY_ORDER, CODES, DECISION_OF, DECISIONS, MEASURES, SEVERITIES, at_least
from recon.rules.rule import Rules
from recon.selftest import FAULTS
from recon.shipped import shipped
from tests.kit.places import PROJECT
from tests.kit.worked import examples

CHECKS = [
    path
    for room in ("match/compare", "match/duplicates", "close")
    for path in [*(PROJECT / "recon").glob(f"{room}/**/*.py"), *(PROJECT / "recon").glob(f"{room}.py")]
]
RAISED = {
    node.value
    for path in CHECKS
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant)
}
PAGES = {"matching/*": "discrepancies", "feeds": "anomalies"}
WORKED = {
    row["code"]
    for pages, frame in PAGES.items()
    for page in (PROJECT / "docs").glob(f"{pages}.md")
    for told in examples(page.read_text(encoding="utf-8"))
    for row in told.gives.get(frame, [])
}
PLANTED = {fault.code for fault in (*FAULTS, *ERRORS)}
CASES = {path.parent.name.partition("--")[0] for path in (PROJECT / "tests" / "cases").glob("*/case.md")}
LAWS = {"a check": RAISED, "a fault": PLANTED, "a case": CASES, "a section": WORKED}


def missing(code):
    """Return the laws that a code does not keep."""
    return [law for law, those in LAWS.items() if code not in those]


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_has_all_that_a_code_has(code):
    assert missing(code) == []


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_code_says_what_it_means_and_what_clears_it(code):
    assert code.severity in SEVERITIES
    assert code.meaning.endswith(".")
    assert len(code.meaning) <= 105
    assert code.sentence[0].isupper() or code.sentence[0] == "{"
    assert not code.sentence.endswith(".")
    assert code.short[0].isupper() or code.short[0] == "{"
    assert code.clears
    assert not code.clears.endswith(".")


def test_a_finding_stands_on_what_its_code_says_and_measures_that():
    rules = load_rules(shipped("sample_data") / "rules.yaml")
    carrier = pl.coalesce(pl.when(pl.col(c).is_not_null()).then(pl.lit(kind)) for c, kind in PLACES.items())
    found = reconcile(read_sources(rules), rules).discrepancies.with_columns(carrier.alias("on"))
    for code, measure, on in found.select("code", "measure", "on").unique().iter_rows():
        assert on in CODES[code].on, code
        assert measure == CODES[code].measure, code


PLACES = {"invoice_number": "invoice", "receipt_number": "receipt", "po_number": "order"}


def test_severities_decisions_and_policies_are_listed_once():
    """Others take them from recon/codes.py; only how people spell them stands elsewhere."""
    for path in (PROJECT / "recon").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else getattr(node, "keys", [])
            found = {each.value for each in said if isinstance(each, ast.Constant)}
            listed = max(len(found & words) for words in ({*DECISIONS, *SEVERITIES}, {*BY_ORDER}))
            assert listed < 2 or path.name in ("codes.py", "words.py", "alias_file.py"), (path, node.lineno)


def test_every_measure_of_a_tolerance_is_that_of_a_code():
    assert set(MEASURES) <= {code.measure for code in CODES.values()}


def test_what_is_as_bad_or_worse():
    assert [at_least(level) for level in ("never", "info", "review", "hold")] == [
        (),
        ("hold", "review", "info"),
        ("hold", "review"),
        ("hold",),
    ]


def test_a_severity_decides():
    assert [DECISION_OF[severity] for severity in SEVERITIES] == ["pay", "review", "hold"]
    assert Rules(severities={"price_variance": "info"}).severity("price_variance") == "info"
    assert Rules().severity("price_variance") == "hold"
