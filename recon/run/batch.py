"""The main job as a value: rules -> sources -> results -> report, and which exit code they stand for.

It prints nothing and knows no terminal: what is told of it, and what it is doing at the moment, go to who asked for it.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from recon.codes import NEVER, SEVERITIES
from recon.errors import SourceError
from recon.run.job import Allowance, Doing, Job, Told, counting, spoken_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    import polars as pl

    from recon.codes import Severity
    from recon.ledger.reconcile import Matching, Outcome
    from recon.ledger.whole import Decided
    from recon.report.folder.target import Folder
    from recon.rules.rule import Rules
    from recon.run.decided import Counting, DecidedBy
    from recon.tables import Sources

FINDINGS = 1
TOO_MANY_REJECTS = 3
LARGE_BYTES = 150_000_000
"""Sources of more bytes are not held in memory: their lines wait on disk."""


@dataclass(frozen=True)
class Done:
    """How a job ended: its exit code, what it came to, and what `words` made of that."""

    code: int
    outcome: Outcome
    words: str
    since: Mapping[str, int] = field(default_factory=dict)
    """How many subjects that could stop a payment are new, and cleared, since the report that was there."""
    notes: tuple[str, ...] = ()
    """What else a person should know: of decisions taken over, and of what was kept."""


def perform(job: Job, rules: Rules, words: Callable[[Outcome], str], doing: Doing = lambda _: nullcontext()) -> Done:
    """Do the job. Raises a ReconError where nothing can be published; too many rejects are an exit code, not an error.

    The output folder is checked and locked before anything is read: a long run must not end in "not writable". The
    words are found before the report is published, so that a bug in them publishes nothing.
    """
    from recon.review.effect import with_lapsed
    from recon.review.since import Since
    from recon.run.decided import DecidedBy
    from recon.run.desk import Desk

    started = datetime.now(UTC)
    with _target(job) as target:
        desk = Desk(rules, job.decisions, job.output, saves=job.saves, now=started)
        today = job.as_of or started.astimezone().date()
        effect, since = desk.effect(today), Since.report(target.former if target else None, today)
        outcome = with_lapsed(_outcome(rules, job, target, DecidedBy(effect, since), doing), effect)
        desk.doubt(effect.met)
        done = Done(_verdict(outcome, job), outcome, words(outcome))
        if target is not None:
            target.seen = since.seen
            _publish(outcome, target, started, doing)
            desk.look_again(target.kept)
    return replace(done, since=since.told(), notes=tuple(desk.notes))


def too_many_rejects(outcome: Outcome, allowed: Allowance) -> SourceError:
    """Return the error that names the first reject: with nothing printed, nothing else would say why a run ends in 3."""
    count = outcome.rejects.height
    rows = "1 row" if count == 1 else f"{count:,} rows"
    source, row, column, reason = outcome.rejects.select("source", "row", "column", "reason").row(0)
    file = outcome.rules.path.parent / source
    place = [file if file.exists() else source, row, column]
    return SourceError(
        f"{rows} could not be read, {allowed} allowed; the first: {reason}",
        where=":".join(str(part) for part in place if part is not None),
        hint=f"Mend them at the source, or let them pass with --max-rejects {count}; what they belong to is held.",
    )


_MONEY = {"held": "hold", "to_review": "review"}


def counts(outcome: Outcome) -> Mapping[str, object]:
    """Return what is counted of a run in a line: rows by source, rejects, invoices by decision, discrepancies, money."""
    summary = outcome.summary
    rows = {name: source["rows"] for name, source in summary["inputs"].items()}
    decisions = {
        decision: sum(money["count"] for money in by_currency.values())
        for decision, by_currency in summary["invoices"].items()
    }
    held = {
        f"{word}_{code}": money["amount"]
        for word, of in _MONEY.items()
        for code, money in summary["effective"][of].items()
    }
    return {**rows, "rejects": summary["rejects"], **decisions, "discrepancies": outcome.found, **held}


@contextmanager
def _target(job: Job) -> Iterator[Folder | None]:
    from recon.report.folder.target import Folder
    from recon.report.target import begun

    fail_on = cast("Severity", SEVERITIES[-1] if job.fail_on == NEVER else job.fail_on)
    if job.address is not None:
        from recon.run.object_report import ObjectReport

        with begun(ObjectReport(job.address, job.formats, fail_on)) as report:
            yield report
    elif job.output is not None:
        with begun(Folder(job.output, job.formats, fail_on, job.history)) as folder:
            yield folder
    else:
        yield None


def _outcome(rules: Rules, job: Job, target: Folder | None, effect: DecidedBy, doing: Doing) -> Outcome:
    """Return what the run comes to; the results themselves are in it, or already written (not yet published)."""
    if job.engine is not None and target is not None:
        from recon.run.object_report import ObjectReport
        from recon.run.spread.driver import brought, spread
        from recon.run.spread.engines import opened
        from recon.run.spread.work import begun

        with opened(job.engine) as executor, begun(job.work or target.scratch) as work:
            parts = target.parts if isinstance(target, ObjectReport) else work.storage.within("parts")
            outcome, files = spread(rules, job, effect, executor, work, parts, doing)
            if isinstance(target, ObjectReport):
                target.listed(files)
            else:
                brought(parts, target.scratch)
            return outcome
    if _in_batches(job) and not job.store:
        return _written(rules, job, target, effect, doing)
    with doing("reading the sources"):
        sources = [_read(rules, job)]
    with doing("matching") as told:
        from recon.ledger.reconcile import reconcile

        watched = _watched(effect, told, sources[0])
        # Taken out of the list, they are the match's alone, which lets them go when it can.
        return reconcile(sources.pop(), rules, as_of=job.as_of, decided=watched)


def _watched(effect: Decided, told: Told | None, sources: Sources | None = None) -> Counting:
    from recon.run.decided import Counting

    watched = Counting(effect)
    watched.told = told
    if sources is not None:
        watched.total = sum(
            frame.height for frame in (sources.invoice_lines, sources.order_lines, sources.receipt_lines)
        )
    return watched


def _read(rules: Rules, job: Job) -> Sources:
    if job.store:
        from recon.run.live.keeping import stored_sources

        return stored_sources(rules)
    from recon.read import read_sources

    return read_sources(rules)


def _in_batches(job: Job) -> bool:
    """Return whether no part of the job needs all results at once."""
    from recon.report.formats.register import chosen

    return not job.all_at_once and (job.output is None or all(row.streams for row in chosen(job.formats)))


def _written(rules: Rules, job: Job, target: Folder | None, effect: Decided, doing: Doing) -> Outcome:
    """Match, and write the results into `target` as they come (nowhere where it is None); they are not yet published."""
    from recon.engine.memory import detached

    watched = _watched(effect, None)
    with ExitStack() as ends:
        with doing("reading the sources"):
            matching = ends.enter_context(_begun(rules, job.as_of, target, watched))
        with doing("matching") as watched.told:
            frames = _added(_results(matching), target)
            found = (each["discrepancies"] for each in frames if "discrepancies" in each)
            return matching.outcome(_together(detached(spoken_of(each, job)) for each in found))


@contextmanager
def _begun(rules: Rules, as_of: date | None, target: Folder | None, effect: Decided) -> Iterator[Matching]:
    """Read the sources for a match that is under way; large ones wait beside what is to be published, until the end."""
    from recon.engine.memory import let_go_soon
    from recon.ledger.reconcile import Matching
    from recon.ledger.shelf import FileShelf, MemoryShelf
    from recon.read import read_blocks, read_sources, size

    with tempfile.TemporaryDirectory(prefix="rows-", dir=target.scratch if target else None) as folder:
        if size(rules) < LARGE_BYTES:
            yield Matching([read_sources(rules)], rules, as_of, MemoryShelf(), effect)
        else:
            let_go_soon()
            yield Matching(read_blocks(rules), rules, as_of, FileShelf(Path(folder)), effect)


def _results(matching: Matching) -> Iterator[dict[str, pl.DataFrame]]:
    yield from matching.batches()
    yield matching.rest()


def _added(results: Iterator[dict[str, pl.DataFrame]], target: Folder | None) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield each batch when the target, if there is one, has it."""
    for frames in results:
        if target is not None:
            target.add(frames)
        yield frames


def _together(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat(frames)


def _publish(outcome: Outcome, target: Folder, started: datetime, doing: Doing) -> None:
    from recon.ledger.reconcile import Reconciliation
    from recon.report.layout import frames_of

    with doing("writing the report"):
        if isinstance(outcome, Reconciliation):
            target.add(frames_of(outcome))
        target.publish(outcome, started)


def _verdict(outcome: Outcome, job: Job) -> int:
    rows = sum(source["rows"] for source in outcome.summary["inputs"].values())
    if job.max_rejects.exceeded(outcome.summary["rejects"], rows):
        return TOO_MANY_REJECTS
    return 0 if counting(outcome.discrepancies, job).is_empty() else FINDINGS
