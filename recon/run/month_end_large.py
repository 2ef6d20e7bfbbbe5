"""The month-end of a large ledger: what was read and what is found of it wait on disk, and the columns that are looked at are taken."""

from __future__ import annotations

import operator
from functools import reduce
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.cut import DOCUMENTS, any_within, cut
from recon.close.links import FOUND, LINKED, linked
from recon.close.looked_at import Matched
from recon.close.month_end import closed
from recon.engine.memory import let_go_soon
from recon.ledger.storage import Disk
from recon.result_tables import DISCREPANCIES
from recon.tables import TABLES, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from recon.close.kpis_of_history import Sighting
    from recon.close.month_end import MonthEnd
    from recon.ledger.reconcile import Outcome
    from recon.rules.rule import Rules

MASTERS = ("suppliers", "conversions", "rates", "payments", "gl_balances", "gl_lines", "terms")


def closed_on_disk(rules: Rules, period: tuple[date, date], folder: Path, runs: Sequence[Sighting] = ()) -> MonthEnd:
    """Read the sources some at a time, match them and return their month-end; meanwhile lines wait in `folder`, which is empty.

    Raises as reading and `month_end` do, and OutputError where the disk is full.
    """
    from recon.read import read_blocks

    read, found = Reading(period, folder / "read"), Waiting(folder / "found")
    outcome = _matched(read.kept(read_blocks(rules)), rules, found, folder / "shelf")
    matched = Matched(**{name: found.frame(name) for name in LINKED}, rejects=outcome.rejects)
    return closed(matched, read.sources(), rules, period, read.silent(), outcome, runs)


def _matched(blocks: Iterable[Sources], rules: Rules, found: Waiting, shelf: Path) -> Outcome:
    """Match and leave in `found` what is found; return what it came to, without its discrepancies."""
    from recon.ledger.reconcile import Matching
    from recon.ledger.shelf import FileShelf

    shelf.mkdir()
    let_go_soon()
    matching = Matching(blocks, rules, None, FileShelf(shelf))
    orders = 0
    for frames in matching.batches():
        looked_at = linked({name: frames.pop(name) for name in FOUND}, orders)
        frames.clear()
        orders += looked_at["order_lines"].height
        for name in LINKED:
            found.put(name, looked_at.pop(name))
    matching.rest()
    return matching.outcome(DISCREPANCIES.empty())


class Waiting:
    """Frames that wait on disk, each in pieces."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._pieces: dict[str, list[Path]] = {}
        self._empty: dict[str, pl.DataFrame] = {}

    def put(self, name: str, rows: pl.DataFrame) -> None:
        """Take some rows of a frame. Raises OutputError where the disk is full."""
        known = self._empty.get(name)
        self._empty[name] = rows.clear() if known is None else pl.concat([known, rows.clear()], how="diagonal")
        if rows.height:
            pieces = self._pieces.setdefault(name, [])
            given = [column.name for column in rows.iter_columns() if column.null_count() < rows.height]
            pieces.append(self._folder / f"{name}-{len(pieces):06d}.arrow")
            Disk(self._folder).write(pieces[-1].name, _arrow(rows.select(given)))

    def frame(self, name: str) -> pl.LazyFrame:
        """Return all rows of a frame, in the order in which they came."""
        scans = [pl.scan_ipc(piece) for piece in self._pieces.get(name, [])]
        return pl.concat([self._empty[name].lazy(), *scans], how="diagonal")


def _arrow(rows: pl.DataFrame) -> bytes:
    file = BytesIO()
    rows.write_ipc(file, compression="lz4")
    return file.getvalue()


class Reading:
    """A ledger that is read block by block: what was booked by the end of the period goes on, and its lines wait here, too."""

    def __init__(self, period: tuple[date, date], folder: Path) -> None:
        self._period = period
        self._lines = Waiting(folder)
        self._others: list[Sources] = []
        self._rows: set[str] = set()
        self._within: set[str] = set()

    def kept(self, blocks: Iterable[Sources]) -> Iterator[Sources]:
        """Yield each block as it was booked by the end of the period."""
        for block in blocks:
            for table in DOCUMENTS:
                frame = getattr(block, table)
                self._rows |= {table} if frame.height else set()
                self._within |= {table} if any_within(frame, table, self._period) else set()
            known = cut(block, self._period[1])
            bare: dict[str, Any] = {}
            for table in TABLES:
                lines = getattr(known, table)
                self._lines.put(table, lines)
                bare[table] = lines.clear()
            self._others.append(
                Sources(**bare, **{name: getattr(known, name) for name in (*MASTERS, "absent", "files")})
            )
            yield known

    def silent(self) -> list[str]:
        """Return, after the last block, the tables of documents of which there are rows, and none in the period."""
        return [table for table in DOCUMENTS if table in self._rows - self._within]

    def sources(self) -> Sources:
        """Return, after the last block, what was read: lines are frames that wait on disk."""
        others: dict[str, Any] = {
            name: pl.concat([getattr(one, name) for one in self._others], how="diagonal") for name in MASTERS
        }
        lines: dict[str, Any] = {table: self._lines.frame(table) for table in TABLES}
        absent = reduce(operator.and_, (one.absent for one in self._others))
        return Sources(**others, **lines, absent=absent, files=tuple(f for one in self._others for f in one.files))
