"""Duplicates and allocation: which lines stand, which take part, what each takes of its order line."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import (
    arithmetic,
    charges,
    comparison,
    corrections,
    duplicates,
    prices,
    quantities,
    receipts,
    verdicts,
)
from tests.oracle.fifo import whole_and_alone
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine
from tests.oracle.parties import Suppliers
from tests.oracle.severities import in_doubt
from tests.oracle.verdicts import Lost

NOTHING = Fraction(0)


def find_duplicates(answer: Answer, ledger: Ledger, suppliers: Suppliers, rejected: Lost) -> None:
    """Among credit notes, then, without what those reverse in full, among invoices; lines come in order of allocation."""
    rules = ledger.rules
    for credit_notes in (True, False):
        ranked = duplicates.earliest_first([x for x in answer.invoices if (x.type == "credit_note") == credit_notes])
        reversed_ = set() if credit_notes else reversed_in_full(answer, ledger)
        duplicates.find_repeated(ranked, suppliers, reversed_)
        stand(answer, ledger, suppliers, rejected)
        take_part(answer, ledger)
        varied = {line for line in answer.invoices if line.varies}
        correct(answer, ledger)
        excused = {x for order in answer.orders for x in with_own_receipts(answer, order, ledger)}
        duplicates.find_under_other_numbers(ranked, rules.duplicates_days, suppliers, excused, reversed_)
        if not credit_notes:
            duplicates.find_paid_again([x for x in ranked if x.type == "invoice"], suppliers, reversed_)
        for line in answer.invoices:
            verdicts.drop(line, "price_variance")
            line.varies, line.price_variance, line.price_variance_amount = line in varied, None, None
    for line in answer.invoices:
        if line.set_aside:
            line.discrepancies.clear()
            line.add("duplicate_invoice")


def standing(answer: Answer) -> list[InvoiceLine]:
    return [line for line in answer.invoices if not line.set_aside]


def stand(answer: Answer, ledger: Ledger, suppliers: Suppliers, rejected: Lost) -> None:
    """What is known of the lines that stand, whatever else is billed: the ground for whether a credit is in doubt."""
    state_units(answer, ledger)
    receive(answer, ledger)
    lost = verdicts.what_is_lost(answer, rejected)
    lines = standing(answer)
    charges.attribute(answer, lines)
    verdicts.before_comparing(lines, ledger, suppliers, lost)
    for line in lines:
        line.varies = False
        verdicts.order_level(line, answer.orders)
        verdicts.drop(line, "extension_error", "invoice_total_variance", "tax_variance", "tax_unproven")
        arithmetic.extension(line, ledger.rules)
    planned = charges.plans_discounts(answer)
    for document in dict.fromkeys(line.document for line in lines):
        prices.net_discounts([x for x in lines if x.document == document], planned)
        arithmetic.document_codes([x for x in lines if x.document == document], ledger.rules)


def reversed_in_full(answer: Answer, ledger: Ledger) -> set[object]:
    """Documents of which a credit note that is not in doubt takes back every item line; a bill by header is no line of an order."""
    take_part(answer, ledger)
    corrections.clear(answer.invoices)
    ranked = [x for x in duplicates.earliest_first(standing(answer)) if x.takes_part and x.order is not None]
    corrections.find_reversals(ranked, lambda x: x.type != "credit_note" or in_doubt(x, ledger.rules))
    items = [x for x in answer.invoices if x.kind == "item" and x.type == "invoice"]
    left = {x.document for x in items if not x.reversed}
    return {x.document for x in items} - left


def state_units(answer: Answer, ledger: Ledger) -> None:
    """Where an order line states no unit, hold what is billed of it to the one that is stated elsewhere."""
    for order in answer.orders:
        mine = [line for line in answer.invoices if line.order is order and not order.by_amount]
        counted = [x for x in mine if x.kind == "item" and not x.set_aside and not is_foreign(x, order)]
        quantities.state_unit(order, [r for r in answer.receipts if r.order is order], counted)
        for line in mine:
            line.factor = quantities.billed_in(ledger.conversions, order, line.row.get("uom"))
            verdicts.drop(line, "uom_mismatch")


def is_foreign(line: InvoiceLine, order: OrderLine) -> bool:
    return line.supplier is not None and line.supplier != order.supplier


def take_part(answer: Answer, ledger: Ledger) -> None:
    """Say what came of each order line, and which lines take part in it."""
    receive(answer, ledger)
    for line in answer.invoices:
        line.takes_part = False
        if line.header is not None:
            line.takes_part = not line.set_aside and not {"supplier_mismatch", "currency_mismatch"} & set(line.codes)
        if line.order is None or line.set_aside or not is_counted(line, line.order):
            continue
        other_money = line.order.by_amount and line.currency != line.order.currency
        free = line.factor is not None and "item_mismatch" not in line.discrepancies
        line.takes_part = free and not is_foreign(line, line.order) and not other_money


def receive(answer: Answer, ledger: Ledger) -> None:
    for receipt in answer.receipts:
        receipt.codes.discard("uom_mismatch")
    for order in answer.orders:
        receipts.receive(order, [r for r in answer.receipts if r.order is order], ledger.conversions)


def is_counted(line: InvoiceLine, order: OrderLine) -> bool:
    """Item lines with something to count, and what moves money of a line that is matched by amount."""
    if order.by_amount:
        return line.kind in ("item", "price_difference")
    return line.kind == "item" and line.quantity is not None


def taking_part(answer: Answer, order: OrderLine) -> list[InvoiceLine]:
    """The lines of an order line that count in it, in the order of allocation."""
    return [x for x in answer.invoices if x.order is order and x.takes_part and not x.moves_money]


def find_reversals(answer: Answer, ledger: Ledger) -> None:
    ranked = [x for x in duplicates.earliest_first(standing(answer)) if x.takes_part and x.order is not None]
    corrections.find_reversals(ranked, lambda line: in_doubt(line, ledger.rules))


def correct(answer: Answer, ledger: Ledger) -> None:
    """What takes an earlier line back or puts its price right; prices, which settle whether a credit is in doubt."""
    rules, lines = ledger.rules, standing(answer)
    corrections.clear(answer.invoices)
    find_reversals(answer, ledger)
    planned = charges.plans_discounts(answer)
    for document in dict.fromkeys(line.document for line in lines):
        prices.net_discounts([x for x in lines if x.document == document], planned)
    corrections.find_price_differences(
        duplicates.earliest_first(lines),
        lambda line: in_doubt(line, rules),
        lambda line: prices.variance_of(line, lines),
        planned,
    )
    compare_prices(lines, ledger)


def compare_prices(lines: list[InvoiceLine], ledger: Ledger) -> None:
    for line in lines:
        compared = line.kind == "item" and not line.reversed and not line.moves_money
        if not compared or line.order is None or line.order.policy == "none":
            continue
        found = prices.variance_of(line, lines)
        if found is not None:
            mine = [x for x in lines if x.corrects is line]
            prices.compare(line, found, mine, [x for x in lines if x.nets is line], ledger.rules)
    for line in lines:
        order = line.order
        alone = line.moves_money and line.corrects is None and order is not None
        if alone and order.policy != "none" and line.currency == order.currency:
            prices.compare_alone(line, ledger.rules)


def with_own_receipts(answer: Answer, order: OrderLine, ledger: Ledger) -> list[InvoiceLine]:
    mine = taking_part(answer, order)
    return whole_and_alone(order, mine, doubtful(mine, ledger))


def doubtful(lines: list[InvoiceLine], ledger: Ledger) -> set[InvoiceLine]:
    return {x for x in lines if corrections.is_negative(x) and in_doubt(x, ledger.rules)}


def run_up(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        mine = taking_part(answer, order)
        quantities.run_up(order, mine, doubtful(mine, ledger))


def compare_running(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        mine = taking_part(answer, order)
        comparison.quantities(order, mine, ledger.rules)
        comparison.amounts(order, mine, ledger.rules)
        comparison.credits_too_large(order, mine)
