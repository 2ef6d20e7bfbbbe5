"""What is read: what stands now, exact and a page at a time, by whoever may; bank details by whom they concern."""

from __future__ import annotations

import json

import pytest

from tests.kit.service import TOKENS, made, order, served

IBAN, VAT = "DE89370400440532013000", "DE136695976"


def bill(number, po, qty, price="5", **more):
    """Return a bill as it is pushed; `price` as text: 5.50 is none of a float's."""
    line = {"po": po, "pos": "10", "qty": qty, "price": float(price)}
    return {"vendor": "V1", "no": number, "vat": VAT, "iban": IBAN, "lines": [line], **more}


@pytest.fixture(scope="module")
def service(env, tmp_path_factory):
    """Three orders of 10 at 5 each; A1 bills 4 of P1 as ordered, A2 all of P2 at 6 instead of 5."""
    with served(made(tmp_path_factory.mktemp("api"))) as one:
        one.push("orders pushed", [order("P1"), order("P2"), order("P3/7")], "orders")
        one.push("bills", [bill("A1", "P1", 4), bill("A2", "P2", 10, "6")], "bills")
        one.followed()
        yield one


def by_number(service, token="READ"):
    return {row["invoice_number"]: row for row in service.read("/v1/invoices", token).json["invoices"]}


def test_invoices_are_told_with_what_was_decided(service):
    told = by_number(service)
    assert {number: row["decision"] for number, row in told.items()} == {"A1": "pay", "A2": "hold"}
    assert not any(row["pending"] for row in told.values())
    held = service.read("/v1/invoices?decision=hold").json["invoices"]
    assert [row["invoice_number"] for row in held] == ["A2"]
    assert [row["invoice_number"] for row in service.read("/v1/invoices?q=a1").json["invoices"]] == ["A1"]


def test_what_is_committed_is_what_is_not_billed_yet(service):
    told = service.read("/v1/commitments").json
    assert told["committed"] == {"EUR": "80"}  # 30 of P1, nothing of P2, 50 of P3/7
    assert [(line["po_number"], line["committed"]) for line in told["lines"]] == [("P1", "30"), ("P3/7", "50")]
    assert service.read("/v1/accrual").json["accrued"] == {}


def test_an_order_is_told_by_its_number_even_with_a_slash_in_it(service):
    told = service.read("/v1/orders/P3/7").json
    assert [(line["po_line"], line["committed"]) for line in told["lines"]] == [("10", "50")]
    told = service.read("/v1/orders/P2").json
    assert (told["lines"][0]["committed"], told["matched"][0]["invoiced"]) == ("0", "10")
    assert any("A2" in line for part in told["explained"][0]["parts"] for line in part["lines"])


def test_an_invoice_is_explained(service):
    key = by_number(service)["A2"]["invoice_key"]
    told = service.read(f"/v1/invoices/{key}").json
    assert told["invoice"]["amount"] == "60"
    assert {row["code"]: row["severity"] for row in told["discrepancies"]} == {"not_received": "info", "price_variance": "hold"}  # fmt: skip
    titles = [part["title"] for part in told["explained"][0]["parts"]]
    assert {"Read", "Order line", "Compared"} <= set(titles)


def test_the_smallest_change_that_clears_it_is_found_by_matching_again(service):
    """A2 bills 10 at 6, ordered at 5: at 50 in all, a price of 5, nothing is wrong."""
    key = by_number(service)["A2"]["invoice_key"]
    told = service.read(f"/v1/invoices/{key}?clears=tried").json
    parts = {part["title"]: part for part in told["explained"][0]["parts"]}
    assert told["tried"]
    assert parts["Supplier"]["lines"] == ["V1, (hidden) is V1 by id, score 100"]
    cleared = next(one for one in parts["Clears with"]["data"] if one["code"] == "price_variance")
    assert cleared["verified"]
    assert "an invoice price lower by 1" in cleared["clears"]
    assert VAT not in json.dumps(told)
    assert IBAN not in json.dumps(told)
    assert service.read(f"/v1/invoices/{key}?clears=all").status == 400


def test_pages_follow_each_other_without_a_gap_or_a_repetition(service):
    whole = service.read("/v1/commitments").json["lines"]
    found, cursor = [], ""
    while cursor is not None:
        page = service.read(f"/v1/commitments?limit=1{cursor and f'&cursor={cursor}'}").json
        found += page["lines"]
        cursor = page["next"]
    assert found == whole
    first = service.read("/v1/invoices?limit=1").json
    rest = service.read(f"/v1/invoices?limit=1&cursor={first['next']}").json
    assert {row["invoice_number"] for row in first["invoices"] + rest["invoices"]} == {"A1", "A2"}


def test_discrepancies_since_an_event_are_those_of_later_matches(service):
    first = service.read("/v1/discrepancies").json
    assert {row["invoice_number"] for row in first["discrepancies"]} == {"A1", "A2"}
    assert service.read(f"/v1/discrepancies?since={first['since']}").json["discrepancies"] == []
    page = service.read("/v1/discrepancies?limit=1").json
    more = service.read(f"/v1/discrepancies?cursor={page['next']}").json["discrepancies"]
    assert page["discrepancies"] + more == first["discrepancies"]


