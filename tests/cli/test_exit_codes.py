"""Every way to end has its exit code, one message, and never a traceback."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.cli.conftest import write

WAITING = """
import sys, time
from importlib import import_module
def wait(*_, **__):
    print("matching", file=sys.stderr, flush=True)
    time.sleep(60)
import_module("recon.ledger.whole").match_apart = wait
"""
READING = """
import sys, time
from importlib import import_module
import polars
def wait(source, *_):
    if source.name == "orders":
        print("reading", file=sys.stderr, flush=True)
    time.sleep(60)
import_module("recon.read.sources")._parts = wait
"""
BROKEN = """
import polars
from importlib import import_module
from recon.errors import InvariantError
def fail(*_, **__):
    raise {}
import_module("recon.ledger.whole").match_apart = fail
"""


def nothing_published(folder):
    return not (folder / "out").exists() and not [entry for entry in folder.iterdir() if entry.name.startswith(".")]


def test_a_run_with_discrepancies_is_done(ledgers, recon):
    ended = recon("run", "rules.yaml")
    assert (ended.code, ended.err) == (0, "")
    assert "price_variance" in ended.out


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("review", 1), ("hold", 1)])
def test_fail_on_says_which_discrepancies_fail_a_run(ledgers, recon, fail_on, code):
    assert recon("run", "rules.yaml", "--fail-on", fail_on).code == code


def test_a_hold_fails_at_review_and_a_review_does_not_fail_at_hold(ledgers, recon):
    with (ledgers / "rules.yaml").open("a") as rules:
        rules.write("severities: {price_variance: review}\n")
    assert recon("run", "rules.yaml", "--fail-on", "review").code == 1
    assert recon("run", "rules.yaml", "--fail-on", "hold").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "recon: there is no command 'rnu' (did you mean 'run'?)"),
        (["--quiet", "run"], "recon: there is no option '--quiet'"),
        (["run", "rules.yaml", "--bogus"], "recon: No such option: --bogus"),
        (["run", "rules.yaml", "--format", "pdf"], "recon: --format: 'pdf' is unknown"),
        (["run", "rules.yaml", "--fail-on", "hodl"], "recon: --fail-on: 'hodl' is unknown (did you mean 'hold'?)"),
        (["run", "rules.yaml", "--as-of", "31.01.2026"], "recon: --as-of: '31.01.2026' is no date"),
        (["run", "rules.yaml", "--as-of", "2026-02-30"], "recon: --as-of: '2026-02-30' is no date"),
        (["run", "rules.yaml", "--max-rejects", "few"], "recon: --max-rejects: 'few' is neither a number"),
        (["run", "nowhere.yaml"], "recon: nowhere.yaml: "),
    ],
)
def test_wrong_usage_is_2(ledgers, recon, arguments, message):
    ended = recon(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(message)
    assert "Traceback" not in ended.err


def test_an_unknown_key_in_the_rules_is_2_and_shows_the_line(ledgers, recon):
    with (ledgers / "rules.yaml").open("a") as rules:
        rules.write("tolerence: []\n")
    ended = recon("run", "rules.yaml")
    assert ended.code == 2
    assert ended.err.splitlines()[:3] == [
        "recon: rules.yaml:6:1: unknown key 'tolerence' (did you mean 'tolerances'?)",
        "  6 | tolerence: []",
        "    | ^",
    ]


def test_a_missing_source_is_3(ledgers, recon):
    (ledgers / "orders.csv").unlink()
    ended = recon("run", "rules.yaml", "-o", "out")
    assert ended.code == 3
    assert "orders.csv" in ended.err
    assert nothing_published(ledgers)


def test_an_empty_source_is_3(ledgers, recon):
    (ledgers / "invoices.csv").write_text("")
    ended = recon("run", "rules.yaml", "-o", "out")
    assert ended.code == 3
    assert "invoices.csv" in ended.err


def with_a_bad_row(ledgers):
    invoices = "supplier_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price\n"
    rows = "V1,A1,1,4500000001,10,ten,5.50\nV1,A2,1,4500000002,10,20,3.00\n"
    (ledgers / "invoices.csv").write_text(invoices + rows)


def test_a_row_that_cannot_be_read_is_3_and_the_report_is_published(ledgers, recon):
    with_a_bad_row(ledgers)
    ended = recon("run", "rules.yaml", "-o", "out", "--fail-on", "review")
    assert ended.code == 3
    assert "1 row could not be read" in ended.out
    assert "invoices.csv:2" in ended.err
    assert (ledgers / "out" / "report.xlsx").exists()


def test_too_many_rejects_are_said_on_stderr_with_quiet_too(ledgers, recon):
    with_a_bad_row(ledgers)
    ended = recon("run", "rules.yaml", "--quiet")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("recon: invoices.csv:2:quantity: 1 row could not be read, 0 allowed; the first: ")
    assert "--max-rejects 1" in ended.err


@pytest.mark.parametrize(("allowed", "code"), [("0", 3), ("1", 0), ("16%", 3), ("16.7%", 0), ("100%", 0)])
def test_max_rejects_counts_rows_or_percents_of_all_rows(ledgers, recon, allowed, code):
    with_a_bad_row(ledgers)
    assert recon("run", "rules.yaml", "--max-rejects", allowed).code == code


def test_an_output_folder_of_somebody_else_is_4_and_stays(ledgers, recon):
    (ledgers / "out").mkdir()
    write(ledgers / "out", "holiday.txt", "sun")
    ended = recon("run", "rules.yaml", "-o", "out")
    assert ended.code == 4
    assert "holiday.txt" in ended.err
    assert [path.name for path in (ledgers / "out").iterdir()] == ["holiday.txt"]


def test_an_output_that_is_a_file_is_4(ledgers, recon):
    assert recon("run", "rules.yaml", "-o", "orders.csv").code == 4


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_that_may_not_be_written_is_4(ledgers, recon):
    ledgers.chmod(0o500)
    ended = recon("run", "rules.yaml", "-o", "out")
    ledgers.chmod(0o700)
    assert ended.code == 4


def test_a_log_file_that_cannot_be_written_is_4(ledgers, recon):
    assert recon("run", "rules.yaml", "--log-file", "no/such/folder/log").code == 4


@pytest.mark.parametrize(
    "error",
    [
        "ValueError('IBAN DE89370400440532013000')",
        "polars.exceptions.PanicException('rust')",
        "InvariantError('sums')",
        "SystemError",
    ],
)
def test_a_bug_is_70_and_nothing_is_published(ledgers, started, error):
    process = started("run", "rules.yaml", "-o", "out", prelude=BROKEN.format(error))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (70, "")
    assert err.startswith("recon: this is a bug in recon: ")
    assert "Traceback" not in err
    assert "0532013" not in err
    assert nothing_published(ledgers)


def test_a_bug_in_what_is_printed_publishes_nothing_either(ledgers, started):
    broken = 'from importlib import import_module\nimport_module("recon.report.formats.brief").brief = None'
    process = started("run", "rules.yaml", "-o", "out", prelude=broken)
    process.communicate(timeout=60)
    assert process.returncode == 70
    assert nothing_published(ledgers)


def test_a_bug_shows_its_traceback_when_asked(started):
    process = started("run", "rules.yaml", prelude=BROKEN.format("ValueError('odd')"), env={"RECON_DEBUG": "1"})
    assert "Traceback" in process.communicate(timeout=60)[1]


@pytest.mark.parametrize(
    ("sent", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_ends_a_run_with_nothing_published(ledgers, started, sent, code, word):
    process = started("run", "rules.yaml", "-o", "out", prelude=WAITING)
    assert process.stderr.readline() == "matching\n"
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, "")
    assert err.startswith(f"recon: {word}")
    assert nothing_published(ledgers)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_does_not_wait_for_the_threads_that_read(ledgers, started, sent, code):
    process = started("run", "rules.yaml", "-o", "out", prelude=READING)
    assert process.stderr.readline() == "reading\n"
    process.send_signal(sent)
    process.communicate(timeout=30)
    assert process.returncode == code
    assert nothing_published(ledgers)


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "list"], ["run", "rules.yaml", "-o", "out"]])
def test_a_closed_pipe_is_141_without_a_word(ledgers, started, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    process = started(*arguments, stdout=writing)
    os.close(writing)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 141
    assert (ledgers / "out").exists() == ("run" in arguments)


def test_a_standard_output_that_is_not_there_is_141_and_the_report_is_published(ledgers, started):
    process = started("run", "rules.yaml", "-o", "out", prelude="import os\nos.close(1)\nimport sys\nsys.stdout = None")
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 141
    assert (ledgers / "out" / "report.xlsx").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110 -- a device
def test_a_standard_output_that_is_full_is_4(started):
    with open("/dev/full", "w") as full:  # noqa: PTH123 -- a device
        process = started("run", "rules.yaml", stdout=full)
    assert "standard output cannot be written" in process.communicate(timeout=60)[1]
    assert process.returncode == 4


ODD = os.fsdecode(b"odd\xff")
NOT_UTF_8 = "the name is not UTF-8, so no report can name it"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", f"{ODD}.yaml"], 2),
        (["run", "rules.yaml", "-o", ODD], 4),
        (["run", "odd.yaml"], 3),
        (["init", "exports"], 3),
    ],
    ids=["rules", "output", "source", "init"],
)
def test_a_name_that_no_report_could_name_is_refused(ledgers, recon, arguments, code):
    rules = (ledgers / "rules.yaml").read_text()
    (ledgers / f"{ODD}.yaml").write_text(rules)
    (ledgers / "odd.yaml").write_text(rules.replace("orders.csv", "odd*.csv"))
    (ledgers / "exports").mkdir()
    for folder in (ledgers, ledgers / "exports"):
        (folder / f"{ODD}.csv").write_bytes((ledgers / "orders.csv").read_bytes())
    ended = recon(*arguments)
    assert (ended.code, NOT_UTF_8 in ended.err, "odd\\xff" in ended.err) == (code, True, True)


@pytest.mark.parametrize("name", ["loop", "x" * 300], ids=["a circle of links", "a name too long"])
def test_an_output_folder_that_cannot_be_is_4(ledgers, recon, name):
    (ledgers / "loop").symlink_to("pool")
    (ledgers / "pool").symlink_to("loop")
    ended = recon("run", "rules.yaml", "-o", name)
    assert (ended.code, "the report cannot be written" in ended.err) == (4, True)


def test_a_device_is_no_source(ledgers, recon):
    (ledgers / "null.yaml").write_text((ledgers / "rules.yaml").read_text().replace("orders.csv", os.devnull))
    ended = recon("run", "null.yaml")
    assert (ended.code, "a device, not a file" in ended.err) == (3, True)


def test_a_closed_standard_input_is_no_source(ledgers, started):
    (ledgers / "pipe.yaml").write_text((ledgers / "rules.yaml").read_text().replace("orders.csv", "-"))
    process = started("run", "pipe.yaml", prelude="import sys\nsys.stdin = None")
    assert "standard input is closed" in process.communicate(timeout=60)[1]
    assert process.returncode == 3


def test_ctrl_c_at_a_question_ends_init(ledgers, started):
    import pty

    (ledgers / "exports").mkdir()
    (ledgers / "exports" / "orders.csv").write_text(
        "po_number,po_line,supplier_id,quantity,unit_price\n1,1,A,1.234,1\n"
    )
    ours, theirs = pty.openpty()
    process = started("init", "exports", stdin=theirs, start_new_session=True)
    asked = process.stderr.readline()
    time.sleep(2)  # until it waits for the answer
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=30)[1]
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, "interrupted" in err) == (130, True), asked
