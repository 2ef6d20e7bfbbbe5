"""SPEC-CLOSE sections 2 and 3 read once more, slowly: what is open at month-end, an order line at a time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import comparison, fifo, quantities
from tests.oracle.allocation import taking_part
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, Place, ReceiptLine, Row, place

NOTHING = Fraction(0)
RNI, INR, RNC = "received_not_invoiced", "invoiced_not_received", "returned_not_credited"
NOT_COMING = "closed_not_received"
"""SPEC-CLOSE 2: "Two-way lines and closed quantities have no `invoiced_not_received`": what is billed on a closed line beyond its goods is no row
of `gr_ir`. The ledger has booked that bill all the same, and "balance = explained + named items + unexplained, exact": so it is a named item."""
NO_PART = ("duplicate_invoice", "supplier_mismatch", "item_mismatch", "uom_mismatch", "quantity_missing", "currency_mismatch")  # fmt: skip
Sum = tuple[Fraction | None, Fraction, Fraction | None]
"""Quantity (None by amount), amount, base amount (None where a rate is missing)."""


def net(signed: list[Fraction]) -> list[Fraction]:
    """What is left of each when those of the other sign are taken off the latest before them."""
    left, waiting = list(signed), list[int]()
    for n, count in enumerate(signed):
        while waiting and left[n] * left[waiting[-1]] < 0:
            top = waiting[-1]
            both = min(abs(left[n]), abs(left[top]))
            sign = 1 if left[n] > 0 else -1
            left[n], left[top] = left[n] - sign * both, left[top] + sign * both
            if left[top] == 0:
                waiting.pop()
        if left[n] != 0:
            waiting.append(n)
        assert count * left[n] >= 0
    return left


def beyond(mine: list[Fraction], theirs: list[Fraction]) -> list[Fraction]:
    """What of mine is left when theirs use it up, the first first, like sign with like sign."""
    mine, total = net(mine), sum(theirs, NOTHING)
    for n, count in enumerate(mine):
        if count * total > 0:
            used = min(abs(count), abs(total)) * (1 if count > 0 else -1)
            mine[n], total = count - used, total - used
    return mine


def accrues(order: OrderLine) -> bool:
    return order.counts and order.policy in ("three_way", "four_way") and order.row.get("accrue") != "never"


def came(order: OrderLine) -> list[tuple[ReceiptLine, Fraction]]:
    """Receipts that count, in the order's unit or, where it goes by amount, as its share of that."""
    counted = [(r, r.quantity * order.factors[id(r)]) for r in order.receipts if id(r) in order.factors]
    whole = comparison.received_amount(order) / order.received if order.by_amount and order.received else Fraction(1)
    if order.by_amount and order.quantity:
        whole = Fraction(order.amount or 0) / order.quantity
    return [(r, q * whole) for r, q in sorted(counted, key=lambda pair: fifo.first_in(pair[0]))]


def day_of(row: Row, table: str) -> date | None:
    day: date | None = row.get("posting_date") or row.get("receipt_date" if table == "receipt" else "invoice_date")
    return day


def rate(ledger: Ledger, currency: str | None, day: date | None) -> Fraction | None:
    """The latest on or before the day, else an undated one; two different ones of a day are none."""
    if currency == ledger.rules.base_currency:
        return Fraction(1)
    by_day: dict[date | None, set[Fraction]] = defaultdict(set)
    for row in ledger.rates:
        if row["currency"] == currency:
            by_day[row.get("date")].add(Fraction(row["rate"]))
    known = {d: next(iter(rates)) for d, rates in by_day.items() if len(rates) == 1}
    before = [d for d in known if d is not None and day is not None and d <= day]
    return known[max(before)] if before else known.get(None)


def open_goods(order: OrderLine, lines: list[InvoiceLine], ledger: Ledger) -> dict[Place, Sum]:
    """By receipt: what is open of it, at the order's price and its own day's rate."""
    receipts = came(order)
    left = beyond([q for _, q in receipts], [quantities.measured(x) for x in lines])
    price = Fraction(1) if order.by_amount else order.price or NOTHING
    found: dict[Place, Sum] = {}
    for (receipt, _), open_ in zip(receipts, left, strict=True):
        if open_:
            at = rate(ledger, order.currency, day_of(receipt.row, "receipt"))
            amount = open_ * price
            found[place(receipt.row)] = (None if order.by_amount else open_, amount, at and amount * at)
    return found


def open_bills(order: OrderLine, lines: list[InvoiceLine], ledger: Ledger) -> list[tuple[InvoiceLine, Fraction, Sum]]:
    """Bill, what is open of it, and that at the bill's own price."""
    left = beyond([quantities.measured(x) for x in lines], [q for _, q in came(order)])
    found = []
    for line, open_ in zip(lines, left, strict=True):
        if open_:
            strange = in_another_currency(line, order) and not order.by_amount
            amount = open_ * (order.price or NOTHING) if strange else open_ * line.amount / quantities.measured(line)
            at = rate(ledger, order.currency if strange else line.currency, day_of(line.row, "invoice"))
            found.append((line, open_, (None if order.by_amount else open_, amount, at and amount * at)))
    return found


def in_another_currency(line: InvoiceLine, order: OrderLine) -> bool:
    return line.currency is not None and order.currency is not None and line.currency != order.currency


def gr_ir(answer: Answer, ledger: Ledger) -> dict[tuple[Place, str], Sum]:
    """By order line and kind: what is open, without what will not come (NOT_COMING)."""
    return {key: told for key, told in on_the_account(answer, ledger).items() if key[1] != NOT_COMING}


