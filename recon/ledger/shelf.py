"""The shelf: where normalised lines wait until it is known of all of them to which batch they belong."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Protocol

import polars as pl

from recon.engine.memory import without_repeats
from recon.engine.threads import in_threads
from recon.ledger.batches import batches_of, last_batch, split
from recon.ledger.pieces import cut_blocks, cut_together, gathered, set_down
from recon.ledger.storage import Disk
from recon.match.batch import Batch
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from recon.match.resolve.resolve import Parties

BLOCKS_AT_ONCE = 2
"""How many blocks of a large ledger are worked on at once, before and behind the shelf; more would hold more memory."""


class Shelf(Protocol):
    """What holds normalised lines, table by table, and gives them back batch by batch."""

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table."""

    def batches(self, parties: Parties) -> Iterator[Batch]:
        """Yield the batches, each group whole in one of them; the shelf is empty then."""


class MemoryShelf:
    """Lines that wait in memory."""

    def __init__(self) -> None:
        self._lines: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table."""
        self._lines[table].append(lines)

    def batches(self, parties: Parties) -> Iterator[Batch]:
        """Yield the batches; the shelf is empty then."""
        batches = batches_of(parties.groups)
        whole = (pl.concat(self._lines.pop(table), how="diagonal") for table in TABLES)
        tables = [split(parties.grouped(table, lines), batches) for table, lines in zip(TABLES, whole, strict=True)]
        for pieces in zip(*tables, strict=True):
            yield Batch(*(without_repeats(lines) for _, lines in pieces))


class FileShelf:
    """Lines that wait on disk, in a folder of their own: first as they came, then batch by batch."""

    def __init__(self, folder: Path) -> None:
        self._disk = Disk(folder)
        self._blocks: dict[str, list[str]] = {table: [] for table in TABLES}
        self._empty: dict[str, pl.DataFrame] = {}
        self._pieces: dict[tuple[str, int], list[str]] = {}

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table. Raises OutputError where the disk is full."""
        known = self._empty.get(table)
        self._empty[table] = lines.clear() if known is None else pl.concat([known, lines.clear()], how="diagonal")
        self._blocks[table] += set_down(lines, self._disk, f"{table}-{len(self._blocks[table]):06d}")

    def batches(self, parties: Parties) -> Iterator[Batch]:
        """Yield the batches; the shelf is empty then. Raises OutputError where the disk is full."""
        batches = batches_of(parties.groups)
        for table in TABLES:
            in_pieces = partial(_moved, disk=self._disk, table=table, parties=parties, batches=batches)
            pieces = in_threads(in_pieces, cut_together(self._blocks.pop(table), batches), BLOCKS_AT_ONCE)
            for batch, piece in chain.from_iterable(pieces):
                self._pieces.setdefault((table, batch), []).append(piece)
        for batch in range(1 + last_batch(batches)):
            yield Batch(*(without_repeats(self._gathered(table, batch)) for table in TABLES))

    def _gathered(self, table: str, batch: int) -> pl.DataFrame:
        pieces = self._pieces.pop((table, batch), [])
        lines = gathered(pieces, self._disk, self._empty[table])
        self._disk.remove(*pieces)
        return lines


def _moved(
    blocks: Sequence[str], disk: Disk, table: str, parties: Parties, batches: pl.DataFrame
) -> list[tuple[int, str]]:
    """Cut blocks into pieces, and remove them."""
    pieces = cut_blocks(blocks, disk, table, parties, batches)
    disk.remove(*blocks)
    return pieces
