"""Agreement: the matrix of old and new decisions, and how much of it is more than chance."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.pilot.tables import AGREEMENT, ONLY, RATES
from recon.codes import DECISIONS
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAY, _, HOLD = DECISIONS


def agreement(rows: pl.DataFrame) -> pl.DataFrame:
    """Return AGREEMENT of the rows of `beside`, of all and by supplier, category, code and month of the invoice."""
    scopes = [_counted(frame, scope) for scope, frame in _scopes(rows)]
    return pl.concat(scopes).sort("scope", "scope_value", "old", "new", "currency", nulls_last=True)


def rates(rows: pl.DataFrame) -> pl.DataFrame:
    """Return RATES of the rows of `beside` that both decided."""
    both = rows.drop_nulls(["old", "new"])
    told = []
    for scope, frame in _scopes(both):
        for (value,), part in frame.partition_by("scope_value", as_dict=True).items():
            counts = {(old, new): n for old, new, n in part.group_by("old", "new").len().iter_rows()}
            told.append({"scope": scope, "scope_value": value, **_rates(counts)})
    return RATES.cast(pl.DataFrame(told, schema=dict(RATES.columns))).sort("scope", "scope_value", nulls_last=True)


def _scopes(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "all", rows.with_columns(scope_value=pl.lit(None, pl.String))
    yield "supplier", rows.with_columns(scope_value=pl.coalesce("supplier_id", "supplier_name"))
    yield "category", rows.explode("categories").with_columns(scope_value="categories")
    yield "code", rows.explode("codes").drop_nulls("codes").with_columns(scope_value="codes")
    yield "month", rows.with_columns(scope_value=pl.col("invoice_date").dt.strftime("%Y-%m"))


def _counted(rows: pl.DataFrame, scope: str) -> pl.DataFrame:
    only_old, only_new = ONLY
    filled = rows.with_columns(
        amount=pl.col("amount").fill_null(0).cast(EXACT),
        old=pl.col("old").fill_null(only_new),
        new=pl.col("new").fill_null(only_old),
    )
    sums = summed(filled, ["scope_value", "old", "new", "currency"], "amount").rename({"lines": "invoices"})
    return AGREEMENT.cast(sums.with_columns(scope=pl.lit(scope))).select(*AGREEMENT.columns)


def _rates(counts: Mapping[tuple[str, str], int]) -> dict[str, object]:
    n = sum(counts.values())
    agreed = sum(counts.get((each, each), 0) for each in DECISIONS)
    old = {each: sum(c for (was, _), c in counts.items() if was == each) for each in DECISIONS}
    new = {each: sum(c for (_, then), c in counts.items() if then == each) for each in DECISIONS}
    chance = Fraction(sum(old[each] * new[each] for each in DECISIONS), n * n)
    kappa = (Fraction(agreed, n) - chance) / (1 - chance) if chance != 1 else None
    leaks, releases = counts.get((PAY, HOLD), 0), counts.get((HOLD, PAY), 0)
    return {
        "both": n,
        "agreed": agreed,
        "agreement": _told(Fraction(agreed, n)),
        "kappa": None if kappa is None else _told(kappa),
        "leaks": leaks,
        "releases": releases,
        "p_value": _told(mcnemar(leaks, releases)),
        "old_pay_share": _told(Fraction(old[PAY], n)),
        "new_pay_share": _told(Fraction(new[PAY], n)),
    }


def mcnemar(one: int, other: int) -> Fraction:
    """Return how likely so uneven a split is by chance: the exact, two-sided binomial test.

    >>> mcnemar(5, 0)
    Fraction(1, 16)
    """
    n, least = one + other, min(one, other)
    tail = Fraction(sum(comb(n, k) for k in range(least + 1)), 2**n)
    return min(Fraction(1), 2 * tail)


def _told(number: Fraction) -> Decimal:
    return round(Decimal(number.numerator) / Decimal(number.denominator), 6)
