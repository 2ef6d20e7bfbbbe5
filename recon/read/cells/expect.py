"""Control figures that the rules declare for a source (`expect`): rows, total, period. What differs refuses it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.rules.written.periods import DATED, period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Source


def may_be_empty(source: Source) -> bool:
    """Return whether the rules say that a file of the source may have no rows."""
    return source.expect.get("rows", "").strip() == "0" or source.expect.get("allow_empty", "").lower() == "true"


def controls(source: Source) -> list[str]:
    """Return the columns that `verify` looks at."""
    total = source.expect.get("column", "quantity" if source.name == "receipts" else "amount")
    asked = (
        [total, *(("quantity", "unit_price", "price_unit") if total == "amount" else ())]
        if "total" in source.expect
        else []
    )
    dated = [DATED[source.name], "source", "row"] if "period" in source.expect and source.name in DATED else []
    return [*dict.fromkeys([*asked, *dated])]


def verify(source: Source, frames: Sequence[pl.DataFrame], rows: int, rejects: int) -> None:
    """Hold `source.expect` against what was read: `frames` of good lines (`controls`), `rows` with the `rejects` among them.

    Raises SourceError for the first figure that differs.
    """
    where = f"sources.{source.name}"
    declared = source.expect.get("rows")
    if declared is not None and str(rows) != declared.strip():
        raise SourceError(f"{rows} rows, where `expect` says {declared}", where, "Is the export complete?")
    if "total" in source.expect:
        _verify_total(source, frames, rejects, where)
    if "period" in source.expect:
        _verify_period(source, frames, where)


def _verify_total(source: Source, frames: Sequence[pl.DataFrame], rejects: int, where: str) -> None:
    expected = Fraction(Decimal(source.expect["total"]))
    column = source.expect.get("column", "quantity" if source.name == "receipts" else "amount")
    total = sum((_total(frame, column) for frame in frames), Fraction(0))
    if total != expected:
        hint = f"{rejects} rejected rows are not in it." if rejects else "Is the export complete?"
        shown = f"{Decimal(total.numerator) / Decimal(total.denominator):f}"
        raise SourceError(f"{column} adds up to {shown}, where `expect` says {source.expect['total']}", where, hint)


def _total(frame: pl.DataFrame, column: str) -> Fraction:
    """Return the sum of a column; an amount that is absent is quantity x unit price / price unit."""
    whole = Fraction(frame[column].sum() or 0)
    if column != "amount":
        return whole
    parts = (
        frame.filter(pl.col("amount").is_null())
        .select("quantity", "unit_price", pl.col("price_unit").fill_null(1))
        .drop_nulls()
    )
    return whole + sum((Fraction(q) * Fraction(p) / Fraction(per) for q, p, per in parts.iter_rows()), Fraction(0))


def _verify_period(source: Source, frames: Sequence[pl.DataFrame], where: str) -> None:
    first, last = period(source.expect["period"])
    column = DATED.get(source.name)
    dates = pl.concat([frame[column] for frame in frames]) if column and frames else pl.Series(dtype=pl.Date)
    if dates.len() and dates.null_count() == dates.len():
        said = f"the period of `expect` cannot be held: no row has {column}"
        raise SourceError(said, where, f"Map {column}, or take the period away.")
    for frame in frames if column else ():
        outside = frame.filter(~pl.col(str(column)).is_between(first, last))
        if outside.height:
            path, row, day = outside.select("source", "row", str(column)).row(0)
            said = f"{outside.height} rows are dated outside {source.expect['period']}, as {column} {day}"
            raise SourceError(said, f"{path}:{row}", f"Is it the right file? `expect` of {where} declares the period.")
