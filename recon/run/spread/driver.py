"""The driver of a run on several workers: three maps, and between them what only the whole can tell."""

from __future__ import annotations

import shutil
from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.disk import cannot_write
from recon.ledger.batches import batches_of, last_batch
from recon.ledger.reconcile import outcome_of
from recon.ledger.whole import Whole
from recon.read import read_blocks
from recon.run.spread.executor import mapped
from recon.run.spread.tasks import (
    DECIDED,
    PARTS,
    RULES,
    WHOLE,
    Common,
    Cut,
    Gather,
    cut_block,
    match_batch,
    take_block,
    write_part,
)
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from recon.ledger.reconcile import Outcome
    from recon.rules.rule import Rules
    from recon.run.decided import DecidedBy
    from recon.run.job import Doing, Job
    from recon.run.spread.executor import Executor
    from recon.run.spread.work import Work


def spread(
    rules: Rules, job: Job, decided: DecidedBy, executor: Executor, work: Work, scratch: Path, doing: Doing
) -> Outcome:
    """Reconcile on the workers of `executor`; the results are parts, by frame, in `scratch`, not yet published.

    Raises as `reconcile` and `mapped` do, OutputError where the storage is full.
    """
    with doing("reading the sources"):
        whole, empty, blocks = _taken(rules, job.as_of, executor, work)
    batches = batches_of(whole.shared.parties.groups)
    work.put(WHOLE, Common(whole, batches, empty, job))
    work.put(DECIDED, decided)
    with doing("dealing lines to batches"):
        dealt = _dealt(blocks, last_batch(batches), executor, work)
    done, told = [], []
    with doing("matching"):
        for matched in mapped(executor, work, match_batch, dealt):
            done.append(matched.counted)
            told.append(matched.told)
            decided.see(matched.seen)
        for name, frame in whole.rest(done).items():
            write_part(work, name, len(done), frame)
        outcome = outcome_of(whole, done, pl.concat(told))
    _brought(work.folder / PARTS, scratch)
    return outcome


def _taken(
    rules: Rules, as_of: date | None, executor: Executor, work: Work
) -> tuple[Whole, dict[str, pl.DataFrame], dict[str, list[Path]]]:
    """Read the sources and have their blocks normalised; return the whole, the columns of each table, and its blocks."""
    work.put(RULES, (rules, as_of))
    taken = []
    blocks: dict[str, list[Path]] = defaultdict(list)
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


def _dealt(blocks: dict[str, list[Path]], last: int, executor: Executor, work: Work) -> Iterator[Gather]:
    """Have every block cut into pieces of batches; return the batches with their pieces, in the order of the blocks."""
    cuts = [Cut(work, table, block) for table in TABLES for block in blocks[table]]
    pieces: dict[int, dict[str, list[Path]]] = defaultdict(lambda: {table: [] for table in TABLES})
    for cut, found in zip(cuts, mapped(executor, work, cut_block, cuts), strict=True):
        cut.block.unlink(missing_ok=True)
        for batch, piece in found:
            pieces[batch][cut.table].append(piece)
    return (Gather(work, number, pieces[number]) for number in range(1 + last))


def _brought(parts: Path, scratch: Path) -> None:
    """Move the parts beside what is to be published. Raises OutputError where that disk is full."""
    try:
        for frame in sorted(parts.iterdir()):
            shutil.move(frame, scratch / frame.name)
    except OSError as error:
        raise cannot_write(scratch, error) from error
