"""What driver and workers share: the same versions and one work folder; what a worker cannot do ends the run with one message."""

from __future__ import annotations

import errno
from contextlib import nullcontext

import pytest

from recon.engine.disk import cannot_write
from recon.errors import OutputError, RulesError
from recon.ledger.storage import Disk
from recon.run.spread import engines, executor
from recon.run.spread.engines import check_engine
from recon.run.spread.executor import answered, mapped
from recon.run.spread.work import begun
from tests.kit.spread import Here, done
from tests.kit.workers import refuse


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


@pytest.mark.parametrize("place", ["http://bucket/work", "s3:bucket/work", "/dev/null/work"])
def test_a_place_that_cannot_be_shared_is_told(place):
    with pytest.raises((RulesError, OutputError), match="--work"), begun(place):
        pass
