"""A run on a real Dask cluster, and clusters that cannot work."""

from __future__ import annotations

import pytest

from recon import __version__
from recon.errors import OutputError
from recon.run.spread.dask import DaskWorkers
from recon.run.spread.engines import opened
from tests.kit.spread import assert_same_report, done, killed_when_there_is, small_pieces
from tests.kit.workers import backwards, pretend

distributed = pytest.importorskip("distributed")


def started():
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0")


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes and their scheduler."""
    with started() as cluster:
        yield cluster


def address(cluster):
    return cluster.scheduler_address.replace("tcp://", "dask://")


def test_a_dask_cluster_gives_the_frames_of_a_run_on_one(ledger, monkeypatch, cluster):
    small_pieces(monkeypatch)
    done(ledger, "dask", engine=address(cluster), work=ledger / "work")
    assert_same_report(ledger / "one", ledger / "dask")


def test_a_dask_cluster_with_another_recon_refuses_and_publishes_nothing(ledger, cluster):
    with distributed.Client(cluster) as client:
        client.run(pretend, "9.9")
        with pytest.raises(OutputError, match=r"a worker has recon 9\.9 with Polars"):
            done(ledger, "other", engine=address(cluster), work=ledger / "work-other")
        client.run(pretend, __version__)
    assert not (ledger / "other").exists()
    assert list((ledger / "work-other").iterdir()) == []


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_in_mid_run_changes_nothing(ledger, monkeypatch):
    small_pieces(monkeypatch)
    with started() as cluster:
        nanny = next(iter(cluster.workers.values()))
        with killed_when_there_is(ledger / "work-killed", lambda: nanny.process.pid):
            done(ledger, "dask-killed", engine=address(cluster), work=ledger / "work-killed")
    assert_same_report(ledger / "one", ledger / "dask-killed")


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
    with pytest.raises(OutputError, match="has no workers any more"):
        list(DaskWorkers(Cluster({})).map(backwards, [b""]))


@pytest.mark.parametrize(("cluster", "told"), [(Cluster({}), "has no workers"), (Cluster({"tcp://w:1": 1}, None), "on the Dask worker tcp://w:1 is no recon")])  # fmt: skip
def test_a_cluster_that_cannot_work_is_told(monkeypatch, cluster, told):
    monkeypatch.setattr("distributed.Client", lambda *_, **__: cluster)
    with pytest.raises(OutputError, match=told), opened("dask://scheduler:8786"):
        pass


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr("recon.run.spread.dask.WAIT", "1s")
    with pytest.raises(OutputError, match="the Dask scheduler does not answer"), opened("dask://127.0.0.1:9"):
        pass
