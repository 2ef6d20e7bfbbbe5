"""What month-end says of the period that runs: cash and key figures, worked out when they are asked for, and kept a while."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from recon.errors import ReconError, RulesError
from recon.rules.written.periods import declared_period, period
from recon.run.live.clock import now
from recon.run.serve.refused import RefusedError, busy
from recon.store.gathered import stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.rule import Rules
    from recon.run.serve.query import Query
    from recon.run.serve.reader import Reader
    from recon.store.store import Store

Row = dict[str, Any]
KEPT = 60.0
"""Seconds that an answer stands, although events came since: all documents are closed for it."""
PATIENCE = 20.0
MOST_KEPT = 12


@dataclass
class Months:
    """Closes periods over the documents of the store, one at a time; `opened` opens it for reading."""

    rules: Rules
    opened: Callable[[], Store]
    kept: dict[str, tuple[float, int, Row]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def frame(self, name: str) -> Callable[[Reader, Query], Row]:
        """Return what tells one frame of month-end: `cash_out` or `kpis`; others read while a period is being closed."""

        def tell(reader: Reader, asked: Query) -> Row:
            with reader.look() as store:
                applied = store.state.applied_seq
            told = self._of(asked.text("period") or f"{datetime.now(UTC).astimezone():%Y-%m}", applied)
            return {**told["about"], name: told[name]}

        return tell

    def _of(self, month: str, applied: int) -> Row:
        try:
            declared_period(month)
        except RulesError as error:
            raise RefusedError(400, error.message, hint=error.hint) from None
        if not self._lock.acquire(timeout=PATIENCE):
            raise busy("the period is being closed: ask again", 10)
        try:
            at, seq, told = self.kept.get(month, (float("-inf"), -1, {}))
            if seq != applied and time.monotonic() - at > KEPT:
                told = self._closed(month)
                self.kept = dict([*self.kept.items(), (month, (time.monotonic(), told["about"]["applied"], told))][-MOST_KEPT:])  # fmt: skip
            return told
        finally:
            self._lock.release()

    def _closed(self, month: str) -> Row:
        from recon.close.month_end import month_end

        store = self.opened()
        try:
            sources, applied = stored(store.state), store.state.applied_seq
        finally:
            store.close()
        try:
            done = month_end(sources, self.rules, period(month))
        except ReconError as error:
            raise RefusedError(422, f"the period cannot be closed: {error.message}", hint=error.hint) from None
        about = {"period": month, "applied": applied, "at": now()}
        return {"about": about, "cash_out": done.cash_out.to_dicts(), "kpis": done.kpis.to_dicts()}
