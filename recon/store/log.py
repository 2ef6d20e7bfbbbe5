"""The log: every event as it came, in order; appended to and never changed, each entry chained to the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError
from recon.store.databases.database import FailedError, UnfitError, transaction, upsert
from recon.store.events import DOCUMENT, NOTICE, Accepted, Event, Logged
from recon.store.feeds import Feeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.store.databases.database import Database
    from recon.store.keys import Keyring

START = "0" * 64
MOST_NAME, SHOWN = 600, 60
"""Bytes that the name of a document, a version or an event has at most; and how many characters of a longer one are shown."""
_COLUMNS = (
    "seq, feed, tbl, key, version, event_id, kind, received_at, known_at, content, payload, sha256, prev, conflicts"
)


class EventLog(Feeds):
    """The log in a database; what it holds of a payload is sealed."""

    def __init__(self, database: Database, keys: Keyring) -> None:
        self.database, self._keys = database, keys

    def accept(
        self,
        events: Sequence[Event],
        received_at: str,
        cursor: tuple[str, str] | None = None,
        *,
        refuse_conflicts: bool = False,
    ) -> list[Accepted]:
        """Append the events in one transaction, with the `cursor` (feed, value) that they brought; they are durable on return.

        One that conflicts with what came before (the same id, or the same version, with other content) is told: refused
        (`refuse_conflicts`: its sender hears it) it is not in the log, else it is and waits there for a person.
        Raises OutputError where the log cannot be written (a full disk): then none is in it.
        """
        with transaction(
            self.database, "the events could not be written", "Send them again: what was taken counts once."
        ):
            accepted = [self._taken(event, received_at, refuse_conflicts) for event in events]
            if cursor is not None:
                self.database.execute(upsert("cursor", "feed", "value, seen_at"), (*cursor, received_at))
        return accepted

    def _taken(self, event: Event, received_at: str, refuse_conflicts: bool) -> Accepted:
        try:
            return self._append(self._bounded(event), received_at, refuse_conflicts)
        except UnfitError as error:
            raise FailedError(str(error), event.feed) from error

    def _bounded(self, event: Event) -> Event:
        """Return the event with names that every database can hold and find again: an overlong one ends in a hash of it."""
        key, version, event_id = map(self._name, (event.key, event.version, event.event_id))
        return replace(event, key=key, version=version, event_id=event_id)

    def _name(self, text: str) -> str:
        plain = text.replace("\0", "\u2400")
        return plain if len(plain.encode()) <= MOST_NAME else f"{plain[:SHOWN]}~{self._keys.mark(plain)}"

    def _append(self, event: Event, received_at: str, refuse_conflicts: bool) -> Accepted:
        plain = json.dumps(event.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        content = self._keys.mark(f"{event.kind}|{plain.decode()}")
        known = self._known(event, content)
        if known is not None:
            return Accepted(known, repeated=True)
        conflicts, why = self._conflict(event, content)
        if why and refuse_conflicts:
            return Accepted(conflicts, repeated=False, conflict=why)
        seq = self._put(event, plain, content, received_at, conflicts)
        return Accepted(seq, repeated=False, conflict=why)

    def _put(self, event: Event, plain: bytes, content: str, received_at: str, conflicts: int) -> int:
        row = self.database.execute("select seq, sha256 from event order by seq desc limit 1").fetchone()
        seq, last = (int(row[0]) + 1, str(row[1])) if row else (1, START)
        taken = conflicts and self._same_id(event)
        event_id = event.event_id if event.event_id and not taken else self._own_id(event, content, last)
        facts = (event.feed, event.table, event.key, event.version, event_id, event.kind, received_at, event.known_at, content)  # fmt: skip
        sealed = self._keys.seal(plain, _about(event.feed, event_id))
        self.database.execute(
            f"insert into event({_COLUMNS}) values ({', '.join('?' * 14)})",
            (seq, *facts, sealed, _digest(facts, last), last, conflicts),
        )
        return seq

    def _own_id(self, event: Event, content: str, last: str) -> str:
        """Return an id for an event that has none, or one that another has."""
        return self._keys.mark(f"{event.table}|{event.key}|{event.version}|{content}|{last}")

    def _known(self, event: Event, content: str) -> int | None:
        """Return where the event stands already: by its id, or as said of that version; without both as the last word."""
        of = (event.feed, event.table, event.key)
        same = self._same_id(event)
        if same is not None and same[1:] == (event.table, event.key, event.version, content):
            return int(same[0])
        if same is not None:
            query = "select seq from event where feed = ? and tbl = ? and key = ? and content = ? and conflicts = ?"
            row = self.database.execute(query, (*of, content, same[0])).fetchone()
            return int(row[0]) if row else None
        if event.version:
            query = "select seq from event where feed = ? and tbl = ? and key = ? and version = ? and content = ?"
            row = self.database.execute(query, (*of, event.version, content)).fetchone()
            return int(row[0]) if row else None
        latest = "select seq, content from event where feed = ? and tbl = ? and key = ? and conflicts = 0 order by seq desc limit 1"  # fmt: skip
        row = None if event.event_id or event.kind == NOTICE else self.database.execute(latest, of).fetchone()
        return int(row[0]) if row and row[1] == content else None

    def _same_id(self, event: Event) -> tuple[Any, ...] | None:
        if not event.event_id:
            return None
        query = "select seq, tbl, key, version, content from event where feed = ? and event_id = ?"
        found: tuple[Any, ...] | None = self.database.execute(query, (event.feed, event.event_id)).fetchone()
        return found

    def _conflict(self, event: Event, content: str) -> tuple[int, str]:
        """Return the earlier event that this one cannot be true beside, and why; 0 and nothing where there is none.

        Parts of a document share a version, and so do a document and the word that it is gone.
        """
        same = self._same_id(event)
        if same is not None:
            return int(same[0]), f"event id '{event.event_id}' came before with other content (event {same[0]})"
        if not event.version or event.kind != DOCUMENT:
            return 0, ""
        of = (event.feed, event.table, event.key, event.version, content)
        query = "select seq from event where feed = ? and tbl = ? and key = ? and version = ? and content <> ? and kind = 'document' and conflicts = 0 order by seq limit 1"  # fmt: skip
        row = self.database.execute(query, of).fetchone()
        told = f"version '{event.version}' of '{event.key}' came before with other content (event {{}})"
        return (int(row[0]), told.format(row[0])) if row else (0, "")

    def after(self, seq: int, most: int = 1000) -> list[Logged]:
        """Return at most `most` events after a place, in order."""
        rows = self.database.execute(f"select {_COLUMNS} from event where seq > ? order by seq limit ?", (seq, most))
        return [self._logged(row) for row in rows]

    def at(self, seq: int) -> Logged | None:
        """Return the event at a place."""
        row = self.database.execute(f"select {_COLUMNS} from event where seq = ?", (seq,)).fetchone()
        return self._logged(row) if row else None

    def notices(self, feed: str, after: int, most: int) -> list[Logged]:
        """Return at most `most` notices of a feed after a place, in order."""
        query = f"select {_COLUMNS} from event where seq > ? and feed = ? and kind = ? order by seq limit ?"
        return [self._logged(row) for row in self.database.execute(query, (after, feed, NOTICE, most))]

    def of_document(self, table: str, key: str) -> list[int]:
        """Return the places of the events of a document that are not erased."""
        query = "select seq from event where tbl = ? and key = ? and payload is not null order by seq"
        return [row[0] for row in self.database.execute(query, (table, key))]

    def erase(self, *seqs: int) -> None:
        """Take the payloads of events away, for good; that there were some, and their hashes, stay."""
        self.database.scrub([("update event set payload = null where seq = ?", (seq,)) for seq in seqs])

    def broken(self) -> Iterator[str]:
        """Yield what is wrong with the chain: where an entry is gone, was put in or changed."""
        before = START
        for row in self._each():
            seq, facts, payload, digest, prev = row[0], row[1:10], row[10], row[11], row[12]
            if prev != before or _digest(facts, prev) != digest:
                yield f"event {seq} does not follow from the one before it"
            elif payload is not None and not self._is_whole(row):
                yield f"the payload of event {seq} is not the one that was accepted"
            before = digest

    def _each(self) -> Iterator[tuple[Any, ...]]:
        """Yield all rows, some at a time: a server's answer is held in memory."""
        seq = 0
        query = f"select {_COLUMNS} from event where seq > ? order by seq limit ?"
        while rows := self.database.execute(query, (seq, 1000)).fetchall():
            yield from rows
            seq = rows[-1][0]

    def _is_whole(self, row: tuple[Any, ...]) -> bool:
        try:
            plain = self._keys.open(row[10], _about(row[1], row[5]))
        except OutputError:
            return False
        return self._keys.mark(f"{row[6]}|{plain.decode()}") == str(row[9])

    def _logged(self, row: tuple[Any, ...]) -> Logged:
        seq, feed, table, key, version, event_id, kind, received_at, known_at, _, sealed, sha256, _, conflicts = row
        payload = None if sealed is None else json.loads(self._keys.open(sealed, _about(feed, event_id)))
        event = Event(feed, table, key, payload or {}, version, event_id, kind, known_at)
        return Logged(seq, event, payload, received_at, sha256, conflicts)


def _about(feed: str, event_id: str) -> str:
    return f"event|{feed}|{event_id}"


def _digest(facts: Sequence[str], before: str) -> str:
    return hashlib.sha256(json.dumps([*facts, before]).encode()).hexdigest()
