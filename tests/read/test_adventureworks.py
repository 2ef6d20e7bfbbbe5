"""A published sample database as tab-separated files without a header: columns are named by position."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon import load_rules, read_sources, reconcile
from recon.rules.rule import CsvOptions, Rules, Source
from tests.kit.places import SHARED

FOLDER = SHARED / "data" / "adventureworks"
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


# -- matched four ways, with invoices made from it ----------------------------------------------------------------

RULES = """\
version: 1
base_currency: USD
sources:
  orders:
    files: ["{folder}/PurchaseOrderDetail.csv"]
    csv: {{separator: "\\t"}}
    columns: {{po_number: "#1", po_line: "#2", due_date: "#3", quantity: "#4", item: "#5", unit_price: "#6"}}
    defaults: {{supplier_id: V1}}
  receipts:
    files: ["{folder}/PurchaseOrderDetail.csv"]
    csv: {{separator: "\\t"}}
    columns: {{receipt_number: "#2", po_number: "#1", po_line: "#2", quantity: "#8", quantity_rejected: "#9", quantity_accepted: "#10"}}
  invoices:
    files: [invoices.csv]
policies:
  - {{name: inspected goods, match: four_way}}
severities: {{under_delivery: info}}
"""


def billed(folder):
    """Write an invoice for each order line: of every seventh what was received, of every fifth with a dearer price,
    else exactly what was accepted. Return what must come of each by its number, worked out here with plain loops."""
    expected, lines = {}, ["invoice_number,supplier_id,po_number,po_line,quantity,unit_price,amount,currency"]
    for text in (FOLDER / DETAIL[0]).read_text().splitlines():
        cells = text.split("\t")
        order, line, price = cells[0], cells[1], Decimal(cells[5])
        received, rejected, accepted = (Decimal(cell) for cell in cells[7:10])
        assert received - rejected == accepted
        number = int(line)
        quantity = received if number % 7 == 0 else accepted
        asked = price + 1 if number % 5 == 0 else price
        if not quantity:
            continue
        codes = set()
        if asked != price:
            codes.add("price_variance")
        if quantity > accepted:
            codes.add("quantity_over_accepted")
        expected[f"A{line}"] = (codes, quantity - accepted, (quantity - accepted) * price)
        lines.append(f"A{line},V1,{order},{line},{quantity},{asked},{quantity * asked},USD")
    (folder / "invoices.csv").write_text("\n".join(lines) + "\n")
    return expected


def test_four_ways_what_was_rejected_is_not_paid(tmp_path):
    expected = billed(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES.format(folder=FOLDER))
    rules = load_rules(tmp_path / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    found = {line["invoice_number"]: line for line in done.invoice_lines.iter_rows(named=True)}
    assert found.keys() == expected.keys()
    assert {number: set(line["codes"]) for number, line in found.items()} == {n: c for n, (c, _, _) in expected.items()}
    assert {n for n, line in found.items() if line["decision"] == "pay"} == {
        n for n, (c, _, _) in expected.items() if not c
    }
    over = done.discrepancies.filter(pl.col("code") == "quantity_over_accepted")
    told = {row["invoice_number"]: (row["variance"], row["amount_at_risk"]) for row in over.iter_rows(named=True)}
    assert told == {n: (more, risk) for n, (codes, more, risk) in expected.items() if "quantity_over_accepted" in codes}
    assert len(told) > 50
