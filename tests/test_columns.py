"""A fact a place: a column that is added to a table, and to nothing else, is treated as its kind says throughout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.kit.places import PROJECT

ADDED = '        "freight_bond": MONEY,\n        "contract": IDENTIFIER,\n        "payee_iban": IBAN,\n'
RULES = """
version: 1
base_currency: EUR
sources:
  orders: {files: [orders.csv]}
  receipts: {files: [receipts.csv]}
  invoices: {files: [invoices.csv], csv: {separator: ";"}, number_format: "1.234,56"}
"""
FILES = {
    "rules.yaml": RULES,
    "orders.csv": "po_number,po_line,supplier_id,quantity,unit_price\n1,1,S1,10,5\n",
    "receipts.csv": "receipt_number,receipt_line,po_number,po_line,quantity\nR,1,1,1,10\n",
    "invoices.csv": "document_type;supplier_id;invoice_number;po_number;po_line;quantity;unit_price;currency;freight_bond;contract;payee_iban\n"
    "invoice;S1;A;1;1;10;5;EUR;€ 1.234.567.890.123,25;4711.0;DE89370400440532013000\n"
    "credit_note;S1;B;1;1;1;5;EUR;7,50;0042;\n"
    "invoice;S1;C;1;1;1;5;EUR;USD 3,00;4.5E+09;\n",
}


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Run a copy of recon whose invoice lines have three more columns; return them and the rejects by invoice."""
    folder = tmp_path_factory.mktemp("patched")
    shutil.copytree(PROJECT / "recon", folder / "recon", ignore=shutil.ignore_patterns("__pycache__"))
    tables = folder / "recon" / "tables.py"
    before, after = tables.read_text(encoding="utf-8").split('        "discount_amount": MONEY,\n')
    tables.write_text(f'{before}        "discount_amount": MONEY,\n{ADDED}{after}', encoding="utf-8")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "recon", "run", "rules.yaml", "-o", "out", "--format", "json,xlsx", "--quiet"]
    done = subprocess.run(
        [*command, "--max-rejects", "1"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    frames = (json.loads((folder / "out" / f"{name}.json").read_text("utf-8")) for name in ("invoice_lines", "rejects"))
    return {row["invoice_number"]: row for frame in frames for row in frame}


def test_an_amount_of_thirteen_digits_beside_a_currency_sign_is_read_and_written_exactly(lines):
    assert lines["A"]["freight_bond"] == "1234567890123.25"


def test_an_amount_is_turned_round_on_a_credit_note(lines):
    assert lines["B"]["freight_bond"] == "-7.5"


def test_an_amount_in_another_currency_than_the_row_s_is_a_reject(lines):
    assert lines["C"]["column"] == "freight_bond"


def test_an_identifier_keeps_its_zeros_and_loses_what_a_spreadsheet_added(lines):
    assert (lines["A"]["contract"], lines["B"]["contract"]) == ("4711", "0042")


def test_a_bank_account_is_masked(lines):
    assert lines["A"]["payee_iban"] == "DE** **** 3000"
