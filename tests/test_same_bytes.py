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
from recon.ledger import batches as ledger_batches
from recon.ledger import whole as ledger_whole
from recon.ledger.reconcile import Reconciliation, reconcile
from recon.match.batch import RESULTS
from recon.match.flow import match_apart
from tests.kit.batches import batches
from tests.kit.laws import few, run

FORMATS = "parquet,csv,json"
RUN = """
import sys
from recon.ledger import batches
from recon.run import batch
from recon.report.formats import data
from recon.__main__ import main
batches.BATCH_ROWS, batches.AT_ONCE, batch.LARGE_BYTES = (int(sys.argv.pop(1)) for _ in range(3))
data.ROW_GROUP = 300
main()
"""
HELD, ON_DISK, AT_ONCE = 10**12, 0, "html"
"""Where a large ledger's lines wait; with a format that needs all results they are held, and so are these."""


def assert_equal(one: Reconciliation, other: Reconciliation) -> None:
    for name in (*RESULTS, "supplier_links", "rejects", "left_out"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.summary == other.summary


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger whose invoices come in two files, with a column that is carried through."""
    folder = tmp_path_factory.mktemp("ledger")
    write_ledger(2_000, folder)
    rules = folder / "rules.yaml"
    rules.write_text(rules.read_text().replace("[invoices.csv]", "[invoices*.csv], carry: [buyer_note]"))
    header, *lines = (folder / "invoices.csv").read_text().splitlines()
    noted = [f"{line},note {number}" for number, line in enumerate(lines)]
    for name, some in (("invoices.csv", noted[:1500]), ("invoices-2.csv", noted[1500:])):
        (folder / name).write_text("\n".join([f"{header},buyer_note", *some]))
    return folder


@pytest.mark.parametrize("rows", [700, 3_000])
def test_batches_of_any_size_give_the_same_frames(ledger, rows, monkeypatch):
    rules = load_rules(ledger / "rules.yaml")
    sources = read_sources(rules)
    whole, matched = reconcile(sources, rules), []
    monkeypatch.setattr(ledger_batches, "BATCH_ROWS", rows)
    monkeypatch.setattr(ledger_whole, "match_apart", lambda *given: matched.append(1) or match_apart(*given))
    assert_equal(whole, reconcile(sources, rules))
    assert len(matched) > 1


@few
@given(batches(4).map(lambda batch: batch.whole))
def test_random_ledgers_in_batches_of_a_group_each(ledger):
    whole = run(ledger)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ledger_batches, "BATCH_ROWS", 1)
        assert_equal(whole, run(ledger))


def test_threads_batches_and_disks_give_the_same_files(ledger, tmp_path):
    digests = set()
    ways = (
        (1, 10**9, 1, HELD, ""),
        (4, 10**9, 1, HELD, AT_ONCE),
        (2, 500, 3, HELD, ""),
        (2, 500, 2, ON_DISK, ""),
        (1, 3_000, 1, ON_DISK, ""),
    )
    for number, (threads, *limits, beside) in enumerate(ways):
        out = tmp_path / str(number)
        command = [sys.executable, "-c", RUN, *map(str, limits), "run", str(ledger / "rules.yaml"), "-o", str(out)]
        formats = ",".join(part for part in (FORMATS, beside) if part)
        environment = os.environ | {"POLARS_MAX_THREADS": str(threads)}
        done = subprocess.run(
            [*command, "--format", formats, "--quiet"], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        files = sorted(p for p in out.rglob("*") if p.is_file() and p.name not in ("manifest.json", "report.html"))
        assert len(files) == 32
        digests.add(tuple((str(p.relative_to(out)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files))
    assert len(digests) == 1


def test_a_reading_in_streams_gives_the_same_frames(ledger):
    rules = load_rules(ledger / "rules.yaml")
    whole = reconcile(read_sources(rules), rules)
    with pl.Config() as config:
        config.set_engine_affinity("streaming")
        assert_equal(whole, reconcile(read_sources(rules), rules))
