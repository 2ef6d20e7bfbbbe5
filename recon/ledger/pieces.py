"""Lines on disk: blocks as they came, each cut into pieces of batches, and the pieces of a batch put together again.

Every step is a call for itself on files that it alone writes, so that it can be done in a thread, in another process or on
another machine, and done again where that one failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.disk import cannot_write, disk_errors
from recon.ledger.batches import split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recon.match.resolve.resolve import Parties

BLOCK_ROWS = 200_000
KEYS = ("party_mark", "po_key", "company_key")
"""The columns that tell a line's group. Of others, those without any value need no place on disk."""


def set_down(lines: pl.DataFrame, folder: Path, name: str) -> list[Path]:
    """Write lines of a table as blocks of at most BLOCK_ROWS, `name` their names' start; return where they are.

    Raises OutputError where the disk is full.
    """
    given = [c for c in lines.columns if c in KEYS or lines[c].null_count() < lines.height]
    paths: list[Path] = []
    for block in lines.select(given).iter_slices(BLOCK_ROWS):
        paths.append(folder / f"{name}-{len(paths):06d}.arrow")
        write(block, paths[-1])
    return paths


def split_block(block: Path, table: str, parties: Parties, batches: pl.DataFrame) -> list[tuple[int, Path]]:
    """Cut a block of a table into pieces beside it; return the batch and the place of each. The block stays.

    Raises OutputError where the disk is full.
    """
    lines = parties.grouped(table, pl.read_ipc(block))
    pieces = []
    for batch, piece in split(lines, batches):
        if piece.height:
            pieces.append((batch, block.with_name(f"batch-{batch:06d}-{block.name}")))
            write(piece, pieces[-1][1])
    return pieces


def gathered(pieces: Sequence[Path], table: str, parties: Parties, empty: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of a table of one batch with all columns of `empty`, in the order of the pieces."""
    lines = [parties.grouped(table, empty), *(pl.read_ipc(piece) for piece in pieces)]
    return pl.concat(lines, how="diagonal")


def write(lines: pl.DataFrame, path: Path) -> None:
    """Write a piece. Raises OutputError where the disk is full."""
    try:
        with disk_errors():
            lines.write_ipc(
                path, compression="lz4"
            )  # a sixth of the bytes, for a hundredth of the run's processor time
    except OSError as error:
        raise cannot_write(path.parent, error) from error
