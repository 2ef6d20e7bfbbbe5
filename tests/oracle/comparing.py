"""Compare: prices with their corrections, running quantities and amounts, charges, dates, in the order they need."""

from __future__ import annotations

from tests.oracle import ahead, charges, comparison, headers, verdicts
from tests.oracle.allocation import compare_running, correct, run_up, standing, take_part
from tests.oracle.lines import Answer, Ledger


def compare(answer: Answer, ledger: Ledger) -> None:
    rules = ledger.rules
    lines = standing(answer)
    take_part(answer, ledger)
    correct(answer, ledger)
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


def compare_orders(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        comparison.late_deliveries(order, ledger.rules)
        due = order.row.get("due_date")
        past_due = due is not None and ledger.as_of is not None and due < ledger.as_of
        if order.counts:
            comparison.delivery(order, ledger.rules, bool(order.row.get("closed")) or past_due)
        verdicts.accrual(order)
