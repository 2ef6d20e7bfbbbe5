"""Lines in storage: blocks as they came, each cut into pieces of batches, and the pieces of a batch put together again.

Every step is a call for itself on names that it alone writes, so that it can be done in a thread, in another process or on
another machine, and done again where that one failed.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from recon.ledger.batches import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.ledger.storage import Storage
    from recon.match.resolve.resolve import Parties

BLOCK_ROWS = 200_000
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


def split_block(
    block: str, storage: Storage, table: str, parties: Parties, batches: pl.DataFrame
) -> list[tuple[int, str]]:
    """Cut a block of a table into pieces beside it; return the batch and the name of each. The block stays.

    Raises OutputError where the storage is full.
    """
    lines = parties.grouped(table, _unpacked(storage.read(block)))
    pieces = []
    for batch, piece in split(lines, batches):
        if piece.height:
            pieces.append((batch, f"batch-{batch:06d}-{block}"))
            storage.write(pieces[-1][1], packed(piece))
    return pieces


def gathered(
    pieces: Sequence[str], storage: Storage, table: str, parties: Parties, empty: pl.DataFrame
) -> pl.DataFrame:
    """Return the lines of a table of one batch with all columns of `empty`, in the order of the pieces."""
    lines = [parties.grouped(table, empty), *(_unpacked(storage.read(piece)) for piece in pieces)]
    return pl.concat(lines, how="diagonal")


def packed(lines: pl.DataFrame) -> bytes:
    """Return lines as an Arrow file."""
    file = BytesIO()
    lines.write_ipc(file, compression="lz4")  # a sixth of the bytes, for a hundredth of the run's processor time
    return file.getvalue()


def _unpacked(packed: bytes) -> pl.DataFrame:
    return pl.read_ipc(BytesIO(packed))
