"""Parts: a large ledger is matched some suppliers at a time, which changes nothing but the memory and the time it takes.

Lines of one `group_id` have nothing to do with those of another (the partition law of SPEC 3, which tests hold), so groups
are dealt to parts of about PART_ROWS rows. A part is small enough for its frames to stay near the processor, and several
are matched at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
PART_ROWS = 400_000
AT_ONCE = 2
"""More would hold more memory than they save time: Polars uses all cores within a part as well."""


@dataclass(frozen=True)
class Part:
    """Lines that may be matched apart from all others; receipts are linked to their orders."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


def match_parts(whole: Part, match: Callable[[Part], Result]) -> list[Result]:
    """Return what `match` makes of each part of about PART_ROWS rows; a ledger no larger is one part."""
    frames = (whole.order_lines, whole.receipt_lines, whole.invoice_lines)
    if sum(frame.height for frame in frames) <= PART_ROWS:
        return [match(whole)]
    dealt = _dealt(frames)
    numbers = [_part_of(frame, dealt) for frame in frames]

    def matched(number: int) -> Result:
        mine = (frame.filter(part == number) for frame, part in zip(frames, numbers, strict=True))
        return match(Part(*mine))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(matched, range(1 + (dealt["part"].max() or 0))))  # type: ignore[operator,arg-type]


def _dealt(frames: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Return `group_id`, `part`: groups in their order, cut where the rows so far pass a multiple of PART_ROWS."""
    groups = pl.concat([frame.select("group_id") for frame in frames]).drop_nulls()
    counted = groups.group_by("group_id").len().sort("group_id")
    return counted.select("group_id", part=((pl.col("len").cum_sum() - pl.col("len")) // PART_ROWS).cast(pl.Int64))


def _part_of(frame: pl.DataFrame, dealt: pl.DataFrame) -> pl.Series:
    """Return each row's part; a receipt that no order took is in the first."""
    joined = frame.select("group_id").join(dealt, on="group_id", how="left", maintain_order="left")
    return joined.get_column("part").fill_null(0)
