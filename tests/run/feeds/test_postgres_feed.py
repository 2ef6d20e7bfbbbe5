"""PostgreSQL as a source: a number that is taken early and committed late is not passed over."""

from __future__ import annotations

import pytest

from tests.kit.postgres import cluster
from tests.run.feeds.test_sql import SQL, rounds

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.slow
TABLE = "create table slip(receipt_number text, po_number text, po_line int, quantity numeric, seq bigserial)"
PUT = "insert into slip(receipt_number, po_number, po_line, quantity) values (%s, '4500000001', 10, 1)"
BY_SEQ = SQL.replace("changed >= :since", "seq > :since::bigint").replace("cursor: changed", 'cursor: seq, start: "0"').replace('"sqlite:///wms.db"', '"${WMS}"')  # fmt: skip


@pytest.fixture
def wms(monkeypatch):
    with cluster() as address:
        monkeypatch.setenv("WMS", address)
        with psycopg.connect(address, autocommit=True) as database:
            database.execute(TABLE)
        yield address


def test_what_is_committed_late_is_found(wms, tmp_path, store):
    with psycopg.connect(wms) as slow, psycopg.connect(wms, autocommit=True) as quick:
        slow.execute(PUT, ("LATE",))
        quick.execute(PUT, ("R2",))
        assert [rounds(tmp_path, BY_SEQ, store) for _ in range(3)] == [(1, 0), (1, 1), (1, 1)]
        slow.commit()
        assert rounds(tmp_path, BY_SEQ, store) == (2, 1)
        quick.execute(PUT, ("R3",))
        counts = [rounds(tmp_path, BY_SEQ, store) for _ in range(4)]
    assert store.log.last() == 3
    assert counts[-1] == (1, 1)  # what is settled is asked for no more, but the last
