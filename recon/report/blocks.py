"""The figures of a summary as blocks of typed cells: console, workbook and HTML only differ in how they paint them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.codes import CODES, DECISIONS, SEVERITIES
from recon.report import money
from recon.report.words import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.ledger.reconcile import Outcome


@dataclass(frozen=True)
class Money:
    """An amount, exact, in its currency (which stands in a column of its own)."""

    value: Decimal
    currency: str

    def __str__(self) -> str:
        return money.amount(self.value, self.currency)


Cell = Money | int | str | None


@dataclass(frozen=True)
class Heading:
    """The head of a column; a `wide` one only where there is room for prose."""

    title: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Block:
    """One table of a summary with a sentence on how to read it."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    brief: bool = True
    """Whether it belongs on a console too."""


_ENDS = ("expected", "invoiced")
DECISIONS_TITLE, CODES_TITLE, AT_RISK_TITLE = "Decisions", "Discrepancies by code", "Amount at risk"


def blocks(outcome: Outcome) -> tuple[Block, ...]:
    """Return every block of the summary that has something to say, in reading order."""
    summary = outcome.summary
    found = (
        _inputs(summary["inputs"]),
        _decisions(summary["invoices"], summary["invoice_lines"]),
        _discrepancies(summary["discrepancies"], outcome),
        _amounts(
            AT_RISK_TITLE,
            summary["amount_at_risk"],
            "Of lines on hold or to review. A line counts once, with the greatest of its findings: less than the sum by code.",
            brief=False,
        ),
        _amounts("Received, not invoiced", summary["received_not_invoiced"], "What to accrue, at order prices."),
        _bridge(summary.get("bridge") or {}),
        _conservation(summary["conservation"]),
        _notes(outcome.files),
        _files(outcome.files),
    )
    return tuple(block for block in found if block.rows)


def _inputs(inputs: Mapping[str, Any]) -> Block:
    headings = (
        Heading("Source"),
        Heading("Rows", number=True),
        Heading("Rejects", number=True),
        Heading("Left out", number=True),
        Heading("Currency"),
        Heading("Amount", number=True),
    )
    note = "Amounts as the files give them: a credit note that is written without a sign still counts as positive here."
    rows = tuple(row for name in inputs for row in _input_rows(name, inputs[name]))
    return Block("What was read", headings, rows, note)


def _input_rows(name: str, source: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    lead: tuple[Cell, ...] = (name, *(int(source.get(key) or 0) for key in ("rows", "rejects", "left_out")))
    amounts = _by_currency(source.get("amount") or {})
    if not amounts:
        yield (*lead, None, None)
    for code, value in amounts:
        yield (*lead, money.currency_name(code), Money(Decimal(value), code))
        lead = ("", None, None, None)


def _decisions(invoices: Mapping[str, Any], lines: Mapping[str, Any]) -> Block:
    headings = (
        Heading("Decision"),
        Heading("Currency"),
        Heading("Invoices", number=True),
        Heading("Amount", number=True),
        Heading("Lines", number=True),
        Heading("Amount of lines", number=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for decision in reversed(DECISIONS):
        whole, part = invoices.get(decision, {}), lines.get(decision, {})
        rows.extend(
            (decision, money.currency_name(code), *_counted(whole, code), *_counted(part, code))
            for code in sorted({*whole, *part})
        )
    note = "An invoice is as good as the worst of its lines: a line to pay on an invoice on hold waits with it."
    return Block(DECISIONS_TITLE, headings, tuple(rows), note)


def _counted(by_currency: Mapping[str, Any], code: str) -> tuple[int, Money]:
    entry = by_currency.get(code, {"count": 0, "amount": "0"})
    return int(entry["count"]), Money(Decimal(entry["amount"]), code)


def _discrepancies(by_code: Mapping[str, Any], outcome: Outcome) -> Block:
    headings = (
        Heading("Severity"),
        Heading("Code"),
        Heading("Currency"),
        Heading("Count", number=True),
        Heading("Amount at risk", number=True),
        Heading("What it means", wide=True),
    )
    severity = outcome.rules.severity
    order = sorted(by_code, key=lambda code: (-SEVERITIES.index(severity(code)), -_most(by_code[code]), code))
    rows = tuple(
        (
            severity(code),
            code,
            money.currency_name(currency),
            int(entry["count"]),
            Money(Decimal(entry["amount_at_risk"] or 0), currency),
            CODES[code].meaning if code in CODES else "",
        )
        for code in order
        for currency, entry in _by_currency(by_code[code])
    )
    return Block(CODES_TITLE, headings, rows, "The worst first. A line with two codes stands under both.")


def _most(by_currency: Mapping[str, Any]) -> Decimal:
    return max((abs(Decimal(entry["amount_at_risk"] or 0)) for entry in by_currency.values()), default=Decimal(0))


def _amounts(title: str, by_currency: Mapping[str, str], note: str, *, brief: bool = True) -> Block:
    rows = tuple((money.currency_name(code), Money(Decimal(value), code)) for code, value in _by_currency(by_currency))
    return Block(title, (Heading("Currency"), Heading("Amount", number=True)), rows, note, brief)


def _conservation(by_currency: Mapping[str, Any]) -> Block:
    headings = (
        Heading("Currency"),
        Heading("Read", number=True),
        Heading("Reported", number=True),
        Heading("Difference", number=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for code, entry in _by_currency(by_currency):
        amounts = (Money(Decimal(entry[key]), code) for key in ("in", "out", "difference"))
        rows.append((money.currency_name(code), *amounts))
    note = "On both sides credit notes are negative, and rejects count where their amount could be read."
    return Block("Nothing lost: invoice amounts read and reported", headings, tuple(rows), note, brief=False)


def _bridge(by_currency: Mapping[str, Any]) -> Block:
    """Return what leads from the orders' prices and quantities to the sum invoiced; a part that is 0 is left out."""
    headings = (Heading("Currency"), Heading("Part"), Heading("Amount", number=True))
    rows: list[tuple[Cell, ...]] = []
    for code, parts in _by_currency(by_currency):
        for name, value in parts.items():
            if name in _ENDS or Decimal(value):
                words = PARTS.get(name, name.replace("_", " "))
                rows.append((money.currency_name(code), words, Money(Decimal(value), code)))
    return Block("From what was expected to what was invoiced", headings, tuple(rows), brief=False)


def _notes(files: Iterable[Mapping[str, Any]]) -> Block:
    rows = tuple((_text(file.get("path")), _text(note)) for file in files for note in file.get("notes") or ())
    return Block("Notes on the files", (Heading("File"), Heading("Note")), rows)


def _files(files: Iterable[Mapping[str, object]]) -> Block:
    headings = (Heading("Source"), Heading("File"), Heading("Rows", number=True), Heading("SHA-256", wide=True))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_text(file.get("source")), _text(file.get("path")), _whole(file.get("rows")), _text(file.get("sha256")))
        for file in files
    )
    return Block("Files", headings, rows, brief=False)


def _by_currency(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(entries.items())


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
