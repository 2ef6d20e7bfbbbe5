"""Faults in who bills, and in what: supplier, bank account, terms, currency, unit; and spellings that are no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.selftest.site import PARTY, STRANGE, Expected, Fault, Site, need

if TYPE_CHECKING:
    from recon.selftest.ledger import Row

UNRATED = "USN"
"""ISO 4217's code for dollars of the next day: no table of rates has it, and XTS, the code for testing, is no money."""
OTHER_BANK = "DE02120300000000202051"


def another_supplier(site: Site) -> Expected:
    """Let another known supplier bill the order."""
    others = [deal for deal in site.clean.deals if deal.supplier != site.deal.supplier]
    need(others)
    theirs = site.clean.ledger.row(others[0].line)
    for row in site.document:
        row.update({column: theirs[column] for column in PARTY})
    return site.everywhere("supplier_mismatch", linked=True) + site.unbilled(*site.siblings)


def unknown_supplier(site: Site) -> Expected:
    """Let somebody bill whom nobody knows."""
    for row in site.document:
        row.update(dict.fromkeys(PARTY) | {"supplier_id": STRANGE, "supplier_name": f"Nobody {STRANGE}"})
    return site.everywhere("supplier_unknown")


def other_bank_account(site: Site) -> Expected:
    """Bill under the supplier's number, to be paid to another bank account than is on file."""
    need(site.line["supplier_id"] and master(site)["iban"])
    for row in site.document:
        row["iban"] = OTHER_BANK
    return site.everywhere("bank_details_differ") + site.everywhere("supplier_uncertain")


def other_vat_id(site: Site) -> Expected:
    """Bill under the supplier's number, with another supplier's VAT id."""
    own = master(site)
    others = [row["vat_id"] for row in site.ledger.tables["suppliers"] if row["vat_id"] not in (None, own["vat_id"])]
    need(site.line["supplier_id"] and own["vat_id"] and others)
    for row in site.document:
        row["supplier_vat_id"] = others[0]
    return site.everywhere("supplier_uncertain")


def blocked(site: Site) -> Expected:
    """Block the supplier."""
    master(site)["blocked"] = True
    theirs = [place for place, supplier in site.clean.suppliers.items() if supplier == site.deal.supplier]
    return [(place, "supplier_blocked") for place in [site.deal.line, *(p for p in theirs if p != site.deal.line)]]


def other_terms(site: Site) -> Expected:
    """Let the order give other payment terms than the supplier's own."""
    need(master(site)["payment_terms"])
    site.order["payment_terms"] = f"at once {STRANGE}"
    return site.here("terms_mismatch")


def other_currency(site: Site) -> Expected:
    """Bill the same numbers in another currency."""
    own = site.line["currency"] or site.order["currency"] or site.rules.base_currency
    rated = {row["currency"] for row in site.ledger.tables["rates"] if row["date"] is None}
    others = sorted(({site.rules.base_currency} | rated) - {own}) or sorted({"EUR", "USD"} - {own})
    for row in site.document:
        row["currency"] = others[0]
    services = [deal for deal in site.siblings if deal.kind == "amount"]
    found = site.everywhere("currency_mismatch", linked=True) + (site.unbilled(*services) if services else [])
    known = others[0] in rated | {site.rules.base_currency} or "rates" not in site.rules.sources
    return found if known else found + site.everywhere("rate_missing")


def no_rate(site: Site) -> Expected:
    """Order and bill in a currency without an exchange rate."""
    rated = {row["currency"] for row in site.ledger.tables["rates"]}
    need("rates" in site.rules.sources and UNRATED not in rated | {site.rules.base_currency})
    numbers = {site.ledger.row(deal.order)["po_number"] for deal in site.siblings}
    need(_alone(site, numbers))
    for row in [*site.document, *(row for row in site.ledger.tables["orders"] if row["po_number"] in numbers)]:
        row["currency"] = UNRATED
    return site.everywhere("rate_missing")


def other_unit(site: Site) -> Expected:
    """Bill in a unit of measure that nothing converts."""
    need(site.order["uom"])
    site.line["uom"] = f"U{STRANGE}"
    return site.here("uom_mismatch") + site.unbilled()


def master(site: Site) -> Row:
    """Return the supplier's row of the master."""
    rows = [row for row in site.ledger.tables["suppliers"] if row["supplier_id"] == site.deal.supplier]
    need(len(rows) == 1)
    return rows[0]


def _alone(site: Site, numbers: set[str]) -> bool:
    """Return whether no other invoice of the clean ledger bills these orders."""
    others = [deal for deal in site.clean.deals if deal.document != site.deal.document]
    return not any(site.clean.ledger.row(deal.order)["po_number"] in numbers for deal in others)


# -- no faults: what must not be noticed -------------------------------------------------------------------------


def padded_order_number(site: Site) -> Expected:
    """Cite the order as `PO 00...`."""
    need((site.line["po_number"] or "").isdigit())
    site.line["po_number"] = f"PO 00{site.line['po_number']}"
    return []


def name_in_capitals(site: Site) -> Expected:
    """Give the supplier's name alone, in capitals."""
    name = master(site)["name"]
    need(name.upper() != name and len(name) > 5)
    for row in site.document:
        row.update(dict.fromkeys(PARTY) | {"supplier_name": f" {name.upper()} "})
    return []


def received_in_two(site: Site) -> Expected:
    """Receive the same goods on two days."""
    need(site.receipts and all(site.receipts[0][c] is None for c in ("quantity_accepted", "quantity_rejected")))
    first = site.receipts[0]
    whole = first["quantity"]
    part = (whole / 3).quantize(whole)
    need(0 < part < whole)
    first["quantity"] = whole - part
    site.add("receipts", first, receipt_number=f"{first['receipt_number']}-{STRANGE}", quantity=part)
    return []


PARTIES = (
    Fault("Another supplier's order", "supplier_mismatch", another_supplier, costs=True),
    Fault("Supplier nobody knows", "supplier_unknown", unknown_supplier, costs=True),
    Fault("Another bank account than on file", "bank_details_differ", other_bank_account, costs=True),
    Fault("Another supplier's VAT id", "supplier_uncertain", other_vat_id, costs=True),
    Fault("Supplier is blocked", "supplier_blocked", blocked, costs=True, whole_supplier=True),
    Fault("Payment terms not the supplier's", "terms_mismatch", other_terms),
    Fault("Another currency than ordered", "currency_mismatch", other_currency, costs=True),
    Fault("Currency without a rate", "rate_missing", no_rate),
    Fault("Unit that nothing converts", "uom_mismatch", other_unit, costs=True),
)
HARMLESS = (
    Fault("Order number as PO 00...", None, padded_order_number),
    Fault("Supplier by name, in capitals", None, name_in_capitals),
    Fault("Received in two parts", None, received_in_two),
)
