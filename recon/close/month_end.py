"""Month-end as one call: what was booked by the last day, matched, and what is open, explained and accrued of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.close.cash import cash_out
from recon.close.causes.causes import causes
from recon.close.commitments import commitments
from recon.close.cut import cut
from recon.close.dues import dues, paid_lines
from recon.close.gr_ir import gr_ir, gr_ir_receipts, open_receipts, order_lines, uncovered
from recon.close.journal import journal
from recon.close.kpis import kpis
from recon.close.tie_out import tie_out
from recon.ledger.reconcile import reconcile

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources


@dataclass(frozen=True)
class MonthEnd:
    """What a month-end comes to; each attribute but `done` is a frame of tables.py."""

    gr_ir: pl.DataFrame
    gr_ir_receipts: pl.DataFrame
    tie_out: pl.DataFrame
    journal: pl.DataFrame
    commitments: pl.DataFrame
    dues: pl.DataFrame
    cash_out: pl.DataFrame
    kpis: pl.DataFrame
    causes: pl.DataFrame
    discrepancies: pl.DataFrame
    done: Reconciliation


def month_end(sources: Sources, rules: Rules, period: tuple[date, date]) -> MonthEnd:
    """Return what stands open at the end of `period`, and how its invoices went. Raises as `reconcile` does, and RulesError for a line without account."""
    first, last = period
    known = cut(sources, last)
    done = reconcile(known, rules)
    orders = order_lines(done, rules.close.accounts)
    receipts = open_receipts(done, orders, sources.rates, rules.base_currency)
    invoices = uncovered(done, orders, sources.rates, rules.base_currency)
    lines = gr_ir(orders, receipts, invoices, sources.rates, last, rules)
    aged = gr_ir_receipts(receipts, last, rules)
    payable = dues(done, known, last, rules)
    paid = paid_lines(done, payable)
    found = causes(done, known, rules)
    return MonthEnd(
        gr_ir=lines,
        gr_ir_receipts=aged,
        tie_out=tie_out(lines, done, orders, sources.gl_balances, last),
        journal=journal(lines, last, rules),
        commitments=commitments(done, orders, paid, sources.rates, last, rules),
        dues=payable,
        cash_out=cash_out(payable, last),
        kpis=kpis(done, payable, aged, first, last),
        causes=found.causes,
        discrepancies=found.discrepancies,
        done=done,
    )
