"""Words of the command line -> a job of `recon.run`, and what came of it -> words and an exit code."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from recon.cli.ends import failure
from recon.cli.log import Facts, logged
from recon.cli.options import allowance, choice, choices, day, today
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.codes import FAIL_ON
from recon.errors import RulesError
from recon.rules.rule import STDIN
from recon.run.batch import TOO_MANY_REJECTS, counts, perform, too_many_rejects
from recon.run.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from recon.ledger.reconcile import Outcome
    from recon.review.effect import Effect
    from recon.rules.rule import Rules


@dataclass(frozen=True)
class Asked:
    """A job, which rules it is to be done with, and how much is said of it."""

    rules: Path
    job: Job
    quiet: bool = False
    log_file: Path | None = None
    log_format: str = "text"
    notify: str | None = None


def decisions_of(rules: Rules, as_of: date | None = None) -> Effect:
    """Return what lays over results what people decided by that day, or today: every verb that matches tells the same."""
    from recon.review.decision import load as decided
    from recon.review.effect import Effect

    return Effect(decided(rules.decisions_path), as_of or today())


def asked(
    rules: Path,
    output: Path | None,
    formats: str,
    as_of: str | None,
    fail_on: str,
    max_rejects: str,
    quiet: bool,
    log_file: Path | None,
) -> Asked:
    """Return what the words of the command line ask for. Raises RulesError for the first that means nothing."""
    from recon.report.formats.register import format_names

    job = Job(
        output,
        choices(formats, format_names(), "--format"),
        day(as_of),
        choice(fail_on, FAIL_ON, "--fail-on"),
        allowance(max_rejects),
    )
    return Asked(rules, job, quiet, log_file)


def do(what: Asked, words: Callable[[Outcome], str], *, asked_for: bool = False) -> int:
    """Do the job and return its exit code; `words` gives what is printed of the result, with --quiet if `asked_for`.

    Too many rejects end in a SourceError, raised when the report is published and the words are printed.
    """
    from recon import __version__

    facts: Facts = {"version": __version__, "rules": what.rules, "output": what.job.address or what.job.output or ""}
    told = words if asked_for or not what.quiet else _nothing
    heard: Facts = {}
    with notified(what.notify, facts, heard), logged(what.log_file, facts, what.log_format):
        done = perform(what.job, load(what.rules), told, partial(doing, quiet=what.quiet))
        facts |= {**counts(done.outcome), **done.since, "exit": done.code}
        heard["summary"] = done.outcome.summary
        if done.words:
            say(done.words)
        if done.notes and not what.quiet:
            print(shown("\n".join(done.notes)), file=sys.stderr)
    if done.code == TOO_MANY_REJECTS:
        raise too_many_rejects(done.outcome, what.job.max_rejects)
    return done.code


@contextmanager
def notified(command: str | None, facts: Facts, heard: Facts) -> Iterator[None]:
    """Tell a command of the user's `facts` and what it `heard`, when the block ends otherwise than in 0 or found something new."""
    try:
        yield
    except BaseException as error:
        facts |= failure(error)
        raise
    finally:
        if command and (facts.get("exit") != 0 or facts.get("new")):
            from recon.run.notify import notify

            if wrong := notify(command, facts | heard):
                print(shown(f"recon: {wrong}"), file=sys.stderr)


def load(path: Path) -> Rules:
    """Return the rules in the file, or on standard input where it is `-`; those find their sources from here."""
    from recon.rules.file import load_rules, parse_rules

    if str(path) != STDIN:
        return load_rules(path)
    rules = parse_rules(sys.stdin.buffer.read(), path)
    piped = next((name for name, source in rules.sources.items() if STDIN in source.files), None)
    if piped:
        raise RulesError(f"the rules come from standard input, so {piped} cannot", hint="Give one of them as a file.")
    return rules


def _nothing(_outcome: Outcome) -> str:
    return ""
