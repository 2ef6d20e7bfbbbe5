"""How `recon check` prints the discrepancies that count: a table, JUnit XML, or GitHub annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from recon.report.github import annotate
from recon.report.ranking import worst_first
from recon.report.text import mask_ibans, visible

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_COLUMNS = {
    "severity": "Severity",
    "code": "Code",
    "invoice_number": "Invoice",
    "invoice_line": "Line",
    "po_number": "Order",
    "po_line": "Line",
    "message": "What was found",
}


def told(discrepancies: pl.DataFrame, style: str, folder: Path) -> str:
    """Return the discrepancies as text in a style: `table`, `junit` or `github`; sources are relative to `folder`."""
    if style == "github":
        return "\n".join(annotate(discrepancies, folder)) or "::notice title=recon::Nothing that counts."
    rows = [{name: _shown(value) for name, value in row.items()} for row in worst_first(discrepancies).to_dicts()]
    return _junit(rows) if style == "junit" else _table(rows)


def _shown(value: object) -> str:
    return "" if value is None else mask_ibans(visible(str(value)))


def _table(rows: list[dict[str, str]]) -> str:
    if not rows:
        return "Nothing that counts."
    cells = [tuple(_COLUMNS.values()), *(tuple(row[name] for name in _COLUMNS) for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, "", f"{len(rows)} that count{'s' if len(rows) == 1 else ''}."])


def _junit(rows: list[dict[str, str]]) -> str:
    """One test case a discrepancy, all failed; a single one that passes where there is none."""
    cases = [
        f"  <testcase classname={quoteattr('recon.' + row['code'])} name={quoteattr(_title(row))}>"
        f"<failure type={quoteattr(row['severity'])} message={quoteattr(row['message'])}>"
        f"{escape(_place(row))}</failure></testcase>"
        for row in rows
    ] or ['  <testcase classname="recon" name="nothing that counts"/>']
    head = f'<testsuite name="recon" tests="{len(cases)}" failures="{len(rows)}" errors="0" skipped="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"])


def _title(row: dict[str, str]) -> str:
    if row["invoice_number"]:
        return f"{row['supplier_id']} invoice {row['invoice_number']} line {row['invoice_line']}".strip()
    if row["receipt_number"]:
        return f"receipt {row['receipt_number']} for order {row['po_number']} line {row['po_line']}".strip()
    return f"order {row['po_number']} line {row['po_line']}".strip()


def _place(row: dict[str, str]) -> str:
    return f"{row['source']}:{row['row']}" if row["source"] else ""
