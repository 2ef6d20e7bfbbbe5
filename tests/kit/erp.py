"""A little ERP on loopback, as Business Central (OData), Frappe (REST) and Odoo (JSON-RPC) answer; it fails on demand."""

from __future__ import annotations

import json
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

from tests.kit.loopback import on_loopback

BEARER, TOKEN = "Bearer", "token key:s3cret"
AT = "2026-01-0{}T10:00:00Z"
POLLED = """\
  - name: erp
    table: invoices
    key: number
    lines: purchaseInvoiceLines
    columns: {{supplier_id: vendorNumber, invoice_number: number, po_number: orderNo, po_line: orderLine, quantity: quantity, unit_price: directUnitCost}}
    poll:
      url: {address}/api/v2.0/purchaseInvoices
      auth: {{oauth2: {{token_url: "{address}/token", client_id: recon, client_secret: "${{ERP_SECRET}}"}}}}
      records: value
      page: {{next: "@odata.nextLink"}}
      cursor: {{param: "$filter=lastModifiedDateTime ge {{since}}", column: lastModifiedDateTime}}
"""
"""A feed of rules that polls it at `{address}`, as Business Central."""


@dataclass
class Erp:
    """What the ERP holds, how it fails next, and what it was asked."""

    bills: list[dict] = field(default_factory=list)
    page: int = 2
    life: float = 3600
    faults: deque = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    renews: list[str] = field(default_factory=lambda: ["renews-1"])
    """What renewed a token, each good until the next is given."""
    key: object = None
    claims: list[dict] = field(default_factory=list)
    """The public key of who asks, and what they said signed with theirs."""
    moves: list = field(default_factory=list)
    """Called, one after an answer each: what users do meanwhile."""
    address: str = ""

    def bill(self, number: str, changed: str, quantity: int = 1, **more) -> dict:
        """Put a bill in, or in the place of the one of that number, at the end."""
        self.bills = [bill for bill in self.bills if bill["number"] != number]
        line = {
            "lineType": "Item",
            "quantity": quantity,
            "directUnitCost": 5.0,
            "orderNo": "4500000001",
            "orderLine": 10,
        }
        self.bills.append({"number": number, "vendorNumber": "V1", "lastModifiedDateTime": changed, "purchaseInvoiceLines": [line], **more})  # fmt: skip
        return self.bills[-1]


class _Handler(BaseHTTPRequestHandler):
    erp: Erp

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if urlsplit(self.path).path == "/token":
            self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        else:
            self._guarded(lambda: self._odoo(json.loads(body)))

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        answers = {"/api/v2.0/purchaseInvoices": self._odata, "/api/resource/Purchase Invoice": self._frappe}
        if path in answers:
            self._guarded(lambda: answers[path](asked))
        else:
            self._guarded(lambda: self._one(path.rpartition("/")[2]))

    def _token(self, form):
        if (form.get("client_id"), form.get("client_secret")) != ("recon", "s3cret") and not self._signed(form):
            return self._say(401, {"error": "invalid_client"})
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.erp.renews[-1]:
            return self._say(400, {"error": "invalid_grant"})
        token = f"t{len(self.erp.tokens) + 1}"
        self.erp.tokens[token] = time.monotonic() + self.erp.life
        self.erp.renews.append(f"renews-{len(self.erp.renews) + 1}")
        return self._say(200, {"access_token": token, "expires_in": self.erp.life, "token_type": "Bearer", "refresh_token": self.erp.renews[-1]})  # fmt: skip

    def _signed(self, form):
        from joserfc import jwt

        told = form.get("client_assertion")
        if not told or self.erp.key is None:
            return False
        read = jwt.decode(told, self.erp.key, algorithms=["ES256", "PS256"])
        self.erp.claims.append(read.header | read.claims)
        return read.claims["iss"] == "recon"

    def _guarded(self, answer):
        erp = self.erp
        erp.asked.append(self.path)
        erp.headers.append(dict(self.headers))
        who = self.headers.get("authorization", "")
        kind, _, token = who.partition(" ")
        if who != TOKEN and not (kind == BEARER and erp.tokens.get(token, 0) > time.monotonic()):
            return self._say(401, {})
        fault = erp.faults.popleft() if erp.faults else None
        if isinstance(fault, tuple):
            return self._say(fault[0], {"error": "s3cret"}, fault[1])
        told = answer()
        if erp.moves:
            erp.moves.pop(0)()
        return self._half(told) if fault == "half" else self._say(404 if told is None else 200, told)

    def _odata(self, asked):
        since = asked.get("$filter", "lastModifiedDateTime ge 0").rpartition(" ")[2]
        skip = int(asked.get("$skiptoken", 0))
        found = [bill for bill in self.erp.bills if bill["lastModifiedDateTime"] >= since]
        answer = {"value": found[skip : skip + self.erp.page]}
        if skip + self.erp.page < len(found):
            answer["@odata.nextLink"] = f"{self.erp.address}/api/v2.0/purchaseInvoices?$filter=lastModifiedDateTime ge {since}&$skiptoken={skip + self.erp.page}".replace(" ", "%20")  # fmt: skip
        return answer

    def _frappe(self, asked):
        since = json.loads(asked.get("filters", '[["modified", ">=", ""]]'))[0][2]
        start = int(asked.get("limit_start", 0))
        most = min(int(asked.get("limit_page_length", 20)), self.erp.page)
        found = sorted((_frappe_bill(bill) for bill in self.erp.bills), key=lambda bill: bill["modified"])
        found = [bill for bill in found if bill["modified"] >= since][start : start + most]
        return {"data": [{name: bill.get(name) for name in ("name", "modified", "state")} for bill in found]}

    def _one(self, name):
        found = [bill for bill in self.erp.bills if bill["number"] == name]
        return {"data": _frappe_bill(found[0])} if found else None

    def _odoo(self, asked):
        *_, domain, options = _arguments(asked)
        since = domain[0][2]
        found = [_odoo_move(bill) for bill in self.erp.bills if bill["lastModifiedDateTime"] >= since]
        start = int(options.get("offset", 0))
        return {"jsonrpc": "2.0", "id": asked.get("id"), "result": found[start : start + min(options["limit"], self.erp.page)]}  # fmt: skip

    def _half(self, told):
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.close_connection = True

    def _say(self, status, told, headers=()):
        data = json.dumps(told).encode()
        self.send_response(status)
        for name, value in (("content-length", str(len(data))), ("content-type", "application/json"), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def _arguments(asked):
    """Return domain and options of a call of `search_read`."""
    args = asked["params"]["args"]
    return args[5][0], args[6]


def _frappe_bill(bill):
    lines = [{"idx": at, "qty": line["quantity"], "rate": line["directUnitCost"], "purchase_order": line["orderNo"]} for at, line in enumerate(bill["purchaseInvoiceLines"], 1)]  # fmt: skip
    modified = bill["lastModifiedDateTime"].replace("T", " ").rstrip("Z")
    return {"name": bill["number"], "supplier": bill["vendorNumber"], "modified": modified, "state": bill.get("state"), "items": lines}  # fmt: skip


def _odoo_move(bill):
    return {"id": int(bill["number"]), "write_date": bill["lastModifiedDateTime"], "name": bill["number"]}


@contextmanager
def little_erp(**facts):
    """Give an ERP that answers on loopback while the block lasts."""
    erp = Erp(**facts)
    with on_loopback(_Handler, erp=erp) as erp.address:
        yield erp
