"""The tie-out: from what is explained to the ledger's balance, step by step, with nothing left over but what is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.gr_ir import INVOICED, RECEIVED, RETURNED, of_order
from recon.close_tables import TIE_OUT
from recon.codes import BY_RECEIPT
from recon.kinds import EXACT

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation

BY = ["company", "account", "currency"]
EXPLAINED = {RECEIVED: -1, INVOICED: 1, RETURNED: 1}
"""Kind -> its sign on the account: what is owed for goods is a credit."""
BALANCE, UNEXPLAINED = "balance", "unexplained"


def tie_out(
    lines: pl.DataFrame, done: Reconciliation, orders: pl.DataFrame, balances: pl.DataFrame, last: date
) -> pl.DataFrame:
    """Return TIE_OUT: `balance` = the steps before it + `unexplained`, exactly, per company, account and currency.

    `lines` are GR_IR; `orders` those of `order_lines`; the balance is the latest on or before `last`. Without one there is
    neither a balance nor anything unexplained.
    """
    named = _no_part(done, orders)
    steps = pl.concat([_explained(lines), named, _unposted(done, orders)], how="diagonal")
    ledger = _balances(balances, last)
    whole = summed(steps, BY, "amount", "base_amount").drop("lines")
    rest = ledger.join(whole, on=BY, how="left", nulls_equal=True, suffix="_told").with_columns(
        step=pl.lit(UNEXPLAINED),
        amount=pl.col("amount") - pl.col("amount_told").fill_null(0),
        base_amount=pl.col("base_amount") - pl.col("base_amount_told").fill_null(0),
        lines=pl.lit(0, pl.Int64),
        evidence=pl.lit("what nothing here explains"),
    )
    told = ledger.with_columns(step=pl.lit(BALANCE))
    rows = pl.concat([TIE_OUT.cast(each).select(*TIE_OUT.columns) for each in (steps, rest, told)])
    turn = pl.col("step").replace_strict({UNEXPLAINED: 1, BALANCE: 2}, default=0, return_dtype=pl.Int64)
    return rows.sort([*BY, turn, "step"])


def _explained(lines: pl.DataFrame) -> pl.DataFrame:
    signed = lines.with_columns(
        pl.col(name) * pl.col("kind").replace_strict(EXPLAINED, return_dtype=pl.Int64).cast(EXACT)
        for name in ("open_amount", "base_amount")
    )
    sums = summed(
        signed.rename({"open_amount": "amount"}).drop("fx_revaluation"), [*BY, "kind"], "amount", "base_amount"
    )
    return sums.rename({"kind": "step"}).with_columns(evidence=pl.lit("gr_ir"))


def _no_part(done: Reconciliation, orders: pl.DataFrame) -> pl.DataFrame:
    """Return a step per code: lines that are linked, are in the ledger and take no part in the match."""
    held = done.invoice_lines.filter(pl.col("quantity_variance").is_null(), pl.col("line_type") == "item")
    linked = of_order(held.filter(pl.col("policy").is_in(BY_RECEIPT)), orders)
    codes = linked.with_columns(step=pl.col("codes").list.first())
    return _by_step(codes, orders, "lines that take no part, by their first code")


def _unposted(done: Reconciliation, orders: pl.DataFrame) -> pl.DataFrame:
    """Return a step of minus what invoices bill that the ledger does not hold yet (`posted` false)."""
    waiting = done.invoice_lines.filter(~pl.col("posted"), pl.col("quantity_variance").is_not_null())
    linked = of_order(waiting.filter(pl.col("policy").is_in(BY_RECEIPT)), orders)
    turned = linked.with_columns(-pl.col("amount"), -pl.col("base_amount"), step=pl.lit("not_posted"))
    return _by_step(turned, orders, "invoices that are not posted")


def _by_step(lines: pl.DataFrame, orders: pl.DataFrame, evidence: str) -> pl.DataFrame:
    placed = lines.drop("company").join(orders.select("order", "account", "company"), on="order")
    sums = summed(placed.drop_nulls("step"), [*BY, "step"], "amount", "base_amount")
    return sums.with_columns(evidence=pl.lit(evidence))


def _balances(balances: pl.DataFrame, last: date) -> pl.DataFrame:
    known = balances.filter(pl.col("date") <= last)
    latest = known.filter(pl.col("date") == pl.col("date").max().over(BY))
    sums = summed(latest, BY, "amount", "base_amount")
    return sums.with_columns(evidence=pl.lit("gl_balances"))
