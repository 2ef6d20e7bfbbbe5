"""Patches of a source: rows put right as they are read, and what a rules file may say of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon import load_rules, read_sources
from recon.errors import RulesError

RULES = """version: 1
sources:
  orders: {{files: [orders.csv]}}
  invoices: {{files: [invoices.csv], patches: [{patch}]}}
"""
ORDERS = "po_number,po_line,supplier_id,quantity,unit_price\n1,10,S1,10,5\n"
INVOICES = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,amount
S1,A,1,10,7,1234.5,11.91
S2,B,1,10,7,1234.5,35
"""


def read(folder, patch):
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES.format(patch=patch), encoding="utf-8")
    return read_sources(load_rules(folder / "rules.yaml"))


def test_a_value_is_set_where_the_condition_holds_and_the_file_s_notes_count_the_rows(tmp_path):
    sources = read(tmp_path, "{name: per 100, when: \"supplier_id = 'S1'\", set: {price_unit: 100, uom: EA}}")
    assert sources.invoice_lines.select("price_unit", "uom").rows() == [(Decimal(100), "EA"), (None, None)]
    assert "patch 'per 100' changed 1 rows" in sources.files[1]["notes"]
    assert "invoice_lines.uom" not in sources.absent


def test_numbers_are_divided_and_multiplied_exactly_and_rounded_half_away_where_asked(tmp_path):
    """11.91 / 1.19 is 10.0084...; 35 / 1.19 is 29.4117...; 1234.5 / 100 ends."""
    both = "{name: net, divide: {amount: 1.19}, places: 2, multiply: {quantity: 12}}, {name: cents, divide: {unit_price: 100}}"
    lines = read(tmp_path, both).invoice_lines
    assert lines["amount"].to_list() == [Decimal("10.01"), Decimal("29.41")]
    assert lines["quantity"].to_list() == [84, 84]
    assert lines["unit_price"].to_list() == [Decimal("12.345")] * 2


def test_a_text_gets_a_beginning_and_loses_its_end(tmp_path):
    lines = read(tmp_path, "{name: n, before: {po_number: '45'}, cut: {supplier_id: '1'}}").invoice_lines
    assert lines.select("po_number", "supplier_id").rows() == [("451", "S"), ("451", "S2")]


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ("{name: x}", "changes nothing"),
        ("{name: x, set: {price_unit: many}}", "'many' is no number"),
        ("{name: x, divide: {supplier_id: 2}}", "supplier_id"),
        ("{name: x, divide: {amount: 0}}", "too small"),
        ("{name: x, when: 'plant = 1', divide: {amount: 2}}", "plant"),
    ],
)
def test_a_patch_that_means_nothing_is_refused(tmp_path, patch, said):
    with pytest.raises(RulesError, match=said):
        read(tmp_path, patch)
