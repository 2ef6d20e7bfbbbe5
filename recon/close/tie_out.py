"""The tie-out: from what is explained to the ledger's balance, step by step, with nothing left over but what is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product, summed_if_known
from recon.close.gr_ir import CLOSED, INVOICED, RECEIVED, RETURNED
from recon.close.open_items import in_another_currency
from recon.close.order_lines import accruing, of_order, prices
from recon.close_tables import TIE_OUT
from recon.engine.joins import with_columns_of
from recon.engine.sums import group_sums
from recon.kinds import EXACT

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.rule import Rules

BY = ["company", "account", "currency"]
SIGNS = {RECEIVED: -1, INVOICED: 1, RETURNED: 1}
"""Kind -> its sign on the account: what is owed for goods is a credit."""
BALANCE, UNEXPLAINED, NOT_POSTED, VARIANCE = "balance", "unexplained", "not_posted", "price_variance"
NOT_COMING = "closed_not_received"
"""The step of what is billed on closed order lines beyond their goods: it is on the account, and nothing is open."""
WAITING = ~pl.col("posted").fill_null(value=True)
"""Bills that the ledger does not hold yet."""
OTHER_CURRENCY, OF_OTHER_CURRENCY = (
    "currency_mismatch",
    "bills in another currency than their order's: goods at its price, and the bills",
)
OPEN_LINES = "open order lines (gr_ir)"
ITEM = [*BY, "order", "step", "amount", "base_amount", "evidence"]
ZERO = pl.lit(0, EXACT)


def items(
    lines: pl.DataFrame,
    apart: pl.DataFrame,
    bills: pl.DataFrame,
    uncovered: pl.DataFrame,
    orders: pl.DataFrame,
    rules: Rules,
) -> pl.DataFrame:
    """Return ITEM: what the ledger should hold of each order line, by step.

    `lines` are GR_IR, `apart` what stands apart, `bills` and `uncovered` those of `open_items`.
    """
    named = apart.rename({"open_amount": "amount"}).with_columns(
        evidence=pl.lit("lines that take no part in the match")
    )
    cleared = _cleared(bills, uncovered, orders, rules)
    found = pl.concat([_explained(lines), named.select(ITEM), *(each.select(ITEM) for each in cleared)])
    return found.drop_nulls("amount")


def _explained(lines: pl.DataFrame) -> pl.DataFrame:
    sign = pl.col("kind").replace_strict(SIGNS, return_dtype=pl.Int64).cast(EXACT)
    signed = lines.with_columns(amount=pl.col("open_amount") * sign, base_amount=pl.col("base_amount") * sign)
    step = pl.when(CLOSED).then(pl.lit(NOT_COMING)).otherwise("kind")
    told = pl.when(CLOSED).then(pl.lit("billed on closed order lines")).otherwise(pl.lit(OPEN_LINES))
    return signed.with_columns(step=step, evidence=told).select(ITEM)


def _cleared(bills: pl.DataFrame, uncovered: pl.DataFrame, orders: pl.DataFrame, rules: Rules) -> list[pl.DataFrame]:
    """Return minus what bills clear that the ledger does not hold yet, what bills in another currency leave and, where bills clear at their own price, what prices do."""
    full = rules.close.clearing == "full_price"
    valued = cleared_by(bills if full else bills.filter(WAITING | _strange(bills, orders)), uncovered, orders)
    booked = pl.col("amount") if full else pl.col("cleared")
    strange, price = pl.col("bill_currency") != pl.col("currency"), "bills clear the account at their own price"
    sides = [
        (WAITING, -booked, "currency", NOT_POSTED, "invoices that are not posted"),
        (~WAITING & strange, -pl.col("cleared"), "currency", OTHER_CURRENCY, OF_OTHER_CURRENCY),
        (~WAITING & strange, pl.col("amount"), "bill_currency", OTHER_CURRENCY, OF_OTHER_CURRENCY),
        (~WAITING & ~strange, pl.col("amount") - pl.col("cleared"), "currency", VARIANCE, price),
    ]
    return [
        valued.filter(which)
        .with_columns(amount=amount, currency=currency, step=pl.lit(step), evidence=pl.lit(told))
        .filter(pl.col("amount") != 0)
        .with_columns(base_amount=pl.when(pl.col("currency") == rules.base_currency).then("amount"))
        for which, amount, currency, step, told in (sides if full else sides[:3])
    ]


def _strange(bills: pl.DataFrame, orders: pl.DataFrame) -> pl.Series:
    """Return which bills are in another currency than their order."""
    if len({*bills["currency"].unique(), *orders["currency"].unique()}) == 1:
        return pl.repeat(value=False, n=bills.height, eager=True)
    return (
        with_columns_of(bills.select("order", "currency"), prices(orders), "order")
        .select(in_another_currency())
        .to_series()
    )


def cleared_by(bills: pl.DataFrame, uncovered: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add to bills of order lines that accrue what they clear, in the order's currency: `at_order`, the goods at the order's price; `cleared`, with what is billed beyond."""
    theirs = of_order(orders, bills)
    mine = bills.join(accruing(theirs).select("order", "account", order_company="company"), on="order")
    over = uncovered.select("source", "row", "line_type", "left", "open_amount")
    both = mine.join(over, on=["source", "row", "line_type"], how="left").with_columns(
        pl.col("left", "open_amount").fill_null(ZERO)
    )
    priced = with_columns_of(both.with_columns(covered=pl.col("counted") - pl.col("left")), prices(theirs), "order")
    return product(priced, "at_order", ["covered", "price"]).with_columns(
        cleared=pl.col("at_order") + pl.col("open_amount"),
        company="order_company",
        bill_currency=pl.coalesce("currency", "order_currency"),
        currency="order_currency",
    )


