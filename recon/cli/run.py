"""`recon run`: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import Asked, asked, do
from recon.cli.options import (
    STDOUT,
    AnyRulesArgument,
    AsOfOption,
    DecisionsOption,
    FailOnOption,
    LogFileOption,
    LogFormatOption,
    MaxRejectsOption,
    NotifyOption,
    QuietOption,
    choice,
    found_rules,
)
from recon.cli.stdout import shown
from recon.errors import RulesError

MOST_TOLD = 10
FormatsOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="F,F",
        envvar="RECON_FORMAT",
        help="xlsx (the default), json, csv, parquet, html, junit, markdown, sarif or gitlab; several with commas.",
    ),
]
HistoryOption = Annotated[
    int,
    typer.Option(metavar="N", min=0, envvar="RECON_HISTORY", help="Keep the last N reports as DIR.1, DIR.2, ..."),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        metavar="E",
        envvar="RECON_ENGINE",
        help="Who works: local:N processes, dask://HOST:PORT or spark://HOST:PORT; the report is Parquet, in parts.",
    ),
]
WorkOption = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|URL",
        envvar="RECON_WORK",
        help="The folder, or address of an object store, that driver and workers of an engine share.",
    ),
]
ReportOption = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        envvar="RECON_OUTPUT",
        help="Write the report into this folder, whole or not at all; with --engine also to s3://bucket/prefix.",
    ),
]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.ledger.reconcile import Outcome
    from recon.run.job import Job


def run(
    rules: AnyRulesArgument = None,
    output: ReportOption = None,
    formats: FormatsOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = "never",
    max_rejects: MaxRejectsOption = "0",
    decisions: DecisionsOption = None,
    quiet: QuietOption = False,
    log_file: LogFileOption = None,
    log_format: LogFormatOption = "text",
    notify_cmd: NotifyOption = None,
    store: Annotated[
        bool, typer.Option("--store", help="Match the documents of the store, not the files of the sources.")
    ] = False,
    history: HistoryOption = 0,
    engine: EngineOption = None,
    work: WorkOption = None,
    details: Annotated[
        bool, typer.Option("--details", envvar="RECON_DETAILS", help="Print the whole summary.")
    ] = False,
) -> int:
    """Match invoices with orders and receipts, and say what to pay, to review and to hold.

    Discrepancies are the product of a run, not a failure: it exits 0 unless --fail-on says otherwise.
    With -o - the summary goes to standard output as JSON.
    """
    rules = found_rules(rules)
    choice(log_format, ("text", "json"), "--log-format")
    written = formats or ("parquet" if engine else "xlsx")
    address = _address(output)
    folder = None if output is None or address else Path(output)
    what = asked(rules, folder, written, as_of, fail_on, max_rejects, quiet, log_file)
    job = replace(what.job, address=address, history=history, engine=engine, work=work, decisions=decisions, store=store)  # fmt: skip
    _check_engine(job)
    what = replace(what, job=job, log_format=log_format, notify=notify_cmd)
    if folder == STDOUT:
        return do(replace(what, job=replace(job, output=None)), _as_json, asked_for=True)
    return do(what, lambda found: "\n".join([*([summary(found)] if details else []), _after(found, what)]))


def _address(output: str | None) -> str | None:
    """Return what is given as output where it is an address of an object store."""
    from recon.run.bucket import is_object_store

    return output if output is not None and is_object_store(output) else None


def _check_engine(job: Job) -> None:
    """Raise RulesError where an engine is asked for what it cannot do."""
    from recon.run.spread.engines import check_engine

    if job.engine is None:
        if job.work is not None:
            raise RulesError("--work is for an --engine", hint="As --engine local:4.")
        if job.address is not None:
            hint = "Add --engine local, or name a folder."
            raise RulesError("a report at an object store is written by an --engine", job.address, hint)
        return
    check_engine(job.engine, has_work=job.work is not None)
    if job.address is not None and job.history:
        raise RulesError(
            "--history keeps folders, not reports at an object store", hint="Turn on its versioning instead."
        )
    if job.address is None and job.output in (None, STDOUT):
        raise RulesError("--engine needs a folder for the report", hint="As -o report.")
    if job.formats != ("parquet",):
        raise RulesError("--engine writes Parquet alone, in parts", "--format", "Leave --format out.")


def summary(outcome: Outcome) -> str:
    """Return what a person wants to know first: totals, and the discrepancies with the most money in them."""
    from recon.cli.terminal import on_terminal
    from recon.report.formats.console import print_summary

    return on_terminal(lambda console: print_summary(outcome, console))


def _after(outcome: Outcome, what: Asked) -> str:
    """Return what people decided and what became of it, then the five lines in which a run ends."""
    from recon.cli.terminal import fitted
    from recon.report.formats.brief import brief

    told = list(decided(outcome))
    directory = what.job.output
    report = directory and str(directory / "report.xlsx" if "xlsx" in what.job.formats else directory)
    place = what.job.address or report or None
    return fitted("\n".join([*told, *([""] if told else []), brief(outcome, place, str(what.rules))]))


def decided(outcome: Outcome) -> Iterator[str]:
    """Yield how many decisions of people stand, and those that do not, one a line."""
    from recon.review.laid_over import STATES

    states = outcome.summary["decisions"]
    if states:
        counts = {state: sum(money["count"] for money in states[state].values()) for state in STATES if state in states}
        yield f"Decided by people: {', '.join(f'{count:,} {state}' for state, count in counts.items())}"
        lapsed = outcome.summary["lapsed"]
        yield from (shown(f"  {_lapsed(row)}") for row in lapsed[:MOST_TOLD])
        if len(lapsed) > MOST_TOLD:
            yield f"  and {len(lapsed) - MOST_TOLD:,} more in summary.json under lapsed"


def _lapsed(row: Mapping[str, str]) -> str:
    line = f"/{row['invoice_line']}" if row["invoice_line"] else ""
    about = f"{row['invoice_number'] or row['id']}{line} {row['code'] or ''}".strip()
    by = f" by {row['decided_by']}" if row["decided_by"] else ""
    facts = f": at risk {row['was']} then, {row['now']} now" if row["now"] else ""
    return f"{row['state']}: {about} (decided {row['decision']}{by} on {(row['decided_on'] or '')[:10]}){facts}"


def _as_json(outcome: Outcome) -> str:
    import json

    return json.dumps(outcome.summary, ensure_ascii=False, indent=2)
