"""Mapping: what the records of an event say, as the lines of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.errors import MissingColumnError, ReconError, SourceError
from recon.read.cells.expect import may_be_empty
from recon.read.records import NumberText, read_records
from recon.store.applied import BUGS, FOR_MAKERS, Told, reason
from recon.store.documents import WATCHED, Body, written
from recon.store.events import DELETED, NOTICE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.read.part import Part
    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.events import Logged

MEND = "Mend it at its source and send it again."
OPTIONAL = " What records may leave out stands in the feed's `optional`."


def told_of(logged: Logged, feeds: Mapping[str, Feed], rules: Rules) -> Told:
    """Return what an event says, mapped; one that cannot be is told why."""
    payload, feed = logged.payload, feeds.get(logged.event.feed)
    if logged.conflicts:
        why = f"it conflicts with event {logged.conflicts}: the same id or version was told with other content, and that one counts"  # fmt: skip
        return Told(logged, None, why, "Let its system send what is right as a newer version, then `recon dead RULES drop` this one.")  # fmt: skip
    if payload is None:
        return Told(logged, Body())  # it was erased, and so was its document after it
    if logged.event.kind == DELETED:
        return Told(logged, Body())
    if logged.event.kind == NOTICE:
        return Told(logged, None)
    if "unread" in payload:
        return Told(logged, None, payload["why"], payload["mend"] or MEND)
    if "lines" in payload:
        return Told(logged, Body(tuple(payload["lines"]), tuple(payload["rejects"]), frozenset(payload["has"])))
    if feed is None:
        return Told(logged, None, f"the rules have no feed '{logged.event.feed}'", "Bring it back, then `recon dead RULES retry`.")  # fmt: skip
    try:
        return Told(logged, _mapped(payload["records"], feed, rules))
    except ReconError as error:
        may_be_absent = OPTIONAL if isinstance(error, MissingColumnError) else ""
        return Told(logged, None, error.message, (error.hint or MEND) + may_be_absent)
    except BUGS as error:  # it stops no other
        return Told(logged, None, reason(error), FOR_MAKERS)


def _mapped(kept: Sequence[Sequence[Sequence[Any]]], feed: Feed, rules: Rules) -> Body:
    rows = [{name: NumberText(value) if number else value for name, value, *number in row} for row in kept]
    part = lines_of(rows, feed, rules)
    return Body(tuple(written(part.lines)), tuple(written(part.rejects)), part.columns & WATCHED)


def lines_of(rows: Sequence[Mapping[str, Any]], feed: Feed, rules: Rules) -> Part:
    """Return what flat rows say by the mapping of their feed; what they may leave out and do is absent."""
    if not rows and not may_be_empty(feed.source):
        said = f"its list '{feed.lines}' is not there" if feed.lines else "it has no lines"
        raise SourceError(said, feed.name, "A document that is gone is told with `deleted: true`.")
    whole = [dict.fromkeys(feed.optional) | dict(row) for row in rows]
    return read_records(whole, feed.source, rules.path.parent, feed.name)


def kept(cell: tuple[str, Any]) -> list[Any]:
    """Return a cell as it is kept: its name, its text, and whether it was a number."""
    name, value = cell
    return [name, str(value), 1] if isinstance(value, NumberText) else [name, value]
