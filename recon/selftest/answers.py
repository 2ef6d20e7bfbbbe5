"""Documents that answer others: credits in doubt, corrections that fall short, bills for a whole order; and right ones."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from recon.codes import BY_ORDER, BY_RECEIPT
from recon.selftest.contradictions import last_bill, money_alone, order_rows
from recon.selftest.ledger import place_of
from recon.selftest.papers import DAY, another, day_after
from recon.selftest.parties import OTHER_BANK, master
from recon.selftest.site import STRANGE, Expected, Fault, Site, need, net_of, scaled

if TYPE_CHECKING:
    from recon.selftest.ledger import Row


def whole_order_again(site: Site) -> Expected:
    """Bill the whole order once more, by an amount alone."""
    last_bill(site)
    rows = order_rows(site)
    bill = money_alone(site, "item", sum(map(net_of, rows), Decimal(0)))
    bill.update(po_line=None, invoice_line=None, **day_after(site.line))
    orders = [place_of("orders", row) for row in rows]
    received = any(deal.policy in BY_RECEIPT for deal in site.clean.deals if deal.order in orders)
    codes = ["amount_over_ordered", *["amount_over_received"] * received]
    return [(place_of("invoices", bill), code) for code in codes]


def credit_in_doubt(site: Site) -> Expected:
    """Credit the line in favour of another bank account, and bill it again: such a credit frees nothing."""
    deal, own = site.deal, site.order["over_delivery_percent"] or Decimal(0)
    need(site.line["supplier_id"] and master(site)["iban"] and site.line["invoice_date"])
    need(deal.invoiced * 200 > deal.ordered * (100 + own))
    credit = place_of("invoices", another(site, document_type="credit_note", iban=OTHER_BANK))
    bill = another(site)
    bill.update(invoice_number=f"{bill['invoice_number']}{STRANGE}", **day_after(bill))
    place = place_of("invoices", bill)
    doubts = [(credit, "bank_details_differ"), (credit, "supplier_uncertain")]
    return [(place, "quantity_over_ordered"), (place, "possible_duplicate"), *site.over_received(place), *doubts]


def half_corrected(site: Site) -> Expected:
    """Bill at twice as much too high a price, and credit half of it: as much is left as where nothing is credited."""
    credit = _corrected(site, 2 * site.more - 1, Decimal("0.5"))
    return [*site.here("price_variance"), (place_of("invoices", credit), "price_variance")]


def corrected(site: Site) -> Expected:
    """Bill at a higher price than ordered, and credit all that is too much."""
    _corrected(site, site.more, Decimal(1))
    return []


def scheduled(site: Site) -> Expected:
    """Order the same in two rows that are due on two days."""
    order = site.order
    need(order["quantity"] is not None and order["due_date"] and order["amount"] is None)
    whole = order["quantity"]
    part = (whole / 3).quantize(whole)
    need(0 < part < whole)
    order["quantity"] = whole - part
    site.add("orders", order, quantity=part, due_date=order["due_date"] + DAY)
    return []


def _corrected(site: Site, price: Decimal, share: Decimal) -> Row:
    before = net_of(site.line)
    site.rebill(price=price)
    amount = scaled(net_of(site.line) - before, share, "amount") or Decimal(0)
    row = money_alone(site, "price_difference", amount)
    row.update(document_type="credit_note", **day_after(site.line))
    return row


ANSWERS = (
    Fault("Whole order billed again by an amount", "amount_over_ordered", whole_order_again, costs=True, limit=("amount", "over"), policies=BY_ORDER),
    Fault("Credited to another bank, billed again", "quantity_over_ordered", credit_in_doubt, costs=True, limit=("quantity_ordered", "over"), policies=BY_ORDER),
    Fault("Price above the order, half credited", "price_variance", half_corrected, costs=True, limit=("price", "over"), policies=BY_ORDER),
)  # fmt: skip
RIGHT = (
    Fault("Price above the order, all credited", None, corrected),
    Fault("Order line in two schedule lines", None, scheduled),
)
