"""Three strange exports, as three systems leave them: rules for them are drafted without a question, and run."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl

from recon import reconcile
from recon.draft.draft import draft_rules
from recon.draft.look.inspect import inspect_file
from recon.read.sources import read_sources
from recon.rules.file import parse_rules

ORDERS = """\
Bestellung;Position;Lieferant;Lieferantenname;Artikel;Bezeichnung;Menge;Einheit;Preis;Preiseinheit;Währung;Bestelldatum
4500000123;10;100017;Müller & Söhne GmbH;M-01;Schrauben;1.000,000;ST;12,50;100;EUR;03.02.2025
4500000123;20;100017;Müller & Söhne GmbH;M-02;Muttern;500,000;ST;8,25;100;EUR;03.02.2025
4500000124;10;100018;Grün AG;M-03;Öl;20,000;L;1.234,50;1;EUR;04.02.2025
4500000124;20;100018;Grün AG;M-04;Nachlass;1,000-;ST;50,00;1;EUR;04.02.2025
"""
LIST = """\
01.03.2025                     Dynamic List Display                    1
------------------------------------------------------------------------------
|Mat. Doc. |Item|Pstng Date|MvT|Material|PO        |Item |    Quantity|BUn|
------------------------------------------------------------------------------
|5000000001|1   |14.02.2025|101|M-01    |4500000123|10   |   1.000,000|ST |
|5000000002|1   |14.02.2025|101|M-02    |4500000123|20   |     500,000|ST |
|5000000003|1   |15.02.2025|102|M-02    |4500000123|20   |      50,000-|ST |
------------------------------------------------------------------------------
|Mat. Doc. |Item|Pstng Date|MvT|Material|PO        |Item |    Quantity|BUn|
------------------------------------------------------------------------------
|5000000004|1   |27.02.2025|101|M-03    |4500000124|10   |      20,000|L  |
------------------------------------------------------------------------------
|*         |    |          |   |        |          |     |   1.470,000|   |
------------------------------------------------------------------------------
"""
INVOICES = [
    ["Supplier invoices, February 2025"],
    [],
    ["Invoice No.", "Line", "Vendor", "Vendor name", "Invoice date", "PO No.", "PO line", "Qty", "Unit price", "Net amount"],
    ["R-1", 1, 100017, "Mueller & Soehne", date(2025, 2, 20), 4500000123, 10, 1000, 0.125, 125],
    ["R-1", 2, 100017, "Mueller & Soehne", date(2025, 2, 20), 4500000123, 20, 500, 0.0825, 41.25],
    ["R-2", 1, 100018, "Grün AG", date(2025, 3, 1), 4500000124, 10, 20, 1240, 24800],
]  # fmt: skip


def exports(folder):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in INVOICES:
        book.active.append(row)
    book.create_sheet("Notes").append(["for the auditors"])
    book.save(out)
    files = {"bestellungen.csv": ORDERS.encode("cp1252"), "mb51.txt": LIST.encode(), "invoices.xlsx": out.getvalue()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_three_strange_exports_are_matched_without_a_question(tmp_path):
    text = draft_rules(exports(tmp_path))
    rules = parse_rules(text.encode(), tmp_path / "rules.yaml")
    sources = read_sources(rules)
    assert sources.rejects.is_empty()
    assert sources.order_lines["quantity"].to_list() == [Decimal(q) for q in ("1000", "500", "20", "-1")]
    assert sources.order_lines["supplier_id"].to_list() == ["100017", "100017", "100018", "100018"]
    assert sources.receipt_lines.select("receipt_line", "po_line", "quantity").rows() == [
        ("1", "10", 1000), ("1", "20", 500), ("1", "20", -50), ("1", "10", 20)
    ]  # fmt: skip
    assert sources.invoice_lines.select("invoice_line", "po_line").rows() == [("1", "10"), ("2", "20"), ("1", "10")]
    done = reconcile(sources, rules)
    # Billed 500 of which 450 are kept: 50 x 8.25 / 100. Billed at 1240 what was ordered at 1234.50: 20 x 5.50.
    at_risk = dict(done.discrepancies.select("code", "amount_at_risk").rows())
    assert at_risk["quantity_over_received"] == Decimal("4.125")
    assert at_risk["price_variance"] == Decimal(110)


def test_columns_of_one_name_in_a_list_are_told_apart_by_what_stands_before_them(tmp_path):
    seen = inspect_file(exports(tmp_path) / "mb51.txt")
    assert [column.name for column in seen.columns if "Item" in column.name] == ["Item", "PO Item"]
    assert seen.presets == ("sap-mb51",)
    assert (seen.rows, seen.obstacles) == (4, ())
