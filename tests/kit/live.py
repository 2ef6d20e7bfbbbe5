"""Ledgers as events: shuffled, repeated, late, deleted and brought back; and what a store makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import polars as pl
from polars.testing import assert_frame_equal

from recon.ledger.reconcile import Reconciliation, reconcile
from recon.store.applied import Told
from recon.store.documents import WATCHED, Body, document_keys, written
from recon.store.events import DELETED, Event, Logged
from recon.store.gathered import absent, ledger
from recon.store.live import Live
from recon.store.outcome import FRAMES, read_results
from recon.store.place import Place
from recon.store.store import Store
from recon.tables import CANONICAL, REJECTS, Sources
from tests.kit.ledgers import sources
from tests.oracle.lines import Ledger

MASTER = bytes(range(32))
AT = "2026-01-05T10:00:00.000+00:00"
ROOM = {table.name: name for name, table in CANONICAL.items()}


@dataclass
class Documents:
    """The documents of a ledger: `bodies` by table and key."""

    bodies: dict[tuple[str, str], dict]


def documents(of: Ledger) -> Documents:
    """Return the documents that the rows of a ledger are."""
    read = sources(of)
    found: dict[tuple[str, str], dict] = {}
    for name, table in CANONICAL.items():
        has = sorted(c for c in WATCHED & set(table.columns) if f"{table.name}.{c}" not in read.absent)
        for what, frame in (
            ("lines", getattr(read, table.name)),
            ("rejects", read.rejects.filter(pl.col("table") == table.name)),
        ):
            keys = document_keys(frame, name, "file", str)
            for key, row in zip(keys, written(frame), strict=True):
                found.setdefault((name, key), {"lines": [], "rejects": [], "has": has})[what].append(row)
    return Documents(found)


def event(table: str, key: str, body: dict, version: int, **more) -> Event:
    return Event("feed", table, key, body, version=str(version), **more)


def hostile(docs: Documents, dice: Random) -> list[Event]:
    """Return the events of documents as a bad day brings them; the last versions are the documents as they are."""
    told: list[Event] = []
    for (table, key), body in docs.bodies.items():
        history = [event(table, key, body, 9)]
        if dice.random() < 0.2:
            history.append(event(table, key, earlier(body, dice), dice.randint(1, 8)))
        if dice.random() < 0.1:
            history.append(event(table, key, {}, 8, kind=DELETED))
        history += [dice.choice(history) for _ in range(dice.choice((0, 0, 0, 1, 3)))]
        told += history
    dice.shuffle(told)
    return told


def earlier(body: dict, dice: Random) -> dict:
    """Return a document as it may have been before: with fewer lines, or other quantities."""
    lines = [dict(row) for row in body["lines"] if dice.random() < 0.7]
    for row in lines:
        if "quantity" in row and dice.random() < 0.5:
            row["quantity"] = "3.000000"
    return body | {"lines": lines}


def new_store(place: Place | Path) -> Store:
    return Store.init(place / "store" if isinstance(place, Path) else place, MASTER)


def told(logged: Logged) -> Told:
    if logged.event.kind == DELETED:
        return Told(logged, Body())
    said = logged.payload
    return Told(logged, Body(tuple(said["lines"]), tuple(said["rejects"]), frozenset(said["has"])))


def catch_up(store: Store, live: Live, dice: Random, most: int = 12) -> None:
    """Apply what is in the log, some events at a time, and now and then some of the second queue, in the end all of it."""
    while waiting := store.log.after(store.state.applied_seq, dice.randint(1, most)):
        live.apply([told(each) for each in waiting], AT)
        if dice.random() < 0.2:
            live.settle(AT, store.log.at, 1)
    while live.settle(AT, store.log.at).matched:
        pass


def batch_of(store: Store, rules) -> Reconciliation:
    """Return what a run makes of the documents of a store."""
    return reconcile(stored(store), rules)


def stored(store: Store) -> Sources:
    return ledger(store.state.documents(), absent(store.state.has()))


def assert_live_is_batch(store: Store, rules) -> None:
    done = batch_of(store, rules)
    for name in FRAMES:
        live, batch = read_results(name, store.state.results(name)), getattr(done, name)
        if name == "bridge":
            batch = batch.filter(pl.col("source").is_not_null())
        columns = [c for c in FRAMES[name].columns if c in batch.columns]
        ordered = [plain(frame.select(columns)) for frame in (live, batch)]
        assert_frame_equal(*ordered, check_exact=True)


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [pl.col(c).list.join(" ") for c, kind in frame.schema.items() if isinstance(kind, pl.List)]
    flat = frame.with_columns(lists)
    return flat.sort(flat.columns, nulls_last=True)


def assert_holds(store: Store, of: Ledger) -> None:
    """The documents of the store are those of the ledger, whatever came before."""
    there = stored(store)
    wanted = sources(replace(of, as_of=None))
    for name in (*(t.name for t in CANONICAL.values()), REJECTS.name):
        frames = [plain(getattr(each, name).drop("source", "row")) for each in (there, wanted)]
        assert_frame_equal(*frames, check_exact=True)
