"""Computing on fewer rows at a time where numbers get too wide: one outsized row widens no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import UNBOUNDED, TooWideError
from recon.errors import TooWideRowsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def in_parts(
    frame: pl.DataFrame, by: str, compute: Callable[[pl.DataFrame], pl.DataFrame], *, unbounded: bool = False
) -> pl.DataFrame:
    """Compute on the whole frame or, where numbers get too wide, on halves of it, split between values of `by`.

    Scales and bounds are those of the rows at hand, so one outsized row does not widen the others. A group that is
    too wide on its own is computed in Python's numbers where `compute` takes them (`unbounded`: it adds up no `ints`), else
    refused: TooWideRowsError names the rows of all such groups. `frame` has `source`, `row` and the integer `by`.
    """
    try:
        return compute(frame)
    except TooWideError:
        groups = frame.get_column(by).unique().sort()
        if groups.len() <= 1:
            return _alone(frame, compute, unbounded=unbounded)
        middle = groups[groups.len() // 2]
        parts = (frame.filter(pl.col(by) < middle), frame.filter(pl.col(by) >= middle))
        return _all_or_wide(parts, lambda part: in_parts(part, by, compute, unbounded=unbounded))


def _all_or_wide(parts: Iterable[pl.DataFrame], compute: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Compute parts and put them together; raise TooWideRowsError with the rows of all that are too wide."""
    done, wide = [], []
    for part in parts:
        try:
            done.append(compute(part))
        except TooWideRowsError as error:
            wide += error.rows
    if wide:
        raise TooWideRowsError(wide)
    return pl.concat(done)


def _alone(frame: pl.DataFrame, compute: Callable[[pl.DataFrame], pl.DataFrame], *, unbounded: bool) -> pl.DataFrame:
    if not unbounded:
        raise TooWideRowsError(frame[["source", "row"]].iter_rows())
    token = UNBOUNDED.set(True)
    try:
        return compute(frame)
    except (TooWideError, OverflowError):
        raise TooWideRowsError(frame[["source", "row"]].iter_rows()) from None
    finally:
        UNBOUNDED.reset(token)
