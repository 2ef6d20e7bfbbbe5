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
    from collections.abc import Callable, Iterable, Iterator

Result = TypeVar("Result")
PART_ROWS = 400_000
AT_ONCE = 2
"""More would hold more memory than they save time: Polars uses all cores within a part as well."""


@dataclass(frozen=True)
class Part:
    """Lines that may be matched apart from all others."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


def deal(whole: Part) -> Iterator[Part]:
    """Cut a ledger into parts of about PART_ROWS rows, by `group_id` in its order; one that is no larger is one part.

    Receipts that no order could have are of no group: they are in the last part.
    """
    frames = (whole.order_lines, whole.receipt_lines, whole.invoice_lines)
    if sum(frame.height for frame in frames) <= PART_ROWS:
        return iter([whole])
    dealt = _dealt(frames)
    parts = [_part_of(frame, dealt) for frame in frames]
    numbers = range(1 + int(dealt.get_column("part").max() or 0))  # type: ignore[arg-type]
    return (Part(*(frame.filter(part == n) for frame, part in zip(frames, parts, strict=True))) for n in numbers)


def match_parts(parts: Iterable[Part], match: Callable[[Part], Result]) -> Iterator[Result]:
    """Yield what `match` makes of each part, in order; a few at once, and no more than that ahead of who takes them."""
    return in_threads(match, parts, AT_ONCE)


def _dealt(frames: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Return `group_id`, `part`: groups in their order, cut where the rows so far pass a multiple of PART_ROWS."""
    groups = pl.concat([frame.select("group_id") for frame in frames]).drop_nulls()
    counted = groups.group_by("group_id").len().sort("group_id")
    return counted.select("group_id", part=((pl.col("len").cum_sum() - pl.col("len")) // PART_ROWS).cast(pl.Int64))


def _part_of(frame: pl.DataFrame, dealt: pl.DataFrame) -> pl.Series:
    """Return each row's part."""
    joined = frame.select("group_id").join(dealt, on="group_id", how="left", maintain_order="left")
    return joined.get_column("part").fill_null(dealt.get_column("part").max())
