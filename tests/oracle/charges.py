"""Freight and charges: what the order planned of them against what invoices ask."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import links, values
from tests.oracle.limits import decide, seen_by_when
from tests.oracle.lines import Answer, InvoiceLine, OrderLine
from tests.oracle.quantities import excess

NOTHING = Fraction(0)


def compare_charges(answer: Answer, standing: list[InvoiceLine], rules: Rules) -> None:
    of_order: dict[object, list[InvoiceLine]] = {}
    for line in standing:
        if line.kind in ("freight", "charge") or (line.kind == "discount" and line.amount > 0):
            of_order.setdefault((order_of_charge(line, answer, standing), line.kind), []).append(line)
    for (order, kind), lines in of_order.items():  # type: ignore[misc]
        planned = [o for o in answer.orders if o.counts and o.key[:2] == order and o.row.get("category") == kind]
        for line in lines:
            if planned and line.currency and line.currency != planned[0].currency:
                line.add("currency_mismatch")
        same_money = [x for x in lines if "currency_mismatch" not in x.discrepancies or not planned]
        hold_against(planned, same_money, rules)


def order_of_charge(
    line: InvoiceLine, answer: Answer, standing: list[InvoiceLine]
) -> tuple[str | None, str | None] | None:
    """Return (company, po_number): its own order, else the one order that its document's lines link to."""
    if line.order is not None:
        return line.order.key[:2]
    cited = values.po_number(line.row.get("po_number"))
    own = {o.key[:2] for o in answer.orders if o.po_number == cited and links.companies_agree(line.row, o)}
    others = {x.order.key[:2] for x in standing if x.document == line.document and x.order}
    if cited is not None and own:
        return own.pop() if len(own) == 1 else None
    return others.pop() if len(others) == 1 else None


def hold_against(order_lines: list[OrderLine], lines: list[InvoiceLine], rules: Rules) -> None:
    """Charge lines of one type for one order, in the order of allocation, against what the order planned of it."""
    if not order_lines:
        for line in lines:
            unplanned(line, rules)
        return
    planned = sum((o.amount if o.by_amount else (o.quantity or 0) * (o.price or 0) for o in order_lines), NOTHING)
    running = NOTHING
    for line in lines:
        running += line.amount
        line.cum = running
    for line, (over, least) in zip(lines, excess(lines, planned), strict=True):
        if over == 0:
            continue
        line.varies = True
        side = decide(rules, "charge", "over", seen_by_when(line, line.order))
        if side.beyond(least, planned):
            line.add("charge_variance", least, side.name)
    missing = planned - running
    if missing > 0 and lines and lines[-1].kind != "discount":
        lines[-1].varies = True
        side = decide(rules, "charge", "under", seen_by_when(lines[-1], lines[-1].order))
        if side.beyond(missing, planned):
            lines[-1].add("charge_variance", -missing, side.name)


def unplanned(line: InvoiceLine, rules: Rules) -> None:
    if line.amount == 0 or (line.amount < 0 and line.kind == "discount"):
        return
    line.varies = True
    side = decide(rules, "charge", "over" if line.amount > 0 else "under", seen_by_when(line, line.order))
    if side.beyond(abs(line.amount), NOTHING):
        line.add("unplanned_charge", line.amount, side.name)
