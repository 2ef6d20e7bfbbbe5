"""What stands apart: bills that the ledger holds and the match cannot lay against goods; named, so that nothing accrues silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import in_base, product
from recon.close.looked_at import taken
from recon.close.order_lines import accruing, of_order, prices
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.keys import number_key

if TYPE_CHECKING:
    from recon.close.looked_at import Matched

NO_PART = (
    "duplicate_invoice",
    "supplier_mismatch",
    "item_mismatch",
    "uom_mismatch",
    "quantity_missing",
    "currency_mismatch",
)
"""The codes for which a linked line takes no part, the first that it has names its step."""
WRONG_ITEM = "item_mismatch"
REPEATS = ("duplicate_receipt", "input_rejected")
WHOLE_ORDER, REJECTED = "billed_by_header", "input_rejected"
ZERO = pl.lit(0, EXACT)
POSTED = pl.col("posted").fill_null(value=True)
_OF_ORDERS = ("po_number", "company", "currency", "amount", "posting_date", "invoice_date", "source", "row")
_OF_LINES = (*_OF_ORDERS, "order", "codes")
SHAPE = ["order", "po_key", "company", "account", "currency", "step", "open_amount", "base_amount", "source", "row"]


def standing_apart(done: Matched, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return the posted invoice lines that name goods to be received and take no part: SHAPE, `open_amount` what they bill.

    Lines of a whole order, and rejected ones, have no `order`, and an account only where their order has a single one.
    """
    ours = accruing(orders.select("order", "po_number", "company", "account", "policy", "accrue"))
    of_lines = _of_lines(done, ours)
    bills = pl.concat([_by_header(done), _rejected(done)])
    of_orders = bills.join(_heads(ours if bills.height else ours.clear()), on="po_key")
    of_orders = of_orders.filter((pl.col("company") == pl.col("order_company")).fill_null(value=True))
    found = pl.concat([of_lines, of_orders.with_columns(company="order_company")], how="diagonal")
    return in_base(found, rates, base_currency, "invoice_lines").select(SHAPE)


def wrong_goods(done: Matched, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return SHAPE of receipts of another item than their order line's: on the account at its price, a credit, and never accrued."""
    place = ["source", "row"]
    columns = ("company", "order", "quantity", "uom", "posting_date", "receipt_date", *place)
    idle = taken(
        done.receipt_lines, *columns, where=pl.col("quantity_counted").is_null() & pl.col("order").is_not_null()
    )
    code = pl.col("code").cast(pl.String)
    told = taken(done.discrepancies, "code", *place, where=code.is_in([WRONG_ITEM, *REPEATS]))
    coded = told.filter(code == WRONG_ITEM).join(told.filter(code != WRONG_ITEM), on=place, how="anti")
    wrong = idle.join(coded, on=place, how="semi")
    ours = accruing(of_order(orders, wrong))
    about = ours.select("order", "account", order_company="company").join(prices(ours), on="order")
    priced = wrong.join(about, on="order").filter(~pl.col("by_amount"))
    in_its_unit = priced.filter((pl.col("uom") == pl.col("order_uom")).fill_null(value=True))
    valued = product(in_its_unit, "worth", ["quantity", "price"]).with_columns(
        open_amount=-pl.col("worth"),
        step=pl.lit(f"receipt_{WRONG_ITEM}"),
        po_key=pl.lit(None, pl.String),
        company="order_company",
        currency="order_currency",
    )
    return in_base(valued, rates, base_currency, "receipt_lines").select(SHAPE)


def _of_lines(done: Matched, ours: pl.DataFrame) -> pl.DataFrame:
    marks = pl.col("codes").list
    step: pl.Expr = pl.lit(None, pl.String)
    for code in reversed(NO_PART):
        step = pl.when(marks.contains(code)).then(pl.lit(code)).otherwise(step)
    idle = pl.col("quantity_variance").is_null() & (pl.col("line_type") == "item")
    lines = taken(done.invoice_lines, *_OF_LINES, where=idle & POSTED)
    linked = of_order(lines.with_columns(step=step).drop_nulls("step"), ours)
    about = ours.select("order", "account", order_company="company")
    return linked.join(about, on="order").with_columns(open_amount="amount", company="order_company")


def _by_header(done: Matched) -> pl.DataFrame:
    """Return the lines that say no more than an order and an amount, and are of no one line of it."""
    bare = pl.all_horizontal(pl.col(name).is_null() for name in ("order_po_line", "item", "quantity", "unit_price"))
    lost = pl.col("codes").list.contains("order_not_found") | pl.col("codes").list.contains("duplicate_invoice")
    bills = taken(done.invoice_lines, *_OF_ORDERS, where=(pl.col("line_type") == "item") & bare & ~lost & POSTED)
    return _of_an_order(bills, WHOLE_ORDER)


def _rejected(done: Matched) -> pl.DataFrame:
    rows = done.rejects.filter(pl.col("table") == "invoice_lines")
    dated = rows.with_columns(pl.lit(None, pl.Date).alias(day) for day in ("posting_date", "invoice_date"))
    return _of_an_order(dated, REJECTED)


def _of_an_order(lines: pl.DataFrame, step: str) -> pl.DataFrame:
    keyed = lines.with_columns(
        po_key=number_key("po_number"), step=pl.lit(step), open_amount=pl.col("amount").cast(EXACT)
    )
    days = ["posting_date", "invoice_date"]
    return keyed.drop_nulls("po_key").select(
        "po_key", "company", "currency", "step", "open_amount", *days, "source", "row"
    )


def _heads(ours: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that expect goods, with their account where all their lines have the same."""
    single = pl.when(pl.col("account").n_unique() == 1).then(pl.col("account").first())
    keyed = ours.with_columns(po_key=number_key("po_number"))
    return keyed.group_by("po_key", order_company="company").agg(single.alias("account"))


def with_apart(lines: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Add `apart_amount` to open goods of GR_IR: what bills that stand apart bill of them, in the order's currency.

    What is of a whole order goes to its lines one after the other. Duplicates take nothing from what is owed.
    """
    counted = apart.filter(pl.col("step") != "duplicate_invoice").drop_nulls("open_amount")
    own = group_sums(counted.drop_nulls("order"), ["order", "currency"], "open_amount")
    of_lines = lines.join(own.rename({"open_amount": "own"}), on=["order", "currency"], how="left")
    heads = ["company", "po_key", "currency"]
    whole = group_sums(counted.filter(pl.col("order").is_null()), heads, "open_amount")
    keyed = of_lines.with_columns(po_key=number_key("po_number"), own=pl.col("own").fill_null(ZERO))
    both = keyed.join(whole.rename({"open_amount": "whole"}), on=heads, how="left", nulls_equal=True)
    rest = pl.max_horizontal(ZERO, pl.col("open_amount") - pl.col("own"))
    running = (
        both.sort("order")
        .with_columns(rest=rest)
        .with_columns(before=pl.col("rest").cum_sum().over(heads) - pl.col("rest"))
    )
    share = pl.max_horizontal(ZERO, pl.min_horizontal("rest", pl.col("whole").fill_null(ZERO) - pl.col("before")))
    return running.with_columns(apart_amount=pl.col("own") + share).drop("own", "whole", "rest", "before", "po_key")
