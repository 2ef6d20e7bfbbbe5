"""Events: what a feed brings, file, record or rows of a database, as the documents that it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.errors import ReconError, SourceError
from recon.read.records import flattened, inside, parsed, read_file, unparsed
from recon.run.live.mapping import kept, lines_of
from recon.run.live.stamps import comparable, newest
from recon.store.applied import reason
from recon.store.documents import WATCHED, document_keys, written
from recon.store.events import DELETED, DOCUMENT, NOTICE, PARTIAL, Event
from recon.tables import RECEIPT_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.read.part import Part
    from recon.rules.feed import Feed
    from recon.rules.rule import Rules

    Mark = Callable[[str], str]

ENVELOPE = ("key", "version", "event_id", "partial", "deleted", "record", "records")
"""What recon's own envelope of a document may say beside its record."""
JSON = (".json", ".ndjson", ".jsonl")


def events_of_file(path: Path, feed: Feed, rules: Rules, mark: Mark) -> list[Event]:
    """Return the documents of a file, each an event. Raises SourceError where the file is refused."""
    folder = rules.path.parent
    if path.suffix.lower() in JSON:
        data = path.read_bytes()
        lines = data.splitlines() if path.suffix.lower() != ".json" else [data]
        told = [parsed(line, f"{path.name}:{at}") for at, line in enumerate(lines, 1) if line.strip()]
        return [event for each in told for event in events_of_json(each, feed, rules, mark)]
    parts = read_file(path, feed.source, folder)
    return [event for part in parts for event in _events_of_part(part, feed, mark)]


def _events_of_part(part: Part, feed: Feed, mark: Mark) -> Iterator[Event]:
    """Yield the documents of a part, and the receipts that its invoices are themselves, as lines that are read."""
    has = sorted(part.columns & WATCHED)
    place = str(part.file["path"])
    rejects = part.rejects
    lines = dict(_by_document(part.lines, feed.table, place, mark))
    bad = dict(_by_document(rejects, feed.table, place, mark))
    for key in dict.fromkeys([*lines, *bad]):
        payload = {"lines": lines.get(key, []), "rejects": bad.get(key, []), "has": has}
        yield Event(feed.name, feed.table, key, payload)
    yield from _own_receipts(part, feed, place, mark)


def _own_receipts(part: Part, feed: Feed, place: str, mark: Mark) -> Iterator[Event]:
    if part.receipts.height:
        for key, rows in _by_document(RECEIPT_LINES.cast(part.receipts), "receipts", place, mark):
            yield Event(feed.name, "receipts", key, {"lines": rows, "rejects": [], "has": ["receipt_line"]})


def _by_document(lines: pl.DataFrame, table: str, place: str, mark: Mark) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Return the lines of each document, as written, by its key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for key, row in zip(document_keys(lines, table, place, mark), written(lines), strict=True):
        found.setdefault(key, []).append(row)
    return found.items()


def events_of_json(told: Any, feed: Feed, rules: Rules, mark: Mark) -> list[Event]:
    """Return the documents that JSON tells of: one, several in a list, or recon's envelope of one.

    Raises SourceError for what is no record, or says nothing of which document it is.
    """
    records = told if isinstance(told, list) else [told]
    if not records or not all(isinstance(record, dict) for record in records):
        raise SourceError("a record is wanted, or a list of records", feed.name, 'As {"po_number": "4500000001", ...}.')
    if feed.fetch is not None:
        return [_notice(record, feed, mark) for record in records]
    return [event for record in records for event in _events_of_record(record, feed, rules, mark)]


def gone_of(notice: Mapping[str, Any], key: str, feed: Feed) -> Event | None:
    """Return the event of a notice that says that its document is gone; None of any other. `key`: the notice's."""
    if not feed.deleted or not feed.key or not _true(_at([notice], feed.deleted)):
        return None
    version = comparable(_words(_at([notice], feed.version)))
    return Event(feed.name, feed.table, key, {}, version=version, kind=DELETED)


def _notice(record: Mapping[str, Any], feed: Feed, mark: Mark) -> Event:
    """Return the event of a record that says which document is to be fetched."""
    told = unparsed(record)
    key = "/".join(filter(None, (_words(inside(record, name)) for name in feed.key))) or mark(told)[:16]
    event_id = _words(_at([dict(record)], feed.event_id))
    return Event(feed.name, feed.table, key, {"notice": told}, event_id=event_id, kind=NOTICE)


def events_or_letter(record: Any, feed: Feed, rules: Rules, mark: Mark) -> list[Event]:
    """Return the documents of a record that nobody waits for an answer to; one that says nothing of its document is a letter."""
    try:
        return events_of_json(record, feed, rules, mark)
    except ReconError as error:
        return [unread(unparsed(record), feed, error, mark)]
    except Exception as error:  # noqa: BLE001 -- a bug must not hold the records behind this one for ever
        return [unread(unparsed(record), feed, SourceError(reason(error)), mark)]


