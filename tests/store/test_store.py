"""The store keeps what it accepted, once, sealed, and in order; what is damaged is told."""

from __future__ import annotations

import pytest

from recon.errors import OutputError, RulesError
from recon.rules.rule import Rules
from recon.store.events import DELETED, PARTIAL, Event
from recon.store.keys import Keyring
from recon.store.live import Live
from recon.store.outcome import frames_around
from recon.store.positions import balances
from recon.store.store import Store
from tests.kit.live import AT, MASTER, told
from tests.kit.stores import contents, cut_event, empty_disk, fill_disk

pytest.importorskip("cryptography")
IBAN, VAT_ID = "DE89370400440532013000", "DE136695976"


def order(version="1", quantity="10", **more):
    line = {
        "po_number": "P1",
        "po_line": "1",
        "supplier_id": "S",
        "quantity": quantity,
        "unit_price": "5",
        "source": "o",
        "row": 2,
    }
    return Event("erp", "orders", "P1", {"lines": [line], "rejects": [], "has": []}, version=version, **more)


def apply(store, *events):
    for event in events:
        store.log.accept([event], AT)
    live = Live(store.state, store.keys, Rules())
    for logged in store.log.after(store.state.applied_seq):
        live.apply([told(logged)], AT)


def committed(store):
    return {currency: str(amount) for currency, amount in balances(store.state)["committed"].items()}


def test_an_event_that_comes_twice_is_accepted_once(store):
    first, again = (store.log.accept([order(event_id="e1")], AT)[0] for _ in range(2))
    assert (first.repeated, again.repeated, again.seq) == (False, True, first.seq)
    same_version = store.log.accept([order()], AT)[0]
    assert (same_version.repeated, store.log.last()) == (True, first.seq)


def test_what_goes_back_to_what_it_was_is_no_repetition(store):
    seqs = [store.log.accept([order("", quantity)], AT)[0].seq for quantity in ("10", "11", "10", "10")]
    assert seqs == [1, 2, 3, 3]


def test_an_order_is_committed_in_the_transaction_that_applies_it(store):
    apply(store, order())
    assert committed(store) == {"EUR": "50"}


@pytest.mark.parametrize("versions", [("9", "10"), ("10", "9"), ("10", "9", "10", "2")])
def test_the_greatest_version_counts_in_whatever_order(store, versions):
    apply(store, *(order(version, version) for version in versions))
    assert committed(store) == {"EUR": "50"}


def test_a_document_that_is_gone_commits_nothing_and_can_come_back(store):
    apply(store, order(), order("2", kind=DELETED))
    assert committed(store) == {}
    apply(store, order("3"))
    assert committed(store) == {"EUR": "50"}


@pytest.mark.parametrize("closing_first", [True, False])
def test_a_document_waits_for_its_lines(store, closing_first):
    part, last = order("4", kind=PARTIAL), order("4", "2")
    last.payload["lines"][0] |= {"po_line": "2"}
    apply(store, last if closing_first else part)
    assert committed(store) == ({"EUR": "10"} if closing_first else {})
    apply(store, part if closing_first else last)
    assert committed(store) == {"EUR": "60"}


def test_nothing_of_a_bank_stands_in_the_files(store):
    line = {
        "supplier_id": "S",
        "supplier_vat_id": VAT_ID,
        "iban": IBAN,
        "invoice_number": "I1",
        "amount": "5",
        "source": "i",
        "row": 2,
    }
    master = {
        "supplier_id": "S",
        "name": "Acme",
        "iban": IBAN,
        "vat_id": VAT_ID,
        "email": "a@acme.example",
        "source": "s",
        "row": 2,
    }
    bad = {"table": "invoice_lines", "source": "i", "row": 3, "column": "iban", "value": IBAN + "X", "reason": "?"}
    body = {"lines": [line], "rejects": [bad], "has": ["iban"]}
    apply(
        store,
        Event("erp", "invoices", "I1", body),
        Event("erp", "suppliers", "S", {"lines": [master], "rejects": [], "has": []}),
    )
    store.close()
    content = contents(store.place)
    assert not [secret for secret in (IBAN, VAT_ID, "a@acme.example") if secret.encode() in content]


