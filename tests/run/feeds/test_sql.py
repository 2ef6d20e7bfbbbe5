"""A database that is asked for what changed: what is committed late is found, and nothing is taken twice."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import pytest

from recon.errors import SourceError
from recon.rules.file import parse_rules
from recon.run.feeds.fetching import fetch_once
from recon.run.feeds.nightly import last_due
from recon.run.feeds.sql import Mark

pytest.importorskip("cryptography")
HEAD = """
version: 1
sources: {orders: {files: [orders.csv]}, invoices: {files: [invoices.csv]}}
store: {path: store/}
feeds:
"""
SQL = """
  - name: warehouse
    table: receipts
    sql: {connection: "sqlite:///wms.db", query: "select * from slip where changed >= :since", cursor: changed, every: 5m}
"""
NIGHT = """
  - {name: masters, table: suppliers, files: [suppliers.csv], at: "02:00"}
"""


def rounds(folder, text, store):
    rules = parse_rules((HEAD + text).encode(), folder / "rules.yaml")
    done = fetch_once(rules.feeds[0], rules, store)[0]
    return done.documents, done.repeated


@pytest.fixture
def wms(tmp_path):
    database = sqlite3.connect(tmp_path / "wms.db")
    database.execute("create table slip(receipt_number, po_number, po_line, quantity, changed)")
    return database


def put(wms, *rows):
    wms.executemany(
        "insert into slip(receipt_number, po_number, po_line, quantity, changed) values (?, '4500000001', ?, ?, ?)",
        rows,
    )
    wms.commit()


def test_rows_of_a_document_are_one_event_and_what_is_known_is_not_taken_again(wms, tmp_path, store):
    put(wms, ("R1", 10, 1, "2026-01-05 10:00:00"), ("R1", 20, 2, "2026-01-05 10:00:00"), ("R2", 10, 3, "2026-01-05 10:05:00"))  # fmt: skip
    assert rounds(tmp_path, SQL, store) == (2, 0)
    assert [len(logged.payload["records"]) for logged in store.log.after(0)] == [2, 1]
    assert rounds(tmp_path, SQL, store) == (2, 2)
    put(wms, ("R3", 10, 3, "2026-01-05 10:05:00"))
    assert rounds(tmp_path, SQL, store) == (3, 2)
    assert store.log.last() == 3


def test_a_line_that_is_deleted_is_left_out_and_a_document_of_no_other_lines_is_gone(wms, tmp_path, store):
    """R1 loses its second line, then the first as well; R2 stays."""
    deleting = SQL.replace("table: receipts", "table: receipts\n    deleted: gone")
    wms.execute("alter table slip add column gone")
    put(wms, ("R1", 10, 1, "2026-01-05"), ("R1", 20, 2, "2026-01-05"), ("R2", 10, 3, "2026-01-05"))
    found = []
    for gone in ("po_line = 20", "receipt_number = 'R1'"):
        wms.execute(f"update slip set gone = 'true' where {gone}")
        wms.commit()
        rounds(tmp_path, deleting, store)
        found.append({e.event.key: (e.event.kind, len(e.payload["records"])) for e in store.log.after(0)})
    assert found[0] == {"/R1": ("document", 1), "/R2": ("document", 1)}
    assert (found[1]["/R1"][0], found[1]["/R2"]) == ("deleted", ("document", 1))


def test_a_query_without_its_cursor_moves_nothing(wms, tmp_path, store):
    with pytest.raises(SourceError, match="no column 'chnaged'"):
        rounds(tmp_path, SQL.replace("cursor: changed", "cursor: chnaged"), store)
    assert store.log.cursor("warehouse") is None


@pytest.mark.parametrize(
    ("seen", "running", "since"),
    [
        ("12", [(7, 7), (8, 8)], "11"),  # nothing ran: what the round before saw is settled
        ("12", [(7, 7), (7, 9)], "0"),  # 7 runs still, and may bring 10
        ("12", [(7, 9), (9, 9)], "11"),
    ],
)
def test_what_was_seen_counts_when_all_that_ran_is_over(seen, running, since):
    mark = Mark("0")
    for at, (oldest, next_) in enumerate(running):
        mark = mark.moved(("11", seen)[at], oldest, next_)
    assert mark.since == since


def test_files_are_taken_once_a_day_also_when_nobody_was_there_at_the_time(tmp_path, store):
    (tmp_path / "suppliers.csv").write_text("supplier_id,name\nV1,Acme\n")
    assert [rounds(tmp_path, NIGHT, store) for _ in range(2)] == [(1, 0), (0, 0)]
    assert last_due(datetime.fromisoformat("2026-01-05T01:59"), "02:00") == "2026-01-04"
    assert last_due(datetime.fromisoformat("2026-01-05T02:00"), "02:00") == "2026-01-05"
