"""Nobody is served who could not be meant: TLS 1.3, certificates of clients, and what is refused before anything listens."""

from __future__ import annotations

import socket
import ssl

import pytest
import trustme

from recon.errors import OutputError, RulesError
from recon.rules.file import load_rules
from recon.run.serve.application import _webhooks
from recon.run.serve.intake import Intake
from recon.run.serve.settings import Settings, callers_of, listener, tls_of
from tests.kit.service import RULES, made, order, served, standard

TLS = RULES + "  tls: {certificate: cert.pem, key: key.pem, clients: clients.pem}\n"
BARE = RULES.partition("serve:")[0]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def folder(authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    own = authority.issue_cert("localhost", "127.0.0.1")
    own.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    own.private_key_pem.write_to_path(folder / "key.pem")
    authority.cert_pem.write_to_path(folder / "clients.pem")
    return folder


@pytest.fixture(scope="module")
def service(env, folder):
    with served(made(folder, TLS)) as one:
        yield one


def client(authority, *, certificate=True, **versions):
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    for name, version in versions.items():
        setattr(context, name, version)
    if certificate:
        authority.issue_cert("erp@example.com").configure_cert(context)
    return context


def test_a_client_with_a_certificate_is_served_by_tls_1_3(service, authority):
    service.context = client(authority)
    assert service.address.startswith("https://127.0.0.1:")
    assert service.hook(order("T1"), "t-1").status == 202
    assert service.ask("/hooks/orders", "POST", b"{}", **standard(b"{}", "t-2")).status == 415


@pytest.mark.parametrize("how", [{"certificate": False}, {"maximum_version": ssl.TLSVersion.TLSv1_2}], ids=str)
def test_a_client_without_a_certificate_or_with_an_older_tls_is_not(service, authority, how):
    service.context = client(authority, **how)
    with pytest.raises(OSError, match=r"alert|ALERT|reset|EOF|closed"):
        service.ask("/healthz")


def test_a_certificate_of_somebody_else_opens_nothing(service, authority):
    service.context = client(authority, certificate=False)
    trustme.CA().issue_cert("erp@example.com").configure_cert(service.context)
    with pytest.raises(OSError, match=r"alert|ALERT|reset|EOF|closed"):
        service.ask("/healthz")


def rules(folder, text):
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    return load_rules(folder / "r.yaml")


@pytest.mark.parametrize(
    ("settings", "text", "why"),
    [
        (Settings("0.0.0.0"), RULES, "there is no certificate"),
        (Settings("::"), RULES, "there is no certificate"),
        (Settings("erp.example.com"), RULES, "there is no certificate"),
        (Settings("0.0.0.0"), BARE + "serve: {tls: {certificate: cert.pem, key: key.pem}}", "name no token"),
        (Settings("0.0.0.0", behind_proxy=True), BARE, "name no token"),
        (Settings(behind_proxy=True), BARE, "name no token"),
    ],
)
def test_what_would_lay_it_open_is_refused(env, folder, settings, text, why):
    with pytest.raises(RulesError, match=why):
        callers_of(settings, rules(folder, text))


@pytest.mark.parametrize(("settings", "text"), [(Settings(), BARE), (Settings("::1"), BARE), (Settings("localhost"), BARE), (Settings("0.0.0.0"), TLS), (Settings("0.0.0.0", behind_proxy=True), RULES)])  # fmt: skip
def test_what_lays_nothing_open_is_not(env, folder, settings, text):
    callers_of(settings, rules(folder, text))


def test_a_certificate_that_is_none_is_told(env, folder):
    (folder / "bad.pem").write_text("no certificate")
    with pytest.raises(RulesError, match="cannot be used"):
        tls_of(rules(folder, RULES + "  tls: {certificate: bad.pem, key: key.pem}\n"))
    with pytest.raises(RulesError, match="cannot be used"):
        tls_of(rules(folder, RULES + "  tls: {certificate: none.pem, key: key.pem}\n"))


ORDERS_TOLD = 'path: /hooks/both, secret: "${OTHER}", style: quickbooks, records: told, only: {name: PurchaseOrder}'


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("/hooks/hub", "/hooks/bills", "is that of the feed 'bills'"),
        ("/hooks/hub", "/v1/hub", "is that of the service itself"),
        (ORDERS_TOLD, ORDERS_TOLD.partition(", only")[0], "is that of the feed 'bills told'"),
        (ORDERS_TOLD, ORDERS_TOLD.replace("OTHER", "OTHER_STATE"), "another style or secret"),
        (ORDERS_TOLD, ORDERS_TOLD.replace("quickbooks", "github"), "another style or secret"),
    ],
)
def test_a_path_is_one_feed_s_or_shared_by_those_that_say_what_is_theirs(env, folder, old, new, why):
    known = rules(folder, RULES.replace(old, new))
    with pytest.raises(RulesError, match=why):
        _webhooks(known, Intake(known, str, None))


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OutputError, match="in use"):
        listener(Settings(port=other.getsockname()[1]))


def test_a_token_whose_hash_is_none_is_told(env, folder, monkeypatch):
    monkeypatch.setenv("READ", "the token itself")
    with pytest.raises(RulesError, match="no SHA-256") as refused:
        callers_of(Settings(), rules(folder, RULES))
    assert "the token itself" not in str(refused.value)
