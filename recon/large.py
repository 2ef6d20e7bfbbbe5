"""Large: ledgers that no memory need hold: read file by file, matched part by part, written as the results come."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from recon.match.parts import TABLES, Part, Shelf, cut, dealt
from recon.read import read_blocks, read_sources, size
from recon.reconcile import Matching, Outcome
from recon.report import write_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from recon.match.resolve import Parties
    from recon.report import Output
    from recon.rules import Rules

LARGE_BYTES = 150_000_000
"""Sources of more bytes are not held in memory: their lines wait on disk."""


def run_in_parts(
    rules: Rules,
    as_of: date | None,
    output: Output | None,
    formats: Sequence[str],
    keep: Callable[[pl.DataFrame], pl.DataFrame],
) -> Outcome:
    """Read, match and write into `output` (nothing where it is None); it is not yet published.

    `keep` takes, of a part's discrepancies, those that the outcome is to have. Raises as reading, `reconcile` and
    `write_reports` do.
    """
    where = output.temporary if output else None
    with tempfile.TemporaryDirectory(prefix="rows-", dir=where) as folder:
        matching = _begin(rules, as_of, folder)
        kept = []
        results = _results(matching)
        for frames in write_parts(results, output, formats) if output else results:
            if "discrepancies" in frames:
                kept.append(keep(frames["discrepancies"]))
        rest = frames
    return Outcome(
        discrepancies=pl.concat(kept),
        rejects=rest["rejects"],
        summary=matching.summary(),
        rules=rules,
        files=matching.files,
        as_of=as_of,
    )


def _begin(rules: Rules, as_of: date | None, folder: str) -> Matching:
    if size(rules) < LARGE_BYTES:
        return Matching([read_sources(rules)], rules, as_of, Shelf())
    return Matching(read_blocks(rules), rules, as_of, FileShelf(Path(folder)))


def _results(matching: Matching) -> Iterator[dict[str, pl.DataFrame]]:
    yield from matching.parts()
    yield matching.rest()


class FileShelf(Shelf):
    """Lines that wait on disk, in a folder of their own: first as they came, then part by part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blocks: dict[str, list[Path]] = {table: [] for table in TABLES}
        self._empty: dict[str, pl.DataFrame] = {}

    def put(self, table: str, lines: pl.DataFrame) -> None:
        """Take some lines of a table."""
        known = self._empty.get(table)
        self._empty[table] = lines.clear() if known is None else pl.concat([known, lines.clear()], how="diagonal")
        if lines.height:
            self._blocks[table].append(self._folder / f"{table}-{len(self._blocks[table]):06d}.arrow")
            lines.write_ipc(self._blocks[table][-1])

    def deal(self, parties: Parties) -> Iterator[Part]:
        """Yield the parts; the shelf is empty then."""
        parts = cut(parties.groups)
        for table in TABLES:
            for block in self._blocks.pop(table):
                lines = parties.grouped(table, pl.read_ipc(block))
                block.unlink()
                for part, piece in dealt(lines, parts):
                    if piece.height:
                        piece.write_ipc(self._folder / f"part-{part:06d}-{block.name}")
        for part in range(1 + int(parts["part"].max() or 0)):  # type: ignore[arg-type]
            yield Part(*(self._gathered(table, part, parties) for table in TABLES))

    def _gathered(self, table: str, part: int, parties: Parties) -> pl.DataFrame:
        lines = [parties.grouped(table, self._empty[table])]
        for piece in sorted(self._folder.glob(f"part-{part:06d}-{table}-*.arrow")):
            lines.append(pl.read_ipc(piece))
            piece.unlink()
        return pl.concat(lines, how="diagonal")