def on_the_account(answer: Answer, ledger: Ledger) -> dict[tuple[Place, str], Sum]:
    """By order line and kind: what is open, and what is billed on closed lines and did not come."""
    found: dict[tuple[Place, str], list[Sum]] = defaultdict(list)
    for order in filter(accrues, answer.orders):
        lines = taking_part(answer, order)
        back = RNC in order.codes
        for quantity, amount, base in open_goods(order, lines, ledger).values():
            goods = order_sign(quantity, amount, order)
            kind = RNI if goods > 0 else RNC
            sign = 1 if goods > 0 else -1
            found[place(order.row), kind].append((times(quantity, sign), amount * sign, times(base, sign)))
        for _, _, told in open_bills(order, lines, ledger):
            kind = RNC if back else NOT_COMING if order.row.get("closed") else INR
            found[place(order.row), kind].append(told)
    return {key: total(sums) for key, sums in found.items()}


def order_sign(quantity: Fraction | None, amount: Fraction, order: OrderLine) -> Fraction:
    return amount if order.by_amount or quantity is None else quantity


def times(number: Fraction | None, sign: int) -> Fraction | None:
    return None if number is None else number * sign


def total(sums: list[Sum]) -> Sum:
    quantity, amount, base = zip(*sums, strict=True)
    return added(quantity), sum(amount, NOTHING), added(base)


def added(numbers: tuple[Fraction | None, ...]) -> Fraction | None:
    return None if None in numbers else sum((n for n in numbers if n is not None), NOTHING)


def steps(answer: Answer, ledger: Ledger) -> dict[tuple[str | None, str | None, str], Fraction]:
    """By company, currency and step: what the account should hold (debit positive), and why."""
    found: dict[tuple[str | None, str | None, str], Fraction] = defaultdict(Fraction)
    orders = {place(o.row): o for o in answer.orders}
    for (where, kind), (_, amount, _) in on_the_account(answer, ledger).items():
        order = orders[where]
        if not on_account(order, ledger):
            continue
        found[order.row.get("company"), order.currency, kind] += -amount if kind == RNI else amount
    full = ledger.rules.close.clearing == "full_price"
    for order in (o for o in answer.orders if accrues(o) and on_account(o, ledger)):
        lines = taking_part(answer, order)
        key = order.row.get("company"), order.currency
        over = {id(line): (open_, told[1]) for line, open_, told in open_bills(order, lines, ledger)}
        for line in lines:
            open_, amount = over.get(id(line), (NOTHING, NOTHING))
            price = Fraction(1) if order.by_amount else order.price or NOTHING
            cleared = (quantities.measured(line) - open_) * price + amount
            if line.row.get("posted") is False:
                found[*key, "not_posted"] -= line.amount if full else cleared
            elif in_another_currency(line, order):
                found[*key, "currency_mismatch"] -= cleared
                found[key[0], line.currency, "currency_mismatch"] += line.amount
            elif full:
                found[*key, "price_variance"] += line.amount - cleared
    for line in answer.invoices:
        code = stands_apart(line)
        if code and line.order and accrues(line.order) and on_account(line.order, ledger):
            found[line.order.row.get("company"), line.currency, code] += line.amount
    for receipt in answer.receipts:
        order = receipt.order
        if order and of_another_item(receipt) and accrues(order) and on_account(order, ledger) and not order.by_amount:
            key = order.row.get("company"), order.currency, "receipt_item_mismatch"
            found[key] -= receipt.quantity * (order.price or NOTHING)
    return {key: amount for key, amount in found.items() if amount}


def of_another_item(receipt: ReceiptLine) -> bool:
    """A receipt in its order's unit that was booked on the order line of another item, and stands there once."""
    units = {receipt.row.get("uom"), receipt.order.row.get("uom") if receipt.order else None} - {None}
    return (
        "item_mismatch" in receipt.codes
        and not receipt.codes & {"duplicate_receipt", "input_rejected"}
        and len(units) < 2
    )


def on_account(order: OrderLine, ledger: Ledger) -> bool:
    """A ledger that books receipts does not hold yet what is accrued at the end of the period."""
    return not (ledger.rules.close.accrual == "perpetual" and order.row.get("accrue") == "at_period_end")


def stands_apart(line: InvoiceLine) -> str | None:
    """The code for which a posted item line of an order line takes no part."""
    if line.kind != "item" or line.row.get("posted") is False or (line.takes_part and not line.set_aside):
        return None
    return next((code for code in NO_PART if code in line.discrepancies), None)


def commitments(answer: Answer, paid: set[Any]) -> dict[tuple[Place, str], Fraction]:
    """By order line and state: the quantity (or amount) that is at it; `paid` are the documents that are settled."""
    found: dict[tuple[Place, str], Fraction] = defaultdict(Fraction)
    for order in answer.orders:
        if not order.counts:
            continue
        lines = taking_part(answer, order)
        billed = sum((quantities.measured(x) for x in lines), NOTHING)
        received = sum((q for _, q in came(order)), NOTHING)
        ordered = Fraction((order.amount if order.by_amount else order.quantity) or 0)
        if not order.row.get("closed"):
            found[place(order.row), "ordered_not_received"] += max(NOTHING, ordered - max(received, billed, NOTHING))
        if order.policy in ("three_way", "four_way"):
            found[place(order.row), RNI] += max(NOTHING, received - billed)
        for line in lines:
            decided = "invoiced_due" if answer.decisions[line.document] == "pay" else "invoiced_held"
            state = "paid" if line.document in paid else decided
            found[place(order.row), state] += quantities.measured(line)
    return {key: amount for key, amount in found.items() if amount}
