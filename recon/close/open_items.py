"""Open items: what is left of each receipt and of each bill when goods and bills are laid against each other, first in, first out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import in_base, product
from recon.close.looked_at import taken, there
from recon.close.order_lines import accruing, of_order, prices
from recon.close_tables import GR_IR_RECEIPTS
from recon.codes import BY_RECEIPT
from recon.engine.exact import Exact
from recon.engine.joins import with_columns_of
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.allocate.running import WHOLE, excess, running_sum

if TYPE_CHECKING:
    from recon.close.looked_at import Matched

_LINKED = ("order", "company", "order_po_number", "order_po_line")
_OF_BILLS = (
    *_LINKED,
    *("invoice_key", "invoice_number", "line_type", "invoice_date", "posting_date", "posted", "policy", "currency"),
    *("quantity_variance", "received", "ordered", "invoiced_before", "amount", "source", "row"),
)
"""What is looked at of invoice lines that take part."""
_IS_LINKED = pl.col("order").is_not_null()


@dataclass(frozen=True)
class OpenItems:
    """Goods and bills that count, each with `order` and `counted`, and what is open of either, with `left`."""

    received: pl.DataFrame
    bills: pl.DataFrame
    receipts: pl.DataFrame
    uncovered: pl.DataFrame


def open_items(done: Matched, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str) -> OpenItems:
    """Return what is open between goods and bills of the order lines that expect goods and are accrued."""
    received, bills = receipts_of(done, orders), bills_of(done, orders)
    ours = accruing(_unsettled(received, bills, orders))
    return OpenItems(
        received,
        bills,
        open_receipts(received, bills, ours, rates, base_currency),
        uncovered(received, bills, ours, rates, base_currency),
    )


def _unsettled(received: pl.DataFrame, bills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Leave out the order lines of which as much was billed as came, and nothing went back: of them nothing is open."""
    sides = [group_sums(lines, ["order"], "counted") for lines in (received, bills)]
    even = sides[0].join(sides[1], on="order").filter(pl.col("counted") == pl.col("counted_right"))
    back = pl.concat(lines.filter(pl.col("counted") < 0).select("order") for lines in (received, bills))
    settled = even.join(back, on="order", how="anti")
    return orders.join(settled, on="order", how="anti", maintain_order="left")


def receipts_of(done: Matched, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the receipt lines that count, with `order` and `counted`, in the order in which they are used up."""
    wanted = {*GR_IR_RECEIPTS.columns, *_LINKED, "quantity_counted"}
    columns = [name for name in there(done.receipt_lines) if name in wanted]
    counting = taken(done.receipt_lines, *columns, where=_IS_LINKED & pl.col("quantity_counted").is_not_null())
    return of_order(counting, orders).with_columns(counted=pl.col("quantity_counted"))


def bills_of(done: Matched, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the invoice lines that take part, with `order` and `counted`: a quantity in the order's unit, or an amount."""
    taking = taken(done.invoice_lines, *_OF_BILLS, where=_IS_LINKED & pl.col("quantity_variance").is_not_null())
    base = pl.when(pl.col("policy").is_in(BY_RECEIPT)).then("received").otherwise("ordered")
    counted = pl.col("quantity_variance") + base - pl.col("invoiced_before")
    return of_order(taking.with_columns(counted=counted), orders)


def open_receipts(
    receipts: pl.DataFrame, bills: pl.DataFrame, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str
) -> pl.DataFrame:
    """Return the receipts that no bill uses up, with `open_quantity`, `open_amount` at the order's price, `rate`, base.

    Returns take off what came last before them; where more went back than came, that is open below zero. Where the order
    goes by amount, `open_quantity` is null.
    """
    left = _left(of_order(receipts, orders), of_order(bills, orders))
    priced = with_columns_of(left, prices(orders), "order").with_columns(currency="order_currency")
    valued = product(priced, "open_amount", ["left", "price"])
    return in_base(_shown(valued), rates, base_currency, "receipt_lines")


def uncovered(
    receipts: pl.DataFrame, bills: pl.DataFrame, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str
) -> pl.DataFrame:
    """Return the bills of which more is billed than was received, with `open_quantity`, `open_amount`, `rate`, base.

    Amounts are the bill's own: what is billed beyond the receipts is booked at the bill's price; a bill in another currency than
    its order's is valued at the order's.
    """
    left = _left(of_order(bills, orders), of_order(receipts, orders))
    known = _in_currency_of_order(with_columns_of(left, prices(orders), "order"))
    valued = product(known, "open_amount", ["left", "amount"], "counted")
    return in_base(_shown(valued), rates, base_currency, "invoice_lines")


def in_another_currency(bill: str = "currency") -> pl.Expr:
    """Return which bills, beside `prices` of their orders, are in another currency than the order."""
    return (pl.col(bill) != pl.col("order_currency")).fill_null(value=False)


def _in_currency_of_order(bills: pl.DataFrame) -> pl.DataFrame:
    """Let bills in another currency be worth what their order says of it; an order that goes by amount has no price for that."""
    strange = in_another_currency() & ~pl.col("by_amount")
    if bills.filter(strange).is_empty():
        return bills
    ordered = product(bills, "ordered_amount", ["counted", "price"])
    amount = pl.when(strange).then("ordered_amount").otherwise(pl.col("amount").cast(EXACT))
    currency = pl.when(strange).then("order_currency").otherwise("currency")
    return ordered.with_columns(amount=amount, currency=currency).drop("ordered_amount")


def _shown(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(open_quantity=pl.when(~pl.col("by_amount")).then("left"))


def _left(lines: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the lines, by order, of which something is `left` when all that `others` count is laid against them."""
    ordered = lines.select("order", "counted").with_row_index("at").sort("order", maintain_order=True)
    totals = group_sums(others, ["order"], "counted").rename({"counted": "total"})
    against = with_columns_of(ordered, totals, "order")
    mine, theirs = Exact.of(against["counted"]).aligned(Exact.of(against["total"].fill_null(0)))
    both = pl.DataFrame({"order_id": against["order"], "counted": mine.ints, "total": theirs.ints})
    left = _beyond(both) - _beyond(
        both.with_columns(*((pl.lit(0, WHOLE) - pl.col(name)).alias(name) for name in ("counted", "total")))
    )
    found = against.select("at", left=Exact.bounded(left, mine.scale).decimal()).filter(pl.col("left") != 0)
    return lines[found["at"]].with_columns(found["left"])


def _beyond(both: pl.DataFrame) -> pl.Series:
    """Return of each line what of its stretch lies beyond `total`: its stretch is what later returns leave of it."""
    zero = pl.lit(0, WHOLE)
    summed = both.with_columns(running_sum(both, "counted").alias("cum"), zero.alias("nothing"))
    net = excess(summed, "nothing")
    end = running_sum(net, "over")
    stretch = net.select("over", "total", end=end)
    start = pl.max_horizontal(pl.col("end") - pl.col("over"), pl.col("total"), zero)
    return stretch.select(pl.max_horizontal(zero, pl.col("end") - start)).to_series()
