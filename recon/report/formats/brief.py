"""A run in five lines: counts, money, what to do first, where the report is, what to do next."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import NO_CURRENCY
from recon.report import money
from recon.report.formats.data import mask
from recon.report.formats.table import shown
from recon.report.opening import counted, lacks_receipts
from recon.report.ranking import worst_first
from recon.report.views.todo import HEEDED
from recon.report.words import several

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from recon.ledger.reconcile import Outcome

_FIRST = 3


def brief(outcome: Outcome, report: str | None, rules: str) -> str:
    """Return the five lines; `report` is where the report is, `rules` how the rules file was named."""
    return "\n".join(
        [_counts(outcome), _money(outcome.summary), _first(outcome), _where(report), _next(outcome, report, rules)]
    )


def _counts(outcome: Outcome) -> str:
    decided = {decision: counted(by_currency) for decision, by_currency in outcome.summary["effective"].items()}
    rejects = int(outcome.summary["rejects"])
    unread = f"; {several(rejects, 'row')} could not be read" if rejects else ""
    unread += "; no receipts are read" if lacks_receipts(outcome) else ""
    invoices = several(sum(decided.values()), "invoice")
    return f"{invoices}: {decided['pay']:,} to pay, {decided['review']:,} to review, {decided['hold']:,} on hold; {several(outcome.found, 'finding')}{unread}."


def _money(summary: Mapping[str, Any]) -> str:
    return f"On hold {_amounts(summary['effective']['hold'])}; to review {_amounts(summary['effective']['review'])}."


def _first(outcome: Outcome) -> str:
    stopping = outcome.discrepancies.filter(pl.col("effective_decision") != "pay")
    decided = pl.col("decision_state").is_in(HEEDED).fill_null(value=False)
    worst = mask(worst_first(stopping.filter(~decided)).head(_FIRST)).to_dicts()
    nothing = "nothing stands in the way" if stopping.is_empty() else "nothing, what stops a payment is decided"
    return f"First: {'; '.join(_finding(row) for row in worst) or nothing}."


def _finding(row: Mapping[str, Any]) -> str:
    number, line = row["invoice_number"] or row["po_number"] or row["receipt_number"], row["invoice_line"]
    at_risk = f" {money.money(row['amount_at_risk'], row['currency'])}" if row["amount_at_risk"] else ""
    return shown(f"{number}{f'/{line}' if line else ''} {row['code']}{at_risk}")


def _where(report: str | None) -> str:
    return f"The report: {report}" if report else "No report is written; -o DIR writes one."


def _next(outcome: Outcome, report: str | None, rules: str) -> str:
    if report and report.endswith(".xlsx"):
        return f"Next: decide in that workbook; recon run {rules} -o ... takes it over."
    if outcome.found:
        return f"Next: recon explain {rules} INVOICE says why; --details tells more."
    return "Next: nothing."


def _amounts(by_currency: Mapping[str, Any]) -> str:
    return ", ".join(_amount(entry, code) for code, entry in sorted(by_currency.items())) or "nothing"


def _amount(entry: Mapping[str, Any], currency: str) -> str:
    """Return an amount; of invoices in several currencies, which add up to nothing, how many they are."""
    value = Decimal(entry["amount"])
    if currency == NO_CURRENCY and value.is_zero():
        return f"{several(int(entry['count']), 'invoice')} without one currency"
    return money.money(value, currency)
