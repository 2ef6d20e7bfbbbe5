"""The oracle: SPEC section 3 read once more, slowly, a row at a time, with no frame in sight."""

from __future__ import annotations

from dataclasses import dataclass, field

from recon.rules import SEVERITY_ORDER, Rules, Severity
from recon.tables import INVOICE_LINES
from tests.oracle import comparison, documents, links, quantities, values
from tests.oracle.documents import allocation_order
from tests.oracle.duplicates import find_duplicates
from tests.oracle.limits import seen_by_policy, seen_by_when
from tests.oracle.lines import InvoiceLine, Ledger, OrderLine, Place, ReceiptLine, Row, place
from tests.oracle.parties import Suppliers, resolve_invoices, resolve_orders

__all__ = ["Answer", "Ledger", "reconcile"]


@dataclass
class Answer:
    """Every input row in its one place, and the verdicts."""

    orders: list[OrderLine] = field(default_factory=list)
    receipts: list[ReceiptLine] = field(default_factory=list)
    invoices: list[InvoiceLine] = field(default_factory=list)
    left_out: set[tuple[str, Place]] = field(default_factory=set)
    rejects: set[tuple[str, Place]] = field(default_factory=set)
    decisions: dict[tuple[object, ...], str] = field(default_factory=dict)


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
        answer.left_out |= {(table, place(r)) for r in late}
    for row in kept["orders"]:
        order = documents.read_order(row, ledger.rules.base_currency)
        if order is None:
            rejected.append(("orders", row))
        else:
            answer.orders.append(order)
    answer.receipts = [documents.read_receipt(row) for row in kept["receipts"]]
    for row in kept["invoices"]:
        line = documents.read_invoice(row)
        if line is None:
            rejected.append(("invoices", row))
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
            receipt.row, answer.orders, usable, lambda rule, _: rule.when is None, lambda *_: False
        )
        receipt.order, receipt.link = order, name
        if order is None:
            receipt.codes.add("link_ambiguous" if "link_ambiguous" in codes else "receipt_without_order")


def link_invoices(answer: Answer, ledger: Ledger) -> None:
    """Link, then fill in what the order says of currency and unit."""
    rules = ledger.rules
    for line in answer.invoices:
        line.currency = line.row.get("currency")
        seen = line.row | {"supplier_id": line.supplier}

        def near(order: OrderLine, rule: object, line: InvoiceLine = line) -> bool:
            return is_near(line, order, getattr(rule, "days", None), ledger)

        order, name, codes = links.find_order(
            seen, answer.orders, rules.links, lambda r, o, line=line: values.holds(r.when, seen_by_when(line, o)), near
        )
        line.order, line.link = order, name
        for code in codes:
            if line.kind == "item" or code.startswith("link_"):
                line.add(code)
        if order is not None:
            line.currency = line.currency or order.currency
            line.factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))


def is_near(line: InvoiceLine, order: OrderLine, days: int | None, ledger: Ledger) -> bool:
    """Price within the price tolerance, invoice and order date within `days`; what is not known is not near."""
    factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))
    beyond = None if factor is None else comparison.price_beyond(line, order, factor, ledger.rules)
    if beyond is None or beyond[0]:
        return False
    day, ordered = line.row.get("invoice_date"), order.row.get("order_date")
    if days is None:
        return True
    return day is not None and ordered is not None and abs(values.days(day, ordered)) <= days


def allocate(answer: Answer, ledger: Ledger) -> None:
    for order in answer.orders:
        mine = [r for r in answer.receipts if r.order is order]
        quantities.receive(order, mine, ledger.conversions)
    for line in answer.invoices:
        order = line.order
        if order is None or line.set_aside or line.kind != "item":
            continue
        foreign = line.supplier is not None and order.supplier is not None and line.supplier != order.supplier
        other_money = order.by_amount and line.currency != order.currency
        line.takes_part = not foreign and line.factor is not None and not other_money
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


def compare_charges(answer: Answer, standing: list[InvoiceLine], rules: Rules) -> None:
    of_order: dict[object, list[InvoiceLine]] = {}
    for line in standing:
        if line.kind in ("freight", "charge") or (line.kind == "discount" and line.amount > 0):
            of_order.setdefault((order_of_charge(line, answer, standing), line.kind), []).append(line)
    for (order, kind), lines in of_order.items():  # type: ignore[misc]
        planned = [o for o in answer.orders if o.counts and o.key[:2] == order and o.row.get("category") == kind]
        same_money = [x for x in lines if not planned or x.currency == planned[0].currency]
        for line in lines:
            if line not in same_money:
                line.add("currency_mismatch")
        comparison.charges(planned, same_money, rules)


