"""Results a page at a time: by the name that they are asked for by, or in the order of the matches that gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon.store.state import State

Row = dict[str, Any]
Place = list[Any]
"""Where a row stands in an order: the values it is ordered by."""


def results_named(state: State, frame: str, after: str, decision: str, most: int) -> list[tuple[str, Row]]:
    """Return results of a frame whose name comes after one, in the order of names, each with its name; of one `decision`, or any.

    `pending` says that what the row rests on waits for the second queue: it may turn within seconds.
    """
    of = "and decision = ?" if decision else ""
    query = f"select name, document in (select document from due), body from result where frame = '{frame}' and name > ? {of} order by name limit ?"
    values = (after, *([decision] if decision else []), most)
    rows = state.database.execute(query, values)
    return [(name, _row(state, frame, body, waits)) for name, waits, body in rows]


def most_at_risk(state: State, decision: str, after: Place | None, most: int) -> list[tuple[Place, Row]]:
    """Return invoices of a decision behind a place: the most at risk first (in base currency), of those the oldest.

    What has no exchange rate comes last. Of each its place: minus what is at risk, its day, its key.
    """
    behind = "and (-risk, day, name) > (?, ?, ?)" if after else ""
    query = (
        "select -risk, day, name, document in (select document from due), body from result"
        f" where frame = 'invoices' and decision = ? {behind} order by -risk, day, name limit ?"
    )
    rows = state.database.execute(query, (decision, *(after or ()), most))
    return [(place, _row(state, "invoices", body, waits)) for *place, waits, body in rows]


def decided(state: State, decision: str) -> int:
    """Return how many invoices stand with a decision."""
    query = "select count(*) from result where frame = 'invoices' and decision = ?"
    return int(state.database.execute(query, (decision,)).fetchone()[0])


def _row(state: State, frame: str, body: bytes, waits: object) -> Row:
    return {**state.opened_result(frame, body), "pending": bool(waits)}


def results_after(state: State, frame: str, seq: int, place: int, most: int) -> list[tuple[int, int, Row]]:
    """Return results that a match after an event gave, or the same match at a later place: its event, place and row."""
    query = "select seq, rowid, body from result where frame = ? and seq >= ? and (seq, rowid) > (?, ?) order by seq, rowid limit ?"  # fmt: skip
    rows = state.database.execute(query, (frame, seq, seq, place, most))
    return [(at, rowid, state.opened_result(frame, body)) for at, rowid, body in rows]
