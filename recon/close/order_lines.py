"""The order lines of month-end: their number, account and price, and which lines are linked to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.looked_at import taken, there
from recon.close_tables import GR_IR
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of
from recon.kinds import EXACT
from recon.match.limits import ORDER_TYPES
from recon.money_tables import COMMITMENTS
from recon.rules.when.expr import to_expr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.close.looked_at import Matched
    from recon.rules.close import Account

NEVER = "never"
_NEEDED = ("group_id", "policy", "ordered", "expected_quantity", "expected_price")


def order_lines(done: Matched, accounts: Sequence[Account]) -> pl.DataFrame:
    """Return the order lines that count with `order` (their number), `by_amount`, `account` and `rule` (null where no account holds).

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
    counting = taken(done.order_lines, *dict.fromkeys((*kept, *also)), where=some)
    numbered = counting.with_row_index("order").with_columns(pl.col("order").cast(pl.Int64))
    return numbered.with_columns(
        account.alias("account"), rule.alias("rule"), pl.col("expected_price").is_null().alias("by_amount")
    ).select("order", *kept, "account", "rule", "by_amount")


def accruing(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines that expect a receipt and are accrued by somebody."""
    return orders.filter(pl.col("policy").is_in(BY_RECEIPT), pl.col("accrue").fill_null("") != NEVER)


def of_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return linked receipt or invoice lines with `order`: the number of the order line that they are linked to."""
    found = order_of(lines, orders)
    beside = lines.with_columns(found)
    return beside.filter(found.is_not_null()) if found.null_count() else beside


def order_of(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.Series:
    """Return the number of the order line to which each receipt or invoice line is linked; null where there is none."""
    keys = orders.select(
        "order", "group_id", order_po_number="po_number", order_po_line="po_line", order_company="company"
    )
    on = ["group_id", "order_po_number", "order_po_line"]
    fits = (pl.col("company") == pl.col("order_company")).fill_null(value=True)
    linked = lines.select(*on, "company").with_row_index("at").join(keys, on=on, how="left", maintain_order="left")
    if linked.height > lines.height:  # several order lines have one number: the first whose company fits
        first = linked.filter(fits).unique("at", keep="first", maintain_order=True)
        return with_columns_of(linked.select("at").unique(maintain_order=True), first.select("at", "order"), "at")[
            "order"
        ]
    return linked.select(pl.when(fits).then("order")).to_series()


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
