"""Keeping a store: made, copied out, given another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import OutputError
from recon.run.live.desk import open_store, place
from recon.store.gathered import stored
from recon.store.master import master_key, write_new_master
from recon.store.outcome import FRAMES, read_results
from recon.store.store import Store
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from pathlib import Path

    from recon.rules.rule import Rules


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
