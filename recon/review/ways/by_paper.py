"""Ways out by a paper: goods received, returned or accepted, a bill or a credit note, more ordered."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from recon.ledger.summary import plain
from recon.review.figures import HUNDREDTH, step_of
from recon.review.ways.way import Change, Way
from recon.review.worlds import accepted, billed, credited, key_of, received

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.review.worlds import Row, World


def receipt(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """Goods received, as many as are billed without them."""
    variance = finding["variance"]
    if key_of(row)[0] and variance:
        yield Way("a receipt of {}", step_of(variance), abs(variance), lambda q: received(world, row, q))


def goods_back(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """Goods sent back, as many as came too many."""
    if finding["variance"]:
        step = step_of(finding["variance"])
        yield Way("a return of {}", step, abs(finding["variance"]), lambda q: received(world, row, -q))


def credit(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """A credit note for the quantity that is billed too much."""
    variance = finding["variance"]
    if row.get("quantity") and variance:
        yield Way("a credit note for {}", step_of(variance), abs(variance), lambda q: credited(world, row, quantity=q))


def credit_of_money(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """A credit note for the amount that is at risk."""
    most, currency = finding["amount_at_risk"], finding["currency"] or ""
    if most and most > 0 and "invoice_number" in row:
        told = f"a credit note of {{}} {currency}".rstrip()
        yield Way(told, step_of(most, HUNDREDTH), most, lambda money: credited(world, row, amount=money))


def invoice(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """The bill for what is open."""
    open_ones = finding["variance"] or row.get("received_not_invoiced")
    if open_ones:
        size = abs(Decimal(open_ones))
        yield Way("an invoice for {}", step_of(size), size, lambda q: billed(world, row, q))


def credit_of_order(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """The credit note for what went back."""
    size = abs(finding["variance"] or Decimal(0)) or abs(row.get("invoiced_not_received") or Decimal(0))
    if size:
        yield Way("a credit note for {}", step_of(size), size, lambda q: billed(world, row, -q))


def order(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """More ordered: a quantity, or an amount."""
    variance = finding["variance"]
    if variance and variance > 0:
        name = "amount" if finding["code"] == "amount_over_ordered" else "quantity"
        more = partial(_more, world, row, name)
        yield Way("{} more ordered", step_of(variance), variance, more)


def _more(world: World, row: Row, name: str, more: Decimal) -> World:
    other = {"amount": pl.lit(None)} if name == "quantity" else {}  # it follows from quantity and price
    return world.on_order(row, **{name: pl.col(name) + pl.lit(more, world.sources.order_lines.schema[name])}, **other)


def deducted(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """The prepayment deducted."""
    money = finding["amount_at_risk"]
    if money and "invoice_number" in row:
        told = f"the prepayment of {plain(money)} {finding['currency'] or ''} deducted".replace("  ", " ")
        yield Change(told, lambda: credited(world, row | {"line_type": "prepayment"}, amount=money))


def accepted_goods(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    """The goods accepted."""
    yield Change("acceptance of the goods", partial(accepted, world, row))
