"""However a ledger is cut and however many threads there are, the published bytes are the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from polars.testing import assert_frame_equal

from benchmarks.ledger import write_ledger
from recon import load_rules, read_sources
from recon.match import parts
from recon.reconcile import PARTED, Reconciliation, reconcile
from tests.batches import batches
from tests.laws import few, run

FORMATS = "parquet,csv,json"
RUN = """
import sys
from recon.match import parts
from recon.__main__ import main
parts.PART_ROWS, parts.AT_ONCE = int(sys.argv.pop(1)), int(sys.argv.pop(1))
main()
"""


def assert_equal(one: Reconciliation, other: Reconciliation) -> None:
    for name in (*PARTED, "supplier_links", "rejects", "left_out"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.summary == other.summary


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    write_ledger(2_000, folder)
    return folder


@pytest.mark.parametrize("rows", [700, 3_000])
def test_parts_of_any_size_give_the_same_frames(ledger, rows, monkeypatch):
    rules = load_rules(ledger / "rules.yaml")
    sources = read_sources(rules)
    whole = reconcile(sources, rules)
    monkeypatch.setattr(parts, "PART_ROWS", rows)
    assert len(list(parts.deal(_as_part(whole)))) > 1
    assert_equal(whole, reconcile(sources, rules))


def _as_part(done: Reconciliation) -> parts.Part:
    return parts.Part(done.order_lines, done.receipt_lines, done.invoice_lines)


@few
@given(batches(4).map(lambda batch: batch.whole))
def test_random_ledgers_in_parts_of_a_group_each(ledger):
    whole = run(ledger)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PART_ROWS", 1)
        assert_equal(whole, run(ledger))


def test_threads_and_parts_give_the_same_files(ledger, tmp_path):
    digests = set()
    for threads, rows, at_once in ((1, 10**9, 1), (4, 10**9, 1), (2, 500, 3)):
        out = tmp_path / f"{threads}-{rows}-{at_once}"
        command = [
            sys.executable,
            "-c",
            RUN,
            str(rows),
            str(at_once),
            "run",
            str(ledger / "rules.yaml"),
            "-o",
            str(out),
        ]
        environment = os.environ | {"POLARS_MAX_THREADS": str(threads)}
        done = subprocess.run(
            [*command, "--format", FORMATS, "--quiet"], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        files = sorted(p for p in out.rglob("*") if p.is_file() and p.name != "manifest.json")
        assert len(files) > 20
        digests.add(tuple((str(p.relative_to(out)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files))
    assert len(digests) == 1


def test_a_reading_in_streams_gives_the_same_frames(ledger):
    rules = load_rules(ledger / "rules.yaml")
    whole = reconcile(read_sources(rules), rules)
    with pl.Config() as config:
        config.set_engine_affinity("streaming")
        assert_equal(whole, reconcile(read_sources(rules), rules))
