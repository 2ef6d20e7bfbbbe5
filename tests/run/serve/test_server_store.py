"""The service over a store on a server: what is pushed is durable there, and a server that goes away and comes back is waited for."""

from __future__ import annotations

import threading
import time

import pytest

from recon.rules.file import load_rules
from recon.run.serve.follow import follow
from tests.kit.service import RULES, made, order, served

pytest.importorskip("psycopg")
CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"


@pytest.fixture
def rules(env, tmp_path, databases, monkeypatch):
    monkeypatch.setenv("BOOKS", databases.new())
    return made(tmp_path, RULES.replace("path: store/", 'path: "${BOOKS}"'))


def committed(one):
    return one.read("/v1/commitments").json["committed"]


def test_what_is_pushed_is_followed_and_read_whatever_connections_break(rules, databases):
    said, stopped = [], threading.Event()
    thread = threading.Thread(target=follow, args=(load_rules(rules), said.append, stopped))
    thread.start()
    try:
        with served(rules) as one:
            for number in range(1, 4):
                assert one.hook(order(f"P{number}"), f"e{number}").status == 202
                databases.do(CUT, (f"store{databases.count}",))
                limit = time.monotonic() + 30
                while (told := one.read("/v1/commitments")).status != 200 or told.json["committed"] != {"EUR": str(50 * number)}:  # fmt: skip
                    assert time.monotonic() < limit
                    time.sleep(0.05)
            assert [each.event.key for each in one.events()] == ["P1", "P2", "P3"]
    finally:
        stopped.set()
        thread.join(30)
    assert len(said) > 1  # it was cut off, perhaps before it had begun, and began anew


def test_a_server_that_does_not_answer_is_no_bug(rules, databases):
    with served(rules) as one:
        assert committed(one) == {}
        databases.do(f"alter database store{databases.count} allow_connections false")
        databases.do(CUT, (f"store{databases.count}",))
        refused = one.hook(order("P1"), "e1")
        assert (refused.status, one.read("/v1/commitments").status, one.ask("/readyz").status) == (503, 503, 503)
        assert [line for line in one.said if "bug" in line] == []
        databases.do(f"alter database store{databases.count} allow_connections true")
        assert (one.hook(order("P1"), "e1").status, committed(one)) == (202, {})
