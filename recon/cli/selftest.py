"""`recon selftest`: do these rules see everything? Every kind of fault is planted, and looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.options import AnyRulesArgument, found_rules
from recon.cli.progress import doing
from recon.cli.stdout import say

if TYPE_CHECKING:
    from rich.console import Console

    from recon.selftest import Outcome, Verdict

PAID = 1


def selftest(
    rules: AnyRulesArgument = None,
    seed: Annotated[
        int, typer.Option(metavar="N", envvar="RECON_SEED", help="Which of the clean invoices are spoilt.")
    ] = 0,
    percent: Annotated[
        int, typer.Option(metavar="P", min=1, max=99, help="How large planted variances are, of what was right.")
    ] = 25,
    made_up: Annotated[
        bool, typer.Option("--made-up", help="Read no source; plant everything in a made-up ledger.")
    ] = False,
) -> int:
    """Plant every kind of fault in your own clean invoices, in memory, and say which ones these rules see.

    Only invoices that a run would pay are spoilt; what finds no place there is planted in a made-up ledger. Nothing is
    written. Exits 1 if a fault that costs money would be paid (not seen, or seen with severity info), if something
    harmless is held, or if something is found that was not planted. What a match policy does not compare, as receipts
    in two_way, is listed and does not count: the rules want it so. Else exits 0.
    """
    from recon.cli.job import load

    loaded = load(found_rules(rules))
    with doing("reading the sources"):
        from recon.read import read_sources

        sources = None if made_up else read_sources(loaded)
    with doing("planting faults and looking for them"):
        from recon.selftest import selftest as test

        outcome = test(sources, loaded, seed, percent)
    say(_told(outcome, percent))
    return 0 if outcome.good else PAID


def _told(outcome: Outcome, percent: int) -> str:
    from recon.cli.terminal import on_terminal

    return on_terminal(lambda console: _print(outcome, percent, console))


def _print(outcome: Outcome, percent: int, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    heads = ("Fault", "Invoice", "Matched", "Must lead to", "Seen", "Then")
    table = Table(*heads, box=None, pad_edge=False, header_style="dim")
    for column in table.columns:
        column.overflow = "fold"
    for verdict in outcome.verdicts:
        table.add_row(*(Text(_shown(cell)) for cell in _row(verdict)))
    console.print(table)
    for title, lines in _notes(outcome).items():
        if lines:
            console.print(Text(f"\n{title}", style="bold"))
            for line in lines:
                console.print(Text(f"  {_shown(line)}"), soft_wrap=True)
    console.print(Text(f"\n{_summary(outcome, percent)}"), soft_wrap=True)


def _shown(text: str) -> str:
    from recon.report.text import showable

    return showable(text)


def _row(verdict: Verdict) -> tuple[str, ...]:
    fault, deal = verdict.planted.job.fault, verdict.planted.deal
    return fault.title, verdict.where, deal.policy, fault.code or "nothing", _seen(verdict), verdict.decision


def _seen(verdict: Verdict) -> str:
    instead = ", ".join(verdict.instead)
    if verdict.planted.job.fault.code is None:
        return "rightly not" if verdict.seen else f"wrongly: {instead}"
    if verdict.seen:
        return "yes"
    return f"as {instead}" if verdict.stopped else "NO" if verdict.paid else "no"


def _notes(outcome: Outcome) -> dict[str, list[str]]:
    """Return what a reader must know beside the table, by title."""
    missed = [v for v in outcome.verdicts if v.planted.job.fault.code and not v.seen and not v.stopped]
    paid = [v for v in outcome.verdicts if v.paid]
    return {
        "Would be PAID": [_why(v) if v in missed else f"{_named(v)}: seen, but its severity is info" for v in paid],
        "Not seen, and no money is lost or the match policy wants it so": [_why(v) for v in missed if v not in paid],
        "Held without a fault": [f"{_named(v)}: {', '.join(v.instead)}" for v in outcome.verdicts if v.false_alarm],
        "Found, and not planted": [f"{source}:{row}: {code}" for (_, source, row), code in outcome.unplanned],
        "Could not be planted anywhere": [fault.title for fault in outcome.homeless],
    }


def _named(verdict: Verdict) -> str:
    return f"{verdict.planted.job.fault.title} ({verdict.where})"


def _why(verdict: Verdict) -> str:
    return f"{_named(verdict)}: {verdict.why}"


def _summary(outcome: Outcome, percent: int) -> str:
    faults = [v for v in outcome.verdicts if v.planted.job.fault.code]
    made_up = sum(verdict.made_up for verdict in outcome.verdicts)
    seen = sum(verdict.seen or verdict.stopped for verdict in faults)
    paid = sum(verdict.paid for verdict in faults)
    counts = {
        "seen": seen,
        "not compared by their match policy": sum(verdict.reason == "policy" for verdict in faults),
        "would be paid": paid,
        "kinds could not be planted": len(outcome.homeless),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    return (
        f"{len(faults)} faults planted ({percent} % where it is a variance): {told}. "
        f"{outcome.deals} clean invoice lines of your own; {made_up} of {len(outcome.verdicts)} plantings are made up."
    )
