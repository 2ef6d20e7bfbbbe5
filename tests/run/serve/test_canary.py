"""What is secret is nowhere: an IBAN, a VAT id, a secret and tokens, in no file in clear, no log, page, metric or error."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from recon.cli.ends import end_of_run
from recon.rules.file import load_rules
from recon.rules.targets import Target
from recon.run.live.deliver import Courier
from recon.run.live.opened import open_store, place
from recon.store.folder import Folder
from tests.kit.hearer import hearer
from tests.kit.service import RULES, SECRETS, TOKENS, made, order, served
from tests.kit.stores import contents
from tests.run.serve.test_api import IBAN, PATHS, VAT, bill

ODD, LENT = "ODD-CANARY-7731", "lent-canary-4417"
PAGES = (
    "/",
    "/?decision=all",
    "/page/commitments",
    "/page/feeds",
    "/page/dead",
    "/metrics",
    "/healthz",
    "/openapi.json",
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def service(request, env, tmp_path_factory):
    """A day on which everything is told that should be kept: in records, in what cannot be read, in what is refused."""
    rules = RULES
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgres":
            pytest.importorskip("psycopg")
            patch.setenv("BOOKS", request.getfixturevalue("databases").new())
            rules = RULES.replace("path: store/", 'path: "${BOOKS}"')
        with served(made(tmp_path_factory.mktemp("canary"), rules)) as one:
            told_a_day(one)
            yield one


def told_a_day(one):
    one.push("orders pushed", order("P1"), "o")
    one.push("bills", [bill("A1", "P1", 4), bill("A2", "P1", 9, "6")], "b")
    one.push("bills", bill("A3", "P1", 1) | {"iban": ODD}, "c")
    one.push("bills", {"record": {"no": IBAN, "vat": VAT, "lines": [{"qty": VAT}]}, "key": "broken"}, "d")
    one.push("bills", bill("A4", "P1", 1) | {"rev": IBAN}, "b")
    one.hook(order("P1", qty=11), "m-1")
    one.hook(json.dumps([VAT, IBAN]).encode(), "m-2")
    one.ask(f"/{IBAN}?{VAT}", authorization="Bearer " + TOKENS["READ"])
    one.read(f"/v1/invoices/{IBAN}")
    one.followed()
    with open_store(load_rules(one.rules)) as store:
        store.lent.keep("canary", LENT)


def secrets():
    return [IBAN, VAT, ODD, LENT, *SECRETS.values(), *(secret.removeprefix("whsec_") for secret in SECRETS.values()), *TOKENS.values()]  # fmt: skip


def holds(data: bytes):
    return [secret for secret in secrets() if secret.encode() in data or secret.lower().encode() in data]


def test_no_file_of_the_store_holds_it_in_clear(service):
    where, _ = place(load_rules(service.rules))
    folder = where.path if isinstance(where, Folder) else None
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} if folder else {"events.db": contents(where)}  # fmt: skip
    assert len(files["events.db"]) > 10_000
    assert {name: found for name, data in files.items() if (found := holds(data))} == {}


def test_no_line_of_a_server_s_own_log_tells_it(service):
    where, _ = place(load_rules(service.rules))
    if isinstance(where, Folder):
        pytest.skip("a folder has no server")
    log = Path(where.address.partition("host=")[2].partition("&")[0]) / "log"
    assert holds(log.read_bytes()) == []


def test_no_copy_of_the_store_holds_it_in_clear(service, tmp_path):
    with open_store(load_rules(service.rules), write=False) as store:
        store.backup(tmp_path / "copy.db")
    assert holds((tmp_path / "copy.db").read_bytes()) == []


@pytest.mark.parametrize("path", [*PATHS, *PAGES])
def test_no_answer_or_page_tells_it(service, path):
    told = service.read(path)
    assert told.status == 200
    assert holds(told.body) == []


def test_no_explanation_tells_it(service):
    for row in service.read("/v1/invoices").json["invoices"]:
        for path in ("/v1/invoices/", "/page/invoices/"):
            assert holds(service.read(path + row["invoice_key"]).body) == []


def test_no_explanation_that_matches_again_tells_it(service):
    key = service.read("/v1/invoices?q=a1").json["invoices"][0]["invoice_key"]
    told = service.read(f"/page/invoices/{key}?clears=tried")
    assert (told.status, b"(hidden)" in told.body, holds(told.body)) == (200, True, [])


def test_no_line_of_the_log_tells_it(service):
    assert len(service.said) > 3
    assert holds("\n".join(service.said).encode()) == []


def test_no_refusal_tells_it(service):
    for told in (
        service.push("bills", bill("A2", "P1", 8) | {"iban": ODD}, "b"),
        service.hook(json.dumps({"po": IBAN, "rev": VAT, "lines": IBAN}).encode(), "m-3"),
        service.ask(f"/v1/invoices?{IBAN}={VAT}", authorization="Bearer " + TOKENS["READ"]),
        service.ask("/v1/invoices", authorization="Bearer " + ODD),
        service.ask(f"/v1/events/{IBAN}", "POST", b"{}", authorization="Bearer " + TOKENS["INGEST"]),
    ):
        assert told.status >= 400
        assert holds(told.body + str(told.headers).encode()) == []


def test_who_may_see_bank_details_sees_them(service):
    key = service.read("/v1/invoices?q=a1").json["invoices"][0]["invoice_key"]
    told = service.read(f"/v1/invoices/{key}", "BANK")
    assert [(line["iban"], line["supplier_vat_id"]) for line in told.json["lines"]] == [(IBAN, VAT)]
    assert TOKENS["BANK"].encode() not in told.body


def test_nobody_who_is_told_hears_it_and_what_was_sent_holds_none_of_it(service):
    with hearer() as ear, open_store(load_rules(service.rules), write=False) as store:
        sent = store.sent()
        courier = Courier.of(Target("ear", ear.address, ("${STANDARD}",), all=True))
        assert courier.once(store, sent, threading.Event()) > 0
        courier.close()
        sent.close()
    assert [found for headers, body in ear.heard if (found := holds(body + str(headers).encode()))] == []
    test_no_file_of_the_store_holds_it_in_clear(service)


def test_what_a_command_says_of_the_store_holds_none_of_it(service, capfd):
    assert [end_of_run([*verb.split(" "), str(service.rules)]) for verb in ("status", "dead", "store check")] == [
        0,
        0,
        0,
    ]
    told = capfd.readouterr()
    assert "dead letter" in told.out
    assert holds((told.out + told.err).encode()) == []
