"""`recon ingest`: documents into the store, from cron or by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load, shown
from recon.cli.options import QuietOption, RulesArgument
from recon.cli.stdout import say
from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.run.live.ingest import Ingested


def ingest(
    rules: RulesArgument,
    feed: Annotated[str, typer.Argument(metavar="[FEED", help="A feed or a source of the rules.")] = "",
    file: Annotated[str, typer.Argument(metavar="FILE]", help="A file of it; - reads standard input.")] = "",
    quiet: QuietOption = False,
) -> int:
    """Take documents into the store and match what they change; without FEED and FILE all that is there now."""
    from recon.run.live.ingest import ingest as do

    done = do(load(rules), feed, file)
    if not quiet:
        say(shown("\n".join(_told(done))))
    refused = [taken for taken in done.taken if taken.refused]
    if refused:
        raise SourceError(f"{len(refused)} files were refused, the first: {refused[0].refused}", refused[0].name, "The reason lies beside each in the feed's bad folder.")  # fmt: skip
    return 0


def _told(done: Ingested) -> Iterator[str]:
    for taken in done.taken:
        what = f"refused: {taken.refused}" if taken.refused else f"{taken.documents:,} documents, {taken.repeated:,} known already"  # fmt: skip
        yield f"{taken.feed}: {taken.name}: {what}"
    applied = done.applied
    yield f"{applied.events:,} events applied, {applied.changed:,} documents changed, {applied.matched:,} matched again"
    if applied.dead:
        yield f"{applied.dead:,} events could not be applied: `recon dead RULES list`"
