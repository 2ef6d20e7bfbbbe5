"""Ways out by another fact: a reference, a supplier, an order as it should be, master data."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.review.ways.way import Change
from recon.review.worlds import at, document_of, order_of, order_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recon.review.worlds import Row, World

_CANDIDATES = 12
"""Order lines of the supplier that are tried in the place of the one that is missing."""


def candidates(world: World, _: Row, row: Row) -> Iterator[Change]:
    """Another order line on the invoice line: those of the order cited first, then others of the supplier."""
    if "invoice_number" not in row:
        return
    cited = pl.col("po_number") == (row["po_number"] or "")
    theirs = pl.col("supplier_id").eq_missing(pl.lit(row["supplier_id"], pl.String))
    known = world.sources.order_lines.filter(theirs | cited).sort(cited, descending=True, maintain_order=True)
    for number, line, item in known.select("po_number", "po_line", "item").head(_CANDIDATES).iter_rows():
        given = {"po_number": number, "po_line": line, "item": item}
        yield Change(f"order line {number}/{line} on the invoice line", partial(world.on_line, row, **given))


def from_order(name: str, called: str, *blank: str) -> Callable[[World, Row, Row], Iterator[Change]]:
    """Return what puts the order's value on the invoice line."""

    def of(world: World, _: Row, row: Row) -> Iterator[Change]:
        value = order_row(world, row).get(name)
        if value is not None:
            values = {name: value, **dict.fromkeys(blank)}
            yield Change(f"{called} {value} on the invoice line", partial(world.on_line, row, **values))

    return of


def order_as(told: str, **values: Any) -> Callable[[World, Row, Row], Iterator[Change]]:
    """Return what gives the order line other values."""

    def of(world: World, _: Row, row: Row) -> Iterator[Change]:
        yield Change(told, partial(world.on_order, row, **values))

    return of


def account(world: World, _: Row, row: Row) -> Iterator[Change]:
    """The account of the line, on file."""
    mine = pl.col("supplier_id") == (row["supplier_id"] or "")
    yield Change("the account confirmed, then put on file", partial(world.where, "suppliers", mine, iban=row["iban"]))


def unblocked(world: World, _: Row, __: Row) -> Iterator[Change]:
    """The supplier, no longer blocked."""
    yield Change("the block lifted", partial(world.where, "suppliers", pl.lit(value=True), blocked=False))


def named_supplier(world: World, _: Row, row: Row) -> Iterator[Change]:
    """The supplier that was found, or the order's, as a sure one: what an alias or agreeing master data would make it."""
    cited = {"po_number": row["order_po_number"] or row["po_number"], "po_line": row["order_po_line"] or row["po_line"]}
    for supplier in dict.fromkeys(filter(None, (row["supplier_id"], order_row(world, cited).get("supplier_id")))):
        sure = {"supplier_id": supplier, "supplier_name": None, "supplier_vat_id": None, "iban": None}
        yield Change(f"{supplier} confirmed as the supplier", partial(world.on_line, row, **sure))


def rate(world: World, finding: Row, row: Row) -> Iterator[Change]:
    """A rate for the currency and day."""
    currency, day = finding["currency"] or row["currency"], row.get("invoice_date")
    made = {"currency": currency, "date": day, "rate": Decimal(1)}
    yield Change(f"a rate for {currency}{f' on {day}' if day else ''}", partial(world.with_row, "rates", made))


def one_currency(world: World, _: Row, row: Row) -> Iterator[Change]:
    """The currency of the line, on all lines of its document."""
    change = partial(world.where, "invoice_lines", document_of(row), currency=row["currency"])
    yield Change(f"{row['currency']} on every line", change)


def one_row(world: World, _: Row, row: Row) -> Iterator[Change]:
    """The order line with one row alone."""
    orders = world.sources.order_lines
    yield Change(
        "one row for the order line", lambda: world.having(order_lines=orders.filter(~order_of(row) | at(row)))
    )


def other_bill(world: World, _: Row, row: Row) -> Iterator[Change]:
    """The other bill of the same amount taken back."""
    lines = world.sources.invoice_lines
    same = pl.col("amount").eq_missing(pl.lit(row["amount"], lines.schema["amount"])) & ~at(row)
    for number in lines.filter(same & ~document_of(row)).get_column("invoice_number").unique().sort().head(_CANDIDATES):
        others = lines.filter(pl.col("invoice_number") != number)
        yield Change(f"invoice {number} taken back", partial(world.having, invoice_lines=others))


def mended(world: World, _: Row, __: Row) -> Iterator[Change]:
    """The source row mended."""
    yield Change("the mended source row", partial(world.having, rejects=world.sources.rejects.clear()))
