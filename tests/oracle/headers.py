"""Bills by header: an amount for a whole order, held against all its lines at once."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import links, values
from tests.oracle.charges import CHARGES, is_planned
from tests.oracle.comparison import RECEIVED_POLICIES, received_amount
from tests.oracle.corrections import is_negative
from tests.oracle.limits import decide, seen_by_when
from tests.oracle.lines import Answer, InvoiceLine, OrderLine, Row
from tests.oracle.quantities import excess
from tests.oracle.severities import in_doubt

NOTHING = Fraction(0)


def is_by_header(row: Row, kind: str) -> bool:
    """Neither line number, item, quantity nor price: nothing but an amount, and an order's number."""
    told = [row.get(c) for c in ("po_line", "item", "quantity", "unit_price")]
    return kind == "item" and row.get("amount") is not None and all(values_absent(v) for v in told)


def values_absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and values.key(value) is None)


def find(answer: Answer) -> None:
    """Hold bills by header to their order; beside a line that is linked, such a line is an ordinary one."""
    linked = {
        x.document for x in answer.invoices
        if x.kind == "item" and x.order is not None and not is_by_header(x.row, x.kind)
    }  # fmt: skip
    for line in answer.invoices:
        cited = values.po_number(line.row.get("po_number"))
        if cited is None or not is_by_header(line.row, line.kind) or line.document in linked:
            continue
        whole = [o for o in answer.orders if o.po_number == cited and links.companies_agree(line.row, o)]
        if not whole or (line.order is not None and line.order.by_amount):
            continue
        line.order, line.link, line.factor = None, None, Fraction(1)
        for code in ("link_ambiguous", "link_suggested", "order_line_not_found"):
            line.discrepancies.pop(code, None)
        if len({o.company for o in whole}) > 1 or any(o.ambiguous for o in whole):
            line.add("link_ambiguous")
            continue
        line.header, line.whole = whole[0].key[:2], [o for o in whole if o.counts]
        currencies = {o.currency for o in line.whole}
        line.currency = line.currency or (currencies.pop() if len(currencies) == 1 else None)


def compare(answer: Answer, standing: list[InvoiceLine], rules: Rules) -> None:
    for key in dict.fromkeys(x.header for x in standing if x.header is not None and x.takes_part):
        order = [o for o in answer.orders if o.counts and o.key[:2] == key]
        money = order[0].currency
        every = [x for x in standing if belongs(x, key, order) and x.currency == money and not x.reversed]
        billed = [x for x in every if not gives_nothing_back(x, rules)]
        if all(o.policy == "none" for o in order):
            continue
        credits_too_large(every, sum((o.value for o in order), NOTHING), money)
        limits = {"amount_over_ordered": sum((o.value for o in order), NOTHING)}
        if any(o.policy in RECEIVED_POLICIES for o in order):
            limits["amount_over_received"] = sum((came(o) for o in order), NOTHING)
        for code, limit in limits.items():
            hold(billed, limit, code, rules)


def belongs(line: InvoiceLine, key: object, order: list[OrderLine]) -> bool:
    if line.header is not None:
        return line.header == key and line.takes_part
    if line.kind in CHARGES:
        return line.of_order == key and "supplier_mismatch" not in line.discrepancies
    return line.order in order and (line.corrects is not None if line.moves_money else line.takes_part)


def gives_nothing_back(line: InvoiceLine, rules: Rules) -> bool:
    """A credit in doubt: what it takes back is billed as long as it is open."""
    return line.kind == "item" and is_negative(line) and in_doubt(line, rules)


def came(order: OrderLine) -> Fraction:
    """What was received of the line, at its price; of what nobody books in, what was ordered."""
    if order.policy not in RECEIVED_POLICIES or any(is_planned(order, kind) for kind in CHARGES):
        return order.value
    if order.by_amount:
        return received_amount(order)
    return order.received * (order.price or NOTHING)


def credits_too_large(billed: list[InvoiceLine], value: Fraction, money: str) -> None:
    """On the credits by header that take what is billed of the order below 0, or below what is ordered where that is less."""
    running, cums = NOTHING, []
    for line in billed:
        running += line.amount
        cums.append(-running)
    for line, (over, _least) in zip(billed, excess(cums, -value), strict=True):
        if over > 0 and line.kind == "item" and line.header is not None and line.amount < 0:
            line.add("credit_exceeds_invoiced", None, None, over, money)


def hold(billed: list[InvoiceLine], limit: Fraction, code: str, rules: Rules) -> None:
    running, cums = NOTHING, []
    for line in billed:
        running += line.amount
        cums.append(running)
    for line, (over, least) in zip(billed, excess(cums, limit), strict=True):
        if over == 0 or line.kind != "item" or code in line.discrepancies:
            continue
        line.varies = True
        side = decide(rules, "amount", "over", seen_by_when(line, line.order))
        nothing_came = code == "amount_over_received" and limit <= 0
        if not side.unchecked and (nothing_came or side.beyond(least, max(NOTHING, limit))):
            line.add(code, least, side.name, over)
