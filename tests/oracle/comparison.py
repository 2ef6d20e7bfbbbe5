"""Compare: what stands in the table of SPEC section 3, one function a measure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import values
from tests.oracle.corrections import is_negative
from tests.oracle.limits import decide, seen_by_when
from tests.oracle.lines import InvoiceLine, OrderLine
from tests.oracle.quantities import excess, measured

NOTHING = Fraction(0)
RECEIVED_POLICIES = ("three_way", "four_way")


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
    if order.policy == "three_way" and order.rejected > 0:
        for line, (over, least) in zip(lines, excess(runs(lines), order.accepted), strict=True):
            if over > 0:
                line.varies = True
                line.add("goods_rejected", least, None, over * (order.price or NOTHING), order.currency)
    base = order.received if order.policy in RECEIVED_POLICIES else order.quantity
    for line in lines:
        line.quantity_variance = (line.cum or NOTHING) - base


def runs(lines: list[InvoiceLine]) -> list[Fraction]:
    return [line.running for line in lines]


def percent_of(order: OrderLine, column: str) -> Fraction:
    return Fraction(order.row.get(column) or 0)


def over_limit(
    order: OrderLine, lines: list[InvoiceLine], rules: Rules, measure: str, code: str, limit: Fraction, base: Fraction
) -> None:
    for line, (over, least) in zip(lines, excess(runs(lines), limit), strict=True):
        if over == 0 or line.reversed:
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


def credits_too_large(order: OrderLine, lines: list[InvoiceLine]) -> None:
    """On the negative lines that take the final cum below what may be below 0: an ordered return."""
    for line, too_much in too_large(order, lines).items():
        value = too_much if order.by_amount else too_much * (order.price or NOTHING)
        line.add("credit_exceeds_invoiced", None, None, value, order.currency)


def too_large(order: OrderLine, lines: list[InvoiceLine]) -> dict[InvoiceLine, Fraction]:
    """Which negative lines credit more than was billed, and by how much."""
    ordered = (order.amount if order.by_amount else order.quantity) or NOTHING
    standing = [line for line in lines if not line.reversed]
    cums = [sum((measured(x) for x in standing[: n + 1]), NOTHING) for n in range(len(standing))]
    depth = [max(NOTHING, min(NOTHING, ordered) - cum) for cum in cums]
    steps = [min(depth[n:]) - (depth[n - 1] if n else NOTHING) for n in range(len(standing))]
    return {line: step for line, step in zip(standing, steps, strict=True) if step > 0 and is_negative(line)}


def received_by(order: OrderLine, day: date) -> Fraction:
    """What had come by then, in the order's unit; of an order line by amount its share of that."""
    came = [r for r in order.receipts if id(r) in order.factors and r.row.get("receipt_date")]
    counted = sum((r.quantity * order.factors[id(r)] for r in came if r.row["receipt_date"] <= day), NOTHING)
    return counted * (order.amount or NOTHING) / order.quantity if order.by_amount and order.quantity else counted


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
    goes_back = ordered < 0 and received <= 0
    if received > most and not goes_back and decide(rules, "delivery", "over", seen).beyond(received - most, ordered):
        order.codes.add("over_delivery")
    if overdue and received < least and decide(rules, "delivery", "under", seen).beyond(least - received, ordered):
        order.codes.add("under_delivery")