def test_a_log_that_was_tampered_with_is_told(store):
    store.log.accept([order("1"), order("2", "3"), order("3", "4")], AT)
    assert store.check() == []
    with pytest.raises(OutputError, match="never deleted"):
        store.log.database.execute("delete from event where seq = 2")
    cut_event(store.place, 2)
    assert store.check() == [f"{store.log.database.name}: event 3 does not follow from the one before it"]


def test_what_is_erased_leaves_its_hash(store):
    store.log.accept([order("1"), order("2")], AT)
    store.log.erase(1)
    assert [each.payload is None for each in store.log.after(0)] == [True, False]
    assert store.check() == []


def test_another_key_opens_nothing(store):
    with pytest.raises(RulesError, match="not this store's"):
        Store.open(store.place, bytes(32))


def test_a_key_that_is_changed_opens_what_was_there_before(store):
    apply(store, order())
    store.rotate_key(bytes(range(1, 33)))
    with pytest.raises(RulesError, match="not this store's"):
        Store.open(store.place, MASTER)
    again = Store.open(store.place, bytes(range(1, 33)))
    apply(again, order("2", "2"))
    assert (committed(again), again.check()) == ({"EUR": "10"}, [])
    again.close()


def test_what_is_sealed_opens_only_where_it_stood():
    keys = Keyring.new()
    sealed = keys.seal(b"x", "document|orders|P1")
    assert keys.open(sealed, "document|orders|P1") == b"x"
    with pytest.raises(OutputError, match="does not open"):
        keys.open(sealed, "document|orders|P2")


def test_a_copy_of_the_log_is_the_log(store, tmp_path):
    store.log.accept([order("1"), order("2")], AT)
    (tmp_path / "copy").mkdir()
    store.backup(tmp_path / "copy" / "events.db")
    copy = Store.open(tmp_path / "copy", MASTER)
    assert (copy.log.last(), copy.check()) == (2, [])
    copy.close()


def test_one_follows_at_a_time(store):
    with store.lease(), pytest.raises(OutputError, match="another process follows"), store.lease():
        pass


def test_a_state_that_cannot_be_written_is_told_and_nothing_of_it_stays(store):
    large = order()
    large.payload["lines"][0]["description"] = "x" * 50_000
    store.log.accept([large], AT)
    live = Live(store.state, store.keys, Rules())
    fill_disk(store)
    with pytest.raises(OutputError, match="could not be written"):
        live.apply([told(each) for each in store.log.after(0)], AT)
    empty_disk(store)
    assert (store.state.applied_seq, committed(store)) == (0, {})
    live.apply([told(each) for each in store.log.after(0)], AT)
    assert committed(store) == {"EUR": "50"}


def test_a_bug_of_the_match_holds_its_group_and_stops_no_other(store, monkeypatch):
    from recon.store import matcher as module

    def match(sources, context):
        if sources.order_lines["po_number"].str.contains("P2").any():
            raise ZeroDivisionError
        return match_some(sources, context)

    match_some = module.match_some
    monkeypatch.setattr(module, "match_some", match)
    other = order()
    other.payload["lines"][0] |= {"po_number": "P2", "supplier_id": "T"}
    store.log.accept([order(), Event("erp", "orders", "P2", other.payload)], AT)
    Live(store.state, store.keys, Rules()).apply([told(each) for each in store.log.after(0)], AT)
    assert [row["po_number"] for row in store.state.results("order_lines")] == ["P1"]
    assert [(key, why) for _, _, key, why, *_ in store.state.dead()] == [
        ("P2", "what it belongs to could not be matched: a bug in recon (ZeroDivisionError)")
    ]
    assert committed(store) == {"EUR": "100"}
    monkeypatch.undo()
    again = [told(each) for each in store.log.after(1)]
    Live(store.state, store.keys, Rules()).apply(again, AT, again=True)
    assert [row["po_number"] for row in store.state.results("order_lines")] == ["P1", "P2"]


