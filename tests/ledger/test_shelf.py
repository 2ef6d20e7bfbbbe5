"""Ledgers that wait on disk: what is put on the shelf comes back batch by batch, whole, or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recon.engine.memory import detached
from recon.errors import OutputError
from recon.ledger import batches, pieces
from recon.ledger.batches import batches_of
from recon.ledger.shelf import FileShelf, MemoryShelf
from recon.match.normalise.lines import normalise
from recon.match.resolve.resolve import Register, resolve
from recon.tables import TABLES
from tests.kit.ledgers import sources
from tests.kit.worlds import world

ORDERS = "po line supplier_id qty price\n1 10 A 5 2\n2 10 B 6 3\n3 10 C 7 4"
RECEIPTS = "po line qty\n1 10 5\n2 10 6\n9 10 1"
INVOICES = "no po line supplier_id qty price\nX 1 10 A 5 2\nY 2 10 B 6 3\nZ 3 10 C 7 4"


def shelved(waiting):
    """Put a ledger of three suppliers on a shelf, and return its batches."""
    ledger = world(ORDERS, RECEIPTS, INVOICES)
    read = sources(ledger)
    normal = normalise(read, ledger.rules)
    for table in TABLES:
        waiting.put(table, getattr(normal, table))
    register = Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines)
    return list(waiting.batches(resolve(register, read.suppliers, ledger.rules.suppliers)))


@pytest.mark.parametrize(("rows", "count", "most"), [(3, 3, 128), (3, 3, 1), (100, 1, 128)])
def test_lines_come_back_from_disk_as_they_went(rows, count, most, tmp_path, monkeypatch):
    """A, B and C have three rows, three and two; the receipt of order 9 is of none of them."""
    monkeypatch.setattr(batches, "BATCH_ROWS", rows)
    monkeypatch.setattr(pieces, "BLOCK_ROWS", 2)
    monkeypatch.setattr(pieces, "MOST_PIECES", most)
    held, waited = shelved(MemoryShelf()), shelved(FileShelf(tmp_path))
    assert len(held) == len(waited) == count
    assert sum(batch.receipt_lines.height for batch in waited) == 3
    for one, other in zip(held, waited, strict=True):
        for table in TABLES:
            assert getattr(other, table).sort("row").equals(getattr(one, table).sort("row"))
    assert list(tmp_path.iterdir()) == []


def test_a_register_taken_down_in_blocks_is_that_of_the_whole():
    """Order 1 of supplier A is ordered and billed in both blocks: two rows of it a side, and one party."""
    ledger = world(f"{ORDERS}\n1 20 A 5 2", RECEIPTS, f"{INVOICES}\nX 1 20 A 5 2")
    normal = normalise(sources(ledger), ledger.rules)
    lines = [getattr(normal, table) for table in ("order_lines", "receipt_lines", "invoice_lines")]
    blocks = [Register.of(*(table[at] for table in lines)) for at in (slice(2), slice(2, None))]
    whole, together = Register.of(*lines), Register.together(blocks)
    for table in ("orders", "receipts", "invoices", "order_parties", "invoice_parties"):
        one, other = getattr(whole, table), getattr(together, table)
        assert_frame_equal(one, other, check_row_order=False)
        assert other.height == 3
    assert sorted(together.orders["rows"]) == [1, 1, 2]


def test_a_full_disk_is_told_and_no_bug(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="the disk is full"):
        shelved(FileShelf(tmp_path))


def test_a_very_large_ledger_has_more_batches_and_not_larger_ones(monkeypatch):
    """A thousand groups of 3 rows: by sevens of rows a batch is of three groups, however many there are."""
    groups = pl.DataFrame({"group_id": [f"g{n}" for n in range(1000)], "rows": [3] * 1000})
    monkeypatch.setattr(batches, "BATCH_ROWS", 7)
    sizes = batches_of(groups).group_by("batch").agg(pl.col("group_id").len())
    assert sizes.height == 429  # 3,000 rows by sevens, the last of four
    assert sizes["group_id"].max() == 3


@pytest.mark.parametrize(
    ("count", "together"), [(1, "a b c d e"), (128, "a b c d e"), (129, "ab cd e"), (257, "abc de")]
)
def test_of_more_batches_more_blocks_are_cut_at_once(count, together):
    groups = pl.DataFrame({"group_id": [str(n) for n in range(count)], "batch": range(count)})
    assert pieces.cut_together("abcde", groups) == together.split()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_what_is_written_down_and_read_again_is_equal(rows):
    some = pl.DataFrame({"text": ["a", None, "x" * 1000], "number": [Decimal("1.5"), None, Decimal(-2)]}).head(rows)
    again = detached(some)
    assert (again.schema, again.rows()) == (some.schema, some.rows())
