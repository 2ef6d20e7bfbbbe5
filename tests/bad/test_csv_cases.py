"""Bad text files by their number in docs/inputs: read right, a reject with its place, or refused with the place."""

from __future__ import annotations

import codecs
import gzip
import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
import pytest

from recon.errors import SourceError
from recon.rules.rule import CsvOptions, NumberFormat
from tests.kit.desk import read

HEAD = "invoice_number,po_number,amount,currency,invoice_date\n"
GOOD = f"{HEAD}I1,4500,1.50,EUR,2025-01-02\nI2,4501,2.50,EUR,2025-01-03\n"


@dataclass(frozen=True)
class Case:
    """`words`: all must stand in the refusal or the reject's reason; `place`: of the refusal, or (row, column)."""

    number: int
    title: str
    content: str | bytes
    place: str | tuple[int, str] = ""
    words: tuple[str, ...] = ()
    options: dict = field(default_factory=dict)
    file: str = "in.csv"
    name: str = "invoices"


def row(amount="1", number="I1", po="4500", currency="EUR", date="2025-01-02"):
    return f"{HEAD}{number},{po},{amount},{currency},{date}\n"


REFUSED = [
    Case(1, "no byte", b"", "in.csv", ("empty",)),
    Case(2, "only newlines", "\n\n\n", "in.csv", ("empty",)),
    Case(2, "only a byte order mark", codecs.BOM_UTF8, "in.csv", ("empty",)),
    Case(3, "header only", HEAD, "in.csv", ("no rows", "rows: 0")),
    Case(7, "receipts given as orders", "receipt_number,po_number,quantity\n1,1,1\n", "in.csv:1", ("po_line",), name="orders"),
    Case(7, "invoices given as orders", "invoice_number,invoice_line,invoice_date,po_number,po_line,supplier_id,quantity,unit_price,amount\n"
         "1,1,2025-01-01,1,1,V,1,1,1\n", "in.csv", ("looks like a file of invoices",), name="orders"),
    Case(9, "cut off in a row", f"{HEAD}I1,4500,1.50,EUR,2025-01-02\nI2,45", "in.csv:3", ("2 fields", "cut off")),
    Case(11, "gzip named csv", gzip.compress(GOOD.encode()), "in.csv", ("gzip",)),
    Case(11, "zip named csv", b"PK\x03\x04xxxx", "in.csv", ("zip",)),
    Case(11, "MHTML named csv", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "in.csv", ("HTML or XML",)),
    Case(12, "gzip bomb", gzip.compress(bytes(80 << 20)), "in.csv.gz", ("inflates to more",), file="in.csv.gz"),
    Case(16, "files joined, with mark", GOOD.encode() + codecs.BOM_UTF8 + GOOD.encode(), "in.csv:4:1", ("byte order mark inside",)),
    Case(16, "files joined, without mark", GOOD + GOOD, "in.csv:4", ("header is repeated",)),
    Case(18, "UTF-16 without mark", GOOD.encode("utf-16-le"), "in.csv", ("UTF-16",)),
    Case(19, "cp1252 undeclared", row(number="Müller").encode("cp1252"), "in.csv:2:2", ("0xFC", "cp1252")),
    Case(20, "cp1252 read as latin-1", row(number="5 €").encode("cp1252"), "in.csv:2:3", ("control character", "cp1252"),
         {"csv": CsvOptions(encoding="latin-1")}),
    Case(22, "damaged before", row(number="M\ufffdller"), "in.csv:2:2", ("U+FFFD",)),
    Case(23, "encodings mixed", row(number="é").encode() + "Bä,1,1,EUR,2025-01-01\n".encode("cp1252"), "in.csv:3:2", ("0xE4",)),
    Case(24, "a lone surrogate", row(number="\ud800").encode("utf-8", "surrogatepass"), "in.csv:2:1", ("0xED",)),
    Case(25, "a separator too many", f"{GOOD}I3,1,1,EUR,2025-01-01,9\n", "in.csv:4", ("6 fields", "header has 5")),
    Case(26, "a separator too few", f"{HEAD}I1,4500,1.50 EUR,2025-01-02\nI2,1,2,EUR,2025-01-02\n", "in.csv:2", ("4 fields",)),
    Case(26, "one too few, one too many", f"{HEAD}I1,4500,1.50 EUR,2025-01-02\nI2,1,2,EUR,2025-01-02,\n", "in.csv:2", ("4 fields",)),
    Case(27, "a stray quote", row(po='19" rack'), "in.csv:2:2", ("quote inside an unquoted field", "quote: none")),
    Case(28, "text after a closing quote", row(po='"x"y'), "in.csv:2:2", ("after a closing quote",)),
    Case(29, "an unclosed quote", f'{HEAD}I1,"4500,1,EUR,2025-01-02\nI2,1,1,EUR,2025-01-02\n', "in.csv:2:2", ("never closed",)),
    Case(32, "backslash escapes", row(po=r'"a \"b\" c"'), "in.csv:2", ("closing quote",)),
    Case(33, "single quotes", f"{HEAD}I1,'4,500',1,EUR,2025-01-02\n", "in.csv:2", ("6 fields",)),
    Case(34, "another separator", GOOD.replace(",", ";"), "in.csv:1", ("not found", "looks like ';'")),
    Case(34, "tabs", GOOD.replace(",", "\t"), "in.csv:1", ("looks like 'tab'",)),
    Case(35, "another separator in one row", f"{GOOD}I3;1;1;EUR;2025-01-01\n", "in.csv:4", ("1 field,",)),
    Case(36, "a lone carriage return", f"{HEAD}I1,4500,1,EUR,2025-01-02\rI2,1,1,EUR,2025-01-02\n", "in.csv:2", ("carriage return",)),
    Case(41, "a trailing separator in data only", f"{HEAD}I1,4500,1,EUR,2025-01-02,\n", "in.csv:2", ("6 fields",)),
    Case(42, "two lines that could be the header", f"title\n{GOOD}{HEAD}", "in.csv:1", ("not found",)),
    Case(44, "the header again", f"{GOOD}{HEAD}I3,1,1,EUR,2025-01-01\n", "in.csv:4", ("header is repeated", "again in row 4")),
    Case(45, "two tables", f"{GOOD}\nx,y,z\n1,2,3\n", "in.csv:5", ("3 fields", "short_rows")),
    Case(47, "no header", "I1,4500,1.50,EUR,2025-01-02\nI2,1,1,EUR,2025-01-02\n", "in.csv:1", ("'invoice_number' not found",)),
    Case(48, "a name twice", "invoice_number,amount,amount\n1,2,3\n", "in.csv:1", ("2 and 3", "'amount'")),
    Case(49, "a name twice but for case and width", "invoice_number,amount, ＡＭＯＵＮＴ \n1,2,3\n", "in.csv:1", ("2 and 3",)),
    Case(51, "a column renamed", "Invoice Number,amount\n1,2\n", "in.csv:1", ("'invoice_number'", "did you mean 'Invoice Number'")),
    Case(51, "a column mapped that is not there", "Nr,Amt\n1,2\n", "in.csv:1", ("'Amount' not found", "did you mean 'Amt'"),
         {"columns": {"invoice_number": "Nr", "amount": "Amount"}}),
    Case(51, "an optional column misspelt", "invoice_number,amount,curency\n1,2,USD\n", "in.csv", ("'curency'", "did you mean 'currency'")),
    Case(51, "an optional column in words", "invoice_number,amount,PO Number\n1,2,1\n", "in.csv", ("did you mean 'po_number'",)),
    Case(51, "nothing gives an amount", "invoice_number,quantity\n1,2\n", "in.csv", ("amount or quantity and unit_price",)),
    Case(53, "10,000 columns", ",".join(f"c{i}" for i in range(10_000)) + "\n", "in.csv:1", ("10000 columns",)),
    Case(53, "100,000 columns in quotes", ",".join(f'"c{i}"' for i in range(100_000)) + "\n", "in.csv:1", ("100000 columns",)),
    Case(53, "a cell of a million characters", row(po="x" * 1_000_000), "in.csv:2", ("1000000 bytes",)),
    Case(54, "NUL", row(po="4\x005"), "in.csv:2:5", (r"\x00",)),
    Case(54, "^Z at the end", f"{GOOD}\x1a", "in.csv:4:1", (r"\x1a",)),
    Case(54, "a C1 control", row(po="4\u00855"), "in.csv:2:5", (r"\x85",)),
    Case(108, "HTML named csv", "<html><table></table></html>", "in.csv", ("HTML",)),
    Case(127, "no Parquet", b"PAR1 and more", "in.parquet", ("cannot be read",), file="in.parquet"),
    Case(127, "gzip that is none", b"hello", "in.csv.gz", ("not gzip",), file="in.csv.gz"),
    Case(127, "gzip cut off", gzip.compress(GOOD.encode() * 50)[:-20], "in.csv.gz", ("damaged",), file="in.csv.gz"),
    Case(10, "rows missing", GOOD, "sources.invoices", ("2 rows", "says 3"), {"expect": {"rows": "3"}}),
    Case(10, "a total that differs", GOOD, "sources.invoices", ("4", "says 4.01"), {"expect": {"total": "4.01"}}),
    Case(8, "another period", GOOD, "in.csv:2", ("2 rows", "2025-02"), {"expect": {"period": "2025-02"}}),
]  # fmt: skip

