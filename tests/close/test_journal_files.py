"""The journal as each system loads it: two lines, written by hand from the system's own description."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from recon.close_tables import JOURNAL
from recon.report.journals.register import JOURNAL_FILES, journal_file
from recon.rules.close import JOURNAL_TARGETS

BASE = {
    "journal_id": "J-1",
    "company": "1000",
    "posting_date": date(2026, 10, 31),
    "reversal_date": date(2026, 11, 1),
    "currency": "EUR",
    "text": "Goods received, not invoiced, by 2026-10-31",
}
DEBIT = BASE | {"line": 1, "account": "610000", "debit": Decimal("15.5"), "base_debit": Decimal("15.5"), "cost_centre": "K1", "supplier_id": "S1", "po_number": "0815", "po_line": "10"}  # fmt: skip
CREDIT = BASE | {"line": 2, "account": "380100", "credit": Decimal("15.5"), "base_credit": Decimal("15.5")}
TWO = JOURNAL.cast(
    pl.DataFrame([dict.fromkeys(JOURNAL.columns) | row for row in (DEBIT, CREDIT)], infer_schema_length=None)
)
NOTHING = "," * 28
GOLDEN = {
    "d365": [
        'J-1,1,GenJrn,"Goods received, not invoiced, by 2026-10-31",Ledger,610000,2026-10-31,J-1,EUR,15.50,',
        'J-1,2,GenJrn,"Goods received, not invoiced, by 2026-10-31",Ledger,380100,2026-10-31,J-1,EUR,,15.50',
    ],
    "netsuite": [
        'J-1,10/31/2026,1000,EUR,"Goods received, not invoiced, by 2026-10-31",11/01/2026,610000,15.50,,"Order 0815/10, supplier S1",S1,K1',
        'J-1,10/31/2026,1000,EUR,"Goods received, not invoiced, by 2026-10-31",11/01/2026,380100,,15.50,,,',
    ],
    "xero": [
        '"Goods received, not invoiced, by 2026-10-31 (J-1)",31/10/2026,"Order 0815/10, supplier S1",610000,Tax Exempt,15.50,Cost centre,K1',
        '"Goods received, not invoiced, by 2026-10-31 (J-1)",31/10/2026,,380100,Tax Exempt,-15.50,,',
    ],
    "quickbooks": [
        'J-1,10/31/2026,610000,"Order 0815/10, supplier S1",15.50,,S1',
        'J-1,10/31/2026,380100,"Goods received, not invoiced, by 2026-10-31",,15.50,',
    ],
    "sap": [
        "1000;SA;20261031;20261031;20261101;EUR;J-1;Goods received, not invoi;S;610000;15.50;15.50;K1;0815;Order 0815/10, supplier S1",
        "1000;SA;20261031;20261031;20261101;EUR;J-1;Goods received, not invoi;H;380100;15.50;15.50;;;",
    ],
}


@pytest.mark.parametrize("target", GOLDEN)
def test_two_lines_are_as_the_system_wants_them(target):
    (content,) = journal_file(target).write(TWO).values()
    assert content.decode().split("\r\n")[1:3] == GOLDEN[target]


def test_oracle_gets_its_csv_in_a_zip():
    """Status to actual flag, 30 segments (account and cost centre first), amounts, batch."""
    (content,) = journal_file("oracle").write(TWO).values()
    lines = zipfile.ZipFile(io.BytesIO(content)).read("GL_INTERFACE.csv").decode().split("\r\n")
    start = "NEW,1000,2026/10/31,recon,Accrual,EUR,2026/10/31,A,"
    end = 'J-1,"Goods received, not invoiced, by 2026-10-31"'
    assert lines[:2] == [
        f"{start}610000,K1{NOTHING},15.50,,15.50,,{end}",
        f"{start}380100,{NOTHING},,15.50,,15.50,{end}",
    ]


def test_datev_gets_one_row_of_125_cells_against_the_other_account():
    (content,) = journal_file("datev").write(TWO).values()
    head, names, row, rest = content.decode("cp1252").split("\r\n")
    assert head.split(";")[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert (len(head.split(";")), len(names.split(";")), len(row.split(";")), rest) == (31, 125, 125, "")
    assert row.startswith("15,50;S;EUR;;;;610000;380100;;3110;J-1;;;Goods received, not invoiced, by 2026-10-31")
    assert row.split(";")[36] == "K1"


def test_the_register_holds_every_target_of_the_rules():
    assert tuple(one.name for one in JOURNAL_FILES) == JOURNAL_TARGETS
