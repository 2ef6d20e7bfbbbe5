"""Worked examples as accountants read them: Markdown tables in, the engine's own rows out, cell by cell as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from recon import load_rules, read_sources, reconcile
from recon.ledger.reconcile import Reconciliation

GIVEN = ("orders", "receipts", "invoices", "suppliers", "conversions", "rates")
FRAMES = ("discrepancies", "invoice lines", "order lines", "receipts used", "bridge", "anomalies")
NAMES = {"receipts used": "allocations"}
UNSAID = {
    "orders": {"po_line": "1", "supplier_id": "S1"},
    "receipts": {"receipt_number": "R1"},
    "invoices": {"invoice_number": "A1", "supplier_id": "S1"},
}
"""What an example about something else does not say."""
HEADS = {
    "orders": ["po_number", "quantity", "unit_price"],
    "receipts": ["po_number", "quantity"],
    "invoices": ["po_number", "quantity", "unit_price"],
}
Cells = list[dict[str, str]]


@dataclass
class Example:
    """One section: what is given, the rules beside the sources, and the rows that must come out."""

    title: str
    given: dict[str, Cells] = field(default_factory=dict)
    gives: dict[str, Cells] = field(default_factory=dict)
    rules: str = ""
    as_of: date | None = None


def examples(text: str) -> list[Example]:
    """Return every section that holds a table of orders, receipts or invoices and a table of results."""
    sections = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[1:]
    found = [example(section) for section in sections]
    return [e for e in found if e.given and e.gives]


def example(section: str) -> Example:
    title, _, body = section.partition("\n")
    told = Example(title.strip())
    for caption, rows in tables(body):
        if caption in GIVEN:
            told.given[caption] = rows
        elif caption in FRAMES:
            told.gives[caption] = rows
    told.rules = "\n".join(re.findall(r"```yaml\n(.*?)```", body, flags=re.DOTALL))
    day = re.search(r"`--as-of (\S+)`", body)
    told.as_of = date.fromisoformat(day[1]) if day else None
    return told


def tables(body: str) -> Iterator[tuple[str, Cells]]:
    """Yield each table under a bold caption, with its rows by column."""
    for caption, table in re.findall(r"^\*\*(.+?)\*\*[^\n]*\n\n((?:\|.*\n?)+)", body, flags=re.MULTILINE):
        head, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
        yield caption.lower(), [dict(zip(head, cells, strict=True)) for cells in rows]


def write(told: Example, folder: Path) -> Path:
    """Write the example as a user would have it: CSV files and a rules file."""
    lines = ["version: 1", "sources:"]
    for name in GIVEN:
        rows = told.given.get(name, [])
        if rows or name in HEADS:
            unsaid = UNSAID.get(name, {})
            head = list(unsaid | dict.fromkeys(rows[0] if rows else HEADS[name]))
            write_csv(folder / f"{name}.csv", head, [unsaid | row for row in rows])
            lines.append(f"  {name}: {{files: [{name}.csv]{'' if rows else ', expect: {rows: 0}'}}}")
    path = folder / "rules.yaml"
    path.write_text("\n".join(lines) + "\n" + told.rules, encoding="utf-8")
    return path


def write_csv(path: Path, head: list[str], rows: Cells) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head)
        writer.writeheader()
        writer.writerows(rows)


def run(told: Example, folder: Path) -> Reconciliation:
    rules = load_rules(write(told, folder))
    return reconcile(read_sources(rules), rules, told.as_of)


def shown(done: Reconciliation, name: str, columns: list[str]) -> list[tuple[str, ...]]:
    """Return a frame's rows as the document would write them, in these columns."""
    frame: pl.DataFrame = getattr(done, NAMES.get(name, name.replace(" ", "_")))
    return [tuple(cell(value) for value in row) for row in frame.select(columns).rows()]


def cell(value: Any) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)