REJECTS = [
    Case(45, "a second table as wide", f"{GOOD}\nI4,,z,EUR,2025-01-02\n", (5, "amount"), ("written as",)),
    Case(43, "a header of two lines", f"{HEAD}text,text,EUR,ISO,date\nI1,4500,1,EUR,2025-01-02\n", (2, "amount"), ("2 more",)),
    Case(46, "a total at the end", f"{GOOD},,4.00,,\n", (4, "invoice_number"), ("missing",)),
    Case(46, "a total in the number's place", f"{GOOD}Total,,4.00,EUR,\n", (4, "invoice_number"), ("a line of sums",)),
    Case(46, "a spreadsheet's subtotal", f"{GOOD}I2 Total,,4.00,EUR,\n", (4, "invoice_number"), ("a line of sums",)),
    Case(46, "a sum in German", f"{GOOD}Gesamtsumme:,,4.00,EUR,\n", (4, "invoice_number"), ("a line of sums",)),
    Case(57, "an id that Excel damaged", row(po="4.50001E+09"), (2, "po_number"), ("damaged",)),
    Case(68, "a decimal comma", row(amount='"2,50"'), (2, "amount"), ("written as 1234.56",)),
    Case(71, "two formats in one column", f'{HEAD}I1,1,"1.234,56",EUR,2025-01-02\nI2,1,"1,234.56",EUR,2025-01-02\n', (3, "amount"),
         ("1.234,56",), {"number_format": NumberFormat(",", ".")}),
    Case(72, "Indian groups", row(amount='"1,23,456.00"'), (2, "amount"), ("written as",), {"number_format": NumberFormat(".", ",")}),
    Case(73, "groups that are none", row(amount='"1,23.50"'), (2, "amount"), ("written as",), {"number_format": NumberFormat(".", ",")}),
    Case(74, "a trailing minus", row(amount="12.50-"), (2, "amount"), ("written as",)),
    Case(75, "parentheses", row(amount="(12.50)"), (2, "amount"), ("written as",)),
    Case(76, "a minus of U+2212", row(amount="−5"), (2, "amount"), ("dash",)),
    Case(77, "CR and DR", row(amount="5.00 CR"), (2, "amount"), ()),
    Case(78, "the sign of another currency", row(amount="$12.50"), (2, "amount"), ("'$'", "the row's currency is EUR")),
    Case(78, "the code of another currency", row(amount="12.50 USD"), (2, "amount"), ("'USD'", "the row's currency is EUR")),
    Case(78, "a code that is none", row(amount="12.50 PCS"), (2, "amount"), ("ISO 4217",)),
    Case(79, "scientific", row(amount="1e3"), (2, "amount"), ("scientific",)),
    Case(80, "NaN", row(amount="NaN"), (2, "amount"), ("not a number",)),
    Case(80, "1e400", row(amount="1e400"), (2, "amount"), ("scientific",)),
    Case(81, "other digits", row(amount="１２"), (2, "amount"), ("other than 0-9",)),
    Case(83, "seven decimals", row(amount="1.1234567"), (2, "amount"), ("more than 6",)),
    Case(85, "10^15", row(amount="1000000000000000"), (2, "amount"), ("too large",)),
    Case(85, "40 digits", row(amount="9" * 40), (2, "amount"), ("too large",)),
    Case(90, "no currency", row(currency="EURO"), (2, "currency"), ("ISO 4217",)),
    Case(91, "a percent sign on an amount", row(amount="5%"), (2, "amount"), ("percent",)),
    Case(91, "half a percent, or half", "invoice_number,amount,tax_rate\n1,1,0.5%\n", (2, "tax_rate"), ("percent",)),
    Case(92, "d/m or m/d", row(date="03/04/2025"), (2, "invoice_date"), ("%Y-%m-%d",)),
    Case(93, "ISO and d/m/y", f"{GOOD}I3,1,1,EUR,31/01/2025\n", (4, "invoice_date"), ("%Y-%m-%d",)),
    Case(94, "29 February", row(date="2025-02-29"), (2, "invoice_date"), ("not a date",)),
    Case(94, "00/00/0000", row(date="00/00/0000"), (2, "invoice_date"), ("not a date",), {"date_format": ("%d/%m/%Y",)}),
    Case(95, "two digits", row(date="02.01.25"), (2, "invoice_date"), ("1900",), {"date_format": ("%d.%m.%Y",)}),
    Case(95, "1900-01-00", row(date="1900-01-00"), (2, "invoice_date"), ("not a date",)),
    Case(96, "a serial", row(date="45720"), (2, "invoice_date"), ("not a date",)),
    Case(100, "text after 1,500 numbers", HEAD + "".join(f"I{i},1,{i},EUR,2025-01-02\n" for i in range(1500)) + "X,1,n/a,EUR,2025-01-02\n",
         (1502, "amount"), ("written as",)),
    Case(107, "an apostrophe before a number", row(amount="'12"), (2, "amount"), ("written as",)),
]  # fmt: skip

