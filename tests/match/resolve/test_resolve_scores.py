"""What scores decide, at their boundaries: a name with a letter missing is 98.70 like A and 96.20 like B, 2.50 apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import SupplierRules
from tests.kit.supplier_tables import one, resolved

GIVEN = "supplier_name\nObermeister Maschinenfabrk Werkzeugbau"
ONE = "supplier_id | name\nA | Obermeister Maschinenfabrik Werkzeugbau"
TWO = f"{ONE}\nB | Obermeister Maschinenfabriken Werkzeugbau"
SAME = f"{ONE}\nB | Obermeister Maschinenfabrik Werkzeugbau"


def decided(master, **rules):
    numbers = {name: Decimal(number) for name, number in rules.items()}
    return one(resolved(GIVEN, master, rules=SupplierRules(**numbers)))


def test_the_scores_are_those_that_the_tests_below_stand_on():
    links = resolved(GIVEN, TWO).supplier_links
    assert links.select("score", "runner_up_score", "margin").row(0) == (
        Decimal("98.70"),
        Decimal("96.20"),
        Decimal("2.50"),
    )


@pytest.mark.parametrize(("accept", "state"), [("98.69", None), ("98.70", None), ("98.71", "uncertain")])
def test_a_score_equal_to_accept_is_accepted(accept, state):
    assert decided(ONE, accept=accept) == ("A", state, "fuzzy")


@pytest.mark.parametrize(("accept", "told"), [("98.70", ""), ("98.71", "accepted from 98.71; ")])
def test_a_reason_names_the_limit_of_a_score_below_it_only(accept, told):
    (reason,) = resolved(GIVEN, TWO, rules=SupplierRules(accept=Decimal(accept))).invoice_lines["supplier_reason"]
    assert reason == (
        "the name is like A (Obermeister Maschinenfabrik Werkzeugbau), score 98.7; "
        "and like B (Obermeister Maschinenfabriken Werkzeugbau), score 96.2; "
        f"{told}they are less than 3 apart or equal"
    )


@pytest.mark.parametrize(
    ("review", "found"), [("98.70", ("A", "uncertain", "fuzzy")), ("98.71", (None, "unknown", "none"))]
)
def test_a_score_equal_to_review_is_used_and_flagged(review, found):
    assert decided(ONE, accept="99", review=review) == found


def test_a_score_that_is_rounded_up_is_judged_as_it_is_shown():
    """One letter of 75 is missing: 98.666... is shown as 98.67, and with both limits at 98.67 it is accepted."""
    given = "supplier_name\nObermeiser Maschinenfabrk Werkzeugbau"
    master = "supplier_id | name\nA | Obermeiser Maschinenfabrik Werkzeugbau"
    limit = Decimal("98.67")
    found = resolved(given, master, rules=SupplierRules(accept=limit, review=limit))
    assert found.supplier_links["score"].to_list() == [limit]
    assert one(found) == ("A", None, "fuzzy")


@pytest.mark.parametrize(
    ("margin", "state"), [("0", None), ("2.49", None), ("2.50", None), ("2.51", "uncertain"), ("3", "uncertain")]
)
def test_a_lead_equal_to_the_margin_is_enough(margin, state):
    assert decided(TWO, margin=margin) == ("A", state, "fuzzy")


@pytest.mark.parametrize(("review", "state", "second"), [("96.20", "uncertain", "B"), ("96.21", None, None)])
def test_only_a_name_worth_a_review_is_a_runner_up(review, state, second):
    found = resolved(GIVEN, TWO, rules=SupplierRules(review=Decimal(review)))
    assert one(found) == ("A", state, "fuzzy")
    assert found.supplier_links["runner_up_id"].to_list() == [second]


@pytest.mark.parametrize(("margin", "group"), [("2.50", "B"), ("2.51", "A")])
def test_suppliers_hang_together_only_where_the_decision_hung_on_both(margin, group):
    found = resolved(GIVEN, TWO, "po_number | supplier_id\n1 | B", SupplierRules(margin=Decimal(margin)))
    assert found.invoice_lines["group_id"].to_list() == ["A"]
    assert found.order_lines["group_id"].to_list() == [group]


@pytest.mark.parametrize("margin", ["0", "3"])
def test_between_equals_nothing_is_certain(margin):
    assert decided(SAME, margin=margin)[1] == "uncertain"


@pytest.mark.parametrize("others", [0, 1, 5, 40])
def test_a_near_twin_is_seen_however_small_the_master_is(others):
    """Where a handful of names share every letter group but one, the second best is still weighed against the best."""
    more = "".join(f"\nX{n} | Brauhaus {'abcdefghij'[n % 10] * 3} {'klmnopqrst'[n // 10] * 4}" for n in range(others))
    found = resolved(GIVEN, TWO + more)
    assert one(found) == ("A", "uncertain", "fuzzy")
    assert found.supplier_links["runner_up_id"].to_list() == ["B"]
