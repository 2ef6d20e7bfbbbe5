"""A kind of file is one reader and one row: here a toy, read like any other."""

from __future__ import annotations

import polars as pl

from recon import load_rules, read_sources
from recon.read import register
from recon.read.raw import Raw

RULES = """
version: 1
base_currency: EUR
sources:
  orders: {files: [orders.toy]}
  invoices: {files: [invoices.csv]}
"""


def read_toy(data, path, source, wanted):
    """Read `name=value` pairs, a record a line."""
    records = [dict(pair.split("=") for pair in line.split()) for line in data.decode().splitlines()]
    header = tuple(records[0])
    frame = pl.DataFrame({f"c{at}": [record[name] for record in records] for at, name in enumerate(header)})
    return Raw(path, header, frame, pl.Series("row", range(1, len(records) + 1), pl.Int64))


def test_a_toy_format_is_read_when_it_stands_in_the_register(tmp_path, monkeypatch):
    monkeypatch.setattr(register, "READERS", (*register.READERS, register.Reader("toy", (".toy",), read_toy)))
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "orders.toy").write_text("po_number=0815 po_line=1 supplier_id=S1 quantity=10 unit_price=2.50\n")
    (tmp_path / "invoices.csv").write_text("invoice_number,amount\nA,25\n")
    sources = read_sources(load_rules(tmp_path / "rules.yaml"))
    assert sources.order_lines.select("po_number", "quantity").rows() == [("0815", 10)]
    assert ".toy" in register.suffixes()
