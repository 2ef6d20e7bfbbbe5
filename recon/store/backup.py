"""Backup: the log, and what was sent, as one file of SQLite, whatever the store lies in; and a store made of such a file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from recon.errors import OutputError
from recon.store.databases.database import FailedError, copy_rows, transaction
from recon.store.databases.schema import EVENTS, SENT
from recon.store.databases.sqlite import Sqlite, opened

if TYPE_CHECKING:
    from pathlib import Path

    from recon.store.databases.database import Database
    from recon.store.place import Place

LOGGED = ("event", "cursor", "keyring", "meta", "health", "lent")
DELIVERED = ("target", "delivery", "told", "trouble")


def back_up(log: Database, sent: Database, target: Path) -> None:
    """Copy the log and what was sent, while they are in use, into a new file. Raises OutputError where it cannot be written."""
    if target.exists():
        raise OutputError("the file is there already", str(target), "Name a new one.")
    try:
        copy = opened(target, EVENTS)
        try:
            _copy(log, sent, copy)
        finally:
            copy.close()
    except (sqlite3.Error, FailedError, OSError) as error:
        raise OutputError(f"the copy could not be made: {error}", str(target)) from None


def _copy(log: Database, sent: Database, copy: Sqlite) -> None:
    log.begin(reads=True)
    sent.begin(reads=True)
    try:
        if isinstance(log, Sqlite):
            log.copy_to(copy)
        copy.connection.executescript("".join(f"drop table if exists {table};" for table in DELIVERED) + "".join(SENT))
        copy.begin()
        if not isinstance(log, Sqlite):
            copy_rows(log, copy, LOGGED)
        copy_rows(sent, copy, DELIVERED)
        copy.commit()
    finally:
        log.rollback()
        sent.rollback()


def restore(place: Place, file: Path) -> None:
    """Make a store in a new place of a copy. Raises OutputError where something is there, or the file is no copy of a log."""
    if not file.is_file():
        raise OutputError("there is no such file", str(file), "Name what `recon store backup` wrote.")
    place.refuse_taken()
    copy = opened(file, EVENTS, write=False)
    try:
        place.make()
        log, sent = place.log(write=True), place.sent(write=True)
        with transaction(log, "the log could not be brought back", ""):
            copy_rows(copy, log, LOGGED)
        if copy.execute("select 1 from sqlite_schema where name = ?", (DELIVERED[0],)).fetchone():
            with transaction(sent, "what was sent could not be brought back", ""):
                copy_rows(copy, sent, DELIVERED)
        log.close()
        sent.close()
    finally:
        copy.close()
