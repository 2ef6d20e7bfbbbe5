"""Large: ledgers that no memory need hold: read file by file, matched part by part, written as the results come."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from recon.match.parts import Part, Shelf, dealt, parts_of
from recon.memory import on_its_own
from recon.read import read_blocks, read_sources, size
from recon.reconcile import BLOCKS_AT_ONCE, Matching
from recon.report import write_parts
from recon.report.data import disk_errors
from recon.report.publish import cannot_write
from recon.tables import TABLES
from recon.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from recon.match.resolve import Parties
    from recon.reconcile import Outcome
    from recon.report import Output
    from recon.rules import Rules

BLOCK_ROWS = 200_000
KEYS = ("party_mark", "po_key", "company_key")
"""The columns that tell a line's group. Of others, those without any value need no place on disk."""
LARGE_BYTES = 150_000_000
"""Sources of more bytes are not held in memory: their lines wait on disk."""


@contextmanager
def begun(rules: Rules, as_of: date | None, output: Output | None) -> Iterator[Matching]:
    """Read the sources for a match that is under way; large ones wait beside what is to be published, until the end.

    Raises as `read_sources` and `reconcile` do.
    """
    with tempfile.TemporaryDirectory(prefix="rows-", dir=output.temporary if output else None) as folder:
        if size(rules) < LARGE_BYTES:
            yield Matching([read_sources(rules)], rules, as_of, Shelf())
        else:
            yield Matching(read_blocks(rules), rules, as_of, FileShelf(Path(folder)))


def written(
    matching: Matching, output: Output | None, formats: Sequence[str], keep: Callable[[pl.DataFrame], pl.DataFrame]
) -> Outcome:
    """Match, and write the results into `output` as they come (nowhere where it is None); they are not yet published.

    `keep` takes, of a part's discrepancies, those that the outcome is to have. Raises as `reconcile` and
    `write_reports` do.
    """
    results = _results(matching)
    done = write_parts(results, output, formats) if output else results
    kept = [on_its_own(keep(frames["discrepancies"])) for frames in done if "discrepancies" in frames]
    return matching.outcome(pl.concat(kept))


def _results(matching: Matching) -> Iterator[dict[str, pl.DataFrame]]:
    yield from matching.parts()
    yield matching.rest()


class FileShelf(Shelf):
    """Lines that wait on disk, in a folder of their own: first as they came, then part by part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blocks: dict[str, list[Path]] = {table: [] for table in TABLES}
        self._empty: dict[str, pl.DataFrame] = {}
        self._pieces: dict[tuple[str, int], list[Path]] = {}

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table."""
        known = self._empty.get(table)
        self._empty[table] = lines.clear() if known is None else pl.concat([known, lines.clear()], how="diagonal")
        given = [c for c in lines.columns if c in KEYS or lines[c].null_count() < lines.height]
        for block in lines.select(given).iter_slices(BLOCK_ROWS):
            self._blocks[table].append(self._folder / f"{table}-{len(self._blocks[table]):06d}.arrow")
            self._write(block, self._blocks[table][-1])

    def deal(self, parties: Parties) -> Iterator[Part]:
        """Yield the parts; the shelf is empty then."""
        parts = parts_of(parties.groups)
        for table in TABLES:
            divide = partial(self._divided, table, parties, parts)
            pieces = in_threads(divide, self._blocks.pop(table), BLOCKS_AT_ONCE)
            for part, path in chain.from_iterable(pieces):
                self._pieces.setdefault((table, part), []).append(path)
        for part in range(1 + int(parts["part"].max() or 0)):  # type: ignore[arg-type]
            yield Part(*(self._gathered(table, part, parties) for table in TABLES))

    def _divided(self, table: str, parties: Parties, parts: pl.DataFrame, block: Path) -> list[tuple[int, Path]]:
        """Divide a block into pieces, and return the part and the place of each."""
        lines = parties.grouped(table, pl.read_ipc(block))
        pieces = []
        for part, piece in dealt(lines, parts):
            if piece.height:
                pieces.append((part, self._folder / f"part-{part:06d}-{block.name}"))
                self._write(piece, pieces[-1][1])
        block.unlink()
        return pieces

    def _gathered(self, table: str, part: int, parties: Parties) -> pl.DataFrame:
        lines = [parties.grouped(table, self._empty[table])]
        for piece in self._pieces.pop((table, part), []):
            lines.append(pl.read_ipc(piece))
            piece.unlink()
        return pl.concat(lines, how="diagonal")

    def _write(self, lines: pl.DataFrame, path: Path) -> None:
        try:
            with disk_errors():
                lines.write_ipc(path)
        except OSError as error:
            raise cannot_write(self._folder, error) from error
