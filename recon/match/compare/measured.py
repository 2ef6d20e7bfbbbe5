"""One comparison on lines: a column against what is expected of it, as a fraction, with limits on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import constant, equal_to, only, where
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.limits import seen_by, side_limits
from recon.rules.rule import EXACTLY, Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import Tolerance


FRACTION = ("price_num", "amount_num", "price_den")


@dataclass(frozen=True)
class Measured:
    """What is compared: column `actual` with `expected(lines)`, a numerator and a denominator, computed of `columns`."""

    measure: str
    code: str
    actual: str
    columns: Sequence[str]
    expected: Callable[[pl.DataFrame], tuple[Exact, Exact]]
    default: Limit | pl.Expr = EXACTLY
    also: Callable[[pl.DataFrame], tuple[Exact, Exact]] | None = None
    """A variance, as a fraction, that is permitted beside the default where no tolerance decides."""
    exactly: Callable[[pl.DataFrame], tuple[Exact, Exact]] | None = None
    """What is compared as a fraction, where the column may hold a rounded quotient."""

    def gap(self, lines: pl.DataFrame) -> tuple[Exact, Exact, Exact]:
        """Return actual less expected, times the denominator; the numerator; and the denominator."""
        top, bottom = self.expected(lines)
        if self.exactly is None:
            return Exact.of(lines[self.actual]) * bottom - top, top, bottom
        actual, per = self.exactly(lines)
        return actual * bottom - top * per, top * per, bottom * per


def measured_findings(
    lines: pl.DataFrame, applies: pl.Expr, what: Measured, tolerances: Sequence[Tolerance]
) -> pl.DataFrame:
    """Return a finding for each line that `applies` holds for and that has a variance. Most have none: they go first."""
    if lines[what.actual].null_count() == lines.height:
        return no_findings()
    holds = lines.select(applies).to_series()
    if not holds.any():
        return no_findings()
    seen = {"line_id", "source", "row", "amount", "currency", what.actual, *what.columns, *seen_by(tolerances)}
    compared = where(with_fractions(only(lines, sorted(seen & {*lines.columns}))), holds)
    return in_parts(compared, "line_id", lambda part: _judged(part, what, tolerances), unbounded=True)


def with_fractions(lines: pl.DataFrame) -> pl.DataFrame:
    """Add FRACTION, empty, to lines of a ledger that has none."""
    absent = (c for c in FRACTION if c not in lines.columns)
    return lines.hstack([constant(None, lines.height, EXACT).alias(c) for c in absent])


def _judged(lines: pl.DataFrame, what: Measured, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    compared = what.gap(lines)
    varies = compared[0].sign() != 0
    if not varies.any():
        return no_findings()
    lines, (gap, top, bottom) = lines.filter(varies), (each.filter(varies) for each in compared)
    over, under = (side_limits(lines, tolerances, what.measure, side, what.default) for side in ("over", "under"))
    size, unit = abs(gap), abs(bottom)
    is_over = gap.sign() * bottom.sign() > 0
    beyond = over.beyond(size, top, unit=unit).zip_with(is_over, under.beyond(size, top, unit=unit))
    tolerance = over.tolerance.zip_with(is_over, under.tolerance)
    limit = over.permitted(top, unit).zip_with(is_over, under.permitted(top, unit))
    if what.also and lines.height:
        more, per = what.also(lines)
        beyond &= (size * per > more * unit).fill_null(value=True) | tolerance.is_not_null()
        widest = pl.DataFrame({"limit": limit, "more": quotient(more, per)}).select(pl.max_horizontal(pl.all()))
        limit = limit.zip_with(tolerance.is_not_null(), widest.to_series())
    judged = lines.with_columns(tolerance.alias("_tolerance"), limit.alias("_limit"))
    within = findings(judged.filter(~beyond), "invoice", "line_id", what.code, beyond=pl.lit(value=False))
    if not beyond.any():
        return within
    return all_found([within, _beyond(judged.filter(beyond), what, *(e.filter(beyond) for e in (gap, top, bottom)))])


def _beyond(lines: pl.DataFrame, what: Measured, gap: Exact, top: Exact, bottom: Exact) -> pl.DataFrame:
    shown = lines.with_columns(
        quotient(top, bottom).alias("_expected"),
        quotient(gap, bottom).alias("_variance"),
        (gap.sign() * bottom.sign()).alias("_sign"),
        quotient(gap * 100, top).alias("_percent"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        what.code,
        measure=what.measure,
        expected=pl.col("_expected"),
        actual=pl.col(what.actual),
        variance=pl.col("_variance"),
        sign=pl.col("_sign"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("_variance"),
    )


def of_column(name: str) -> Callable[[pl.DataFrame], tuple[Exact, Exact]]:
    """Return what expects the value of a column."""
    return lambda lines: (Exact.of(lines[name]), Exact.ones(lines.height))


def of_fraction(top: str, bottom: str) -> Callable[[pl.DataFrame], tuple[Exact, Exact]]:
    """Return what expects one column over another."""
    return lambda lines: (Exact.of(lines[top]), Exact.of(lines[bottom]))


def amounts(lines: pl.DataFrame) -> tuple[Exact, Exact]:
    """Return the lines' amounts as fractions: as given, with tax over what takes it out, or where a derived one does not end what it was derived of."""
    endless, one = equal_to(lines["endless"], "amount"), Exact.ones(lines.height)
    amount, den = Exact.either(lines["amount_num"], lines["amount"]), Exact.of(lines["price_den"]).fill(1)
    if not endless.any():
        return amount, den
    price = Exact.either(lines["price_num"], lines["unit_price"]).where(endless, one)
    quantity, unit = (Exact.of(lines[c]).where(endless, one) for c in ("quantity", "price_unit"))
    return (quantity * price).where(endless, amount), unit * den
