"""A run on a real Spark Connect server, and servers that are not there or go away."""

from __future__ import annotations

import subprocess
import sys
from subprocess import PIPE

import pytest

from recon.errors import OutputError
from recon.run.spread import spark
from recon.run.spread.engines import opened
from recon.run.spread.spark import _said as cause
from tests.kit.places import PROJECT
from tests.kit.spread import assert_same_report, done, killed_when_there_is, small_pieces

SAIL = """
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
input()
"""


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """Give the main module a file: without, as in a runner of tests in parallel, pyspark takes it for doctests of its own."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "pytest", raising=False)


@pytest.fixture
def server():
    """A Spark Connect server (Sail) as a process of its own, and its port."""
    pytest.importorskip("pysail")
    pytest.importorskip("pyspark")
    with subprocess.Popen([sys.executable, "-c", SAIL], stdin=PIPE, stdout=PIPE, text=True, cwd=PROJECT) as process:
        yield process, f"spark://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


def test_a_spark_connect_server_gives_the_frames_of_a_run_on_one(ledger, monkeypatch, server):
    small_pieces(monkeypatch)
    done(ledger, "spark", engine=server[1], work=ledger / "work")
    assert_same_report(ledger / "one", ledger / "spark")


def test_where_the_spark_server_is_killed_in_mid_run_nothing_is_published(ledger, monkeypatch, server):
    small_pieces(monkeypatch)
    monkeypatch.setattr(spark, "PATIENCE", {"max_retries": 1})
    with killed_when_there_is(ledger / "work-gone", lambda: server[0].pid):  # noqa: SIM117
        with pytest.raises(OutputError, match="the Spark job failed"):
            done(ledger, "gone", engine=server[1], work=ledger / "work-gone")
    assert not (ledger / "gone").exists()
    assert list((ledger / "work-gone").iterdir()) == []


def test_a_spark_server_that_does_not_answer_is_told_at_once():
    pytest.importorskip("pyspark")
    with pytest.raises(OutputError, match="the Spark Connect server does not answer"), opened("spark://127.0.0.1:9"):
        pass


@pytest.mark.parametrize(("raised", "told"), [
    ("\nTraceback:\n  File 'x'\nImportError: No module named recon\n", "ImportError: No module named recon"),
    ('<Call that terminated with:\n\tstatus = UNAVAILABLE\n\tdetails = "failed to connect"\n>', "failed to connect"),
    ("", "ValueError"),
])  # fmt: skip
def test_of_what_spark_raises_the_line_that_names_the_cause_is_told(raised, told):
    assert cause(ValueError(raised)) == told
