"""Compare: what stands in the table of SPEC section 3, one function a measure."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import values
from tests.oracle.limits import Side, decide, seen_by_when
from tests.oracle.lines import InvoiceLine, OrderLine
from tests.oracle.quantities import excess

NOTHING = Fraction(0)
RECEIVED_POLICIES = ("three_way", "four_way")


def signed_side(value: Fraction) -> Side:
    """`over` is to the buyer's disadvantage."""
    return "over" if value > 0 else "under"


def compare_signed(
    line: InvoiceLine, rules: Rules, measure: str, code: str, expected: Fraction, actual: Fraction, default: Fraction
) -> None:
    """A sum that is the invoice's own arithmetic, or tax: both sides, sign of the variance."""
    variance = actual - expected
    if variance == 0:
        return
    line.varies = True
    side = decide(rules, measure, signed_side(variance), seen_by_when(line, line.order), default)
    if side.beyond(variance, expected):
        line.add(code, variance, side.name)


def extension(line: InvoiceLine, rules: Rules) -> None:
    if line.expected_amount is not None:
        unit = values.minor_unit(line.currency)
        compare_signed(line, rules, "extension", "extension_error", line.expected_amount, line.amount, unit)


def total(line: InvoiceLine, document: list[InvoiceLine], rules: Rules) -> None:
    """`document`: its lines that are not set aside."""
    if line.invoice_total is None:
        return
    net = sum((x.amount for x in document if x.kind != "tax"), NOTHING)
    on_lines = sum((x.tax_amount or NOTHING for x in document), NOTHING)
    of_type_tax = sum((x.amount for x in document if x.kind == "tax"), NOTHING)
    tax_sum = on_lines + of_type_tax if line.invoice_tax is None else line.invoice_tax
    unit = values.minor_unit(line.currency)
    compare_signed(line, rules, "total", "invoice_total_variance", net + tax_sum, line.invoice_total, unit)


def tax(line: InvoiceLine, rules: Rules) -> None:
    if line.order is None or line.order.row.get("tax_rate") is None or line.tax_amount is None:
        return
    rate = Fraction(line.order.row["tax_rate"])
    expected = line.amount * (rate if rate < 1 else rate / 100)
    compare_signed(line, rules, "tax", "tax_variance", expected, line.tax_amount, NOTHING)


def price_of(line: InvoiceLine, order: OrderLine, factor: Fraction) -> tuple[Fraction, Fraction] | None:
    """Return the variance per the order's price unit and on the line; None where there is nothing to compare."""
    if order.price is None or line.price is None or line.quantity is None:
        return None
    per_one = line.price / factor - order.price
    return per_one * order.price_unit, per_one * line.quantity * factor


def price_beyond(line: InvoiceLine, order: OrderLine, factor: Fraction, rules: Rules) -> tuple[bool, str | None] | None:
    found = price_of(line, order, factor)
    if found is None:
        return None
    variance, on_line = found
    if variance == 0:
        return False, None
    side = decide(rules, "price", signed_side(on_line or variance), seen_by_when(line, order))
    return side.beyond(variance, order.unit_price or NOTHING, on_line), side.name


def price(line: InvoiceLine, rules: Rules) -> None:
    if line.order is None or line.factor is None:
        return
    found = price_of(line, line.order, line.factor)
    beyond = price_beyond(line, line.order, line.factor, rules)
    if found is None or beyond is None:
        return
    line.price_variance, line.price_variance_amount = found
    line.varies = line.varies or found[0] != 0
    if beyond[0]:
        line.add("price_variance", found[0], beyond[1], found[1])


