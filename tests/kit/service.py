"""The service for tests: a little store with its rules, the receiver in a thread of this process, and who asks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from recon.rules.file import load_rules
from recon.run.live.follower import following
from recon.run.live.opened import place
from recon.run.serve.receive import receive
from recon.run.serve.settings import Settings
from recon.store.keys import new_master
from recon.store.store import Store

SECRETS = {"STANDARD": "whsec_" + base64.b64encode(b"s" * 24).decode(), "OTHER": "o" * 32}
TOKENS = {"READ": "read-" + "r" * 30, "BANK": "bank-" + "b" * 30, "INGEST": "ingest-" + "i" * 30}
RULES = """
version: 1
sources:
  orders: {files: [orders.csv]}
  invoices: {files: [invoices.csv]}
store: {path: store/}
severities: {not_received: info}
feeds:
  - {name: orders pushed, table: orders, key: po, version: rev, lines: lines, webhook: {path: /hooks/orders, secret: ["${OTHER_STANDARD}", "${STANDARD}"]}, columns: {po_number: po, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price}}
  - {name: bills, table: invoices, lines: lines, webhook: {path: /hooks/bills, secret: "${OTHER}", style: stripe}, columns: {supplier_id: vendor, invoice_number: no, po_number: po, po_line: pos, quantity: qty, unit_price: price, supplier_vat_id: vat, iban: iban}}
  - {name: hub, table: orders, key: po, version: rev, webhook: {path: /hooks/hub, secret: "${OTHER}", style: github}, columns: {po_number: po, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price}}
  - {name: xero, table: orders, key: po, event_id: id, webhook: {path: /hooks/xero, secret: "${OTHER}", style: xero, records: events}, columns: {po_number: po, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price}}
  - {name: bc, table: invoices, key: id, deleted: changeType, version: lastModifiedDateTime, payload: notice, webhook: {path: /hooks/bc, secret: ["${OTHER_STATE}", "${OTHER}"], style: business_central}, fetch: {url: "http://127.0.0.1:9/{resource}"}, poll: {url: "http://127.0.0.1:9/sweep", every: 1h}, columns: {supplier_id: v, invoice_number: n, quantity: q, unit_price: p}}
  - {name: qb, table: invoices, key: id, payload: notice, webhook: {path: /hooks/qb, secret: "${OTHER}", style: quickbooks, records: eventNotifications.0.dataChangeEvent.entities}, fetch: {url: "http://127.0.0.1:9/{id}"}, columns: {supplier_id: v, invoice_number: n, quantity: q, unit_price: p}}
  - {name: bills told, table: invoices, key: id, payload: notice, webhook: {path: /hooks/both, secret: "${OTHER}", style: quickbooks, records: told, only: {name: [Bill, VendorCredit], realm: "1"}}, fetch: {url: "http://127.0.0.1:9/{id}"}, columns: {supplier_id: v, invoice_number: n, quantity: q, unit_price: p}}
  - {name: orders told, table: orders, key: id, payload: notice, webhook: {path: /hooks/both, secret: "${OTHER}", style: quickbooks, records: told, only: {name: PurchaseOrder}}, fetch: {url: "http://127.0.0.1:9/{id}"}, columns: {po_number: n, po_line: l, supplier_id: v, quantity: q, unit_price: p}}
serve:
  tokens:
    - {name: reader, sha256: "${READ}"}
    - {name: bank, sha256: "${BANK}", scopes: [read, bank]}
    - {name: erp, sha256: "${INGEST}", scopes: ingest}
