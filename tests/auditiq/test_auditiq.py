"""Four hundred and eighty invoices that others wrote and labelled: what they planted is found, what is held is explained."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from recon import load_rules, read_sources, reconcile
from tests.kit.places import SHARED

HERE = Path(__file__).parent
DATA = SHARED / "data" / "auditiq"
MATCHING_CODE = {
    "No_PO": "order_not_found",
    "No_GR": "not_received",
    "Price_Variance": "price_variance",
    "Qty_Overbilling": "quantity_over_received",
}
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the AuditIQ files are not here")


@pytest.fixture(scope="module")
def lines():
    """The invoice lines as reconciled, by invoice number."""
    rules = load_rules(HERE / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    assert done.rejects.is_empty()
    return {line["invoice_number"]: line for line in done.invoice_lines.iter_rows(named=True)}


@pytest.fixture(scope="module")
def labels():
    """The label of each invoice, from the file itself."""
    return {row["Invoice_ID"]: row["Mismatch_Type"] for row in rows("invoices")}


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def labelled(labels, label):
    return sorted(number for number, given in labels.items() if given == label)


def test_every_invoice_is_there_once_with_the_label_it_had(lines, labels):
    assert len(lines) == 480
    assert {number: line["Mismatch_Type"] for number, line in lines.items()} == labels


@pytest.mark.parametrize("label", sorted(MATCHING_CODE))
def test_every_planted_fault_has_its_code_and_is_held(lines, labels, label):
    missed = [
        number
        for number in labelled(labels, label)
        if MATCHING_CODE[label] not in lines[number]["codes"] or lines[number]["decision"] != "hold"
    ]
    assert missed == []


@pytest.mark.parametrize("label", ["No_PO", "No_GR", "Qty_Overbilling"])
def test_a_planted_fault_brings_no_code_of_another_kind(lines, labels, label):
    allowed = {MATCHING_CODE[label], "quantity_over_ordered"}
    assert {code for number in labelled(labels, label) for code in lines[number]["codes"]} <= allowed


def over_billed():
    """Return the invoices after which more is billed of an order than was received, by adding up in plain Python.

    The rule by which an invoice labelled `None` may be held: its order is billed more than once, and with the
    invoices before it (by date, then number) it goes past what was received.
    """
    received = Counter()
    for receipt in rows("goods_receipts"):
        received[receipt["PO_ID"]] += int(receipt["Received_Qty"])
    orders = {order["PO_ID"] for order in rows("purchase_orders")}
    billed, over = Counter(), set()
    for invoice in sorted(rows("invoices"), key=lambda row: (row["Invoice_Date"], row["Invoice_ID"])):
        order = invoice["PO_ID"]
        billed[order] += int(invoice["Invoice_Qty"])
        if order in orders and billed[order] > received[order]:
            over.add(invoice["Invoice_ID"])
    return over


def test_an_invoice_labelled_none_is_held_only_where_its_order_is_billed_again(lines, labels):
    billed_by = Counter(row["PO_ID"] for row in rows("invoices"))
    held = {number for number in labelled(labels, "None") if lines[number]["decision"] != "pay"}
    assert held == over_billed() & set(labelled(labels, "None"))
    assert len(held) == 27
    for number in held:
        assert billed_by[lines[number]["po_number"]] > 1
        assert set(lines[number]["codes"]) <= {"quantity_over_received", "quantity_over_ordered"}


def test_what_is_held_for_its_quantity_is_what_adding_up_finds(lines):
    quantity = {"quantity_over_received", "not_received"}
    assert {number for number, line in lines.items() if quantity & set(line["codes"])} == over_billed()


def test_the_fifteen_called_duplicates_are_held_for_what_they_are_not_as_copies(lines, labels):
    """They agree with no earlier invoice; all fifteen have another price than their order."""
    prices = {order["PO_ID"]: Decimal(order["Unit_Price"]) for order in rows("purchase_orders")}
    given = {row["Invoice_ID"]: row for row in rows("invoices")}
    for number in labelled(labels, "Duplicate"):
        assert Decimal(given[number]["Invoice_Price"]) != prices[given[number]["PO_ID"]]
        assert "price_variance" in lines[number]["codes"]
        assert not {"duplicate_invoice", "possible_duplicate"} & set(lines[number]["codes"])


def test_an_extension_error_stands_where_quantity_times_price_is_not_the_amount(lines):
    """Beyond half a cent of the printed price on each piece (prices have two places), and at least a cent."""
    wrong = {
        row["Invoice_ID"]
        for row in rows("invoices")
        if abs(int(row["Invoice_Qty"]) * Decimal(row["Invoice_Price"]) - Decimal(row["Invoice_Amount"]))
        > max(Decimal("0.01"), int(row["Invoice_Qty"]) * Decimal("0.005"))
    }
    assert {number for number, line in lines.items() if "extension_error" in line["codes"]} == wrong


def test_each_discrepancy_names_order_and_amount(lines):
    by_order = defaultdict(list)
    for line in lines.values():
        by_order[line["order_po_number"]].append(line)
    frame = pl.DataFrame([{"at_risk": line["amount_at_risk"], "codes": line["codes"]} for line in lines.values()])
    assert frame.filter(pl.col("codes").list.len() > 0)["at_risk"].null_count() == 0
    assert len(by_order[None]) == 30
