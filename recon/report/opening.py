"""What a report opens with: its title, and what a reader should know first, in a few sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.codes import DECISIONS
from recon.report import money
from recon.report.words import STOPPED, several

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.ledger.reconcile import Outcome

TITLE = "Orders, receipts and invoices reconciled"


def headline(outcome: Outcome) -> tuple[str, ...]:
    """Return what a reader should know first, in a few sentences."""
    summary = outcome.summary
    counts = {decision: counted(summary["invoices"].get(decision, {})) for decision in reversed(DECISIONS)}
    decided = f"{counts['pay']:,} to pay, {counts['review']:,} to review, {counts['hold']:,} on hold"
    lines = [f"{several(sum(counts.values()), 'invoice')}: {decided}."]
    at_risk = _at_risk(summary.get("amount_at_risk_by_decision") or {})
    if at_risk:
        lines.append(f"Amount at risk: {at_risk}.")
    if summary.get("first_pass_match_rate") is not None:
        lines.append(
            f"First-pass match rate: {money.percent(Decimal(summary['first_pass_match_rate']))} of the invoices."
        )
    if summary.get("linked_lines") == 0 and any(summary["invoice_lines"].values()):
        lines.append("No invoice line found its order: are these the right files?")
    if lacks_receipts(outcome):
        lines.append(
            "No receipts are read, so nothing counts as received: name their files under sources, or match two-way (policies)."
        )
    if repeated := summary.get("repeated_receipts"):
        every = getattr(outcome.rules.sources.get("receipts"), "repeats", "once") == "count"
        told = "all counted" if every else "counted once"
        lines.append(f"Receipt rows that repeat another, {told}: {int(repeated):,}. Do the files overlap?")
    if summary.get("rejects"):
        lines.append(f"{several(int(summary['rejects']), 'row')} could not be read: see the rejects.")
    return tuple(lines)


def lacks_receipts(outcome: Outcome) -> bool:
    """Return whether lines wait for receipts of which the rules name no source."""
    read = any(file["source"] == "receipts" for file in outcome.files)
    source = outcome.rules.sources.get("receipts")
    named = source is not None and bool(source.files or source.query)
    return not (read or named) and "not_received" in outcome.summary["discrepancies"]


def basis(outcome: Outcome) -> str:
    """Return under which rules and as of which day the figures hold."""
    return f"Rules: {outcome.rules.path.name}, {day(outcome)}"


def day(outcome: Outcome) -> str:
    """Return as of which day the figures hold."""
    return f"as of {outcome.as_of.isoformat()}" if outcome.as_of else "all dates"


def _at_risk(by_decision: Mapping[str, Mapping[str, str]]) -> str:
    """Return what is at risk of the lines that are stopped, told apart: `50.00 EUR on hold; 3.00 EUR to review`."""
    told = {
        decision: ", ".join(
            money.money(Decimal(value), code) for code, value in sorted(by_decision.get(decision, {}).items())
        )
        for decision in STOPPED
    }
    return "; ".join(f"{amounts} {STOPPED[decision]}" for decision, amounts in told.items() if amounts)


def counted(by_currency: Mapping[str, Any]) -> int:
    """Return how many a part of the summary counts in all currencies."""
    return sum(int(entry["count"]) for entry in by_currency.values())
