"""All views of a run by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.excel.facts import finding_facts, invoice_facts
from recon.report.views import ledger
from recon.report.views.parties import by_buyer, by_supplier
from recon.report.views.todo import to_do

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from recon.ledger.reconcile import Outcome


def views(outcome: Outcome, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the masked published `frames` with those that people work with beside them, or in the place of one."""
    from recon.rules.file import named_lines

    found = to_do(frames, outcome.rules.base_currency, outcome.as_of)
    invoices = ledger.invoices(frames, found)
    return {
        **frames,
        "to_do": found.with_columns(finding_facts(found)),
        "invoices": invoices.with_columns(invoice_facts(invoices)),
        "by_supplier": by_supplier(frames, found),
        "by_buyer": by_buyer(frames, found),
        "accrual": ledger.accrual(frames, outcome.as_of),
        "supplier_links": ledger.suppliers(frames),
        "information": ledger.information(frames),
        "rules": ledger.rules_used(frames, outcome.rules, named_lines(outcome.rules)),
    }
