"""An explanation tells the numbers of the outputs, and what it says clears a finding does, and a step less does not."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon import load_rules, read_sources, reconcile
from recon.errors import RulesError
from recon.report.formats.data import _as_text as as_published
from recon.review.clears import smallest_changes
from recon.review.explain import explain_line, explain_order, explain_receipt
from recon.review.judged import FIGURES
from recon.review.named import named
from recon.review.told import Known
from recon.review.worlds import World
from tests.kit.ledgers import sources
from tests.kit.places import PROJECT
from tests.kit.worlds import world
from tests.test_cases import CASES

ORDER, RECEIVED = "po line qty price\n1 10 30 5\n2 10 30 5", "po line qty\n1 10 24\n2 10 30"


def known(ledger):
    read = sources(ledger)
    return Known(reconcile(read, ledger.rules), read, ledger.rules)


def parts(of, what):
    explained = explain_line if named(of.run, what)[0][0] == "invoice_lines" else explain_order
    return {part.title: part for part in explained(of, named(of.run, what)[0][1])}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_on_every_case_the_numbers_are_those_of_the_outputs(case):
    rules = load_rules(case / "rules.yaml")
    run = reconcile(read_sources(rules), rules)
    published = {row["subject_id"]: row for row in as_published(run.discrepancies).to_dicts()}
    told = {}
    for table, explained in (("invoice_lines", explain_line), ("order_lines", explain_order)):
        for row in getattr(run, table).to_dicts():
            (compared,) = [part.data for part in explained(Known(run), row) if part.title == "Compared"] or [[]]
            told |= {each["subject_id"]: each for each in compared}
    on_receipts = set(run.discrepancies.join(run.receipt_lines, on=["source", "row"], how="semi")["subject_id"])
    measured = {subject for subject, row in published.items() if row["measure"]}
    assert measured - on_receipts <= set(told) <= set(published)
    for subject, each in told.items():
        assert {name: each[name] for name in FIGURES} == {name: published[subject][name] for name in FIGURES}


@pytest.mark.parametrize(("cited", "whole"), [("1", True), ("9", False), ("-", False)])
def test_a_bill_by_header_is_told_to_bill_its_order_as_a_whole(cited, whole):
    """An amount alone for order 1 is held against it; order 9 is not there, and without a number there is none."""
    told = parts(known(world(ORDER, RECEIVED, f"no no_line po amount\nA1 1 {cited} 270")), "A1/1")
    last = "it bills order 1 as a whole: it gives an amount alone" if whole else "no rule found an order line"
    assert told["Order line"].lines[-1] == last
    assert ("held against what is ordered and received of it" in told["Not compared"].lines[0]) is whole


def test_a_line_is_told_from_what_was_read_to_what_would_clear_it():
    told = parts(known(world(ORDER, RECEIVED, "no no_line qty price po\nA1 1 30 5 1")), "A1/1")
    assert list(told) == [
        "Read",
        "Supplier",
        "Order line",
        "Receipts",
        "Compared",
        "Not compared",
        "Found",
        "Clears with",
    ]
    assert told["Receipts"].lines == ("receipts.csv:2: 24 of receipt 502/-",)
    assert (
        "quantity_received: expected 24, actual 30, variance 6 (25 %); limit 0 by no rule: quantity_over_received"
        in told["Compared"].lines[0]
    )
    assert told["Clears with"].data[0]["clears"] == ["a receipt of 6", "a credit note for 6", "a limit of 25 %"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bill", "changes"),
    [
        ("A1 1 30 5 1", ["a receipt of 6", "a credit note for 6", "a limit of 25 %"]),
        (
            "A1 1 30 5.5 2",
            [
                "an invoice price lower by 0.5",
                "an order price higher by 0.5",
                "a credit note of 15 EUR",
                "a limit of 10 %",
            ],
        ),
        ("A1 1 36 5 2", ["a receipt of 6", "a credit note for 6", "a limit of 20 %"]),
    ],
)
def test_the_smallest_change_clears_it_and_a_step_less_does_not(bill, changes):
    ledger = world(ORDER, RECEIVED, f"no no_line qty price po\n{bill}")
    run = reconcile(sources(ledger), ledger.rules)
    finding = run.discrepancies.filter(pl.col("code").is_in(["quantity_over_received", "price_variance"])).to_dicts()[0]
    line = run.invoice_lines.to_dicts()[0]
    assert smallest_changes(World(sources(ledger), ledger.rules), finding, line) == changes


@pytest.mark.parametrize(
    ("bills", "more", "code", "changes"),
    [
        ("A1 1 30 5 9", {}, "order_not_found", ["order line 2/10 on the invoice line"]),
        ("A1 1 30 5.5 2", {}, "price_variance", ["an invoice price lower by 0.5", "an order price higher by 0.5", "a credit note of 15 EUR", "a limit of 10 %"]),
        ("A1 1 30 5 2", {"suppliers": "supplier_id name blocked\nS1 Acme true"}, "supplier_blocked", ["the block lifted"]),
        ("A1 1 30 5 2\nA2 1 30 5 2", {}, "quantity_over_ordered", ["a credit note for 30", "30 more ordered", "a limit of 100 %"]),
    ],
)  # fmt: skip
def test_what_clears_is_found_by_matching_again_whatever_the_code(bills, more, code, changes):
    orders = "po line qty price currency\n1 10 30 5 EUR\n2 10 30 5 EUR"
    ledger = world(orders, RECEIVED, f"no no_line qty price po\n{bills}", **more)
    run = reconcile(sources(ledger), ledger.rules)
    finding = run.discrepancies.filter(pl.col("code") == code).to_dicts()[-1]
    line = run.invoice_lines.filter(pl.col("row") == finding["row"]).to_dicts()[0]
    assert smallest_changes(World(sources(ledger), ledger.rules), finding, line) == changes


def test_what_a_change_brings_is_told_with_it():
    ledger = world("po line qty price\n1 10 30 5", "po line qty\n1 10 24", "no no_line qty price po\nA1 1 30 5 9")
    run = reconcile(sources(ledger), ledger.rules)
    (finding,) = run.discrepancies.filter(pl.col("code") == "order_not_found").to_dicts()
    changes = smallest_changes(World(sources(ledger), ledger.rules), finding, run.invoice_lines.to_dicts()[0])
    assert changes == ["order line 1/10 on the invoice line (then quantity_over_received)"]


NOT_CLEARED = {"duplicate_invoice", "duplicate_receipt", "reversed", "receipt_without_order"}
"""Set aside, or remarks, or without an order that could be tried."""


@pytest.mark.slow
def test_every_code_of_the_sample_company_has_a_change_that_was_tried():
    rules = load_rules(PROJECT / "sample_data" / "rules.yaml")
    read = read_sources(rules)
    run = reconcile(read, rules)
    explained = {"invoice_lines": explain_line, "order_lines": explain_order, "receipt_lines": explain_receipt}
    for finding in run.discrepancies.unique("code", keep="first", maintain_order=True).to_dicts():
        table, row = named(run, finding["subject_id"])[0]
        told = {part.title: part.data for part in explained[table](Known(run, read, rules), row)}
        (clears,) = [each for each in told["Clears with"] if each["code"] == finding["code"]][:1]
        assert clears["verified"] == (finding["code"] not in NOT_CLEARED), clears


def test_what_a_limit_that_is_given_leaves_over_is_what_is_missing():
    from recon.rules.rule import Limit, Rules, Sides, Tolerance

    tenth = Rules(tolerances=(Tolerance("tenth", {"quantity_received": Sides(over=Limit(percent=Decimal(10)))}),))
    ledger = world(ORDER, RECEIVED, "no no_line qty price po\nA1 1 30 5 1", rules=tenth)
    run = reconcile(sources(ledger), tenth)
    (finding,) = run.discrepancies.filter(pl.col("code") == "quantity_over_received").to_dicts()
    changes = smallest_changes(World(sources(ledger), tenth), finding, run.invoice_lines.to_dicts()[0])
    assert changes[0] == "a receipt of 4"  # 30 is within a tenth over 28, not over 27


def test_what_lies_within_its_limit_is_told_with_the_rule(tmp_path):
    from recon.rules.rule import Limit, Rules, Sides, Tolerance

    rules = Rules(
        tolerances=tuple(Tolerance(name, {"price": Sides(over=Limit(percent=Decimal(2)))}) for name in ("steel", "all"))
    )
    told = parts(known(world(ORDER, RECEIVED, "no no_line qty price po\nA1 1 30 5.1 2", rules=rules)), "A1")
    assert (
        told["Compared"].lines[0]
        == "price: expected 5, actual 5.1, variance 0.1 (2 %); limit 0.1 by steel, ahead of all: within"
    )


def test_rules_ahead_of_the_one_that_linked_are_told_with_what_they_found():
    told = parts(
        known(
            world("po line item qty price\n1 10 X 5 5\n1 20 Y 5 5", "", "no no_line item qty price po\nA1 1 X 5 5 1")
        ),
        "A1",
    )
    assert told["Order line"].lines == ("order line: none", "order item: order line 1/10")


def test_an_order_line_and_a_finding_are_named_too():
    of = known(world(ORDER, RECEIVED, "no no_line qty price po\nA1 1 30 5 1"))
    assert "receipts.csv:2: 502 24, used 24" in parts(of, "1/10")["Received"].lines
    subject = of.run.discrepancies.filter(pl.col("invoice_number") == "A1")["subject_id"][0]
    assert named(of.run, subject)[0][1]["invoice_number"] == "A1"


@pytest.mark.parametrize(("what", "told"), [("A9", "nothing is called 'A9'"), ("A1", "'A1' may mean several")])
def test_what_names_nothing_or_several_is_told(what, told):
    ledger = world(
        ORDER, RECEIVED, "no no_line qty price po invoice_date\nA1 1 5 5 1 2025-01-01\nA1 1 5 5 1 2026-01-01"
    )
    of = known(
        world(ORDER, RECEIVED, "no no_line qty price po supplier\nA1 1 5 5 1 S1\nA1 1 5 5 1 S2")
        if what == "A1"
        else ledger
    )
    with pytest.raises(RulesError, match=told):
        named(of.run, what)
