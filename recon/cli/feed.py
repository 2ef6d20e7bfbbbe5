"""`recon feed`: tables for models, with what is unusual and which accounts suggest themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import (
    AsOfOption,
    MaxRejectsOption,
    OutputOption,
    QuietOption,
    RulesArgument,
    allowance,
    choices,
    day,
)
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.run.batch import TOO_MANY_REJECTS, too_many_rejects
from recon.run.feed import FORMATS, Fed, FeedJob, tables
from recon.run.feed import feed as do

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.feeds.gl import Measured
    from recon.close.feeds.planted import Seen

MOST = 10
WIDTH = 80


def feed(
    rules: RulesArgument,
    output: OutputOption = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="F,F", help="parquet or csv; both with a comma.")
    ] = "parquet",
    as_of: AsOfOption = None,
    planted: Annotated[
        bool, typer.Option("--planted", help="Plant errors in your own lines, in memory, and say how many are seen.")
    ] = False,
    max_rejects: MaxRejectsOption = "0",
    quiet: QuietOption = False,
) -> int:
    """Write tables for models (feed_price, feed_invoice, feed_spend, feed_delivery, feed_gl) and dataset.json.

    Each row says when it was known, and its features count only what was known before. Told beside them: prices and quantities
    that are unusual by their own past, and accounts that suggest themselves. Nothing is decided or posted by it.
    """
    job = FeedJob(output, choices(formats, FORMATS, "--format"), day(as_of), allowance(max_rejects), planted)
    fed = do(job, load(rules), partial(doing, quiet=quiet))
    if not quiet:
        say(shown("\n".join(_told(fed, job))))
    if fed.code == TOO_MANY_REJECTS:
        raise too_many_rejects(fed.feeds.done, job.max_rejects)
    return fed.code


def _told(fed: Fed, job: FeedJob) -> Iterator[str]:
    sizes = {name: frame.height for name, frame in tables(fed.feeds).items()}
    width = max(map(len, sizes))
    yield from (f"{name:<{width}}  {rows:>9,} rows" for name, rows in sizes.items())
    yield from _unusual(fed)
    yield ""
    yield _accounts(fed.feeds.gl_measured)
    if fed.seen is not None:
        yield from _planted(fed.seen)
    if job.output is not None:
        yield f"\nThe tables: {job.output}; what their columns are: dataset.json"


def _unusual(fed: Fed) -> Iterator[str]:
    import textwrap

    found = fed.feeds.anomalies
    if found.is_empty():
        return
    yield f"\nUnusual ({found.height}, at most 10 in 1,000 lines; for information):"
    for row in found.head(MOST).iter_rows(named=True):
        where = f"{row['supplier_name'] or row['supplier_id'] or '?'}, invoice {row['invoice_number']} line {row['invoice_line'] or '?'}"
        yield from textwrap.wrap(f"{where}: {row['message']}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    if found.height > MOST:
        yield f"  and {found.height - MOST} more in anomalies"


def _accounts(told: Measured) -> str:
    if not told.lines:
        return "Accounts: no invoice or order line names a gl_account, or all were booked on one day."
    share = f"{told.right} of {told.lines} right"
    return (
        f"Accounts, foretold for what was booked after {told.train_until}: {share};\n"
        f"  with a confidence of 0.9 or more {told.sure_right} of {told.sure}. Suggestions, never postings."
    )


def _planted(seen: Seen) -> Iterator[str]:
    yield f"\nErrors planted in your own lines ({seen.scored} of {seen.lines} have a past of three or more):"
    yield from (f"  {name:<24} {found:>5} of {of} found" for name, (found, of) in seen.found.items())
    rate = seen.alarms * 1000 / seen.lines if seen.lines else 0
    yield f"  unspoilt: {seen.alarms} alarms, {rate:.1f} in 1,000 lines"
