"""From the workbook to the alias file to the next run: what a reviewer decides about a supplier is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from recon import load_rules, read_sources, reconcile
from tests.kit.places import PROJECT

SAMPLE = PROJECT / "sample_data"
NAME = "Quickfix Trading Ltd"


def settled(rules: Path) -> list[tuple[str | None, str]]:
    loaded = load_rules(rules)
    found = reconcile(read_sources(loaded), loaded).supplier_links
    return found.filter(found["given_name"] == NAME).select("supplier_id", "method").rows()


def test_a_supplier_decided_in_the_workbook_is_known_in_the_next_run(tmp_path, recon):
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    rules = folder / "rules.yaml"
    report = tmp_path / "report"
    recon("run", str(rules), "-o", str(report), "--quiet")
    assert settled(rules) == [(None, "none")]

    book = openpyxl.load_workbook(report / "report.xlsx")
    sheet = book["Suppliers"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, headings["Given name"]).value == NAME)
    sheet.cell(row, headings["Your decision"]).value = "100006"
    book.save(tmp_path / "decided.xlsx")

    aliases = folder / "aliases.yaml"
    done = recon("suppliers", "accept", str(aliases), "--from", str(tmp_path / "decided.xlsx"))
    assert done.code == 0
    assert NAME in done.out
    text = rules.read_text(encoding="utf-8")
    rules.write_text(
        text.replace("suppliers: {accept:", "suppliers: {aliases: aliases.yaml, accept:"), encoding="utf-8"
    )
    assert settled(rules) == [("100006", "alias")]
