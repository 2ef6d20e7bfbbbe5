"""Lines in storage: blocks as they came, each cut into pieces of batches, and the pieces of a batch put together again.

Every step is a call for itself on names that it alone writes, so that it can be done in a thread, in another process or on
another machine, and done again where that one failed.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from recon.ledger.batches import last_batch, split
from recon.ledger.packed import apart, closed, opened, packed, with_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.ledger.storage import Storage
    from recon.match.resolve.resolve import Parties

BLOCK_ROWS = 200_000
MOST_PIECES = 128
"""Into so many pieces a block is cut at most."""
KEYS = ("party_mark", "po_key", "company_key")
"""The columns that tell a line's group. Of others, those without any value need no place on disk."""


def set_down(lines: pl.DataFrame, storage: Storage, name: str) -> list[str]:
    """Write lines of a table as blocks of at most BLOCK_ROWS, `name` their names' start; return their names.

    Raises OutputError where the storage is full.
    """
    given = [c for c in lines.columns if c in KEYS or lines[c].null_count() < lines.height]
    names: list[str] = []
    for block in lines.select(given).iter_slices(BLOCK_ROWS):
        names.append(f"{name}-{len(names):06d}.arrow")
        storage.write(names[-1], packed(block))
    return names


def cut_together(blocks: Sequence[str], batches: pl.DataFrame) -> list[Sequence[str]]:
    """Return the blocks of a table, in order, as those that are to be cut at once.

    A cut gives a piece a batch. Of twice as many batches twice as many blocks are cut at once, so the pieces of a ledger grow
    with its lines, and not with their square.
    """
    at_once = 1 + last_batch(batches) // MOST_PIECES
    return [blocks[start : start + at_once] for start in range(0, len(blocks), at_once)]


def cut_blocks(
    blocks: Sequence[str], storage: Storage, table: str, parties: Parties, batches: pl.DataFrame
) -> list[tuple[int, str]]:
    """Cut blocks of a table into pieces beside them; return the batch and the name of each. The blocks stay.

    Raises OutputError where the storage is full.
    """
    cut: dict[int, list[bytes]] = {}
    for block in blocks:
        ((values, rows),) = opened(storage.read(block))
        told = apart(with_values(rows, values))
        groups = parties.grouped(table, told[[c for c in KEYS if c in told.columns]])
        for batch, piece in split(rows.hstack([groups["group_id"]]), batches):
            if piece.height:
                cut.setdefault(batch, []).append(closed(values, piece))
    names = [(batch, f"batch-{batch:06d}-{blocks[0]}") for batch in sorted(cut)]
    for batch, name in names:
        storage.write(name, b"".join(cut.pop(batch)))
    return names


def gathered(pieces: Sequence[str], storage: Storage, empty: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of a table of one batch with all columns of `empty` and `group_id`, in the order of the pieces."""
    parts = chain.from_iterable(opened(storage.read(piece)) for piece in pieces)
    lines = (apart(with_values(rows, values)) for values, rows in parts)
    return pl.concat([empty.with_columns(group_id=pl.lit(None, pl.String)), *lines], how="diagonal")