"""


def environment() -> dict[str, str]:
    """Return what the rules find in the environment: secrets, and the hashes of tokens."""
    hashes = {name: hashlib.sha256(token.encode()).hexdigest() for name, token in TOKENS.items()}
    older = "whsec_" + base64.b64encode(b"n" * 24).decode()
    return {**SECRETS, "OTHER_STANDARD": older, "OTHER_STATE": "n" * 32, **hashes, "RECON_KEY": new_master()}


def made(folder: Path, rules: str = RULES) -> Path:
    """Make rules in a folder, and the store that they name; return the rules' path. RECON_KEY is its key."""
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    where, _ = place(load_rules(folder / "rules.yaml"))
    Store.init(where, base64.b64decode(os.environ["RECON_KEY"])).close()
    return folder / "rules.yaml"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A receiver that runs: what it said, and how it is asked."""

    rules: Path
    said: list[str] = field(default_factory=list)
    context: Any = None

    @property
    def address(self) -> str:
        return self.said[0].removeprefix("listening on ")

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Ask; headers with `_` for `-`, as `content_type="application/json"`."""
        where = urlsplit(self.address)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        more = {"context": self.context} if where.scheme == "https" else {}
        asked = kind(where.hostname, where.port, timeout=30, **more)
        try:
            asked.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            told = asked.getresponse()
            return Answer(told.status, {n.lower(): v for n, v in told.getheaders()}, told.read())
        finally:
            asked.close()

    def read(self, path: str, token: str = "READ", **headers: str) -> Answer:
        return self.ask(path, authorization=f"Bearer {TOKENS[token]}", **headers)

    def push(self, feed: str, body: Any, key: str, token: str = "INGEST") -> Answer:
        """Push documents by a feed's name."""
        told = {"content_type": "application/json", "idempotency_key": key, "authorization": f"Bearer {TOKENS[token]}"}
        return self.ask(f"/v1/events/{feed.replace(' ', '%20')}", "POST", json.dumps(body).encode(), **told)

    def hook(self, body: Any, identity: str, **more: Any) -> Answer:
        """Send a document to the webhook that is signed as Standard Webhooks are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("/hooks/orders", "POST", raw, **(standard(raw, identity) | {"content_type": "application/json"} | more))  # fmt: skip

    def events(self) -> list[Any]:
        """Return what is in the log."""
        with self._store() as store:
            return store.log.after(0, 1_000_000)

    def followed(self) -> None:
        """Apply what is in the log, as the follower does."""
        with following(load_rules(self.rules)) as follower:
            follower.catch_up()

    @contextmanager
    def _store(self):
        store = Store.open(place(load_rules(self.rules))[0], base64.b64decode(os.environ["RECON_KEY"]), write=False)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def served(rules: Path, settings: Settings | None = None, context: Any = None):
    """Run the receiver while the block lasts."""
    stopped, one = threading.Event(), Served(rules, context=context)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            receive(load_rules(rules), settings or Settings(port=0), one.said.append, stopped)
        except BaseException as error:  # noqa: BLE001 -- raised in the test's thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not one.said and not failed:
            time.sleep(0.01)
        if failed:
            raise failed[0]
        yield one
    finally:
        stopped.set()
        thread.join(20)


def standard(body: bytes, identity: str, at: float | None = None, secret: bytes = b"s" * 24) -> dict[str, str]:
    """Return the headers of Standard Webhooks."""
    stamp = str(int(time.time() if at is None else at))
    made = base64.b64encode(hmac.new(secret, f"{identity}.{stamp}.".encode() + body, "sha256").digest()).decode()
    return {"webhook_id": identity, "webhook_timestamp": stamp, "webhook_signature": f"v1,{made}"}


def stripe(body: bytes, at: float | None = None, secret: bytes = b"o" * 32) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    return {"stripe_signature": f"t={stamp},v1={hmac.new(secret, f'{stamp}.'.encode() + body, 'sha256').hexdigest()}"}


def github(body: bytes, secret: bytes = b"o" * 32) -> dict[str, str]:
    return {"x_hub_signature_256": "sha256=" + hmac.new(secret, body, "sha256").hexdigest()}


def quickbooks(body: bytes, secret: bytes = b"o" * 32) -> dict[str, str]:
    return {"intuit_signature": base64.b64encode(hmac.new(secret, body, "sha256").digest()).decode()}


def bc_notice(document: str, change: str = "updated", state: str = "o" * 32, **more: Any) -> dict[str, Any]:
    """Return a notice as Business Central writes it, of a message `{"value": [...]}`."""
    resource = f"api/v2.0/companies(b18aed47)/purchaseInvoices({document})"
    told = {
        "subscriptionId": "s1",
        "clientState": state,
        "expirationDateTime": "2026-12-03T07:52:31Z",
        "resource": resource,
    }
    return {**told, "changeType": change, "lastModifiedDateTime": "2026-11-30T07:54:26.057Z", **more}


def xero(body: bytes, secret: bytes = b"o" * 32) -> dict[str, str]:
    return {"x_xero_signature": base64.b64encode(hmac.new(secret, body, "sha256").digest()).decode()}


def order(number: str, rev: int = 1, qty: int = 10, **more: Any) -> dict[str, Any]:
    """Return an order as it is pushed."""
    return {"po": number, "rev": rev, "lines": [{"pos": "10", "vendor": "V1", "qty": qty, "price": 5}], **more}
