"""Which changes could clear which code: more received, less billed, another limit, another reference, master data."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.ledger.summary import plain
from recon.review.clears import FOLLOWS, Change, Way
from recon.review.worlds import accepted, at, billed, credited, document_of, key_of, order_of, received
from recon.rules.rule import Limit
from recon.tables import INVOICE_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from recon.review.worlds import Row, World

_PRECISE = Context(prec=60)
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
_CANDIDATES = 12
"""Order lines of the supplier that are tried in the place of the one that is missing."""


def ways(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """Yield the changes that are worth trying on a row (of invoice, order or receipt lines), the likeliest first."""
    for of in _OF.get(finding["code"], ()):
        yield from of(world, finding, row)
    measure = _LIMITS.get(finding["code"])
    if measure and finding["variance"]:
        yield from _limits(world, measure, abs(finding["variance"]), number(finding["expected"]))


def number(text: str | None) -> Decimal | None:
    """Return a figure that is published as text, None where it is no number."""
    try:
        return Decimal(text) if text is not None else None
    except ArithmeticError:
        return None


def _limits(world: World, measure: str, variance: Decimal, expected: Decimal | None) -> Iterator[Way | Change]:
    if measure in _RELATIVE and expected:
        share = _PRECISE.divide(variance * 100, abs(expected))
        guess = share.quantize(_HUNDREDTH, rounding=ROUND_CEILING, context=_PRECISE)
        yield Way("a limit of {} %", _HUNDREDTH, guess, lambda value: world.tolerated(measure, Limit(percent=value)))
    else:
        step = _ONE if measure == "date" else _step(variance)
        told = "a limit of {} days" if measure == "date" else "a limit of {}"
        yield Way(told, step, variance, lambda value: world.tolerated(measure, Limit(absolute=value)))


def _receipt(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    variance = finding["variance"]
    if key_of(row)[0] and variance:
        yield Way("a receipt of {}", _step(variance), abs(variance), lambda q: received(world, row, q))


def _return(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    if finding["variance"]:
        step = _step(finding["variance"])
        yield Way("a return of {}", step, abs(finding["variance"]), lambda q: received(world, row, -q))


def _credit(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    variance = finding["variance"]
    if row.get("quantity") and variance:
        yield Way("a credit note for {}", _step(variance), abs(variance), lambda q: credited(world, row, quantity=q))


def _credit_of_money(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    most, currency = finding["amount_at_risk"], finding["currency"] or ""
    if most and most > 0 and "invoice_number" in row:
        told = f"a credit note of {{}} {currency}".rstrip()
        yield Way(told, _step(most, _CENT), most, lambda money: credited(world, row, amount=money))


def _invoice(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    open_ones = finding["variance"] or row.get("received_not_invoiced")
    if open_ones:
        size = abs(Decimal(open_ones))
        yield Way("an invoice for {}", _step(size), size, lambda q: billed(world, row, q))


def _credit_of_order(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    size = abs(finding["variance"] or Decimal(0)) or abs(row.get("invoiced_not_received") or Decimal(0))
    if size:
        yield Way("a credit note for {}", _step(size), size, lambda q: billed(world, row, -q))


def _order(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    variance = finding["variance"]
    if variance and variance > 0:
        name = "amount" if finding["code"] == "amount_over_ordered" else "quantity"
        more = partial(_more, world, row, name)
        yield Way("{} more ordered", _step(variance), variance, more)


def _more(world: World, row: Row, name: str, more: Decimal) -> World:
    other = {"amount": pl.lit(None)} if name == "quantity" else {}  # it follows from quantity and price
    return world.on_order(row, **{name: pl.col(name) + pl.lit(more, world.sources.order_lines.schema[name])}, **other)


def _prices(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """A lower price on the invoice, or a higher one on the order: told as how much a unit costs less or more then."""
    actual, variance = number(finding["actual"]), finding["variance"]
    if actual is None or row["quantity"] is None or not variance or variance < 0:
        return
    step = _step(actual, _CENT)
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


def _figure(name: str, called: str, *blank: str) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    """Return what corrects a figure of the line; what `blank` names follows from it."""

    def of(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
        values = dict.fromkeys(blank)
        if finding["variance"] and "invoice_number" in row:
            made = lambda more: world.on_line(row, **{name: _plus(name, more)}, **values)  # noqa: E731
            yield _moved(called, finding["variance"], made)

    return of


def _total(name: str, called: str) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    """Return what corrects a total, which stands on each line of its document."""

    def of(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
        if finding["variance"] and "invoice_number" in row:
            made = lambda more: world.where("invoice_lines", document_of(row), **{name: _plus(name, more)})  # noqa: E731
            yield _moved(called, finding["variance"], made)

    return of


def _moved(called: str, variance: Decimal, made: Callable[[Decimal], World]) -> Way:
    word, sign = ("lower", -1) if variance > 0 else ("higher", 1)
    return Way(f"{called} {word} by {{}}", _step(variance), abs(variance), lambda by: made(sign * by), FOLLOWS)


def _plus(name: str, more: Decimal) -> pl.Expr:
    return pl.col(name) + pl.lit(more, INVOICE_LINES.columns[name])


def _candidates(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    """Another order line on the invoice line: those of the order cited first, then others of the supplier."""
    if "invoice_number" not in row:
        return
    cited = pl.col("po_number") == (row["po_number"] or "")
    theirs = pl.col("supplier_id").eq_missing(pl.lit(row["supplier_id"], pl.String))
    known = world.sources.order_lines.filter(theirs | cited).sort(cited, descending=True, maintain_order=True)
    for number, line, item in known.select("po_number", "po_line", "item").head(_CANDIDATES).iter_rows():
        given = {"po_number": number, "po_line": line, "item": item}
        yield Change(f"order line {number}/{line} on the invoice line", partial(world.on_line, row, **given))


def _order_row(world: World, row: Row) -> Row:
    return next(iter(world.sources.order_lines.filter(order_of(row)).head(1).to_dicts()), {})


def _from_order(name: str, called: str, *blank: str) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    """Return what puts the order's value on the invoice line."""

    def of(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
        value = _order_row(world, row).get(name)
        if value is not None:
            values = {name: value, **dict.fromkeys(blank)}
            yield Change(f"{called} {value} on the invoice line", partial(world.on_line, row, **values))

    return of


def _order_as(told: str, **values: Any) -> Callable[[World, Row, Row], Iterator[Way | Change]]:
    def of(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
        yield Change(told, partial(world.on_order, row, **values))

    return of


def _account(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    mine = pl.col("supplier_id") == (row["supplier_id"] or "")
    yield Change("the account confirmed, then put on file", partial(world.where, "suppliers", mine, iban=row["iban"]))


def _unblocked(world: World, _: Row, __: Row) -> Iterator[Way | Change]:
    yield Change("the block lifted", partial(world.where, "suppliers", pl.lit(value=True), blocked=False))


def _named_supplier(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    """The supplier that was found, or the order's, as a sure one: what an alias or agreeing master data would make it."""
    cited = {"po_number": row["order_po_number"] or row["po_number"], "po_line": row["order_po_line"] or row["po_line"]}
    for supplier in dict.fromkeys(filter(None, (row["supplier_id"], _order_row(world, cited).get("supplier_id")))):
        sure = {"supplier_id": supplier, "supplier_name": None, "supplier_vat_id": None, "iban": None}
        yield Change(f"{supplier} confirmed as the supplier", partial(world.on_line, row, **sure))


def _rate(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    currency, day = finding["currency"] or row["currency"], row.get("invoice_date")
    made = {"currency": currency, "date": day, "rate": _ONE}
    yield Change(f"a rate for {currency}{f' on {day}' if day else ''}", partial(world.with_row, "rates", made))


def _one_currency(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    change = partial(world.where, "invoice_lines", document_of(row), currency=row["currency"])
    yield Change(f"{row['currency']} on every line", change)


def _accepted(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    yield Change("acceptance of the goods", partial(accepted, world, row))


def _deducted(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    money = finding["amount_at_risk"]
    if money and "invoice_number" in row:
        told = f"the prepayment of {plain(money)} {finding['currency'] or ''} deducted".replace("  ", " ")
        yield Change(told, lambda: credited(world, row | {"line_type": "prepayment"}, amount=money))


def _one_row(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    orders = world.sources.order_lines
    yield Change(
        "one row for the order line", lambda: world.having(order_lines=orders.filter(~order_of(row) | at(row)))
    )


def _rate_of_tax(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    if not (row.get("amount") and row.get("tax_amount")):
        return
    rate = _PRECISE.divide(row["tax_amount"] * 100, row["amount"]).normalize(_PRECISE)
    if rate == round(rate, 2):
        change = world.on_order if row.get("order_po_number") else world.on_line
        yield Change(f"a tax rate of {rate:f} % on the order", partial(change, row, tax_rate=rate))


def _quantity(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    order = _order_row(world, row)
    if row.get("amount") and order.get("unit_price"):
        quantity = _PRECISE.divide(row["amount"] * (order["price_unit"] or 1), order["unit_price"]).normalize(_PRECISE)
        if quantity == round(quantity, 6):
            yield Change(f"a quantity of {quantity:f} on the line", partial(world.on_line, row, quantity=quantity))


def _other_bill(world: World, _: Row, row: Row) -> Iterator[Way | Change]:
    lines = world.sources.invoice_lines
    same = pl.col("amount").eq_missing(pl.lit(row["amount"], lines.schema["amount"])) & ~at(row)
    for number in lines.filter(same & ~document_of(row)).get_column("invoice_number").unique().sort().head(_CANDIDATES):
        others = lines.filter(pl.col("invoice_number") != number)
        yield Change(f"invoice {number} taken back", partial(world.having, invoice_lines=others))


def _mended(world: World, _: Row, __: Row) -> Iterator[Way | Change]:
    yield Change("the mended source row", partial(world.having, rejects=world.sources.rejects.clear()))


_OF: Mapping[str, tuple[Callable[[World, Row, Row], Iterator[Way | Change]], ...]] = {
    "price_variance": (_prices, _credit_of_money),
    "quantity_over_received": (_receipt, _credit),
    "not_received": (_receipt, _credit),
    "quantity_over_accepted": (_receipt, _credit),
    "quantity_over_ordered": (_credit, _order),
    "amount_over_received": (_receipt, _credit_of_money),
    "amount_over_ordered": (_credit_of_money, _order),
    "extension_error": (_figure("amount", "an amount"),),
    "invoice_total_variance": (
        _total("invoice_total", "an invoice total"), _total("invoice_net", "an invoice net"),
    ),
    "tax_variance": (_figure("tax_amount", "tax"), _total("invoice_tax", "an invoice tax")),
    "charge_variance": (_figure("amount", "a charge", "quantity", "unit_price"), _credit_of_money),
    "unplanned_charge": (_figure("amount", "a charge", "quantity", "unit_price"), _credit_of_money),
    "prepayment_over_ordered": (_credit_of_money,),
    "prepayment_not_deducted": (_deducted,),
    "retention_over_released": (_figure("amount", "a release", "quantity", "unit_price"), _credit_of_money),
    "credit_exceeds_invoiced": (_invoice,),
    "under_delivery": (_receipt,),
    "over_delivery": (_return,),
    "received_not_invoiced": (_invoice,),
    "returned_not_credited": (_credit_of_order,),
    "goods_rejected": (_accepted,),
    "duplicate_order_line": (_one_row,),
    "order_contradicts_itself": (_order_as("an order line with a price and no amount", amount=None),),
    "order_closed": (_order_as("a reopened order line", closed=False, closed_date=None),),
    "order_not_found": (_candidates,),
    "order_line_not_found": (_candidates,),
    "no_reference": (_candidates,),
    "link_ambiguous": (_candidates,),
    "link_suggested": (_candidates,),
    "item_mismatch": (_from_order("item", "item"), _candidates),
    "supplier_mismatch": (
        _candidates, _from_order("supplier_id", "supplier", "supplier_name", "supplier_vat_id", "iban"),
    ),
    "currency_mismatch": (_from_order("currency", "currency"),),
    "uom_mismatch": (_from_order("uom", "unit"),),
    "terms_mismatch": (_order_as("the supplier's payment terms on the order", payment_terms=None),),
    "currency_mixed": (_one_currency,),
    "rate_missing": (_rate,),
    "supplier_unknown": (_named_supplier,),
    "supplier_uncertain": (_named_supplier,),
    "supplier_blocked": (_unblocked,),
    "bank_details_differ": (_account,),
    "tax_unproven": (_rate_of_tax,),
    "quantity_missing": (_quantity,),
    "possible_duplicate": (_other_bill,),
    "input_rejected": (_mended,),
}  # fmt: skip
"""Code -> the changes tried; what has none is not cleared by one (a duplicate stays set aside)."""


def _step(*figures: Decimal) -> Decimal:
    """Return the last place in which any of the figures is written: `0.1` of 2.5."""
    exponents = [figure.normalize(_PRECISE).as_tuple().exponent for figure in figures]
    least = min((each for each in exponents if isinstance(each, int)), default=0)
    return Decimal(1).scaleb(min(0, least))
