"""The main job: rules -> sources -> reconciliation -> report, and which exit code the result stands for."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from recon.cli.log import Facts, logged
from recon.cli.options import FAIL_ON, Allowance, allowance, choice, choices, day
from recon.cli.progress import doing
from recon.cli.stdout import say
from recon.errors import OutputError, RulesError, SourceError
from recon.rules import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    import polars as pl

    from recon.reconcile import Outcome
    from recon.report import Output
    from recon.rules import Rules, Severity

FINDINGS = 1
TOO_MANY_REJECTS = 3
WORST = 10
"""How many discrepancies a summary tells."""


@dataclass(frozen=True)
class Job:
    """What the command line asks for, understood."""

    rules: Path
    output: Path | None
    formats: tuple[str, ...]
    as_of: date | None
    fail_on: str
    max_rejects: Allowance
    quiet: bool = False
    log_file: Path | None = None
    settled: frozenset[str] = field(default_factory=frozenset)
    """Discrepancy ids that no longer count: known from a baseline, or decided by a reviewer."""
    decided: frozenset[str] = field(default_factory=frozenset)
    """Discrepancy ids that a reviewer decided anything about."""
    all_at_once: bool = False
    """Whether what is told afterwards needs every discrepancy."""


def job(
    rules: Path,
    output: Path | None,
    formats: str,
    as_of: str | None,
    fail_on: str,
    max_rejects: str,
    quiet: bool,
    log_file: Path | None,
) -> Job:
    """Return the job that the words of the command line describe. Raises RulesError for the first that means nothing."""
    from recon.report import FORMATS

    return Job(
        rules,
        output,
        choices(formats, FORMATS, "--format"),
        day(as_of),
        choice(fail_on, FAIL_ON, "--fail-on"),
        allowance(max_rejects),
        quiet,
        log_file,
    )


def perform(job: Job, words: Callable[[Outcome], str], *, asked_for: bool = False) -> int:
    """Do the job and return its exit code; `words` gives what is printed of the result, with --quiet if `asked_for`.

    Too many rejects end in a SourceError, raised when the report is published and the words are printed.
    The output folder is checked and locked before anything is read: a long run must not end in "not writable". The
    words are found before the report is published, so that a bug in them publishes nothing, and printed after it.
    """
    facts: Facts = {"rules": job.rules}
    started = datetime.now(UTC)
    with logged(job.log_file, facts):
        rules = load(job.rules)
        with _output(job) as output:
            outcome = _outcome(rules, job, output)
            facts |= _counts(outcome)
            code = facts["exit"] = _verdict(outcome, job)
            text = words(outcome) if asked_for or not job.quiet else ""
            if output is not None:
                _publish(outcome, output, job, started)
        if text:
            say(text)
    if code == TOO_MANY_REJECTS:
        raise _too_many_rejects(outcome, job)
    return code


def load(path: Path) -> Rules:
    """Return the rules in the file, or on standard input where it is `-`; those find their sources from here."""
    from recon.read.rules_file import load_rules, parse_rules

    if str(path) != STDIN:
        return load_rules(path)
    rules = parse_rules(sys.stdin.buffer.read(), path)
    piped = next((name for name, source in rules.sources.items() if STDIN in source.files), None)
    if piped:
        raise RulesError(f"the rules come from standard input, so {piped} cannot", hint="Give one of them as a file.")
    return rules


def decided_in(workbook: Path | None) -> dict[str, str]:
    """Return discrepancy id -> what a reviewer decided about it, where `--decisions` names a workbook."""
    from recon.read.earlier import reviewed

    return {} if workbook is None else reviewed(workbook)


def paid(decided: Mapping[str, str]) -> frozenset[str]:
    """Return the discrepancies that a reviewer decided to pay."""
    return frozenset(one for one, decision in decided.items() if decision == "pay")


def counting(discrepancies: pl.DataFrame, job: Job) -> pl.DataFrame:
    """Return the discrepancies that `--fail-on` counts: severe enough, and not settled."""
    import polars as pl

    severe = FAIL_ON[FAIL_ON.index(job.fail_on) :] if job.fail_on != "never" else ()
    return discrepancies.filter(pl.col("severity").is_in(severe), ~pl.col("discrepancy_id").is_in(list(job.settled)))


def _output(job: Job) -> AbstractContextManager[Output | None]:
    from recon.report import prepare

    if job.output is None:
        return nullcontext()
    output = prepare(job.output)
    try:
        _refuse_to_lose_decisions(job.output)
    except BaseException:
        output.close()
        raise
    return output


def _refuse_to_lose_decisions(directory: Path) -> None:
    from recon.read.earlier import decisions_entered

    if (directory / "report.xlsx").is_file() and (count := decisions_entered(directory)):
        raise OutputError(
            f"report.xlsx there holds {count} decision{'' if count == 1 else 's'} of a reviewer, which the new report would replace",
            where=str(directory),
            hint="Nothing was touched. Move that workbook elsewhere (--decisions takes it from there), or choose another"
            " folder with -o.",
        )


def _outcome(rules: Rules, job: Job, output: Output | None) -> Outcome:
    """Return what the run comes to; the results themselves are in it, or already written (not yet published)."""
    if _in_parts(job):
        return _written(rules, job, output)
    with doing("reading the sources", quiet=job.quiet):
        from recon import read_sources

        sources = [read_sources(rules)]
    with doing("matching", quiet=job.quiet):
        from recon import reconcile

        # Taken out of the list, they are the match's alone, which lets them go when it can.
        return reconcile(sources.pop(), rules, as_of=job.as_of)


def _written(rules: Rules, job: Job, output: Output | None) -> Outcome:
    with ExitStack() as ends:
        with doing("reading the sources", quiet=job.quiet):
            from recon.large import begun, written

            matching = ends.enter_context(begun(rules, job.as_of, output))
        with doing("matching", quiet=job.quiet):
            return written(matching, output, job.formats, lambda found: _spoken_of(found, job))


def _in_parts(job: Job) -> bool:
    """Return whether no part of the job needs all results at once."""
    from recon.report import PARTED_FORMATS

    return not job.all_at_once and (job.output is None or set(job.formats) <= set(PARTED_FORMATS))


def _spoken_of(found: pl.DataFrame, job: Job) -> pl.DataFrame:
    """Return the discrepancies that are looked at when all are written: the worst, those decided, and one that counts."""
    import polars as pl

    from recon.report.ranking import worst_first

    ids = pl.concat([worst_first(found).head(WORST), counting(found, job).head(1)])["discrepancy_id"].to_list()
    return found.filter(pl.col("discrepancy_id").is_in([*ids, *job.decided]))


def _publish(outcome: Outcome, output: Output, job: Job, started: datetime) -> None:
    from recon.reconcile import Reconciliation
    from recon.report import publish_parts, write_reports

    fail_on = "hold" if job.fail_on == "never" else job.fail_on
    with doing("writing the report", quiet=job.quiet):
        if isinstance(outcome, Reconciliation):
            write_reports(outcome, output, job.formats, started=started, fail_on=cast("Severity", fail_on))
        else:
            publish_parts(outcome, output, started)


def _too_many_rejects(outcome: Outcome, job: Job) -> SourceError:
    """Return the error that names the first of them: with --quiet nothing else would say why the run ends in 3."""
    count = outcome.rejects.height
    rows = "1 row" if count == 1 else f"{count:,} rows"
    source, row, column, reason = outcome.rejects.select("source", "row", "column", "reason").row(0)
    file = job.rules.parent / source
    place = [file if file.exists() else source, row, column]
    return SourceError(
        f"{rows} could not be read, {job.max_rejects} allowed; the first: {reason}",
        where=":".join(str(part) for part in place if part is not None),
        hint=f"Mend them at the source, or let them pass with --max-rejects {count}; what they belong to is held.",
    )


def _verdict(outcome: Outcome, job: Job) -> int:
    rows = sum(source["rows"] for source in outcome.summary["inputs"].values())
    if job.max_rejects.exceeded(outcome.summary["rejects"], rows):
        return TOO_MANY_REJECTS
    return 0 if counting(outcome.discrepancies, job).is_empty() else FINDINGS


def _counts(outcome: Outcome) -> Facts:
    summary = outcome.summary
    rows = {name: source["rows"] for name, source in summary["inputs"].items()}
    decisions = {
        decision: sum(money["count"] for money in by_currency.values())
        for decision, by_currency in summary["invoices"].items()
    }
    return {**rows, "rejects": summary["rejects"], **decisions, "discrepancies": outcome.found}
