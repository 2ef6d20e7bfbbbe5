"""Currencies beside numbers: the row's, the only one it can be, or a reject."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

from recon.read.cells.currency_marks import currency_beside, without_currency
from recon.read.sources import read_sources
from recon.rules.rule import NumberFormat, Rules, Source
from tests.kit.desk import read, read_one, rejects_of

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "invoice_number,po_number,unit_price,amount,currency\n"
BARE = "invoice_number,po_number,amount\n"


@pytest.mark.parametrize(
    ("text", "number", "mark"),
    [
        ("$12.50", "12.50", "$"),
        ("-$12.50", "-12.50", "$"),
        ("$ -12.50", "-12.50", "$"),
        ("($12.50)", "(12.50)", "$"),
        ("$(12.50)", "(12.50)", "$"),
        ("US$ 3", "3", "US$"),
        ("1.234,56\u00a0€", "1.234,56", "€"),
        ("12,50- €", "12,50-", "€"),
        ("12,50 €-", "12,50-", "€"),
        ("(12,50 eur)", "(12,50)", "EUR"),
        ("CHF 1'234.50", "1'234.50", "CHF"),
        ("12 kr.", "12", "KR."),
        ("12.50", "12.50", None),
        ("EUR", "EUR", None),
        ("12 PCS", "12 PCS", None),
        ("EUR 12 EUR", "12 EUR", "EUR"),
        ("12 EUR USD", "12 EUR USD", None),
    ],
)
def test_a_currency_is_taken_off_a_number_on_either_side(text: str, number: str, mark: str | None) -> None:
    frame = pl.DataFrame({"t": [text]})
    assert frame.select(without_currency(pl.col("t")), currency_beside(pl.col("t")).alias("mark")).row(0) == (
        number,
        mark,
    )


def test_the_rows_own_currency_may_stand_beside_its_amounts_and_prices(tmp_path: Path) -> None:
    lines = read_one(tmp_path, HEAD + "1,4500,$1.25,12.50 usd,USD\n2,4500,CA$1.25,$12.50,cad\n3,4500,1,-€5,EUR\n")
    assert [str(amount.normalize()) for amount in lines["amount"]] == ["12.5", "12.5", "-5"]
    assert [str(price.normalize()) for price in lines["unit_price"]] == ["1.25", "1.25", "1"]
    assert lines["currency"].to_list() == ["USD", "CAD", "EUR"]


def test_another_currency_than_the_rows_makes_it_a_reject(tmp_path: Path) -> None:
    assert rejects_of(
        tmp_path, HEAD + "1,4500,$1.25,12.50,EUR\n2,4500,1.25,12.50 USD,EUR\n3,1,€1,$2,USD\n4,1,1,1,EUR\n"
    ) == [
        (2, "unit_price", "$1.25", "'$' beside the number, but the row's currency is EUR"),
        (3, "amount", "12.50 USD", "'USD' beside the number, but the row's currency is EUR"),
        (4, "unit_price", "€1", "'€' beside the number, but the row's currency is USD"),
    ]


def test_without_a_column_of_currencies_the_one_beside_the_number_is_the_rows(tmp_path: Path) -> None:
    lines = read_one(tmp_path, BARE + "1,4500,€ 12.50\n2,4500,12.50 USD\n3,4500,7\n")
    assert lines["currency"].to_list() == ["EUR", "USD", None]


def test_a_sign_of_many_currencies_is_not_guessed(tmp_path: Path) -> None:
    content = BARE + "1,4500,$12.50\n2,4500,12.50\n"
    assert rejects_of(tmp_path, content) == [
        (2, "amount", "$12.50", "'$' beside the number can be one of several currencies: give the row's in `currency`")
    ]
    assert read_one(tmp_path / "given", content, defaults={"currency": "AUD"})["currency"].to_list() == ["AUD"] * 2
    beside = HEAD + "1,4500,$2,US$4,\n"
    assert read_one(tmp_path / "beside", beside)["currency"].to_list() == ["USD"]


def test_a_sign_of_many_currencies_may_mean_the_base_currency(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(BARE + "1,4500,$12.50\n2,4500,US$1\n3,4500,7\n4,4500,1 kr\n")
    rules = Rules("CAD", {"invoices": Source("invoices", ("in.csv",))}, path=tmp_path / "rules.yaml")
    sources = read_sources(rules)
    assert sources.invoice_lines["currency"].to_list() == ["CAD", "USD", None]
    assert sources.rejects["value"].to_list() == ["1 kr"]


def test_two_currencies_in_one_row_are_a_reject(tmp_path: Path) -> None:
    (found,) = rejects_of(tmp_path, HEAD + "1,4500,€2,4 USD,\n2,4500,1,1,EUR\n")
    assert found == (2, "amount", "4 USD", "'USD' beside the number, but the row's currency is EUR")


def test_what_is_wrong_with_the_number_itself_comes_first(tmp_path: Path) -> None:
    found = rejects_of(tmp_path, HEAD + '1,4500,1,"1.234,56 EUR",EUR\n2,4500,1,1,EUR\n')
    assert found == [(2, "amount", "1.234,56 EUR", "not a number written as 1234.56: declare `number_format`")]
    lines = read_one(tmp_path / "declared", f'{BARE}"1","4500","1.234,56 EUR"\n', number_format=NumberFormat(",", "."))
    assert str(lines["amount"][0].normalize()) == "1234.56"


def test_only_amounts_and_prices_have_a_currency(tmp_path: Path) -> None:
    content = "invoice_number,po_number,quantity,amount\n1,4500,10 EUR,5\n2,4500,10,5\n"
    (found,) = rejects_of(tmp_path, content)
    assert found[:3] == (2, "quantity", "10 EUR")
    assert "only amounts and prices" in found[3]


def workbook(*rows: tuple[object, str, str | None]) -> bytes:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["invoice_number", "po_number", "amount", "currency"])
    for number, (amount, form, currency) in enumerate(rows, 1):
        sheet.append([number, 4500, amount, currency])
        sheet.cell(number + 1, 3).number_format = form
        sheet.cell(number + 1, 2).number_format = form
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_currency_of_a_spreadsheets_number_format_counts_as_if_it_stood_there(tmp_path: Path) -> None:
    dollars, euros = '"$"#,##0.00', "#,##0.00\\ [$€-407]"
    data = workbook(
        (12.5, dollars, "USD"), (12.5, euros, "USD"), (12.5, euros, None), (12.5, "0.00", None), (1, dollars, None)
    )
    sources = read(tmp_path, contents={"in.xlsx": data})
    assert sources.invoice_lines.select("invoice_number", "po_number", "currency").rows() == [
        ("1", "4500", "USD"),
        ("3", "4500", "EUR"),
        ("4", "4500", None),
    ]
    assert sources.rejects.select("row", "value", "reason").rows() == [
        (3, "12.5", "'€' beside the number, but the row's currency is USD"),
        (6, "1", "'$' beside the number can be one of several currencies: give the row's in `currency`"),
    ]
