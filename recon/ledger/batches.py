"""Batches: a large ledger is matched some suppliers at a time, which changes nothing but the memory and the time it takes.

Lines of one `group_id` have nothing to do with those of another (the partition law of SPEC 3, which tests hold), so groups
are put together to batches of about BATCH_ROWS rows, however large the ledger is. A batch is small enough for its frames to
stay near the processor, and several are matched at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from recon.engine.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from recon.match.batch import Batch

Result = TypeVar("Result")
BATCH_ROWS = 100_000
AT_ONCE = 2
"""Each matched in a thread of its own, one core each: within a batch most of what is done waits for what was done before, so
Polars' own threads gain little. More batches at once would hold more memory."""


def batches_of(groups: pl.DataFrame) -> pl.DataFrame:
    """Return `group_id`, `batch` (from 0) of groups with their `rows`, in their order; each has BATCH_ROWS rows or a group more."""
    before = pl.col("rows").cum_sum() - pl.col("rows")
    return groups.select("group_id", batch=(before // BATCH_ROWS).rank("dense").cast(pl.Int64) - 1)


def last_batch(batches: pl.DataFrame) -> int:
    """Return the number of the last of `batches_of`; 0 where there are no groups."""
    return int(batches["batch"].max() or 0)  # type: ignore[arg-type]


def split(lines: pl.DataFrame, batches: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the number and the lines of each batch, by `group_id`.

    Lines of no group (receipts that no order could have) are in the last.
    """
    last = last_batch(batches)
    if not last:
        yield 0, lines
        return
    joined = lines.select("group_id").join(batches, on="group_id", how="left", maintain_order="left")
    order = joined.select(pl.col("batch").fill_null(last)).with_row_index("at").sort("batch", maintain_order=True)
    starts = order["batch"].search_sorted(pl.int_range(last + 2, eager=True)).to_list()
    places = order["at"]
    for batch, (start, end) in enumerate(pairwise(starts)):
        yield batch, lines[places.slice(start, end - start)]  # one after the other: no second copy of all lines


def match_batches(batches: Iterable[Batch], match: Callable[[Batch], Result]) -> Iterator[Result]:
    """Yield what `match` makes of each batch, in order; AT_ONCE at a time, and no more than that ahead of who takes them."""
    return in_threads(match, batches, AT_ONCE)
