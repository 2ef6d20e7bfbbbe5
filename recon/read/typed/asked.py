"""A query with `:since` in it -> flat records, and which transactions ran while it was answered."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from recon.errors import RulesError, SourceError
from recon.read.records import NumberText, Record
from recon.read.typed.sql import POSTGRES, READS, address_of, only_reading, without_password

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SINCE = re.compile(r"(?<!:):since\b")


@dataclass(frozen=True)
class Changed:
    """What a query gave: its columns and rows; and of PostgreSQL the `oldest` transaction that ran, and the `next` to begin.

    Elsewhere both are 0: all is over that can be seen.
    """

    names: tuple[str, ...]
    rows: tuple[Record, ...]
    oldest: int = 0
    next: int = 0


def ask(connection: str, query: str, since: str, folder: Path, feed: str) -> Changed:
    """Return what the query gives for `since`, read in one read-only transaction.

    Raises RulesError for a connection or query that recon does not know, SourceError where the database does not answer, or
    with binary floats.
    """
    address = address_of(connection, feed)
    if not READS.match(query):
        raise RulesError("the query does not begin with SELECT", feed, "recon only reads: write SELECT, or WITH ... SELECT.")  # fmt: skip
    if address.startswith("sqlite://"):
        return _sqlite(address, query, since, folder, feed)
    if address.startswith(POSTGRES):
        return _postgres(address, query, since, feed)
    raise RulesError(f"recon does not query '{address.split('://', 1)[0]}' databases", feed, "It knows sqlite:///file and postgresql://...")  # fmt: skip


def _sqlite(address: str, query: str, since: str, folder: Path, feed: str) -> Changed:
    file = folder / unquote(address.removeprefix("sqlite://").removeprefix("/") or ".")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)) as database:
            database.set_authorizer(only_reading)
            cursor = database.execute(query, {"since": int(since) if since.isdigit() else since})
            return _changed(cursor.description, cursor.fetchall(), feed)
    except sqlite3.Error as error:
        raise SourceError(f"the query failed: {error}", feed, "See to connection and query of the feed.") from None


def _postgres(address: str, query: str, since: str, feed: str) -> Changed:
    try:
        import psycopg
    except ImportError:
        raise RulesError("PostgreSQL needs a driver that is not installed", feed, "Install it with `pip install 'recon[postgres]'`.") from None  # fmt: skip
    asked = _SINCE.sub("%(since)s", query.replace("%", "%%"))
    try:
        with psycopg.connect(address, connect_timeout=10) as database:
            database.read_only = True
            database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            database.execute("SET TIME ZONE 'UTC'")
            running = database.execute("select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint from pg_current_snapshot() s").fetchone()  # fmt: skip
            cursor = database.execute(asked.encode(), {"since": since})
            return _changed(cursor.description, cursor.fetchall(), feed, running or (0, 0))
    except psycopg.Error as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"the query failed: {told}", without_password(address), "See to connection and query of the feed.") from None  # fmt: skip


def _changed(
    description: Sequence[Sequence[Any]] | None,
    rows: Sequence[Sequence[Any]],
    feed: str,
    running: tuple[int, int] = (0, 0),
) -> Changed:
    names = tuple(str(column[0]) for column in description or ())
    records = tuple({name: _cell(value, name, feed) for name, value in zip(names, row, strict=True)} for row in rows)
    return Changed(names, records, *running)


def _cell(value: Any, name: str, feed: str) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Decimal | int):
        return NumberText(f"{value:f}" if isinstance(value, Decimal) else str(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise SourceError(f"the query gives '{name}' as {type(value).__name__}", feed, f"Cast it: cast({name} as text), or as numeric.")  # fmt: skip
