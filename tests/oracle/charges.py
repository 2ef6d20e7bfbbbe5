"""Freight, charges and discounts: what the order planned of them against what invoices ask or grant."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import links, values
from tests.oracle.limits import decide, seen_by_when
from tests.oracle.lines import Answer, InvoiceLine, OrderLine
from tests.oracle.quantities import excess

NOTHING = Fraction(0)
CHARGES = ("freight", "charge", "discount")
BILLING = ("item", "price_difference")
WITH_AN_ORDER = (*CHARGES, "prepayment", "retention")
"""Kinds of line that go with an order, not with a line of it."""
Key = tuple[str | None, str | None]


def attribute(answer: Answer, standing: list[InvoiceLine]) -> None:
    """Say of each charge, prepayment and retention with which order it goes."""
    for line in standing:
        line.of_order = order_of(line, answer, standing) if line.kind in WITH_AN_ORDER else None
        line.agreed_rate = agreed_rate(line, line.of_order or line.header, answer)


def agreed_rate(line: InvoiceLine, key: Key | None, answer: Answer) -> Fraction | None:
    """The order's tax rate for a line: of what plans it, else of its order line, else the one of the whole order."""
    theirs = [o for o in answer.orders if key is not None and o.key[:2] == key]
    planned = [o for o in theirs if o.counts and is_planned(o, line.kind)]
    itself = line.order is not None and (line.kind not in ("freight", "charge") or line.order in planned)
    mine = [] if line.order is None else [line.order]
    whole = theirs if line.order is None and line.row.get("tax_rate") is None and line.kind not in CHARGES else []
    for group in ([] if itself or line.kind not in CHARGES else planned, mine, whole):
        rates = {o.row.get("tax_rate") for o in group}
        if len(rates) == 1 and None not in rates:
            return Fraction(rates.pop())
    return None


def order_of(line: InvoiceLine, answer: Answer, standing: list[InvoiceLine]) -> Key | None:
    """Return (company, po_number): its own order, else the one order that its document's lines link to."""
    if line.order is not None:
        return line.order.key[:2]
    cited = values.po_number(line.row.get("po_number"))
    own = {o.key[:2] for o in answer.orders if o.po_number == cited and links.companies_agree(line.row, o)}
    others = {x.order.key[:2] for x in standing if x.document == line.document and x.order}
    if cited is not None and own:
        return own.pop() if len(own) == 1 else None
    return others.pop() if len(others) == 1 else None


def is_planned(order: OrderLine, kind: str) -> bool:
    """The order line is a planned charge of this kind; one of negative value is a planned discount."""
    category = order.row.get("category")
    if category in CHARGES:
        return category == kind
    return kind == "discount" and order.value < 0


def plans_discounts(answer: Answer) -> set[Key]:
    return {o.key[:2] for o in answer.orders if o.counts and is_planned(o, "discount")}


def compare_charges(answer: Answer, standing: list[InvoiceLine], rules: Rules) -> None:
    """`standing`: the lines not set aside, in the order of allocation."""
    of_order: dict[tuple[Key | None, str], list[InvoiceLine]] = {}
    for line in standing:
        if line.kind in CHARGES and line.nets is None and not line.moves_money:
            of_order.setdefault((line.of_order, line.kind), []).append(line)
    for key in sorted(plans_discounts(answer), key=str):
        of_order.setdefault((key, "discount"), [])
    for (order, kind), lines in of_order.items():
        planned = [o for o in answer.orders if o.counts and o.key[:2] == order and is_planned(o, kind)]
        if not planned:
            unplanned(lines, kind, rules)
            continue
        for line in lines:
            if line.currency and line.currency != planned[0].currency:
                line.add("currency_mismatch")
        items = [x for x in standing if x.kind in BILLING and (x.takes_part or x.corrects) and x.order in planned]
        fitting = [x for x in standing if x in items or (x in lines and "supplier_mismatch" not in x.discrepancies)]
        fitting = [x for x in fitting if x.currency == planned[0].currency or not x.currency]
        if kind == "discount":
            hold_discounts(answer, planned, fitting, standing, rules)
        elif any(x in lines for x in fitting):
            hold_against(planned, fitting, rules)


