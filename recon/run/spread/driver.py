"""The driver of a run on several workers: three maps, and between them what only the whole can tell."""

from __future__ import annotations

import shutil
from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.disk import cannot_write
from recon.ledger.batches import batches_of, last_batch
from recon.ledger.pieces import cut_together
from recon.ledger.reconcile import outcome_of
from recon.ledger.storage import Disk
from recon.ledger.whole import Whole
from recon.read import read_blocks
from recon.run.spread.executor import mapped
from recon.run.spread.tasks import (
    DECIDED,
    RULES,
    WHOLE,
    Common,
    Cut,
    Files,
    Gather,
    cut,
    match_batch,
    take_block,
    write_parts,
)
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from recon.ledger.reconcile import Outcome
    from recon.ledger.storage import Storage
    from recon.rules.rule import Rules
    from recon.run.decided import DecidedBy
    from recon.run.job import Doing, Job
    from recon.run.spread.executor import Executor
    from recon.run.spread.work import Work


def spread(
    rules: Rules, job: Job, decided: DecidedBy, executor: Executor, work: Work, parts: Storage, doing: Doing
) -> tuple[Outcome, Files]:
    """Reconcile on the workers of `executor`; the results are parts, by frame, in `parts`, not yet published.

    Return the outcome, and what the parts are by name. Raises as `reconcile` and `mapped` do, OutputError where the
    storage is full.
    """
    with doing("reading the sources"):
        whole, empty, blocks = _taken(rules, job.as_of, executor, work)
    batches = batches_of(whole.shared.parties.groups)
    work.put(WHOLE, Common(whole, batches, empty, job))
    work.put(DECIDED, decided)
    with doing("dealing lines to batches"):
        dealt = _dealt(blocks, batches, executor, work, parts)
    done, told = [], []
    files: Files = {}
    with doing("matching"):
        for matched in mapped(executor, work, match_batch, dealt):
            done.append(matched.counted)
            told.append(matched.told)
            files |= matched.files
            decided.see(matched.seen)
        files |= write_parts(parts, len(done), whole.rest(done))
        return outcome_of(whole, done, pl.concat(told)), files


def _taken(
    rules: Rules, as_of: date | None, executor: Executor, work: Work
) -> tuple[Whole, dict[str, pl.DataFrame], dict[str, list[str]]]:
    """Read the sources and have their blocks normalised; return the whole, the columns of each table, and its blocks."""
    work.put(RULES, (rules, as_of))
    taken = []
    blocks: dict[str, list[str]] = defaultdict(list)
    empty: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for number, block in enumerate(mapped(executor, work, take_block, _set_out(rules, work))):
        work.remove(_name(number))
        taken.append(block.taken)
        for table in TABLES:
            blocks[table] += block.blocks[table]
            empty[table].append(block.empty[table])
    columns = {table: pl.concat(frames, how="diagonal") for table, frames in empty.items()}
    return Whole.together(taken, rules, as_of), columns, blocks


def _set_out(rules: Rules, work: Work) -> Iterator[tuple[Work, str]]:
    """Leave each block of the sources in the work folder, and yield where."""
    for number, block in enumerate(read_blocks(rules)):
        work.put(_name(number), block)
        yield work, _name(number)


def _name(number: int) -> str:
    return f"block-{number:06d}"


def _dealt(
    blocks: dict[str, list[str]], batches: pl.DataFrame, executor: Executor, work: Work, parts: Storage
) -> Iterator[Gather]:
    """Have every block cut into pieces of batches; return the batches with their pieces, in the order of the blocks."""
    cuts = [Cut(work, table, some) for table in TABLES for some in cut_together(blocks[table], batches)]
    pieces: dict[int, dict[str, list[str]]] = defaultdict(lambda: {table: [] for table in TABLES})
    for task, found in zip(cuts, mapped(executor, work, cut, cuts), strict=True):
        work.remove(*task.blocks)
        for batch, piece in found:
            pieces[batch][task.table].append(piece)
    return (Gather(work, parts, number, pieces[number]) for number in range(1 + last_batch(batches)))


def brought(parts: Storage, scratch: Path) -> None:
    """Move the parts beside what is to be published. Raises OutputError where that disk is full."""
    try:
        if isinstance(parts, Disk):
            for frame in sorted(parts.folder.iterdir()):
                shutil.move(frame, scratch / frame.name)
        else:
            for name in parts.names():
                Disk(scratch).write(name, parts.read(name))
    except OSError as error:
        raise cannot_write(scratch, error) from error
