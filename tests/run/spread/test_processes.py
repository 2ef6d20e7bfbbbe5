"""A run by several processes gives the frames of a run by one, whatever becomes of a worker; and nothing where it fails."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from recon.errors import OutputError
from recon.run.spread.processes import Processes
from tests.kit.places import PROJECT
from tests.kit.spread import assert_same_report, done, killed_when_there_is, small_pieces
from tests.kit.workers import always_killed, backwards, killed_once


def test_processes_one_of_which_is_killed_give_the_frames_of_a_run_on_one(ledger, monkeypatch):
    small_pieces(monkeypatch)
    with killed_when_there_is(ledger / "work-two", lambda: multiprocessing.active_children()[0].pid):
        done(ledger, "two", engine="local:2", work=ledger / "work-two")
    assert_same_report(ledger / "one", ledger / "two")
    assert len(list((ledger / "two" / "invoice_lines.parquet").iterdir())) > 3
    decided = pl.read_parquet(ledger / "two" / "discrepancies.parquet").drop_nulls("decision_state")
    assert decided["decision_state"].to_list() == ["applied"]
    assert not list(ledger.glob("**/recon-work-*"))


def test_a_report_in_parts_is_replaced_and_what_is_peoples_stays(ledger):
    done(ledger, "again", engine="local:1")
    (ledger / "again" / "invoice_lines.parquet" / "mine.txt").write_text("a note")
    done(ledger, "again", engine="local:1")
    assert (ledger / "again" / "invoice_lines.parquet" / "mine.txt").read_text() == "a note"
    files = json.loads((ledger / "again" / "manifest.json").read_text())["files"]
    assert "invoice_lines.parquet/part-00000.parquet" in files


def test_results_come_in_order_and_one_whose_worker_was_killed_is_done_again(tmp_path):
    with Processes(2) as workers:
        assert list(workers.map(backwards, [b"abc", b"de", b"f"])) == [b"cba", b"ed", b"f"]
        assert list(workers.map(killed_once, [str(tmp_path / "came").encode()])) == [b"done"]
        assert list(workers.map(backwards, [b"xyz"])) == [b"zyx"]


def test_workers_that_are_killed_again_and_again_end_a_run():
    with pytest.raises(OutputError, match="killed again and again"), Processes(1) as workers:
        list(workers.map(always_killed, [b""]))


def test_where_the_driver_is_killed_nothing_is_published(ledger):
    command = [sys.executable, "-m", "recon", "run", str(ledger / "rules.yaml"), "-o", str(ledger / "killed"), "--engine", "local:2"]  # fmt: skip
    driver = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
    unfinished = ledger / ".killed.recon-new"
    while not list(unfinished.glob("recon-work-*/block-*")) and driver.poll() is None:
        time.sleep(0.01)
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    assert not (ledger / "killed").exists()
    done(ledger, "killed", engine="local:1")
    assert_same_report(ledger / "one", ledger / "killed")
    assert not unfinished.exists()
