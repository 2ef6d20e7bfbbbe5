"""PostgreSQL: a database of a store as a schema of a server's database, of the same tables and queries as SQLite's."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError
from recon.store.databases.connection import connected, lock_of, shown, told
from recon.store.databases.database import FailedError, LostError, copy_rows
from recon.store.databases.words import as_held, in_postgres, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from recon.store.databases.database import Answer, Database

STEP = "step"
"""The table that says how far a schema was brought up."""


class Postgres:
    """A schema on a server. A connection that is lost is made again, but where leases hung on it, or in a transaction."""

    def __init__(self, address: str, schema: str) -> None:
        self.address, self.name, self.where = address, schema, shown(address)
        self._locks: set[int] = set()
        self._began = False
        self._connection = connected(address, schema)

    @property
    def in_transaction(self) -> bool:
        """Whether something was begun, and neither kept nor taken back."""
        return self._began

    def execute(self, query: str, values: Sequence[object] = ()) -> Answer:
        """Do one thing; outside a transaction it is durable on return."""
        text, bound = (said(query), as_held(values)) if values else (query, None)
        try:
            with told(self.where):
                return self._ready().execute(text, bound)  # type: ignore[no-any-return]
        except LostError:
            if self._began or self._locks or not query.lstrip().startswith(("begin", "select")):
                raise
        with told(self.where):  # the server was started again, perhaps
            return self._ready().execute(text, bound)  # type: ignore[no-any-return]

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Do one thing with each of the rows."""
        with told(self.where):
            self._ready().cursor().executemany(said(query), [as_held(row) for row in rows])

    def _ready(self) -> Any:
        if self._connection.closed:
            if self._began or self._locks:
                raise LostError("the connection to the database was lost", self.where)
            self._connection = connected(self.address, self.name)
        return self._connection

    def begin(self, *, reads: bool = False) -> None:
        """Begin a transaction: the only one that writes this schema, or one that `reads` it as it is at one moment."""
        if reads:
            self.execute("begin isolation level repeatable read, read only")
            self._began = True
            self.execute("select 1 from pg_class limit 1")  # only now the moment is fixed
            return
        self.execute("begin isolation level read committed")
        self._began = True
        self.execute("select pg_advisory_xact_lock(?)", (lock_of(self.name, "writes"),))

    def commit(self) -> None:
        """Keep what was done since, durably."""
        self.execute("commit")
        self._began = False

    def rollback(self) -> None:
        """Take back what was done since; nothing where nothing was begun, or the connection is lost: then nothing stays."""
        if self._began and not self._connection.closed:
            with suppress(LostError):
                self.execute("rollback")
        self._began = False

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ping(self) -> None:
        """Raise LostError where the connection, and what hangs on it, is gone."""
        self.execute("select 1")

    def tidy(self) -> None:
        """Nothing: the server does it by itself."""

    def vacuum(self) -> None:
        """Give the disk back what is not used any more. Only the owner of a table may."""
        for table in self.tables():
            self.execute(f'vacuum (full, analyze) "{self.name}"."{table}"')

    def scrub(self, queries: Sequence[tuple[str, Sequence[object]]]) -> None:
        """Do things in one transaction; what was there before stays in the server's files until they are vacuumed."""
        self.begin()
        try:
            for query, values in queries:
                self.execute(query, values)
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def faults(self) -> list[str]:
        """Nothing: the server tells of its own files."""
        return []

    def tables(self) -> list[str]:
        """Return the tables of the schema."""
        query = "select tablename from pg_tables where schemaname = ? and tablename <> ? order by 1"
        return [row[0] for row in self.execute(query, (self.name, STEP))]

    def copy_to(self, other: Database) -> None:
        """Make another schema what this one is; what it gives out next comes after what it got."""
        other.begin()
        try:
            copy_rows(self, other, self.tables())
            if isinstance(other, Postgres):
                other.go_on()
            other.commit()
        except BaseException:
            other.rollback()
            raise

    def go_on(self) -> None:
        """Let numbers that are given out come after those that are there."""
        query = "select table_name, column_name from information_schema.columns where table_schema = ? and is_identity = 'YES'"
        for table, column in self.execute(query, (self.name,)).fetchall():
            given = f"pg_get_serial_sequence('\"{self.name}\".{table}', '{column}')"
            self.execute(f"select setval({given}, (select coalesce(max({column}), 0) + 1 from {table}), false)")

    @property
    def closed(self) -> bool:
        """Whether the connection is closed, or lost."""
        return bool(self._connection.closed)

    @property
    def made(self) -> bool:
        """Whether the schema is there."""
        return self._step() >= 0

    def turn_to(self, schema: str) -> None:
        """Be another schema from now on, by the same connection."""
        self.execute(f'set search_path = "{schema}"')
        self.name = schema

    @contextmanager
    def leased(self, lock: int) -> Iterator[bool]:
        """Hold a lock of the server while the block lasts and the connection does; give whether it could be had."""
        taken = lock not in self._locks and bool(self.execute("select pg_try_advisory_lock(?)", (lock,)).fetchone()[0])
        self._locks |= {lock} if taken else set()
        try:
            yield taken
        finally:
            if taken:
                self._locks.discard(lock)
                if not self.closed:
                    with suppress(FailedError):
                        self.execute("select pg_advisory_unlock(?)", (lock,))

    def bring_up(self, steps: Sequence[str], granted: Callable[[], None], owner: str = "") -> None:
        """Bring the schema up to the last of `steps`, and then let others do with it what they may; nothing is done where it is there.

        A new one is the `owner`'s, where this user may do as that role. Raises OutputError where a later recon made it.
        """
        done = self._step()
        if done > len(steps):
            raise OutputError("the store was made by a later recon", self.where, "Run that one, or a newer.")
        if done == len(steps):
            return
        self.begin()
        try:
            self._be(owner)
            if done < 0:
                self.execute(f'create schema if not exists "{self.name}"')
                self.execute(f"create table if not exists {STEP}(done bigint not null)")
                self.execute(f"insert into {STEP} select 0 where not exists (select 1 from {STEP})")
            for number in range(max(0, self._step()), len(steps)):
                self.execute(in_postgres(steps[number]))
                self.execute(f"update {STEP} set done = ?", (number + 1,))
            granted()
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def _be(self, owner: str) -> None:
        """Do the rest of the transaction as the role that owns the schema, or is to, where this user may and that role may."""
        of = "select r.rolname from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = ?"
        row = self.execute(of, (self.name,)).fetchone()
        may = "select pg_has_role(oid, 'member') and has_database_privilege(oid, current_database(), 'create') from pg_roles where rolname = ? and rolname <> current_user"  # fmt: skip
        role = row[0] if row else owner
        if any(self.execute(may, (role,)).fetchone() or ()):
            self.execute(f'set local role "{role}"')

    def _step(self) -> int:
        """Return how far the schema was brought up; -1 where there is none."""
        there = self.execute("select to_regclass(?)", (f'"{self.name}".{STEP}',)).fetchone()[0]
        return int(self.execute(f"select done from {STEP}").fetchone()[0]) if there else -1
