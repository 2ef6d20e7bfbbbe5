"""Text -> numbers, dates and words: what is read, and what makes a row a reject, with the reason."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.read.cells.convert import convert
from recon.read.cells.dates import parse_date, parse_iso_day
from recon.read.cells.mapping import Mapped
from recon.read.cells.numbers import parse_number, why_not_number
from recon.read.cells.words import parse_word
from recon.read.raw import Raw
from recon.rules.rule import NumberFormat, Source
from tests.kit.desk import read_one, rejects_of

GERMAN = NumberFormat(",", ".")
SAP = NumberFormat(",", ".", "trailing")
ENGLISH = NumberFormat(".", ",")
BOOKS = NumberFormat(".", ",", "parentheses")
SWISS = NumberFormat(".", "'")
FRENCH = NumberFormat(",", " ")
FORMS = [NumberFormat(), GERMAN, SAP, ENGLISH, BOOKS, SWISS, FRENCH]


PLAIN = NumberFormat()


def number(text, form=PLAIN, scale=6, digits=15, rounded=False):
    return pl.DataFrame({"t": [text]}).select(parse_number(pl.col("t"), form, scale, digits, rounded)).item()


def day(text, *formats):
    return pl.DataFrame({"t": [text]}).select(parse_date(pl.col("t"), formats or ("%Y-%m-%d",))).item()


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("1234.56", NumberFormat(), "1234.56"),
        ("+5", NumberFormat(), "5"),
        (".5", NumberFormat(), "0.5"),
        ("-007.50", NumberFormat(), "-7.5"),
        ("1.10000000000", NumberFormat(), "1.1"),
        ("999999999999999.999999", NumberFormat(), "999999999999999.999999"),
        ("1.234,56", GERMAN, "1234.56"),
        ("1.234", GERMAN, "1234"),
        ("0.001.234,5", GERMAN, "1234.5"),
        ("1234,5", GERMAN, "1234.5"),
        ("12,50-", SAP, "-12.5"),
        ("-12,50", SAP, "-12.5"),
        ("1,234", ENGLISH, "1234"),
        ("(1,234.50)", BOOKS, "-1234.5"),
        ("1'234.50", SWISS, "1234.5"),
        ("1’234.50", SWISS, "1234.5"),
        ("1\u202f234,50", FRENCH, "1234.5"),
        ("1\u00a0234,50", FRENCH, "1234.5"),
    ],
)
def test_a_number_is_read_exactly(text, form, value):
    assert number(text, form) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (t, NumberFormat())
        for t in ("1,5", "1.234,56", "1e3", "1E+05", "NaN", "inf", "1e400", "", "-", "--1", "5.", "1 000", "12.50-")
    ]
    + [
        (t, NumberFormat())
        for t in ("(12.50)", "−5", "–5", "１２", "١٢٣", "$12.50", "12.50 EUR", "0x10", "1_000", "1.1234567", "5%")
    ]
    + [(t, NumberFormat()) for t in ("1000000000000000", "-1000000000000000", "9" * 40, "'12", "#N/A", "1.2.3", "1\n")]
    + [("1.23,50", GERMAN), ("1.2345", GERMAN), (".123,5", GERMAN), ("1,234,5", GERMAN), ("1,234.56", GERMAN)]
    + [
        ("0.125", GERMAN),
        ("00.125", GERMAN),
        ("0,125", ENGLISH),
        ("0'125", SWISS),
        ("0 125", FRENCH),
    ]
    + [
        ("1,23.50", ENGLISH),
        ("1,23,456.00", ENGLISH),
        (",123", ENGLISH),
        ("12-", ENGLISH),
        ("-12-", SAP),
        ("(-12)", BOOKS),
        ("(12", BOOKS),
    ],
)
def test_what_is_no_number_of_the_format_is_not_read(text, form):
    assert number(text, form) is None


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_short_text_is_a_number_by_the_grammar_or_none(form):
    """All texts of up to four of these characters, against a grammar written another way."""
    texts = ["".join(t) for n in range(1, 5) for t in itertools.product("01.,-( )+'", repeat=n)]
    got = pl.DataFrame({"t": texts}).select(parse_number(pl.col("t"), form, 6, 15)).to_series().to_list()
    assert got == [by_hand(text, form) for text in texts]


def by_hand(text, form):
    sign = 1
    if form.minus == "trailing" and text.endswith("-") and text[0] not in "+-":
        sign, text = -1, text[:-1]
    elif form.minus == "parentheses" and re.fullmatch(r"\([^+-].*\)", text):
        sign, text = -1, text[1:-1]
    elif text[0] in "+-":
        sign, text = (-1 if text[0] == "-" else 1), text[1:]
    whole, point, fraction = text.partition(form.decimal)
    groups = whole.split(form.thousands) if form.thousands else [whole]
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])):
        return None
    digits = "".join(groups)
    if (digits and not digits.isdigit()) or (point and not fraction.isdigit()) or not (digits or fraction):
        return None
    return sign * Decimal(f"{digits or 0}.{fraction or 0}")


@given(value=st.decimals(-(10**12), 10**12, places=6), form=st.sampled_from(FORMS))
def test_a_number_written_in_a_format_is_read_back(value, form):
    assert number(show(value, form), form) == value


def show(value, form):
    text = f"{abs(value):,f}".translate(str.maketrans({",": form.thousands or "", ".": form.decimal}))
    if not value < 0:
        return text
    return {"leading": f"-{text}", "trailing": f"{text}-", "parentheses": f"({text})"}[form.minus]


@given(value=st.decimals(-1000, 1000, places=14))
def test_round_is_half_away_from_zero_on_what_is_written(value):
    expected = value.copy_abs().quantize(Decimal("0.000001"), ROUND_HALF_UP).copy_sign(value)
    assert number(f"{value:f}", rounded=True) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1e3", "scientific"), ("NaN", "not a number"), ("−5", "dash"), ("12.50 EUR", "currency"), ("$1", "currency"),
        ("5%", "percent"), ("１２", "digits other"), ("1.1234567", "more than 6 decimal"), ("1" * 20, "too large"), ("1,5", "written as 1234.56"),
    ],
)  # fmt: skip
def test_the_reason_names_what_is_wrong(value, words):
    assert words in why_not_number(value, NumberFormat(), 6)


@pytest.mark.parametrize(
    ("text", "formats", "value"),
    [
        ("2025-03-04", ("%Y-%m-%d",), date(2025, 3, 4)),
        ("2025-03-04 00:00:00.000", ("%Y-%m-%d",), date(2025, 3, 4)),
        ("2025-03-04T23:59:59+02:00", ("%Y-%m-%d",), date(2025, 3, 4)),
        ("2025-03-04T00:30Z", ("%Y-%m-%d",), date(2025, 3, 4)),
        ("04.03.2025", ("%d.%m.%Y",), date(2025, 3, 4)),
        ("4.3.2025 00:00:00", ("%d.%m.%Y",), date(2025, 3, 4)),
        ("20250304", ("%Y%m%d",), date(2025, 3, 4)),
        ("03/04/2025", ("%d/%m/%Y", "%m/%d/%Y"), None),
        ("04/04/2025", ("%d/%m/%Y", "%m/%d/%Y"), date(2025, 4, 4)),
        ("03/14/2025", ("%d/%m/%Y", "%m/%d/%Y"), date(2025, 3, 14)),
        ("2024-02-29", ("%Y-%m-%d",), date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_by_the_format_that_fits_and_not_where_two_read_different_days(text, formats, value):
    assert day(text, *formats) == value


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-04T25:00:00",
        "2025-03-04 12:60",
        "2025-02-29",
        "31/04/2025",
        "00/00/0000",
        "0000-00-00",
        "2025-3-4",
        "25-03-04",
        "0025-03-04",
        "1899-12-31",
    ],
)
def test_what_is_no_iso_date_is_not_read(text):
    assert day(text) is None


@pytest.mark.parametrize(
    "text", ["03/04/25", "45720", "3000-01-01", "1900-01-00", "2025-03-04X", "2025-03-04 25", "２０25-03-04", "", "x"]
)
def test_nor_is_this(text):
    assert day(text, "%d/%m/%Y", "%Y-%m-%d") is None


@pytest.mark.parametrize(
    ("column", "text", "meaning"),
    [
        ("movement", "101", "receipt"), ("movement", "122.0", "return"), ("movement", "h", "return"), ("movement", "Goods Receipt", "receipt"),
        ("document_type", "Credit Memo", "credit_note"), ("document_type", "KR", "invoice"), ("document_type", "Gutschrift", "credit_note"),
        ("line_type", "Shipping", "freight"), ("match_policy", "3-way", "three_way"), ("movement", "103", None), ("line_type", "?", None),
        ("closed", "JA", True), ("blocked", "0", False), ("closed", "maybe", None),
    ],
)  # fmt: skip
def test_words_have_their_meaning(column, text, meaning):
    assert pl.DataFrame({"t": [text]}).select(parse_word(pl.col("t"), column)).item() == meaning


def test_identifiers_stay_text_but_for_what_a_spreadsheet_added(tmp_path):
    text = "invoice_number,po_number,amount\n007,4500012345.0,1\n1E5, A\u00a0,1\n12.50,\u200bé,1\n"
    frame = read_one(tmp_path, text)
    assert frame.select("invoice_number", "po_number").rows() == [("007", "4500012345"), ("1E5", "A"), ("12.50", "é")]


def test_an_identifier_in_scientific_notation_is_a_reject(tmp_path):
    assert rejects_of(tmp_path, "invoice_number,po_number,amount\n1,4.50001E+09,1\n") == [
        (2, "po_number", "4.50001E+09", "a spreadsheet has damaged this number: its last digits are lost")
    ]


def test_a_reject_tells_its_first_bad_cell_and_how_many_more(tmp_path):
    text = 'invoice_number,Betrag,invoice_date\n1,"x\u0007",2025-13-01\n2,5,\n'.replace("\u0007", "\u202e")
    columns = {"invoice_number": "invoice_number", "amount": "Betrag", "invoice_date": "invoice_date"}
    found = rejects_of(tmp_path, text, columns=columns)
    assert found == [(2, "Betrag", "x\\u202e", "not a number written as 1234.56 (and 1 more)")]


def test_a_bank_account_is_never_shown_whole(tmp_path):
    text = "invoice_number,amount,iban\n1,DE89370400440532013000,DE89370400440532013000\n"
    assert rejects_of(tmp_path, text)[0][2] == "DE89...00"


def test_a_movement_carries_the_sign(tmp_path):
    text = "receipt_number,po_number,quantity,movement\n1,1,5,101\n2,1,5,122\n3,1,-5,H\n4,1,5,WE\n5,1,5,\n"
    frame = read_one(tmp_path, text, "receipts")
    assert frame["quantity"].to_list() == [5, -5, -5, 5, 5]
    assert frame["movement"].to_list() == ["receipt", "return", "return", "receipt", None]


def test_a_movement_that_contradicts_its_quantity_is_a_reject(tmp_path):
    text = "receipt_number,po_number,quantity,movement\n1,1,-5,101\n"
    assert rejects_of(tmp_path, text, "receipts")[0][3] == "says receipt, but the quantity is negative"


def test_values_declare_the_words_of_an_export(tmp_path):
    text = "receipt_number,po_number,quantity,movement\n1,1,5,EIN\n2,1,5,Rücklauf\n"
    frame = read_one(tmp_path, text, "receipts", values={"movement": {"ein": "receipt", "RÜCKLAUF": "return"}})
    assert frame["quantity"].to_list() == [5, -5]


def test_currencies_are_iso_in_any_case(tmp_path):
    assert read_one(tmp_path, "invoice_number,amount,currency\n1,1,eur\n")["currency"].to_list() == ["EUR"]
    assert rejects_of(tmp_path, "invoice_number,amount,currency\n1,1,Z-US$\n")[0][3] == (
        "not a currency of ISO 4217: say which one is meant with `values: {currency: {'Z-US$': ...}}`"
    )


def test_a_line_needs_its_keys_a_supplier_and_a_value(tmp_path):
    text = "po_number,po_line,supplier_id,quantity,unit_price,amount\n,1,V,1,1,\n1,1,,1,1,\n1,2,V,1,,\n1,3,V,,,9\n1,4,V,1,1,\n"
    found = rejects_of(tmp_path, text, "orders")
    assert [(row, column) for row, column, _, _ in found] == [(2, "po_number"), (3, "supplier_id"), (4, "quantity")]
    assert all(reason.startswith("is missing") for *_, reason in found)


def test_a_price_unit_must_be_positive(tmp_path):
    text = "po_number,po_line,supplier_id,quantity,unit_price,price_unit\n1,1,V,1,1,0\n"
    assert rejects_of(tmp_path, text, "orders") == [(2, "price_unit", "0", "must be above 0")]


@pytest.mark.parametrize(
    ("cell", "kept"), [("99999999999.9999999999", True), ("1000000000000", False), ("0.00000000001", False)]
)
def test_prices_keep_ten_digits_below_a_million_million(tmp_path, cell, kept):
    text = f"po_number,po_line,supplier_id,quantity,unit_price\n1,1,V,1,{cell}\n"
    assert read_one(tmp_path, text, "orders")["unit_price"].to_list() == ([Decimal(cell)] if kept else [])


def test_null_markers_and_the_last_date_are_absent(tmp_path):
    text = "invoice_number,amount,po_number,due_date\n1,1,N/A,9999-12-31\n2,1,-,2025-01-01\n"
    frame = read_one(tmp_path, text, nulls=("N/A", "-"))
    assert frame.select("po_number", "due_date").rows() == [(None, None), (None, date(2025, 1, 1))]


ODD = st.sampled_from(
    ["", " ", "1", "-1", "+1", " 1", "1 ", "1.5", "1.", ".5", "1e3", "007", "1.0", "12.0 ", "4.5E+09", "1,5", "10000000000000000000000", "1" * 13,
     "2025-03-04", "2025-3-4", " 2025-03-04", "+2025-3-04", "2025-03-04T00:00:00Z", "9999-12-31", "1899-12-31", "2025-13-01", "3000-01-01", "20250-1-01",
     "x", " x", "x\u00a0", "\u200bx", "é", "xé", "a\tb", "EUR", "eur", "EUR ", "EURO", "yes", "Credit", "１", "N/A", "1\n2", "2025-03-0４", "19999-1-01"]
)  # fmt: skip
COLUMNS = (
    "po_number",
    "description",
    "quantity",
    "unit_price",
    "price_unit",
    "invoice_date",
    "currency",
    "document_type",
)


@settings(max_examples=150)
@given(cells=st.lists(st.lists(ODD, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=4))
def test_the_quick_conversion_gives_what_the_careful_one_gives(cells):
    source = Source("invoices", defaults={"invoice_number": "1"})
    mapped = Mapped({column: i for i, column in enumerate(COLUMNS)}, {})
    frame = pl.DataFrame(
        {f"c{i}": [row[i] or None for row in cells] for i in range(len(COLUMNS))},
        schema_overrides={f"c{i}": pl.String for i in range(len(COLUMNS))},
    )
    raw = Raw("in.csv", COLUMNS, frame, pl.Series(range(len(cells)), dtype=pl.Int64))
    quick = convert(raw, mapped, source)
    careful = convert(raw, mapped, replace(source, nulls=("no such marker",)))
    assert quick.values.equals(careful.values)
    assert quick.wrong.equals(careful.wrong)


@given(text=st.text(alphabet="0123456789-+ 9２\t", min_size=8, max_size=12) | st.dates().map(str))
def test_a_quick_date_is_an_iso_day_and_nothing_else(text):
    found = pl.DataFrame({"t": [text]}).select(parse_iso_day(pl.col("t"))).item()
    assert found is None or (re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and found == date.fromisoformat(text))


def test_cells_that_need_care_stay_in_their_rows(tmp_path):
    text = "invoice_number,amount,currency,description\n 1,1,EUR,a \n2,€ 2,EUR,b\n3,3,eur, c\n4.0,4.5,EUR,d\n"
    frame = read_one(tmp_path, text)
    assert frame.select("invoice_number", "currency", "description").rows() == [
        ("1", "EUR", "a"),
        ("2", "EUR", "b"),
        ("3", "EUR", "c"),
        ("4", "EUR", "d"),
    ]
    assert [str(amount.normalize()) for amount in frame["amount"]] == ["1", "2", "3", "4.5"]


def test_a_reject_among_cells_that_need_care_names_its_own_row_and_text(tmp_path):
    text = "invoice_number,amount,currency,description\n1,1,EUR,a \n2,x,EUR,b\n3,3,EUR, c\n4,1e5,EUR,d\n"
    assert [reject[:3] for reject in rejects_of(tmp_path, text)] == [(3, "amount", "x"), (5, "amount", "1e5")]


@pytest.mark.parametrize("cell", ["Euro", "€", "US Dollar"])
def test_a_name_is_no_currency_until_the_rules_say_which(tmp_path, cell):
    text = f"invoice_number,amount,currency\n1,1,{cell}\n"
    assert rejects_of(tmp_path, text)[0][2] == cell


def test_what_a_system_calls_a_currency_is_declared(tmp_path):
    text = "invoice_number,amount,currency\n1,1,Z-US$\n"
    assert read_one(tmp_path, text, values={"currency": {"Z-US$": "USD"}})["currency"].to_list() == ["USD"]
