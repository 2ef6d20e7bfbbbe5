"""Carried columns: whatever they are called, they change nothing and come back as they were."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from recon import reconcile, write_reports
from recon.errors import SourceError
from recon.result_tables import INVOICE_RESULTS, ORDER_RESULTS, RECEIPT_RESULTS
from recon.rules.rule import Rules
from recon.tables import Sources
from tests.kit.places import PROJECT
from tests.kit.small import frame

from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES  # isort: skip

RESULTS = {table.name: table for table in (ORDER_RESULTS, RECEIPT_RESULTS, INVOICE_RESULTS)}
NAME = re.compile(r"""["']([A-Za-z_][A-Za-z0-9_ ]{0,40})["']""")


def internal_names():
    """Return every word that stands in quotes anywhere in recon: all names of columns are among them."""
    modules = (PROJECT / "recon").rglob("*.py")
    return sorted({name for path in modules for name in NAME.findall(path.read_text(encoding="utf-8"))})


def line(row, **given):
    return {"source": "f.csv", "row": row, "company": "C", "po_number": "1", "po_line": "1", "item": "A", **given}


def sources():
    orders = [line(n, po_line=str(n), supplier_id="S", quantity="10", unit_price="5") for n in (2, 3)]
    receipts = [line(n, receipt_number="G", receipt_line=str(n), po_line=str(n), quantity="10") for n in (2, 3)]
    bill = {"supplier_id": "S", "invoice_number": "I", "unit_price": "6", "currency": "EUR"}
    invoices = [line(n, invoice_line=str(n), po_line=str(n), quantity="11", **bill) for n in (2, 3, 4)]
    return Sources(frame(ORDER_LINES, *orders), frame(RECEIPT_LINES, *receipts), frame(INVOICE_LINES, *invoices))


def with_columns(given, names):
    frames = {}
    for table, results in RESULTS.items():
        lines = getattr(given, table)
        own = [pl.format("{} {}", pl.lit(name), "row").alias(name) for name in names if name not in results.columns]
        frames[table] = lines.with_columns(own)
    return replace(given, **frames)


def test_no_name_of_a_carried_column_changes_anything():
    names = internal_names()
    assert len(names) > 1_500
    bare, full = (reconcile(given, Rules()) for given in (sources(), with_columns(sources(), names)))
    for table, results in RESULTS.items():
        one, other = getattr(bare, table), getattr(full, table)
        assert other.select(results.columns.keys()).equals(one.select(results.columns.keys()))
        through = [name for name in names if name not in results.columns]
        assert other.columns == [*one.columns, *through]
        assert all((other[name] == pl.Series([f"{name} {row}" for row in other["row"]])).all() for name in through)
    for name in ("discrepancies", "invoices", "bridge", "allocations", "supplier_links"):
        assert getattr(full, name).equals(getattr(bare, name)), name
    assert full.summary == bare.summary


def test_odd_names_are_published_in_every_format(tmp_path):
    odd = ["_", " ", "Decision", "Status ", "line_id", "literal", "len", "a'b", "x\ty", "0"]
    done = reconcile(with_columns(sources(), odd), Rules())
    write_reports(done, tmp_path / "out", ["json", "csv", "html", "xlsx", "parquet"])
    read = pl.read_parquet(tmp_path / "out" / "invoice_lines.parquet")
    assert read.select(odd).equals(done.invoice_lines.select(odd))


def test_a_column_of_recons_own_results_cannot_be_carried():
    given = sources()
    named = replace(given, invoice_lines=given.invoice_lines.with_columns(status=pl.lit("open")))
    with pytest.raises(SourceError, match="a column 'status', which recon's own results have"):
        reconcile(named, Rules())
