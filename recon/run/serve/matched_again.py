"""What an invoice was matched with, matched again: who its supplier is and why, and the smallest change that clears what was found."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from recon.ledger.reconcile import reconcile
from recon.review.told import Known
from recon.run.serve.refused import busy
from recon.store.gathered import absent, ledger
from recon.store.outcome import documents_around
from recon.store.world.world import MASTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.rules.rule import Rules
    from recon.store.store import Store
    from recon.tables import Sources

    Tell = Callable[[Known, dict[str, Any]], dict[str, Any]]

Row = dict[str, Any]
CLEARS = ("told", "tried")
SHORTEST = 5
"""What is shorter is no bank detail, and may be part of anything."""
PATIENCE = 10.0
_ONE = threading.Lock()
"""One is matched at a time: it takes a processor for seconds, and the receiver has other things to do."""


def told_again(store: Store, rules: Rules, places: Mapping[str, int], key: str, tell: Tell) -> list[Row] | None:
    """Return what `tell` says of each line of an invoice when it is matched again with what it was matched with.

    None where that gives another result than the one that stands, as what depends on more than is around it does. No bank
    account and no VAT id stands in it. Raises RefusedError (503) while another one is matched.
    """
    if not _ONE.acquire(timeout=PATIENCE):
        raise busy("another invoice is being matched again: ask once more", 5)
    try:
        known, lines = _matched(store, rules, places, key)
        return _without([tell(known, line) for line in lines], known.sources) if lines else None
    finally:
        _ONE.release()


def _matched(store: Store, rules: Rules, places: Mapping[str, int], key: str) -> tuple[Known, list[Row]]:
    """Return what is known of a match of what is around an invoice, and the invoice's lines; none where it comes to another result."""
    state = store.state
    around = documents_around(state, "invoices", key)
    documents = [*state.documents(around), *state.documents(tables=MASTERS)]
    sources = ledger(documents, absent(state.has()))
    run = reconcile(sources, rules)
    lines = [row for row in run.invoice_lines.to_dicts() if row["invoice_key"] == key]
    same = _found(state.results("discrepancies", around), key) == _found(run.discrepancies.to_dicts(), key)
    return Known(run, sources, rules, places), lines if same else []


def _found(rows: Sequence[Row], key: str) -> list[tuple[str, ...]]:
    names = ("discrepancy_id", "code", "severity", "message")
    return sorted(tuple(str(row.get(name)) for name in names) for row in rows if row.get("invoice_key") == key)


def _without(told: list[Row], sources: Sources | None) -> list[Row]:
    """Return explanations in which no bank account and no VAT id of the sources is written."""
    if sources is None:
        return told
    frames = (sources.invoice_lines, sources.order_lines, sources.suppliers)
    columns = [frame[name] for frame in frames for name in frame.columns if name.endswith(("iban", "vat_id"))]
    hidden = {value for column in columns for value in column.drop_nulls().to_list() if len(value) >= SHORTEST}
    if not hidden:
        return told
    written = re.compile("|".join(map(re.escape, sorted(hidden, key=len, reverse=True))))
    return [_hidden(one, written) for one in told]


def _hidden(value: Any, written: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {name: _hidden(one, written) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(one, written) for one in value]
    return written.sub("(hidden)", value) if isinstance(value, str) else value
