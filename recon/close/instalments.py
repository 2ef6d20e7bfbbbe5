"""Instalments: terms that name parts, and what of each part is still to be paid, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.amounts import in_minor_units, product
from recon.kinds import EXACT
from recon.rules.terms import parse_terms

if TYPE_CHECKING:
    from collections.abc import Iterator

ZERO = pl.lit(0, EXACT)
_PART: dict[str, Any] = {"terms": pl.String, "top": EXACT, "bottom": EXACT, "after": pl.Int64, "is_last": pl.Boolean}


def in_instalments(rows: pl.DataFrame, left: str, day: str) -> pl.DataFrame:
    """Return the rows; one whose `terms` name parts stands once for each part of which something is open.

    `left` is what is open of the part (of `amount`, for a row in whole) and `day` when it is due; what was paid settles the first
    parts first. The parts of a row add up to what is left of it. A row with a due date of its own (`basis` due_date) has none.
    """
    parts = pl.DataFrame([*_parts(rows["terms"])], schema=_PART, orient="row")
    given = pl.all_horizontal(pl.col(name).is_not_null() for name in ("invoice_date", "amount", left))
    split = pl.col("terms").is_in(parts["terms"].unique().implode()) & given & pl.col("basis").ne_missing("due_date")
    theirs = rows.filter(split).with_row_index("whole")
    if theirs.is_empty():
        return rows
    each = theirs.join(parts, on="terms", how="left", maintain_order="left_right")
    due = (pl.col("invoice_date") + pl.duration(days=pl.col("after"))).alias(day)
    shown = _opened(_ended(each), left).with_columns(due).select(rows.columns)
    return pl.concat([rows.filter(~split.fill_null(value=False)), shown])


def _parts(texts: pl.Series) -> Iterator[tuple[str, int, int, int, bool]]:
    """Yield of each text with parts: what has fallen due with each part (a fraction of all), and after how many days."""
    for text in texts.drop_nulls().unique():
        terms = parse_terms(text)
        parts = terms.parts if terms is not None else ()
        for at, part in enumerate(parts, 1):
            share = sum(each.share for each in parts[:at])
            yield text, share.numerator, share.denominator, part.days, at == len(parts)


def _ended(each: pl.DataFrame) -> pl.DataFrame:
    """Add `end`, what of the amount has fallen due with a part, and `start`, what fell due before: in minor units."""
    shared = product(each, "end", ["amount", "top"], "bottom")
    ended = shared.with_columns(end=pl.when("is_last").then("amount").otherwise(in_minor_units("end", "currency")))
    return ended.with_columns(start=pl.col("end").shift().over("whole"))


def _opened(each: pl.DataFrame, left: str) -> pl.DataFrame:
    """Put into `left` what is open of each part; what was paid beyond the whole stands in the last one."""
    sign = pl.when(pl.col("amount") < 0).then(-1).otherwise(1)
    end, start, paid = (sign * one for one in (pl.col("end"), pl.col("start"), pl.col("amount") - pl.col(left)))
    rest = end - pl.max_horizontal(start.fill_null(pl.min_horizontal(paid, ZERO)), paid)
    open_ = pl.when("is_last").then(rest).otherwise(pl.max_horizontal(rest, ZERO))
    return each.with_columns((sign * open_).cast(each.schema[left]).alias(left)).filter(pl.col(left) != 0)
