"""A published sample database as tab-separated files without a header: columns are named by position."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from recon.read import read_sources
from recon.rules import CsvOptions, Rules, Source

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "adventureworks"
TABS = CsvOptions(separator="\t")
DETAIL = ("PurchaseOrderDetail.csv",)
ORDER = {
    "po_number": "#1",
    "po_line": "#2",
    "due_date": "#3",
    "quantity": "#4",
    "item": "#5",
    "unit_price": "#6",
    "amount": "#7",
}
RECEIPT = {
    "receipt_number": "#2",
    "po_number": "#1",
    "po_line": "#2",
    "quantity": "#8",
    "quantity_rejected": "#9",
    "quantity_accepted": "#10",
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample database is not here")


@pytest.fixture(scope="module")
def sources():
    orders = Source("orders", files=DETAIL, columns=ORDER, defaults={"supplier_id": "?"}, csv=TABS)
    receipts = Source("receipts", files=DETAIL, columns=RECEIPT, csv=TABS)
    return read_sources(Rules(sources={"orders": orders, "receipts": receipts}, path=FOLDER / "rules.yaml"))


def test_every_line_is_read(sources):
    lines = (FOLDER / DETAIL[0]).read_bytes().count(b"\n")
    assert sources.order_lines.height == sources.receipt_lines.height == lines
    assert sources.rejects.is_empty()


def test_sums_agree_with_those_of_the_text(sources):
    cells = [line.split("\t") for line in (FOLDER / DETAIL[0]).read_text().splitlines()]
    assert sources.order_lines["amount"].sum() == sum(Decimal(line[6]) for line in cells)
    assert sources.receipt_lines["quantity_rejected"].sum() == sum(Decimal(line[8]) for line in cells)


def test_what_was_received_is_accepted_or_rejected(sources):
    lines = sources.receipt_lines
    assert (lines["quantity"] == lines["quantity_accepted"] + lines["quantity_rejected"]).all()
