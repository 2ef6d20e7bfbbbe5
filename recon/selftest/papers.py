"""Faults in how the papers go together: dates, deliveries, returns, references, documents that come twice."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.codes import BY_ORDER, BY_RECEIPT
from recon.selftest.ledger import place_of
from recon.selftest.site import STRANGE, TOTALS, Expected, Fault, Site, need, place_in, scaled
from recon.tables import REJECTS

if TYPE_CHECKING:
    from recon.selftest.ledger import Row

LONG = timedelta(days=90)
DAY = timedelta(days=1)
NOBODYS = f"ordered by nobody {STRANGE}"


# -- dates and deliveries ----------------------------------------------------------------------------------------


def billed_before_order(site: Site) -> Expected:
    """Date the order after the invoice."""
    need(site.line["invoice_date"] and site.order["order_date"])
    site.order["order_date"] = site.line["invoice_date"] + LONG
    return site.here("invoice_before_order")


def billed_before_receipt(site: Site) -> Expected:
    """Date the receipts after the invoice."""
    need(site.line["invoice_date"] and site.receipts and all(row["quantity"] > 0 for row in site.receipts))
    for row in site.receipts:
        row["receipt_date"] = site.line["invoice_date"] + LONG
    due = site.order["due_date"]
    late = place_in(site.receipts, "receipts") if due and due < site.line["invoice_date"] + LONG else []
    return site.here("invoice_before_receipt") + [(place, "late_delivery") for place in late]


def late(site: Site) -> Expected:
    """Let the goods have been due long before they came."""
    came = [row for row in site.receipts if row["receipt_date"] and row["quantity"] > 0]
    need(came)
    site.order["due_date"] = min(row["receipt_date"] for row in came) - LONG
    return [(place, "late_delivery") for place in place_in(came, "receipts")]


def delivered_too_much(site: Site) -> Expected:
    """Receive more than was ordered."""
    deal, own = site.deal, site.order["over_delivery_percent"] or Decimal(0)
    need(site.receipts and deal.received * site.more * 100 > deal.ordered * (100 + own))
    site.receive(site.more)
    return site.ordered("over_delivery") + site.unbilled()


def delivered_too_little(site: Site) -> Expected:
    """Close an order line of which too little was received (and billed)."""
    deal, own = site.deal, site.order["under_delivery_percent"] or Decimal(0)
    need(site.receipts and deal.received == deal.invoiced)
    need(deal.received * site.less * 100 < deal.ordered * (100 - own))
    site.rebill(quantity=site.less)
    site.receive(site.less)
    site.order["closed"] = True
    return site.ordered("under_delivery")


def not_all_billed(site: Site) -> Expected:
    """Bill less than was received."""
    need(site.deal.received > site.deal.invoiced * site.less)
    site.rebill(quantity=site.less)
    return site.ordered("received_not_invoiced")


def returned(site: Site) -> Expected:
    """Send goods back without a credit note."""
    need(site.receipts and site.receipts[0]["quantity"] > 0 and site.deal.received == site.deal.invoiced)
    back = scaled(site.receipts[0]["quantity"], site.less - 1, "quantity")
    number = f"{site.receipts[0]['receipt_number']}-{STRANGE}"
    whole = dict.fromkeys(("quantity_accepted", "quantity_rejected", "movement"))
    site.add("receipts", site.receipts[0] | whole, receipt_number=number, quantity=back)
    return site.ordered("returned_not_credited") + site.over_received() + site.under_delivered()


def order_was_closed(site: Site) -> Expected:
    """Close the order line long before the invoice."""
    need(site.line["invoice_date"])
    site.order["closed_date"] = site.line["invoice_date"] - LONG
    return site.here("order_closed")


# -- references --------------------------------------------------------------------------------------------------


def no_reference(site: Site) -> Expected:
    """Take every reference away, and what could stand for it."""
    site.line.update(po_number=None, po_line=None, item=None, description=NOBODYS)
    return site.here("no_reference") + site.unbilled() + site.unproven()


def only_the_item(site: Site) -> Expected:
    """Take the order number away and leave the item."""
    need(site.order["item"] and site.line["item"] == site.order["item"] and site.line["currency"])
    need(site.order["order_date"] and site.line["invoice_date"])
    site.line.update(po_number=None, po_line=None)
    return site.here("link_suggested")


def unknown_order(site: Site) -> Expected:
    """Cite an order that is not there."""
    need(site.line["po_number"])
    site.line["po_number"] += STRANGE
    return site.here("order_not_found") + site.unbilled() + site.unproven()


def unknown_order_line(site: Site) -> Expected:
    """Cite a line, an item and a description that the order does not have."""
    need(sum(row["po_number"] == site.order["po_number"] for row in site.ledger.tables["orders"]) > 1)
    site.line.update(po_line=STRANGE, item=STRANGE, description=NOBODYS)
    return site.here("order_line_not_found") + site.unbilled() + site.unproven()


def contradicting_orders(site: Site) -> Expected:
    """Let the order line stand twice, the second time with another buyer."""
    twin = site.add("orders", site.order, buyer=f"{site.order['buyer'] or ''}{STRANGE}")
    doubled = [(place, "duplicate_order_line") for place in (site.deal.order, place_of("orders", twin))]
    lost = [(place, "link_ambiguous") for place in site.deal.receipts]
    return site.here("link_ambiguous") + doubled + lost + site.unproven()


def repeated_order(site: Site) -> Expected:
    """Let the order line stand twice, the same both times."""
    twin = site.add("orders", site.order)
    return [(place, "duplicate_order_line") for place in (site.deal.order, place_of("orders", twin))]


def lost_receipt(site: Site) -> Expected:
    """Receive goods for an order that is not there."""
    need(site.receipts)
    row = site.receipts[0]
    number = {"receipt_number": f"{row['receipt_number']}-{STRANGE}", "po_number": f"{row['po_number']}{STRANGE}"}
    return [(place_of("receipts", site.add("receipts", row | number)), "receipt_without_order")]


# -- documents that come twice, or not whole ---------------------------------------------------------------------


def typed_again(site: Site) -> Expected:
    """Enter the invoice a second time, a day later and with a zero more in its number."""
    need(site.line["invoice_date"])
    number = re.sub(r"([0-9]+)", r"0\1", site.line["invoice_number"], count=1)
    need(number != site.line["invoice_number"])
    copies = [site.add("invoices", row, invoice_number=number, posting_date=_next_day(row)) for row in site.document]
    own = site.document.index(site.line)
    ordered = [copies[own], *copies[:own], *copies[own + 1 :]]
    return [(place, "duplicate_invoice") for place in place_in(ordered, "invoices")]


def line_again(site: Site) -> Expected:
    """Let one line of the invoice stand in the export twice."""
    need(site.line["invoice_line"] and site.line["invoice_date"])
    copy = site.add("invoices", site.line, posting_date=_next_day(site.line))
    return [(place_of("invoices", copy), "duplicate_invoice")]


def another_number(site: Site) -> Expected:
    """Bill the line again a day later under a number of its own."""
    deal, own = site.deal, site.order["over_delivery_percent"] or Decimal(0)
    need(site.line["invoice_date"] and deal.invoiced * 200 > deal.ordered * (100 + own))
    place = place_of("invoices", another(site))
    over = [(place, "quantity_over_ordered")] * (deal.policy in BY_ORDER)
    return [(place, "possible_duplicate"), *over, *site.over_received(place)]


def credit_too_large(site: Site) -> Expected:
    """Credit twice what was billed."""
    need(site.line["invoice_date"])
    row = site.line
    doubled = {column: scaled(row[column], Decimal(2), column) for column in ("quantity", "amount", "tax_amount")}
    copy = another(site, document_type="credit_note", **doubled)
    return [(place_of("invoices", copy), "credit_exceeds_invoiced"), *site.unbilled()]


def unreadable_receipt(site: Site) -> Expected:
    """Let a receipt row of the order be a reject."""
    _reject(site, "receipt_lines", po_number=site.order["po_number"], receipt_number=STRANGE)
    same = [d.line for d in site.siblings if site.ledger.row(d.order)["po_number"] == site.order["po_number"]]
    return [(place, "input_rejected") for place in [site.deal.line, *(p for p in same if p != site.deal.line)]]


def unreadable_line(site: Site) -> Expected:
    """Let another line of the invoice be a reject."""
    party = {c: site.line[c] for c in ("invoice_number", "supplier_id", "supplier_name")}
    _reject(site, "invoice_lines", **party)
    return site.everywhere("input_rejected")


def _next_day(row: Row) -> object:
    return (row["posting_date"] or row["invoice_date"]) + DAY


def another(site: Site, **changed: object) -> Row:
    """Add a document of the deal's line alone, a day later; without totals, since it is not the invoice's."""
    number = f"{site.line['invoice_number']}-{STRANGE}"
    dates = day_after(site.line)
    return site.add("invoices", site.line | dict.fromkeys(TOTALS), invoice_number=number, **dates, **changed)


def day_after(row: Row) -> dict[str, object]:
    """Return the dates of what is written and posted a day later."""
    need(row["invoice_date"])
    return {"invoice_date": row["invoice_date"] + DAY, "posting_date": _next_day(row)}


def _reject(site: Site, table: str, **known: object) -> None:
    row = dict.fromkeys(REJECTS.columns) | {"company": site.line["company"]}
    site.add("rejects", row, table=table, column="quantity", value="1O", reason="is not a number", **known)


PAPERS = (
    Fault("Order dated after the invoice", "invoice_before_order", billed_before_order, limit=("date", "over")),
    Fault("Received after the invoice", "invoice_before_receipt", billed_before_receipt, limit=("date", "over")),
    Fault("Delivered late", "late_delivery", late, limit=("date", "over")),
    Fault("Delivered too much", "over_delivery", delivered_too_much, limit=("delivery", "over"), policies=BY_RECEIPT),
    Fault("Delivered too little, order closed", "under_delivery", delivered_too_little, limit=("delivery", "under"), policies=BY_RECEIPT),
    Fault("Received and not billed", "received_not_invoiced", not_all_billed),
    Fault("Returned and not credited", "returned_not_credited", returned, costs=True),
    Fault("Order closed before the invoice", "order_closed", order_was_closed, costs=True),
    Fault("No reference at all", "no_reference", no_reference, costs=True),
    Fault("No order number, only the item", "link_suggested", only_the_item, costs=True),
    Fault("Order that is not there", "order_not_found", unknown_order, costs=True),
    Fault("Order line that is not there", "order_line_not_found", unknown_order_line, costs=True),
    Fault("Order line twice, contradicting", "link_ambiguous", contradicting_orders, costs=True),
    Fault("Order line twice, the same", "duplicate_order_line", repeated_order),
    Fault("Receipt without an order", "receipt_without_order", lost_receipt),
    Fault("Invoice typed in a second time", "duplicate_invoice", typed_again, costs=True),
    Fault("Invoice line twice in the file", "duplicate_invoice", line_again, costs=True),
    Fault("Billed again under another number", "possible_duplicate", another_number, costs=True),
    Fault("Credited more than billed", "credit_exceeds_invoiced", credit_too_large),
    Fault("Receipt row that cannot be read", "input_rejected", unreadable_receipt, costs=True),
    Fault("Invoice row that cannot be read", "input_rejected", unreadable_line, costs=True),
)  # fmt: skip
