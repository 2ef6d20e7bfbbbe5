"""A bug of the match, or of the engine below it, holds what it stands in and stops nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from recon.rules.rule import Rules
from recon.store import intake
from recon.store.live import Live
from tests.kit.live import AT, told
from tests.store.test_store import committed, order

pytest.importorskip("cryptography")


@pytest.fixture(params=[ZeroDivisionError, pl.exceptions.PanicException])
def with_bug(request, monkeypatch):
    """Let what is normalised of order P2 meet a bug."""
    normalised = intake.normalised

    def raising(sources, rules):
        if (sources.order_lines["po_number"] == "P2").any():
            raise request.param
        return normalised(sources, rules)

    monkeypatch.setattr(intake, "normalised", raising)
    return request.param.__name__


def other(number):
    event = order()
    event.payload["lines"][0] |= {"po_number": number}
    return type(event)("erp", "orders", number, event.payload, version="1")


def test_an_event_that_meets_a_bug_is_a_dead_letter_and_those_beside_it_are_applied(store, with_bug):
    store.log.accept([order(), other("P2"), other("P3")], AT)
    live = Live(store.state, store.keys, Rules())
    applied = live.apply([told(each) for each in store.log.after(0)], AT)
    assert (applied.events, applied.dead, store.state.applied_seq) == (3, 1, 3)
    assert [(key, why) for _, _, key, why, *_ in store.state.dead()] == [("P2", f"a bug in recon ({with_bug})")]
    assert committed(store) == {"EUR": "100"}
