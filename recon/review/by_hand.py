"""One decision made on the command line: what a word names in a run, and the row that is appended for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import SEVERITIES
from recon.errors import RulesError, did_you_mean
from recon.ledger.summary import plain
from recon.report.excel.facts import ENTRIES, finding_facts, invoice_facts, read_facts
from recon.review.decision import COLUMNS, refusal

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.review.decision import Decision

_CHOICES = 10


@dataclass(frozen=True)
class Made:
    """What is decided, as it was typed."""

    decision: str
    reason: str = ""
    note: str = ""
    owner: str = ""
    by: str = ""
    until: date | None = None


def decide(run: Reconciliation, what: str, made: Made, moment: str, code: str | None = None) -> Decision:
    """Return the decision about `what`: a subject id, an invoice number or key; with `code`, all such findings of a supplier.

    Raises RulesError where nothing is called so, where several are, or where that may not be decided so.
    """
    facts = _supplier(run, what, code) if code else _finding(run, what) or _invoice(run, what)
    expires = made.until.isoformat() if made.until else ""
    entry = {name: getattr(made, name) for name in ENTRIES}
    when = {"decided_by": made.by, "decided_on": moment, "expires": expires}
    decision = {**{name: facts.get(name, "") for name in COLUMNS}, **entry, **when}
    if why := refusal(decision):
        raise RulesError(why, what, "Say why with --reason.")
    return decision


def _finding(run: Reconciliation, what: str) -> dict[str, str] | None:
    found = run.discrepancies.filter((pl.col("subject_id") == what) | (pl.col("discrepancy_id") == what))
    return _facts(finding_facts(found)) if found.height else None


def _invoice(run: Reconciliation, what: str) -> dict[str, str]:
    called = run.invoices.filter((pl.col("invoice_key") == what) | (pl.col("invoice_number") == what))
    if called.height == 1:
        return _facts(invoice_facts(called)) or {}
    if called.height:
        named = called.head(_CHOICES).iter_rows(named=True)
        choices = "\n".join(
            f"{row['invoice_key']}  {row['supplier_id']} {row['invoice_date']} {row['decision']}" for row in named
        )
        raise RulesError(f"{called.height} invoices are called '{what}'", hint=f"Name one of them:\n{choices}")
    numbers = run.invoices["invoice_number"].drop_nulls().to_list()
    raise RulesError(
        f"no finding and no invoice is called '{what}'{did_you_mean(what, numbers)}",
        hint="Subject ids stand in the report.",
    )


def _supplier(run: Reconciliation, what: str, code: str) -> dict[str, str]:
    """Return what is known of all findings with a code of a supplier: the gravest, and the most money in one of them."""
    found = run.discrepancies.filter((pl.col("supplier_id") == what) & (pl.col("code") == code))
    if found.is_empty():
        raise RulesError(f"supplier '{what}' has no {code}", hint="A decision is made on what is found.")
    currencies = found["currency"].unique()
    if currencies.len() > 1:
        raise RulesError(f"{code} of supplier '{what}' is in several currencies", hint="Decide them one by one.")
    gravest = max(found["severity"].to_list(), key=SEVERITIES.index)
    most = found.with_columns(size=pl.col("amount_at_risk").abs()).sort("size", nulls_last=False)["size"][-1]
    told: dict[str, Any] = {"about": "supplier", "id": what, "code": code, "supplier_id": what, "severity": gravest}
    told |= {"supplier_name": found["supplier_name"][0] or "", "currency": currencies[0] or ""}
    return {**told, "amount_at_risk": "" if most is None else plain(most)}


def _facts(cells: pl.Series) -> dict[str, str] | None:
    return read_facts(cells[0])
