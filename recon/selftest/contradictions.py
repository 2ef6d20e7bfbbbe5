"""Faults in papers that contradict themselves or one another: items, banks, taxes, currencies, money ahead, corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from recon.codes import BY_RECEIPT
from recon.selftest.ledger import place_of
from recon.selftest.papers import another
from recon.selftest.site import STRANGE, TOTALS, Expected, Fault, Site, need, net_of, scaled

if TYPE_CHECKING:
    from recon.selftest.ledger import Place, Row

MONEY = ("item", "description", "quantity", "uom", "unit_price", "price_unit", "tax_amount", "tax_rate")
"""What a line of money alone does not tell."""


def receipt_again(site: Site) -> Expected:
    """Let a receipt line stand in the export twice; the row that comes first counts."""
    need(site.receipts and site.receipts[0]["receipt_number"])
    need("receipts" not in site.rules.sources or site.rules.sources["receipts"].repeats == "once")
    row = site.receipts[0]
    row["receipt_line"] = row["receipt_line"] or STRANGE
    copy = site.add("receipts", row)
    return [(max(place_of("receipts", row), place_of("receipts", copy)), "duplicate_receipt")]


def rejected_goods(site: Site) -> Expected:
    """Reject some of what was received and billed, where only receipts count."""
    need(site.receipts and site.deal.invoiced > site.deal.received * site.less)
    for row in site.receipts:
        accepted = scaled(row["quantity"], site.less, "quantity")
        row.update(quantity_accepted=accepted, quantity_rejected=row["quantity"] - (accepted or 0))
    return site.here("goods_rejected") + site.ordered("goods_rejected")


def order_of_two_prices(site: Site) -> Expected:
    """Let the order's amount be more than its quantity x price."""
    order = site.order
    need(None not in (order["quantity"], order["unit_price"]))
    order["amount"] = scaled(net_of(order), site.more, "amount")
    return site.ordered("order_contradicts_itself")


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


def taken_back(site: Site) -> Expected:
    """Credit exactly the line, a day later."""
    need(site.line["invoice_date"])
    copy = another(site, document_type="credit_note")
    return [*site.here("reversed"), (place_of("invoices", copy), "reversed"), *site.unbilled()]


def tax_without_rate(site: Site) -> Expected:
    """Take the rate of the tax away, from order and invoice."""
    need(site.line["tax_amount"])
    site.order["tax_rate"] = site.line["tax_rate"] = None
    return site.everywhere("tax_unproven")


def two_currencies(site: Site) -> Expected:
    """Bill one line of the invoice in another currency."""
    rated = {row["currency"] for row in site.ledger.tables["rates"] if row["date"] is None}
    others = sorted({*rated, site.rules.base_currency} - {site.line["currency"]})
    need(others and len(site.document) > 1 and site.line["currency"] and site.line["line_type"] in (None, "item"))
    need(all(row["currency"] == site.line["currency"] for row in site.document))
    site.line["currency"] = others[0]
    return site.here("currency_mismatch") + site.everywhere("currency_mixed")


def too_much_ahead(site: Site) -> Expected:
    """Ask more ahead than the order comes to, and deduct nothing of it."""
    last = last_bill(site)
    place = place_of("invoices", money_alone(site, "prepayment", 2 * sum(map(net_of, order_rows(site)), Decimal(0))))
    return [(place, "prepayment_over_ordered"), (last, "prepayment_not_deducted")]


def not_deducted(site: Site) -> Expected:
    """Pay a part ahead that the bill for the whole order does not deduct."""
    last = last_bill(site)
    money_alone(site, "prepayment", net_of(site.line) / 2)
    return [(last, "prepayment_not_deducted")]


def released_too_much(site: Site) -> Expected:
    """Release a retention that nobody kept back."""
    return [(place_of("invoices", money_alone(site, "retention", net_of(site.line))), "retention_over_released")]


def last_bill(site: Site) -> Place:
    """Return the last line that bills the order, all of which one invoice bills."""
    rows = [place_of("orders", row) for row in order_rows(site)]
    deals = [deal for deal in site.clean.deals if deal.order in rows]
    need(len(deals) == len(rows) and {deal.document for deal in deals} == {site.deal.document})
    need(all(deal.invoiced >= deal.ordered for deal in deals))
    goods = [deal.line for deal in deals if deal.kind != "charge"]
    return max(goods, key=lambda place: int(site.ledger.row(place)["invoice_line"] or 0))


def order_rows(site: Site) -> list[Row]:
    """Return the rows of the order."""
    number = (site.order["company"], site.order["po_number"])
    return [row for row in site.ledger.tables["orders"] if (row["company"], row["po_number"]) == number]


def money_alone(site: Site, line_type: str, amount: Decimal) -> Row:
    """Add a document of money alone, which moves no quantity."""
    need(amount > 0)
    bare = dict.fromkeys((*TOTALS, *MONEY, "posting_date"))
    number = f"{site.line['invoice_number']}-{STRANGE}"
    return site.add("invoices", site.line | bare, line_type=line_type, amount=amount, invoice_number=number)


CONTRADICTIONS = (
    Fault("Receipt line twice in the file", "duplicate_receipt", receipt_again),
    Fault("Goods rejected after receipt", "goods_rejected", rejected_goods, costs=True, policies=("three_way",)),
    Fault("Order line of two prices", "order_contradicts_itself", order_of_two_prices),
    Fault("Another order line's item", "item_mismatch", another_item, costs=True),
    Fault("Amount without quantity and price", "quantity_missing", amount_alone, costs=True, policies=BY_RECEIPT),
    Fault("Billed, and credited line for line", "reversed", taken_back),
    Fault("Tax without a rate", "tax_unproven", tax_without_rate, costs=True),
    Fault("Lines in two currencies", "currency_mixed", two_currencies, costs=True),
    Fault("More asked ahead than ordered", "prepayment_over_ordered", too_much_ahead, costs=True),
    Fault("Paid ahead and not deducted", "prepayment_not_deducted", not_deducted, costs=True),
    Fault("Retention released that was never kept", "retention_over_released", released_too_much, costs=True),
)
