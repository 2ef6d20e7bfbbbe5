"""One ledger in any dress gives the same lines; any damage to a file is refused, or changes nothing but a row."""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
import tempfile
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import SourceError
from recon.rules.rule import CsvOptions, NumberFormat
from tests.kit.desk import read

COLUMNS = ("invoice_number", "po_number", "description", "quantity", "unit_price", "amount", "currency", "invoice_date")
NUMBERS = ("quantity", "unit_price", "amount")
TEXT = st.text(alphabet=st.sampled_from("aZ019 -/.,;'\"|éß€"), min_size=1, max_size=8).map(str.strip).filter(bool)
LINE = st.fixed_dictionaries(
    {
        "invoice_number": TEXT.filter(lambda text: not text.endswith(".0")),
        "po_number": st.none() | TEXT.filter(lambda text: not text.endswith(".0")),
        "description": st.none() | TEXT,
        "quantity": st.decimals(-99999, 99999, places=3),
        "unit_price": st.decimals(0, 99999, places=4),
        "amount": st.decimals(-(10**9), 10**9, places=2),
        "currency": st.sampled_from(["EUR", "USD", "JPY"]),
        "invoice_date": st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    }
)
LEDGER = st.lists(LINE, min_size=1, max_size=5)
FORMS = st.sampled_from(
    [
        NumberFormat(),
        NumberFormat(",", "."),
        NumberFormat(",", ".", "trailing"),
        NumberFormat(".", ",", "parentheses"),
        NumberFormat(",", " "),
    ]
)
DATES = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d"])


def number(value: Decimal, form: NumberFormat) -> str:
    text = f"{abs(value):,f}".translate(str.maketrans({",": form.thousands or "", ".": form.decimal}))
    signs = {"leading": f"-{text}", "trailing": f"{text}-", "parentheses": f"({text})"}
    return signs[form.minus] if value < 0 else text


def shown(line, form: NumberFormat, dates: str, beside: str):
    cells = {c: number(v, form) if c in NUMBERS else v for c, v in line.items()}
    for column in ("unit_price", "amount"):
        cells[column] = beside.format(cells[column], currency=line["currency"])
    day = line["invoice_date"]
    return cells | {"invoice_date": day and day.strftime(dates)}


def as_csv(ledger, columns, form, dates, options: CsvOptions, end: str, quoting: int, beside: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=options.separator, quotechar=options.quote, lineterminator=end, quoting=quoting)
    writer.writerow(columns)
    writer.writerows([shown(line, form, dates, beside)[c] for c in columns] for line in ledger)
    return out.getvalue().encode(options.encoding or "utf-8")


def as_parquet(ledger) -> bytes:
    money = {c: pl.Decimal(38, 4) for c in NUMBERS}
    out = io.BytesIO()
    pl.DataFrame(
        ledger, schema={c: money.get(c, pl.Date if c == "invoice_date" else pl.String) for c in COLUMNS}
    ).write_parquet(out)
    return out.getvalue()