def quantities(order: OrderLine, lines: list[InvoiceLine], rules: Rules) -> None:
    """Hold the lines that take part against received, accepted and ordered, in the order of allocation."""
    if order.by_amount or order.quantity is None or order.policy == "none":
        return
    if order.policy in RECEIVED_POLICIES:
        code = "quantity_over_received" if order.received > 0 else "not_received"
        over_limit(order, lines, rules, "quantity_received", code, order.received, order.received)
    if order.policy == "four_way":
        over_limit(order, lines, rules, "quantity_accepted", "quantity_over_accepted", order.accepted, order.accepted)
    widened = order.quantity * (1 + percent_of(order, "over_delivery_percent") / 100)
    over_limit(order, lines, rules, "quantity_ordered", "quantity_over_ordered", widened, order.quantity)
    base = order.received if order.policy in RECEIVED_POLICIES else order.quantity
    for line in lines:
        line.quantity_variance = (line.cum or NOTHING) - base


def percent_of(order: OrderLine, column: str) -> Fraction:
    return Fraction(order.row.get(column) or 0)


def over_limit(
    order: OrderLine, lines: list[InvoiceLine], rules: Rules, measure: str, code: str, limit: Fraction, base: Fraction
) -> None:
    for line, (over, least) in zip(lines, excess(lines, limit), strict=True):
        if over == 0:
            continue
        line.varies = True
        side = decide(rules, measure, "over", seen_by_when(line, order))
        if side.unchecked:
            continue
        nothing_came = code in ("not_received", "amount_over_received") and limit <= 0
        if nothing_came or side.beyond(least, max(NOTHING, base)):
            value = over if order.by_amount else over * (order.price or NOTHING)
            line.add(code, least, side.name, value, order.currency)


def amounts(order: OrderLine, lines: list[InvoiceLine], rules: Rules) -> None:
    if not order.by_amount or order.amount is None or order.policy == "none":
        return
    over_limit(order, lines, rules, "amount", "amount_over_ordered", order.amount, order.amount)
    if order.policy in RECEIVED_POLICIES:
        received = received_amount(order)
        over_limit(order, lines, rules, "amount", "amount_over_received", received, received)


def received_amount(order: OrderLine) -> Fraction:
    """The received share of the amount; without an ordered quantity what was received is an amount."""
    if order.quantity:
        return (order.amount or NOTHING) * order.received / order.quantity
    return order.received


def dates(line: InvoiceLine, rules: Rules) -> None:
    day = line.row.get("invoice_date")
    if line.order is None or day is None:
        return
    came = [r.row["receipt_date"] for r in line.order.receipts if r.quantity > 0 and r.row.get("receipt_date")]
    for code, earliest in (
        ("invoice_before_order", line.order.row.get("order_date")),
        ("invoice_before_receipt", min(came, default=None)),
    ):
        if earliest is not None and earliest > day:
            line.varies = True
            side = decide(rules, "date", "over", seen_by_when(line, line.order))
            late = Fraction(values.days(earliest, day))
            if not side.unchecked and side.beyond(late, NOTHING):
                line.add(code, -late, side.name)


def late_deliveries(order: OrderLine, rules: Rules) -> None:
    due = order.row.get("due_date")
    side = decide(rules, "date", "over", seen_by_when(None, order))
    for receipt in order.receipts:
        day = receipt.row.get("receipt_date")
        late = due is not None and day is not None and receipt.quantity > 0 and day > due
        if late and side.beyond(Fraction(values.days(day, due)), NOTHING):
            receipt.codes.add("late_delivery")


def delivery(order: OrderLine, rules: Rules, overdue: bool) -> None:
    """`overdue`: the order line is closed, or past due at `--as-of`."""
    ordered = order.amount if order.by_amount else order.quantity
    if ordered is None or order.quantity is None or order.policy not in RECEIVED_POLICIES:
        return
    received = received_amount(order) if order.by_amount else order.received
    seen = seen_by_when(None, order)
    most = ordered + abs(ordered) * percent_of(order, "over_delivery_percent") / 100
    least = ordered - abs(ordered) * percent_of(order, "under_delivery_percent") / 100
    if received > most and decide(rules, "delivery", "over", seen).beyond(received - most, ordered):
        order.codes.add("over_delivery")
    if overdue and received < least and decide(rules, "delivery", "under", seen).beyond(least - received, ordered):
        order.codes.add("under_delivery")
