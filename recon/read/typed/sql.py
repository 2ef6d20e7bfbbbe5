"""A query -> Raw: SQLite with the standard library, PostgreSQL with the extra `sql`; read only, one transaction."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import polars as pl

from recon.errors import RulesError, SourceError
from recon.read.cells.mapping import wanted_names
from recon.read.header import refuse_doubles, refuse_missing, trim
from recon.read.raw import Raw, name_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import Source

    Rows = tuple[list[str], list[tuple[object, ...]]]

POSTGRES = ("postgresql://", "postgres://")
VARIABLE = re.compile(r"\$?\{?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}?")
READS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
"""How a statement begins that only reads; the connection holds it to that."""
READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
PASSWORDS = (re.compile(r"(?<=//)(?P<who>[^:/@]*):[^/]*@"), re.compile(r"(?P<who>[?&]\w*password)=[^&]*"))


def read_sql(source: Source, folder: Path) -> Raw:
    """Run the query of `source` on its connection; records count from 1.

    The whole answer is read in one read-only transaction. Raises RulesError for a connection that recon does not know,
    SourceError when the database does not answer or answers with binary floats where a number is wanted.
    """
    address = address_of(source.connection or "", f"sources.{source.name}")
    shown = without_password(address)
    if not READS.match(source.query or ""):
        raise RulesError(
            "the query does not begin with SELECT",
            f"sources.{source.name}",
            "recon only reads: write SELECT, or WITH ... SELECT.",
        )
    names, rows = _reader(address)(address, source.query or "", folder)
    header = tuple(trim(name) for name in names)
    path = f"query:{source.name}"
    refuse_missing(header, wanted_names(source), path)
    refuse_doubles(header, wanted_names(source), path, source)
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    texts = {name_column(i): [_text(value, path) for value in column] for i, column in enumerate(columns)}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    plain = {
        i: pl.Series([not isinstance(v, str) for v in column], dtype=pl.Boolean) for i, column in enumerate(columns)
    }
    floats = frozenset(i for i, column in enumerate(columns) if any(isinstance(value, float) for value in column))
    numbers = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("row")
    answer = "\n".join([*header, frame.write_csv(null_value="\\N")]).encode()
    digest = hashlib.sha256(answer).hexdigest()
    notes = (f"read from {shown}",)
    return Raw(path, header, frame, numbers, plain=plain, floats=floats, notes=notes, sha256=digest, bytes=len(answer))


def without_password(address: str) -> str:
    """Return an address without its password, which may stand in either of two places."""
    before_host, as_option = PASSWORDS
    return as_option.sub(r"\g<who>=...", before_host.sub(r"\g<who>:...@", address))


def address_of(connection: str, where: str) -> str:
    """Return a database's address: as written, or what the environment variable of that name holds."""
    written = connection.strip()
    if "://" in written:
        return written
    match = VARIABLE.fullmatch(written)
    name = match["name"] if match else written
    if address := os.environ.get(name):
        return address
    hint = f"Set it, as in: export {name}=postgresql://user@host/database"
    raise SourceError(f"the environment variable {name} is not set", where, hint)


def _reader(address: str) -> Callable[[str, str, Path], Rows]:
    if address.startswith("sqlite://"):
        return _sqlite
    if address.startswith(POSTGRES):
        return _postgres
    kind = address.split("://", 1)[0]
    raise RulesError(f"recon does not query '{kind}' databases", hint="It knows sqlite:///file and postgresql://...")


def _sqlite(address: str, query: str, folder: Path) -> Rows:
    path = Path(unquote(address.removeprefix("sqlite://").removeprefix("/") or "."))
    file = folder / path
    if not file.is_file():
        raise SourceError(
            "there is no such SQLite database",
            str(file),
            "sqlite:///name is relative to the rules file, sqlite:////path absolute.",
        )
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")
            connection.set_authorizer(only_reading)
            cursor = connection.execute(query)
            return _answer(cursor.description, cursor.fetchall(), str(file))
    except sqlite3.Error as error:
        raise SourceError(f"the query failed: {error}", str(file), "The query must be one SELECT statement.") from None


def only_reading(action: int, *_: str | None) -> int:
    """Let SQLite read, and nothing else: `ATTACH` would make files even on a connection that may only read."""
    return sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY


def _postgres(address: str, query: str, folder: Path) -> Rows:  # noqa: ARG001 - one signature for all databases
    shown = without_password(address)
    try:
        import psycopg
    except ImportError:
        raise SourceError(
            "PostgreSQL needs a driver that is not installed", shown, 'Install it with `pip install "recon[sql]"`.'
        ) from None
    try:
        with psycopg.connect(address) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("SET TIME ZONE 'UTC'")  # a day must not depend on where recon runs
            cursor = connection.execute(query.encode())
            return _answer(cursor.description, cursor.fetchall(), shown)
    except psycopg.Error as error:
        raise SourceError(
            f"the query failed: {str(error).splitlines()[0]}", shown, "The query must be one SELECT statement."
        ) from None


def _answer(description: Sequence[Sequence[object]] | None, rows: list[tuple[object, ...]], where: str) -> Rows:
    if not description:
        raise SourceError("the query gives no rows", where, "The query must be one SELECT statement.")
    return [str(column[0]) for column in description], rows


def _text(value: object, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (int, float, date)):
        return str(value)
    raise SourceError(
        f"the query gives {type(value).__name__} values, which recon does not read", path, "Cast the column to text."
    )
