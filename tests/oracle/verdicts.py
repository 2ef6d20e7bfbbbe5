"""Codes that are no measure's, and classify: status and decision."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import comparison, quantities, values
from tests.oracle.documents import number_as_written
from tests.oracle.findings import CAPPED
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, ReceiptLine, Row
from tests.oracle.parties import Suppliers
from tests.oracle.severities import decision, severity

Lost = list[tuple[str, Row]]
"""(table, row) of what could not be read or counted, on which lines may depend."""


def before_comparing(lines: list[InvoiceLine], ledger: Ledger, suppliers: Suppliers, lost: Lost) -> None:
    """What is known of lines (not set aside) before anything is compared: whether a credit is in doubt is among it."""
    for line in lines:
        drop(line, "input_rejected")
        supplier_codes(line, suppliers)
        order_codes(line, suppliers)
        if "rates" in ledger.rules.sources and rate_is_missing(line, ledger):
            line.add("rate_missing")
        if any(depends_on(line, table, row) for table, row in lost):
            line.add("input_rejected")
        if len({x.currency for x in lines if x.document == line.document} - {None}) > 1:
            line.add("currency_mixed")


def what_is_lost(answer: Answer, rejected: Lost) -> Lost:
    """Rejected rows, receipts that contradict each other, and returns that are not charged to any order line."""
    receipts = [r for r in answer.receipts if is_uncounted_return(r) or "input_rejected" in r.codes]
    return [*rejected, *(("receipt_lines", r.row) for r in receipts)]


def is_uncounted_return(receipt: ReceiptLine) -> bool:
    """Goods went back, but no order line was charged with them: too much would be paid for."""
    return receipt.quantity < 0 and bool(receipt.order is None or receipt.codes & {"uom_mismatch", "item_mismatch"})


def excuse(answer: Answer) -> None:
    """Freight, tax and the like go with the other lines of their invoice; a charge needs the order only, not its line."""
    linked = {line.document for line in answer.invoices if line.order is not None and not line.set_aside}
    for line in answer.invoices:
        if line.kind != "item" and line.document in linked:
            drop(line, "no_reference", "order_line_not_found")
        if line.kind in ("freight", "charge", "prepayment", "retention"):
            drop(line, "order_line_not_found")


def drop(line: InvoiceLine, *codes: str) -> None:
    for code in codes:
        line.discrepancies.pop(code, None)


def supplier_codes(line: InvoiceLine, suppliers: Suppliers) -> None:
    for code in line.supplier_codes:
        line.add(code)
    if line.supplier is not None and suppliers.blocked(line.supplier):
        line.add("supplier_blocked")


def order_codes(line: InvoiceLine, suppliers: Suppliers) -> None:
    order = line.order
    if order is None:
        return
    if line.currency != order.currency:
        line.add("currency_mismatch")
    if line.factor is None and line.kind == "item":
        line.add("uom_mismatch")
    if line.supplier is not None and line.supplier != order.supplier:
        line.add("supplier_mismatch")
    theirs = suppliers.master.get(order.supplier or "", {}).get("payment_terms")
    ours = order.row.get("payment_terms")
    if theirs is not None and ours is not None and values.key(theirs) != values.key(ours):
        line.add("terms_mismatch")


def order_level(line: InvoiceLine, orders: list[OrderLine]) -> None:
    """What is found of a line that goes with an order but not with a line of it."""
    key = line.header or (line.of_order if line.order is None else None)
    whole = [o for o in orders if o.counts and key is not None and o.key[:2] == key]
    if whole and line.supplier is not None and line.supplier not in {o.supplier for o in whole}:
        line.add("supplier_mismatch")
    if whole and line.header and {line.currency} != {o.currency for o in whole}:
        line.add("currency_mismatch")


def order_closed(line: InvoiceLine) -> None:
    """The order line was closed before; no more than told where what is billed had come by then."""
    if line.order is None:
        return
    closed, day = line.order.row.get("closed_date"), line.row.get("invoice_date")
    if closed is not None and day is not None and day > closed:
        came = comparison.received_by(line.order, closed)
        line.add("order_closed", info=line.takes_part and not line.moves_money and line.running <= came)


def rate_is_missing(line: InvoiceLine, ledger: Ledger) -> bool:
    if line.currency is None or line.currency == ledger.rules.base_currency:
        return False
    day = line.row.get("invoice_date")
    rates = [r for r in ledger.rates if r["currency"] == line.currency]
    return not any(r.get("date") is None or (day is not None and r["date"] <= day) for r in rates)


def depends_on(line: InvoiceLine, table: str, row: Row) -> bool:
    """A row was lost of the order it cites, of its own invoice, or of the conversions where one was needed."""
    if table == "conversions":
        return is_converted(line)
    companies = values.key(line.row.get("company")), values.key(row.get("company"))
    if None not in companies and companies[0] != companies[1]:
        return False
    if table == "invoice_lines":
        same = (row.get("invoice_number") or row.get("document_id") or "").strip() == number_as_written(line.row)
        return same and same_sender(line.row, row)
    cited = {values.po_number(line.row.get("po_number")), line.order and line.order.po_number} - {None}
    return table in ("order_lines", "receipt_lines") and values.po_number(row.get("po_number")) in cited


def is_converted(line: InvoiceLine) -> bool:
    if (order := line.order) is None:
        return False
    mine = not order.by_amount and quantities.in_another_unit(order, line.row.get("uom"))
    return mine or any(quantities.in_another_unit(order, receipt.row.get("uom")) for receipt in order.receipts)


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
    if order.policy == "three_way" and order.rejected > Fraction(0):
        order.codes.add("goods_rejected")


def classify(answer: Answer, rules: Rules) -> None:
    for line in answer.invoices:
        line.status = "discrepant" if line.codes else "tolerated" if line.varies else "matched"
        line.decision = decision(severity(d, rules) for d in line.discrepancies.values())
        before = answer.decisions.get(line.document, "pay")
        answer.decisions[line.document] = max(before, line.decision, key=("pay", "review", "hold").index)
    for order in answer.orders:
        lines = [x for x in answer.invoices if x.order is order and not x.set_aside]
        found = (order.codes - {"received_not_invoiced"}) or any(CAPPED & set(x.codes) for x in lines)
        order.status = "discrepant" if found else "tolerated" if any(x.varies for x in lines) else "matched"
