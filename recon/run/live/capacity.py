"""Capacity: how many events an hour this machine bears, by trying: a made-up store beside the real one, with its rules."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.run.live.clock import now
from recon.run.live.follower import AT_ONCE
from recon.run.live.mapping import told_of
from recon.run.live.opened import feeds_of, place
from recon.store.events import Event
from recon.store.live import Live
from recon.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.rules.rule import Rules

SUPPLIERS, ORDERS, LINES = 40, 400, 4
SINGLES, BATCHES = 9, 3
HOUR = 3600


@dataclass(frozen=True)
class Capacity:
    """What was measured: seconds from acceptance to verdict of one event alone, events a second in micro-batches, and how
    many single events a second are accepted durably. `bears`: events an hour.
    """

    alone: float
    together: float
    accepted: float

    @property
    def bears(self) -> int:
        """Events an hour, half of what is measured: the other half is for the second queue, peaks and the nightly run."""
        return int(self.together * HOUR / 2)


def capacity(rules: Rules) -> Capacity:
    """Measure this machine, on the disk of the store."""
    where, _ = place(rules)
    with where.scratch() as beside:
        store = Store.init(beside, bytes(range(32)))
        try:
            return _measured(store, rules)
        finally:
            store.close()


def _measured(store: Store, rules: Rules) -> Capacity:
    live = Live(store.state, store.keys, rules)
    store.log.accept(list(_documents(0)), now())
    _apply(store, live, rules)
    alone = [_seconds(store, live, rules, [event]) for event in _changed(1, SINGLES)]
    together = [_seconds(store, live, rules, _changed(2 + turn, AT_ONCE)) for turn in range(BATCHES)]
    started = time.perf_counter()
    events = _changed(9, AT_ONCE)
    for event in events:
        store.log.accept([event], now())
    accepted = len(events) / (time.perf_counter() - started)
    return Capacity(statistics.median(alone), AT_ONCE / statistics.median(together), accepted)


def _seconds(store: Store, live: Live, rules: Rules, events: Sequence[Event]) -> float:
    started = time.perf_counter()
    store.log.accept(events, now())
    _apply(store, live, rules)
    return time.perf_counter() - started


def _apply(store: Store, live: Live, rules: Rules) -> None:
    feeds = feeds_of(rules)
    while waiting := store.log.after(store.state.applied_seq, 4 * ORDERS):
        live.apply([told_of(logged, feeds, rules) for logged in waiting], now())
    while live.settle(now(), store.log.at).any:
        pass


def _changed(version: int, most: int) -> list[Event]:
    """Return the next version of some receipts and invoices, one of each in turn."""
    moving = [event for event in _documents(version) if event.table != "orders"]
    step = len(moving) // most
    return [moving[at * step] for at in range(most)]


def _documents(version: int) -> Iterator[Event]:
    """Yield orders with all that belongs to each: received and billed as ordered, the first line in part."""
    for number in range(ORDERS):
        supplier, order = f"S{number % SUPPLIERS}", f"{4_500_000_000 + number}"
        lines: dict[str, list[dict[str, Any]]] = {"orders": [], "receipts": [], "invoices": []}
        for line in range(1, LINES + 1):
            named = {"po_number": order, "po_line": str(10 * line), "item": f"I{number}-{line}", "row": line}
            priced = {"quantity": "10", "unit_price": "5", "supplier_id": supplier}
            came = "10" if line > 1 else str(5 + version % 3)
            lines["orders"].append({**named, **priced, "source": "orders", "currency": "EUR"})
            lines["receipts"].append({**named, "receipt_number": f"R{order}", "quantity": came, "source": "receipts"})
            lines["invoices"].append({**named, **priced, "invoice_number": f"B{order}", "invoice_line": str(line), "amount": "50", "source": "invoices"})  # fmt: skip
        for table, rows in lines.items():
            payload = {"lines": rows, "rejects": [], "has": ["receipt_line", "supplier_id"]}
            yield Event("made up", table, f"{table} {order}", payload, version=str(version))
