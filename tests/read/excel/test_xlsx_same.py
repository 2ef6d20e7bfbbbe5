"""One ledger as CSV and as workbook gives the same canonical frames, row numbers included."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from recon.read.sources import read_sources
from recon.rules.rule import NumberFormat, Rules, Source

if TYPE_CHECKING:
    from decimal import Decimal

    import polars as pl

HEADER = ["po_number", "po_line", "supplier_name", "quantity", "unit_price", "order_date", "currency"]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=12)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["000123", "4500012345", "A-1", "1E5"]),
        st.integers(1, 10**6).map(str),
        NAMES.map(lambda name: f"x{name}y"),
        st.decimals(min_value=-(10**8), max_value=10**8, places=3),
        st.decimals(min_value=0, max_value=10**6, places=6),
        st.dates(dt.date(1900, 3, 1), dt.date(2999, 1, 1)),
        st.sampled_from(["EUR", "JPY", ""]),
    ),
    min_size=1,
    max_size=8,
)


def european(number: Decimal) -> str:
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def as_csv(rows: list[tuple[Any, ...]]) -> bytes:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [",".join(HEADER)]
    for po, line, name, quantity, price, day, currency in rows:
        cells = [po, line, name, european(quantity), european(price), f"{day:%d.%m.%Y}", currency]
        lines.append(",".join(quoted(cell) if cell else "" for cell in cells))
    return "\n".join(lines).encode()


def as_workbook(rows: list[tuple[Any, ...]], *, typed: bool) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, day_format = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for at, (po, line, name, quantity, price, day, currency) in enumerate(rows, start=1):
        for column, text in ((0, po), (2, name), (6, currency)):
            sheet.write_string(at, column, text)
        if typed:
            for column, number in ((1, int(line)), (3, quantity), (4, price)):
                sheet.write_number(at, column, number)
            sheet.write_datetime(at, 5, dt.datetime.combine(day, dt.time()), day_format)
        else:
            for column, text in ((1, line), (3, european(quantity)), (4, european(price)), (5, f"{day:%d.%m.%Y}")):
                sheet.write_string(at, column, text)
    book.close()
    return buffer.getvalue()


def read(content: bytes, name: str) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        source = Source("orders", files=(name,), number_format=NumberFormat(",", "."), date_format=("%d.%m.%Y",))
        sources = read_sources(Rules(sources={"orders": source}, path=Path(folder) / "rules.yaml"))
    assert sources.rejects.rows() == []
    return sources.order_lines.drop("source")


@given(ROWS)
def test_csv_and_workbook_read_the_same(rows: list[tuple[Any, ...]]) -> None:
    expected = read(as_csv(rows), "in.csv")
    assert read(as_workbook(rows, typed=True), "in.xlsx").equals(expected)
    assert read(as_workbook(rows, typed=False), "in.xlsx").equals(expected)
