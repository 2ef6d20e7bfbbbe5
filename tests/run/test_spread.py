"""A run on several workers gives the frames of a run on one, whatever becomes of a worker; and nothing where it fails."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.ledger import write_ledger
from recon import load_rules
from recon.engine.disk import cannot_write
from recon.errors import OutputError, RulesError
from recon.ledger import batches
from recon.ledger.storage import Disk
from recon.read import sources as reading
from recon.review.decision import COLUMNS
from recon.run.batch import perform
from recon.run.job import Allowance, Job
from recon.run.spread import engines, executor
from recon.run.spread.dask import DaskWorkers
from recon.run.spread.engines import check_engine, opened
from recon.run.spread.executor import answered, mapped
from recon.run.spread.processes import Processes
from recon.run.spread.spark import _said as cause
from recon.run.spread.work import begun
from tests.kit.workers import always_killed, backwards, killed_once, refuse

BATCH_ROWS, BLOCK_BYTES = 1_500, 40_000
FRAMES = ("invoice_lines", "order_lines", "receipt_lines", "invoices", "discrepancies", "supplier_links", "rejects", "left_out", "allocations", "bridge")  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Return a ledger of 2,000 order lines, the report of one process, and a decision on its first finding."""
    folder = tmp_path_factory.mktemp("ledger")
    write_ledger(2_000, folder)
    done(folder, "plain")
    first = pl.read_parquet(folder / "plain" / "discrepancies.parquet").row(0, named=True)
    kept = {"about": "finding", "id": first["subject_id"], "code": first["code"], "decision": "pay", "reason": "agreed"}
    kept |= {"facts_id": first["discrepancy_id"], "decided_by": "ana", "decided_on": "2026-01-31T10:00:00+00:00"}
    rows = [",".join(COLUMNS), ",".join(kept.get(name, "") for name in COLUMNS)]
    (folder / "decisions.csv").write_text("\n".join(rows) + "\n")
    done(folder, "one")
    return folder


def done(folder, name, engine=None, work=None):
    job = Job(folder / name, ("parquet",), None, "never", Allowance(0, percent=False), engine=engine, work=work)
    return perform(job, load_rules(folder / "rules.yaml"), lambda _: "")


def small_pieces(monkeypatch):
    """Have several batches and blocks of what is one of each otherwise; workers are told, not patched."""
    monkeypatch.setattr(batches, "BATCH_ROWS", BATCH_ROWS)
    monkeypatch.setattr(reading, "BLOCK_BYTES", BLOCK_BYTES)


def assert_same_report(one, other):
    assert json.loads((one / "summary.json").read_text()) == json.loads((other / "summary.json").read_text())
    for name in FRAMES:
        parts = [pl.read_parquet(part) for part in sorted((other / f"{name}.parquet").iterdir())]
        assert_frame_equal(pl.read_parquet(one / f"{name}.parquet"), pl.concat(parts))


def test_processes_one_of_which_is_killed_give_the_frames_of_a_run_on_one(ledger, monkeypatch):
    small_pieces(monkeypatch)
    with killed_when_there_is(ledger / "work-two", lambda: multiprocessing.active_children()[0].pid):
        done(ledger, "two", engine="local:2", work=ledger / "work-two")
    assert_same_report(ledger / "one", ledger / "two")
    assert len(list((ledger / "two" / "invoice_lines.parquet").iterdir())) > 3
    decided = pl.read_parquet(ledger / "two" / "discrepancies.parquet").drop_nulls("decision_state")
    assert decided["decision_state"].to_list() == ["applied"]
    assert not list(ledger.glob("**/recon-work-*"))


def test_a_dask_cluster_gives_the_frames_of_a_run_on_one(ledger, monkeypatch):
    distributed = pytest.importorskip("distributed")
    small_pieces(monkeypatch)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        done(ledger, "dask", engine=address, work=ledger / "work")
    assert_same_report(ledger / "one", ledger / "dask")


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_in_mid_run_changes_nothing(ledger, monkeypatch):
    distributed = pytest.importorskip("distributed")
    small_pieces(monkeypatch)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        nanny = next(iter(cluster.workers.values()))
        with killed_when_there_is(ledger / "work-killed", lambda: nanny.process.pid):
            done(ledger, "dask-killed", engine=address, work=ledger / "work-killed")
    assert_same_report(ledger / "one", ledger / "dask-killed")


@contextmanager
def killed_when_there_is(work, worker):
    """Kill a worker as soon as there is a piece of a batch in the work folder: there is more to do then."""
    killed = []

    def kill():
        while not list(work.glob("recon-work-*/batch-*")):
            time.sleep(0.01)
        killed.append(worker())
        os.kill(killed[0], signal.SIGKILL)

    waiting = threading.Thread(target=kill)
    waiting.start()
    yield
    waiting.join()
    assert killed


class Cluster:
    """What a client of Dask tells of a cluster: its threads by worker, and where recon is found."""

    def __init__(self, threads, found="there"):
        self._threads, self._found = threads, found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def nthreads(self):
        return self._threads

    def run(self, *_):
        return dict.fromkeys(self._threads, self._found)

    def submit(self, *_, **__):
        return self

    def exception(self, **_):
        raise TimeoutError


def test_a_cluster_that_has_lost_all_workers_ends_a_run():
    pytest.importorskip("distributed")
    with pytest.raises(OutputError, match="has no workers any more"):
        list(DaskWorkers(Cluster({})).map(backwards, [b""]))


