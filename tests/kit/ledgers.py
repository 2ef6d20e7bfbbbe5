"""Ledgers for tests: hypothesis strategy, the frames an engine reads, and the smallest ledger that still fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import polars as pl
from hypothesis import strategies as st

from recon import tables
from tests.kit.random_ledgers import random_ledger
from tests.oracle.lines import Ledger, Row

MATCHED = ("orders", "receipts", "invoices", "suppliers", "conversions", "rates")
TABLES = {**{name: tables.CANONICAL[name] for name in MATCHED}, "rejects": tables.REJECTS}
ABSENT = {
    "supplier": tuple(f"invoice_lines.{c}" for c in ("supplier_id", "supplier_name", "supplier_vat_id", "iban")),
    "receipt_line": ("receipt_lines.receipt_line",),
}
"""What the oracle says of a source -> the columns that no file of it has."""

__all__ = ["Ledger", "ledgers", "minimal", "random_ledger", "sources", "tell"]


def ledgers() -> st.SearchStrategy[Ledger]:
    """Return small worlds; shrink a failing one with `minimal`, which knows what a row is."""
    return st.integers(0, 2**48).map(lambda seed: random_ledger(Random(seed)))


def frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Return canonical rows as the frame that reading would give."""
    columns = TABLES[name].columns
    full = [{column: row.get(column) for column in columns} for row in rows]
    return pl.DataFrame(full, schema=dict(columns), orient="row")


def sources(ledger: Ledger) -> tables.Sources:
    return tables.Sources(
        order_lines=frame("orders", ledger.orders),
        receipt_lines=frame("receipts", ledger.receipts),
        invoice_lines=frame("invoices", ledger.invoices),
        suppliers=frame("suppliers", ledger.suppliers),
        conversions=frame("conversions", ledger.conversions),
        rates=frame("rates", ledger.rates),
        rejects=frame("rejects", ledger.rejects),
        absent=frozenset(column for name in ledger.absent for column in ABSENT[name]),
    )


def minimal(ledger: Ledger, fails: Callable[[Ledger], bool]) -> Ledger:
    """Return the ledger with every row, cell and rule taken out that the failure does not need."""
    for size in (8, 4, 2):
        for name in TABLES:
            for start in range(0, len(getattr(ledger, name)), size):
                rows: list[Row] = getattr(ledger, name)
                candidate = dataclasses.replace(ledger, **{name: rows[:start] + rows[start + size :]})
                if start < len(rows) and fails(candidate):
                    ledger = candidate
    smaller = True
    while smaller:
        smaller = False
        for reduce in (rules_out, rows_out, columns_out, cells_out):
            place = 0
            while (candidate := next(islice(reduce(ledger), place, None), None)) is not None:
                if fails(candidate):
                    ledger, smaller = candidate, True
                else:
                    place += 1
    return ledger


def rows_out(ledger: Ledger) -> Iterator[Ledger]:
    for name in TABLES:
        rows: list[Row] = getattr(ledger, name)
        yield from (dataclasses.replace(ledger, **{name: rows[:n] + rows[n + 1 :]}) for n in range(len(rows)))


def rules_out(ledger: Ledger) -> Iterator[Ledger]:
    rules = ledger.rules
    for part in ("tolerances", "policies", "links"):
        values = getattr(rules, part)
        shorter = [values[:n] + values[n + 1 :] for n in range(len(values)) if part != "links" or len(values) > 1]
        yield from (dataclasses.replace(ledger, rules=dataclasses.replace(rules, **{part: s})) for s in shorter)
    if rules.severities:
        yield dataclasses.replace(ledger, rules=dataclasses.replace(rules, severities={}))
    if ledger.as_of is not None:
        yield dataclasses.replace(ledger, as_of=None)


def columns_out(ledger: Ledger) -> Iterator[Ledger]:
    for name, table in TABLES.items():
        rows: list[Row] = getattr(ledger, name)
        for column in sorted({c for row in rows for c in row} - {*table.required, "source", "row", "supplier_id"}):
            without = [{c: value for c, value in row.items() if c != column} for row in rows]
            yield dataclasses.replace(ledger, **{name: without})


def cells_out(ledger: Ledger) -> Iterator[Ledger]:
    for name, table in TABLES.items():
        rows: list[Row] = getattr(ledger, name)
        for n, row in enumerate(rows):
            needed = (*table.required, "source", "row", "supplier_id")
            for column in [c for c, value in row.items() if value is not None and c not in needed]:
                without = {c: value for c, value in row.items() if c != column}
                yield dataclasses.replace(ledger, **{name: [*rows[:n], without, *rows[n + 1 :]]})


def tell(ledger: Ledger) -> str:
    """Return the ledger as a person would like to read it in a failure."""
    lines = []
    for name in TABLES:
        rows: list[Row] = getattr(ledger, name)
        lines += [f"{name}: " + " ".join(f"{c}={v}" for c, v in row.items() if v is not None) for row in rows]
    rules = ledger.rules
    lines += [f"tolerance {t.name}: when {t.when and t.when.text}: {dict(t.measures)}" for t in rules.tolerances]
    lines += [f"policy {p.name}: {p.match} when {p.when and p.when.text}" for p in rules.policies]
    lines += [f"link {r.name}: {r.on} {dict(r.similar)} days {r.days}" for r in rules.links]
    lines.append(
        f"as_of {ledger.as_of} base {rules.base_currency} severities {dict(rules.severities)} days {rules.duplicates_days}"
    )
    return "\n".join(lines)
