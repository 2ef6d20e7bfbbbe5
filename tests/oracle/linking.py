"""Link: receipts first, then invoice lines, then what leads by way of either."""

from __future__ import annotations

from recon.rules.rule import LinkRule, Rules
from tests.oracle import conditions, headers, items, links, prices, quantities, values
from tests.oracle.documents import is_called
from tests.oracle.limits import seen_by_policy, seen_by_when
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, Row
from tests.oracle.parties import Suppliers, resolve_invoices


def policy(order: OrderLine, rules: Rules) -> str:
    own: str | None = order.row.get("match_policy")
    seen = seen_by_policy(order)
    return own or next((p.match for p in rules.policies if conditions.holds(p.when, seen)), "three_way")


def link_receipts(answer: Answer, rules: Rules) -> None:
    usable = tuple(r for r in rules.links if set(r.on) <= links.RECEIPT_COLUMNS)
    for receipt in answer.receipts:
        row = receipt.row
        search = links.Search(row, answer.orders, lambda r, o, row=row: receipt_may(r, row, o))
        order, name, codes = search.find(usable)
        if order is not None and (search.by_look or (search.alone and items.gainsaid(row, order, answer.orders))):
            order, name = None, None
        receipt.order, receipt.link = order, name
        if order is None:
            ambiguous = "link_ambiguous" in codes and not search.by_look
            receipt.codes.add("link_ambiguous" if ambiguous else "receipt_without_order")
    items.check_receipts(answer)


def receipt_may(rule: LinkRule, row: Row, order: OrderLine) -> bool:
    return conditions.holds(rule.when, row | seen_by_when(None, order))


def link_invoices(answer: Answer, ledger: Ledger, suppliers: Suppliers) -> None:
    """Link by everything but what other invoices say, then those that cite one; then fill in what the order says."""
    from_orders = "supplier" in ledger.absent
    resolve_invoices(answer.invoices, suppliers, from_orders=from_orders)
    direct = tuple(r for r in ledger.rules.links if "credited_invoice" not in r.on)
    for line in answer.invoices:
        line.currency = line.row.get("currency")
        link(line, answer, ledger, direct)
    led = {id(line): by_citation(line, answer.invoices) for line in answer.invoices}
    for line in answer.invoices:
        if len(direct) < len(ledger.rules.links) and values.key(line.row.get("credited_invoice")) is not None:
            link(line, answer, ledger, ledger.rules.links, led[id(line)])
    resolve_invoices(answer.invoices, suppliers, from_orders=from_orders)
    headers.find(answer)
    if from_orders:
        resolve_invoices(answer.invoices, suppliers, from_orders=True)
    for line in answer.invoices:
        if line.order is not None:
            line.currency = line.currency or line.order.currency
            line.factor = quantities.billed_in(ledger.conversions, line.order, line.row.get("uom"))
        for found in line.discrepancies.values():
            found.currency = found.currency or line.currency
        by_amount = line.order is not None and line.order.by_amount
        if line.kind == "item" and line.quantity is None and line.header is None and not by_amount:
            line.add("quantity_missing")
    items.check_invoices(answer)


def link(
    line: InvoiceLine, answer: Answer, ledger: Ledger, rules: tuple[LinkRule, ...], cited: set[OrderLine] | None = None
) -> None:
    def near(order: OrderLine, _rule: LinkRule) -> bool:
        factor = quantities.conversion(ledger.conversions, order, line.row.get("uom"))
        return prices.is_near(line, order, factor, ledger.rules)

    def led(column: str) -> set[OrderLine]:
        return by_delivery(line, answer) if column == "delivery_note" else cited or set()

    seen = line.row | {"supplier_id": line.supplier}
    search = links.Search(seen, answer.orders, lambda r, o: invoice_may(r, line, o), near, led)
    line.order, line.link, codes = search.find(rules)
    for code in ("no_reference", "order_not_found", "order_line_not_found", "link_ambiguous", "link_suggested"):
        line.discrepancies.pop(code, None)
    for code in codes:
        line.add(code)
    if line.order is not None and search.alone and line.kind == "item":
        rule = next(r for r in rules if r.name == search.alone)
        doubt = items.gainsaid(seen, line.order, answer.orders) or items.both_differ(seen, line.order, rule)
        if doubt:
            line.add("link_suggested")


def by_delivery(line: InvoiceLine, answer: Answer) -> set[OrderLine]:
    """The order lines of the receipts with the line's delivery note."""
    note = values.key(line.row.get("delivery_note"))
    mine = [r for r in answer.receipts if note is not None and values.key(r.row.get("delivery_note")) == note]
    return {r.order for r in mine if r.order is not None}


def by_citation(line: InvoiceLine, lines: list[InvoiceLine]) -> set[OrderLine]:
    """The order lines that the same item of the cited invoice has."""
    cited, item = line.row.get("credited_invoice"), items.item_of(line.row)
    if values.key(cited) is None:
        return set()
    found = [
        x for x in lines
        if x.type == "invoice" and x.order is not None and x.document != line.document and x.supplier == line.supplier
        and is_called(x.row, cited)
    ]  # fmt: skip
    return {
        x.order for x in found
        if x.order is not None and item in (None, items.item_of(x.row) or items.item_of(x.order.row))
    }  # fmt: skip


def invoice_may(rule: LinkRule, line: InvoiceLine, order: OrderLine) -> bool:
    """The rule's condition holds, and invoice and order date, both known, are within its days."""
    day, ordered = line.row.get("invoice_date"), order.row.get("order_date")
    if rule.days is not None and (day is None or ordered is None or abs(values.days(day, ordered)) > rule.days):
        return False
    return conditions.holds(rule.when, seen_by_when(line, order))
