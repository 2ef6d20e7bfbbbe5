"""`recon ingest`: documents into the store, from cron or by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from recon.cli.job import load
from recon.cli.options import QuietOption, RulesArgument
from recon.cli.stdout import say, shown
from recon.errors import SourceError


def ingest(
    rules: RulesArgument,
    feed: Annotated[str, typer.Argument(metavar="FEED", help="A feed or a source of the rules.")] = "",
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file of it; - reads standard input.")] = "",
    quiet: QuietOption = False,
) -> int:
    """Take documents into the store and match what they change; without FEED and FILE all that is there now."""
    from recon.run.live import words
    from recon.run.live.ingest import ingest as do

    done = do(load(rules), feed, file)
    if not quiet:
        say(shown("\n".join([*(taken.told() for taken in done.taken), words.applied(done.applied)])))
    refused = [taken for taken in done.taken if taken.refused]
    if refused:
        raise SourceError(f"{len(refused)} of {len(done.taken)} could not be taken in, the first: {refused[0].refused}", refused[0].name, "What else came is taken in. A file of a feed's folder lies in its bad folder, the reason beside it.")  # fmt: skip
    return 0
