"""The first sheet of the workbook: what was run, what it comes to and what was decided, with links to all else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from recon.report import blocks, opening
from recon.report.blocks import Heading, Money
from recon.report.excel import formulas
from recon.report.excel import styles as cell_styles
from recon.report.excel.chart import counted_bars
from recon.report.excel.decided import decided, in_effect, so_far, stopped
from recon.report.excel.grid import Entry, Grid, Item, Link, Live
from recon.report.folder.manifest import version
from recon.report.money import currency_name
from recon.report.views.totals import ageing, tie_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from openpyxl.worksheet.worksheet import Worksheet

    from recon.ledger.reconcile import Outcome
    from recon.report.excel.table import Table

_WIDTHS = (19, 28, 16, 16, 16, 16, 16, 16, 16)
_IN_CHART = 10
_SUPPLIERS = 10


def fill_summary(
    sheet: Worksheet, outcome: Outcome, shown: Mapping[str, pl.DataFrame], tables: Sequence[Table]
) -> dict[str, Decimal | int]:
    """Write the sheet and return what each formula comes to: cell -> value. `shown` are the views of the run."""
    sheet.title = "Summary"
    for letter, width in zip("ABCDEFGHI", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    grid = Grid(sheet, _WIDTHS)
    _opening(grid, outcome)
    _contents(grid, tables)
    beside = grid.row
    decided(grid, outcome, shown, [t for t in tables if t.sheet.frame == "invoices"])
    in_effect(grid, outcome)
    so_far(grid, shown["to_do"], [t for t in tables if t.sheet.frame == "to_do"])
    stopped(grid, shown)
    _by_code(grid, outcome)
    _chart(grid, shown["to_do"], beside)
    _by_supplier(grid, shown["by_supplier"])
    _ageing(grid, outcome, shown["invoices"])
    _tie_out(grid, outcome, shown)
    for block in blocks.blocks(outcome):
        if block.title not in _WRITTEN_HERE:
            grid.block(block.title, block.headings, block.rows, block.note)
    _closing(grid)
    cell_styles.protect(sheet)
    cell_styles.page(sheet, opening.TITLE, f"Rules: {outcome.rules.path.name}", opening.day(outcome))
    return grid.values


_WRITTEN_HERE = (blocks.DECISIONS_TITLE, blocks.CODES_TITLE, blocks.AT_RISK_TITLE)


def _opening(grid: Grid, outcome: Outcome) -> None:
    grid.line(opening.TITLE, 16, bold=True)
    grid.sheet.row_dimensions[1].height = 26
    grid.note(f"{opening.basis(outcome)}; rules {outcome.rules.digest[:12]}, run {run_id(outcome)}, recon {version()}")
    grid.space()
    grid.fields(("Prepared by", "Reviewed by", "Date"))
    for number, line in enumerate(opening.headline(outcome)):
        grid.line(line, 12, bold=number == 0)
    grid.space()


def run_id(outcome: Outcome) -> str:
    """Return what names a run: the same for the same rules, inputs, day and version."""
    parts = [version(), str(outcome.as_of), outcome.rules.digest, *(str(file.get("sha256")) for file in outcome.files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _contents(grid: Grid, tables: Sequence[Table]) -> None:
    headings = (Heading("Sheet"), Heading("Rows", number=True), Heading("What it shows", wide=True))
    rows = [(Link(table.title), table.frame.height, table.sheet.note) for table in tables]
    grid.block("In this workbook", headings, rows)


def _by_code(grid: Grid, outcome: Outcome) -> None:
    block = next((each for each in blocks.blocks(outcome) if each.title == blocks.CODES_TITLE), None)
    if block is not None:
        grid.block(block.title, block.headings, block.rows, block.note)


def _chart(grid: Grid, found: pl.DataFrame, beside: int) -> None:
    """Write how many findings of each code are to do, and a chart of it at the right of row `beside`."""
    counts = found.group_by("code").agg(pl.len().alias("count"))
    often = counts.sort("count", "code", descending=[True, False]).head(_IN_CHART)
    if often.is_empty():
        return
    title = "What is to do by code"
    heads = grid.block(title, (Heading("Code"), Heading("Findings", number=True)), often.rows())
    grid.sheet.add_chart(counted_bars(grid.sheet, title, heads, often.height), f"F{beside}")


def _by_supplier(grid: Grid, suppliers: pl.DataFrame) -> None:
    headings = (
        Heading("Supplier"), Heading("Name"), Heading("Invoices", number=True), Heading("On hold", number=True),
        Heading("To review", number=True), Heading("Amount on hold", number=True), Heading("Difference", number=True),
        Heading("Currency"), Heading("Oldest open"),
    )  # fmt: skip
    rows: list[tuple[Item, ...]] = [
        (
            row["supplier_id"],
            row["supplier_name"],
            *(int(row[name]) for name in ("invoices", "on_hold", "to_review")),
            *(Money(row[name], row["currency"]) for name in ("amount_on_hold", "difference")),
            currency_name(row["currency"]),
            row["oldest"].isoformat() if row["oldest"] else None,
        )
        for row in suppliers.head(_SUPPLIERS).to_dicts()
    ]
    if rows:
        more = suppliers.height - len(rows)
        grid.block("By supplier", headings, rows, f"{more} more on the sheet By supplier." if more else "")


def _ageing(grid: Grid, outcome: Outcome, invoices: pl.DataFrame) -> None:
    headings = (
        Heading("Due"), Heading("Currency"), Heading("Invoices", number=True), Heading("Amount", number=True)
    )  # fmt: skip
    rows = [
        (bucket, currency_name(code), count, Money(amount, code))
        for bucket, code, count, amount in ageing(invoices, outcome.as_of)
    ]
    if rows:
        grid.block("Invoices on hold by due date", headings, rows)


def _tie_out(grid: Grid, outcome: Outcome, shown: Mapping[str, pl.DataFrame]) -> None:
    """Write the way from the amount read to what is invoiced, and a cell for the ledger's balance."""
    titles = ("Amount read", "Credit-note signs", "Rejects", "Left out", "Set aside", "Invoiced")
    ends = (Heading("Ledger's balance", number=True), Heading("Difference", number=True))
    headings = (Heading("Currency"), *(Heading(title, number=True) for title in titles), *ends)
    first = grid.row + 3
    rows: list[tuple[Item, ...]] = []
    for row, way in enumerate(tie_out(outcome, shown), first):
        steps = [
            Money(value, way.currency) for value in (way.read, way.signs, -way.rejects, -way.left_out, -way.set_aside)
        ]
        invoiced = Live(f"ROUND(SUM(B{row}:F{row}),{formulas.PLACES})", way.invoiced, way.currency)
        entry = Entry(cell_styles.amount_format(2))
        difference = Live(f'IF(ISBLANK(H{row}),"",ROUND(H{row}-G{row},{formulas.PLACES}))', None, way.currency)
        rows.append((currency_name(way.currency), *steps, invoiced, entry, difference))
    note = (
        "From the amount in the files to what was invoiced; set aside are duplicates. Type the ledger's balance into the "
        "yellow cell: the difference is live."
    )
    if rows:
        grid.block("Tie-out with the ledger", headings, rows, note)


def _closing(grid: Grid) -> None:
    grid.note(
        "Amounts are shown rounded to the currency's smallest unit; the cells hold exact values. A number of more than "
        f"{cell_styles.SAFE_DIGITS} digits, which a spreadsheet would cut, is written as text in italics."
    )
