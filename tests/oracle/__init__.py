"""The oracle: SPEC section 3 read once more, slowly, a row at a time, with no frame in sight."""

from __future__ import annotations

from recon.tables import INVOICE_LINES
from tests.oracle import documents, extras, invoices, orders, receipts, verdicts
from tests.oracle.allocation import find_duplicates
from tests.oracle.comparing import compare
from tests.oracle.lines import Answer, Ledger, Row, place
from tests.oracle.linking import link_invoices, link_receipts, policy
from tests.oracle.parties import Suppliers, resolve_orders

__all__ = ["Answer", "Ledger", "reconcile"]


def reconcile(ledger: Ledger) -> Answer:
    """Return what SPEC section 3 says of `ledger`: the flow, stage by stage."""
    answer, rejected = normalise(ledger)
    too_wide = [row for table, row in rejected if table == "order_lines" and row.get("was_read")]
    suppliers = Suppliers(ledger, [o.row for o in answer.orders] + too_wide)
    resolve_orders(answer.orders, answer.invoices, suppliers)
    for order in answer.orders:
        order.policy = policy(order, ledger.rules)
    link_receipts(answer, ledger.rules)
    link_invoices(answer, ledger, suppliers)
    columns = list(INVOICE_LINES.columns)
    answer.invoices.sort(key=lambda line: documents.allocation_order(line, columns))
    find_duplicates(answer, ledger, suppliers, rejected)
    compare(answer, ledger)
    verdicts.classify(answer, ledger.rules)
    return answer


def normalise(ledger: Ledger) -> tuple[Answer, list[tuple[str, Row]]]:
    """Return the lines there are, and the rejected rows (table, row) that others may depend on."""
    answer = Answer()
    rejected = [(r["table"], r) for r in ledger.rejects]
    kept: dict[str, list[Row]] = {}
    for table in documents.DATED:
        kept[table], late = documents.split_by_date(ledger, table)
        answer.left_out |= {(f"{table[:-1]}_lines", place(r)) for r in late}
    for row in kept["orders"]:
        order = orders.read_order(row, ledger.rules.base_currency, gross=is_gross("orders", ledger))
        if order is None:
            rejected.append(("order_lines", row))
        else:
            answer.orders.append(order)
    answer.receipts = [receipts.read_receipt(row) for row in kept["receipts"]]
    for row in kept["invoices"]:
        if invoices.bills_nothing(row) and not invoices.has_extras(row):
            answer.left_out.add(("invoice_lines", place(row)))
            continue
        line = invoices.read_invoice(row, gross=is_gross("invoices", ledger))
        if line is None:
            rejected.append(("invoice_lines", row))
        else:
            answer.invoices.append(line)
    rows = {place(line.row) for line in answer.invoices}
    answer.invoices = extras.add_extras(answer.invoices)
    answer.left_out |= {("invoice_lines", where) for where in rows - {place(line.row) for line in answer.invoices}}
    answer.rejects = {(table, place(row)) for table, row in rejected}
    orders.mark_repeated(answer.orders)
    orders.find_contradictions(answer.orders, gross=is_gross("orders", ledger))
    receipts.mark_repeated(answer.receipts, ledger)
    invoices.sign_documents(answer.invoices)
    return answer, rejected


def is_gross(source: str, ledger: Ledger) -> bool:
    return getattr(ledger.rules.sources.get(source), "prices", None) == "gross"
