"""The order lines of month-end: their number, account and price, and which lines are linked to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.looked_at import taken, there
from recon.close_tables import GR_IR
from recon.codes import BY_RECEIPT
from recon.engine.joins import among, where
from recon.kinds import EXACT
from recon.match.limits import ORDER_TYPES
from recon.money_tables import COMMITMENTS
from recon.rules.when.expr import to_expr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.close.looked_at import Matched
    from recon.rules.close import Account

NEVER = "never"
_NEEDED = ("policy", "ordered", "expected_quantity", "expected_price")


def order_lines(done: Matched, accounts: Sequence[Account]) -> pl.DataFrame:
    """Return the order lines that count with `order`, `by_amount`, `account` and `rule` (null where no account holds).

    Of their own columns those are kept that month-end shows or computes with.
    """
    account, rule = pl.lit(None, pl.String), pl.lit(None, pl.String)
    for one in reversed(accounts):
        holds = to_expr(one.when, ORDER_TYPES) if one.when else pl.lit(value=True)
        account = pl.when(holds).then(pl.lit(one.accrued)).otherwise(account)
        rule = pl.when(holds).then(pl.lit(one.name)).otherwise(rule)
    columns, wanted = there(done.order_lines), {*GR_IR.columns, *COMMITMENTS.columns, *_NEEDED}
    kept = [name for name in columns if name in wanted]
    also = [name for name in columns if name in ORDER_TYPES] if any(one.when for one in accounts) else []
    some = pl.col("expected_quantity").is_not_null()
    counting = taken(done.order_lines, "order", *dict.fromkeys((*kept, *also)), where=some)
    return counting.with_columns(
        account.alias("account"), rule.alias("rule"), pl.col("expected_price").is_null().alias("by_amount")
    ).select("order", *kept, "account", "rule", "by_amount")


def accruing(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines that expect a receipt and are accrued by somebody."""
    return orders.filter(pl.col("policy").is_in(BY_RECEIPT), pl.col("accrue").fill_null("") != NEVER)


def of_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the receipt or invoice lines that are linked to one of these order lines, by `order` of both."""
    return where(lines, among("order", orders["order"]))


def prices(orders: pl.DataFrame) -> pl.DataFrame:
    """Return order, the `price` of one unit (1 where the order goes by amount), its currency, unit, and who it is with."""
    return orders.select(
        "order",
        "by_amount",
        order_currency="currency",
        order_uom="uom",
        order_supplier="supplier_id",
        order_supplier_name="supplier_name",
        price=pl.when("by_amount").then(pl.lit(1, EXACT)).otherwise("expected_price"),
    )
