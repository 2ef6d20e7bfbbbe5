"""What is pushed is taken when it is durable, once; what should not be is refused, and nothing of it is applied."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.kit.hostile import HOSTILE
from tests.kit.service import TOKENS, bc_notice, github, order, quickbooks, standard, stripe, xero

JSON = {"content_type": "application/json"}


def raw(body):
    return json.dumps(body).encode()


def test_a_signed_document_is_in_the_log_when_it_is_acknowledged(service):
    told = service.hook(order("H1"), "m-1")
    assert (told.status, told.json["accepted"], told.json["duplicate"]) == (202, 1, False)
    logged = service.events()[told.json["events"][0] - 1]
    assert (logged.event.feed, logged.event.key, logged.event.version) == ("orders pushed", "H1", "1")
    again = service.hook(order("H1"), "m-1")
    assert (again.status, again.json["duplicate"], again.json["events"]) == (202, True, told.json["events"])


def test_the_older_secret_holds_while_one_replaces_another(service):
    body = raw(order("H2"))
    told = service.ask("/hooks/orders", "POST", body, **standard(body, "m-2", secret=b"n" * 24), **JSON)
    assert told.status == 202


def test_one_id_with_two_contents_is_a_conflict(service):
    assert service.hook(order("H3"), "m-3").status == 202
    before = len(service.events())
    told = service.hook(order("H3", rev=2, qty=11), "m-3")
    assert (told.status, told.headers["content-type"]) == (409, "application/problem+json")
    assert "m-3" in told.json["detail"]
    assert len(service.events()) == before


DEEP = b'{"po": "D", "rev": 1, "x": ' + b"[" * 40 + b"]" * 40 + b"}"
CASES = {
    "no signature": (401, raw(order("X")), {"webhook_signature": ""}),
    "signed by another": (401, raw(order("X")), {"webhook_signature": "v1,AAAA"}),
    "another kind of signature": (401, raw(order("X")), {"webhook_signature": "v1a,AAAA v2,BBBB"}),
    "a signature that is no text": (401, raw(order("X")), {"webhook_signature": "v1,\xff\xfe"}),
    "six minutes old": (401, raw(order("X")), lambda: standard(raw(order("X")), "x", time.time() - 360)),
    "six minutes ahead": (401, raw(order("X")), lambda: standard(raw(order("X")), "x", time.time() + 360)),
    "no id": (401, raw(order("X")), {"webhook_id": ""}),
    "an id that is long": (401, raw(order("X")), lambda: standard(raw(order("X")), "x" * 201)),
    "a form": (415, raw(order("X")), {"content_type": "application/x-www-form-urlencoded"}),
    "compressed": (415, raw(order("X")), {"content_encoding": "gzip"}),
    "another encoding": (415, raw(order("X")), {"content_type": "application/json; charset=utf-16"}),
    "too large": (413, b'{"po": "' + b"x" * 2**20 + b'"}', {}),
    "no JSON": (422, b'{"po": ', {}),
    "nothing": (422, b"", {}),
    "no UTF-8": (422, b'{"po": "\xff"}', {}),
    "no record": (422, b"17", {}),
    "a list of no records": (422, b"[1, 2]", {}),
    "no number": (422, b'{"po": "X", "rev": NaN, "lines": []}', {}),
    "too deep": (422, DEEP, {}),
    "deep beyond measure": (422, b"[" * 500_000, {}),
    "quotes without end": (422, b'{"po": "' + b'\\"[' * 300_000, {}),
    "lines that are none": (422, raw({"po": "X", "rev": 1, "lines": "many"}), {}),
    "no key": (422, raw({"rev": 1, "lines": [{"pos": "10"}]}), {}),
    "half a document without a version": (422, raw({"record": {"po": "X", "lines": []}, "partial": True}), {}),
    "an envelope with more in it": (422, raw({"record": order("X"), "shell": "rm"}), {}),
    "too many": (413, raw([order("X")] * 1001), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_should_not_be_taken_is_refused_with_a_problem_document(service, case):
    status, body, headers = CASES[case]
    before = len(service.events())
    signed = headers() if callable(headers) else headers  # signed when it is sent, not when tests are collected
    told = service.hook(body, f"c-{case.replace(' ', '-')}", **signed)
    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")
    assert told.json["status"] == status
    assert len(service.events()) == before


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/hooks/none", 404), ("POST", "/v1/none", 404), ("GET", "/hooks/orders", 405), ("PUT", "/healthz", 405), ("POST", "/hooks/orders/", 404), ("POST", "/hooks/../hooks/orders", 404)])  # fmt: skip
def test_other_paths_and_methods_are_told(service, method, path, status):
    told = service.ask(path, method, b"{}", **JSON)
    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")
    assert status == 404 or "allow" in told.headers


def test_a_page_of_the_web_does_not_reach_it_by_a_name_of_its_own(service):
    assert service.ask("/healthz", host="evil.example").status == 421
    assert [service.ask("/healthz", host=name).status for name in ("localhost:1", "127.0.0.1", "[::1]:80")] == [200] * 3


def test_stripe_messages_come_once_however_often_they_are_sent(service):
    body = raw(
        {"vendor": "V1", "no": "S-1", "vat": "", "iban": "", "lines": [{"po": "H1", "pos": "10", "qty": 1, "price": 5}]}
    )
    signed = stripe(body) | JSON
    told = [service.ask("/hooks/bills", "POST", body, **signed).json["duplicate"] for _ in range(2)]
    assert told == [False, True]


def test_github_and_xero_messages_need_what_tells_them_apart(service):
    whole, bare = raw(order("G1") | {"lines": None, "pos": "10"}), raw({"po": "G1"})
    assert service.ask("/hooks/hub", "POST", whole, **github(whole), **JSON).status == 202
    assert "version" not in service.ask("/hooks/hub", "POST", bare, **github(bare), **JSON).json["detail"]
    assert service.ask("/hooks/hub", "POST", bare, **github(bare), **JSON).status == 422
    intent = raw({"events": [], "entropy": "x"})
    assert service.ask("/hooks/xero", "POST", intent, **xero(intent), **JSON).status == 200
    assert service.ask("/hooks/xero", "POST", intent, **xero(whole), **JSON).status == 401
    event = raw({"events": [{"id": "e1", "po": "Z1", "pos": "10", "vendor": "V1", "qty": 1, "price": 1}]})
    assert service.ask("/hooks/xero", "POST", event, **xero(event), **JSON).json["accepted"] == 1


def bc(service, *notices):
    return service.ask("/hooks/bc", "POST", raw({"value": list(notices)}), **JSON)


def test_business_central_is_shown_its_token_and_its_notices_name_documents(service):
    hello = service.ask("/hooks/bc?validationToken=a%2Bb-17", "POST", b"")
    assert (hello.status, hello.body, hello.headers["content-type"]) == (200, b"a+b-17", "text/plain; charset=utf-8")
    assert service.ask("/hooks/bc?validationToken=%3Cb%3E%0A", "POST", b"").status == 400
    assert service.ask("/hooks/orders?validationToken=x", "POST", b"{}", **JSON).status == 401
    many = bc_notice("", "collection", resource="api/v2.0/companies(b18aed47)/purchaseInvoices?$filter=x")
    told = bc(service, bc_notice("A-1"), bc_notice("A-2", "deleted", "n" * 32), many)
    assert (told.status, told.json["accepted"]) == (200, 2)
    kept = [each for each in service.events() if each.event.feed == "bc"]
    assert [each.event.key for each in kept] == ["A-1", "A-2"]
    assert '"entity":"purchaseInvoices"' in kept[0].payload["notice"].replace(" ", "")
    assert "o" * 32 not in repr([each.payload for each in kept])


@pytest.mark.parametrize(("notice", "status"), [(bc_notice("B", state="x" * 32), 401), (bc_notice("B", state=""), 401), (bc_notice("B", state=17), 401), ("B", 422)])  # fmt: skip
def test_business_central_without_the_secret_is_refused_whole(service, notice, status):
    before = len(service.events())
    assert bc(service, bc_notice("A-3"), notice).status == status
    assert len(service.events()) == before


def test_quickbooks_signs_the_body_and_tells_which_documents(service):
    body = raw({"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": [{"name": "Bill", "id": "95", "operation": "Update"}]}}]})  # fmt: skip
    assert service.ask("/hooks/qb", "POST", body, **quickbooks(body), **JSON).status == 200
    assert service.ask("/hooks/qb", "POST", body, **quickbooks(body + b" "), **JSON).status == 401
    assert service.events()[-1].event.key == "95"


def both(service, *told):
    body = raw({"told": list(told)})
    return service.ask("/hooks/both", "POST", body, **quickbooks(body), **JSON)


def test_feeds_that_share_a_path_take_each_what_is_theirs(service):
    kinds = ("Bill", "1"), ("PurchaseOrder", "1"), ("VendorCredit", "1"), ("Bill", "2"), ("Customer", "1")
    told = [{"name": name, "realm": realm, "id": f"{name}{realm}"} for name, realm in kinds]
    assert both(service, *told).json["accepted"] == 3
    kept = [each.event for each in service.events() if each.event.feed.endswith("told")]
    assert [(each.feed, each.key) for each in kept] == [("bills told", "Bill1"), ("bills told", "VendorCredit1"), ("orders told", "PurchaseOrder1")]  # fmt: skip
    assert both(service, told[-1]).json["accepted"] == 0
    assert both(service, told[0] | {"id": "x"}, "Bill").status == 422
    assert service.push("orders told", {"told": [{"id": "own"}]}, "k-own").json["accepted"] == 1


def test_documents_are_pushed_with_a_token_and_a_key_of_ones_own(service):
    told = service.push("orders pushed", [order("P1"), order("P2")], "k-1")
    assert (told.status, told.json["accepted"]) == (202, 2)
    again = service.push("orders pushed", [order("P1"), order("P2")], "k-1")
    assert (again.json["duplicate"], again.json["repeated"]) == (True, 2)
    assert service.push("orders pushed", [order("P1", 2, 12), order("P2")], "k-1").status == 409


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"authorization": "Bearer wrong"}, 401), ({"authorization": "Basic !"}, 401), ({"authorization": f"Bearer {TOKENS['READ']}"}, 403), ({"authorization": f"Bearer {TOKENS['INGEST']}"}, 400), ({"authorization": f"Bearer {TOKENS['INGEST']}", "idempotency_key": "a b"}, 400)])  # fmt: skip
def test_who_may_not_push_is_told_so(service, headers, status):
    told = service.ask("/v1/events/hub", "POST", raw(order("Q")), **JSON, **headers)
    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")


def test_a_cloud_event_is_known_by_what_it_says_of_itself(service):
    own = {"authorization": f"Bearer {TOKENS['INGEST']}"}
    told = {"specversion": "1.0", "id": "e-1", "source": "/s4", "type": "order.changed", "data": order("CE1")}
    around = own | {"content_type": "application/cloudevents+json; charset=utf-8"}
    ask = [service.ask("/v1/events/orders%20pushed", "POST", raw(told), **around) for _ in range(2)]
    assert [(one.status, one.json["duplicate"]) for one in ask] == [(202, False), (202, True)]
    headers = own | JSON | {"ce_id": "e-2", "ce_source": "/s4", "ce_specversion": "1.0"}
    assert service.ask("/v1/events/orders%20pushed", "POST", raw(order("CE2")), **headers).json["accepted"] == 1
    for bad, status in ((told | {"id": ""}, 400), ({"id": "e", "source": "s"}, 422), ([told], 422)):
        assert service.ask("/v1/events/orders%20pushed", "POST", raw(bad), **around).status == status


def test_a_feed_that_is_not_there_is_told(service):
    assert service.push("nobody", order("Q"), "k-9").status == 404


def test_what_is_refused_is_told_without_what_was_sent(service):
    service.ask("/hooks/orders?token=canary-1", "POST", b'"canary-2"', **JSON, webhook_signature="v1,canary-3")
    service.ask("/canary-4", authorization="Bearer canary-5")
    said = "\n".join(service.said)
    assert "refused: 401 POST /v1/events/{feed}: a token is wanted" in said
    assert "canary" not in said
    assert not any(token in said for token in TOKENS.values())


def resident():
    told = Path("/proc/self/statm").read_text() if Path("/proc/self/statm").exists() else "0 0"
    return int(told.split()[1]) * 4096


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_body_is_answered_within_little_memory(service, what):
    status, body = HOSTILE[what]
    before = resident()
    told = [service.hook(body, f"{what}-{at}".replace(" ", "-")) for at in range(2)]
    assert [one.status for one in told] == [status] * 2
    assert resident() - before < 100 * 2**20


def test_a_body_that_does_not_come_is_not_waited_for(service, monkeypatch):
    monkeypatch.setattr("recon.run.serve.body.SECONDS", 0.2)
    where = urlsplit(service.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as slow:
        slow.sendall(
            b"POST /hooks/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def connection(service):
    where = urlsplit(service.address)
    return socket.create_connection((where.hostname, where.port), timeout=10)


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: lo"], ids=["nothing", "half a head"])
def test_who_does_not_say_what_they_want_is_left(service, monkeypatch, sent):
    monkeypatch.setattr("recon.run.serve.protocol.PATIENCE", 0.2)
    with connection(service) as slow:
        slow.sendall(sent)
        assert slow.recv(100) == b""


@pytest.mark.parametrize("one", [b"x-a: b\r\n", b"y"], ids=["headers", "one header"])
def test_a_head_without_end_is_not_read_to_it(service, one):
    with connection(service) as sent, pytest.raises(OSError, match=r"reset|pipe|closed"):  # noqa: PT012
        sent.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nx: ")
        for _ in range(400):
            sent.sendall(one * (10_000 // len(one)))
        raise ConnectionResetError(sent.recv(100) or "closed")


def test_a_connection_is_used_for_several_requests(service):
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connection(service) as kept:
        for _ in range(3):
            kept.sendall(ask)
            told = b""
            while not told.endswith(b"\r\n\r\nok\n"):
                told += kept.recv(1000)
            assert told.startswith(b"HTTP/1.1 200")


def test_a_body_in_chunks_is_held_to_the_same_bound(service):
    where = urlsplit(service.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as sent:
        sent.sendall(
            b"POST /hooks/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(17):
            sent.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        sent.sendall(b"0\r\n\r\n")
        assert sent.recv(100).startswith(b"HTTP/1.1 413")
