"""Resolve: by id, VAT id, IBAN, alias, name; how sure; and what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import SupplierRules
from tests.kit.supplier_tables import one, resolved, verdicts

MASTER = """
supplier_id | name | vat_id | iban | aliases | blocked
S1 | Müller Werkzeugbau GmbH | DE111 | DE11 5000 | Tool Miller; TM | -
S2 | Beta Maschinenfabrik AG | DE222 | DE22 5000 | - | yes
S3 | Supplier 1 Ltd | DE333 | - | - | -
"""


def test_an_id_is_compared_as_a_key_and_shown_as_the_master_spells_it() -> None:
    assert one(resolved("supplier_id\n s-1", MASTER)) == ("S1", None, "id")


def test_the_first_method_that_finds_a_supplier_wins() -> None:
    table = """
supplier_id | supplier_vat_id | iban | supplier_name
S1 | - | - | Beta Maschinenfabrik AG
- | de 222 | - | Müller Werkzeugbau GmbH
- | - | de225000 | Müller Werkzeugbau GmbH
- | - | - | tool miller
- | - | - | MUELLER WERKZEUGBAU G.M.B.H.
"""
    methods = [(found[0], found[2]) for found in verdicts(resolved(table, MASTER))]
    assert methods == [("S1", "id"), ("S2", "vat_id"), ("S2", "iban"), ("S1", "alias"), ("S1", "name")]


def test_an_id_that_the_vat_id_contradicts_is_uncertain_and_both_are_named() -> None:
    found = resolved("supplier_id | supplier_vat_id\nS1 | DE222", MASTER)
    assert one(found) == ("S1", "uncertain", "id")
    reason = found.invoice_lines["supplier_reason"][0]
    assert "S1 (Müller Werkzeugbau GmbH)" in reason
    assert "S2 (Beta Maschinenfabrik AG)" in reason


def test_an_id_that_the_iban_contradicts_is_uncertain() -> None:
    assert one(resolved("supplier_id | iban\nS1 | DE22 5000", MASTER)) == ("S1", "uncertain", "id")


def test_a_vat_id_or_iban_that_is_not_the_one_on_file_is_uncertain() -> None:
    table = "supplier_id | supplier_vat_id | iban\nS1 | DE999 | -\nS1 | - | DE99 9999\nS1 | DE 111 | de115000"
    assert [verdict[1] for verdict in verdicts(resolved(table, MASTER))] == ["uncertain", "uncertain", None]


def test_an_iban_contradicts_nothing_where_none_is_on_file() -> None:
    assert one(resolved("supplier_id | iban\nS3 | DE99 9999", MASTER)) == ("S3", None, "id")


def test_a_shared_vat_id_is_a_tie_unless_the_name_settles_it() -> None:
    master = "supplier_id | name | vat_id\nA | Nord Stahl GmbH | DE1\nB | Süd Holz GmbH | DE1"
    table = "supplier_vat_id | supplier_name\nDE1 | -\nDE1 | Sued Holz"
    assert verdicts(resolved(table, master)) == [("A", "uncertain", "vat_id"), ("B", None, "vat_id")]


def test_a_short_alias_works_because_a_person_wrote_it() -> None:
    assert one(resolved("supplier_name\nT.M.", MASTER)) == ("S1", None, "alias")


def test_a_short_name_never_matches_by_name() -> None:
    master = "supplier_id | name\nS1 | HP\nS2 | ??? GmbH"
    assert {found[1] for found in verdicts(resolved("supplier_name\nHP\n!!! GmbH", master))} == {"unknown"}


def test_an_alias_of_the_rules_wins_over_an_equal_name() -> None:
    rules = SupplierRules(aliases={"Beta Maschinenfabrik": "S1"})
    assert one(resolved("supplier_name\nBETA Maschinenfabrik", MASTER, rules=rules)) == ("S1", None, "alias")


@pytest.mark.parametrize("target", ["Ferreteria Lopez", "FERRETERIA LOPEZ", "Ferreteria Lopez S.L."])
def test_an_alias_names_a_supplier_that_only_the_orders_name(target: str) -> None:
    orders = "po_number | supplier_name\nP1 | Ferreteria Lopez\nP2 | Ferreteria Lopez S.L.\nP3 | Aceros del Norte"
    found = resolved(
        "supplier_name\nTotally Other", orders=orders, rules=SupplierRules(aliases={"Totally Other": target})
    )
    by_name = one(resolved(f"supplier_name\n{target}", orders=orders))
    assert one(found) == (by_name[0], None, "alias")
    assert by_name[0] is not None


def test_an_alias_of_a_supplier_that_does_not_exist_is_not_used() -> None:
    rules = SupplierRules(aliases={"Gamma": "S9"})
    assert one(resolved("supplier_name\nGamma", MASTER, rules=rules)) == (None, "unknown", "none")


def test_names_that_differ_in_a_digit_are_never_one() -> None:
    found = resolved("supplier_name\nSupplier 2 Ltd", MASTER)
    assert one(found) == (None, "unknown", "none")
    assert "S3 (Supplier 1 Ltd)" in found.invoice_lines["supplier_reason"][0]


@pytest.mark.parametrize("name", ["Aloha Industries Limited", "South Supply Co Ltd", "Larson Shipping Ltd", "ACME"])
def test_a_likely_other_company_is_at_most_proposed(name: str) -> None:
    master = "supplier_id | name\n1 | Alpha Industries Ltd\n2 | North Supply Co Ltd\n3 | Larsen Shipping Ltd\n4 | ACME Holdings GmbH Berlin"
    assert one(resolved(f"supplier_name\n{name}", master))[1] in ("uncertain", "unknown")


def test_a_slip_in_a_long_word_is_accepted_when_another_word_carries_it() -> None:
    found = resolved("supplier_name\nMüller Werkzeugbu GmbH", MASTER)
    assert one(found) == ("S1", None, "fuzzy")
    assert found.supplier_links["score"][0] > Decimal(92)


def test_another_legal_form_is_another_company_until_a_person_says_otherwise() -> None:
    found = resolved("supplier_name\nBeta Maschinenfabrik GmbH", MASTER)
    assert one(found) == ("S2", "uncertain", "fuzzy")
    assert "legal form gmbh / ag" in found.invoice_lines["supplier_reason"][0]


def test_the_legal_form_tells_two_of_one_name_apart() -> None:
    master = "supplier_id | name\nA | Deutsche Bahn Fracht AG\nB | Deutsche Bahn Fracht GmbH"
    table = "supplier_name\nDeutsche Bahn Fracht G.m.b.H.\nDeutsche Bahn Fracht"
    assert verdicts(resolved(table, master)) == [("B", None, "name"), ("A", "uncertain", "name")]


def test_a_word_of_two_alphabets_is_for_a_person() -> None:
    master = "supplier_id | name\nP | Paypal Europe Payments"
    found = resolved("supplier_name\nPаypal Europe Payments", master)
    assert one(found) == ("P", "uncertain", "fuzzy")
    assert "two alphabets" in found.invoice_lines["supplier_reason"][0]


def test_scores_between_review_and_accept_are_used_and_flagged() -> None:
    strict = SupplierRules(accept=Decimal(100), review=Decimal(60))
    assert one(resolved("supplier_name\nMüller Werkzeugbu GmbH", MASTER, rules=strict)) == ("S1", "uncertain", "fuzzy")


def test_a_runner_up_within_the_margin_makes_the_best_uncertain() -> None:
    master = "supplier_id | name\nA | Hanseatic Ropeworks Bremen\nB | Hanseatic Ropeworks Bremem"
    found = resolved("supplier_name\nHanseatic Ropeworks Breme", master)
    assert one(found)[:2] == ("A", "uncertain")
    assert "B (Hanseatic Ropeworks Bremem)" in found.invoice_lines["supplier_reason"][0]


def test_the_cited_order_settles_an_uncertain_name_and_says_so() -> None:
    master = "supplier_id | name\nA | Nord Stahl GmbH\nB | Nord Stahl GmbH"
    orders = "po_number | supplier_id\n4500 | B"
    found = resolved("po_number | supplier_name\nPO 4500 | Nord Stahl", master, orders)
    assert one(found) == ("B", None, "order")
    assert "the order it cites is of B" in found.invoice_lines["supplier_reason"][0]


def test_orders_of_two_candidates_settle_nothing() -> None:
    master = "supplier_id | name\nA | Nord Stahl GmbH\nB | Nord Stahl GmbH"
    orders = "po_number | supplier_id\n1 | A\n2 | B"
    found = resolved("po_number | supplier_name\n1 | Nord Stahl\n2 | Nord Stahl", master, orders)
    assert {verdict[1] for verdict in verdicts(found)} == {"uncertain"}


def test_an_order_does_not_settle_what_the_vat_id_contradicts() -> None:
    found = resolved(
        "po_number | supplier_id | supplier_vat_id\n1 | S1 | DE222", MASTER, "po_number | supplier_id\n1 | S1"
    )
    assert one(found) == ("S1", "uncertain", "id")


def test_an_unknown_id_is_unknown_whatever_stands_beside_it_and_the_reason_names_it() -> None:
    found = resolved("supplier_id | supplier_name | supplier_vat_id\nX9 | Beta Maschinenfabrik AG | DE222", MASTER)
    assert one(found) == (None, "unknown", "none")
    assert "S2 (Beta Maschinenfabrik AG)" in found.invoice_lines["supplier_reason"][0]


def test_an_id_is_not_found_by_dropping_its_zeros_but_the_reason_names_the_other() -> None:
    found = resolved("supplier_id\n00S1", MASTER)
    assert one(found) == (None, "unknown", "none")
    assert "S1 differs from it by leading zeros" in found.invoice_lines["supplier_reason"][0]


def test_without_a_master_the_suppliers_are_those_of_the_orders() -> None:
    orders = "po_number | supplier_id | supplier_name | supplier_vat_id\n1 | V1 | Nord Stahl GmbH | DE1"
    table = "supplier_id | supplier_name | supplier_vat_id\nV1 | - | -\n- | NORD STAHL | -\n- | - | DE 1\nV2 | - | -"
    found = verdicts(resolved(table, orders=orders))
    assert found == [("V1", None, "id"), ("V1", None, "name"), ("V1", None, "vat_id"), (None, "unknown", "none")]


def test_orders_with_names_alone_make_suppliers_of_them() -> None:
    orders = "po_number | supplier_name\n1 | Nord-Stahl GmbH\n2 | NORD STAHL G.m.b.H.\n3 | HP"
    found = resolved("supplier_name\nNord Stahl", orders=orders)
    assert one(found) == ("NORD STAHL G.m.b.H.", None, "name")
    assert found.order_lines["supplier_id"].to_list() == ["NORD STAHL G.m.b.H.", "NORD STAHL G.m.b.H.", None]


def test_an_order_id_is_known_beside_a_master() -> None:
    assert one(resolved("supplier_id\nV7", MASTER, "po_number | supplier_id\n1 | V7")) == ("V7", None, "id")


def test_no_supplier_at_all_is_unknown() -> None:
    found = resolved("supplier_id | supplier_name\n- | -", MASTER)
    assert one(found) == (None, "unknown", "none")
    assert found.invoice_lines["supplier_key"].to_list() == ["?"]


def test_given_and_resolved_stand_side_by_side() -> None:
    row = resolved("supplier_name\nBeta Maschinenfabrik", MASTER).invoice_lines.row(0, named=True)
    assert (row["supplier_name_given"], row["supplier_name"]) == ("Beta Maschinenfabrik", "Beta Maschinenfabrik AG")
    assert (row["supplier_id_given"], row["supplier_id"], row["supplier_blocked"]) == (None, "S2", True)


@pytest.mark.parametrize(("place", "found"), [(100, ("S100", None, "vat_id")), (101, ("S001", "uncertain", "vat_id"))])
def test_of_suppliers_with_one_vat_id_the_first_hundred_are_weighed(
    place: int, found: tuple[str, str | None, str]
) -> None:
    """A name settles a shared VAT id where it is that of one of them; the hundred and first is not looked at."""
    names = {place: "Nord Stahl GmbH"}
    rows = [f"S{n:03} | {names.get(n, '-')} | DE1" for n in range(1, 102)]
    master = "\n".join(["supplier_id | name | vat_id", *rows])
    assert one(resolved("supplier_vat_id | supplier_name\nDE1 | Nord Stahl", master)) == found


def test_what_the_master_says_goes_before_what_orders_say() -> None:
    """`S-1` and `Alpha` of the order stand before `S1` and `Zeta` of the master in any sorting."""
    orders = "po_number | supplier_id | supplier_name\nP1 | S-1 | Alpha Stahl"
    found = resolved("supplier_id\ns1", "supplier_id | name\nS1 | Zeta Stahl", orders)
    assert one(found) == ("S1", None, "id")
    assert found.invoice_lines["supplier_name"].to_list() == ["Zeta Stahl"]


@pytest.mark.parametrize(
    "given",
    [
        "S1 | - | -",
        "- | DE111 | -",
        "- | - | Tool Miller",
        "- | - | Mueller Werkzeugbau",
        "- | - | Müller Werkzeugbu GmbH",
    ],
)
def test_where_nothing_speaks_against_a_supplier_nothing_is_said(given: str) -> None:
    found = resolved(f"supplier_id | supplier_vat_id | supplier_name\n{given}", MASTER)
    assert one(found)[:2] == ("S1", None)
    assert found.invoice_lines["supplier_reason"].to_list() == [None]


def test_of_several_that_contradict_an_id_the_first_is_named() -> None:
    found = resolved("supplier_id | supplier_vat_id | iban\nS3 | DE222 | DE11 5000", MASTER)
    assert one(found) == ("S3", "uncertain", "id")
    (reason,) = found.invoice_lines["supplier_reason"]
    assert reason == "the id says S3 (Supplier 1 Ltd), but the VAT id or IBAN belongs to S1 (Müller Werkzeugbau GmbH)"


@pytest.mark.parametrize("rows", ["S1 | Acme | N30\nS1 | Acme | N60", "S1 | Acme | N60\nS1 | Acme | N30"])
def test_of_several_terms_of_one_supplier_the_first_in_order_counts(rows: str) -> None:
    found = resolved("supplier_id\nS1", f"supplier_id | name | payment_terms\n{rows}")
    assert found.invoice_lines["supplier_payment_terms"].to_list() == ["N30"]
