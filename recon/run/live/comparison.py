"""Comparison: in what two states of a store differ, or one and a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.report.words import several
from recon.store.outcome import FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.store.state import State


@dataclass(frozen=True)
class Difference:
    """How many rows of a frame one state has and the other has not, and one of each."""

    frame: str
    only_standing: int
    only_replayed: int
    example: Mapping[str, Any]


@dataclass(frozen=True)
class Switch:
    """An invoice that other rules decide otherwise: `before` and `after`, each a decision and its codes; empty: no such invoice."""

    supplier: str
    number: str
    amount: str
    currency: str
    before: str
    after: str

    def told(self) -> str:
        """Return it in words."""
        what = f"{self.supplier} {self.number} ({self.amount} {self.currency})"
        return f"{what}: {self.before or 'not there'} -> {self.after or 'gone'}"


def differences(standing: State, other: State) -> list[Difference]:
    """Return in which frames two states differ."""
    found = []
    for frame in FRAMES:
        here, there = _rows(standing.results(frame)), _rows(other.results(frame))
        lost, new = here - there, there - here
        if lost or new:
            found.append(Difference(frame, lost.total(), new.total(), dict(next(iter(lost or new)))))
    return found


def mismatch(name: str, standing: Sequence[Mapping[str, Any]], run: Sequence[Mapping[str, Any]]) -> str:
    """Return in words in what the rows of a frame differ from those of a run; nothing where they do not."""
    here, there = _rows(standing), _rows(run)
    if here == there:
        return ""
    return f"{name}: {several((here - there).total(), 'row')} too many against a run, {(there - here).total():,} missing"  # fmt: skip


def switches(standing: State, other: State) -> list[Switch]:
    """Return the invoices that two states decide otherwise, by supplier and number."""
    before, after = ({row["invoice_key"]: row for row in state.results("invoices")} for state in (standing, other))
    found = []
    for key in {**before, **after}:
        then, since = before.get(key, {}), after.get(key, {})
        if _verdict(then) != _verdict(since):
            supplier, number, amount, currency = (
                str((since or then).get(c, "")) for c in ("supplier_id", "invoice_number", "amount", "currency")
            )
            found.append(Switch(supplier, number, amount, currency, _verdict(then), _verdict(since)))
    return sorted(found, key=lambda one: (one.supplier, one.number, one.before))


def _verdict(row: Mapping[str, Any]) -> str:
    codes = row.get("codes", "")
    return f"{row.get('decision', '')}{f' ({codes})' if codes else ''}"


def _rows(rows: Sequence[Mapping[str, Any]]) -> Counter[tuple[tuple[str, Any], ...]]:
    return Counter(tuple(sorted(row.items())) for row in rows)
