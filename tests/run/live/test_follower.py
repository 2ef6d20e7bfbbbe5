"""The follower: an event that comes while others wait for their groups does not wait for many of them."""

from __future__ import annotations

import pytest

from recon.rules.rule import Rules
from recon.run.live.follower import FEW_SETTLED, MOST_SETTLED, Follower
from recon.store.applied import Applied
from tests.kit.live import AT
from tests.store.test_store import order

pytest.importorskip("cryptography")


def test_while_events_come_little_of_the_second_queue_is_matched_at_once(store, monkeypatch):
    asked = []
    follower = Follower.of(store, Rules())
    monkeypatch.setattr(follower.live, "settle", lambda _at, _event, most: asked.append(most) or Applied())
    monkeypatch.setattr("recon.run.live.follower.MANY_WAIT", 0)
    follower.tick()
    store.log.accept([order()], AT)
    assert follower.tick().events == 1
    follower.tick()
    monkeypatch.setattr("recon.run.live.follower.QUIET", 0.0)
    follower.tick()
    assert asked == [MOST_SETTLED, FEW_SETTLED, MOST_SETTLED]
