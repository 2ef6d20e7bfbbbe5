"""The journal as each system loads it: two lines, written by hand from the system's own description."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from recon.close_tables import JOURNAL
from recon.errors import SourceError
from recon.kinds import EXACT
from recon.report.journals.register import JOURNAL_FILES, journal_file
from recon.rules.close import JOURNAL_TARGETS
from tests.close.company import FILES, close

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
    (content,) = journal_file(target).write(TWO, "EUR").values()
    assert content.decode().split("\r\n")[1:3] == GOLDEN[target]


def test_oracle_gets_its_csv_in_a_zip():
    """Status to actual flag, 30 segments (account and cost centre first), amounts, batch."""
    (content,) = journal_file("oracle").write(TWO, "EUR").values()
    lines = zipfile.ZipFile(io.BytesIO(content)).read("GL_INTERFACE.csv").decode().split("\r\n")
    start = "NEW,1000,2026/10/31,recon,Accrual,EUR,2026/10/31,A,"
    end = 'J-1,"Goods received, not invoiced, by 2026-10-31"'
    assert lines[:2] == [
        f"{start}610000,K1{NOTHING},15.50,,15.50,,{end}",
        f"{start}380100,{NOTHING},,15.50,,15.50,{end}",
    ]


def test_datev_gets_one_row_of_125_cells_against_the_other_account():
    (content,) = journal_file("datev").write(TWO, "EUR").values()
    head, names, row, rest = content.decode("cp1252").split("\r\n")
    assert head.split(";")[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert (len(head.split(";")), len(names.split(";")), len(row.split(";")), rest) == (31, 125, 125, "")
    assert row.startswith("15,50;S;EUR;;;;610000;380100;;3110;J-1;;;Goods received, not invoiced, by 2026-10-31")
    assert (row.split(";")[36], head.split(";")[13]) == ("K1", "6")


def journal(*entries, journal_id="J-1", **common):
    """Return JOURNAL of entries (rule, expense, accrued, amounts): a debit an amount, and the credit of their sum."""
    rows = []
    for rule, expense, accrued, amounts in entries:
        each = BASE | {"journal_id": journal_id, "rule": rule} | common
        rows += [each | {"account": expense, "debit": one, "base_debit": one, "base_credit": ZERO} for one in amounts]
        whole = sum(amounts)
        rows.append(each | {"account": accrued, "credit": whole, "base_credit": whole, "base_debit": ZERO})
    named = [dict.fromkeys(JOURNAL.columns) | row for row in rows]
    return JOURNAL.cast(pl.DataFrame(named, infer_schema_length=None)).select(*JOURNAL.columns)


ZERO = Decimal(0)
GOODS = ("goods", "610000", "380100", [Decimal(5), Decimal(7)])
SERVICES = ("services", "620000", "380200", [Decimal(30)])


def cells(content, *columns, skip=2):
    lines = [line.split(";") for line in content.decode("cp1252").split("\r\n")[skip:-1]]
    return [tuple(line[at] for at in columns) for line in lines]


def test_datev_books_each_expense_against_the_account_of_its_own_rule():
    (content,) = journal_file("datev").write(journal(GOODS, SERVICES), "EUR").values()
    assert cells(content, 0, 1, 6, 7) == [
        ("5,00", "S", "610000", "380100"),
        ("7,00", "S", "610000", "380100"),
        ("30,00", "S", "620000", "380200"),
    ]


def test_datev_gets_what_is_turned_round_in_the_next_year_in_a_file_of_that_year():
    """A day has no year there: 1 January of 2027 would be that of 2026. What is turned round is credited."""
    december, back = date(2026, 12, 31), date(2027, 1, 1)
    rows = journal(SERVICES, posting_date=december)
    turned = rows.with_columns(
        debit="credit", credit="debit", reverses="journal_id", journal_id=pl.lit("J-1-R"), posting_date=pl.lit(back)
    )
    files = journal_file("datev").write(pl.concat([rows, turned]), "EUR")
    assert {name: content[:200].split(b";")[12] for name, content in files.items()} == {
        "EXTF_Buchungsstapel.csv": b"20260101",
        "EXTF_Buchungsstapel_2027.csv": b"20270101",
    }
    assert cells(files["EXTF_Buchungsstapel_2027.csv"], 1, 6, 7, 9) == [("H", "620000", "380200", "0101")]


def test_datev_has_a_foreign_amount_with_its_base_amount():
    rows = journal(SERVICES, currency="USD").with_columns(pl.col("base_debit", "base_credit") * Decimal("0.9"))
    (content,) = journal_file("datev").write(rows, "EUR").values()
    assert cells(content, 0, 2, 4, 5) == [("30,00", "USD", "27,00", "EUR")]


@pytest.mark.parametrize("target", ["xero", "quickbooks"])
def test_a_file_that_knows_the_base_currency_alone_has_base_amounts_or_is_refused(target):
    rows = journal(SERVICES, currency="USD")
    based = rows.with_columns(pl.col("base_debit", "base_credit") * Decimal("0.9"))
    (content,) = journal_file(target).write(based, "EUR").values()
    assert b"27.00" in content
    assert b"30.00" not in content
    with pytest.raises(SourceError, match="is in EUR alone, and no rate of USD is known"):
        journal_file(target).write(
            rows.with_columns(pl.lit(None, EXACT).alias(side) for side in ("base_debit", "base_credit")), "EUR"
        )


def test_each_file_of_xero_has_300_lines_at_most_and_balances():
    """400 lines at 1.00 and 30.00 of services: 299 and their other account; 101 and theirs, and services."""
    many = ("goods", "610000", "380100", [Decimal(1)] * 400)
    files = journal_file("xero").write(journal(many, SERVICES), "EUR")
    amounts = [[row["*Amount"] for row in csv.DictReader(io.StringIO(one.decode()))] for one in files.values()]
    assert [len(each) for each in amounts] == [300, 104]
    assert [sum(map(Decimal, each)) for each in amounts] == [0, 0]
    assert [amounts[0][-1], *amounts[1][-3:]] == ["-299.00", "-101.00", "30.00", "-30.00"]


@pytest.mark.parametrize(
    ("how", "dated", "turned"),
    [
        ("{}", 1, 0),
        ("{target: netsuite}", 1, 0),
        ("{target: xero}", 0, 1),
        ("{target: netsuite, reversal: rows}", 0, 1),
        ("{target: xero, reversal: date}", 1, 0),
    ],
)
def test_a_journal_is_turned_round_by_a_day_where_its_file_has_one_else_by_rows_and_never_by_both(
    tmp_path, how, dated, turned
):
    rules = FILES["rules.yaml"] + (f"  journal: {how}\n" if how != "{}" else "")
    done = close(tmp_path, **{"rules.yaml": rules}).journal
    euros = done.filter(done["currency"] == "EUR", done["account"] == "610000")
    assert (euros["reversal_date"].count(), euros["reverses"].count()) == (dated, turned)


def test_the_register_holds_every_target_of_the_rules():
    assert tuple(one.name for one in JOURNAL_FILES) == JOURNAL_TARGETS
