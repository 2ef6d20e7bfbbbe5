"""`recon dead`: events that could not be applied, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument, choice
from recon.cli.stdout import say, shown
from recon.errors import RulesError
from recon.report.words import several

if TYPE_CHECKING:
    from recon.rules.rule import Rules

WORDS = ("list", "show", "retry", "drop")


def dead(
    rules: RulesArgument,
    what: Annotated[str, typer.Argument(metavar="list|show|retry|drop", help="What to do with them.")] = "list",
    seq: Annotated[int | None, typer.Argument(metavar="SEQ", help="One of them, by its place in the log.")] = None,
) -> int:
    """List the events that could not be applied; show one, apply one or all again, leave one for good (the log keeps it).

    `retry` exits 1 where one is still dead.
    """
    asked, loaded = choice(what, WORDS, "dead"), load(rules)
    if seq is None and asked in ("show", "drop"):
        raise RulesError(f"which one is to {asked}?", hint="`recon dead RULES list` tells the number of each.")
    if asked == "list":
        return _listed(loaded)
    from recon.run.live import dead_letters

    if asked == "retry":
        again = dead_letters.tell_again(loaded) if seq is None else 0
        mended, left = dead_letters.retry(loaded, seq)
        say(f"{mended:,} applied, {left:,} still wait{f'; {again:,} told again' if again else ''}")
        return 1 if left else 0
    if asked == "drop":
        dead_letters.drop(loaded, seq or 0)
    else:
        say(shown(dead_letters.letter(loaded, seq or 0)))
    return 0


def _listed(rules: Rules) -> int:
    from recon.run.live.dead_letters import untold
    from recon.run.live.opened import open_store

    with open_store(rules, write=False) as store:
        waiting = store.state.dead()
    lines = [shown(f"{seq}  {feed}  {key}  {why}") for seq, feed, key, why, *_ in waiting]
    lines += [
        shown(f"-  {target}  change {change}  refused {several(tries, 'time')}; `retry` tells all again")
        for target, change, tries in untold(rules)
    ]
    say("\n".join(lines) or "None.")
    return 0
