"""What a worker does: three functions of picklable tasks, which leave in the work folder what is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.engine.disk import cannot_write, disk_errors
from recon.engine.memory import detached
from recon.ledger.pieces import gathered, set_down, split_block
from recon.ledger.take import take
from recon.match.batch import Batch
from recon.report.formats.data import PARQUET, mask
from recon.run.job import spoken_of
from recon.run.spread.work import Work, known
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.ledger.take import Taken
    from recon.ledger.whole import Counted, Whole
    from recon.run.decided import DecidedBy
    from recon.run.job import Job

RULES, WHOLE, DECIDED = "rules", "whole", "decided"
PARTS = "parts"
"""Where the parts of the published frames wait, a folder for each frame."""


class Common(NamedTuple):
    """What cutting and matching need: the whole, `batches_of` its groups, the columns of each table, and the job."""

    whole: Whole
    batches: pl.DataFrame
    empty: Mapping[str, pl.DataFrame]
    job: Job


class TakenBlock(NamedTuple):
    """A block that is taken: what stays of it, where its lines are by table, and the columns of each table (no rows)."""

    taken: Taken
    blocks: Mapping[str, Sequence[Path]]
    empty: Mapping[str, pl.DataFrame]


class MatchedBatch(NamedTuple):
    """A batch that is matched: what it adds to the whole, the discrepancies to be told of, what was seen of decisions."""

    counted: Counted
    told: pl.DataFrame
    seen: Any


@dataclass(frozen=True)
class Cut:
    """A block of a table that is to be cut into pieces of batches."""

    work: Work
    table: str
    block: Path


@dataclass(frozen=True)
class Gather:
    """The pieces, by table, of a batch that is to be matched."""

    work: Work
    number: int
    pieces: Mapping[str, Sequence[Path]]


def take_block(task: tuple[Work, str]) -> TakenBlock:
    """Normalise the block of that name; its lines stay in the work folder."""
    work, name = task
    rules, as_of = known(work, RULES)
    taken, lines = take(work.get(name), rules, as_of)
    tables = {table: getattr(lines, table) for table in TABLES}
    blocks = {table: set_down(rows, work.folder, f"{table}-{name}") for table, rows in tables.items()}
    return TakenBlock(taken, blocks, {table: rows.clear() for table, rows in tables.items()})


def cut_block(task: Cut) -> list[tuple[int, Path]]:
    """Cut a block into pieces; return the batch and the place of each."""
    common: Common = known(task.work, WHOLE)
    return split_block(task.block, task.table, common.whole.shared.parties, common.batches)


def match_batch(task: Gather) -> MatchedBatch:
    """Match a batch; its frames, bank accounts masked, are parts in the work folder."""
    common: Common = known(task.work, WHOLE)
    whole, parties = common.whole, common.whole.shared.parties
    decided: DecidedBy = task.work.get(DECIDED)
    tables = (gathered(task.pieces[table], table, parties, common.empty[table]) for table in TABLES)
    frames, counted = whole.matched(Batch(*tables), decided)
    for name, frame in frames.items():
        write_part(task.work, name, task.number, frame)
    return MatchedBatch(counted, detached(spoken_of(frames["discrepancies"], common.job)), decided.seen)


def write_part(work: Work, name: str, number: int, frame: pl.DataFrame) -> None:
    """Write a part of a published frame, whole or not at all: a task that is done again writes over itself."""
    folder = work.folder / PARTS / f"{name}.parquet"
    part = folder / f"part-{number:05d}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with disk_errors():
            mask(frame).write_parquet(part.with_suffix(".new"), **PARQUET)
        part.with_suffix(".new").rename(part)
    except OSError as error:
        raise cannot_write(folder, error) from error
