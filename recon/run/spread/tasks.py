"""What a worker does: three functions of picklable tasks, which leave in the work folder what is large."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.engine.memory import detached
from recon.ledger.pieces import cut_blocks, gathered, set_down
from recon.ledger.take import take
from recon.match.batch import Batch
from recon.report.formats.data import PARQUET, mask
from recon.run.job import spoken_of
from recon.run.spread.work import Work, known
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from recon.ledger.storage import Storage
    from recon.ledger.take import Taken
    from recon.ledger.whole import Counted, Whole
    from recon.run.decided import DecidedBy
    from recon.run.job import Job

RULES, WHOLE, DECIDED = "rules", "whole", "decided"
Files = dict[str, dict[str, Any]]
"""What the manifest tells of files, by name: `bytes` and `sha256`."""


class Common(NamedTuple):
    """What cutting and matching need: the whole, `batches_of` its groups, the columns of each table, and the job."""

    whole: Whole
    batches: pl.DataFrame
    empty: Mapping[str, pl.DataFrame]
    job: Job


class TakenBlock(NamedTuple):
    """A block that is taken: what stays of it, the names of its lines by table, and the columns of each table (no rows)."""

    taken: Taken
    blocks: Mapping[str, Sequence[str]]
    empty: Mapping[str, pl.DataFrame]


class MatchedBatch(NamedTuple):
    """A batch that is matched: what it adds to the whole, the discrepancies to be told of, what was seen, its parts."""

    counted: Counted
    told: pl.DataFrame
    seen: Any
    files: Files


@dataclass(frozen=True)
class Cut:
    """Blocks of a table that are to be cut into pieces of batches."""

    work: Work
    table: str
    blocks: Sequence[str]


@dataclass(frozen=True)
class Gather:
    """The pieces, by table, of a batch that is to be matched, and where its parts go."""

    work: Work
    parts: Storage
    number: int
    pieces: Mapping[str, Sequence[str]]


def take_block(task: tuple[Work, str]) -> TakenBlock:
    """Normalise the block of that name; its lines stay in the work folder."""
    work, name = task
    rules, as_of = known(work, RULES)
    taken, lines = take(work.get(name), rules, as_of)
    tables = {table: getattr(lines, table) for table in TABLES}
    blocks = {table: set_down(rows, work.storage, f"{table}-{name}") for table, rows in tables.items()}
    return TakenBlock(taken, blocks, {table: rows.clear() for table, rows in tables.items()})


def cut(task: Cut) -> list[tuple[int, str]]:
    """Cut blocks into pieces; return the batch and the name of each."""
    common: Common = known(task.work, WHOLE)
    return cut_blocks(task.blocks, task.work.storage, task.table, common.whole.shared.parties, common.batches)


def match_batch(task: Gather) -> MatchedBatch:
    """Match a batch; its frames, bank accounts masked, are parts where the report is made."""
    common: Common = known(task.work, WHOLE)
    whole = common.whole
    decided: DecidedBy = task.work.get(DECIDED)
    tables = (gathered(task.pieces[table], task.work.storage, common.empty[table]) for table in TABLES)
    frames, counted = whole.matched(Batch(*tables), decided)
    files = write_parts(task.parts, task.number, frames)
    return MatchedBatch(counted, detached(spoken_of(frames["discrepancies"], common.job)), decided.seen, files)


def write_parts(parts: Storage, number: int, frames: Mapping[str, pl.DataFrame]) -> Files:
    """Write a part of each published frame, whole or not at all: a task that is done again writes over itself."""
    files = {}
    for name, frame in frames.items():
        written = BytesIO()
        mask(frame).write_parquet(written, **PARQUET)
        data, part = written.getvalue(), f"{name}.parquet/part-{number:05d}.parquet"
        parts.write(part, data)
        files[part] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return files
