"""Parts: a large ledger is matched some suppliers at a time, which changes nothing but the memory and the time it takes.

Lines of one `group_id` have nothing to do with those of another (the partition law of SPEC 3, which tests hold), so groups
are dealt to parts of about PART_ROWS rows. A part is small enough for its frames to stay near the processor, and several
are matched at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from recon.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")
PART_ROWS = 400_000
COLUMNS_AT_ONCE = 4
AT_ONCE = 2
"""More would hold more memory than they save time: Polars uses all cores within a part as well."""


@dataclass(frozen=True)
class Part:
    """Lines that may be matched apart from all others; receipts are linked to their orders."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


def deal(whole: Part) -> list[Part]:
    """Cut a ledger into parts of about PART_ROWS rows, by group; one that is no larger is one part."""
    frames = (whole.order_lines, whole.receipt_lines, whole.invoice_lines)
    if sum(frame.height for frame in frames) <= PART_ROWS:
        return [whole]
    dealt = _dealt(frames)
    cut = [frame.with_columns(_part_of(frame, dealt).alias("_part")) for frame in frames]
    numbers = range(1 + int(dealt.get_column("part").max() or 0))  # type: ignore[arg-type]
    return [Part(*(frame.filter(pl.col("_part") == n).drop("_part") for frame in cut)) for n in numbers]


def match_parts(parts: list[Part], match: Callable[[Part], Result]) -> list[Result]:
    """Return what `match` makes of each part, in order; `parts` is emptied, so that each goes when it is done with."""
    parts.reverse()
    return in_threads(match, (parts.pop() for _ in range(len(parts))), AT_ONCE)


def in_order(frames: list[pl.DataFrame], by: Sequence[str]) -> pl.DataFrame:
    """Put frames of the same columns together, sorted; equal rows stay in their order.

    Some columns at a time, and `frames` is emptied: a copy of all of a large ledger would double the memory.
    """
    keys = pl.concat([frame.select(by) for frame in frames]).with_row_index("_at")
    order = keys.sort(by, nulls_last=True, maintain_order=True).get_column("_at")
    columns, sorted_ = frames[0].columns, []
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        names = columns[start : start + COLUMNS_AT_ONCE]
        sorted_.append(pl.concat([frame.select(names) for frame in frames], rechunk=True)[order])
        frames[:] = [frame.drop(names) for frame in frames]
    return pl.concat(sorted_, how="horizontal")


def _dealt(frames: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Return `group_id`, `part`: groups in their order, cut where the rows so far pass a multiple of PART_ROWS."""
    groups = pl.concat([frame.select("group_id") for frame in frames]).drop_nulls()
    counted = groups.group_by("group_id").len().sort("group_id")
    return counted.select("group_id", part=((pl.col("len").cum_sum() - pl.col("len")) // PART_ROWS).cast(pl.Int64))


def _part_of(frame: pl.DataFrame, dealt: pl.DataFrame) -> pl.Series:
    """Return each row's part; a receipt that no order took is in the first."""
    joined = frame.select("group_id").join(dealt, on="group_id", how="left", maintain_order="left")
    return joined.get_column("part").fill_null(0)
