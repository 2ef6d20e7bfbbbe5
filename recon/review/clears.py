"""The smallest change that clears a finding, found by matching again: one step less does not clear it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Context, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.ledger.reconcile import reconcile
from recon.ledger.summary import plain
from recon.rules.rule import Limit, Sides, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from recon.rules.rule import Rules
    from recon.tables import Sources

Row = dict[str, Any]
_PRECISE = Context(prec=60)
_MOST_STEPS = 40
"""How often a search halves what is left: a step is found among a million millions."""
_CENT, _HUNDREDTH, _ONE = Decimal("0.01"), Decimal("0.01"), Decimal(1)
_LIMITS = {
    "price_variance": "price",
    "quantity_over_received": "quantity_received",
    "not_received": "quantity_received",
    "quantity_over_accepted": "quantity_accepted",
    "quantity_over_ordered": "quantity_ordered",
    "amount_over_ordered": "amount",
    "amount_over_received": "amount",
    "extension_error": "extension",
    "invoice_total_variance": "total",
    "tax_variance": "tax",
    "charge_variance": "charge",
    "unplanned_charge": "charge",
    "invoice_before_order": "date",
    "invoice_before_receipt": "date",
    "late_delivery": "date",
    "over_delivery": "delivery",
    "under_delivery": "delivery",
}
"""Code -> the measure whose limit decides it."""
_RELATIVE = ("price", "quantity_received", "quantity_accepted", "quantity_ordered", "amount", "delivery")
_OF_RECEIPTS = ("quantity_over_received", "not_received")
_CREDITED = (*_OF_RECEIPTS, "quantity_over_accepted", "quantity_over_ordered")


@dataclass(frozen=True)
class World:
    """What a finding was found in: its group's sources, and the rules."""

    sources: Sources
    rules: Rules
    as_of: date | None = None

    def clears(self, finding: Row, *alike: Row) -> bool:
        """Return whether the finding is not there, nor one that would take its place (`alike`: codes at the same row)."""
        found = reconcile(self.sources, self.rules, self.as_of).discrepancies
        codes = [finding["code"], *(row["code"] for row in alike)]
        here = found.filter((pl.col("source") == finding["source"]) & (pl.col("row") == finding["row"]))
        return here.filter(pl.col("code").is_in(codes)).is_empty()


@dataclass(frozen=True)
class Way:
    """One kind of change: how it is told of a figure, the step it is counted in, a first guess, and the world it makes."""

    told: str
    step: Decimal
    guess: Decimal
    made: Callable[[Decimal], World]


def smallest_changes(world: World, finding: Row, line: Row | None) -> list[str]:
    """Return the changes that clear a finding, each verified: it clears it, and a step less does not."""
    told = []
    for way in _ways(world, finding, line):
        least = _least(way, finding)
        if least is not None:
            told.append(way.told.format(plain(least)))
    return told


