"""The feeds of docs/live-systems.md, as they stand there, against answers in the shapes that those systems document."""

from __future__ import annotations

import re

import pytest
from joserfc.jwk import ECKey

from recon.rules.file import parse_rules
from recon.run.feeds.fetching import fetch_once
from recon.run.live.mapping import told_of
from recon.run.live.opened import feeds_of
from tests.kit.places import PROJECT
from tests.kit.recorded import systems

pytest.importorskip("httpx2")
pytest.importorskip("cryptography")
DOC = (PROJECT / "docs" / "live-systems.md").read_text(encoding="utf-8")
BLOCKS = "".join(re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL))
HEAD = "version: 1\nsources: {orders: {files: [o.csv]}, invoices: {files: [i.csv]}}\nfeeds:\n"
LINES = {
    "bc orders": {"po_number": "106001", "po_line": "10000", "supplier_id": "20000", "quantity": "4", "unit_price": "780.7", "currency": "USD"},
    "d365 orders": {"company": "usmf", "po_number": "000123", "po_line": "1", "supplier_id": "US-101", "quantity": "5", "unit_price": "10.5", "order_date": "2026-11-20"},
    "d365 receipts": {"receipt_number": "PR-1", "po_number": "000123", "po_line": "1", "quantity": "5", "receipt_date": "2026-11-21"},
    "s4 orders": {"company": "1010", "po_number": "4500000001", "po_line": "10", "supplier_id": "17300001", "quantity": "1000", "unit_price": "10.5", "price_unit": "100", "order_date": "2025-11-20"},
    "s4 receipts": {"receipt_number": "5000000004", "po_number": "4500000001", "po_line": "10", "quantity": "1000", "receipt_date": "2025-11-21"},
    "s4 invoices": {"document_id": "5105600101", "document_type": "credit_note", "invoice_number": "RE-9", "po_line": "10", "quantity": "1000", "amount": "105", "invoice_date": "2025-11-22"},
    "erpnext orders": {"po_number": "PUR-ORD-1", "po_line": "1", "supplier_id": "Acme", "quantity": "10", "unit_price": "12.5"},
    "odoo orders": {"po_number": "P00007", "po_line": "21", "supplier_id": "14", "supplier_name": "Azure", "item": "E-COM07", "quantity": "5", "unit_price": "100", "discount_percent": "10", "uom": "Units"},
    "xero bills": {"document_id": "046d", "invoice_number": "R-2", "supplier_name": "Liam", "quantity": "2", "amount": "40", "invoice_date": "2026-11-20"},
    "qbo bills": {"document_id": "145", "invoice_number": "B-9", "invoice_line": "1", "po_number": "27", "po_line": "1", "supplier_id": "56", "quantity": "10", "unit_price": "12.5"},
    "netsuite orders": {"po_number": "PO77", "po_line": "1", "supplier_id": "12", "supplier_name": "Acme", "item": "PUMP", "quantity": "10", "unit_price": "12.5", "currency": "USD"},
}  # fmt: skip


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    with systems() as (address, asked), pytest.MonkeyPatch.context() as patch:
        for name in re.findall(r"\$\{(\w+)\}", BLOCKS):
            patch.setenv(
                name, ECKey.generate_key("P-256").as_pem(private=True).decode() if name == "NS_KEY" else "s3cret"
            )
        text = HEAD + re.sub(r"https://[^/\"\s]+", address, BLOCKS).replace(f"{address}/.default", "x")
        yield parse_rules(text.encode(), tmp_path_factory.mktemp("systems") / "rules.yaml"), asked


def test_every_feed_of_the_page_is_tried(rules):
    assert [feed.name for feed in rules[0].feeds] == list(LINES)


@pytest.mark.parametrize("name", LINES)
def test_what_a_system_answers_becomes_lines(rules, store, name):
    known, asked = rules
    feed = feeds_of(known)[name]
    fetch_once(feed, known, store)
    documents = [logged for logged in store.log.after(0) if logged.event.kind == "document"]
    assert len(documents) == 1, asked.paths[-5:]
    body = told_of(documents[0], {name: feed}, known).body
    assert [reject["reason"] for reject in body.rejects] == []
    line = body.lines[0]
    assert {column: plain(line.get(column)) for column in LINES[name]} == LINES[name]
    assert len(body.lines) == (2 if name == "s4 receipts" else 1)


def plain(value):
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


def test_goods_that_go_back_are_less(rules, store):
    known, _ = rules
    feed = feeds_of(known)["s4 receipts"]
    fetch_once(feed, known, store)
    body = told_of(store.log.after(0)[0], {feed.name: feed}, known).body
    assert [plain(line["quantity"]) for line in body.lines] == ["1000", "-5"]
