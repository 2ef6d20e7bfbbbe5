"""Month-end as one call: what was booked by the last day, matched, and what is open, explained and accrued of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.close.advances import advances
from recon.close.apart import standing_apart, with_apart, wrong_goods
from recon.close.backtest import backtest
from recon.close.cash import cash_out
from recon.close.causes.causes import causes
from recon.close.commitment_days import with_days
from recon.close.commitments import commitments, committed_spend
from recon.close.cut import cut, silent
from recon.close.dues import discounts, documents, dues, settled
from recon.close.forecast import expected
from recon.close.gr_ir import CLOSED, gr_ir, gr_ir_receipts
from recon.close.journal import billed_by_no_posting, journal, refuse_without_account, with_accrual
from recon.close.kpis import kpis
from recon.close.ledger_lines import tie
from recon.close.looked_at import Matched
from recon.close.open_items import open_items
from recon.close.open_points import open_points
from recon.close.order_lines import order_lines
from recon.close.payments import matched, paid_by, paid_by_their_word, with_invoice
from recon.close.tie_out import known_accounts
from recon.close.write_offs import write_offs
from recon.engine.joins import with_columns_of
from recon.ledger.reconcile import reconcile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from recon.close.kpis_of_history import Sighting
    from recon.close.open_items import OpenItems
    from recon.ledger.reconcile import Outcome
    from recon.rules.rule import Rules
    from recon.tables import Sources


@dataclass(frozen=True)
class MonthEnd:
    """What a month-end comes to; each attribute but `done` is a frame of tables.py."""

    gr_ir: pl.DataFrame
    gr_ir_receipts: pl.DataFrame
    tie_out: pl.DataFrame
    tie_out_lines: pl.DataFrame
    journal: pl.DataFrame
    write_offs: pl.DataFrame
    commitments: pl.DataFrame
    committed_spend: pl.DataFrame
    dues: pl.DataFrame
    discounts: pl.DataFrame
    cash_out: pl.DataFrame
    cash_backtest: pl.DataFrame
    kpis: pl.DataFrame
    causes: pl.DataFrame
    discrepancies: pl.DataFrame
    open_points: pl.DataFrame
    done: Outcome


def month_end(sources: Sources, rules: Rules, period: tuple[date, date], runs: Sequence[Sighting] = ()) -> MonthEnd:
    """Return what stands open at the end of `period`, and how its invoices went, of what was booked by then.

    `runs` are what earlier runs said, the oldest first.

    Raises as `reconcile` does, and RulesError for an open line without an account.
    """
    known = cut(sources, period[1])
    done = reconcile(known, rules)
    return closed(Matched.of(done), known, rules, period, silent(sources, period), done, runs)


def closed(
    done: Matched,
    known: Sources,
    rules: Rules,
    period: tuple[date, date],
    without: Iterable[str],
    outcome: Outcome,
    runs: Sequence[Sighting] = (),
) -> MonthEnd:
    """Return the month-end of what was booked by the end of `period` (`known`) and is matched (`done`).

    `without` are the tables of documents of which nothing was booked in the period, `outcome` what the match came to in words.
    """
    _, last = period
    found = causes(done, known, rules)
    orders = order_lines(done, rules.close.accounts)
    items = open_items(done, orders, known.rates, rules.base_currency)
    apart = standing_apart(done, orders, known.rates, rules.base_currency)
    open_ = with_apart(gr_ir(orders, items.receipts, items.uncovered, known.rates, last, rules), apart)
    lines = with_accrual(open_, rules.close)
    refuse_without_account(lines, rules.close.accounts)
    aged = gr_ir_receipts(items.receipts, last, rules)
    named = pl.concat([apart, wrong_goods(done, orders, known.rates, rules.base_currency)])
    tied = tie(lines, named, items, orders, known, last, rules)
    waiting = billed_by_no_posting(orders, items, known.rates, rules.base_currency)
    shown = _with_cause(lines.filter(~CLOSED), found.places, orders, items)
    bills = items.bills.select("order", "counted", "invoice_key")
    del items, apart, named  # of a large ledger they are much, and nobody looks at them any more
    payments, payable, committed, goods = _money(done, known, rules, orders, bills, last)
    del orders, bills
    points = open_points(done, known, lines, tied.steps, payable, payments, known_accounts(rules), period, without)
    return MonthEnd(
        gr_ir=shown,
        gr_ir_receipts=aged,
        tie_out=tied.steps,
        tie_out_lines=tied.lines,
        journal=journal(lines, waiting, last, rules),
        write_offs=write_offs(lines, rules.close.write_off),
        commitments=committed,
        committed_spend=committed_spend(committed),
        dues=payable,
        discounts=discounts(payable),
        cash_out=cash_out(payable, goods, lines, advances(done), last),
        cash_backtest=backtest(payable, payments, last),
        kpis=kpis(done, payable, aged, period, rules.close, runs),
        causes=found.causes,
        discrepancies=found.discrepancies,
        open_points=points,
        done=outcome,
    )


class _Money(NamedTuple):
    """What is paid, what is owed, what is committed, and what of the goods will cost money."""

    payments: pl.DataFrame
    payable: pl.DataFrame
    committed: pl.DataFrame
    goods: pl.DataFrame


def _money(
    done: Matched, known: Sources, rules: Rules, orders: pl.DataFrame, bills: pl.DataFrame, last: date
) -> _Money:
    """Return where the money of what is booked by the `last` day stands; `bills` are those of order lines."""
    invoices = documents(done)
    payments = with_invoice(paid_by(known.payments, rules.close, last), invoices, known.suppliers)
    given = "payments" in rules.sources or known.payments.height
    paid = matched(payments) if given else paid_by_their_word(invoices, last)
    payable = dues(invoices, done, known, paid, last, rules)
    committed = commitments(bills, orders, settled(payable), known.rates, last, rules)
    goods = expected(committed, done, known, last, rules)
    dated = with_days(committed, goods, bills.drop("counted"), payable, last)
    return _Money(payments, payable, dated, goods)


def _with_cause(lines: pl.DataFrame, found: pl.DataFrame, orders: pl.DataFrame, items: OpenItems) -> pl.DataFrame:
    """Fill `cause_id` of GR_IR: the first cause, by name, of what is found on an order line, its goods or its bills."""
    place = ["source", "row"]
    caused = pl.concat(
        [each.select("order", *place).join(found, on=place) for each in (orders, items.received, items.bills)]
    )
    first = caused.group_by("order").agg(pl.col("cause_id").min())
    return with_columns_of(lines.drop("cause_id"), first, "order").select(lines.columns).drop("order")