EQUAL = [
    Case(15, "a byte order mark", codecs.BOM_UTF8 + GOOD.encode()),
    Case(17, "UTF-16 LE", codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")),
    Case(17, "UTF-16 BE", codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be")),
    Case(34, "a declared separator", GOOD.replace(",", ";"), options={"csv": CsvOptions(separator=";")}),
    Case(37, "CR only", GOOD.replace("\n", "\r")),
    Case(38, "CRLF", GOOD.replace("\n", "\r\n")),
    Case(38, "CRLF and LF", GOOD.replace("\n", "\r\n", 1)),
    Case(39, "blank lines inside", GOOD.replace("\n", "\n\n \n", 2)),
    Case(40, "rows of separators inside", GOOD.replace("\n", "\n,,,,\n", 2)),
    Case(50, "values without a name", GOOD.replace("\n", ",3\n").replace("date,3", "date,")),
    Case(39, "blank lines at the end", f"{GOOD}\n \n\n"),
    Case(40, "rows of separators at the end", f"{GOOD},,,,\n,,,,\n"),
    Case(41, "a trailing separator everywhere", GOOD.replace("\n", ",\n")),
    Case(31, "every cell quoted", "".join(",".join(f'"{c}"' for c in line.split(",")) + "\n" for line in GOOD.splitlines())),
    Case(59, "blanks around cells", GOOD.replace(",", " ,\u00a0")),
    Case(78, "the currency beside the number", GOOD.replace("1.50", "1.50 EUR").replace("2.50", "€2.50")),
    Case(12, "gzip", gzip.compress(GOOD.encode()), file="in.csv.gz"),
    Case(70, "thousands", GOOD.replace("1.50", "1.50").replace("2.50", "0,002.50").replace("0,002.50", '"0,002.50"'),
         options={"number_format": NumberFormat(".", ",")}),
]  # fmt: skip

SHIFTED = [Case(42, f"{n} title lines", "".join(f"title {i}\n" for i in range(n)) + GOOD) for n in range(1, 11)]


def titled(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: f"{case.number:03d} {case.title}")


def outcome(case, folder):
    return read(folder, case.name, {case.file: case.content}, **case.options)


@titled(REFUSED)
def test_damage_refuses_the_file_with_its_place(case, tmp_path):
    with pytest.raises(SourceError) as refusal:
        outcome(case, tmp_path)
    assert refusal.value.where == case.place or refusal.value.where.startswith(f"{case.place}:")
    assert [word for word in case.words if word not in str(refusal.value)] == []
    assert refusal.value.exit_code == 3


def below(case, rows):
    """Return a case with so many good rows between its header and what is bad; `place` as it was."""
    content = case.content if isinstance(case.content, bytes) else case.content.encode("utf-8", "surrogatepass")
    good = "".join(f"F{i},4500,{i}.25,EUR,2025-01-02\n" for i in range(rows)).encode()
    return replace(case, content=content.replace(HEAD.encode(), HEAD.encode() + good, 1))


def is_in_a_row(case):
    content = case.content if isinstance(case.content, bytes) else case.content.encode("utf-8", "surrogatepass")
    has_place = isinstance(case.place, tuple) or case.place[len("in.csv:") :].partition(":")[0] not in {"", "1"}
    return (
        content.startswith(HEAD.encode())
        and has_place
        and not {"date_format", "number_format", "expect"} & {*case.options}
    )


LONG = [case for case in (*REFUSED, *REJECTS) if is_in_a_row(case) and case.number != 44]


@pytest.mark.parametrize("case", LONG, ids=lambda case: f"{case.number:03d} {case.title}")
def test_far_down_a_long_file_the_same_is_said_of_the_same(case, tmp_path):
    """What the first lines do not show is found by the engine, and must not be told as its failure."""
    rows, long = 150, below(case, 150)
    if isinstance(case.place, tuple):
        rejects = outcome(long, tmp_path).rejects.select("row", "column").rows()
        assert rejects == [(case.place[0] + rows, case.place[1])]
        return
    with pytest.raises(SourceError) as refusal:
        outcome(long, tmp_path)
    _, line, *field = case.place.split(":")
    assert refusal.value.where.startswith(":".join(["in.csv", str(int(line) + rows), *field]))
    assert [word for word in case.words if word not in str(refusal.value)] == []


@titled(REJECTS)
def test_a_bad_cell_rejects_its_row_and_only_that(case, tmp_path):
    sources = outcome(case, tmp_path)
    assert sources.rejects.select("row", "column").rows() == [case.place]
    assert [word for word in case.words if word not in sources.rejects["reason"][0]] == []
    assert sources.invoice_lines.height == sources.files[0]["rows"] - 1


@titled([*EQUAL, *SHIFTED])
def test_a_harmless_difference_makes_none(case, tmp_path):
    sources = outcome(case, tmp_path)
    truth = read(tmp_path / "truth", contents={"in.csv": GOOD})
    assert sources.invoice_lines.drop("row", "source").equals(truth.invoice_lines.drop("row", "source"))
    assert sources.rejects.is_empty()


@pytest.mark.parametrize("size", range(1, len(GOOD)))
def test_009_a_file_cut_anywhere_is_refused_or_loses_whole_rows(size, tmp_path):
    """A cut at the end of a row cannot be seen without `expect`; one inside a row must be, or make it a reject."""
    truth = read(tmp_path / "truth", contents={"in.csv": GOOD}).invoice_lines
    try:
        sources = read(tmp_path, contents={"in.csv": GOOD[:size]})
    except SourceError:
        return
    kept = sources.invoice_lines.drop("invoice_date")
    assert kept.height <= 2
    assert kept.drop("source").equals(truth.drop("invoice_date", "source").head(kept.height))


def test_021_text_decoded_twice_is_noted(tmp_path):
    sources = read(tmp_path, contents={"in.csv": row(number="MÃ¼ller")})
    assert "decoded twice" in sources.files[0]["notes"][0]


def test_055_leading_zeros_are_kept_apart(tmp_path):
    sources = read(tmp_path, contents={"in.csv": row(po="000123")})
    assert sources.invoice_lines["po_number"].to_list() == ["000123"]


def test_062_a_blank_order_number_stays_a_line(tmp_path):
    assert read(tmp_path, contents={"in.csv": row(po=" ")}).invoice_lines["po_number"].to_list() == [None]


def test_089_an_absent_amount_is_absent(tmp_path):
    assert read(tmp_path, contents={"in.csv": row(amount="")}).invoice_lines["amount"].to_list() == [None]


def parquet(frame):
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def test_125_floats_in_parquet_are_refused_by_name(tmp_path):
    frame = pl.DataFrame({"invoice_number": ["1"], "amount": [1.5]})
    with pytest.raises(SourceError, match="'amount' holds binary floats"):
        read(tmp_path, contents={"in.parquet": parquet(frame)})


def test_126_identifiers_as_integers_in_parquet_are_text(tmp_path):
    frame = pl.DataFrame({"invoice_number": [123], "amount": [2]})
    assert read(tmp_path, contents={"in.parquet": parquet(frame)}).invoice_lines["invoice_number"].to_list() == ["123"]


def test_127_a_parquet_file_with_any_byte_flipped_is_read_alike_or_refused(tmp_path):
    frame = pl.DataFrame({"invoice_number": ["1", "2"], "amount": ["1.5", "2.5"]})
    good = parquet(frame)
    whole = read(tmp_path, contents={"in.parquet": good})
    for at in range(0, len(good), 7):
        bad = good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]
        try:
            found = read(tmp_path, contents={"in.parquet": bad})
        except SourceError:
            continue
        assert found.invoice_lines.equals(whole.invoice_lines), at


def test_004_a_missing_path_names_what_was_looked_for(tmp_path):
    with pytest.raises(SourceError) as refusal:
        read(tmp_path, files=("sub/inv*.csv",))
    assert refusal.value.where == str(Path(tmp_path) / "sub" / "inv*.csv")
