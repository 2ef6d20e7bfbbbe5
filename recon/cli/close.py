"""`recon close`: what stands open between goods and invoices at the end of a period, explained and booked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import MaxRejectsOption, OutputOption, QuietOption, RulesArgument, allowance, amount, choices
from recon.cli.progress import doing
from recon.cli.stdout import say
from recon.errors import RulesError
from recon.report.text import visible
from recon.run.batch import TOO_MANY_REJECTS, too_many_rejects
from recon.run.month_end import FORMATS, Closed, CloseJob
from recon.run.month_end import close as do

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl


def close(
    rules: RulesArgument,
    period: Annotated[str, typer.Option(metavar="PERIOD", help="2026-10, 2026-Q3, 2026 or 2026-10-01..2026-10-31.")],
    output: OutputOption = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="F,F", help="csv, parquet, json, xlsx or html; several with commas.")
    ] = "csv",
    max_unexplained: Annotated[
        str, typer.Option(metavar="AMOUNT", help="Exit 1 where more of an account than this is not explained.")
    ] = "0",
    reports: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Reports of `recon run -o DIR --history N`: how findings were resolved."),
    ] = None,
    max_rejects: MaxRejectsOption = "0",
    quiet: QuietOption = False,
) -> int:
    """Say what is received and not invoiced, or the other way round, at the end of a period; tie it to the ledger; book it.

    Documents are cut by posting date (the document's own date where there is none), not by their own dates as --as-of does.
    """
    kinds = choices(formats, FORMATS, "--format")
    job = CloseJob(
        _period(period), output, kinds, amount(max_unexplained, "--max-unexplained"), allowance(max_rejects), reports
    )
    closed = do(job, load(rules), partial(doing, quiet=quiet))
    if not quiet:
        say("\n".join(_told(closed, job)))
    if closed.code == TOO_MANY_REJECTS:
        raise too_many_rejects(closed.month_end.done, job.max_rejects)
    return closed.code


def _period(text: str) -> tuple[date, date]:
    from recon.rules.written.periods import declared_period, period

    try:
        return period(declared_period(text))
    except RulesError as error:
        raise RulesError(error.message, "--period", error.hint) from None


WIDTH, CAUSES_TOLD = 80, 5
TITLES = {
    "company": "Company",
    "account": "Account",
    "currency": "Currency",
    "step": "Step",
    "amount": "Amount",
    "lines": "Lines",
}


def _told(closed: Closed, job: CloseJob) -> Iterator[str]:
    from recon.report.formats.table import table

    done = closed.month_end
    yield f"Goods received and invoices received, booked by {job.period[1]} (by posting date)"
    yield ""
    if done.tie_out.is_empty():
        yield "Nothing is open."
    else:
        steps = done.tie_out.with_columns(_amounts(done.tie_out))
        yield table(steps, {name: title for name, title in TITLES.items() if steps[name].is_not_null().any()})
    yield from _unexplained(done.tie_out)
    if "gl_balances" not in done.done.rules.sources:
        yield "\nNo ledger balance is given (sources: gl_balances), so nothing is held against the ledger."
    yield from _to_clear_up(done.open_points)
    yield from _behind(done.causes)
    booked = done.journal["journal_id"].n_unique()
    yield f"\n{done.journal.height} journal rows in {booked} journal{'' if booked == 1 else 's'}."
    if job.output is not None:
        yield f"The files: {job.output}"


def _amounts(steps: pl.DataFrame) -> pl.Series:
    """Return `amount` as people write it, one under the other."""
    import polars as pl

    from recon.report.money import amount

    rows = steps.select("amount", "currency").iter_rows()
    words = ["" if value is None else amount(value, currency) for value, currency in rows]
    width = max(map(len, words), default=0)
    return pl.Series("amount", [word.rjust(width) for word in words])


def _unexplained(steps: pl.DataFrame) -> Iterator[str]:
    left = steps.filter((steps["step"] == "unexplained") & (steps["amount"] != 0))
    for account, currency, evidence in left.select("account", "currency", "evidence").iter_rows():
        yield f"\nUnexplained on {account} in {currency}: {evidence}."


def _to_clear_up(points: pl.DataFrame) -> Iterator[str]:
    """Yield a line a kind of open point, with its first case: the rest stand in `open_points`."""
    if not points.is_empty():
        yield "\nNot taken into account (all of it in open_points):"
    for of_kind in points.partition_by("point", maintain_order=True):
        row = of_kind.row(0, named=True)
        words = row["point"].replace("_", " ")
        yield from _wrapped(f"{of_kind.height} x {words}: {row['subject']}: {row['message']}")


def _behind(causes: pl.DataFrame) -> Iterator[str]:
    """Yield what is behind many findings, in lines that fit a terminal, and where the patch stands."""
    told = causes.filter(causes["state"] != "none").head(CAUSES_TOLD)
    if not told.is_empty():
        yield "\nBehind many findings (all of it in causes, with the patch of what is proven):"
    for row in told.iter_rows(named=True):
        proven = "proven by its patch" if row["state"] == "cause" else "a pattern, not proven"
        yield from _wrapped(f"{row['statement']}: {row['discrepancies']} findings, {proven}")


def _wrapped(words: str) -> list[str]:
    from textwrap import wrap

    return wrap(visible(words), WIDTH, initial_indent="  ", subsequent_indent="    ")
