"""A database on a server of PostgreSQL as the place of a store: a schema for the log, one a state, one for what was sent."""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import InvariantError, OutputError, RulesError
from recon.store import grants
from recon.store.databases.connection import driver, lock_of, shown
from recon.store.databases.database import FailedError, transaction
from recon.store.databases.postgres import Postgres
from recon.store.databases.schema import EVENTS, SENT, STATE
from recon.store.place import FollowedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.store.databases.database import Database

ADDRESSES = ("postgresql://", "postgres://")
STANDS = "create table stands(name text primary key);"
LOG = (STANDS, *EVENTS)
"""Beside the log: which state stands, where it is not the first."""


@dataclass(frozen=True)
class Server:
    """A database at an address (`postgresql://user@host/database`); its schemas begin with `prefix`."""

    address: str = field(repr=False)
    prefix: str = "recon"

    @classmethod
    def of(cls, address: str) -> Server:
        """Return the place at an address. Raises RulesError where it is none, or the driver is not installed."""
        psycopg = driver()
        try:
            psycopg.conninfo.conninfo_to_dict(address)
        except psycopg.Error:  # what is wrong may be in the password
            raise RulesError("this is no address of a database", "store.path", "As postgresql://user@host/database; the password in ${NAME}, or in ~/.pgpass.") from None  # fmt: skip
        return cls(address)

    def __str__(self) -> str:
        return shown(self.address)

    @property
    def name(self) -> str:
        """The database's own name."""
        return str(driver().conninfo.conninfo_to_dict(self.address).get("dbname", "postgresql"))

    @property
    def _log(self) -> str:
        return f"{self.prefix}_log"

    @property
    def _sent(self) -> str:
        return f"{self.prefix}_sent"

    @property
    def _first(self) -> str:
        return f"{self.prefix}_state"

    def refuse_taken(self) -> None:
        """Raise OutputError where something is there."""
        log = Postgres(self.address, self._log)
        try:
            if log.made:
                raise OutputError("the database of the store is not empty: it holds one", str(self), "Name another.")
        finally:
            log.close()

    def make(self) -> None:
        """Make the schemas, empty. Raises OutputError where they are there, or this user may not."""
        self.refuse_taken()
        self._made(self._log, LOG).close()
        self._made(self._sent, SENT).close()
        self._made(self._first, STATE).close()

    def _made(self, schema: str, steps: Sequence[str], absent: OutputError | None = None) -> Postgres:
        """Return a schema, brought up to the last of its steps. Raises `absent`, where it is given and the schema is not there."""
        found = Postgres(self.address, schema)
        try:
            if absent is not None and not found.made:
                raise absent
            found.bring_up(steps, lambda: self._grant(found), grants.MATCH if steps is STATE else "")
        except BaseException:
            found.close()
            raise
        return found

    def _grant(self, made: Postgres) -> None:
        """Let roles do with a schema that is made or changed what they may, where there are roles."""
        if not made.execute("select 1 from pg_roles where rolname = ?", (grants.READ,)).fetchone():
            return
        for each in grants.of_derived(made.name) if made.name != self._log else grants.of_log(made.name):
            made.execute(each)

    def log(self, *, write: bool) -> Database:  # noqa: ARG002 -- the server knows who may write
        """Open the log. Raises OutputError where there is no store."""
        absent = OutputError("there is no store", str(self), "`recon store init RULES` makes one.")
        return self._made(self._log, LOG, absent)

    def sent(self, *, write: bool) -> Database:  # noqa: ARG002 -- as above
        """Open what was sent to whom; it need not be there."""
        return self._made(self._sent, SENT)

    def standing(self, log: Database) -> str:
        """Return the schema of the state that stands."""
        row = log.execute(f'select name from "{self._log}".stands').fetchone()
        return str(row[0]) if row else self._first

    def state(self, log: Database, name: str, *, write: bool) -> Database:  # noqa: ARG002 -- as above
        """Open a state; it is made where it stands and is not there. Raises OutputError where it does not stand any more."""
        gone = OutputError("another state stands since", str(self)) if self.standing(log) != name else None
        return self._made(name, STATE, gone)

    @contextmanager
    def beside(self) -> Iterator[Database]:
        """Give a new, empty state in a schema of its own; it is gone when the block ends, unless it was switched to."""
        state = self._made(f"{self._first}_{secrets.token_hex(4)}", STATE)
        try:
            with state.leased(lock_of(state.name, "is made")):
                yield state
                if not state.closed:
                    state.rollback()
        finally:
            if not state.closed:
                with suppress(FailedError):
                    state.rollback()
                    state.execute(f'drop schema "{state.name}" cascade')
                state.close()

    def switch(self, new: Database, old: Database) -> tuple[str, Database]:
        """Let a state that was made `beside` stand, durably and at once: by the connection that the lease hangs on."""
        if not isinstance(new, Postgres) or not isinstance(old, Postgres):
            raise InvariantError("a server holds schemas")
        name, before = new.name, old.name
        with transaction(old, "the state could not be switched", "The one before stands."):
            old.execute(f'delete from "{self._log}".stands')
            old.execute(f'insert into "{self._log}".stands values (?)', (name,))
        new.close()
        old.turn_to(name)
        self._drop(old, keep=(name, before))
        return name, old

    def _drop(self, by: Database, keep: Sequence[str]) -> None:
        """Drop the states that nobody makes, reads or keeps; what cannot be dropped now is later."""
        query = "select nspname from pg_namespace where left(nspname, ?) = ?"
        for (name,) in by.execute(query, (len(self._first), self._first)).fetchall():
            if name in keep or not by.execute("select pg_try_advisory_lock(?)", (lock_of(name, "is made"),)).fetchone()[0]:  # fmt: skip
                continue
            with suppress(FailedError):
                by.execute(f'drop schema "{name}" cascade')
            by.execute("select pg_advisory_unlock(?)", (lock_of(name, "is made"),))

    @contextmanager
    def lease(self, state: Database, name: str, does: str) -> Iterator[None]:
        """Be the one process that `does` something while the block lasts, and the connection to the server does.

        Raises FollowedError where another is.
        """
        if not isinstance(state, Postgres):
            raise InvariantError("a server holds schemas")
        with state.leased(lock_of(self.prefix, name)) as taken:
            if not taken:
                raise FollowedError(f"another process {does} this store", str(self), "Wait for it, or stop it.")
            yield

    @contextmanager
    def scratch(self) -> Iterator[Server]:
        """Give a place in the same database, for trying; all of it is gone when the block ends."""
        beside = Server(self.address, f"recon_try_{secrets.token_hex(4)}")
        try:
            yield beside
        finally:
            by = Postgres(self.address, beside.prefix)
            for (name,) in by.execute("select nspname from pg_namespace where left(nspname, ?) = ?", (len(beside.prefix), beside.prefix)).fetchall():  # fmt: skip
                by.execute(f'drop schema "{name}" cascade')
            by.close()

    def sweep(self, log: Database) -> None:
        """Drop the states that do not stand, and that no process makes."""
        self._drop(log, keep=(self.standing(log),))

    def size(self, log: Database) -> int:
        """Return how many bytes the store takes."""
        query = "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and left(n.nspname, ?) = ?"  # fmt: skip
        return int(log.execute(query, (len(self.prefix) + 1, f"{self.prefix}_")).fetchone()[0])

    def grants(self) -> list[str]:
        """Return the statements that let the roles do what they may; they can be done again."""
        log = self.log(write=True)
        try:
            database = log.execute("select current_database()").fetchone()[0]
            stands = self.standing(log)
            tables = self._tables(stands)
        finally:
            log.close()
        state = [*grants.of_owner(stands, tables), *grants.of_derived(stands)]
        return [*grants.of_roles(database), *grants.of_log(self._log), *grants.of_derived(self._sent), *state]

    def _tables(self, schema: str) -> list[str]:
        found = Postgres(self.address, schema)
        try:
            return [*found.tables(), "step"]
        finally:
            found.close()

    def apply(self, statements: Sequence[str]) -> None:
        """Do the statements, all or none. Raises FailedError where this user may not."""
        log = Postgres(self.address, self._log)
        try:
            with transaction(
                log, "the rights could not be given", "Let a superuser, or whoever made the store, do it."
            ):
                for each in statements:
                    log.execute(each)
        finally:
            log.close()