def by_document(lines: list[InvoiceLine]) -> list[list[InvoiceLine]]:
    steps: dict[object, list[InvoiceLine]] = {}
    for line in lines:
        steps.setdefault(line.document, []).append(line)
    return list(steps.values())


def hold_against(order_lines: list[OrderLine], lines: list[InvoiceLine], rules: Rules) -> None:
    """A document's lines of one type are one step against what the order planned of it."""
    planned = sum((o.value for o in order_lines), NOTHING)
    running, cums = NOTHING, []
    steps = by_document(lines)
    for step in steps:
        running += sum((x.amount for x in step), NOTHING)
        cums.append(running)
    for step, (over, least) in zip(steps, excess(cums, planned), strict=True):
        for line, part in zip(step, parts(step, over), strict=True):
            if part == 0:
                continue
            line.varies = True
            side = decide(rules, "charge", "over", seen_by_when(line, line.order))
            if side.beyond(least, planned):
                line.add("charge_variance", least, side.name, part)
    missing = planned - running
    charges = [x for x in lines if x.kind not in BILLING]
    if missing > 0 and charges:
        too_little(charges[-1], -missing, planned, rules)


def parts(step: list[InvoiceLine], over: Fraction) -> list[Fraction]:
    """Share what is too much of a step among its lines, the last first."""
    shares = []
    for line in reversed(step):
        share = min(over, max(NOTHING, line.amount))
        over -= share
        shares.append(share)
    return shares[::-1]


def too_little(line: InvoiceLine, variance: Fraction, planned: Fraction, rules: Rules) -> None:
    line.varies = True
    side = decide(rules, "charge", "under", seen_by_when(line, line.order))
    if side.beyond(variance, planned):
        line.add("charge_variance", variance, side.name, variance)


def hold_discounts(
    answer: Answer, planned: list[OrderLine], granting: list[InvoiceLine], standing: list[InvoiceLine], rules: Rules
) -> None:
    """What is granted of the planned discounts; what is not is too much, once the rest of the order is billed: on what bills."""
    promised = sum((o.value for o in planned), NOTHING)
    variance = sum((x.amount for x in granting), NOTHING) - promised
    order = [o for o in answer.orders if o.counts and o.key[:2] == planned[0].key[:2]]
    goods = [o for o in order if o.row.get("category") not in CHARGES and o not in planned]
    billing = [x for x in standing if x.kind == "item" and x.takes_part and x.order in goods and x.amount > 0]
    billing = [x for x in billing if not x.reversed]
    discounts = [x for x in granting if x.kind == "discount"]
    on = (discounts or billing or [None])[-1]
    if on is None or variance == 0:
        return
    if variance < 0:
        if discounts:
            too_little(on, variance, promised, rules)
        return
    if billing and all(is_billed(o) or o.row.get("closed") for o in goods):
        on.varies = True
        side = decide(rules, "charge", "over", seen_by_when(on, on.order))
        if side.beyond(variance, promised):
            on.add("charge_variance", variance, side.name, variance)


def is_billed(order: OrderLine) -> bool:
    ordered = order.amount if order.by_amount else order.quantity
    return ordered is None or order.invoiced >= ordered


def unplanned(lines: list[InvoiceLine], kind: str, rules: Rules) -> None:
    """Charges of one document and type are added before they are held against the limit."""
    for step in by_document([x for x in lines if x.amount != 0]):
        total = sum((x.amount for x in step), NOTHING)
        for line in step:
            if kind == "discount" and (line.amount < 0 or total < 0):
                continue
            line.varies = True
            side = decide(rules, "charge", "over" if total > 0 else "under", seen_by_when(line, line.order))
            if side.beyond(abs(total), NOTHING):
                line.add("unplanned_charge", total, side.name, line.amount)
