"""The match of a large ledger for month-end: its lines wait on disk, and what month-end does not look at is not kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

BLOCK_ROWS = 250_000


def matched_on_disk(sources: Sources, rules: Rules, folder: Path) -> Reconciliation:
    """Return what `reconcile` does, but for the bridge, which is empty; meanwhile lines wait in `folder`.

    Raises as `reconcile` does, and OutputError where the disk is full.
    """
    from recon.ledger.reconcile import Matching, whole_of
    from recon.ledger.shelf import FileShelf

    return whole_of(Matching(_blocks(sources), rules, None, FileShelf(folder)), _kept)


def _blocks(sources: Sources) -> Iterator[Sources]:
    """Yield the lines some at a time, and then what is no line."""
    from recon.tables import TABLES

    bare: dict[str, Any] = {table: getattr(sources, table).clear() for table in TABLES}
    masters = {name: getattr(sources, name).clear() for name in ("suppliers", "conversions", "rates", "rejects")}
    for table in TABLES:
        for lines in getattr(sources, table).iter_slices(BLOCK_ROWS):
            yield replace(sources, **{**masters, **bare, table: lines}, files=())
    yield replace(sources, **bare)


def _kept(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    from recon.engine.memory import without_empty

    return {name: frame.clear() if name == "bridge" else without_empty(frame) for name, frame in frames.items()}
