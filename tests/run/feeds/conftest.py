"""A little ERP, rules with a feed that polls it, and a store; waits cost nothing."""

from __future__ import annotations

import pytest

from recon.rules.file import parse_rules
from recon.run.feeds.fetching import fetch_once
from recon.run.feeds.stopped import Patience
from tests.kit.erp import POLLED, little_erp

HEAD = """
version: 1
sources: {{orders: {{files: [orders.csv]}}, invoices: {{files: [invoices.csv]}}}}
store: {{path: store/}}
feeds:
"""
POLL = HEAD + POLLED

FRAPPE = (
    HEAD
    + """\
  - name: erp
    table: invoices
    key: name
    lines: items
    columns: {{supplier_id: supplier, invoice_number: name, po_number: purchase_order, quantity: qty, unit_price: rate}}
    payload: notice
    fetch: {{url: "{address}/api/resource/Purchase Invoice/{{name}}", records: data}}
    poll:
      url: {address}/api/resource/Purchase Invoice
      auth: {{header: {{name: Authorization, value: "token key:${{ERP_SECRET}}"}}}}
      records: data
      page: {{offset: limit_start, limit: limit_page_length, size: 100}}
      cursor: {{param: 'filters=[["modified", ">=", "{{since}}"]]', column: modified, format: "%Y-%m-%d %H:%M:%S"}}
"""
)
ODOO = (
    HEAD
    + """\
  - name: erp
    table: invoices
    key: id
    columns: {{supplier_id: partner, invoice_number: name, po_number: po, quantity: quantity, unit_price: price}}
    poll:
      url: {address}/jsonrpc
      auth: {{header: {{name: Authorization, value: "token key:${{ERP_SECRET}}"}}}}
      body: >-
        {{"jsonrpc": "2.0", "method": "call", "params": {{"service": "object", "method": "execute_kw", "args":
        ["books", 2, "${{ERP_SECRET}}", "account.move", "search_read", [[["write_date", ">=", "{{since}}"]]], {{"limit": 0}}]}}}}
      records: result
      page: {{offset: params.args.6.offset, limit: params.args.6.limit, size: 3}}
      cursor: {{column: write_date}}
"""
)


@pytest.fixture
def erp(monkeypatch):
    monkeypatch.setenv("ERP_SECRET", "s3cret")
    with little_erp() as one:
        yield one


@pytest.fixture
def waits(monkeypatch):
    """What was waited for; it takes no time."""
    told = []
    monkeypatch.setattr(Patience, "wait", lambda _self, seconds: told.append(seconds))
    return told


@pytest.fixture
def fetch(erp, store, tmp_path, waits):
    """Do a round of the feed: documents, known ones."""

    def do(text=POLL, name="erp"):
        rules = parse_rules(text.format(address=erp.address).encode(), tmp_path / "rules.yaml")
        done = fetch_once(next(feed for feed in rules.feeds if feed.name == name), rules, store)
        return sum(each.documents for each in done[-1:]), sum(each.repeated for each in done[-1:])

    return do
