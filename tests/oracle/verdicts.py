"""Codes that are no measure's, and classify: status and decision."""

from __future__ import annotations

from recon.rules.rule import SEVERITY_ORDER, Rules, Severity
from tests.oracle import comparison, quantities, values
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, ReceiptLine, Row
from tests.oracle.parties import Suppliers


def other_codes(answer: Answer, ledger: Ledger, suppliers: Suppliers, rejected: list[tuple[str, Row]]) -> None:
    standing = [line for line in answer.invoices if not line.set_aside]
    lost = [("receipt_lines", receipt.row) for receipt in answer.receipts if is_uncounted_return(receipt)]
    linked = {line.document for line in standing if line.order is not None}
    for line in standing:
        for code in excused(line, linked=line.document in linked):
            line.discrepancies.pop(code, None)
        supplier_codes(line, suppliers)
        order_codes(line, suppliers)
        if "rates" in ledger.rules.sources and rate_is_missing(line, ledger):
            line.add("rate_missing")
        if any(depends_on(line, table, row) for table, row in (*rejected, *lost)):
            line.add("input_rejected")
    for order in answer.orders:
        accrual(order)


def is_uncounted_return(receipt: ReceiptLine) -> bool:
    """Goods went back, but no order line was charged with them: too much would be paid for."""
    return receipt.quantity < 0 and (receipt.order is None or "uom_mismatch" in receipt.codes)


def excused(line: InvoiceLine, *, linked: bool) -> set[str]:
    """Freight, tax and the like go with the other lines of their invoice; freight needs the order only, not its line."""
    if line.kind == "item":
        return set()
    if linked:
        return {"no_reference", "order_line_not_found"}
    return {"order_line_not_found"} if line.kind in ("freight", "charge") else set()


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
    if line.supplier is not None and line.supplier != order.supplier:
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
    """A row was rejected of the order it cites, of its own invoice, or of the conversions where one was needed."""
    if table == "conversions":
        return is_converted(line)
    companies = values.key(line.row.get("company")), values.key(row.get("company"))
    if None not in companies and companies[0] != companies[1]:
        return False
    if table == "invoice_lines":
        return row.get("invoice_number", "").strip() == line.row["invoice_number"].strip() and same_sender(
            line.row, row
        )
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


def classify(answer: Answer, rules: Rules) -> None:
    for line in answer.invoices:
        line.status = "discrepant" if line.codes else "tolerated" if line.varies else "matched"
        line.decision = decision([rules.severity(code) for code in line.codes])
        before = answer.decisions.get(line.document, "pay")
        answer.decisions[line.document] = max(before, line.decision, key=("pay", "review", "hold").index)


def decision(severities: list[Severity]) -> str:
    worst = max(severities, key=SEVERITY_ORDER.index, default="info")
    return "pay" if worst == "info" else worst