def _least(way: Way, finding: Row) -> Decimal | None:
    """Return the least multiple of the step that clears the finding, or None where none of them does."""
    also = ({"code": "quantity_over_received"},) if finding["code"] == "not_received" else ()

    def clears(steps: int) -> bool:
        return way.made(steps * way.step).clears(finding, *also)

    guess = max(1, int((way.guess / way.step).to_integral_value(ROUND_CEILING)))
    if clears(guess):
        if guess == 1 or not clears(guess - 1):
            return guess * way.step
        low, high = 0, guess - 1
    else:
        low, high = guess, guess * 2
        if not clears(high):
            return None
    for _ in range(_MOST_STEPS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        low, high = (low, middle) if clears(middle) else (middle, high)
    return high * way.step


def _ways(world: World, finding: Row, line: Row | None) -> Iterator[Way]:
    variance, expected = finding["variance"], _number(finding["expected"])
    if finding["code"] in _OF_RECEIPTS and line is not None and line["order_po_number"] and variance:
        yield Way("a receipt of {}", _step(variance), abs(variance), lambda q: _received(world, line, q))
    if finding["code"] == "price_variance" and line is not None and variance and variance > 0:
        yield from _prices(world, finding, line)
    if finding["code"] in _CREDITED and line is not None and line["quantity"] and variance:
        yield Way("a credit note for {}", _step(variance), abs(variance), lambda q: _credited(world, line, q))
    measure = _LIMITS.get(finding["code"])
    if measure and variance:
        yield from _limits(world, measure, abs(variance), expected)


def _limits(world: World, measure: str, variance: Decimal, expected: Decimal | None) -> Iterator[Way]:
    if measure in _RELATIVE and expected:
        share = _PRECISE.divide(variance * 100, abs(expected))
        guess = share.quantize(_HUNDREDTH, rounding=ROUND_CEILING, context=_PRECISE)
        yield Way("a limit of {} %", _HUNDREDTH, guess, lambda value: _tolerated(world, measure, Limit(percent=value)))
    elif measure == "date":
        yield Way("a limit of {} days", _ONE, variance, lambda value: _tolerated(world, measure, Limit(absolute=value)))
    else:
        step = _step(variance)
        yield Way("a limit of {}", step, variance, lambda value: _tolerated(world, measure, Limit(absolute=value)))


def _prices(world: World, finding: Row, line: Row) -> Iterator[Way]:
    """A lower price on the invoice, or a credit of that size: told as how much less a unit costs then."""
    actual, variance = _number(finding["actual"]), finding["variance"]
    if actual is None or line["quantity"] is None:
        return
    step = _step(actual, _CENT)
    yield Way("an invoice price lower by {}", step, variance, lambda less: _cheaper(world, line, less))
    yield Way("an order price higher by {}", step, variance, lambda more: _dearer(world, line, more))


def _received(world: World, line: Row, quantity: Decimal) -> World:
    """The world with one more receipt of the line's order line, in the invoice's unit of measure."""
    made = {
        "company": line["company"],
        "receipt_number": "(another receipt)",
        "receipt_line": "1",
        "po_number": line["order_po_number"],
        "po_line": line["order_po_line"],
        "quantity": quantity,
        "quantity_accepted": quantity,
        "receipt_date": world.as_of or line["invoice_date"],
        "source": "(what if)",
        "row": 1,
    }
    receipts = world.sources.receipt_lines
    more = pl.DataFrame({name: pl.Series([made.get(name)], dtype=kind) for name, kind in receipts.schema.items()})
    return replace(world, sources=replace(world.sources, receipt_lines=pl.concat([receipts, more])))


def _credited(world: World, line: Row, quantity: Decimal) -> World:
    """The world with a credit note for some of the line's quantity at its price."""
    lines = world.sources.invoice_lines
    here = (pl.col("source") == line["source"]) & (pl.col("row") == line["row"])
    blank = {name: pl.lit(None, kind) for name, kind in lines.schema.items() if name in _OF_THE_WHOLE}
    of_line: dict[str, Any] = {"document_type": "credit_note", "invoice_number": "(credit note)", "source": "(what if)"}
    made = {name: pl.lit(value, lines.schema[name]) for name, value in of_line.items()}
    less = pl.lit(-quantity, lines.schema["quantity"])
    credit = lines.filter(here).with_columns(**blank, **made, quantity=less)
    return replace(world, sources=replace(world.sources, invoice_lines=pl.concat([lines, credit])))


_OF_THE_WHOLE = ("amount", "tax_amount", "invoice_net", "invoice_tax", "invoice_total", "document_id")


def _cheaper(world: World, line: Row, less: Decimal) -> World:
    here = (pl.col("source") == line["source"]) & (pl.col("row") == line["row"])
    lines = world.sources.invoice_lines
    price = pl.when(here).then(_less("unit_price", less, lines)).otherwise("unit_price").alias("unit_price")
    amount = pl.when(~here).then("amount").alias("amount")  # it follows from the price
    return replace(world, sources=replace(world.sources, invoice_lines=lines.with_columns(price, amount)))


def _dearer(world: World, line: Row, more: Decimal) -> World:
    orders = world.sources.order_lines
    key = (pl.col("po_number") == line["order_po_number"]) & (pl.col("po_line") == line["order_po_line"])
    price = pl.when(key).then(_less("unit_price", -more, orders)).otherwise("unit_price").alias("unit_price")
    return replace(world, sources=replace(world.sources, order_lines=orders.with_columns(price)))


def _less(name: str, less: Decimal, lines: pl.DataFrame) -> pl.Expr:
    kind = lines.schema[name]
    return (pl.col(name) - pl.lit(less, kind)).cast(kind)


def _tolerated(world: World, measure: str, limit: Limit) -> World:
    """The world with a limit for both sides of a measure ahead of all others."""
    ahead = Tolerance("what if", {measure: Sides(over=limit, under=limit)})
    return replace(world, rules=replace(world.rules, tolerances=(ahead, *world.rules.tolerances)))


def _step(*figures: Decimal) -> Decimal:
    """Return the last place in which any of the figures is written: `0.1` of 2.5."""
    exponents = [figure.normalize(_PRECISE).as_tuple().exponent for figure in figures]
    least = min((each for each in exponents if isinstance(each, int)), default=0)
    return Decimal(1).scaleb(min(0, least))


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text is not None else None
    except ArithmeticError:
        return None


def group_of(sources: Sources, places: Mapping[str, pl.DataFrame]) -> Sources:
    """Return the rows of sources that stand at `places` (source, row; by table), with all that is not matched line by line."""
    kept = {
        name: getattr(sources, name).join(at, on=["source", "row"], how="semi", maintain_order="left")
        for name, at in places.items()
    }
    return replace(sources, **kept)
