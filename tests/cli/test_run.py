"""`recon run` beside its exit codes: what it writes, prints, reads from its surroundings."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from contextlib import nullcontext
from decimal import Decimal

import pytest

from recon import load_rules
from recon.cli.progress import doing
from recon.run.batch import perform
from recon.run.job import Allowance, Job
from tests.cli.conftest import decide

NAMES = {"report.xlsx", "summary.json", "manifest.json", "first_seen.json"}


def test_without_output_nothing_is_written(ledgers, recon):
    before = sorted(ledgers.iterdir())
    recon("run", "rules.yaml")
    assert sorted(ledgers.iterdir()) == before


def test_the_report_is_a_workbook_unless_told(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out")
    assert {path.name for path in (ledgers / "out").iterdir()} == NAMES


@pytest.mark.parametrize(("formats", "place"), [("xlsx,json", "out/report.xlsx"), ("csv", "out")])
def test_a_run_says_where_its_report_is(ledgers, recon, formats, place):
    assert recon("run", "rules.yaml", "-o", "out", "--format", formats).out.splitlines()[-2] == f"The report: {place}"
    assert "No report is written" in recon("run", "rules.yaml").out


def test_formats_are_separated_by_commas(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out", "--format", "csv, json")
    names = {path.name for path in (ledgers / "out").iterdir()}
    assert {"discrepancies.csv", "discrepancies.json", "summary.json", "manifest.json"} <= names
    assert "report.xlsx" not in names


def test_the_manifest_names_the_alias_file_which_decides_too(ledgers, recon):
    (ledgers / "aliases.yaml").write_text("Acme: V1\n")
    with (ledgers / "rules.yaml").open("a") as rules:
        rules.write("suppliers: {aliases: aliases.yaml}\n")
    recon("run", "rules.yaml", "-o", "out")
    manifest = json.loads((ledgers / "out" / "manifest.json").read_text())
    digest = hashlib.sha256(b"Acme: V1\n").hexdigest()
    assert manifest["aliases"] == {"path": "aliases.yaml", "sha256": digest}


def test_a_second_run_replaces_the_first(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out", "--format", "csv")
    assert recon("run", "rules.yaml", "-o", "out").code == 0
    assert {path.name for path in (ledgers / "out").iterdir()} == NAMES


def test_the_same_run_twice_gives_the_same_bytes(ledgers, recon):
    for folder in ("first", "second"):
        recon("run", "rules.yaml", "-o", folder, "--format", "xlsx,json,csv,parquet")
    first = {path.name: path.read_bytes() for path in (ledgers / "first").iterdir() if path.name != "manifest.json"}
    second = {path.name: path.read_bytes() for path in (ledgers / "second").iterdir() if path.name != "manifest.json"}
    assert first == second


def test_the_summary_goes_to_standard_output_when_asked(ledgers, recon):
    summary = json.loads(recon("run", "rules.yaml", "-o", "-").out)
    assert summary["invoices"]["hold"]["EUR"] == {"count": 1, "amount": "55"}


def test_what_was_asked_for_on_standard_output_comes_with_quiet_too(ledgers, recon):
    assert json.loads(recon("run", "rules.yaml", "--quiet", "-o", "-").out)["rejects"] == 0


def test_the_rules_may_come_from_standard_input(ledgers, started):
    with (ledgers / "rules.yaml").open() as rules:
        process = started("run", "-", stdin=rules)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "2 invoices: 1 to pay" in out


def test_rules_and_a_source_cannot_both_come_from_standard_input(ledgers, started):
    rules = ledgers / "piped.yaml"
    rules.write_text((ledgers / "rules.yaml").read_text().replace("[orders.csv]", "['-']"))
    with rules.open() as piped:
        process = started("run", "-", stdin=piped)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert err.startswith("recon: the rules come from standard input, so orders cannot\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("invoices.csv", "recon: invoices.csv: this is a file of data, not a rules file\n"),
        ("rules.yml", "recon: rules.yml: there is no such rules file (did you mean 'rules.yaml'?)\n"),
        (".", "recon: .: a folder, not a rules file\n  Name the file in it (did you mean 'rules.yaml'?).\n"),
    ],
)
def test_what_is_no_rules_file_is_told_apart(ledgers, recon, given, said):
    ended = recon("run", given)
    assert ended.code == 2
    assert ended.err.startswith(said)


@pytest.mark.parametrize("name", ["report.xlsx", "out.JSON", "junit.xml"])
def test_the_name_of_a_file_is_no_folder_for_a_report(ledgers, recon, name):
    ended = recon("run", "rules.yaml", "-o", name)
    assert (ended.code, ended.out) == (4, "")
    assert "a report is a folder" in ended.err
    assert not (ledgers / name).exists()


def test_the_log_may_go_to_standard_output(ledgers, recon):
    ended = recon("run", "rules.yaml", "--quiet", "--log-file", "-")
    assert " exit=0 " in ended.out
    assert not (ledgers / "-").exists()


def test_quiet_prints_nothing(ledgers, recon):
    ended = recon("run", "rules.yaml", "--quiet", "--fail-on", "hold")
    assert (ended.code, ended.out, ended.err) == (1, "", "")


def test_a_variable_stands_in_for_an_option_and_the_option_wins(ledgers, recon, monkeypatch):
    monkeypatch.setenv("RECON_FAIL_ON", "hold")
    assert recon("run", "rules.yaml").code == 1
    assert recon("run", "rules.yaml", "--fail-on", "never").code == 0


def test_as_of_leaves_out_what_is_later(ledgers, recon):
    head = "supplier_id,invoice_number,invoice_date,po_number,po_line,quantity,unit_price\n"
    (ledgers / "invoices.csv").write_text(
        head + "V1,A1,2026-01-31,4500000001,10,10,5.00\nV1,A2,2026-02-01,4500000002,10,20,3.00\n"
    )
    assert "1 invoice: 1 to pay" in recon("run", "rules.yaml", "--as-of", "2026-01-31").out


def test_each_run_is_one_line_in_the_log(ledgers, recon):
    recon("run", "rules.yaml", "--log-file", "log")
    recon("run", "rules.yaml", "--log-file", "log", "--as-of", "2026-01-31", "--fail-on", "hold")
    first, second = (ledgers / "log").read_text().splitlines()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ exit=0 seconds=\d+\.\d\d version=\S+ rules=rules\.yaml"
        r' output="" orders=2 receipts=2 invoices=2 .*',
        first,
    )
    assert " exit=1 " in second
    assert " pay=1 review=0 hold=1 discrepancies=1" in second


def test_a_run_that_fails_is_in_the_log_too(ledgers, recon):
    (ledgers / "orders.csv").unlink()
    recon("run", "rules.yaml", "--log-file", "log")
    assert " exit=3 " in (ledgers / "log").read_text()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_that_a_terminal_cannot_show_do_not_end_a_run(ledgers, started, encoding):
    orders = "po_number,po_line,supplier_id,supplier_name,quantity,unit_price,currency\n4500000001,10,V1,日本 Łódź €,10,5.00,EUR\n"
    (ledgers / "orders.csv").write_text(orders, encoding="utf-8")
    process = started(
        "run", "rules.yaml", env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}, encoding=encoding
    )
    assert "price_variance" in process.communicate(timeout=60)[0]
    assert process.returncode == 0


def test_progress_is_shown_on_a_terminal_only(ledgers, started):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = started("run", "rules.yaml", stderr=theirs)
    os.close(theirs)
    process.communicate(timeout=60)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "reading the sources ..." in shown
    assert shown.endswith("\x1b[2K")


def test_a_long_stage_tells_rows_and_seconds_at_least_once_a_second(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with doing("matching") as told:
        time.sleep(0.6)
        told(1_000, 2_500)
        time.sleep(0.6)
    shown = capsys.readouterr().err.split("\r\x1b[2K")
    assert shown[1] == "matching ..."
    assert shown[-2] == "matching: 1,000 of 2,500 rows, 1 s ..."
    assert shown[-1] == ""


def test_a_run_tells_all_rows_of_its_sources(ledgers):
    heard = []
    job = Job(None, ("json",), None, "never", Allowance(Decimal(0), percent=False), all_at_once=True)
    perform(
        job, load_rules(ledgers / "rules.yaml"), str, lambda what: nullcontext(lambda *rows: heard.append((what, rows)))
    )
    assert heard[-1] == ("matching", (6, 6))  # two orders, two receipts, two invoice lines


def test_colour_is_for_terminals_only(ledgers, recon):
    assert "\x1b" not in recon("run", "rules.yaml").out


def test_what_a_reviewer_decided_to_pay_no_longer_fails_a_run(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out")
    decide(ledgers / "out" / "report.xlsx", "pay")
    ended = recon("run", "rules.yaml", "--fail-on", "hold", "--decisions", "out/report.xlsx")
    assert ended.code == 0
    assert ended.out.startswith("Decided by people: 1 applied\n")


@pytest.mark.parametrize("word", ["hold", "perhaps"])
def test_another_decision_changes_nothing_and_an_unknown_one_is_told(ledgers, recon, word):
    recon("run", "rules.yaml", "-o", "out")
    decide(ledgers / "out" / "report.xlsx", word)
    ended = recon("run", "rules.yaml", "--fail-on", "hold", "--decisions", "out/report.xlsx")
    assert ended.code == 1
    assert ("'perhaps' is no decision" in ended.err) == (word == "perhaps")


@pytest.mark.parametrize("given", ["nowhere.xlsx", "orders.csv", "out"])
def test_decisions_are_those_of_a_workbook(given, ledgers, recon):
    assert recon("run", "rules.yaml", "-o", "out").code == 0
    ended = recon("run", "rules.yaml", "--decisions", given)
    assert ended.code == 3
    assert "Give the report.xlsx that an earlier `recon run -o` wrote." in ended.err
