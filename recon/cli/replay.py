"""`recon replay`: the results from the log alone, compared with what stands."""

from __future__ import annotations

from typing import Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument
from recon.cli.stdout import say, shown
from recon.report.words import several


def replay(
    rules: RulesArgument,
    since: Annotated[
        int,
        typer.Option("--from", metavar="SEQ", help="Apply only the events from this place on anew, to what stands."),
    ] = 0,
    switches: Annotated[
        bool, typer.Option("--switch", help="Where they differ, put what the log gives in the place of what stands.")
    ] = False,
) -> int:
    """Make the results again from the log alone and compare them with what stands; exit 1 where they differ."""
    from recon.run.live.proof import compared_with_log, switch

    loaded = load(rules)
    found = compared_with_log(loaded, since)
    for each in found:
        say(shown(f"{each.frame}: {several(each.only_standing, 'row')} too many against the log, {each.only_replayed:,} missing; one: {each.example}"))  # fmt: skip
    if not found:
        say("The log gives what stands.")
    if found and switches:
        say(f"What the log gives stands now: {several(switch(loaded), 'event')}.")
    return 1 if found else 0
