"""How `recon check` prints the discrepancies that count: a table, JUnit XML, or GitHub annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from recon.report.text import mask_ibans, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def told(discrepancies: pl.DataFrame, style: str) -> str:
    """Return the discrepancies as text in a style: `table`, `junit` or `github`."""
    rows = [{name: _shown(value) for name, value in row.items()} for row in discrepancies.to_dicts()]
    return {"table": _table, "junit": _junit, "github": _github}[style](rows)


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
        f"  <testcase classname={quoteattr(f'recon.{row["code"]}')} name={quoteattr(_title(row))}>"
        f"<failure type={quoteattr(row['severity'])} message={quoteattr(row['message'])}>"
        f"{escape(_place(row))}</failure></testcase>"
        for row in rows
    ] or ['  <testcase classname="recon" name="nothing that counts"/>']
    head = f'<testsuite name="recon" tests="{len(cases)}" failures="{len(rows)}" errors="0" skipped="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"])


def _github(rows: list[dict[str, str]]) -> str:
    return "\n".join(_annotations(rows)) if rows else "::notice title=recon::Nothing that counts."


def _annotations(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        level = "error" if row["severity"] == "hold" else "warning"
        place = f"file={_property(row['source'])},line={row['row']}," if row["source"] and row["row"] else ""
        yield f"::{level} {place}title={_property(row['code'])}::{_data(row['message'])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _title(row: dict[str, str]) -> str:
    if row["invoice_number"]:
        return f"{row['supplier_id']} invoice {row['invoice_number']} line {row['invoice_line']}".strip()
    if row["receipt_number"]:
        return f"receipt {row['receipt_number']} for order {row['po_number']} line {row['po_line']}".strip()
    return f"order {row['po_number']} line {row['po_line']}".strip()


def _place(row: dict[str, str]) -> str:
    return f"{row['source']}:{row['row']}" if row["source"] else ""