def order_of_charge(line: InvoiceLine, answer: Answer, standing: list[InvoiceLine]) -> tuple[str | None, str | None] | None:
    """Return (company, po_number): its own order, else the one order that its document's lines link to."""
    if line.order is not None:
        return line.order.key[:2]
    cited = values.po_number(line.row.get("po_number"))
    own = {o.key[:2] for o in answer.orders if o.po_number == cited and links.companies_agree(line.row, o)}
    others = {x.order.key[:2] for x in standing if x.document == line.document and x.kind == "item" and x.order}
    if cited is not None and own:
        return own.pop() if len(own) == 1 else None
    return others.pop() if len(others) == 1 else None


def other_codes(answer: Answer, ledger: Ledger, suppliers: Suppliers, rejected: list[tuple[str, Row]]) -> None:
    for line in answer.invoices:
        if line.set_aside:
            continue
        supplier_codes(line, suppliers)
        order_codes(line, suppliers)
        if "rates" in ledger.rules.sources and rate_is_missing(line, ledger):
            line.add("rate_missing")
        if any(depends_on(line, table, row) for table, row in rejected):
            line.add("input_rejected")
    for order in answer.orders:
        accrual(order)


def supplier_codes(line: InvoiceLine, suppliers: Suppliers) -> None:
    if line.supplier_state is not None:
        line.add(line.supplier_state)
    if line.supplier is not None and suppliers.master.get(line.supplier, {}).get("blocked"):
        line.add("supplier_blocked")


def order_codes(line: InvoiceLine, suppliers: Suppliers) -> None:
    order = line.order
    if order is None:
        return
    if line.currency != order.currency:
        line.add("currency_mismatch")
    if line.factor is None:
        line.add("uom_mismatch")
    if line.supplier is not None and order.supplier is not None and line.supplier != order.supplier:
        line.add("supplier_mismatch")
    closed, day = order.row.get("closed_date"), line.row.get("invoice_date")
    if closed is not None and day is not None and day > closed:
        line.add("order_closed")
    if line.takes_part and line.type == "credit_note" and line.cum is not None and line.cum < 0:
        line.add("credit_exceeds_invoiced")
    theirs = suppliers.master.get(order.supplier or "", {}).get("payment_terms")
    ours = order.row.get("payment_terms")
    if theirs is not None and ours is not None and values.key(theirs) != values.key(ours):
        line.add("terms_mismatch")


def rate_is_missing(line: InvoiceLine, ledger: Ledger) -> bool:
    if line.currency is None or line.currency == ledger.rules.base_currency:
        return False
    day = line.row.get("invoice_date")
    rates = [r for r in ledger.rates if r["currency"] == line.currency]
    return not any(r.get("date") is None or (day is not None and r["date"] <= day) for r in rates)


def depends_on(line: InvoiceLine, table: str, row: Row) -> bool:
    """An order or receipt row of the order it cites was rejected, or a row of its own invoice."""
    companies = values.key(line.row.get("company")), values.key(row.get("company"))
    if None not in companies and companies[0] != companies[1]:
        return False
    if table == "invoices":
        return row.get("invoice_number", "").strip() == line.row["invoice_number"].strip() and same_sender(line.row, row)
    cited = {values.po_number(line.row.get("po_number")), line.order and line.order.po_number} - {None}
    return table in ("orders", "receipts") and values.po_number(row.get("po_number")) in cited


def same_sender(line: Row, rejected: Row) -> bool:
    """What both give of the supplier agrees; where they give nothing alike, it may well be the same."""
    for column in ("supplier_id", "supplier_name"):
        one, other = values.key(line.get(column)), values.key(rejected.get(column))
        if one is not None and other is not None:
            return one == other
    return True


def accrual(order: OrderLine) -> None:
    if not order.counts:
        return
    received = comparison.received_amount(order) if order.by_amount else order.received
    if min(received, received - order.invoiced) > 0:
        order.codes.add("received_not_invoiced")
    if any(r.quantity < 0 for r in order.receipts) and order.invoiced > received:
        order.codes.add("returned_not_credited")


def classify(answer: Answer, rules: Rules) -> None:
    for line in answer.invoices:
        line.status = "discrepant" if line.codes else "tolerated" if line.varies else "matched"
        line.decision = decision([rules.severity(code) for code in line.codes])
        before = answer.decisions.get(line.document, "pay")
        answer.decisions[line.document] = max(before, line.decision, key=("pay", "review", "hold").index)


def decision(severities: list[Severity]) -> str:
    worst = max(severities, key=SEVERITY_ORDER.index, default="info")
    return "pay" if worst == "info" else worst