@pytest.mark.parametrize(("cluster", "told"), [(Cluster({}), "has no workers"), (Cluster({"tcp://w:1": 1}, None), "on the Dask worker tcp://w:1 is no recon")])  # fmt: skip
def test_a_cluster_that_cannot_work_is_told(monkeypatch, cluster, told):
    pytest.importorskip("distributed")
    monkeypatch.setattr("distributed.Client", lambda *_, **__: cluster)
    with pytest.raises(OutputError, match=told), opened("dask://scheduler:8786"):
        pass


@pytest.mark.parametrize(("raised", "told"), [
    ("\nTraceback:\n  File 'x'\nImportError: No module named recon\n", "ImportError: No module named recon"),
    ('<Call that terminated with:\n\tstatus = UNAVAILABLE\n\tdetails = "failed to connect"\n>', "failed to connect"),
    ("", "ValueError"),
])  # fmt: skip
def test_of_what_spark_raises_the_line_that_names_the_cause_is_told(raised, told):
    assert cause(ValueError(raised)) == told


def test_a_spark_server_that_does_not_answer_is_told_at_once():
    pytest.importorskip("pyspark")
    with pytest.raises(OutputError, match="the Spark Connect server does not answer"), opened("spark://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("writes", [0, 3, 9, 18])
def test_where_the_shared_storage_is_full_nothing_is_published(ledger, monkeypatch, writes):
    left, write = iter(range(writes)), Disk.write

    def until_full(disk, name, data):
        if next(left, None) is None:
            raise cannot_write(disk.folder, OSError(errno.ENOSPC, "No space left on device"))
        write(disk, name, data)

    monkeypatch.setattr(Disk, "write", until_full)
    monkeypatch.setattr(engines, "opened", lambda _: nullcontext(Here()))
    with pytest.raises(OutputError, match="the disk is full"):
        done(ledger, "full", engine="local:1", work=ledger / "work-full")
    assert not (ledger / "full").exists()
    assert list((ledger / "work-full").iterdir()) == []


def test_a_spark_connect_server_gives_the_frames_of_a_run_on_one(ledger, monkeypatch):
    spark = pytest.importorskip("pysail.spark")
    pytest.importorskip("pyspark")
    small_pieces(monkeypatch)
    server = spark.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        done(ledger, "spark", engine=f"spark://127.0.0.1:{server.listening_address[1]}", work=ledger / "work")
    finally:
        server.stop()
    assert_same_report(ledger / "one", ledger / "spark")


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


class Here:
    """An Executor of this very process."""

    def map(self, function, messages):
        return map(function, messages)


def test_a_worker_with_another_version_refuses(tmp_path, monkeypatch):
    """The driver's versions go along with a task; here the worker's are other ones by the time it looks."""
    with begun(tmp_path) as work:
        calls = []
        list(mapped(Recording(calls), work, str, [1]))
        monkeypatch.setattr(executor, "__version__", "9.9")
        answer = executor.pickle.loads(answered(calls[0]))
    assert isinstance(answer, OutputError)
    assert "a worker has recon 9.9 with Polars" in str(answer)


class Recording(Here):
    def __init__(self, calls):
        self._calls = calls

    def map(self, function, messages):
        for message in messages:
            self._calls.append(message)
            yield function(message)


def test_a_work_folder_that_workers_do_not_see_is_told(tmp_path):
    with begun(tmp_path) as work:
        work.remove("begun")
        with pytest.raises(OutputError, match="does not see the work folder"):
            list(mapped(Here(), work, str, [1]))


def test_what_a_worker_raises_ends_the_run_with_its_own_message(tmp_path):
    with begun(tmp_path) as work, pytest.raises(OutputError, match="the disk is full") as raised:
        list(mapped(Here(), work, refuse, ["parts"]))
    assert raised.value.where == "parts"


@pytest.mark.parametrize("written", ["local:0", "lokal", "dask://host", "spark://:15002", "ray://h:1", ""])
def test_no_engine_is_called_so(written):
    with pytest.raises(RulesError, match="--engine is local, local:N"):
        check_engine(written, has_work=True)


def test_an_engine_elsewhere_needs_a_shared_folder():
    check_engine("local:4", has_work=False)
    with pytest.raises(RulesError, match="needs --work"):
        check_engine("dask://host:8786", has_work=False)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("recon.run.spread.dask.WAIT", "1s")
    with pytest.raises(OutputError, match="the Dask scheduler does not answer"), opened("dask://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("place", ["http://bucket/work", "s3:bucket/work", "/dev/null/work"])
def test_a_place_that_cannot_be_shared_is_told(place):
    with pytest.raises((RulesError, OutputError), match="--work"), begun(place):
        pass


def test_where_the_driver_is_killed_nothing_is_published(ledger):
    command = [sys.executable, "-m", "recon", "run", str(ledger / "rules.yaml"), "-o", str(ledger / "killed"), "--engine", "local:2"]  # fmt: skip
    driver = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL)
    unfinished = ledger / ".killed.recon-new"
    while not list(unfinished.glob("recon-work-*/block-*")) and driver.poll() is None:
        time.sleep(0.01)
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    assert not (ledger / "killed").exists()
    done(ledger, "killed", engine="local:1")
    assert_same_report(ledger / "one", ledger / "killed")
    assert not unfinished.exists()
