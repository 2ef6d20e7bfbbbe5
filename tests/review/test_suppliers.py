"""What a person is asked about suppliers, and what in the supplier data contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from recon import reconcile
from recon.review.suppliers import checks, review
from recon.rules.rule import Rules, SupplierRules
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, SUPPLIERS, Sources
from tests.kit.supplier_tables import lines

MASTER = """
supplier_id | name | vat_id | iban
A | Nord Stahl GmbH | DE1 | DE89 3704 0044 0532 0130 00
B | Nord Stahl AG | DE2 | GB29 NWBK 6016 1331 9268 19
C | Gamma Foods Ltd | DE2 | DE89370400440532013000
D | NORD-STAHL G.m.b.H. | - | -
"""
HEAD = "supplier_id | supplier_name | supplier_vat_id | iban | invoice_number | amount | quantity | unit_price | source | row\n"


def sources(invoices: str, orders: str = "") -> Sources:
    rows = [f"{line} | 1 | 1 | i.csv | {n}" for n, line in enumerate(invoices.strip().splitlines(), 2)]
    invoice_lines = lines(INVOICE_LINES, HEAD + "\n".join(rows)).drop("po_key", "company_key")
    order_lines = lines(ORDER_LINES, orders).drop("po_key", "company_key") if orders else ORDER_LINES.empty()
    return Sources(order_lines, RECEIPT_LINES.empty(), invoice_lines, lines(SUPPLIERS, MASTER))


def findings(invoices: str, rules: SupplierRules | None = None) -> pl.DataFrame:
    given = sources(invoices)
    return checks(given, reconcile(given, Rules(suppliers=rules or SupplierRules())))


def of(found: pl.DataFrame, finding: str) -> list[tuple[object, ...]]:
    return found.filter(pl.col("finding") == finding).select("supplier_id", "other_id").rows()


def test_review_lists_what_needs_a_person_by_amount_with_accounts_masked() -> None:
    invoices = """
- | Nord Stahl | - | - | 1 | 10
X9 | - | - | DE89 3704 0044 0532 0130 00 | 2 | -500
B | - | - | - | 3 | 900
- | Gama Foods | - | - | 4 | 70
"""
    found = review(reconcile(sources(invoices), Rules()))
    assert found["given_name"].to_list() == [None, "Gama Foods", "Nord Stahl"]
    assert found["state"].to_list() == ["supplier_unknown", "supplier_uncertain", "supplier_uncertain"]
    assert found["given_iban"].to_list() == ["DE** **** 3000", None, None]


def test_nothing_to_review_is_an_empty_table() -> None:
    assert review(reconcile(sources("A | - | - | - | 1 | 10"), Rules())).is_empty()


def test_suppliers_that_share_a_vat_id_an_account_or_a_name_are_reported() -> None:
    found = findings("A | - | - | - | 1 | 10")
    assert of(found, "shared_vat_id") == [("B", "C")]
    assert of(found, "shared_iban") == [("A", "C")]
    assert of(found, "same_name") == [("A", "D")]
    assert found.filter(pl.col("finding") == "shared_iban")["value"].to_list() == ["DE** **** 3000"]


def test_an_account_that_is_not_the_masters_is_reported_with_its_money() -> None:
    found = findings("B | - | - | DE02120300000000202051 | 1 | 10\nB | - | - | GB29NWBK60161331926819 | 2 | 5")
    (row,) = found.filter(pl.col("finding") == "iban_differs").rows(named=True)
    assert (row["supplier_id"], row["value"], row["lines"], str(row["amount"])) == (
        "B",
        "DE** **** 2051",
        1,
        "10.000000",
    )


def test_one_account_on_invoices_of_two_suppliers_is_reported() -> None:
    found = findings(
        "B | - | - | FR7630006000011234567890189 | 1 | 10\nD | - | - | FR76 3000 6000 0112 3456 7890 189 | 2 | 5"
    )
    assert of(found, "iban_of_two") == [("B", "D")]


def test_an_alias_that_the_vat_id_contradicts_is_reported() -> None:
    rules = SupplierRules(aliases={"Gamma": "A", "Nord": "A"})
    found = findings("- | Gamma | DE2 | - | 1 | 10\n- | Nord | DE1 | - | 2 | 10", rules)
    assert of(found, "alias_contradicts_vat_id") == [("A", "B"), ("A", "C")]


def test_without_a_master_twins_are_found_in_the_orders() -> None:
    orders = "po_number | supplier_id | supplier_name | quantity | unit_price\n1 | V1 | Alpha Works | 1 | 1\n2 | V2 | ALPHA WORKS | 1 | 1"
    given = sources("V1 | - | - | - | 1 | 10", orders)
    bare = Sources(given.order_lines, given.receipt_lines, given.invoice_lines)
    assert of(checks(bare, reconcile(bare, Rules())), "same_name") == [("V1", "V2")]


def test_an_alias_of_a_supplier_that_nobody_knows_is_reported_where_there_is_a_master() -> None:
    rules = SupplierRules(aliases={"Nord": "a", "Old Steel": "Z9"})
    (row,) = findings("A | - | - | - | 1 | 10", rules).filter(finding="alias_of_nobody").rows(named=True)
    assert (row["value"], row["supplier_id"], row["supplier_name"]) == ("Old Steel", "Z9", None)
    assert "neither the supplier master nor an order" in row["message"]

    bare = replace(sources("A | - | - | - | 1 | 10"), suppliers=SUPPLIERS.empty())
    assert of(checks(bare, reconcile(bare, Rules(suppliers=rules))), "alias_of_nobody") == []
