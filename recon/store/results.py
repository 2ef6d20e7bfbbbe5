"""Results a page at a time: by the name that they are asked for by, or in the order of the matches that gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon.store.state import State

Row = dict[str, Any]


def results_named(state: State, frame: str, after: str, decision: str, most: int) -> list[tuple[str, Row]]:
    """Return results of a frame whose name comes after one, in the order of names, each with its name; of one `decision`, or any."""
    query = f"select name, body from result where frame = ? and name > ? {'and decision = ?' if decision else ''} order by name limit ?"  # fmt: skip
    values = (frame, after, *([decision] if decision else []), most)
    return [(name, state.opened_result(frame, body)) for name, body in state.database.execute(query, values)]


def results_after(state: State, frame: str, seq: int, place: int, most: int) -> list[tuple[int, int, Row]]:
    """Return results that a match after an event gave, or the same match at a later place: its event, place and row."""
    query = "select seq, rowid, body from result where frame = ? and seq >= ? and (seq, rowid) > (?, ?) order by seq, rowid limit ?"  # fmt: skip
    rows = state.database.execute(query, (frame, seq, seq, place, most))
    return [(at, rowid, state.opened_result(frame, body)) for at, rowid, body in rows]
