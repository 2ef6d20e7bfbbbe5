"""The state: the last version of each document, whom and what its lines name, and what the match made of them."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from recon.store.database import added, transaction, upsert
from recon.store.documents import Body, newer
from recon.store.events import DELETED, PARTIAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from recon.store.database import Database
    from recon.store.events import Event, Logged
    from recon.store.keys import Keyring

Result = tuple[int, str, str | None, str | None, dict[str, Any]]
"""Document, frame, the name by which it is asked for, decision, and the row itself as `written`."""
MOST_TICKS = 1000
MOST_VALUES = 500
"""How many values stand in one query."""


@dataclass(frozen=True)
class Kept:
    """A document as it is kept."""

    id: int
    table: str
    key: str
    seq: int
    body: Body


class State:
    """The state in its database; bodies and results are sealed."""

    def __init__(self, database: Database, keys: Keyring) -> None:
        self.database, self._keys = database, keys

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is done in the block, or nothing of it. Raises OutputError where it cannot be kept (a full disk)."""
        with transaction(self.database, "the state could not be written", "What is in the log is applied later."):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let what is read in the block be of one moment, whatever another process writes."""
        self.database.begin(reads=True)
        try:
            yield
        finally:
            self.database.rollback()

    def copy_to(self, other: State) -> None:
        """Make another state what this one is."""
        self.database.copy_to(other.database)

    def begin_again(self, seq: int) -> None:
        """Let the events from a place in the log be applied anew."""
        with self.transaction():
            self.set_fact("applied_seq", str(seq - 1))

    # -- facts about the whole ----------------------------------------------------------------------------------

    def fact(self, name: str, otherwise: str = "") -> str:
        """Return a fact about the state as a whole."""
        row = self.database.execute("select value from meta where name = ?", (name,)).fetchone()
        return str(row[0]) if row else otherwise

    def set_fact(self, name: str, value: str) -> None:
        """Keep a fact about the state as a whole."""
        self.database.execute(upsert("meta", "name", "value"), (name, value))

    @property
    def applied_seq(self) -> int:
        """The place in the log up to which events are applied."""
        return int(self.fact("applied_seq", "0"))

    @property
    def outbox_id(self) -> str:
        """The name under which the ids of changes rise: another one where the state was made again from the log alone."""
        return self.fact("outbox")

    def begin_outbox(self) -> None:
        """Give a new state its `outbox_id`."""
        if not self.outbox_id:
            self.database.execute(
                "insert into meta values ('outbox', ?) on conflict do nothing", (secrets.token_hex(8),)
            )

    def last_change(self) -> int:
        """Return the id of the last change in the outbox; 0 where there is none."""
        return int(self.database.execute("select coalesce(max(id), 0) from outbox").fetchone()[0])

    def note_tick(self, at: str, events: int, seconds: float, oldest: str) -> None:
        """Note how long some events took together, and when the oldest of them came; the last MOST_TICKS are kept."""
        row = (at, events, seconds, oldest)
        last = added(self.database, "insert into tick(at, events, seconds, oldest) values (?, ?, ?, ?)", row)
        self.database.execute("delete from tick where id <= ?", (last - MOST_TICKS,))

    def ticks(self) -> list[tuple[str, int, float, str]]:
        """Return the last ticks: when, how many events, how many seconds, and when the oldest of them had come."""
        return self.database.execute("select at, events, seconds, oldest from tick order by id").fetchall()

    def count(self, of: str) -> int:
        """Return how many rows a table has: `dead where state = 'waiting'`."""
        return int(self.database.execute(f"select count(*) from {of}").fetchone()[0])

    def dead(self) -> list[tuple[int, str, str, str, str, str]]:
        """Return the dead letters that wait: place in the log, feed, document, why, how to mend it, since when."""
        return self.database.execute("select seq, feed, key, why, mend, at from dead where state = 'waiting' order by seq").fetchall()  # fmt: skip

    def settle_dead(self, seq: int, state: str) -> None:
        """Say what became of a dead letter."""
        self.database.execute("update dead set state = ? where seq = ?", (state, seq))

    # -- documents ----------------------------------------------------------------------------------------------

    def put(self, logged: Logged, body: Body) -> Kept | None:
        """Keep what an event says of its document, and return that as it stands now; None where nothing changes.

        That is an older version, or lines of a document that waits for others.
        """
        event, deleted = logged.event, logged.event.kind == DELETED
        where = (event.table, event.key)
        standing = self.database.execute("select id, version, seq, deleted from document where tbl = ? and key = ?", where).fetchone()  # fmt: skip
        same = standing is not None and (logged.seq == standing[2] or event.version == standing[1] != "")
        if same and standing[3] and not deleted and logged.seq != standing[2]:
            return None  # the word that a version is gone counts, whenever it came
        if standing is not None and not same and not newer(event.version, logged.seq, standing[1], standing[2]):
            return None
        if event.kind == PARTIAL and same and not self._has_parts(*where, event.version):
            self._put_part(event, standing[2], 0, self.documents([standing[0]])[0].body)
        if not deleted and (event.kind == PARTIAL or self._has_parts(*where, event.version)):
            self._put_part(event, logged.seq, int(event.kind == PARTIAL), body)
            whole = self._whole(event)
            if whole is None:
                return None
            body = whole
        identity = self._keep(standing[0] if standing else None, logged, body, deleted=deleted)
        return Kept(identity, *where, logged.seq, body)

    def _has_parts(self, table: str, key: str, version: str) -> bool:
        there = "select 1 from part where tbl = ? and key = ? and version = ? limit 1"
        return self.database.execute(there, (table, key, version)).fetchone() is not None

    def _put_part(self, event: Event, seq: int, partial: int, body: Body) -> None:
        sealed = self._keys.seal(body.packed(), f"part|{event.key}")
        row = (seq, event.table, event.key, event.version, partial, sealed)
        self.database.execute(upsert("part", "seq", "tbl, key, version, partial, body"), row)

    def _whole(self, event: Event) -> Body | None:
        """Return the document whole: what closed it and all its parts, in order; None while nothing has closed it."""
        asked = "select seq, partial, body from part where tbl = ? and key = ? and version = ? order by seq"
        rows = self.database.execute(asked, (event.table, event.key, event.version)).fetchall()
        closing = [seq for seq, partial, _ in rows if not partial]
        if not closing:
            return None
        whole = Body()
        for seq, partial, sealed in rows:
            if partial or seq == closing[-1]:
                whole += Body.unpacked(self._keys.open(sealed, f"part|{event.key}"))
        return whole

    def _keep(self, identity: int | None, logged: Logged, body: Body, *, deleted: bool) -> int:
        event = logged.event
        sealed = self._keys.seal(body.packed(), f"document|{event.table}|{event.key}")
        values = (event.version, logged.seq, int(deleted), ",".join(sorted(body.has)), sealed)
        if identity is not None:
            self.database.execute("update document set version = ?, seq = ?, deleted = ?, has = ?, body = ?, mark = null where id = ?", (*values, identity))  # fmt: skip
            return identity
        new = "insert into document(version, seq, deleted, has, body, tbl, key) values (?, ?, ?, ?, ?, ?, ?)"
        return added(self.database, new, (*values, event.table, event.key))

    def has(self) -> list[tuple[str, frozenset[str]]]:
        """Return which of the columns WATCHED documents have, by their table: a step for each answer, not for each document."""
        found = []
        table = has = ""
        while row := self._next_has(table, has):
            table, has = row
            found.append((table, frozenset(has.split(","))))
        return found

    def _next_has(self, table: str, has: str) -> tuple[str, str] | None:
        query = "select tbl, has from document where deleted = 0 and {} order by tbl, has limit 1"
        same = self.database.execute(query.format("tbl = ? and has > ?"), (table, has)).fetchone()
        row: tuple[str, str] | None = same or self.database.execute(query.format("tbl > ?"), (table,)).fetchone()
        return row

    def documents(self, ids: Iterable[int] | None = None, tables: Sequence[str] = ()) -> list[Kept]:
        """Return the documents of these ids, or all of some tables, in the order of their ids."""
        chosen = "select id, tbl, key, seq, body from document where deleted = 0"
        if ids is None:
            of = f" and tbl in ({','.join('?' * len(tables))})" if tables else ""
            rows = self.database.execute(f"{chosen}{of} order by id", tuple(tables)).fetchall()
        else:
            rows = [row for some in _chunks(sorted(ids)) for row in self.database.execute(f"{chosen} and id in ({','.join('?' * len(some))}) order by id", some)]  # fmt: skip
        return [Kept(i, t, k, seq, self._opened(t, k, body)) for i, t, k, seq, body in rows]

    def ids(self, tables: Sequence[str]) -> set[int]:
        """Return the ids of the documents of some tables."""
        asked = f"select id from document where deleted = 0 and tbl in ({','.join('?' * len(tables))})"
        return {row[0] for row in self.database.execute(asked, tuple(tables))}

    def keep_unit(self, together: Iterable[int]) -> None:
        """Keep that documents were matched together, and with no others."""
        ids = sorted(together)
        self.database.executemany(
            "update document set unit = ? where id = ?", [(ids[0], i) for i in ids] if ids else []
        )

    def unit_of(self, document: int) -> set[int]:
        """Return the documents with which one was matched: what its verdict rests on is in them."""
        asked = "select id from document where unit = (select unit from document where id = ?) and deleted = 0"
        return {row[0] for row in self.database.execute(asked, (document,))} | {document}

    def document_of(self, frame: str, name: str) -> int | None:
        """Return the document of a result by the name that it is asked for by: an invoice's key, a finding's id, an order's number."""
        query = "select document from result where frame = ? and name = ? order by seq desc limit 1"
        row = self.database.execute(query, (frame, name)).fetchone()
        return int(row[0]) if row else None

    # -- the second queue: what has to be matched with the rest of its group --------------------------------------

    def let_wait(self, documents: Iterable[int], since: int) -> None:
        """Put documents into the second queue: until then their verdicts are pending."""
        self.database.executemany(
            "insert into due values (?, ?) on conflict do nothing", [(d, since) for d in sorted(documents)]
        )

    def let_open_wait(self, groups: Iterable[str], since: int) -> None:
        """Put the open documents of groups into the second queue."""
        put = "insert into due select document, ? from open where grp = ? on conflict do nothing"
        self.database.executemany(put, [(since, group) for group in sorted(groups)])

    def pending(self, most: int) -> list[int]:
        """Return the documents that are in the second queue for longest."""
        return [row[0] for row in self.database.execute("select document from due order by since, document limit ?", (most,))]  # fmt: skip

    def is_pending(self, document: int) -> bool:
        """Return whether the verdict on a document is pending."""
        return self.database.execute("select 1 from due where document = ?", (document,)).fetchone() is not None

    def _opened(self, table: str, key: str, sealed: bytes) -> Body:
        return Body.unpacked(self._keys.open(sealed, f"document|{table}|{key}"))

    # -- results ------------------------------------------------------------------------------------------------

    def replace_results(
        self, frames: Sequence[str], documents: Iterable[int], rows: Iterable[Result], seq: int
    ) -> None:
        """Put results in the place of those that the documents have in these frames."""
        of = f"delete from result where document = ? and frame in ({','.join('?' * len(frames))})"
        self.database.executemany(of, [(document, *frames) for document in documents])
        sealed = (
            (document, frame, name, decision, seq, self._keys.seal(_json(row), f"result|{frame}"))
            for document, frame, name, decision, row in rows
        )
        self.database.executemany("insert into result values (?, ?, ?, ?, ?, ?)", sealed)

    def unlike(self, rows: Mapping[int, Sequence[Result]]) -> set[int]:
        """Return the documents, of those with these results, that had others until now; the new ones are noted as theirs."""
        told = {document: blake2b(_json([list(row[1:]) for row in some]), digest_size=16).digest() for document, some in rows.items()}  # fmt: skip
        had = dict(self.chosen("select id, mark from document where id in", sorted(told)))
        others = {document for document, mark in told.items() if had.get(document) != mark}
        self.database.executemany("update document set mark = ? where id = ?", [(told[d], d) for d in others])
        return others

    def results(self, frame: str, documents: Iterable[int] | None = None) -> list[dict[str, Any]]:
        """Return the results of a frame, of all documents or of some, in the order of the documents."""
        query = "select body from result where frame = ?"
        if documents is None:
            rows = self.database.execute(f"{query} order by document, rowid", (frame,)).fetchall()
        else:
            rows = [row for some in _chunks(sorted(documents)) for row in self.database.execute(f"{query} and document in ({','.join('?' * len(some))}) order by document, rowid", (frame, *some))]  # fmt: skip
        return [json.loads(self._keys.open(body, f"result|{frame}")) for (body,) in rows]

    def opened_result(self, frame: str, body: bytes) -> dict[str, Any]:
        """Return a row of a frame of what is kept of it."""
        row: dict[str, Any] = json.loads(self._keys.open(body, f"result|{frame}"))
        return row

    def forget(self, table: str, documents: Iterable[int]) -> None:
        """Take away what a table says of the documents."""
        self.database.executemany(f"delete from {table} where document = ?", [(d,) for d in documents])

    def chosen(self, query: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query that ends in `in`, for any number of values."""
        return [
            row
            for some in _chunks(list(values))
            for row in self.database.execute(f"{query} ({','.join('?' * len(some))})", some)
        ]


def _json(row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + MOST_VALUES] for at in range(0, len(values), MOST_VALUES))
