"""When a price is another's multiple: as far as the written places let one tell, and only where they let one tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from benchmarks.false_causes import NOISES, false
from recon.close.causes.places import chance
from recon.close.causes.price_lists import since_when
from recon.close.causes.ratios import fits
from recon.kinds import PRICE


def one(billed, ordered, top, bottom, places=2):
    row = {
        "source": "a",
        "row": 1,
        "billed": Decimal(billed),
        "ordered_price": Decimal(ordered),
        "top": top,
        "bottom": bottom,
    }
    frame = pl.DataFrame(
        [row | {"places_billed": places, "places_ordered": places}],
        schema_overrides={"billed": PRICE, "ordered_price": PRICE},
    )
    return tuple(column.item() for column in fits(frame))


@pytest.mark.parametrize(
    ("billed", "ordered", "ratio", "told"),
    [
        ("11.90", "10.00", (119, 100), (True, True, False)),
        ("12.34", "10.37", (119, 100), (True, True, False)),  # 12.3403, rounded
        ("12.36", "10.37", (119, 100), (False, True, False)),
        ("0.05", "0.04", (119, 100), (True, False, True)),  # too cheap: a cent is a fifth of it
        ("37.50", "3.125", (12, 1), (True, True, False)),
        ("3.12", "37.44", (1, 12), (True, True, False)),
    ],
)
def test_a_ratio_fits_as_far_as_rounding_lets_one_tell(billed, ordered, ratio, told):
    """Of 0.04 and 0.05 with two places each, not even that they differ is sure."""
    assert one(billed, ordered, *ratio, places=3 if "3.125" in (billed, ordered) else 2) == told


@pytest.mark.parametrize("noise", NOISES)
def test_chance_hardly_ever_looks_like_a_ratio(noise):
    """Of 300 suppliers whose prices each have a change of their own (docs/causes.md has more of them)."""
    assert false(300, 6, noise, 7) == (0, 0)


def test_a_day_parts_prices_as_ordered_from_others():
    days = [date(2026, 1, day) for day in range(1, 10)]
    lines = pl.DataFrame({"invoice_date": days, "what": [str(d) for d in days], "ordered_price": 1, "billed": 1})
    step = lines.with_columns(equal=pl.Series([True] * 4 + [False] * 5), fits=pl.Series([False] * 4 + [True] * 5))
    assert since_when(step) == days[4]
    assert since_when(step.with_columns(equal=pl.Series([True, False] * 4 + [True]))) is None


def test_chance_is_fisher_s():
    """All three of three, of six: one in twenty ways to choose three of six."""
    assert round(chance(3, 3, 3, 6), 10) == 0.05
    assert round(chance(2, 3, 3, 6), 10) == 0.5  # 9 + 1 of 20
