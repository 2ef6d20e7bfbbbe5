"""Limits: which tolerance applies to each row, and whether a variance is beyond it. Equal passes; null is not checked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.engine.exact import Exact, quotient
from recon.engine.joins import constant, known
from recon.engine.literals import literal
from recon.kinds import EXACT, PRICE, QUANTITY
from recon.rules.condition import Apply, Column
from recon.rules.rule import EXACTLY, Limit
from recon.rules.when.expr import to_expr
from recon.tables import INVOICE_LINES, ORDER_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.condition import Condition, Expression
    from recon.rules.rule import Tolerance

INVOICE_TYPES = {c: t for c, t in INVOICE_LINES.columns.items() if c not in ("source", "row")}
ORDER_TYPES = {c: t for c, t in ORDER_LINES.columns.items() if c not in ("source", "row")}
LINE_TYPES = INVOICE_TYPES | {f"order_{c}": t for c, t in ORDER_TYPES.items()} | {"order_date": pl.Date}


@dataclass(frozen=True)
class SideLimits:
    """One side's limits, a value per row: `percent`, `absolute` (null: not checked), whether the looser holds, the rule."""

    percent: pl.Series
    absolute: pl.Series
    looser: pl.Series
    tolerance: pl.Series

    @classmethod
    def of(cls, limit: Limit, height: int) -> SideLimits:
        """Return one limit for every row, by no tolerance."""
        percent, absolute = constant(limit.percent, height, QUANTITY), constant(limit.absolute, height, PRICE)
        return cls(percent, absolute, constant(False, height, pl.Boolean), constant(None, height, pl.String))

    def checked(self) -> pl.Series:
        """Return whether anything limits this side."""
        return known(self.percent) | known(self.absolute)

    def beyond(self, size: Exact, expected: Exact, amount: Exact | None = None, unit: Exact | None = None) -> pl.Series:
        """Return whether a variance of `size` (not negative) from `expected` is beyond the limit.

        `absolute` limits `amount` / `unit` where given (a price's variance on its line), else `size` / `unit`.
        `size` and `expected` are in the same unit. Everything is multiplied across; an unknown variance is not beyond.
        """
        percent, absolute = (Exact.of(limit).fill(0) for limit in (self.percent, self.absolute))
        measured = size if amount is None else amount
        over_percent = (size * 100).exceeds(percent * abs(expected))
        over_absolute = measured.exceeds(absolute * unit if unit else absolute)
        has_percent, has_absolute = known(self.percent), known(self.absolute)
        either = (has_percent & over_percent) | (has_absolute & over_absolute)
        both = (over_percent | ~has_percent) & (over_absolute | ~has_absolute) & (has_percent | has_absolute)
        return both.zip_with(self.looser, either)

    def permitted(self, expected: Exact, unit: Exact) -> pl.Series:
        """Return the variance that was permitted: the lesser of percent and absolute, or the greater where looser holds.

        `expected` is in 1/`unit`; the result is not. Null where neither is checked.
        """
        if self.percent.null_count() == self.percent.len():
            return self.absolute.cast(EXACT)
        by_percent = quotient(Exact.of(self.percent) * abs(expected), unit * 100)
        both = pl.DataFrame({"p": by_percent, "a": self.absolute.cast(by_percent.dtype), "looser": self.looser})
        least, most = pl.min_horizontal("p", "a"), pl.max_horizontal("p", "a")
        return both.select(pl.when("looser").then(most).otherwise(least)).to_series()


