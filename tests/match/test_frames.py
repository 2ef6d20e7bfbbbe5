"""The stages add to their lines what recon/match/frames.py says, and nothing else."""

from __future__ import annotations

import pytest

from recon import load_rules, read_sources
from recon.ledger.reconcile import reconcile
from recon.match import flow
from recon.match.frames import BESIDE, DROPPED, INVOICES, ORDERS, RECEIPTS
from recon.shipped import shipped
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES

STAGES = {"normalise": "_normalise", "resolve": "_resolve", "link": "_link", "set aside": "_set_duplicates_aside"}
DECLARED = {"orders": ORDERS, "receipts": RECEIPTS, "invoices": INVOICES}
TABLES = {"orders": ORDER_LINES, "receipts": RECEIPT_LINES, "invoices": INVOICE_LINES}


@pytest.fixture(scope="module")
def schemas():
    """Return stage -> table -> the schema of the lines that left it, of the sample company."""
    seen = {}

    def recorded(stage, function):
        def run(*given):
            if stage == "normalise":
                seen["batch"] = {name: getattr(given[0], TABLES[name].name).schema for name in TABLES}
            seen[stage] = function(*given)
            return seen[stage]

        return run

    with pytest.MonkeyPatch.context() as patched:
        for stage, name in {**STAGES, "correct": "corrected", "allocate": "_allocate"}.items():
            patched.setattr(flow, name, recorded(stage, getattr(flow, name)))
        rules = load_rules(shipped("sample_data") / "rules.yaml")
        reconcile(read_sources(rules), rules)
    left = {stage: {name: getattr(seen[stage], name).schema for name in TABLES} for stage in STAGES}
    compared = seen["allocate"][0]
    return {
        "batch": seen["batch"],
        **left,
        "correct": {"invoices": seen["correct"][0].schema},
        "allocate": {"invoices": compared.active.schema, "orders": compared.orders.schema},
    }


@pytest.mark.parametrize("table", TABLES)
def test_each_stage_adds_what_it_declares(schemas, table):
    known = dict(TABLES[table].columns)
    for stage in ("batch", "normalise", "resolve", "link", "set aside", "correct", "allocate"):
        left = schemas[stage].get(table)
        if left is None:
            continue
        added = {name: dtype for name, dtype in left.items() if name not in known and not name.startswith("order_")}
        told = {name: dtype for name, dtype in DECLARED[table].get(stage, {}).items() if not name.startswith("order_")}
        assert added == told, stage
        assert set(known) - set(left) <= DROPPED
        known |= dict(left)


def test_what_stands_beside_a_line_is_what_comparing_needs(schemas):
    """The sample's rules name one more column of the order: its category."""
    before, after = schemas["resolve"]["invoices"], schemas["link"]["invoices"]
    beside = {name for name in after if name.startswith("order_") and name not in before}
    assert beside - set(INVOICES["link"]) == BESIDE | {"order_category"}
