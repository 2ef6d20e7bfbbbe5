"""Between two runs each subject is new, same, worse, better or cleared, and the money adds up, of data and of rules."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.review.changes import changes
from recon.review.diff import MOVED, Side, difference, explained
from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.dice import Dice
from tests.kit.laws import run
from tests.kit.worlds import world

ORDERS = "po line qty price\n1 10 10 5\n2 10 10 5\n3 10 10 5"
RECEIVED = "po line qty\n1 10 10\n2 10 10\n3 10 10"


def side(*bills, rules=None):
    lines = "\n".join(f"A{po} 1 {qty} {price} {po}" for po, qty, price in bills)
    done = run(world(ORDERS, RECEIVED, f"no no_line qty price po\n{lines}", rules=rules))
    return Side(done.discrepancies, done.invoices)


def told(old, new):
    return {
        row["invoice_number"]: row["change"]
        for row in changes(old.found, new.found).to_dicts()
        if row["code"] == "price_variance"
    }


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        (None, (1, 10, "5.5"), "new"),
        ((1, 10, "5.5"), (1, 10, "5.5"), "same"),
        ((1, 10, "5.5"), (1, 10, "5.51"), "worse"),
        ((1, 10, "5.5"), (1, 10, "5.49"), "better"),
        ((1, 10, "5.5"), (1, 10, "5"), "cleared"),
    ],
)
def test_what_became_of_a_subject(was, now, change):
    clean = (2, 10, "5")
    old, new = side(clean, *([was] if was else [])), side(clean, now)
    assert told(old, new) == {"A1": change}


def test_a_graver_severity_is_worse_and_a_milder_one_better_with_the_same_facts():
    mild = side((1, 10, "5.5"), rules=Rules(severities={"price_variance": "review"}))
    assert told(mild, side((1, 10, "5.5"))) == {"A1": "worse"}
    assert told(side((1, 10, "5.5")), mild) == {"A1": "better"}


def test_the_money_that_moved_leads_from_then_to_now():
    found = difference(side((1, 10, "6"), (2, 10, "7"), (3, 10, "5")), side((1, 10, "8"), (3, 10, "9")))
    (row,) = found.money.to_dicts()
    assert row == {"currency": "EUR"} | {
        n: Decimal(v) for n, v in {"was": 30, "new": 40, "worse": 20, "better": 0, "cleared": -20, "now": 70}.items()
    }
    assert set(found.invoices.select("invoice_number", "was_decision", "effective_decision").rows()) == {
        ("A2", "hold", None),
        ("A3", "pay", "hold"),
    }


def test_a_line_counts_once_in_the_money_that_moved_with_the_greatest_of_its_findings():
    """Twelve at 6 of ten at 5: 12 too dear and 2 too many, 10; then the price is right, and fourteen are billed."""
    (row,) = difference(side((1, 12, "6")), side((1, 14, "5"))).money.to_dicts()
    assert {n: int(row[n]) for n in ("was", *MOVED, "now")} == {
        "was": 12, "new": 0, "worse": 8, "better": 0, "cleared": 0, "now": 20,
    }  # fmt: skip


def drawn(dice):
    bills = [(po, dice.randint(8, 12), f"{dice.randint(48, 55)}e-1") for po in (1, 2, 3) if dice.randint(0, 3)]
    return [(po, qty, str(Decimal(price))) for po, qty, price in bills] or [(1, 10, "5")]


def net(part):
    return {row["currency"]: sum(row[name] for name in MOVED) for row in part.money.to_dicts()}


@pytest.mark.parametrize("seed", range(6))
def test_change_is_change_of_data_plus_change_of_rules(seed):
    dice = Dice(seed)
    limits = [
        Rules(tolerances=(Tolerance("t", {"price": Sides(over=Limit(percent=Decimal(dice.randint(0, 9))))}),))
        for _ in range(2)
    ]
    before, after = drawn(dice), drawn(dice)
    old, middle, new = side(*before, rules=limits[0]), side(*after, rules=limits[0]), side(*after, rules=limits[1])
    found = explained(old, middle, new)
    data, rules = found.parts["data"], found.parts["rules"]
    for currency, moved in net(found).items():
        assert moved == net(data).get(currency, 0) + net(rules).get(currency, 0)
    changed = [set(part.subjects.filter(pl.col("change") != "same")["subject_id"]) for part in (found, data, rules)]
    assert changed[0] <= changed[1] | changed[2]
    assert not explained(old, old, side(*before, rules=limits[0])).subjects.filter(pl.col("change") != "same").height
