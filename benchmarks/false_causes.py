"""How often chance looks like a cause: suppliers whose every line has a change of its own, as list prices move.

Run as `python -m benchmarks.false_causes [SUPPLIERS] [SEED]`; docs/causes.md tells what it printed.
"""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random  # noqa: TID251 - seeded, and no part of what runs

import polars as pl

from recon.close.causes.facts import SCOPE
from recon.close.causes.ratios import fitting
from recon.kinds import PRICE

CENT = Decimal("0.01")
TAXES = tuple(Fraction(rate, 100) for rate in (7, 10, 19, 20))
LINES = (3, 5, 6, 8, 12)
NOISES = {
    "list-like: whole percents, 2 to 20": lambda dice: Decimal(100 + dice.randint(2, 20)) / 100,
    "any change from -10 to +30 percent": lambda dice: Decimal(dice.randint(9000, 13000)) / 10000,
    "one price of 0.02 to 1.00, 2 to 20": lambda dice: Decimal(100 + dice.randint(2, 20)) / 100,
}


def lines(suppliers: int, each: int, noise: str, seed: int) -> pl.DataFrame:
    """Return priced lines of suppliers whose every price has a change of its own, rounded to cents."""
    dice, change = Random(f"{seed} {each} {noise}"), NOISES[noise]
    rows = []
    for supplier in range(suppliers):
        for line in range(each):
            price = Decimal(dice.randint(2, 100) if "0.02" in noise else dice.randint(100, 50_000)) / 100
            billed = (price * change(dice)).quantize(CENT, ROUND_HALF_UP)
            rows.append((f"S{supplier}", f"I{line}", f"K{line}", price, billed))
    frame = pl.DataFrame(rows, schema={"supplier_id": str, "what": str, "invoice_key": str, "ordered_price": PRICE, "billed": PRICE}, orient="row")  # fmt: skip
    empty = {name: pl.lit(None, pl.String) for name in SCOPE if name not in frame.columns}
    return frame.with_columns(
        **empty, source=pl.lit("made up"), row=pl.int_range(pl.len()), places_billed=2, places_ordered=2
    )


def false(suppliers: int, each: int, noise: str, seed: int) -> tuple[int, int]:
    """Return for how many suppliers a known ratio is accepted, and for how many any."""
    found = fitting(lines(suppliers, each, noise, seed), SCOPE, TAXES)
    return int(found["known"].sum()), found.height


def main(suppliers: int = 2000, seed: int = 1) -> None:
    print(f"{suppliers:,} suppliers a row, seed {seed}")
    for noise in NOISES:
        print(noise)
        for each in LINES:
            known, every = false(suppliers, each, noise, seed)
            print(f"  {each:3} lines each: known ratios {known / suppliers:.2%}, any {every / suppliers:.2%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
