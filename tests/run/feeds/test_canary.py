"""What is secret is nowhere, however it came: fetched, by folder, by queue, readable or not; only the sender's own files have it."""

from __future__ import annotations

import json
import time

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("httpx2")

from recon.cli.ends import end_of_run
from recon.rules.file import load_rules
from recon.run.feeds.fetching import fetchers
from recon.run.feeds.stopped import Patience
from recon.run.live.opened import open_store
from tests.kit.erp import POLLED, little_erp
from tests.kit.service import made

IBAN, VAT, SECRET = "DE02120300000000202051", "DE136695976", "s3cret"
FOLDER = "  - {name: floor, table: invoices, folder: {path: inbox/, settle: 0s}, columns: {supplier_id: vendor, invoice_number: no, iban: iban, quantity: qty, unit_price: price}}\n"  # fmt: skip
HEAD = "version: 1\nsources: {orders: {files: [orders.csv]}}\nstore: {path: store/}\nfeeds:\n"
FILES = {
    "good.csv": f"vendor,no,iban,qty,price\nV1,F-1,{IBAN},1,5\n",
    "no header.csv": f"V1,F-2,{IBAN},1,5\n",
    "half.json": f'{{"vendor": "V1", "iban": "{IBAN}"',
    "odd.json": json.dumps({"vendor": "V9", "no": "F-9", "iban": IBAN, "qty": VAT, "price": IBAN}),
}


def holds(folder, *told):
    """Return where one of the secrets is: in files but those that were sent, or in what was told."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in (*FILES, "orders.csv")]
    texts = {path.name: path.read_bytes() for path in files} | {at: text.encode() for at, text in enumerate(told)}
    return {
        (where, secret) for where, text in texts.items() for secret in (IBAN, VAT, SECRET) if secret.encode() in text
    }


def follows(rules):
    """Do what takes in and what reads the store."""
    for verb in (["ingest"], ["status"], ["dead"], ["store", "check"], ["replay"]):
        end_of_run([*verb, str(rules)])


@pytest.fixture
def keyed(monkeypatch):
    monkeypatch.setenv("RECON_KEY", "a" * 43 + "=")
    monkeypatch.setenv("ERP_SECRET", SECRET)


@pytest.mark.usefixtures("keyed")
def test_nothing_of_a_poll_or_a_folder_is_told_or_lies_about(tmp_path, capfd):
    (tmp_path / "orders.csv").write_text("po_number,po_line,supplier_id,quantity,unit_price\nP1,10,V1,1,5\n")
    (tmp_path / "inbox").mkdir()
    with little_erp() as erp:
        erp.bill("B1", "2026-01-01T10:00:00Z", iban=IBAN, vat=VAT)
        erp.bill("B2", "2026-01-02T10:00:00Z", quantity=VAT)
        rules = made(tmp_path, HEAD + POLLED.format(address=erp.address) + FOLDER)
        for name, text in FILES.items():
            (tmp_path / "inbox" / name).write_text(text)
        follows(rules)
        erp.faults.append((403, {}))  # its answer holds the secret
        follows(rules)
        tokens = [f"Bearer {token}" for token in erp.tokens]
    said = capfd.readouterr()
    assert ("half.json: refused" in said.out, "no header.csv: refused" in said.out, "403" in said.err) == (
        True,
        True,
        True,
    )
    assert (tmp_path / "bad" / "no header.csv.reason.txt").is_file()
    assert holds(tmp_path, said.out, said.err) == set()
    assert not any(token in said.out + said.err for token in tokens)


@pytest.mark.slow
@pytest.mark.usefixtures("keyed")
def test_nothing_of_a_queue_is_told_or_lies_about(tmp_path, capfd):
    kafka = pytest.importorskip("confluent_kafka")
    producer = kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
    broker = next(iter(producer.list_topics("bills", timeout=20).brokers.values()))
    for key, value in ((IBAN, FILES["odd.json"]), ("K2", FILES["half.json"])):
        producer.produce("bills", key=key, value=value)
    producer.flush(20)
    bus = FOLDER.replace(
        "folder: {path: inbox/, settle: 0s}", f"kafka: {{servers: '{broker.host}:{broker.port}', topic: bills}}"
    )
    rules = load_rules(made(tmp_path, HEAD + bus))
    with open_store(rules) as store:
        one, until = fetchers(rules.feeds[0], rules, Patience())[0], time.monotonic() + 40
        while store.log.last() < 2 and time.monotonic() < until:
            one.once(store)
        assert store.log.last() == 2
    (tmp_path / "orders.csv").write_text("po_number,po_line,supplier_id,quantity,unit_price\nP1,10,V1,1,5\n")
    for verb in (["status"], ["dead"], ["store", "check"], ["replay"]):
        end_of_run([*verb, str(rules.path)])
    said = capfd.readouterr()
    assert holds(tmp_path, said.out, said.err) == set()