def events_of_rows(rows: Sequence[Mapping[str, Any]], feed: Feed, rules: Rules, mark: Mark) -> list[Event]:
    """Return the documents of flat rows, each a line of one; a row that says nothing of its document is a letter."""
    keys = _keys_of_rows(rows, feed, rules, mark)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for key, row in zip(keys, rows, strict=True):
        found.setdefault(key, []).append(row)
    lost = SourceError(
        "it is not told which document this is", hint="Name the columns that say so: `key: ...` in the feed."
    )
    events = [unread(unparsed(dict(row)), feed, lost, mark) for row in found.pop("", [])]
    return [*events, *(_event_of_rows(key, those, feed) for key, those in found.items())]


def _keys_of_rows(rows: Sequence[Mapping[str, Any]], feed: Feed, rules: Rules, mark: Mark) -> list[str]:
    if feed.key:
        return ["/".join(filter(None, (_words(row.get(name)) for name in feed.key))) for row in rows]
    part = lines_of(rows, feed, rules)
    named: dict[int, str] = {}
    for frame in (part.rejects, part.lines):
        named |= dict(zip(frame["row"].to_list(), document_keys(frame, feed.table, "", mark), strict=True))
    return ["" if (key := named.get(at, "")).startswith(":") else key for at in range(1, len(rows) + 1)]


def _event_of_rows(key: str, rows: Sequence[Mapping[str, Any]], feed: Feed) -> Event:
    """Return the event of a document of these lines; of which all say that they are gone, that one is."""
    left = [row for row in rows if not (feed.deleted and _true(row.get(feed.deleted)))]
    version = newest(_words(row.get(feed.version)) for row in rows) if feed.version else ""
    payload = {"records": [[kept(cell) for cell in row.items()] for row in left or rows]}
    return Event(feed.name, feed.table, key, payload, version=comparable(version), kind=DOCUMENT if left else DELETED)


def unread(raw: str, feed: Feed, error: ReconError, mark: Mark) -> Event:
    """Return the event of what cannot be read, as it came: it will be a dead letter."""
    payload = {"unread": raw, "why": error.message, "mend": error.hint}
    return Event(feed.name, feed.table, f"unread:{mark(raw)[:16]}", payload)


def _events_of_record(record: Mapping[str, Any], feed: Feed, rules: Rules, mark: Mark) -> list[Event]:
    envelope = record if "record" in record or "records" in record else {}
    inner = _inner(envelope, feed) if envelope else [dict(record)]
    kind = DELETED if _true(envelope.get("deleted") or _at(inner, feed.deleted)) else DOCUMENT
    kind = PARTIAL if _true(envelope.get("partial")) else kind
    version = comparable(_words(envelope.get("version") or _at(inner, feed.version)))
    if kind == PARTIAL and not version:
        raise SourceError("part of a document needs a version", feed.name, "All its parts have the same one.")
    key = _words(envelope.get("key")) or "/".join(filter(None, (_words(_at(inner, name)) for name in feed.key)))
    rows = [row for one in inner for row in flattened(one, feed.lines, feed.name)]
    payload: dict[str, Any] = {"records": [[kept(cell) for cell in row.items()] for row in rows]}
    if feed.lines and all(inside(one, feed.lines) == [] for one in inner):  # it says that it has none
        payload = {"lines": [], "rejects": [], "has": []}
    told = {"version": version, "kind": kind, "event_id": _words(envelope.get("event_id") or _at(inner, feed.event_id))}
    if key:
        return [Event(feed.name, feed.table, key, payload, **told)]
    part = lines_of(rows, feed, rules)
    named = {*document_keys(part.lines, feed.table, "", mark), *document_keys(part.rejects, feed.table, "", mark)}
    if len(named) != 1 or next(iter(named)).startswith(":"):
        hint = "Name what in a record says which document it is: `key: ...` in the feed."
        raise SourceError("it is not told which document this is" if len(named) < 2 else "several documents in one record", feed.name, hint)  # fmt: skip
    return [Event(feed.name, feed.table, named.pop(), payload, **told), *_own_receipts(part, feed, feed.name, mark)]


def _inner(envelope: Mapping[str, Any], feed: Feed) -> list[dict[str, Any]]:
    strange = [name for name in envelope if name not in ENVELOPE]
    records = envelope.get("records", [envelope.get("record")])
    if strange or not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise SourceError(f"'{strange[0]}' is nothing that stands beside a record" if strange else "a record is an object", feed.name)  # fmt: skip
    return records


def _at(records: Sequence[Mapping[str, Any]], name: str) -> Any:
    """Return what a name, as `header.number`, leads to in the first record."""
    return inside(records[0], name) if name and records else None


def _words(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, bool)) and value is not False else ""


def _true(value: Any) -> bool:
    return value is True or _words(value).lower() in ("true", "1", "yes", "delete", "deleted")
