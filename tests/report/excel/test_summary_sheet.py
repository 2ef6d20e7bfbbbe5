"""The summary sheet: its formulas come to what summary.json says, and follow what is decided."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pytest

from recon import result_tables, tables
from recon.report.excel.book import write_workbook
from recon.report.formats.data import masked_frames
from tests.kit.small import FINDING, INVOICE_LINE, SUMMARY, frame, small

HELD = INVOICE_LINE | {"amount_at_risk": "50.005"}
OFFICE = shutil.which("soffice")


def made(path, reconciliation=None):
    reconciliation = reconciliation or small(invoice_lines=frame(result_tables.INVOICE_RESULTS, HELD))
    write_workbook(reconciliation, masked_frames(reconciliation), path / "report.xlsx")
    return path / "report.xlsx"


def rows(path, **options):
    """Return the cells of the sheet that are not empty, row by row."""
    cells = openpyxl.load_workbook(path, **options)["Summary"].iter_rows(values_only=True)
    return [[value for value in row if value is not None] for row in cells]


def recalculated(path, folder):
    """Return the workbook as LibreOffice saves it, every formula computed anew."""
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        OFFICE,
        "--headless",
        own,
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        folder / "again",
        path,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / "again" / path.name


def test_formulas_come_with_the_values_of_the_summary(tmp_path):
    shown = rows(made(tmp_path), data_only=True)
    assert ["hold", "EUR", 1, 1300.005, "no rate"] in shown
    assert ["pay", "JPY", 1, 90000, "no rate"] in shown
    assert ["not decided", 1, 50.005] in shown


def test_formulas_are_ours_alone(tmp_path):
    lines = frame(result_tables.INVOICE_RESULTS, HELD | {"supplier_name": "=1+1"})
    formulas = [v for row in rows(made(tmp_path, small(invoice_lines=lines))) for v in row if str(v).startswith("=")]
    assert formulas
    assert all(text.startswith(("=COUNTIFS(", "=ROUND(S", "=IF(ISBLANK(H")) for text in formulas)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_what_a_person_decides_counts_at_once(tmp_path):
    path = made(tmp_path)
    book = openpyxl.load_workbook(path)  # saved by openpyxl, no formula has a value
    book["To do"].cell(2, 2, "pay")
    book.save(path)
    shown = rows(recalculated(path, tmp_path), data_only=True)
    invoiced = SUMMARY["invoices"]["hold"]["EUR"]
    found = next(row for row in shown if row[:2] == ["hold", "EUR"])
    assert (found[2], Decimal(repr(found[3]))) == (invoiced["count"], Decimal(invoiced["amount"]))
    assert ["not decided", 0, 0] in shown
    assert ["pay", 1, 50.005] in shown


def test_the_tie_out_leads_from_what_was_read_to_what_is_invoiced(tmp_path):
    credit = HELD | {"amount": "-100", "invoice_number": "C1", "row": 9, "document_type": "credit_note"}
    twice = HELD | {"codes": ["duplicate_invoice"], "row": 10}
    lines = frame(result_tables.INVOICE_RESULTS, HELD, credit, twice)
    read = {"rows": 4, "rejects": 1, "left_out": 0, "amount": {"EUR": "2712.01"}}
    conserved = {"EUR": {"in": "2512.01", "out": "2512.01", "difference": "0"}}
    summary = SUMMARY | {"inputs": SUMMARY["inputs"] | {"invoices": read}, "conservation": conserved}
    rejected = {"table": "invoice_lines", "source": "a", "row": 4, "reason": "x", "amount": "12", "currency": "EUR"}
    shown = rows(
        made(tmp_path, small(invoice_lines=lines, rejects=frame(tables.REJECTS, rejected), summary=summary)),
        data_only=True,
    )
    # 2,712.01 read, the credit note of 100 without a sign: -200, a reject of 12, a duplicate of 1,300.005
    assert ["EUR", 2712.01, -200, -12, 0, -1300.005, 1200.005] in shown


def test_the_chart_is_native_and_reads_the_sheet(tmp_path):
    [chart] = openpyxl.load_workbook(made(tmp_path))["Summary"]._charts
    assert chart.series[0].val.numRef.f.startswith("'Summary'!$B$")
    assert chart.series[0].cat.numRef.f.startswith("'Summary'!$A$")


def test_prepared_and_reviewed_by_can_be_filled_in(tmp_path):
    sheet = openpyxl.load_workbook(made(tmp_path))["Summary"]
    beside = {
        label: cell.offset(0, 1)
        for row in sheet.iter_rows()
        for cell in row
        if (label := cell.value) in ("Prepared by", "Reviewed by", "Date")
    }
    assert len(beside) == 3
    assert not any(cell.protection.locked for cell in beside.values())


def test_findings_count_once_a_line(tmp_path):
    second = FINDING | {"discrepancy_id": "d2", "code": "tax_variance", "amount_at_risk": "7"}
    found = frame(result_tables.DISCREPANCIES, FINDING, second)
    shown = rows(
        made(tmp_path, small(discrepancies=found, invoice_lines=frame(result_tables.INVOICE_RESULTS, HELD))),
        data_only=True,
    )
    assert ["not decided", 2, 50.005] in shown


def test_decisions_that_were_taken_over_are_told_with_their_state(tmp_path):
    effective = {"pay": {"EUR": {"count": 2, "amount": "1400"}}, "review": {}, "hold": {}}
    states = {"stale": {"EUR": {"count": 1, "amount_at_risk": "50.005"}}}
    assert not any(row == ["With what people decided"] for row in rows(made(tmp_path)))
    shown = rows(made(tmp_path, small(summary=SUMMARY | {"effective": effective, "decisions": states})))
    assert ["pay", "EUR", 2, 1400] in shown
    assert ["stale", "EUR", 1, 50.005] in shown
