"""How `recon diff` tells what lies between two runs: text, Markdown, JSON, or a workbook of plain tables."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report.formats.data import mask
from recon.report.formats.table import shown, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUBJECTS = {
    "change": "Change",
    "severity": "Severity",
    "code": "Code",
    "supplier_name": "Supplier",
    "invoice_number": "Invoice",
    "invoice_line": "Line",
    "po_number": "Order",
    "was_amount_at_risk": "At risk then",
    "amount_at_risk": "Now",
    "currency": "Currency",
    "subject_id": "Subject",
}
INVOICES = {
    "invoice_number": "Invoice",
    "supplier_name": "Supplier",
    "was_decision": "Was",
    "effective_decision": "Is",
    "amount": "Amount",
    "currency": "Currency",
}
MONEY = {
    "currency": "Currency",
    "was": "At risk then",
    "new": "New",
    "worse": "Worse",
    "better": "Better",
    "cleared": "Cleared",
    "now": "At risk now",
}
Sheets = dict[str, tuple[pl.DataFrame, "Mapping[str, str]"]]


def as_text(sheets: Sheets, width: int | None = None) -> str:
    """Return the tables one below the other under their titles, rows in words where they are wider than `width`."""
    return "\n\n".join(
        f"{title}: {'none' if frame.is_empty() else frame.height}"
        + (f"\n{table(frame, heads, width)}" if frame.height else "")
        for title, (frame, heads) in sheets.items()
    )


def as_markdown(sheets: Sheets) -> str:
    """Return the tables as Markdown."""
    return "\n\n".join(
        f"## {title}\n\n{_markdown(frame, heads) if frame.height else 'None.'}"
        for title, (frame, heads) in sheets.items()
    )


def as_json(sheets: Sheets) -> str:
    """Return all columns of the tables, decimals and dates as text."""
    rows = {title: mask(frame).to_dicts() for title, (frame, _) in sheets.items()}
    return json.dumps(rows, ensure_ascii=False, indent=2, default=_text)


def write_workbook(sheets: Sheets, path: Path, chart: tuple[str, str] | None = None) -> None:
    """Write a sheet a table; `chart` names a sheet and the column of it that is drawn over its first column."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, (frame, heads) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(heads.values()))
        for row in mask(frame).select(*heads).iter_rows():
            sheet.append([_cell(value) for value in row])
        sheet.freeze_panes = "A2"
        if chart and chart[0] == title and frame.height:
            _draw(sheet, list(heads).index(chart[1]) + 1, frame.height)
    book.save(path)


def _draw(sheet: Any, column: int, rows: int) -> None:
    from openpyxl.chart import BarChart, Reference

    bars = BarChart()
    bars.add_data(Reference(sheet, min_col=column, min_row=1, max_row=rows + 1), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=rows + 1))
    sheet.add_chart(bars, f"A{rows + 4}")


def _markdown(frame: pl.DataFrame, heads: Mapping[str, str]) -> str:
    rows = [tuple(heads.values()), tuple("---" for _ in heads)]
    rows += [tuple(shown(value).replace("|", "\\|") for value in row) for row in frame.select(*heads).iter_rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object) -> Any:
    """Return a value as a cell; text is never a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return value


def _text(value: object) -> str:
    from recon.ledger.summary import plain

    return plain(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
