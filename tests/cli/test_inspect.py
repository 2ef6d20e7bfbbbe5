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


def test_a_file_may_come_from_standard_input(started, ledgers):
    with (ledgers / "orders.csv").open() as file:
        process = started("inspect", "-", stdin=file)
    assert "looks like orders" in process.communicate(timeout=60)[0]


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


def test_what_is_open_is_listed_and_left_in_a_draft_that_does_not_run(tmp_path, recon):
    for name in ("orders.csv", "invoices.xlsx"):
        shutil.copy(shipped("sample_data") / name, tmp_path)
    ended = recon("init", tmp_path)
    assert ended.code == 3
    assert "document_type? (Document (Invoice, Credit note) / none of them)" in ended.err
    assert "rules.draft.yaml" in ended.err
    assert not (tmp_path / "rules.yaml").exists()
    draft = (tmp_path / "rules.draft.yaml").read_text()
    asked = (
        "Which column of invoices.xlsx, sheet Invoices is document_type? candidates: Document (Invoice, Credit note)"
    )
    assert f"      document_type: # OPEN: {asked}" in draft
    assert "      item: Material  # its cells are the orders' items" in draft
    tried = recon("run", tmp_path / "rules.draft.yaml")
    assert (tried.code, "unknown key 'open'" in tried.err) == (2, True)


def test_a_draft_without_its_open_line_does_not_run_either(tmp_path, recon):
    for name in ("orders.csv", "invoices.xlsx"):
        shutil.copy(shipped("sample_data") / name, tmp_path)
    recon("init", tmp_path)
    draft = (tmp_path / "rules.draft.yaml").read_text().replace("open: 4\n", "")
    (tmp_path / "rules.yaml").write_text(draft)
    tried = recon("run", tmp_path / "rules.yaml")
    assert (tried.code, tried.err.count("is needed here, not nothing")) == (2, 3)  # the fourth has a proposal


def test_a_person_at_a_terminal_answers_and_the_rules_run(ledgers, started, recon):
    pty = pytest.importorskip("pty")
    (ledgers / "rules.yaml").unlink()
    for name in ("orders.csv", "receipts.csv", "invoices.xlsx", "rates.csv", "suppliers.csv", "conversions.csv"):
        shutil.copy(shipped("sample_data") / name, ledgers)
    (ledgers / "invoices.csv").unlink()
    ours, theirs = pty.openpty()
    os.write(ours, b"perhaps\n2\n1\n1\n1\nNet\nEUR\n")
    process = started("init", ".", stdin=theirs)
    os.close(theirs)
    out, err = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, err
    assert out.splitlines() == [
        "left out: invoices.xlsx, sheet Notes, it holds no table",
        "rules.yaml is written. Look it over, then: recon run rules.yaml",
    ]
    written = (ledgers / "rules.yaml").read_text()
    assert "item: Material" in written
    assert "amount: Net" in written
    assert "65 invoices: " in recon("run", "rules.yaml").out


def test_an_empty_folder_is_told_and_nothing_asked(tmp_path, recon):
    ended = recon("init", tmp_path)
    assert (ended.code, ended.err.splitlines()[0]) == (3, f"recon: {tmp_path}: no exports here")
    assert list(tmp_path.iterdir()) == []


def test_the_next_command_is_named_as_a_shell_takes_it(ledgers, recon):
    (ledgers / "rules.yaml").unlink()
    (ledgers / "my books").mkdir()
    for name in ("orders.csv", "receipts.csv", "invoices.csv"):
        (ledgers / name).rename(ledgers / "my books" / name)
    assert recon("init", "my books").out.endswith("then: recon run 'my books/rules.yaml'\n")


def test_a_sheet_that_is_not_there_is_2_with_those_that_are(recon):
    ended = recon("inspect", shipped("sample_data") / "invoices.xlsx", "--sheet", "Nope")
    assert ended.code == 2
    assert "no sheet is named 'Nope'" in ended.err
    assert "The sheets are: Invoices, Notes" in ended.err
    assert recon("inspect", shipped("sample_data") / "orders.csv", "--sheet", "Nope").code == 2


def test_an_excerpt_of_a_cp1252_file_reads_right(ledgers, recon):
    (ledgers / "orders.csv").write_bytes("po_number,po_line,supplier_id\nA,1,Müller\n".encode("cp1252"))
    ended = recon("run", "rules.yaml")
    assert ended.code == 3
    assert "  2 | A,1,Müller" in ended.err
