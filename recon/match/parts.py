"""Parts: a large ledger is matched some suppliers at a time, which changes nothing but the memory and the time it takes.

Lines of one `group_id` have nothing to do with those of another (the partition law of SPEC 3, which tests hold), so groups
are dealt to parts of about PART_ROWS rows, or more where there would be too many of them. A part is small enough for its
frames to stay near the processor, and several are matched at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from recon.tables import TABLES
from recon.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from recon.match.resolve import Parties

Result = TypeVar("Result")
PART_ROWS = 120_000
MOST_PARTS = 128
"""Every block of lines that waits is divided into as many pieces as there are parts."""
AT_ONCE = 3
"""More would hold more memory than they save time: Polars uses all cores within a part as well."""


@dataclass(frozen=True)
class Part:
    """Lines that may be matched apart from all others, with their `group_id`."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


class Shelf:
    """Normalised lines, table by table, until it is known of all to which part they belong: here in memory."""

    def __init__(self) -> None:
        self._lines: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table."""
        self._lines[table].append(lines)

    def deal(self, parties: Parties) -> Iterator[Part]:
        """Yield the parts; the shelf is empty then."""
        parts = parts_of(parties.groups)
        whole = (pl.concat(self._lines.pop(table), how="diagonal") for table in TABLES)
        deals = [dealt(parties.grouped(table, lines), parts) for table, lines in zip(TABLES, whole, strict=True)]
        for pieces in zip(*deals, strict=True):
            yield Part(*(lines for _, lines in pieces))


def parts_of(groups: pl.DataFrame) -> pl.DataFrame:
    """Return `group_id`, `part` (from 0) of groups with their `rows`, in their order: MOST_PARTS of PART_ROWS rows, or larger."""
    before = pl.col("rows").cum_sum() - pl.col("rows")
    size = pl.max_horizontal(PART_ROWS, pl.col("rows").sum() // MOST_PARTS)
    return groups.select("group_id", part=(before // size).rank("dense").cast(pl.Int64) - 1)


def dealt(lines: pl.DataFrame, parts: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the lines of each part, by `group_id`; those of no group (receipts that no order could have) are in the last."""
    last = int(parts["part"].max() or 0)  # type: ignore[arg-type]
    if not last:
        yield 0, lines
        return
    joined = lines.select("group_id").join(parts, on="group_id", how="left", maintain_order="left")
    together = lines.with_columns(joined["part"].fill_null(last)).sort("part", maintain_order=True)
    starts = together["part"].search_sorted(pl.int_range(last + 2, eager=True)).to_list()
    together = together.drop("part")
    for part, (start, end) in enumerate(pairwise(starts)):
        yield part, together.slice(start, end - start)


def match_parts(parts: Iterable[Part], match: Callable[[Part], Result]) -> Iterator[Result]:
    """Yield what `match` makes of each part, in order; a few at once, and no more than that ahead of who takes them."""
    return in_threads(match, parts, AT_ONCE)
