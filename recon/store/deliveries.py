"""Deliveries: what of the outbox each target was sent, in a database of its own: who delivers is not who matches."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.store.databases.database import EVERY, transaction, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from recon.store.databases.database import Database
    from recon.store.state import State

_WAITS, _SENT, _DEAD = "waits", "sent", "dead"
MOST_DUE = 100
"""How many changes are given at once to be sent."""
CHANGE = "select id, seq, subject, type, data from outbox where id > ? order by id limit ?"


@dataclass(frozen=True)
class Change:
    """A verdict that is another than before: what is told of it. `id` rises from change to change; `seq`: the event behind it."""

    id: int
    seq: int
    subject: str
    type: str
    data: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What the subject stands at after it, whatever it was before."""
        told = {name: value for name, value in self.data.items() if name != "decision_before"}
        return hashlib.sha256(json.dumps([self.type, told], sort_keys=True).encode()).hexdigest()


def changes(state: State, after: int = 0, most: int = 1000) -> list[Change]:
    """Return the changes after one, in their order: what `/v1/changes?after=` tells.

    Ids go on rising when other rules make a new generation of the state; they start anew only where the state was lost and
    made again from the log: then `state.outbox_id` is another.
    """
    rows = state.database.execute(CHANGE, (after, most))
    return [Change(i, seq, subject, kind, json.loads(data)) for i, seq, subject, kind, data in rows]


class Deliveries:
    """What was sent to whom. Its connection is one thread's; one process at a time delivers to a target."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._database, "what was sent could not be noted", "It is sent once more.")

    def begin(self, target: str, state: State, *, from_start: bool = False) -> None:
        """Know a target: a new one is sent what changes from now on, or all (`from_start`). To be called before each round.

        Where the state was lost and made again, it is sent what stands otherwise than it was told, and nothing twice.
        """
        row = self._database.execute("select outbox from target where name = ?", (target,)).fetchone()
        if not state.outbox_id or (row and row[0] == state.outbox_id):
            return
        base = 0 if row or from_start else state.last_change()
        with self._transaction():
            self._database.execute(upsert("target", "name", "outbox, base"), (target, state.outbox_id, base))
            if row:
                self._database.execute("delete from delivery where target = ?", (target,))
                self._pass_over(target, state)

    def _pass_over(self, target: str, state: State) -> None:
        """Mark what need not be sent: what is not the last word on its subject, and what the target knows."""
        told = dict(self._database.execute("select subject, digest from told where target = ?", (target,)).fetchall())
        every = changes(state, 0, EVERY)
        last = {change.subject: change.id for change in every}
        known = [c.id for c in every if last[c.subject] != c.id or told.get(c.subject) == c.digest]
        rows = [(target, i, _SENT) for i in known]
        self._database.executemany("insert into delivery(target, id, state) values (?, ?, ?)", rows)

    def due(self, target: str, state: State, at: str) -> list[Change]:
        """Return what is to be sent at a time, at most one change a subject: the next one waits for it, others do not."""
        base, done = self._base(target), self._marks(target)
        found: list[Change] = []
        seen: set[str] = set()
        some = [change for i, (mark, _) in sorted(done.items()) if i <= base and mark == _WAITS for change in changes(state, i - 1, 1)]  # fmt: skip
        while len(found) < MOST_DUE and (some or (some := changes(state, base))):
            base = max(base, some[-1].id)
            for change in some:
                mark, due = done.get(change.id, (_WAITS, ""))
                if mark == _WAITS and change.subject not in seen:
                    seen.add(change.subject)
                    found += [change] if due <= at else []
            some = []
        return found[:MOST_DUE]

    def _base(self, target: str) -> int:
        row = self._database.execute("select base from target where name = ?", (target,)).fetchone()
        return int(row[0]) if row else 0

    def _marks(self, target: str) -> dict[int, tuple[str, str]]:
        rows = self._database.execute("select id, state, due from delivery where target = ?", (target,))
        return {i: (state, due) for i, state, due in rows}

    def sent(self, target: str, *taken: Change) -> None:
        """Note that the target took changes; durable on return."""
        with self._transaction():
            for change in taken:
                self._mark(target, change.id, _SENT, "")
                told = (target, change.subject, change.digest)
                self._database.execute(upsert("told", "target, subject", "digest"), told)
            self._advance(target)

    def failed(self, target: str, change: Change, due: str, *, dead: bool = False) -> int:
        """Note that the target did not take it, and when it is tried again, or that it is not (`dead`); return how often it was tried."""
        with self._transaction():
            self._mark(target, change.id, _DEAD if dead else _WAITS, due)
            self._advance(target)
        query = "select tries from delivery where target = ? and id = ?"
        return int(self._database.execute(query, (target, change.id)).fetchone()[0])

    def tries(self, target: str, change: Change) -> int:
        """Return how often a change was refused."""
        query = "select tries from delivery where target = ? and id = ?"
        row = self._database.execute(query, (target, change.id)).fetchone()
        return int(row[0]) if row else 0

    def note(self, target: str, at: str, told: str = "") -> None:
        """Note what is wrong with a target; nothing is."""
        self._database.execute("delete from trouble where target = ?", (target,))
        if told:
            self._database.execute("insert into trouble values (?, ?, ?)", (target, at, told))

    def troubles(self) -> dict[str, str]:
        """Return what is wrong with targets, and since when it was last seen."""
        return {
            name: f"{told} ({at})" for name, at, told in self._database.execute("select target, at, told from trouble")
        }

    def _mark(self, target: str, change: int, state: str, due: str) -> None:
        put = (
            "insert into delivery(target, id, state, tries, due) values (?, ?, ?, 1, ?)"
            " on conflict(target, id) do update set state = excluded.state, tries = delivery.tries + 1, due = excluded.due"
        )
        self._database.execute(put, (target, change, state, due))

    def _advance(self, target: str) -> None:
        """Forget the marks of what is sent without a gap: the base says it. What is dead, or tried once more, keeps its own."""
        base = self._base(target)
        rows = self._database.execute("select id, state from delivery where target = ? and id > ? order by id", (target, base))  # fmt: skip
        for change, state in rows.fetchall():
            if change != base + 1 or state == _WAITS:
                break
            base = change
        self._database.execute("update target set base = ? where name = ?", (base, target))
        self._database.execute("delete from delivery where target = ? and id <= ? and state = ?", (target, base, _SENT))

    def waiting(self, state: State) -> dict[str, int]:
        """Return how many changes each target was not sent yet; dead ones are not among them."""
        found = {}
        for target, base in self._database.execute("select name, base from target order by name").fetchall():
            done = self._count("state <> ? and id > ?", target, _WAITS, base)
            again = self._count("state = ? and id <= ?", target, _WAITS, base)
            found[target] = state.count(f"outbox where id > {int(base)}") - done + again
        return found

    def _count(self, which: str, *values: object) -> int:
        return int(self._database.execute(f"select count(*) from delivery where target = ? and {which}", values).fetchone()[0])  # fmt: skip

    def dead(self) -> list[tuple[str, int, int]]:
        """Return what is not tried any more: target, change, how often it was tried."""
        query = "select target, id, tries from delivery where state = ? order by 1, 2"
        return list(self._database.execute(query, (_DEAD,)))

    def retry(self, target: str, change: int) -> None:
        """Let a dead one be tried again."""
        query = "update delivery set state = ?, due = '' where target = ? and id = ? and state = ?"
        self._database.execute(query, (_WAITS, target, change, _DEAD))
