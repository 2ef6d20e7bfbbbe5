"""Places of stores for tests: what is done to one from outside, whichever it is."""

from __future__ import annotations

from pathlib import Path

from recon.store.databases.postgres import Postgres
from recon.store.folder import DERIVED, LOG, Folder
from recon.store.place import Place
from recon.store.server import Server
from recon.store.store import Store


def address(place: Place) -> str:
    """Return a place as text for another process."""
    return place.address if isinstance(place, Server) else str(place)


def place_at(text: str) -> Place:
    return Server.of(text) if text.startswith("postgresql://") else Folder(Path(text))


def lose_state(place: Place) -> None:
    """Take the state that stands away."""
    if isinstance(place, Folder):
        (place.path / DERIVED).unlink()
    else:
        _do(place, 'drop schema "recon_state" cascade')


def cut_event(place: Place, seq: int) -> None:
    """Take an event out of the log, as only who owns it could."""
    if isinstance(place, Folder):
        import sqlite3

        with sqlite3.connect(place.path / LOG) as log:
            log.executescript(f"drop trigger event_is_kept; delete from event where seq = {seq}")
        log.close()
    else:
        _do(place, "drop trigger event_is_kept on event", f"delete from event where seq = {seq}")


def contents(place: Place) -> bytes:
    """Return all that lies in a place."""
    if isinstance(place, Folder):
        return b"".join(path.read_bytes() for path in place.path.iterdir())
    found = []
    log = Postgres(place.address, "recon_log")
    schemas = [
        row[0] for row in log.execute("select nspname from pg_namespace where nspname like 'recon~_%' escape '~'")
    ]
    log.close()
    for schema in schemas:
        one = Postgres(place.address, schema)
        found += [value for table in one.tables() for row in one.execute(f"select * from {table}") for value in row]
        one.close()
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in found)


def fill_disk(store: Store) -> None:
    """Let nothing more be written into the state."""
    database = store.state.database
    if isinstance(store.place, Folder):
        pages = database.execute("pragma page_count").fetchone()[0]
        database.execute(f"pragma max_page_count = {pages}")
    else:
        raises = "$$begin raise exception using errcode = 'disk_full', message = 'no space left'; end$$"
        database.execute(f"create function full_disk() returns trigger language plpgsql as {raises}")
        database.execute("create trigger full_disk before insert on document execute function full_disk()")


def empty_disk(store: Store) -> None:
    if isinstance(store.place, Folder):
        store.state.database.execute("pragma max_page_count = 100000")
    else:
        store.state.database.execute("drop trigger full_disk on document")


def _do(place: Place, *statements: str) -> None:
    assert isinstance(place, Server)
    one = Postgres(place.address, "recon_log")
    for each in statements:
        one.execute(each)
    one.close()
