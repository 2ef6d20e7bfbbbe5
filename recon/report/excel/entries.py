"""The cells that people fill in: what may be chosen there, and the colours that their words take on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from recon.codes import DECISIONS
from recon.report.excel import styles as cell_styles
from recon.report.excel.rows import FIRST_ROW
from recon.report.words import COLOURS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.report.excel.table import Table
    from recon.rules.rule import Rules

_LONGEST_LIST = 250
"""Characters of a list that stands in the drop-down itself."""


def offer_choices(worksheet: Worksheet, table: Table, rules: Rules) -> None:
    """Add drop-downs to the decision and reason cells of a sheet, and colours to its decisions."""
    decision, reason = table.letter("your_decision"), table.letter("decision_reason")
    if decision is None:
        return
    if table.letter("choice"):
        _offer(worksheet, _cells(table, decision), _candidates(table), "accept, or a supplier's id", strict=False)
        return
    words = tuple(reversed(DECISIONS))
    _offer(worksheet, _cells(table, decision), _listed(words), ", ".join(words), strict=True)
    _colour(worksheet, _cells(table, decision))
    reasons = tuple(getattr(rules, "reasons", ()))
    if reason and reasons and len(_listed(reasons)) <= _LONGEST_LIST and not any("," in each for each in reasons):
        _offer(worksheet, _cells(table, reason), _listed(reasons), "Choose a reason, or write your own.", strict=False)


def _cells(table: Table, letter: str) -> str:
    return f"{letter}{FIRST_ROW}:{letter}{table.last_row}"


def _listed(words: tuple[str, ...]) -> str:
    return '"' + ",".join(words).replace('"', '""') + '"'


def _candidates(table: Table) -> str:
    """Return the cells of the first row that hold its choices; in the rows below they are those rows' own."""
    return f"${table.letter('choice')}{FIRST_ROW}:${table.letter('choice_other')}{FIRST_ROW}"


def _offer(worksheet: Worksheet, cells: str, choices: str, prompt: str, *, strict: bool) -> None:
    choice = DataValidation(type="list", formula1=choices, allow_blank=True)
    choice.showErrorMessage, choice.showInputMessage = strict, True
    choice.error, choice.errorTitle = f"Please choose {prompt}, or leave it empty.", "Your decision"
    choice.prompt, choice.promptTitle = prompt, "Your decision" if strict else ""
    choice.add(cells)
    worksheet.add_data_validation(choice)


def _colour(worksheet: Worksheet, cells: str) -> None:
    for word in DECISIONS:
        background, ink = COLOURS[word]
        fill = cell_styles.fill(background)
        fill.bgColor = fill.fgColor  # in a conditional format the background is what is seen
        rule = CellIsRule(operator="equal", formula=[f'"{word}"'], font=Font(color=ink), fill=fill)  # type: ignore[no-untyped-call]
        worksheet.conditional_formatting.add(cells, rule)