def side_limits(
    frame: pl.DataFrame, tolerances: Sequence[Tolerance], measure: str, side: str, default: Limit | pl.Expr = EXACTLY
) -> SideLimits:
    """Return the limits of one side of a measure: of the first tolerance that holds and gives that side.

    `default` serves rows that no tolerance does: a Limit, or an expression for its `absolute`.
    """
    given = [
        (t, limit)
        for t in tolerances
        if (sides := t.measures.get(measure)) and (limit := getattr(sides, side)) is not None
    ]
    if not given and isinstance(default, Limit):
        return SideLimits.of(default, frame.height)
    holds = [condition_expr(t.when) for t, _ in given]
    fallback = default if isinstance(default, Limit) else EXACTLY
    chosen = frame.select(
        pl.first().alias("_rows"),
        _first(
            holds,
            [limit.percent for _, limit in given],
            fallback.percent if isinstance(default, Limit) else None,
            QUANTITY,
        ).alias("_percent"),
        _first(
            holds,
            [limit.absolute for _, limit in given],
            default if isinstance(default, pl.Expr) else fallback.absolute,
            PRICE,
        ).alias("_absolute"),
        _first(holds, [limit.combine == "looser" for _, limit in given], default=False, dtype=pl.Boolean).alias(
            "_looser"
        ),
        _first(holds, [t.name for t, _ in given], None, pl.String).alias("_tolerance"),
    )
    return SideLimits(*(chosen.get_column(c) for c in ("_percent", "_absolute", "_looser", "_tolerance")))


def without_invoice(frame: pl.DataFrame, prefix: str = "order_") -> pl.DataFrame:
    """Return what tolerances see of rows that no invoice line stands in: their order's columns; the invoice's are null."""
    theirs = [pl.col(f"{prefix}{c}").alias(f"order_{c}") for c in ORDER_TYPES if f"{prefix}{c}" in frame.columns]
    return frame.select(*theirs, *(pl.lit(None, t).alias(c) for c, t in INVOICE_TYPES.items()))


def _first(
    holds: list[pl.Expr], values: list[object], default: object, dtype: pl.DataType | type[pl.DataType]
) -> pl.Expr:
    """Return the value of the first condition that holds, else the default."""
    result = default.cast(dtype) if isinstance(default, pl.Expr) else literal(default, dtype)
    for condition, value in zip(reversed(holds), reversed(values), strict=True):
        result = pl.when(condition).then(literal(value, dtype)).otherwise(result)
    return result


@lru_cache(256)
def condition_expr(condition: Condition | None) -> pl.Expr:
    """Return a tolerance's or link's condition over a line with its order's columns as `order_...`."""
    if condition is None:
        return pl.lit(value=True)
    return to_expr(
        condition,
        LINE_TYPES,
        rename=lambda name: "order_order_date" if name == "order_date" else name,
        magnitudes=("quantity", "amount"),
    )


def condition_columns(condition: Condition) -> set[str]:
    """Return the names a condition uses."""
    names: set[str] = set()
    waiting: list[Expression] = [condition.expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Column):
            names.add("order_order_date" if part.name == "order_date" else part.name)
        elif isinstance(part, Apply):
            waiting.extend(part.operands)
    return names


def seen_by(tolerances: Sequence[Tolerance]) -> list[str]:
    """Return the columns of a line that the conditions of tolerances look at."""
    return sorted(set[str]().union(*(condition_columns(t.when) for t in tolerances if t.when)))


def minor_units(currencies: pl.Series) -> pl.Series:
    """Return `minor_unit` of each of these; most columns are in one currency."""
    if currencies.n_unique() == 1:
        return _unit_of(currencies[0]).new_from_index(0, currencies.len())
    return currencies.to_frame("currency").select(minor_unit()).to_series()


@cache
def _unit_of(currency: str | None) -> pl.Series:
    return pl.select(currency=pl.lit(currency, pl.String)).select(minor_unit()).to_series()


@cache
def minor_unit(currency: str = "currency") -> pl.Expr:
    """Return one minor unit of each row's currency (0.01, JPY 1, KWD 0.001); 0.01 where it is not known."""
    codes: dict[int, list[str]] = {}
    for code, places in MINOR_UNITS.items():
        codes.setdefault(places, []).append(code)
    unit = literal(Decimal("0.01"), PRICE)
    for places in codes.keys() - {2}:  # some thirty codes of 180: a quarter of the time of looking each of them up
        unit = (
            pl.when(pl.col(currency).is_in(codes[places]))
            .then(literal(Decimal(1).scaleb(-places), PRICE))
            .otherwise(unit)
        )
    return unit
