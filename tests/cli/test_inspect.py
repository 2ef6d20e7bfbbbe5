"""`recon inspect` and `recon init`: what is seen in a file, and a rules file made of it."""

from __future__ import annotations

import os
import shutil

import pytest

from recon.shipped import shipped


def test_a_german_export_is_described(recon):
    out = recon("inspect", shipped("sample_data") / "receipts.csv").out
    assert "encoding cp1252" in out
    assert "separator semicolon" in out
    assert "looks like receipts" in out
    assert "1.234,56-" in out


def test_what_stands_in_the_way_is_named_with_its_row(recon):
    out = recon("inspect", shipped("sample_data") / "invoices.xlsx").out
    assert "header in row 4" in out
    assert "invoices.xlsx:65, column 'Quantity': 'eight' is no number" in out


def test_a_file_that_is_not_there_is_3(ledgers, recon):
    assert recon("inspect", "nothing.csv").code == 3


def test_a_folder_of_plain_exports_gets_a_rules_file_that_runs(ledgers, recon):
    (ledgers / "rules.yaml").unlink()
    assert recon("init", ledgers).code == 0
    assert "2 invoices: 1 to pay" in recon("run", "rules.yaml").out


def test_a_rules_file_that_is_there_stays(ledgers, recon):
    before = (ledgers / "rules.yaml").read_text()
    assert recon("init", ledgers).code == 4
    assert (ledgers / "rules.yaml").read_text() == before


def test_what_is_open_is_listed_and_nothing_written(tmp_path, recon):
    for name in ("orders.csv", "invoices.xlsx"):
        shutil.copy(shipped("sample_data") / name, tmp_path)
    ended = recon("init", tmp_path)
    assert ended.code == 3
    assert "Which column of invoices.xlsx is item? (Item / Material)" in ended.err
    assert not (tmp_path / "rules.yaml").exists()


def test_a_person_at_a_terminal_answers(ledgers, started):
    pty = pytest.importorskip("pty")
    (ledgers / "rules.yaml").unlink()
    for name in ("orders.csv", "invoices.xlsx"):
        shutil.copy(shipped("sample_data") / name, ledgers)
    (ledgers / "invoices.csv").unlink()
    ours, theirs = pty.openpty()
    os.write(ours, b"perhaps\n2\n2\n1\n")
    process = started("init", ".", stdin=theirs)
    os.close(theirs)
    out, err = process.communicate(timeout=60)
    os.close(ours)
    assert (process.returncode, out[:24]) == (0, "rules.yaml is written. L"), err
    assert "item: Material" in (ledgers / "rules.yaml").read_text()
