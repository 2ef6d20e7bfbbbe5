"""What turned is sent once to each target, in order for each document; new generations and lost states go on from there."""

from __future__ import annotations

import json

import pytest

from recon.store.changes import carry_over
from recon.store.deliveries import changes
from recon.store.state import Result, State
from recon.store.store import Store
from tests.kit.live import MASTER
from tests.kit.stores import lose_state

pytest.importorskip("cryptography")
NOW, LATER = "2026-01-05T10:00:00", "2026-01-05T11:00:00"


@pytest.fixture
def sent(store):
    deliveries = store.sent()
    deliveries.begin("erp", store.state)
    yield deliveries
    deliveries.close()


def turn(state: State, *told: str) -> None:
    """Put changes into the outbox: `I1 pay`."""
    for one in told:
        subject, decision = one.split()
        row = (1, subject, "decided", json.dumps({"decision": decision}))
        state.database.execute("insert into outbox(seq, subject, type, data) values (?, ?, ?, ?)", row)


def stands(state: State, *told: str) -> None:
    """Let invoices stand as results: `I1 pay`."""
    rows = [
        Result(i, "invoices", *one.split(), {"invoice_key": one.split()[0], "decision": one.split()[1]})
        for i, one in enumerate(told)
    ]
    state.replace_results(("invoices",), range(99), rows, 1)


def due(sent, state, now=NOW):
    return [f"{change.subject} {change.data['decision']}" for change in sent.due("erp", state, now)]


def test_one_change_a_document_waits_for_the_other_and_stops_no_third(store, sent):
    turn(store.state, "I1 hold", "I1 pay", "I2 pay")
    assert due(sent, store.state) == ["I1 hold", "I2 pay"]
    first, other = sent.due("erp", store.state, NOW)
    assert sent.failed("erp", first, LATER) == 1
    sent.sent("erp", other)
    assert (due(sent, store.state), due(sent, store.state, LATER)) == ([], ["I1 hold"])
    sent.failed("erp", first, LATER, dead=True)
    assert (due(sent, store.state), sent.waiting(store.state)) == (["I1 pay"], {"erp": 1})


def test_what_a_target_refused_for_good_is_passed_and_can_be_told_once_more(store, sent):
    turn(store.state, "I1 hold", "I2 pay", "I3 pay")
    first, second, third = sent.due("erp", store.state, NOW)
    sent.failed("erp", first, LATER, dead=True)
    sent.sent("erp", second, third)
    assert (sent._base("erp"), sorted(sent._marks("erp")), sent.dead()) == (3, [1], [("erp", 1, 1)])
    turn(store.state, "I1 pay", "I4 pay")
    sent.retry("erp", 1)
    assert (due(sent, store.state), sent.waiting(store.state)) == (["I1 hold", "I4 pay"], {"erp": 3})
    sent.sent("erp", *sent.due("erp", store.state, NOW))
    assert (due(sent, store.state), sent.dead()) == (["I1 pay"], [])
    sent.sent("erp", *sent.due("erp", store.state, NOW))
    assert (sent._base("erp"), sent._marks("erp"), sent.waiting(store.state)) == (5, {}, {"erp": 0})


def test_what_turned_before_a_target_is_known_is_not_sent_to_it_unless_it_asks(store, sent):
    turn(store.state, "I1 pay")
    for name in ("late", "all"):
        sent.begin(name, store.state, from_start=name == "all")
    assert sent.waiting(store.state) == {"all": 1, "erp": 1, "late": 0}


def test_other_rules_send_what_they_change_what_waits_and_nothing_again(store, sent):
    stands(store.state, "I1 pay", "I2 hold", "I3 pay")
    turn(store.state, "I1 pay", "I2 hold", "I3 pay")
    sent.sent("erp", sent.due("erp", store.state, NOW)[0])
    reader = Store.open(store.place, MASTER, write=False)
    with store.beside() as new:
        stands(new, "I1 pay", "I2 pay")
        carry_over(store.state, new, 1)
        again = store.switched(new)
    assert [c.id for c in changes(again.state)] == [1, 2, 3, 4, 5]
    assert due(sent, again.state) == ["I2 hold", "I3 pay"]
    told = [(c.subject, c.type, c.data["decision_before"]) for c in changes(again.state, 3)]
    assert told == [("I2", "recon.invoice.decided", "hold"), ("I3", "recon.invoice.withdrawn", None)]
    assert len(reader.state.results("invoices")) == 3
    fresh = reader.fresh()
    assert len(fresh.state.results("invoices")) == 2
    fresh.close()
    again.close()


def test_a_state_made_again_from_the_log_sends_only_what_the_target_does_not_know(store, sent):
    turn(store.state, "I1 pay", "I2 hold")
    for change in sent.due("erp", store.state, NOW):
        sent.sent("erp", change)
    store.close()
    lose_state(store.place)
    lost = Store.open(store.place, MASTER)
    turn(lost.state, "I1 hold", "I1 pay", "I2 pay")
    sent.begin("erp", lost.state)
    assert due(sent, lost.state) == ["I2 pay"]
    lost.close()
