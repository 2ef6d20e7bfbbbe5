"""Polling: nothing that a system has is lost, and nothing is taken twice, however it answers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from joserfc.jwk import ECKey, RSAKey

from recon.errors import OutputError, RulesError, SourceError
from recon.run.feeds import tokens
from recon.run.feeds.client import TRIES, WaitError
from recon.store.lent import Lent
from tests.kit.erp import AT
from tests.run.feeds.conftest import FRAPPE, ODOO, POLL

pytest.importorskip("httpx2")
pytest.importorskip("cryptography")


def keys(store):
    return [logged.event.key for logged in store.log.after(0)]


@pytest.fixture
def bills(erp):
    for day in range(1, 6):
        erp.bill(f"B{day}", AT.format(day))
    return erp


def test_pages_are_read_to_the_end_and_once(bills, fetch, store):
    assert fetch() == (5, 0)
    assert keys(store) == ["B1", "B2", "B3", "B4", "B5"]
    assert store.log.cursor("erp") == AT.format(5)
    assert (fetch(), len(bills.tokens)) == ((1, 1), 2)
    assert bills.asked[-1].endswith("2026-01-05T09%3A50%3A00Z")


def test_what_changes_in_the_moment_of_the_last_is_found(bills, fetch, store):
    fetch()
    bills.bill("B6", AT.format(5))
    bills.bill("B5", AT.format(5), quantity=2)
    assert fetch() == (2, 0)
    assert keys(store)[5:] == ["B6", "B5"]


@pytest.mark.parametrize(
    ("fault", "waited"),
    [((429, (("retry-after", "7"),)), 7), ((500, ()), 1), ((503, ()), 1), ("half", 1)],
)
def test_what_passes_is_asked_again(bills, fetch, store, waits, fault, waited):
    bills.faults += [None, fault]
    assert fetch() == (5, 0)
    assert [0.5 * waited <= seconds <= 2 * waited for seconds in waits] == [True]


def test_an_expired_token_is_renewed_in_the_midst(bills, fetch):
    bills.moves = [bills.tokens.clear]
    assert fetch() == (5, 0)
    assert len(bills.tokens) == 1


def test_a_token_is_renewed_before_it_ends(bills, fetch, monkeypatch):
    clock = SimpleNamespace(at=0.0, monotonic=lambda: clock.at)
    monkeypatch.setattr(tokens, "time", clock)
    bills.life, bills.moves = 100, [lambda: setattr(clock, "at", 79.0), lambda: setattr(clock, "at", 81.0)]
    assert fetch() == (5, 0)
    assert [told["Authorization"] for told in bills.headers] == ["Bearer t1", "Bearer t1", "Bearer t2"]


RENEWED = POLL.replace('"${{ERP_SECRET}}"}}}}', '"${{ERP_SECRET}}", refresh_token: "${{CONSENT}}"}}}}')


def test_what_renews_a_token_changes_with_each_use_and_is_kept_sealed(bills, fetch, store, monkeypatch):
    monkeypatch.setenv("CONSENT", "renews-1")
    assert [fetch(RENEWED), fetch(RENEWED), fetch(RENEWED)] == [(5, 0), (1, 1), (1, 1)]
    assert bills.renews == ["renews-1", "renews-2", "renews-3", "renews-4"]
    kept = store.log.database.execute("select name, token from lent").fetchall()
    assert (len(kept), b"renews" in repr(kept).encode()) == (1, False)
    monkeypatch.setenv("CONSENT", "renews-4")  # its user consented anew
    assert fetch(RENEWED) == (1, 1)


def test_what_renews_next_is_not_lost_while_it_cannot_be_kept(bills, fetch, monkeypatch):
    monkeypatch.setenv("CONSENT", "renews-1")
    keep = Lent.keep
    monkeypatch.setattr(Lent, "keep", lambda *_: (_ for _ in ()).throw(OutputError("the disk is full")))
    with pytest.raises(OutputError):
        fetch(RENEWED)
    monkeypatch.setattr(Lent, "keep", keep)
    assert fetch(RENEWED) == (5, 0)
    assert len(bills.renews) == 3


SIGNED = POLL.replace(
    'client_secret: "${{ERP_SECRET}}"', 'private_key: "${{ERP_KEY}}", key_id: k1, scope: "rest_webservices"'
)


@pytest.mark.parametrize(("kind", "size", "algorithm"), [(RSAKey, 2048, "PS256"), (ECKey, "P-256", "ES256")])
def test_a_key_of_ones_own_signs_who_asks(bills, fetch, monkeypatch, tmp_path, kind, size, algorithm):
    bills.key = kind.generate_key(size)
    (tmp_path / "own.pem").write_bytes(bills.key.as_pem(private=True))
    monkeypatch.setenv("ERP_KEY_FILE", str(tmp_path / "own.pem"))
    assert fetch(SIGNED) == (5, 0)
    told = bills.claims[0]
    assert (told["alg"], told["kid"], told["sub"], told["scope"]) == (algorithm, "k1", "recon", ["rest_webservices"])
    assert (told["aud"], told["exp"] - told["iat"]) == (f"{bills.address}/token", 300)


@pytest.mark.parametrize("text", ["s3cret-key", "-----BEGIN PRIVATE KEY-----\ns3cret-key\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_told_without_it(bills, fetch, monkeypatch, text):
    monkeypatch.setenv("ERP_KEY", text)
    with pytest.raises(RulesError, match="cannot be read") as told:
        fetch(SIGNED)
    assert "s3cret-key" not in f"{told.value} {told.value.hint}"


def test_what_renews_no_longer_is_told_without_it(bills, fetch, monkeypatch):
    monkeypatch.setenv("CONSENT", "renews-0")
    with pytest.raises(SourceError, match="answers with 400") as told:
        fetch(RENEWED)
    assert "consent again" in told.value.hint
    assert "renews-0" not in f"{told.value} {told.value.hint}"


def test_what_does_not_pass_keeps_what_came_and_asks_for_all_again(bills, fetch, store):
    bills.faults += [None] + [(500, ())] * TRIES
    with pytest.raises(SourceError, match="answers with 500"):
        fetch()
    assert (keys(store), store.log.cursor("erp")) == (["B1", "B2"], None)
    assert fetch() == (5, 2)


def test_more_patience_than_a_round_has_ends_it(bills, fetch):
    bills.faults.append((429, (("retry-after", "86400"),)))
    with pytest.raises(WaitError) as told:
        fetch()
    assert told.value.seconds == 86400


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("records: value", "records: values", "no list of records at 'values'"),
        ("column: lastModifiedDateTime", "column: modified", "no record has 'modified'"),
        ("purchaseInvoices\n", "salesInvoices/x/y\n", "answers with 404: nothing is there"),
        ('page: {{next: "@odata.nextLink"}}', 'page: {{next: "@odata.nextLink", most: 2}}', "more than 2 pages"),
    ],
)
def test_an_answer_that_is_another_than_said_moves_no_cursor(bills, fetch, store, old, new, said):
    with pytest.raises(SourceError, match=said):
        fetch(POLL.replace(old, new))
    assert store.log.cursor("erp") is None


def test_a_token_goes_nowhere_but_where_it_belongs(bills, fetch, erp):
    erp.address, here = "http://127.0.0.1:9", erp.address
    with pytest.raises(SourceError, match="elsewhere"):
        fetch(POLL.replace("{address}", here))


def test_a_record_that_names_no_document_is_a_letter_and_stops_no_other(bills, fetch, store):
    del bills.bills[2]["number"]
    del bills.bills[2]["vendorNumber"]
    assert fetch() == (5, 0)
    letter = next(logged for logged in store.log.after(0) if logged.event.key.startswith("unread:"))
    assert '"directUnitCost": 5.0' in letter.payload["unread"]


def test_a_clock_that_is_wrong_moves_no_cursor_into_the_future(bills, fetch, store):
    bills.bill("B6", "2199-01-01T00:00:00Z")
    assert fetch() == (6, 0)
    assert store.log.cursor("erp") == AT.format(5)


def test_documents_are_fetched_for_notices_and_again_only_where_they_may_have_changed(bills, fetch, store):
    bills.page = 5
    assert fetch(FRAPPE) == (5, 0)
    assert store.log.at(6).payload["records"][0][0] == ["name", "B1"]
    bills.asked.clear()
    bills.bill("B5", AT.format(5), quantity=2)
    assert fetch(FRAPPE) == (1, 0)
    bills.asked.clear()
    assert fetch(FRAPPE) == (0, 0)
    assert [path for path in bills.asked if "/B" in path] == []


def test_what_is_fetched_and_does_not_say_its_key_has_that_of_its_notice(bills, fetch, store):
    lines = FRAPPE.replace("    lines: items\n", "").replace("records: data}}", "records: data.items}}")
    assert fetch(lines) == (5, 0)
    assert keys(store)[5:] == ["B1", "B2", "B3", "B4", "B5"]


def test_what_a_notice_tells_of_and_is_gone_is_a_letter_and_stops_no_other(bills, fetch, store):
    bills.page = 9
    bills.moves = [lambda: bills.bills.pop(1)]
    assert fetch(FRAPPE) == (5, 0)
    assert [key for key in keys(store)[5:] if not key.startswith("unread")] == ["B1", "B3", "B4", "B5"]


def test_what_a_notice_says_is_gone_is_deleted_and_what_cannot_be_fetched_stops_no_other(bills, fetch, store):
    bills.page = 9
    bills.bills[1]["state"] = "deleted"
    bills.faults += [None, None, (400, ())]
    assert fetch(FRAPPE.replace("lines: items", "lines: items\n    deleted: state")) == (5, 0)
    assert [logged.event.key for logged in store.log.after(0) if logged.event.kind == "deleted"] == ["B2"]
    assert sum(key.startswith("unread") for key in keys(store)) == 1


def test_a_record_that_moves_between_pages_takes_no_other_with_it(bills, fetch, store):
    bills.moves = [lambda: bills.bill("B1", AT.format(6))]
    fetch(FRAPPE)
    assert sorted(set(keys(store))) == ["B1", "B2", "B3", "B4", "B5"]
    assert store.log.cursor("erp") == "2026-01-06 10:00:00"


def test_a_body_is_posted_with_place_and_time_in_it(bills, fetch, store):
    bills.bills = []
    for day in range(1, 6):
        bills.bill(str(day), AT.format(day))
    assert fetch(ODOO) == (5, 0)
    bills.bill("6", AT.format(6))
    assert fetch(ODOO) == (2, 1)
    assert "s3cret" not in repr([logged.payload for logged in store.log.after(0)])
