"""`recon feed` as someone who builds a model runs it."""

from __future__ import annotations

import json

import polars as pl
import pytest

from recon.cli.app import dispatch
from recon.errors import RulesError

ORDERS = "po_number,po_line,supplier_id,item,quantity,unit_price,order_date\n"
INVOICES = "supplier_id,invoice_number,po_number,po_line,item,description,quantity,unit_price,invoice_date,iban,supplier_vat_id\n"
IBAN, VAT = "DE89370400440532013000", "DE811569869"


@pytest.fixture
def rules(tmp_path):
    """Four bills of one item, the last of them mistyped on the order; an account and a VAT id in a description."""
    days = [f"2026-0{month}-10" for month in range(1, 5)]
    prices = [10, 10, 10, 100]
    orders = [f"{n},10,S1,OIL,5,{price},{day}" for n, (day, price) in enumerate(zip(days, prices, strict=True))]
    bills = [f"S1,A{n},{n},10,OIL,to {IBAN} of {VAT},5,{price},{day},{IBAN},{VAT}" for n, (day, price) in enumerate(zip(days, prices, strict=True))]  # fmt: skip
    (tmp_path / "orders.csv").write_text(ORDERS + "\n".join(orders), encoding="utf-8")
    (tmp_path / "invoices.csv").write_text(INVOICES + "\n".join(bills), encoding="utf-8")
    path = tmp_path / "rules.yaml"
    path.write_text("version: 1\nsources: {orders: {files: [orders.csv]}, invoices: {files: [invoices.csv]}}\n")
    return path


def test_tables_are_published_with_what_they_are(rules, tmp_path, capsys):
    out = tmp_path / "out"
    assert dispatch(["feed", str(rules), "-o", str(out)]) == 0
    told = json.loads((out / "dataset.json").read_text(encoding="utf-8"))
    price = told["tables"]["feed_price"]
    assert (price["rows"], price["train_until"], price["test_from"]) == (4, "2026-03-10", "2026-04-10")
    assert price["columns"]["known_at"] == {"kind": "day", "type": "Date"}
    assert pl.read_parquet(out / "feed_price.parquet")["n_before"].to_list() == [0, 1, 2, 3]
    assert "invoice A3 line ?: Price 100 of OIL is 10 times the median of 10" in " ".join(
        capsys.readouterr().out.split()
    )


def test_no_bank_account_and_no_vat_id_is_in_any_feed(rules, tmp_path):
    out = tmp_path / "out"
    assert dispatch(["feed", str(rules), "-o", str(out), "--format", "csv", "--quiet"]) == 0
    said = b"".join(path.read_bytes() for path in out.iterdir() if path.name != "manifest.json")
    assert IBAN.encode() not in said
    assert VAT.encode() not in said
    assert b"of VAT-" in said


def test_the_same_bytes_twice(rules, tmp_path):
    for name in ("one", "two"):
        assert dispatch(["feed", str(rules), "-o", str(tmp_path / name), "--quiet"]) == 0
    for path in (tmp_path / "one").iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_day_before_the_last_bill_leaves_it_out(rules, capsys):
    assert dispatch(["feed", str(rules), "--as-of", "2026-03-31", "--planted"]) == 0
    out = capsys.readouterr().out
    assert "feed_price              3 rows" in out
    assert "0 of 3 have a past" in out


def test_a_format_that_is_none_is_refused(rules):
    with pytest.raises(RulesError, match="'xlsx' is unknown"):
        dispatch(["feed", str(rules), "--format", "xlsx"])
