"""Units that are one: names of systems, of people and of UN/ECE."""

from __future__ import annotations

import polars as pl
import pytest

from recon.match.keys import unit_key
from recon.units import UNITS

ONE = [
    "EA Each each. PCE Stk. Stück ST C62 PC pcs",
    "KG kgs KGM Kilo",
    "Karton CTN ct",
    "m² SQM qm M2",
    "Std. hrs HUR H",
    "dozen DZN Dtz",
]
APART = ["MT GR TON", "CS CT BX", "M MM", "G KG", "L ML"]


def keys(names):
    return pl.DataFrame({"uom": names.split()}).select(unit_key("uom")).to_series()


@pytest.mark.parametrize("names", ONE)
def test_names_of_one_unit_compare_equal(names):
    assert keys(names).n_unique() == 1


@pytest.mark.parametrize("names", APART)
def test_names_of_several_units_and_different_ones_stay_apart(names):
    assert keys(names).is_unique().all()


def test_a_name_is_written_as_it_compares_and_a_code_names_itself():
    assert keys(" ".join(UNITS)).to_list() == list(UNITS.values())
    assert keys("Krt.")[0] == "KRT"  # what nobody knows is a unit of its own
