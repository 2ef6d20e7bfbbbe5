"""Ways out by a corrected figure: a price, an amount, a total, a rate of tax, a quantity."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from recon.review.figures import HUNDREDTH, PRECISE, number, step_of
from recon.review.ways.way import FOLLOWS, Change, Way
from recon.review.worlds import document_of, order_row
from recon.tables import INVOICE_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from recon.review.worlds import Row, World


def prices(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """A lower price on the invoice, or a higher one on the order: told as how much a unit costs less or more then."""
    actual, variance = number(finding["actual"]), finding["variance"]
    if actual is None or row["quantity"] is None or not variance or variance < 0:
        return
    step = step_of(actual, HUNDREDTH)
    kinds = world.sources.invoice_lines.schema["unit_price"], world.sources.order_lines.schema["unit_price"]
    price = pl.col("unit_price")
    yield Way(
        "an invoice price lower by {}", step, variance,
        lambda less: world.on_line(row, unit_price=price - pl.lit(less, kinds[0]), amount=None), FOLLOWS,
    )  # fmt: skip
    yield Way(
        "an order price higher by {}", step, variance,
        lambda more: world.on_order(row, unit_price=price + pl.lit(more, kinds[1])),
    )  # fmt: skip


def figure(name: str, called: str, *blank: str) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    """Return what corrects a figure of the line; what `blank` names follows from it."""

    def of(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
        values = dict.fromkeys(blank)
        if finding["variance"] and "invoice_number" in row:
            made = lambda more: world.on_line(row, **{name: _plus(name, more)}, **values)  # noqa: E731
            yield _moved(called, finding["variance"], made)

    return of


def total(name: str, called: str) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    """Return what corrects a total, which stands on each line of its document."""

    def of(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
        if finding["variance"] and "invoice_number" in row:
            made = lambda more: world.where("invoice_lines", document_of(row), **{name: _plus(name, more)})  # noqa: E731
            yield _moved(called, finding["variance"], made)

    return of


def _moved(called: str, variance: Decimal, made: Callable[[Decimal], World]) -> Way:
    word, sign = ("lower", -1) if variance > 0 else ("higher", 1)
    return Way(f"{called} {word} by {{}}", step_of(variance), abs(variance), lambda by: made(sign * by), FOLLOWS)


def _plus(name: str, more: Decimal) -> pl.Expr:
    return pl.col(name) + pl.lit(more, INVOICE_LINES.columns[name])


def rate_of_tax(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    """The tax rate that the line has, on the order."""
    if not (row.get("amount") and row.get("tax_amount")):
        return
    rate = PRECISE.divide(row["tax_amount"] * 100, row["amount"]).normalize(PRECISE)
    if rate == round(rate, 2):
        change = world.on_order if row.get("order_po_number") else world.on_line
        yield Change(f"a tax rate of {rate:f} % on the order", partial(change, row, tax_rate=rate))


def quantity(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    """The quantity that the amount is worth at the order's price."""
    order = order_row(world, row)
    if row.get("amount") and order.get("unit_price"):
        quantity = PRECISE.divide(row["amount"] * (order["price_unit"] or 1), order["unit_price"]).normalize(PRECISE)
        if quantity == round(quantity, 6):
            yield Change(f"a quantity of {quantity:f} on the line", partial(world.on_line, row, quantity=quantity))
