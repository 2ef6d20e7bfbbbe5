"""Feeds beside each other: one that fails stops no other, and what it says holds no secret."""

from __future__ import annotations

import base64
import threading

import pytest

from recon.errors import RulesError
from recon.rules.file import parse_rules
from recon.run.feeds import fetching
from tests.kit.erp import AT
from tests.kit.live import MASTER
from tests.run.feeds.conftest import POLL

pytest.importorskip("httpx2")
pytest.importorskip("cryptography")
BROKEN = (
    POLL.partition("feeds:\n")[2].replace("name: erp", "name: broken").replace("/api/v2.0/purchaseInvoices", "/token/x")
)


@pytest.fixture
def both(erp, store, tmp_path, monkeypatch):
    monkeypatch.setenv("RECON_KEY", base64.b64encode(MASTER).decode())
    erp.bill("B1", AT.format(1))
    return parse_rules((POLL + BROKEN).format(address=erp.address).encode(), tmp_path / "rules.yaml")


def test_a_broken_feed_stops_no_other_and_tells_no_secret(both, store):
    said, done = [], threading.Event()

    def say(text):
        said.append(text)
        if len(said) == 2:
            done.set()

    with fetching.fetching(both, say):
        assert done.wait(20)
    assert sorted(line.partition(":")[0] for line in said) == ["broken", "erp"]
    assert (store.log.last(), store.log.health()["broken"]["failures"], store.log.health()["erp"]["problem"]) == (
        1,
        1,
        "",
    )
    assert "s3cret" not in repr((said, store.log.health()))


def test_a_feed_that_fails_is_asked_less_and_less_often_and_then_once(both, store, monkeypatch):
    rounds = fetching.Rounds(
        fetching.fetchers(both.feeds[1], both, fetching.Patience())[0], both, print, threading.Event()
    )
    pauses = [rounds._round(store) for _ in range(4)]
    assert pauses == [5, 10, 20, 40]
    assert rounds.fetcher._client.tries == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"${{ERP_SECRET}}"', "s3cret", "Secrets stand in no rules file"),
        ("url: {address}", "url: http://erp.example.com", "over https only"),
        (' "$filter=lastModifiedDateTime ge {{since}}"', ' "since={{now}}"', "since={since}"),
        ("    poll:\n", "    payload: notice\n    poll:\n", "belong together"),
        ('page: {{next: "@odata.nextLink"}}', "page: {{next: a, offset: b}}", "one way"),
    ],
)
def test_what_rules_may_not_say(erp, tmp_path, old, new, said):
    with pytest.raises(RulesError) as told:
        parse_rules(POLL.replace(old, new).format(address=erp.address).encode(), tmp_path / "rules.yaml")
    assert said in str(told.value)
    assert "s3cret" not in str(told.value)
