"""Sources that feeds fill: what is pushed or fetched needs no files; a table's prices and repeats are said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.rules.rule import Source
from recon.rules.written.kinds import refused
from recon.rules.written.sources import NEEDED, SECTION_HINT

if TYPE_CHECKING:
    from recon.rules.feed import Feed
    from recon.rules.written.yaml_nodes import Section

OF_TABLE = ("prices", "repeats")
"""What holds of all rows of a table, wherever they come from: the match asks its source for it."""


def with_fed(section: Section, values: dict[str, Any]) -> dict[str, Any]:
    """Return the sections of a rules file with a source for each table that feeds bring and no files do.

    Complains where orders or invoices come from nowhere, or two say otherwise what holds of a whole table.
    """
    sources: dict[str, Source] = dict(values.get("sources", {}))
    for feed in values.get("feeds", ()):
        if feed.table not in sources:
            told = {name: getattr(feed.source, name) for name in OF_TABLE}
            sources[feed.table] = Source(feed.table, line=feed.source.line, **told)
        _refuse_otherwise(section, feed, sources[feed.table])
    for name in NEEDED:
        if name not in sources:
            whole = "sources" in values or "feeds" in values
            message = f"sources has no '{name}'" if whole else "the rules file has no 'sources'"
            hint = SECTION_HINT if whole else "Say where orders and invoices are: sources: ..."
            raise refused(section.at("sources"), message, hint)
    return {**values, "sources": sources}


def _refuse_otherwise(section: Section, feed: Feed, source: Source) -> None:
    for name in OF_TABLE:
        told, wanted = getattr(feed.source, name), getattr(source, name)
        if told != wanted:
            message = f"the feed '{feed.name}' has {name}: {told}, and other {feed.table} have {name}: {wanted}"
            raise refused(section.at("feeds"), message, f"It holds of all {feed.table}: say the same in sources and in each of their feeds.")  # fmt: skip
