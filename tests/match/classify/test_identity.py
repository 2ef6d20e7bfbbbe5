"""A discrepancy keeps its name from run to run while the facts are the same, and only then."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.match.classify.identity import FACTS, with_ids
from recon.tables import DISCREPANCIES
from tests.kit.laws import run
from tests.kit.worlds import world

ORDER, RECEIVED = "po line qty price\n100001 10 10 5", "po line qty\n100001 10 4"
BILLED = "no qty price po\nINV-2026-0001 10 5 100001\nINV-2026-0002 3 6 100001"


def named(*changes):
    """Return the ids of findings that are alike but for what is changed in each."""
    like = {column: f"{column} 1234" for column in FACTS}
    found = DISCREPANCIES.cast(pl.DataFrame([{"group_id": "G1"} | like | change for change in changes]))
    return with_ids(found)["discrepancy_id"].to_list()


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_down_to_its_last_letter_is_part_of_the_name(fact):
    one, other, absent = named({}, {fact: f"{fact} 1235"}, {fact: None})
    assert len({one, other, absent}) == 3
    assert named({fact: f"{fact} 1235"}) == [other]


@pytest.mark.parametrize(
    "beside", [{"message": "told better"}, {"row": 99}, {"source": "b.csv"}, {"amount_at_risk": Decimal(7)}]
)
def test_what_is_no_fact_leaves_the_name_as_it_is(beside):
    assert named(beside) == named({})


def test_facts_do_not_run_into_one_another():
    assert len(set(named({"code": "ab", "supplier_id": "c"}, {"code": "a", "supplier_id": "bc"}))) == 2


def test_two_with_the_same_facts_have_two_names_and_the_first_keeps_its_own():
    alone = named({})
    assert named({}, {}, {}) == [*alone, *named({}, {}, {})[1:]]
    assert len(set(named({}, {}, {}))) == 3


def test_two_strangers_of_whom_no_id_is_known_share_no_name_but_two_groups_of_one_supplier_do():
    stranger = {"supplier_id": None}
    assert len({*named(stranger), *named(stranger | {"group_id": "G2"}), *named(stranger | {"group_id": None})}) == 3
    assert named({}) == named({"group_id": "G2"})


def test_names_stay_when_another_invoice_comes():
    before = run(world(ORDER, RECEIVED, BILLED)).discrepancies
    later = run(world(f"{ORDER}\n2 10 1 1", RECEIVED, f"{BILLED}\nINV-2026-0003 5 1 2")).discrepancies
    assert before.height == before["discrepancy_id"].n_unique() >= 3
    assert set(before["discrepancy_id"]) < set(later["discrepancy_id"])
