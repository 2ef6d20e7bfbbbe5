"""Runs on several workers, held against a run on one."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from contextlib import contextmanager

import polars as pl
from polars.testing import assert_frame_equal

from recon import load_rules
from recon.ledger import batches, pieces
from recon.read import sources as reading
from recon.run.batch import perform
from recon.run.job import Allowance, Job

BATCH_ROWS, BLOCK_BYTES = 1_500, 40_000
FRAMES = ("invoice_lines", "order_lines", "receipt_lines", "invoices", "discrepancies", "supplier_links", "rejects", "left_out", "allocations", "bridge")  # fmt: skip


def done(folder, name, engine=None, work=None):
    job = Job(folder / name, ("parquet",), None, "never", Allowance(0, percent=False), engine=engine, work=work)
    return perform(job, load_rules(folder / "rules.yaml"), lambda _: "")


def small_pieces(monkeypatch):
    """Have several batches and blocks, of which several are cut at once, of what is one otherwise; workers are told, not patched."""
    monkeypatch.setattr(batches, "BATCH_ROWS", BATCH_ROWS)
    monkeypatch.setattr(pieces, "MOST_PIECES", 2)
    monkeypatch.setattr(reading, "BLOCK_BYTES", BLOCK_BYTES)


def assert_same_report(one, other):
    assert json.loads((one / "summary.json").read_text()) == json.loads((other / "summary.json").read_text())
    for name in FRAMES:
        parts = [pl.read_parquet(part) for part in sorted((other / f"{name}.parquet").iterdir())]
        assert_frame_equal(pl.read_parquet(one / f"{name}.parquet"), pl.concat(parts))


@contextmanager
def killed_when_there_is(work, worker):
    """Kill a worker as soon as there is a piece of a batch in the work folder: there is more to do then."""
    killed = []

    def kill():
        while not list(work.glob("recon-work-*/batch-*")):
            time.sleep(0.01)
        killed.append(worker())
        os.kill(killed[0], signal.SIGKILL)

    waiting = threading.Thread(target=kill, daemon=True)
    waiting.start()
    yield
    waiting.join()
    assert killed


class Here:
    """An Executor of this very process."""

    def map(self, function, messages):
        return map(function, messages)
