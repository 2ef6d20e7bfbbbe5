"""A report is the old one or the new one, never half, and never over somebody else's folder."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recon.errors import InvariantError, OutputError, RulesError
from recon.report import write_reports
from recon.report.folder import publish
from recon.report.folder.publish import prepare
from recon.report.folder.target import Folder
from recon.report.formats.register import format_names
from recon.report.layout import frames_of
from recon.report.target import begun
from tests.kit.places import PROJECT
from tests.kit.small import SUMMARY, small


def contents(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_every_format_is_written_with_summary_and_manifest(tmp_path):
    write_reports(small(), tmp_path / "out", format_names())
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.xlsx", "report.html", "junit.xml", "summary.json", "manifest.json"} <= names
    assert {f"discrepancies.{kind}" for kind in ("json", "csv", "parquet")} <= names
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_everything_but_the_manifest_is_the_same_twice(tmp_path):
    write_reports(small(), tmp_path / "a", format_names(), started=datetime(2020, 1, 1, tzinfo=UTC))
    time.sleep(2.1)  # a zip counts time in steps of two seconds
    write_reports(small(), tmp_path / "b", format_names())
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert first.pop("manifest.json") != second.pop("manifest.json")
    assert first == second


def test_the_manifest_says_what_the_report_was_made_of(tmp_path):
    write_reports(small(), tmp_path / "out", started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["made_by"], manifest["started"]) == ("recon", "2026-01-02T03:04:05+00:00")
    assert manifest["inputs"][0]["path"] == "inv/a.csv"
    report = (tmp_path / "out" / "report.xlsx").read_bytes()
    assert manifest["files"]["report.xlsx"] == {"bytes": len(report), "sha256": hashlib.sha256(report).hexdigest()}


def test_summary_json_is_the_summary(tmp_path):
    write_reports(small(), tmp_path / "out", ["json"])
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == SUMMARY


def test_a_later_report_replaces_the_earlier_one_whole(tmp_path):
    write_reports(small(), tmp_path / "out", ["csv"])
    write_reports(small(), tmp_path / "out", ["xlsx"])
    assert sorted(contents(tmp_path / "out")) == ["manifest.json", "report.xlsx", "summary.json"]


@pytest.mark.parametrize("name", ["ours.txt", "manifest.json"])
def test_a_folder_that_recon_did_not_make_is_never_replaced(tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("{}")
    with pytest.raises(OutputError, match="did not write") as refused:
        write_reports(small(), tmp_path / "out")
    assert refused.value.exit_code == 4
    assert (tmp_path / "out" / name).read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_someone_put_into_a_report_is_not_lost(tmp_path):
    write_reports(small(), tmp_path / "out")
    (tmp_path / "out" / "my notes.txt").write_text("do not pay")
    write_reports(small(), tmp_path / "out")
    assert (tmp_path / "out" / "my notes.txt").read_text() == "do not pay"


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    write_reports(small(), tmp_path / "out", ["json"])
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_report_that_is_open_in_a_spreadsheet_is_still_ours(tmp_path):
    write_reports(small(), tmp_path / "out")
    (tmp_path / "out" / "~$report.xlsx").write_text("")
    write_reports(small(), tmp_path / "out")
    assert (tmp_path / "out" / "report.xlsx").exists()


@pytest.mark.parametrize("name", ["s3://bucket/report", "s3:/bucket/report", "file:///tmp/report"])
def test_an_address_makes_no_folder_called_so(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="this is an address, and the report is a folder here"):
        prepare(name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        prepare(tmp_path / "out")
    with pytest.raises(OutputError, match="cannot be written"):
        prepare(tmp_path / "out" / "deeper")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_parent_that_refuses_is_one_message():
    with pytest.raises(OutputError, match="cannot be written"):
        prepare("/proc/recon-report/out")


def test_another_run_is_kept_out_and_let_in_afterwards(tmp_path):
    with prepare(tmp_path / "out"), pytest.raises(OutputError, match="another run"):
        write_reports(small(), tmp_path / "out")
    write_reports(small(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_keeps_its_lock_until_it_is_let_go(tmp_path):
    with begun(Folder(tmp_path / "out", ["json"])) as folder:
        folder.add(frames_of(small()))
        folder.publish(small(), datetime.now(UTC))
        with pytest.raises(OutputError, match="another run"):
            prepare(tmp_path / "out")
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_folder_that_is_let_go_unpublished_leaves_nothing(tmp_path):
    with begun(Folder(tmp_path / "out", ["json"])) as folder:
        folder.add(frames_of(small()))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_named_with_a_suggestion(tmp_path):
    with pytest.raises(RulesError, match="did you mean 'xlsx'"):
        write_reports(small(), tmp_path / "out", ["xslx"])


def test_figures_that_do_not_add_up_are_not_published(tmp_path):
    broken = SUMMARY | {"conservation": {"EUR": {"in": "10", "out": "9.99", "difference": "0.01"}}}
    with pytest.raises(InvariantError, match="EUR"):
        write_reports(small(summary=broken), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("call", ["rename", "fsync", "rmtree", "mkdir", "copymode"])
def test_a_failure_at_any_call_leaves_the_old_or_the_new(tmp_path, monkeypatch, exchange, call):
    write_reports(small(), tmp_path / "out", ["csv"])
    old = contents(tmp_path / "out")
    if not exchange:
        monkeypatch.setattr(publish, "exchange", lambda *_: False)
    for number in range(1, 100):
        with monkeypatch.context() as faults:
            if not fail(faults, call, number, tmp_path / "out"):
                break
        with prepare(tmp_path / "out"):  # what the next run does first
            pass
        found = contents(tmp_path / "out")
        assert found == old or set(found) == {"manifest.json", "report.xlsx", "summary.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def fail(monkeypatch, call, number, folder):
    """Write a report whose `number`th `call` fails; return whether there was one."""
    place = {"rename": (Path, "rename"), "mkdir": (Path, "mkdir"), "fsync": (os, "fsync")}.get(
        call, (publish.shutil, call)
    )
    real, calls = getattr(*place), []

    def faulty(*arguments, **options):
        calls.append(call)
        if len(calls) == number:
            if options.get("ignore_errors"):
                return None
            raise OSError(5, "Input/output error")
        return real(*arguments, **options)

    monkeypatch.setattr(*place, faulty)
    try:
        write_reports(small(), folder, ["xlsx"])
    except OutputError:
        return True
    return len(calls) >= number


KILLED = """
import os, signal, sys
from recon.report import write_reports
from recon.report.folder import publish
from tests.kit.small import small
if sys.argv[2] == "two steps":
    publish.exchange = lambda *_: False
left = int(sys.argv[3])
def audit(event, arguments):
    global left
    if event in ("os.rename", "shutil.rmtree") or event == "open" and "manifest.json" in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(audit)
write_reports(small(), sys.argv[1], ["json"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
@pytest.mark.parametrize("steps", ["one step", "two steps"])
def test_a_run_that_is_killed_leaves_the_old_or_the_new(tmp_path, steps):
    write_reports(small(), tmp_path / "out", ["csv"])
    for step in range(1, 30):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "out"), steps, str(step)]
        ended = subprocess.run(command, cwd=PROJECT, check=False, timeout=60)
        with prepare(tmp_path / "out"):
            pass
        found = set(contents(tmp_path / "out"))
        assert "discrepancies.csv" in found or {"discrepancies.json", "summary.json", "manifest.json"} <= found
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
    assert 4 < step < 29
