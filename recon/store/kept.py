"""The documents of a state: the last version of each, its parts while they wait, and with which others it was matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.store.databases.database import added, upsert
from recon.store.documents import Body, newer
from recon.store.events import DELETED, PARTIAL
from recon.store.facts import Facts, chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.store.events import Event, Logged


@dataclass(frozen=True)
class Kept:
    """A document as it is kept."""

    id: int
    table: str
    key: str
    seq: int
    body: Body


class Documents(Facts):
    """The documents of a state; what they say is sealed."""

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
            rows = [row for some in chunks(sorted(ids)) for row in self.database.execute(f"{chosen} and id in ({','.join('?' * len(some))}) order by id", some)]  # fmt: skip
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

    def _opened(self, table: str, key: str, sealed: bytes) -> Body:
        return Body.unpacked(self._keys.open(sealed, f"document|{table}|{key}"))
