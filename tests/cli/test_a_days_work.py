"""A day at the desk: thirty decisions typed into last night's workbook, and what the next night makes of them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess

import openpyxl
import pytest

from tests.kit.person import shown, types

OUT = ("run", "rules.yaml", "-o", "out", "--format", "xlsx,json", "--log-file", "cron.log")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LINES = 40
RULES = """version: 1
sources:
  orders: {files: [orders.csv]}
  receipts: {files: ["receipts*.csv"]}
  invoices: {files: [invoices.csv]}
"""


def table(path, head, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head.split(), *rows])


@pytest.fixture
def evening(tmp_path, monkeypatch, recon):
    """Forty invoices: every line bills 10, received are 6; the second day brings 4 more for the first ten."""
    monkeypatch.chdir(tmp_path)
    numbers = range(1, LINES + 1)
    (tmp_path / "rules.yaml").write_text(RULES)
    table(
        tmp_path / "orders.csv",
        "po_number po_line supplier_id quantity unit_price currency",
        [(n, 1, f"V{n % 7}", 10, 5, "EUR") for n in numbers],
    )
    table(
        tmp_path / "receipts1.csv", "receipt_number po_number po_line quantity", [(f"R{n}", n, 1, 6) for n in numbers]
    )
    table(
        tmp_path / "invoices.csv",
        "supplier_id invoice_number invoice_line po_number po_line quantity unit_price",
        [(f"V{n % 7}", f"A{n:02}", 1, n, 1, 10, 5) for n in numbers],
    )
    assert recon(*OUT).code == 0
    return tmp_path


def entry(facts):
    """What the clerk types: A01-A20 pay, A21-A25 hold, A26-A30 review; every one with a note, an owner or a reason."""
    number = int(facts["invoice_number"].removeprefix("A") or 0)
    if facts["about"] != "finding" or not 1 <= number <= 30:
        return None
    word = "pay" if number <= 20 else "hold" if number <= 25 else "review"
    return {"decision": word, "reason": "goods received, receipt to follow", "note": f"asked {number}", "owner": "Eva"}


def saved_by_office(book):
    """Open and save the workbook with LibreOffice, as the clerk's own program would."""
    there = book.parent / "office"
    subprocess.run(
        [OFFICE, "--headless", "--convert-to", "xlsx", "--outdir", there, book],
        check=True,
        capture_output=True,
        timeout=180,
    )
    shutil.move(there / book.name, book)
    there.rmdir()


def own_sheet(book):
    workbook = openpyxl.load_workbook(book)
    workbook.create_sheet("My pivot")["B2"] = 42
    workbook.properties.lastModifiedBy = "eva"
    workbook.save(book)


@pytest.mark.slow
@pytest.mark.parametrize(
    "office", [False, pytest.param(True, marks=pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed"))]
)
def test_thirty_decisions_come_back_with_the_right_states_and_nothing_is_lost(evening, recon, office):
    book = evening / "out" / "report.xlsx"
    assert types(book, entry, by="eva") == 30
    own_sheet(book)
    if office:
        saved_by_office(book)
    second = [(f"S{n}", n, 1, 4) for n in range(1, 11)] + [(f"T{n}", n, 1, 2) for n in range(11, 16)]
    table(evening / "receipts2.csv", "receipt_number po_number po_line quantity", second)
    lines = (evening / "invoices.csv").read_text().replace("A16,1,16,1,10,5", "A16,1,16,1,10,9")
    (evening / "invoices.csv").write_text(lines.replace("A20,1,20,1,10,5", "A20,1,20,1,12,5"))

    assert recon(*OUT).code == 0  # by cron, into the same folder

    found = json.loads((evening / "out" / "discrepancies.json").read_text())
    states = {row["invoice_number"]: row["decision_state"] for row in found if row["code"] == "quantity_over_received"}
    assert [states.get(f"A{n:02}") for n in range(1, 11)] == [None] * 10  # everything came: nothing is found any more
    assert {states[f"A{n:02}"] for n in range(11, 16)} == {"carried"}  # two came: less is missing
    assert {states[f"A{n:02}"] for n in (17, 18, 19, 21, 30)} == {"applied"}
    assert (states["A16"], states["A20"], states["A31"]) == ("stale", "stale", None)  # dearer, more, never decided
    lapsed = json.loads((evening / "out" / "summary.json").read_text())["lapsed"]
    assert sorted(row["state"] for row in lapsed) == ["gone"] * 10 + ["stale"] * 2

    rows = {row["note"]: row for row in shown(book).values() if row["note"]}
    assert rows["asked 17"] == {
        "decision": "pay",
        "reason": "goods received, receipt to follow",
        "note": "asked 17",
        "owner": "Eva",
    }
    assert rows["asked 16"]["decision"] == ""
    assert sorted(rows) == sorted(f"asked {n}" for n in range(11, 31))
    (kept,) = (evening / "out").glob("report.2*.xlsx")
    assert openpyxl.load_workbook(kept)["My pivot"]["B2"].value == 42
    with (evening / "decisions.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 30

    before = book.read_bytes()
    assert recon(*OUT).code == 0  # nobody worked: nothing changes
    assert book.read_bytes() == before
    assert [line.split()[1] for line in (evening / "cron.log").read_text().splitlines()] == ["exit=0"] * 3