def tie_out(steps: pl.DataFrame, balances: pl.DataFrame, last: date, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return TIE_OUT: `balance` = the steps before it + `unexplained`, exactly, per company, account and currency.

    `steps` are ITEM; the balance is the latest on or before `last`, of accounts that the rules know. Without one there is
    neither a balance nor anything unexplained. `evidence` (BY, evidence) says what the unexplained may be.
    """
    told = summed_if_known(steps, [*BY, "step", "evidence"], "amount", "base_amount")
    ledger = _latest(balances, last)
    whole = summed_if_known(told.drop("lines"), BY, "amount", "base_amount").drop("lines")
    joined = ledger.join(
        whole.with_columns(some=pl.lit(value=True)), on=BY, how="left", nulls_equal=True, suffix="_told"
    )
    none = pl.col("some").is_null()
    rest = joined.with_columns(
        pl.col("amount") - pl.col("amount_told").fill_null(0),
        base_amount=pl.col("base_amount") - pl.when(none).then(ZERO).otherwise("base_amount_told"),
        step=pl.lit(UNEXPLAINED),
        lines=pl.lit(0, pl.Int64),
    ).drop("evidence")
    rest = rest.join(evidence, on=BY, how="left", nulls_equal=True).with_columns(
        pl.when(pl.col("amount") == 0)
        .then(pl.lit("nothing is left"))
        .otherwise(pl.col("evidence").fill_null("no receipt and no bill is worth exactly as much"))
        .alias("evidence")
    )
    parts = (told, rest, ledger.with_columns(step=pl.lit(BALANCE)))
    rows = pl.concat([TIE_OUT.cast(each).select(*TIE_OUT.columns) for each in parts])
    turn = pl.col("step").replace_strict({UNEXPLAINED: 1, BALANCE: 2}, default=0, return_dtype=pl.Int64)
    return rows.sort([*BY, turn, "step"])


def unexplained(steps: pl.DataFrame, balances: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return BY and `amount`: what the steps leave of each balance, where that is not 0."""
    whole = group_sums(steps, BY, "amount")
    ledger = _latest(balances, last).select(*BY, "amount")
    left = ledger.join(whole, on=BY, how="left", nulls_equal=True, suffix="_told")
    rest = left.select(*BY, amount=pl.col("amount") - pl.col("amount_told").fill_null(0))
    return rest.filter(pl.col("amount") != 0)


def known_accounts(rules: Rules) -> list[str]:
    """Return the accounts on which goods received are booked."""
    return sorted({one.accrued for one in rules.close.accounts})


def _latest(balances: pl.DataFrame, last: date) -> pl.DataFrame:
    known = balances.filter(pl.col("date") <= last)
    latest = known.filter(pl.col("date") == pl.col("date").max().over(BY))
    sums = summed_if_known(latest, BY, "amount", "base_amount")
    days = latest.select(*BY, "date").unique()
    dated = sums.join(days, on=BY, nulls_equal=True)
    return dated.with_columns(evidence=pl.format("the ledger (gl_balances) on {}", "date")).drop("date")


def named_alike(ledger: pl.DataFrame, orders: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return rows of the ledger in the base currency where they name none and, where one side names no company, as the orders do.

    Only where it can be but one: the orders of an account and currency have a single company, or the ledger has.
    """
    if ledger.is_empty():
        return ledger
    priced = ledger.with_columns(pl.col("currency").fill_null(base_currency))
    on = ["account", "currency"]
    single = pl.when(pl.col("company").n_unique() == 1).then(pl.col("company").first())
    ours = (
        accruing(orders)
        .select(*on, "company")
        .drop_nulls("account")
        .group_by(on)
        .agg(theirs=single, known=pl.col("company").n_unique() == 1)
    )
    joined = priced.with_row_index("at").join(ours, on=on, how="left").sort("at")
    several = pl.col("company").drop_nulls().n_unique().over(on) > 1
    told = (
        pl.when(pl.col("company").is_null())
        .then("theirs")
        .when(pl.col("theirs").is_null() & pl.col("known") & ~several)
        .then(None)
        .otherwise("company")
    )
    return joined.with_columns(told.alias("company")).select(ledger.columns)
