"""The oracle: SPEC section 3 read once more, slowly, a row at a time, with no frame in sight."""

from __future__ import annotations

from recon.rules.rule import LinkRule, Rules
from recon.tables import INVOICE_LINES
from tests.oracle import comparison, documents, links, quantities, values
from tests.oracle.charges import compare_charges
from tests.oracle.documents import allocation_order
from tests.oracle.duplicates import find_duplicates
from tests.oracle.limits import seen_by_policy, seen_by_when
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, Row, place
from tests.oracle.parties import Suppliers, resolve_invoices, resolve_orders
from tests.oracle.verdicts import classify, other_codes

__all__ = ["Answer", "Ledger", "reconcile"]


def reconcile(ledger: Ledger) -> Answer:
    """Return what SPEC section 3 says of `ledger`: the flow, stage by stage."""
    answer, rejected = normalise(ledger)
    suppliers = Suppliers(ledger, [o.row for o in answer.orders])
    resolve_orders(answer.orders, suppliers)
    resolve_invoices(answer.invoices, suppliers)
    for order in answer.orders:
        order.policy = policy(order, ledger.rules)
    link_receipts(answer, ledger.rules)
    link_invoices(answer, ledger)
    columns = list(INVOICE_LINES.columns)
    answer.invoices.sort(key=lambda line: allocation_order(line, columns))
    find_duplicates(answer.invoices, ledger.rules.duplicates_days)
    state_units(answer, ledger)
    allocate(answer, ledger)
    compare(answer, ledger)
    other_codes(answer, ledger, suppliers, rejected)
    classify(answer, ledger.rules)
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
        order = documents.read_order(row, ledger.rules.base_currency)
        if order is None:
            rejected.append(("order_lines", row))
        else:
            answer.orders.append(order)
    answer.receipts = [documents.read_receipt(row) for row in kept["receipts"]]
    for row in kept["invoices"]:
        line = documents.read_invoice(row)
        if line is None:
            rejected.append(("invoice_lines", row))
        else:
            answer.invoices.append(line)
    answer.rejects = {(table, place(row)) for table, row in rejected}
    documents.mark_repeated_orders(answer.orders)
    documents.sign_documents(answer.invoices)
    return answer, rejected


def policy(order: OrderLine, rules: Rules) -> str:
    own: str | None = order.row.get("match_policy")
    seen = seen_by_policy(order)
    return own or next((p.match for p in rules.policies if values.holds(p.when, seen)), "three_way")


def link_receipts(answer: Answer, rules: Rules) -> None:
    usable = tuple(r for r in rules.links if set(r.on) <= links.RECEIPT_COLUMNS)
    for receipt in answer.receipts:
        order, name, codes = links.find_order(
            receipt.row, answer.orders, usable, lambda r, o, row=receipt.row: receipt_may(r, row, o), lambda *_: False
        )
        receipt.order, receipt.link = order, name
        if order is None:
            receipt.codes.add("link_ambiguous" if "link_ambiguous" in codes else "receipt_without_order")


def receipt_may(rule: LinkRule, row: Row, order: OrderLine) -> bool:
    return values.holds(rule.when, row | seen_by_when(None, order))


def link_invoices(answer: Answer, ledger: Ledger) -> None:
    """Link, then fill in what the order says of currency and unit."""
    rules = ledger.rules
    for line in answer.invoices:
        line.currency = line.row.get("currency")
        seen = line.row | {"supplier_id": line.supplier}

        def near(order: OrderLine, _rule: object, line: InvoiceLine = line) -> bool:
            return is_near(line, order, ledger)

        order, name, codes = links.find_order(
            seen, answer.orders, rules.links, lambda r, o, line=line: invoice_may(r, line, o), near
        )
        line.order, line.link = order, name
        for code in codes:
            line.add(code)
        if order is not None:
            line.currency = line.currency or order.currency
            line.factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))


def invoice_may(rule: LinkRule, line: InvoiceLine, order: OrderLine) -> bool:
    """The rule's condition holds, and invoice and order date, both known, are within its days."""
    day, ordered = line.row.get("invoice_date"), order.row.get("order_date")
    if rule.days is not None and (day is None or ordered is None or abs(values.days(day, ordered)) > rule.days):
        return False
    return values.holds(rule.when, seen_by_when(line, order))


def is_near(line: InvoiceLine, order: OrderLine, ledger: Ledger) -> bool:
    """Price within the price tolerance; what is not known is not near."""
    factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))
    beyond = None if factor is None else comparison.price_beyond(line, order, factor, ledger.rules)
    return beyond is not None and not beyond[0]


def state_units(answer: Answer, ledger: Ledger) -> None:
    """Where an order line states no unit, hold what is billed of it to the one that is stated elsewhere."""
    for order in answer.orders:
        mine = [line for line in answer.invoices if line.order is order and not order.by_amount]
        counted = [x for x in mine if x.kind == "item" and not x.set_aside and not is_foreign(x, order)]
        quantities.state_unit(order, [r for r in answer.receipts if r.order is order], counted)
        for line in mine:
            line.factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))


def is_foreign(line: InvoiceLine, order: OrderLine) -> bool:
    return line.supplier is not None and line.supplier != order.supplier


def allocate(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        mine = [r for r in answer.receipts if r.order is order]
        quantities.receive(order, mine, ledger.conversions)
    for line in answer.invoices:
        order = line.order
        if order is None or line.set_aside or line.kind != "item":
            continue
        other_money = order.by_amount and line.currency != order.currency
        line.takes_part = not is_foreign(line, order) and line.factor is not None and not other_money
    for order in answer.orders:
        quantities.run_up(order, [x for x in answer.invoices if x.order is order and x.takes_part])


def compare(answer: Answer, ledger: Ledger) -> None:
    rules = ledger.rules
    standing = [line for line in answer.invoices if not line.set_aside]
    for line in standing:
        comparison.extension(line, rules)
        comparison.total(line, [x for x in standing if x.document == line.document], rules)
        comparison.tax(line, rules)
        comparison.dates(line, rules)
        same_money = line.order is not None and line.currency == line.order.currency
        if line.kind == "item" and same_money and line.order is not None and line.order.policy != "none":
            comparison.price(line, rules)
    for order in answer.orders:
        taking_part = [line for line in standing if line.order is order and line.takes_part]
        comparison.quantities(order, taking_part, rules)
        comparison.amounts(order, taking_part, rules)
        comparison.late_deliveries(order, rules)
        due = order.row.get("due_date")
        past_due = due is not None and ledger.as_of is not None and due < ledger.as_of
        if order.counts:
            comparison.delivery(order, rules, bool(order.row.get("closed")) or past_due)
    compare_charges(answer, standing, rules)
