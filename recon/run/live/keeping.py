"""Keeping a store: made, copied out, given another key."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError
from recon.ledger.reconcile import reconcile
from recon.run.live.desk import following, open_store, place
from recon.store.documents import written
from recon.store.gathered import stored
from recon.store.master import master_key, write_new_master
from recon.store.outcome import FRAMES, MATCHED, read_results
from recon.store.store import Store
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from recon.rules.rule import Rules
    from recon.tables import Sources


def make(rules: Rules, new_key: Path | None) -> Path:
    """Make an empty store, with a new key where a file for it is named; return its folder."""
    folder, told = place(rules)
    if folder.exists() and any(folder.iterdir()):
        raise OutputError("the folder of the store is not empty", str(folder), "Name another, or remove what is there.")
    master = write_new_master(new_key) if new_key is not None else master_key(told, rules.path.parent)
    Store.init(folder, master).close()
    return folder


def rotate(rules: Rules, new_key: Path) -> None:
    """Give the store a new master key, written into a new file, and a new key for what comes."""
    with open_store(rules) as store, store.lease():
        store.rotate_key(write_new_master(new_key))


def stored_sources(rules: Rules) -> Sources:
    """Return the documents of the store as sources that were read; `files` tells which events they are of."""
    with open_store(rules, write=False) as store:
        sources, last = stored(store.state), store.log.at(store.state.applied_seq)
        place_ = {"path": f"{store.folder.name}#{store.state.applied_seq}", "sha256": last.sha256 if last else "", "bytes": 0}  # fmt: skip
    files = tuple(
        {"source": name, **place_, **_counted(sources, table.name), "filtered": 0, "notes": ["documents of the store"]}
        for name, table in CANONICAL.items()
        if getattr(sources, table.name).height
    )
    return replace(sources, files=files)


def _counted(sources: Sources, table: str) -> dict[str, int]:
    rejects = sources.rejects.filter(sources.rejects["table"] == table).height
    return {"rows": getattr(sources, table).height + rejects, "rejects": rejects}


def mismatches(rules: Rules) -> list[str]:
    """Return in which frames the results that stand differ from those of a run over the same documents."""
    with following(rules) as follower:
        follower.catch_up()
        state = follower.store.state
        done = reconcile(stored(state), rules)
        frames = {name: getattr(done, name) for name in MATCHED}
        frames["bridge"] = frames["bridge"].filter(frames["bridge"]["source"].is_not_null())
        return [wrong for name in MATCHED if (wrong := _mismatch(name, state.results(name), written(frames[name])))]


def _mismatch(name: str, standing: Sequence[Mapping[str, Any]], run: Sequence[Mapping[str, Any]]) -> str:
    here, there = (Counter(tuple(sorted(row.items())) for row in rows) for rows in (standing, run))
    if here == there:
        return ""
    return f"{name}: {(here - there).total():,} rows stand that a run does not give, {(there - here).total():,} are missing"  # fmt: skip


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
