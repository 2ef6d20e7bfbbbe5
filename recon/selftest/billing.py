"""Faults in what is billed: price, quantity, amount, the invoice's own arithmetic, charges."""

from __future__ import annotations

from decimal import Decimal

from recon.codes import BY_ACCEPTANCE, BY_ORDER, BY_RECEIPT
from recon.selftest.ledger import place_of
from recon.selftest.site import STRANGE, Expected, Fault, Site, need, net_of, scaled


def price_above(site: Site) -> Expected:
    """Bill at a higher price than ordered."""
    site.rebill(price=site.more)
    return site.here("price_variance")


def price_below(site: Site) -> Expected:
    """Bill at a lower price than ordered."""
    site.rebill(price=site.less)
    return site.here("price_variance")


def more_than_ordered(site: Site) -> Expected:
    """Bill more than was ordered, and with that more than was received."""
    deal, own = site.deal, site.order["over_delivery_percent"] or Decimal(0)
    need(deal.invoiced * site.more * 100 > deal.ordered * (100 + own))
    need(deal.policy not in BY_RECEIPT or deal.invoiced * site.more > deal.received)
    site.rebill(quantity=site.more)
    return site.here("quantity_over_ordered") + site.over_received()


def more_than_received(site: Site) -> Expected:
    """Receive less than was billed."""
    need(site.receipts and site.deal.invoiced > site.deal.received * site.less)
    site.receive(site.less)
    return [*(site.over_received() or site.here("quantity_over_received")), *site.under_delivered()]


def nothing_received(site: Site) -> Expected:
    """Take all receipts away."""
    need(site.receipts and site.deal.invoiced > 0)
    gone = [id(row) for row in site.receipts]
    site.ledger.tables["receipts"] = [row for row in site.ledger.tables["receipts"] if id(row) not in gone]
    more = site.here("quantity_over_accepted") if site.deal.policy in BY_ACCEPTANCE else []
    return site.here("not_received") + more + site.under_delivered()


def more_than_accepted(site: Site) -> Expected:
    """Let goods in that inspection does not accept."""
    need(site.receipts and site.deal.invoiced > site.deal.received * site.less)
    accepted = [scaled(row["quantity"], site.less, "quantity") for row in site.receipts]
    for row, quantity in zip(site.receipts, accepted, strict=True):
        row.update(quantity_accepted=quantity, quantity_rejected=None)
    return site.here("quantity_over_accepted")


def amount_above_order(site: Site) -> Expected:
    """Bill more than the amount ordered."""
    need(site.deal.invoiced * site.more > site.deal.ordered)
    site.rebill(price=site.more)
    return site.here("amount_over_ordered", *["amount_over_received"] * (site.deal.policy in BY_RECEIPT))


def amount_above_received(site: Site) -> Expected:
    """Receive a smaller part of a service than was billed."""
    need(site.receipts and site.deal.invoiced > site.deal.received * site.less)
    site.receive(site.less)
    return site.here("amount_over_received") + site.under_delivered()


def wrong_extension(site: Site) -> Expected:
    """Let the amount be more than quantity x price; tax and totals follow the amount."""
    row = site.line
    need(None not in (row["quantity"], row["unit_price"], row["amount"]))
    amount, tax = scaled(row["amount"], site.more, "amount"), scaled(row["tax_amount"], site.more, "tax_amount")
    site.shift_totals((amount or Decimal(0)) - row["amount"], (tax or Decimal(0)) - (row["tax_amount"] or Decimal(0)))
    row.update(amount=amount, tax_amount=tax)
    return site.here(
        "extension_error", *["price_variance"] * (site.deal.kind == "quantity" and site.deal.policy in BY_ORDER)
    )


def wrong_total(site: Site) -> Expected:
    """Let the invoice's total be more than its lines."""
    need(site.line["invoice_total"])
    told = [row for row in site.document if row["invoice_total"] is not None]
    total = scaled(site.line["invoice_total"], site.more, "amount")
    for row in told:
        row["invoice_total"] = total
    others = [(place_of("invoices", row), "invoice_total_variance") for row in told if row is not site.line]
    return site.here("invoice_total_variance") + others


def wrong_tax(site: Site) -> Expected:
    """Bill more tax than the order's rate gives; the total follows."""
    tax = site.line["tax_amount"]
    need(tax and site.order["tax_rate"])
    site.line["tax_amount"] = scaled(tax, site.more, "tax_amount")
    site.shift_totals(Decimal(0), site.line["tax_amount"] - tax)
    return site.everywhere("tax_variance")


def unplanned_freight(site: Site) -> Expected:
    """Add a freight line that no order planned; the totals follow."""
    numbers = {site.ledger.row(deal.order)["po_number"] for deal in site.siblings}
    planned = [row for row in site.ledger.tables["orders"] if row["po_number"] in numbers]
    need(all((row["category"] or "").strip().lower() != "freight" for row in planned))
    need(all(row["line_type"] in (None, "item", "tax") for row in site.document))
    amount = (net_of(site.line) * site.percent / 100).quantize(Decimal("0.01")) + 1
    bare = dict.fromkeys(("po_number", "po_line", "item", "description", "quantity", "uom", "unit_price", "tax_amount"))
    new = site.add("invoices", site.line | bare, line_type="freight", amount=amount, invoice_line=STRANGE)
    site.document.append(new)
    site.shift_totals(amount)
    return [(place_of("invoices", new), "unplanned_charge")]


def dearer_freight(site: Site) -> Expected:
    """Bill more freight than the order planned."""
    need((site.order["category"] or "").strip().lower() == site.line["line_type"])
    by_quantity = site.order["quantity"] is not None and site.order["unit_price"] is not None
    site.rebill(price=site.more)
    return site.here("charge_variance", *["price_variance"] * by_quantity)


GOODS, SERVICES, CHARGES = ("quantity",), ("amount",), ("charge",)
OVER, UNDER = "over", "under"
BILLING = (
    Fault("Price above the order", "price_variance", price_above, GOODS, True, ("price", OVER), BY_ORDER),
    Fault("Price below the order", "price_variance", price_below, GOODS, False, ("price", UNDER), BY_ORDER),
    Fault("Billed more than ordered", "quantity_over_ordered", more_than_ordered, GOODS, True, ("quantity_ordered", OVER), BY_ORDER),
    Fault("Billed more than received", "quantity_over_received", more_than_received, GOODS, True, ("quantity_received", OVER), BY_RECEIPT),
    Fault("Nothing received", "not_received", nothing_received, GOODS, True, ("quantity_received", OVER), BY_RECEIPT),
    Fault("Billed more than accepted", "quantity_over_accepted", more_than_accepted, GOODS, True, ("quantity_accepted", OVER), BY_ACCEPTANCE),
    Fault("Service above the order", "amount_over_ordered", amount_above_order, SERVICES, True, ("amount", OVER), BY_ORDER),
    Fault("Service above what was received", "amount_over_received", amount_above_received, SERVICES, True, ("amount", OVER), BY_RECEIPT),
    Fault("Amount is not quantity x price", "extension_error", wrong_extension, GOODS, True, ("extension", OVER)),
    Fault("Total is not the sum of the lines", "invoice_total_variance", wrong_total, GOODS, True, ("total", OVER)),
    Fault("Tax above the order's rate", "tax_variance", wrong_tax, GOODS, True, ("tax", OVER)),
    Fault("Freight that no order planned", "unplanned_charge", unplanned_freight, GOODS, True, ("charge", OVER)),
    Fault("Freight above the order's", "charge_variance", dearer_freight, CHARGES, True, ("charge", OVER)),
)  # fmt: skip
