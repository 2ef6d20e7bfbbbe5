"""The summary on a console: right at any width, in any terminal, whatever the names in it contain."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.text import Text

from recon.report import blocks, money, opening
from recon.report.blocks import Money
from recon.report.formats import data
from recon.report.ranking import worst_first
from recon.report.text import showable
from recon.report.words import TERMINAL_COLOURS

if TYPE_CHECKING:
    from rich.console import Console

    from recon.ledger.reconcile import Outcome
_REJECTS_SHOWN = 5


def print_summary(outcome: Outcome, console: Console, top: int = 10) -> None:
    """Print headline, figures and the `top` worst discrepancies.

    A table that is wider than the console runs over its edge: rich would cut its amounts.
    """
    console.print(_plain(opening.TITLE, "bold"))
    console.print(_plain(opening.basis(outcome), "dim"))
    console.print()
    for line in opening.headline(outcome):
        console.print(_plain(line))
    for block in blocks.blocks(outcome):
        if block.brief:
            _print_block(block, console)
    _print_rejects(outcome, console)
    _print_top(outcome, console, top)


def _print_block(block: blocks.Block, console: Console) -> None:
    """Print a table whose lines are never wrapped or cut by us: a column is as wide as its widest value."""
    shown = [number for number, heading in enumerate(block.headings) if not heading.wide]
    heads = [_plain(block.headings[number].title, "dim") for number in shown]
    rows = [heads, *([_cell(row[number]) for number in shown] for row in block.rows)]
    widths = [max(row[place].cell_len for row in rows) for place in range(len(shown))]
    console.print()
    console.print(_plain(block.title, "bold"))
    for row in rows:
        line = Text("  ")
        for number, width, text in zip(shown, widths, row, strict=True):
            space = " " * (width - text.cell_len)
            line.append_text(
                Text.assemble(space, text) if block.headings[number].number else Text.assemble(text, space)
            )
            line.append("  ")
        line.rstrip()
        console.print(line, soft_wrap=True)


def _cell(value: blocks.Cell) -> Text:
    if value is None:
        return Text("")
    if isinstance(value, Money):
        return Text(str(value))
    if isinstance(value, int):
        return Text(f"{value:,}")
    return _plain(value, TERMINAL_COLOURS.get(value, ""))


def _print_rejects(outcome: Outcome, console: Console) -> None:
    count = outcome.rejects.height
    if not count:
        return
    first = data.mask(outcome.rejects.head(_REJECTS_SHOWN))
    shown = f"the first {first.height} of {count:,}" if first.height < count else f"all {count:,}"
    console.print()
    console.print(_plain(f"Rows that could not be read, {shown}", "bold"))
    for reject in first.iter_rows(named=True):
        cell = f"{reject['column']} {reject['value']!r}: " if reject["value"] is not None else ""
        _print_indented(console, _plain(f"{reject['source']}:{reject['row']}: {cell}{reject['reason']}"), 2)


def _print_top(outcome: Outcome, console: Console, top: int) -> None:
    count = outcome.found
    worst = data.mask(worst_first(outcome.discrepancies).head(top))
    if worst.is_empty():
        return
    shown = f"the worst {worst.height:,} of {count:,}" if worst.height < count else f"all {count:,}"
    console.print()
    console.print(_plain(f"Discrepancies, {shown}", "bold"))
    for finding in worst.iter_rows(named=True):
        _print_indented(console, _finding(finding), 2)
        _print_indented(console, _plain(_details(finding)), 6)


def _print_indented(console: Console, text: Text, indent: int) -> None:
    for line in text.wrap(console, max(20, console.width - indent)):
        line.rstrip()
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)


def _finding(finding: dict[str, Any]) -> Text:
    at_risk, currency = finding["amount_at_risk"], finding["currency"]
    amount = "" if at_risk is None else money.money(Decimal(at_risk), currency)
    who = finding["supplier_name"] or finding["supplier_id"] or ""
    start = _plain(finding["severity"], TERMINAL_COLOURS.get(finding["severity"], ""))
    rest = "  ".join(part for part in (amount, who) if part)
    return Text.assemble(start, "  ", _plain(finding["code"], "bold"), "  ", _plain(rest))


def _details(finding: dict[str, Any]) -> str:
    places = (
        _place("invoice", finding["invoice_number"], finding["invoice_line"]),
        _place("order", finding["po_number"], finding["po_line"]),
        _place("receipt", finding["receipt_number"], None),
    )
    where = ", ".join(place for place in places if place)
    return f"{where}: {finding['message'] or ''}" if where else finding["message"] or ""


def _place(noun: str, number: str | None, line: str | None) -> str:
    if number is None:
        return ""
    return f"{noun} {number}" if line is None else f"{noun} {number}/{line}"


def _plain(text: str, style: str = "") -> Text:
    """Return text that is shown as it is: no markup, no control characters, no bank accounts."""
    return Text(showable(text), style=style)