def test_what_an_order_was_matched_with_is_found_by_its_number(store):
    other = order()
    other.payload["lines"][0] |= {"po_number": "P2", "supplier_id": "T"}
    receipt = {"receipt_number": "R", "po_number": "P1", "po_line": "1", "quantity": "4", "source": "r", "row": 2}
    body = {"lines": [receipt], "rejects": [], "has": []}
    apply(store, order(), Event("erp", "orders", "P2", other.payload), Event("erp", "receipts", "R", body))
    frames = frames_around(store.state, "order_lines", "P1")
    assert [frames[name].height for name in ("order_lines", "receipt_lines")] == [1, 1]
    assert frames["order_lines"]["received"].to_list() == [4]
    assert frames_around(store.state, "order_lines", "P3") is None


def test_of_a_large_group_only_what_shares_an_order_is_around_a_result(store, monkeypatch):
    apply(store, *(_order(f"P{at}") for at in range(1, 5)))
    state = store.state
    state.keep_unit(state.ids(["orders"]))
    whole = frames_around(state, "order_lines", "P1")["order_lines"]["po_number"].to_list()
    monkeypatch.setattr("recon.store.outcome.MOST_AROUND", 3)
    near = frames_around(state, "order_lines", "P1")["order_lines"]["po_number"].to_list()
    assert (sorted(whole), near) == (["P1", "P2", "P3", "P4"], ["P1"])


def _order(number):
    line = {
        "po_number": number,
        "po_line": "1",
        "supplier_id": "S",
        "quantity": "10",
        "unit_price": "5",
        "source": "o",
        "row": 2,
    }
    return Event("erp", "orders", number, {"lines": [line], "rejects": [], "has": []}, version="1")


def invoice(number, *, po_number="P1", **more):
    line = {"supplier_id": "S", "invoice_number": number, "po_number": po_number, "po_line": "1", "quantity": "10", "unit_price": "5"}  # fmt: skip
    line |= {"amount": "50", "source": "i", "row": 2} | more
    return Event("erp", "invoices", number, {"lines": [line], "rejects": [], "has": []})


def settled(store):
    live = Live(store.state, store.keys, Rules())
    while live.settle(AT, store.log.at).any:
        pass
    return {row["invoice_number"]: row["decision"] for row in store.state.results("invoices")}


def test_what_looks_further_is_pending_until_its_group_is_matched(store):
    apply(store, order(), invoice("I1"))
    assert settled(store) == {"I1": "hold"}
    apply(store, invoice("I2", po_number="P9"))
    assert [row["invoice_number"] for row in store.state.results("invoices")] == ["I1"]
    assert len(store.state.pending(9)) == 1
    assert (settled(store), store.state.pending(9)) == ({"I1": "hold", "I2": "hold"}, [])


def test_an_order_makes_what_looks_further_in_its_group_pending(store):
    apply(store, order(), invoice("I2", po_number="P9"))
    settled(store)
    other = order("1", "10")
    other.payload["lines"][0] |= {"po_number": "P2"}
    apply(store, Event("erp", "orders", "P2", other.payload))
    assert [store.state.documents(store.state.pending(9))[0].key] == ["I2"]
    assert [row["po_number"] for row in store.state.results("order_lines")] == ["P1", "P2"]


def test_a_store_that_is_filled_is_matched_at_the_end(store):
    events = store.log.accept([order(), invoice("I1")], AT)
    live = Live(store.state, store.keys, Rules())
    assert live.fill([told(each) for each in store.log.after(0)], AT).events == len(events)
    assert (committed(store), store.state.results("invoices"), live.filling) == ({"EUR": "50"}, [], True)
    live.filled()
    assert (settled(store), live.filling) == ({"I1": "hold"}, False)