def test_changes_are_told_once_in_order(service):
    first = service.read("/v1/changes").json
    told = [
        (row["data"]["invoice_number"], row["data"]["amount"], row["data"]["amount_at_risk"])
        for row in first["changes"]
    ]
    assert told == [("A1", "20", "20"), ("A2", "60", "50")]  # nothing was received: 4 and 10 at 5
    assert service.read(f"/v1/changes?after={first['next']}&outbox={first['outbox']}").json["changes"] == []
    assert service.read("/v1/changes?outbox=another").status == 410


def test_cash_and_key_figures_are_those_of_month_end(service):
    told = service.read("/v1/kpis?period=2026-11").json
    assert (told["period"], told["applied"]) == ("2026-11", 5)
    assert {row["name"] for row in told["kpis"]}
    assert "cash_out" in service.read("/v1/cash?period=2026-11").json
    assert service.read("/v1/cash?period=soon").status == 400


def test_an_answer_that_is_known_is_not_sent_again(service):
    told = service.read("/v1/invoices")
    again = service.read("/v1/invoices", if_none_match=f'"other", {told.headers["etag"]}')
    assert (again.status, again.body) == (304, b"")
    assert service.read("/v1/commitments", if_none_match=told.headers["etag"]).status == 200


PATHS = ("/v1/invoices", "/v1/discrepancies", "/v1/orders/P1", "/v1/commitments", "/v1/accrual", "/v1/cash", "/v1/kpis", "/v1/changes", "/v1/feeds", "/v1/dead")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_read_without_a_token_that_may(service, path):
    assert service.ask(path).status == 401
    assert service.read(path, "INGEST").status == 403
    assert service.ask(path, authorization="Bearer " + TOKENS["READ"][:-1]).status == 401


@pytest.mark.parametrize(("path", "status"), [("/v1/invoices?decision=held", 400), ("/v1/discrepancies?code=price", 400), ("/v1/discrepancies?severity=all", 400), ("/v1/invoices?limt=3", 400), ("/v1/invoices?limit=-1", 400), ("/v1/invoices?limit=1001", 400), ("/v1/invoices?cursor=!", 400), ("/v1/invoices?cursor=WzEsMl0", 400), ("/v1/changes?after=x", 400), ("/v1/changes?after=99999999999999999999", 400), ("/v1/invoices/I-none", 404), ("/v1/orders/none", 404), (f"/v1/invoices?q={'x' * 501}", 400)])  # fmt: skip
def test_what_means_nothing_is_told(service, path, status):
    told = service.read(path)
    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")


def test_bank_details_and_vat_ids_are_for_whom_they_concern(service):
    key = by_number(service)["A2"]["invoice_key"]
    for path in (*PATHS, f"/v1/invoices/{key}"):
        told = service.read(path).body.decode()
        assert IBAN not in told
        assert VAT not in told


def test_the_description_names_every_path_and_parameter(service):
    told = service.ask("/openapi.json").json
    assert {path.partition("{")[0].rstrip("/") for path in told["paths"]} >= set(PATHS) - {"/v1/orders/P1"}
    assert json.dumps(told).count("problem+json") > len(PATHS)
    assert service.ask("/openapi.json").status == 200


def test_what_other_rules_made_is_read_when_it_is_switched_to(service):
    before = by_number(service)["A2"]["decision"]
    text = service.rules.read_text()
    service.rules.write_text(text.replace("{not_received: info}", "{not_received: info, price_variance: info}"))
    service.followed()
    after = by_number(service)["A2"]["decision"]
    service.rules.write_text(text)
    service.followed()
    assert (before, after, by_number(service)["A2"]["decision"]) == ("hold", "pay", "hold")


def test_metrics_tell_events_feeds_and_refusals(service):
    service.ask("/v1/invoices")
    told = service.read("/metrics")
    lines = dict(line.rsplit(" ", 1) for line in told.body.decode().splitlines() if not line.startswith("#"))
    assert lines['recon_pushed_events_total{feed="orders pushed",result="accepted"}'] == "3.0"
    assert float(lines['recon_requests_refused_total{route="GET /v1/invoices",status="401"}']) >= 1
    assert (lines["recon_events_total"], lines["recon_lag_seconds"]) == ("5.0", "0.0")
    assert lines['recon_feed_events{feed="bills"}'] == "2.0"
    assert service.ask("/metrics").status == 401


def test_it_is_ready_while_what_comes_is_followed(service):
    assert [service.ask(path).body for path in ("/healthz", "/readyz")] == [b"ok\n", b"ready\n"]


def test_feeds_are_told_with_how_they_come(service):
    told = {row["feed"]: (row["way"], row["events"]) for row in service.read("/v1/feeds").json["feeds"]}
    assert told == {
        "orders pushed": ("webhook", 3),
        "bills": ("webhook", 2),
        "hub": ("webhook", 0),
        "xero": ("webhook", 0),
        "bc": ("webhook, poll", 0),
        "qb": ("webhook", 0),
        "bills told": ("webhook", 0),
        "orders told": ("webhook", 0),
    }
