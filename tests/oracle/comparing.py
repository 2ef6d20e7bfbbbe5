"""Compare: prices with their corrections, running quantities and amounts, charges, dates, in the order they need."""

from __future__ import annotations

from tests.oracle import ahead, charges, comparison, corrections, headers, prices, verdicts
from tests.oracle.allocation import compare_running, find_reversals, run_up, standing, take_part
from tests.oracle.duplicates import earliest_first
from tests.oracle.lines import Answer, InvoiceLine, Ledger
from tests.oracle.severities import in_doubt


def compare(answer: Answer, ledger: Ledger) -> None:
    rules = ledger.rules
    lines = standing(answer)
    take_part(answer, ledger)
    corrections.clear(answer.invoices)
    find_reversals(answer, ledger)
    planned = charges.plans_discounts(answer)
    for document in dict.fromkeys(line.document for line in lines):
        prices.net_discounts([x for x in lines if x.document == document], planned)
    corrections.find_price_differences(
        earliest_first(lines), lambda line: in_doubt(line, rules), lambda line: prices.variance_of(line, lines), planned
    )
    compare_prices(lines, ledger)
    run_up(answer, ledger)
    compare_running(answer, ledger)
    charges.compare_charges(answer, lines, rules)
    ahead.compare_ahead(answer, lines)
    headers.compare(answer, lines, rules)
    for line in lines:
        if line.reversed:
            line.add("reversed")
        comparison.dates(line, rules)
        verdicts.order_closed(line)
    verdicts.excuse(answer)
    compare_orders(answer, ledger)


def compare_prices(lines: list[InvoiceLine], ledger: Ledger) -> None:
    for line in lines:
        if (
            line.kind != "item"
            or line.reversed
            or line.moves_money
            or line.order is None
            or line.order.policy == "none"
        ):
            continue
        found = prices.variance_of(line, lines)
        if found is not None:
            corrections = [x for x in lines if x.corrects is line]
            prices.compare(line, found, corrections, [x for x in lines if x.nets is line], ledger.rules)
    for line in lines:
        order = line.order
        alone = line.moves_money and line.corrects is None and order is not None
        if alone and order.policy != "none" and line.currency == order.currency:
            prices.compare_alone(line, ledger.rules)


def compare_orders(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        comparison.late_deliveries(order, ledger.rules)
        due = order.row.get("due_date")
        past_due = due is not None and ledger.as_of is not None and due < ledger.as_of
        if order.counts:
            comparison.delivery(order, ledger.rules, bool(order.row.get("closed")) or past_due)
        verdicts.accrual(order)
