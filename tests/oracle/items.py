"""What the item says against the link: the only line of an order, and items of ours that are another line's."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import LinkRule
from tests.oracle import links, values
from tests.oracle.lines import Answer, InvoiceLine, OrderLine, Row

USUAL_SCORE = Fraction(85)


def item_of(row: Row) -> str | None:
    return values.key(row.get("item"))


def is_anothers(row: Row, order: OrderLine, orders: list[OrderLine]) -> bool:
    """The item is that of another order line of this supplier, and not of this one."""
    item = item_of(row)
    if item is None or item == item_of(order.row):
        return False
    return any(item_of(o.row) == item for o in orders if o.supplier == order.supplier)


def gainsaid(row: Row, order: OrderLine, orders: list[OrderLine]) -> bool:
    """The only line of an order is not taken against a line number it does not have or an item that is another's."""
    number = values.po_line(row.get("po_line"))
    has = {o.po_line for o in orders if o.po_number == order.po_number and links.companies_agree(row, o)}
    return (number is not None and number not in has) or is_anothers(row, order, orders)


def both_differ(row: Row, order: OrderLine, rule: LinkRule) -> bool:
    """Item and description are given on both sides and neither fits."""
    items = item_of(row), item_of(order.row)
    score = links.similarity(row.get("description"), order.row.get("description"))
    least = rule.similar.get("description", USUAL_SCORE)
    return None not in items and items[0] != items[1] and score is not None and score < least


def check_receipts(answer: Answer) -> None:
    """Receipts are coded by us: any other item than the ordered one, and the receipt counts for nothing."""
    for receipt in answer.receipts:
        if receipt.order is None:
            continue
        items = item_of(receipt.row), item_of(receipt.order.row)
        if None not in items and items[0] != items[1]:
            receipt.codes.add("item_mismatch")
            receipt.counts = False


def check_invoices(answer: Answer) -> None:
    for line in answer.invoices:
        if line.order is not None and line.kind == "item" and is_known(line, line.order, answer):
            line.add("item_mismatch")


def is_known(line: InvoiceLine, order: OrderLine, answer: Answer) -> bool:
    """The item is one of ours, of another order line or of a receipt, and not of this order line."""
    item = item_of(line.row)
    if item is None or item_of(order.row) is None or item == item_of(order.row):
        return False
    received = {item_of(r.row) for r in answer.receipts if r.order is not None and r.order.supplier == order.supplier}
    return item in received or is_anothers(line.row, order, answer.orders)
