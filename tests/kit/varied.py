"""Worked cases, varied: `python -m tests.kit.varied N SEED` changes some cells and rows of each and asks engine and oracle.

Random ledgers are made of rows that are drawn apart; a case is a situation. What is next to it was tried by nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import polars as pl

from recon import load_rules, read_sources
from recon.tables import INVOICE_LINES
from tests.kit.fuzz import complaints
from tests.kit.ledgers import ABSENT, tell
from tests.oracle.lines import Ledger, Row

LINE_TYPES = INVOICE_LINES.kinds["line_type"].words
CASES = Path(__file__).parents[1] / "cases"
BY_NAME = ("supplier_u*", "*anomaly*")
"""Cases about likeness of names, which the oracle does not know, and of price feeds."""
DOCUMENTS = ("orders", "receipts", "invoices")
PLACE = ("source", "row")
NEEDED = (
    *PLACE,
    "po_number",
    "po_line",
    "supplier_id",
    "invoice_number",
    "receipt_number",
    "unit_price",
    "quantity",
    "amount",
)
COUNTED = ("quantity", "unit_price", "amount", "tax_amount", "invoice_total", "invoice_tax", "invoice_net")
DATED = {"orders": ("order_date", "due_date"), "receipts": ("receipt_date",), "invoices": ("invoice_date", "posting_date", "paid_date")}  # fmt: skip


@cache
def cases() -> tuple[Path, ...]:
    """Return the folder of every worked case that the oracle can answer."""
    but = {path for pattern in BY_NAME for path in CASES.glob(pattern)}
    return tuple(sorted(path.parent for path in CASES.glob("*/case.md") if path.parent not in but))


def ledger(case: Path) -> Ledger:
    rules = load_rules(case / "rules.yaml")
    read = read_sources(rules)
    absent = frozenset(name for name, columns in ABSENT.items() if read.absent.issuperset(columns))
    frames = {"orders": read.order_lines, "receipts": read.receipt_lines, "invoices": read.invoice_lines}
    frames |= {name: getattr(read, name) for name in ("suppliers", "conversions", "rates", "rejects")}
    return Ledger(**{name: rows(frame) for name, frame in frames.items()}, rules=rules, absent=absent)


def rows(frame: pl.DataFrame) -> list[Row]:
    return [{column: value for column, value in row.items() if value is not None} for row in frame.to_dicts()]


def varied(given: Ledger, dice: Random) -> Ledger:
    """Return the ledger with one to four small changes: a number, a date, a word, a cell that goes, a row once more."""
    made = replace(given, **{name: [dict(row) for row in getattr(given, name)] for name in DOCUMENTS})
    for _ in range(dice.randint(1, 4)):
        name = dice.choice([name for name in (*DOCUMENTS, "invoices") if getattr(made, name)])
        dice.choice(CHANGES)(made, name, dice.choice(getattr(made, name)), dice)
    return made


def number(_: Ledger, __: str, row: Row, dice: Random) -> None:
    for column in dice.sample([c for c in COUNTED if c in row], k=min(1, sum(c in row for c in COUNTED))):
        value = row[column]
        row[column] = dice.choice([value + 1, value - 1, value * 2, -value, value + Decimal("0.01"), Decimal(0)])
        if abs(row[column]) >= 10**11:
            row[column] = value


def day(_: Ledger, name: str, row: Row, dice: Random) -> None:
    row[dice.choice(DATED[name])] = date(2026, dice.randint(1, 4), dice.randint(1, 28))


def word(made: Ledger, name: str, row: Row, dice: Random) -> None:
    if name == "invoices":
        cited = dice.choice(made.invoices).get("invoice_number", "Z1")
        row |= dice.choice([{"line_type": dice.choice(LINE_TYPES)}, {"document_type": dice.choice(["invoice", "credit_note"])}, {"credited_invoice": cited}, {"document_id": "D1"}])  # fmt: skip


def blank(_: Ledger, __: str, row: Row, dice: Random) -> None:
    if there := sorted(row.keys() - {*NEEDED}):
        del row[dice.choice(there)]


def again(made: Ledger, name: str, row: Row, dice: Random) -> None:
    others = getattr(made, name)
    other = row | {"row": max(each["row"] for each in others if each["source"] == row["source"]) + 1}
    number_of = {"orders": "po_line", "receipts": "receipt_number", "invoices": "invoice_number"}[name]
    others.append(other | dice.choice([{}, {number_of: dice.choice(["7", "Z1", "Z-1"])}]))


CHANGES: tuple[Callable[[Ledger, str, Row, Random], None], ...] = (number, number, day, word, blank, again)


def drawn(seed: int) -> tuple[str, Ledger]:
    """Return the name of a case, and what it was varied to."""
    dice = Random(seed)
    case = dice.choice(cases())
    return case.name, varied(ledger(case), dice)


def main(count: int, seed: int) -> int:
    """Compare as many varied cases, and tell each on which engine and oracle differ."""
    differ = 0
    for place in range(seed, seed + count):
        name, made = drawn(place)
        if found := complaints(made):
            differ += 1
            print(f"seed {place}, {name}:", tell(made), *found, sep="\n")
    print(f"{count} varied cases: engine and oracle differ on {differ}")
    return int(differ > 0)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, [*sys.argv[1:], *("100", "0")[len(sys.argv) - 1 :]])))
