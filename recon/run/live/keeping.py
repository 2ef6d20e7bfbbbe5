"""Keeping a store: made, copied out, given another key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.run.live.clock import now
from recon.run.live.follower import following
from recon.run.live.opened import open_store, place
from recon.store.events import DELETED, Event
from recon.store.gathered import stored
from recon.store.grants import ROLES
from recon.store.master import master_key, write_new_master
from recon.store.outcome import FRAMES, read_results
from recon.store.server import Server
from recon.store.store import Store
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from recon.rules.rule import Rules
    from recon.tables import Sources

ERASED = "erased"
"""The feed of the events that say that a document was erased."""


def make(rules: Rules, new_key: Path | None, copy: Path | None = None) -> str:
    """Make a store, empty or of a `copy`, with a new key where a file for it is named; return where it is."""
    where, told = place(rules)
    where.refuse_taken()
    master = write_new_master(new_key) if new_key is not None else master_key(told, rules.path.parent)
    made = Store.restored(where, copy, master) if copy is not None else Store.init(where, master)
    made.close()
    return str(where)


def granted(rules: Rules, *, apply: bool) -> tuple[list[str], Mapping[str, str]]:
    """Return the statements that give the roles of a store's database their rights, and what each role does; do them with `apply`.

    Raises RulesError where the store is a folder: there the machine's users have their rights.
    """
    where, _ = place(rules)
    if not isinstance(where, Server):
        raise RulesError("only a store on PostgreSQL has roles", str(where), "Who may read the folder may read the store, with its key.")  # fmt: skip
    statements = where.grants()
    if apply:
        where.apply(statements)
    return statements, ROLES


def rotate(rules: Rules, new_key: Path) -> None:
    """Give the store a new master key, written into a new file, and a new key for what comes."""
    with open_store(rules) as store, store.lease():
        store.rotate_key(write_new_master(new_key))


def stored_sources(rules: Rules) -> Sources:
    """Return the documents of the store as sources that were read; `files` tells which events they are of."""
    with open_store(rules, write=False) as store:
        sources, last = stored(store.state), store.log.at(store.state.applied_seq)
        place_ = {"path": f"{store.place.name}#{store.state.applied_seq}", "sha256": last.sha256 if last else "", "bytes": 0}  # fmt: skip
    files = tuple(
        {"source": name, **place_, **_counted(sources, table.name), "filtered": 0, "notes": ["documents of the store"]}
        for name, table in CANONICAL.items()
        if getattr(sources, table.name).height
    )
    return replace(sources, files=files)


def _counted(sources: Sources, table: str) -> dict[str, int]:
    rejects = sources.rejects.filter(sources.rejects["table"] == table).height
    return {"rows": getattr(sources, table).height + rejects, "rejects": rejects}


def erase(rules: Rules, seq: int) -> tuple[str, int]:
    """Take what was said of a document away for good, from the log and from what follows; return its key and of how many events.

    `seq`: any event of the document. That there were events, and their hashes, stay. Raises RulesError where there is none.
    """
    with following(rules) as follower:
        store = follower.store
        named = store.log.at(seq)
        events = store.log.of_document(named.event.table, named.event.key) if named else []
        if named is None or not events:
            raise RulesError(f"the log has no event {seq} that is not erased", hint="In results `source` ends in the event: `erp#17`.")  # fmt: skip
        table, key = named.event.table, named.event.key
        store.log.accept(
            [Event(ERASED, table, key, {}, event_id=f"{table}/{key} after {events[-1]}", kind=DELETED)], now()
        )
        follower.catch_up()
        store.erase(table, key, events)
        return key, len(events)


def export(rules: Rules, folder: Path) -> list[str]:
    """Write documents and verdicts as Parquet files into a new folder; return their names. Raises OutputError."""
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise OutputError(f"the folder cannot be made: {error.strerror}", str(folder), "Name a new one.") from None
    with open_store(rules, write=False) as store:
        sources = stored(store.state)
        frames = {f"documents-{table.name}": getattr(sources, table.name) for table in CANONICAL.values()}
        frames |= {name: read_results(name, store.state.results(name)) for name in FRAMES}
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return [f"{name}.parquet" for name in frames]
