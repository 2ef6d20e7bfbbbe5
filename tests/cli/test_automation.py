"""What a nightly job relies on: rules found, five lines, the log, a command that is told, former reports kept."""

from __future__ import annotations

import json
import stat
import sys

import pytest

TOLD = "import pathlib, sys; pathlib.Path('told.json').write_bytes(sys.stdin.buffer.read())"


def test_the_rules_file_may_be_left_out_here_and_below_it(ledgers, recon, monkeypatch):
    assert recon("check").code == 1
    (ledgers / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(ledgers / "deep" / "er")
    assert recon("check").code == 1
    assert recon("rules", "validate").out.startswith(str(ledgers / "rules.yaml: valid (3 sources"))


def test_rules_may_come_from_the_environment(ledgers, recon, monkeypatch):
    (ledgers / "rules.yaml").rename(ledgers / "mine.yaml")
    assert "no rules file is named" in recon("run").err
    monkeypatch.setenv("RECON_RULES", "mine.yaml")
    assert recon("run").code == 0


def test_a_run_ends_in_five_lines_and_tells_all_with_details(ledgers, recon):
    assert recon("run", "-o", "out").out.splitlines() == [
        "2 invoices: 1 to pay, 0 to review, 1 on hold; 1 finding.",
        "On hold 55.00 EUR; to review nothing.",
        "First: A1/1 price_variance 5.00 EUR.",
        "The report: out/report.xlsx",
        "Next: decide in that workbook; recon run rules.yaml -o ... takes it over.",
    ]
    assert "First-pass match rate" in recon("run", "--details").out


def test_the_five_lines_wrap_at_words_and_never_inside_an_amount(ledgers, recon, monkeypatch):
    monkeypatch.setenv("COLUMNS", "33")
    told = recon("run", "-o", "out").out
    assert max(len(line) for line in told.splitlines()) <= 33
    assert "\n  5.00 EUR." in told  # "First: A1/1 price_variance 5.00" had room for the figure, not for EUR


def test_of_invoices_in_several_currencies_the_count_is_told_not_an_amount(ledgers, recon):
    with (ledgers / "invoices.csv").open("a") as file:
        file.write("V1,A3,1,4500000001,10,1,5.00\nV1,A3,2,4500000002,10,1,3.00\n")
    text = (ledgers / "invoices.csv").read_text().splitlines()
    currencies = ["currency", "EUR", "EUR", "EUR", "USD"]
    (ledgers / "invoices.csv").write_text("\n".join(map(",".join, zip(text, currencies, strict=True))))
    assert "On hold 55.00 EUR, 1 invoice without one currency; to review nothing." in recon("run").out


def test_the_log_tells_versions_money_and_what_is_new_and_cleared(ledgers, recon):
    run = ("run", "-o", "out", "--format", "json", "--log-file", "log.jsonl", "--log-format", "json")
    recon(*run)
    path = ledgers / "invoices.csv"
    path.write_text(path.read_text().replace("5.50", "5.00").replace("3.00", "4.00"))
    recon(*run)
    recon("run", "nowhere.yaml", *run[1:])
    first, second, failed = (json.loads(line) for line in (ledgers / "log.jsonl").read_text().splitlines())
    assert (first["exit"], first["output"], first["held_EUR"], "new" in first) == (0, "out", "55", False)
    assert (second["held_EUR"], second["new"], second["cleared"]) == ("80", 1, 1)
    assert (failed["exit"], failed["error"]) == (
        2,
        "nowhere.yaml: there is no such rules file (did you mean 'rules.yaml'?)",
    )


@pytest.mark.parametrize(("options", "hears"), [((), False), (("--fail-on", "hold"), True)])
def test_a_command_hears_of_a_run_that_did_not_end_well(ledgers, recon, options, hears):
    recon("run", "--notify-cmd", f'{sys.executable} -c "{TOLD}"', *options)
    assert (ledgers / "told.json").exists() == hears
    if hears:
        told = json.loads((ledgers / "told.json").read_text())
        assert (told["exit"], told["summary"]["effective"]["hold"]["EUR"]["count"]) == (1, 1)


def test_a_command_that_fails_is_told_and_changes_nothing(ledgers, recon):
    ended = recon("run", "--fail-on", "hold", "--notify-cmd", "no-such-command-here")
    assert ended.code == 1
    assert "--notify-cmd: " in ended.err


def test_former_reports_stay_and_the_oldest_goes(ledgers, recon):
    path = ledgers / "invoices.csv"
    for price in ("5.50", "5.60", "5.70", "5.80"):
        path.write_text(path.read_text().replace("5.50", price))
        recon("run", "-o", "out", "--format", "json", "--history", "2")
        path.write_text(path.read_text().replace(price, "5.50"))
    found = [
        json.loads((ledgers / name / "discrepancies.json").read_text())[0]["actual"]
        for name in ("out", "out.1", "out.2")
    ]
    assert found == ["5.8", "5.7", "5.6"]
    assert not (ledgers / "out.3").exists()


@pytest.mark.parametrize(("rules", "others"), [("", True), ("secure: true\n", False)])
def test_a_new_folder_is_as_open_as_the_umask_says_unless_secure(ledgers, recon, rules, others):
    (ledgers / "rules.yaml").write_text((ledgers / "rules.yaml").read_text() + rules)
    recon("run", "-o", "out", "--format", "json")
    assert bool((ledgers / "out").stat().st_mode & stat.S_IROTH) == others


def test_help_of_a_verb_and_validate_with_its_sources(ledgers, recon):
    assert recon("help", "run").out.startswith("Usage: recon run")
    assert "invoices: 2 rows read, 0 cannot be" in recon("rules", "validate", "--sources").out


def test_a_folder_of_somebody_elses_is_no_former_report(ledgers, recon):
    recon("run", "-o", "out", "--format", "json")
    (ledgers / "out.1").mkdir()
    (ledgers / "out.1" / "mine.txt").write_text("mine")
    before = (ledgers / "out" / "manifest.json").read_bytes()
    assert recon("run", "-o", "out", "--format", "json", "--history", "1").code == 4
    assert (ledgers / "out" / "manifest.json").read_bytes() == before
    assert (ledgers / "out.1" / "mine.txt").exists()
