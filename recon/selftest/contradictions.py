"""Faults in papers that contradict themselves or one another: items, banks, taxes, currencies, money ahead, corrections."""

from __future__ import annotations

from recon.codes import BY_RECEIPT
from recon.selftest.site import Expected, Fault, Site, need, net_of


def another_item(site: Site) -> Expected:
    """Bill the item of another order line of the supplier."""
    own = (site.order["supplier_id"], site.order["supplier_name"])
    theirs = [row for row in site.ledger.tables["orders"] if (row["supplier_id"], row["supplier_name"]) == own]
    others = [row["item"] for row in theirs if row["item"] not in (None, site.order["item"])]
    need(others and site.order["item"] and site.line["po_line"])
    site.line["item"] = others[0]
    return site.here("item_mismatch") + site.unbilled()


def amount_alone(site: Site) -> Expected:
    """Bill an amount without quantity and price."""
    need(site.line["po_line"])
    site.line.update(amount=net_of(site.line), quantity=None, unit_price=None)
    return site.here("quantity_missing") + site.unbilled()


CONTRADICTIONS = (
    Fault("Another order line's item", "item_mismatch", another_item, costs=True),
    Fault("Amount without quantity and price", "quantity_missing", amount_alone, costs=True, policies=BY_RECEIPT),
)