def as_sqlite(ledger, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table t ({', '.join(COLUMNS)})")
        rows = [[None if line[c] is None else str(line[c]) for c in COLUMNS] for line in ledger]
        connection.executemany(f"insert into t values ({', '.join('?' * len(COLUMNS))})", rows)
    connection.close()


def truth(ledger):
    return [tuple(line[c] for c in COLUMNS) for line in ledger]


def lines_of(name: str, content: bytes, **options):
    with tempfile.TemporaryDirectory() as folder:
        sources = read(Path(folder), contents={name: content}, files=(name,), **options)
    assert sources.rejects.is_empty(), sources.rejects.row(0, named=True)
    return sources.invoice_lines.select(COLUMNS).rows()


@given(
    ledger=LEDGER, columns=st.permutations(COLUMNS), form=FORMS, dates=DATES, separator=st.sampled_from(",;\t|"), quote=st.sampled_from("\"'"),
    encoding=st.sampled_from([None, "utf-8-sig", "utf-16", "cp1252"]), end=st.sampled_from(["\n", "\r\n", "\r"]), quoting=st.sampled_from([0, 1]),
    packed=st.booleans(), beside=st.sampled_from(["{}", "{} {currency}", "{currency} {}", "{currency}{}"]),
)  # fmt: skip
def test_every_dialect_of_csv_gives_the_ledger(
    ledger, columns, form, dates, separator, quote, encoding, end, quoting, packed, beside
):
    options = CsvOptions(separator, quote, encoding)
    content = as_csv(ledger, columns, form, dates, options, end, quoting, beside)
    name = "in.csv.gz" if packed else "in.csv"
    found = lines_of(
        name, gzip.compress(content) if packed else content, csv=options, number_format=form, date_format=(dates,)
    )
    assert found == truth(ledger)


@given(ledger=LEDGER)
def test_parquet_and_sqlite_give_the_ledger(ledger):
    assert lines_of("in.parquet", as_parquet(ledger)) == truth(ledger)
    with tempfile.TemporaryDirectory() as folder:
        as_sqlite(ledger, Path(folder) / "books.db")
        query = f"select {', '.join(COLUMNS)} from t order by rowid"
        sources = read(Path(folder), files=(), query=query, connection="sqlite:///books.db")
    assert sources.invoice_lines.select(COLUMNS).rows() == truth(ledger)


def mutate(content: str, draw) -> str:
    """Do one thing to a file that happens to files."""
    at = draw(st.integers(0, len(content) - 1))
    lines = content.splitlines(keepends=True)
    n = draw(st.integers(0, len(lines) - 1))
    kinds = {
        "drop a character": lambda: content[:at] + content[at + 1 :],
        "add a separator": lambda: content[:at] + "," + content[at:],
        "add a quote": lambda: content[:at] + '"' + content[at:],
        "cut": lambda: content[:at],
        "break a line": lambda: content[:at] + "\n" + content[at:],
        "carriage return": lambda: content[:at] + "\r" + content[at:],
        "blank line": lambda: "".join([*lines[:n], "\n", *lines[n:]]),
        "repeat the header": lambda: "".join([*lines[: n + 1], lines[0], *lines[n + 1 :]]),
        "another separator in a line": lambda: "".join([*lines[:n], lines[n].replace(",", ";"), *lines[n + 1 :]]),
        "join two lines": lambda: "".join([*lines[:n], lines[n].rstrip("\n"), *lines[n + 1 :]]),
        "control character": lambda: content[:at] + "\x00" + content[at:],
        "swap halves of a line": lambda: "".join([*lines[:n], lines[n].rstrip("\n")[::-1] + "\n", *lines[n + 1 :]]),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]()


HEADER = ",".join(COLUMNS)
FIXED = f'''{HEADER}
I1,4500,"a, b",1.000,2.5000,2.50,EUR,2025-01-02
I2,4501,c,3.000,1.0000,3.00,USD,2025-01-03
I3,4502,"say ""x""",4.000,1.0000,4.00,USD,2025-01-04
I4,,,5.000,1.0000,5.00,JPY,2025-02-05
'''


@cache
def undamaged():
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), contents={"in.csv": FIXED}).invoice_lines.select(COLUMNS).rows()


@settings(max_examples=300)
@given(data=st.data())
def test_damage_is_refused_or_touches_only_the_rows_it_stands_in(data):
    """Rows that were not touched come out as they were, or the file is refused: nothing shifts, nothing merges."""
    damaged = mutate(FIXED, data.draw)
    with tempfile.TemporaryDirectory() as folder:
        try:
            sources = read(Path(folder), contents={"in.csv": damaged})
        except SourceError:
            return
    before = undamaged()
    after = sources.invoice_lines.select(COLUMNS).rows()
    strange = [row for row in after if row not in before]
    assert len(strange) + sources.rejects.height <= 2
    for row in strange:
        assert any(sum(a == b for a, b in zip(row, was, strict=True)) >= len(COLUMNS) - 1 for was in before)
