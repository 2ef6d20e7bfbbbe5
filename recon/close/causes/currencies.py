"""Wrong currencies: prices that are right in another currency than the one the invoice says."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.constants import of_supplier
from recon.close.causes.facts import who
from recon.close.causes.ratios import LEAST_FACTS, LEAST_INVOICES, LEAST_ITEMS
from recon.close.causes.suspect import Suspect, findings_on
from recon.match.rates import with_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.causes.suspect import Judged
    from recon.rules.rule import Rules

SCOPE = ("company", "supplier_id", "currency", "ordered_currency")
NEAR = 100
"""One in so many is how far a price may lie from the rate's, and how far rates must move to tell a rate from a constant."""
SHARE = Fraction(4, 5)


def currency_suspects(lines: pl.DataFrame, done: Judged, rates: pl.DataFrame, rules: Rules) -> Iterator[Suspect]:
    """Yield suppliers whose prices are in the order's currency though the invoice says another, and the other way round."""
    yield from _mislabelled(lines, done)
    yield from _converted(lines, done, rates, rules)


def _mislabelled(lines: pl.DataFrame, done: Judged) -> Iterator[Suspect]:
    apart = lines.filter(pl.col("currency") != pl.col("ordered_currency"))
    same = apart.with_columns(hit=pl.col("billed") == pl.col("ordered_price"))
    for row in _accepted(same, SCOPE).iter_rows(named=True):
        mine = same.filter("hit", *(pl.col(c).eq_missing(pl.lit(row[c])) for c in SCOPE))
        also = "" if mine["given_currency"].is_null().all() else f"currency = '{row['currency']}'"
        said = f"bills the orders' {row['ordered_currency']} prices, and its invoices say {row['currency']}"
        mend = of_supplier("currency", row, mine, also, set={"currency": row["ordered_currency"]})
        yield _suspect(row, mine, said, findings_on(done.discrepancies, mine, ("currency_mismatch",)), mend)


def _converted(lines: pl.DataFrame, done: Judged, rates: pl.DataFrame, rules: Rules) -> Iterator[Suspect]:
    """Yield suppliers whose prices follow the rate of another currency from day to day, closer than any one number does."""
    varied = lines.filter(pl.col("currency") == pl.col("ordered_currency"), pl.col("billed") != pl.col("ordered_price"))
    others = rates.select(other="currency").unique().vstack(pl.DataFrame({"other": [rules.base_currency]})).unique()
    crossed = varied.select(
        *SCOPE, "source", "row", "what", "invoice_key", "invoice_date", "billed", "ordered_price"
    ).join(others.sort("other"), how="cross")
    apart = crossed.filter(pl.col("other") != pl.col("currency")).with_row_index("line_id")
    if apart.is_empty():
        return
    own = with_rate(apart, rates, rules.base_currency).rename({"rate": "own", "currency": "_own"})
    both = with_rate(own.rename({"other": "currency"}), rates, rules.base_currency).drop_nulls(["own", "rate"])
    tried = _close(both.rename({"currency": "other", "_own": "currency"}))
    scope = (*SCOPE, "other")
    for row in _accepted(tried, scope).filter((pl.col("moved") - 1) * NEAR > 1, pl.col("hits") > pl.col("constant")).iter_rows(named=True):  # fmt: skip
        here = tried.filter("hit", *(pl.col(c).eq_missing(pl.lit(row[c])) for c in scope))
        mine = lines.join(here.select("source", "row"), on=["source", "row"], how="semi")
        used = lines.filter(pl.col("supplier_id").eq_missing(pl.lit(row["supplier_id"])))["currency"]
        confirmed = f"it bills in {row['other']} elsewhere" if (used == row["other"]).any() else None
        said = f"bills in {row['other']} what its invoices call {row['currency']}: prices follow the rate of their days"
        mend = of_supplier("currency", row, mine, set={"currency": row["other"]})
        yield _suspect(row, mine, said, findings_on(done.discrepancies, mine, ("price_variance",)), mend, confirmed)


def _close(tried: pl.DataFrame) -> pl.DataFrame:
    """Add `hit` (within NEAR of the dated rate), `near` (of the scope's middle ratio) and `expected`, the rate's ratio."""
    middle = pl.col("actual").median().over(*SCOPE, "other")
    ratios = tried.with_columns(
        actual=pl.col("billed").cast(pl.Float64) / pl.col("ordered_price").cast(pl.Float64),
        expected=pl.col("own").cast(pl.Float64) / pl.col("rate").cast(pl.Float64),
    )
    return ratios.with_columns(
        hit=(pl.col("actual") / pl.col("expected") - 1).abs() * NEAR <= 1,
        near=(pl.col("actual") / middle - 1).abs() * NEAR <= 1,
    )


def _accepted(tried: pl.DataFrame, scope: tuple[str, ...]) -> pl.DataFrame:
    """Return the scopes in which enough facts, and most of them, are a `hit`."""
    given = (
        tried
        if "near" in tried.columns
        else tried.with_columns(near=pl.lit(value=False), expected=pl.lit(1, pl.Float64))
    )
    facts = given.group_by(*scope, "what", "billed", "ordered_price").agg(
        pl.col("hit", "near", "expected").first(), pl.col("invoice_key")
    )
    counted = facts.group_by(scope).agg(
        facts=pl.len(),
        hits=pl.col("hit").sum(),
        constant=pl.col("near").sum(),
        moved=pl.col("expected").max() / pl.col("expected").min(),
        items=pl.col("what").filter("hit").n_unique(),
        invoices=pl.col("invoice_key").filter("hit").list.explode().n_unique(),
    )
    return counted.filter(
        pl.col("hits") >= LEAST_FACTS,
        pl.col("hits") * SHARE.denominator >= pl.col("facts") * SHARE.numerator,
        pl.col("items") >= LEAST_ITEMS,
        pl.col("invoices") >= LEAST_INVOICES,
    ).sort(*scope, nulls_last=True)


def _suspect(
    row: dict[str, Any],
    mine: pl.DataFrame,
    said: str,
    found: pl.DataFrame,
    mend: Any,
    confirmed: str | None = None,
) -> Suspect:
    return Suspect(
        "currency",
        f"{who(mine)} {said}",
        f"supplier_id {row['supplier_id']}, currency {row['currency']}",
        found,
        row["company"],
        row["supplier_id"],
        facts=row["hits"],
        lines=mine.height,
        invoices=row["invoices"],
        share=round(Decimal(row["hits"]) / Decimal(row["facts"]), 6),
        confirmed_by=confirmed,
        mend=mend,
    )
