"""Documents -> the frames of a ledger: what a batch reads from the store, and what the match reads of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.store.documents import WATCHED, read, read_rejects, table_of
from recon.tables import CANONICAL, REJECTS, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.store.state import Kept, State

ABSENT = {f"{CANONICAL[name].name}.{column}" for name in ("invoices", "receipts") for column in WATCHED & set(CANONICAL[name].columns)}  # fmt: skip


def ledger(documents: Sequence[Kept], absent: frozenset[str]) -> Sources:
    """Return the lines of documents as `read_sources` would; raises as reading does where columns differ."""
    rows: dict[str, list[Mapping[str, Any]]] = {name: [] for name in CANONICAL}
    rejects: list[Mapping[str, Any]] = []
    for document in documents:
        rows[document.table].extend(document.body.lines)
        rejects.extend(document.body.rejects)
    frames: dict[str, Any] = {table.name: read(rows[name], table) for name, table in CANONICAL.items()}
    told = read_rejects(rejects) if rejects else REJECTS.empty()
    return Sources(**frames, rejects=told.sort("table", "source", "row"), absent=absent)


def absent(has: Iterable[tuple[str, frozenset[str]]]) -> frozenset[str]:
    """Return which of the columns that matter no document's source has; `has`: table and what its source has, of each."""
    there = {f"{table_of(table).name}.{column}" for table, columns in has for column in columns}
    return frozenset(ABSENT - there)


def stored(state: State) -> Sources:
    """Return all documents of a store, as `read_sources` returns those of files."""
    return ledger(state.documents(), absent(state.has()))
