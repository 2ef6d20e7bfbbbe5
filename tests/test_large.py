"""Ledgers that wait on disk: what is put on the shelf comes back part by part, whole, or not at all."""

from __future__ import annotations

import polars as pl
import pytest

from recon import large
from recon.errors import OutputError
from recon.large import FileShelf
from recon.match import parts
from recon.match.normalise import normalise
from recon.match.parts import Shelf
from recon.match.resolve import Register, resolve
from recon.tables import TABLES
from tests.ledgers import sources
from tests.worlds import world

ORDERS = "po line supplier_id qty price\n1 10 A 5 2\n2 10 B 6 3\n3 10 C 7 4"
RECEIPTS = "po line qty\n1 10 5\n2 10 6\n9 10 1"
INVOICES = "no po line supplier_id qty price\nX 1 10 A 5 2\nY 2 10 B 6 3\nZ 3 10 C 7 4"


def shelved(shelf):
    """Put a ledger of three suppliers on a shelf, and return its parts."""
    ledger = world(ORDERS, RECEIPTS, INVOICES)
    read = sources(ledger)
    normal = normalise(read, ledger.rules)
    for table in TABLES:
        shelf.put(table, getattr(normal, table))
    register = Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines)
    return list(shelf.deal(resolve(register, read.suppliers, ledger.rules.suppliers)))


def test_lines_come_back_from_disk_as_they_went(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_ROWS", 3)
    monkeypatch.setattr(large, "BLOCK_ROWS", 2)
    held, waited = shelved(Shelf()), shelved(FileShelf(tmp_path))
    assert len(held) == len(waited) > 1
    for one, other in zip(held, waited, strict=True):
        for table in TABLES:
            assert getattr(other, table).sort("row").equals(getattr(one, table).sort("row"))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_no_bug(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    with pytest.raises(OutputError, match="the disk is full"):
        shelved(FileShelf(tmp_path))
