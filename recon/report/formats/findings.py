"""How `recon check` prints the discrepancies that count: a table, JUnit XML, or GitHub annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from recon.report.formats.github import annotate
from recon.report.formats.table import shown, table
from recon.report.ranking import worst_first

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
    return _junit(worst_first(discrepancies)) if style == "junit" else _table(discrepancies)


def _table(discrepancies: pl.DataFrame) -> str:
    if discrepancies.is_empty():
        return "Nothing that counts."
    counted = f"{discrepancies.height} that count{'s' if discrepancies.height == 1 else ''}."
    return f"{table(worst_first(discrepancies), _COLUMNS)}\n\n{counted}"


def _junit(discrepancies: pl.DataFrame) -> str:
    """One test case a discrepancy, all failed; a single one that passes where there is none."""
    rows = [{name: shown(value) for name, value in row.items()} for row in discrepancies.to_dicts()]
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
