"""What turned is told to whom the rules name: signed, in order for each document, at least once."""

from __future__ import annotations

import base64
import json
import threading
import time

import pytest

from recon.errors import RulesError
from recon.rules.file import parse_rules
from recon.rules.targets import Target
from recon.run.live import deliver
from recon.run.serve.signatures import verified
from tests.kit.hearer import hearer
from tests.store.test_deliveries import turn

pytest.importorskip("httpx2")
pytest.importorskip("cryptography")
SECRET = base64.b64encode(b"0123456789abcdef").decode()
GO = threading.Event()


@pytest.fixture
def ear():
    with hearer() as one:
        yield one


@pytest.fixture
def tell(store, ear, monkeypatch):
    """Tell what is due, as if `after` seconds had passed."""
    monkeypatch.setenv("OUT_SECRET", SECRET)
    deliveries = store.sent()
    courier = deliver.Courier.of(Target("bus", ear.address, ("${OUT_SECRET}",), all=True, tries=3))

    def do(*turned, at="2099-01-01T00:00:00"):
        turn(store.state, *turned)
        monkeypatch.setattr(deliver, "now", lambda: at)
        return courier.once(store, deliveries, GO)

    do.deliveries = deliveries
    yield do
    courier.close()
    deliveries.close()


def test_changes_are_told_in_their_order_each_once_and_signed(tell, ear):
    assert tell("I1 hold", "I2 pay", "I1 pay") == 3
    assert ear.told() == [("I1", "hold"), ("I2", "pay"), ("I1", "pay")]
    assert tell() == 0
    headers, body = ear.heard[0]
    assert verified("standard", headers, body, [b"0123456789abcdef"], time.time()) == json.loads(body)["id"]
    told = json.loads(body)
    assert (told["specversion"], told["type"], told["subject"], headers["content-type"]) == ("1.0", "decided", "I1", "application/cloudevents+json; charset=utf-8")  # fmt: skip


def test_what_is_refused_is_told_again_before_what_follows_it_and_holds_no_other(tell, ear):
    ear.refuses["I1"] = [500]
    tell("I1 hold", "I1 pay", "I2 pay", at="2000-01-01T00:00:00")
    assert ear.told() == [("I2", "pay")]
    assert tell.deliveries.troubles()["bus"].startswith("answers with 500")
    tell()
    assert (ear.told(), tell.deliveries.troubles()) == ([("I2", "pay"), ("I1", "hold"), ("I1", "pay")], {})


def test_what_is_refused_for_good_is_dead_and_what_follows_is_told(tell, ear):
    ear.refuses["I1"] = [400, 400, 400]
    tell("I1 hold", "I1 pay")
    assert (ear.told(), tell.deliveries.dead()) == ([("I1", "pay")], [("bus", 1, 3)])


def test_one_who_does_not_answer_costs_no_try(store, tell, monkeypatch):
    monkeypatch.setenv("OUT_SECRET", SECRET)
    courier = deliver.Courier.of(Target("gone", "http://127.0.0.1:9/x", ("${OUT_SECRET}",), all=True))
    turn(store.state, "I1 pay")
    with pytest.raises(deliver.SilentError):
        courier.once(store, tell.deliveries, GO)
    assert tell.deliveries.waiting(store.state)["gone"] == 1
    assert tell.deliveries.dead() == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{name: a, url: 'http://erp.example.com/x', secret: '${A}'}", "over https only"),
        ("{name: a, url: 'https://erp.example.com/x', secret: whsec_abc}", "Secrets stand in no rules file"),
    ],
)
def test_what_rules_may_not_say_of_a_target(tmp_path, row, said):
    text = f"version: 1\nsources: {{orders: {{files: [o.csv]}}, invoices: {{files: [i.csv]}}}}\ndeliver: [{row}]\n"
    with pytest.raises(RulesError) as told:
        parse_rules(text.encode(), tmp_path / "rules.yaml")
    assert said in str(told.value)
    assert "whsec_abc" not in str(told.value)
