"""A finding keeps its subject while its numbers move, its name while all its facts stay; neither passes to another line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from recon.match.classify.identity import BESIDE, with_ids
from recon.result_tables import DISCREPANCIES
from tests.kit.laws import run
from tests.kit.worlds import world

ORDER, RECEIVED = "po line qty price\n100001 10 10 5", "po line qty\n100001 10 4"
BILLED = "no no_line qty price po\nINV-2026-0001 1 10 5 100001\nINV-2026-0002 1 3 6 100001"
TEXTS = [c for c, kind in BESIDE.items() if kind == pl.String]
NUMBERS = [c for c, kind in BESIDE.items() if kind != pl.String]
LIKE = {
    **{c: f"{c} 1234" for c in ("code", "supplier_id", "invoice_line", "po_number", "po_line", "receipt_number", *TEXTS)},
    **dict.fromkeys([*NUMBERS, "variance", "amount_at_risk"], Decimal("12.5")),
    "expected": "12", "actual": "13", "severity": "hold", "kind": "invoice", "group_id": "G1",
}  # fmt: skip


def named(*changes):
    """Return (subject id, discrepancy id) of findings that are alike but for what is changed in each."""
    types = {**BESIDE, **DISCREPANCIES.columns}
    rows = [LIKE | change for change in changes]
    found = pl.DataFrame({c: pl.Series([row[c] for row in rows], dtype=types.get(c, pl.String)) for c in LIKE})
    return with_ids(DISCREPANCIES.cast(found)).select("subject_id", "discrepancy_id").rows()


def of(rows, code):
    """Return (subject id, discrepancy id) of the findings with a code, by the amount that their line bills."""
    found = rows.discrepancies.filter(pl.col("code") == code)
    return {row["amount"]: (row["subject_id"], row["discrepancy_id"]) for row in found.to_dicts()}


@pytest.mark.parametrize("fact", sorted({*LIKE} - {"severity", "kind", "group_id"}))
def test_every_fact_is_part_of_the_name_of_a_discrepancy(fact):
    other = Decimal(13) if isinstance(LIKE[fact], Decimal) else f"{LIKE[fact]}5"
    names = [named({})[0][1], named({fact: other})[0][1], named({fact: None})[0][1]]
    assert len(set(names)) == 3


@pytest.mark.parametrize("moved", ["expected", "actual", "variance", "amount_at_risk", "due_date", *NUMBERS])
def test_the_subject_stays_and_the_first_half_of_the_name_too_while_numbers_move(moved):
    (subject, name), (same, moved_name) = named({})[0], named({moved: None})[0]
    assert subject == same
    assert name[:14] == moved_name[:14]
    assert name[14:] != moved_name[14:]


@pytest.mark.parametrize("word", ["iban", "supplier_vat_id", "currency", "posting_date", "actual_date"])
def test_facts_in_words_change_the_first_half(word):
    (subject, name), (same, changed) = named({})[0], named({word: "other"})[0]
    assert (subject, name[14:]) == (same, changed[14:])
    assert name[:14] != changed[:14]


@pytest.mark.parametrize(
    "about", ["code", "company", "supplier_id", "invoice_key", "invoice_line", "po_number", "po_line"]
)
def test_who_and_where_is_the_subject(about):
    assert named({})[0][0] != named({about: "other"})[0][0]


def test_facts_do_not_run_into_one_another():
    assert len(set(named({"code": "ab", "company": "c"}, {"code": "a", "company": "bc"}))) == 2


def test_place_and_words_of_the_message_name_nothing():
    assert named({}) == named({"group_id": "G2"})


def test_a_line_without_a_number_is_named_by_what_it_holds():
    nameless = {"invoice_line": None, "receipt_line": None}
    assert named(nameless)[0][0] != named(nameless | {"quantity": Decimal(3)})[0][0]
    assert named({})[0][0] == named({"quantity": Decimal(3)})[0][0]


def test_two_that_nothing_tells_apart_have_names_of_their_own_and_neither_has_that_of_one_alone():
    alone, twins = named({}), named({}, {})
    assert len({*alone, *twins}) == 3


def test_two_strangers_of_whom_no_id_is_known_share_no_name():
    stranger = {"supplier_id": None}
    assert len({*named(stranger), *named(stranger | {"group_id": "G2"}), *named(stranger | {"group_id": None})}) == 3


def test_names_stay_when_another_invoice_comes():
    before = run(world(ORDER, RECEIVED, BILLED)).discrepancies
    later = run(world(f"{ORDER}\n2 10 1 1", RECEIVED, f"{BILLED}\nINV-2026-0003 1 5 1 2")).discrepancies
    assert before.height == before["discrepancy_id"].n_unique() == before["subject_id"].n_unique() >= 3
    assert set(before["discrepancy_id"]) < set(later["discrepancy_id"])


def test_a_price_variance_of_ten_and_one_of_a_hundred_thousand_are_one_subject_and_two_discrepancies():
    orders = "po line qty price\n1 10 10 5"
    small, large = (
        run(world(orders, "po line qty\n1 10 10", f"no no_line qty price po\nA1 1 10 {price} 1"))
        for price in (6, 10005)
    )
    ((subject, name),), ((same, other),) = of(small, "price_variance").values(), of(large, "price_variance").values()
    assert subject == same
    assert name != other


def test_other_bank_details_are_another_discrepancy():
    def uncertain(iban):
        suppliers = "supplier_id name iban\nS1 Alpha DE89370400440532013000\nS2 Beta FR1420041010050500013M02606"
        invoices = f"no no_line qty price po supplier iban\nA1 1 10 5 1 S1 {iban}"
        return of(
            run(world("po line qty price\n1 10 10 5", "po line qty\n1 10 10", invoices, suppliers=suppliers)),
            "supplier_uncertain",
        )

    ((subject, name),), ((same, other),) = (
        uncertain("FR1420041010050500013M02606").values(),
        uncertain("GB29NWBK60161331926819").values(),
    )
    assert subject == same
    assert name[:14] != other[:14]


def test_of_two_lines_without_numbers_the_name_of_the_small_one_never_passes_to_the_large_one():
    orders, received = "po line qty price\n1 10 1000 5", "po line qty\n1 10 1000"
    both = of(run(world(orders, received, "no qty price po\nA1 1 7 1\nA1 900 7 1")), "price_variance")
    large = of(run(world(orders, received, "no qty price po\nA1 900 7 1")), "price_variance")
    assert both[Decimal(6300)] == large[Decimal(6300)]
    assert both[Decimal(7)][0] != large[Decimal(6300)][0]


def test_file_names_and_the_order_of_rows_swap_nothing():
    ledger = world(ORDER, RECEIVED, "no qty price po\nA1 1 7 100001\nA1 2 7 100001\nA1 2 7 100001\nA2 5 9 100001")
    turned = [row | {"source": "z.csv", "row": 90 - row["row"]} for row in reversed(ledger.invoices)]
    one, other = run(ledger), run(replace(ledger, invoices=turned))
    for name in ("subject_id", "discrepancy_id", "invoice_key"):
        assert sorted(one.discrepancies[name]) == sorted(other.discrepancies[name])
    assert sorted(one.invoices["invoice_key"]) == sorted(other.invoices["invoice_key"])


def test_numbers_that_begin_again_each_year_are_two_invoices():
    invoices = "no no_line qty price po invoice_date\n1001 1 4 6 100001 2025-02-01\n1001 1 4 6 100001 2026-02-01"
    found = run(world(ORDER, RECEIVED, invoices)).discrepancies
    assert found["subject_id"].n_unique() == found.height


def test_every_account_of_an_invoice_is_a_fact_of_it():
    def facts(*accounts):
        lines = "\n".join(f"A1 {n} 1 5 100001 {account}" for n, account in enumerate(accounts, 1))
        (row,) = run(world(ORDER, RECEIVED, f"no no_line qty price po iban\n{lines}")).invoices.to_dicts()
        return row["invoice_key"], row["invoice_facts"]

    (key, one), (same, other) = facts("AA", "BB", "CC"), facts("AA", "XX", "CC")
    assert key == same
    assert one[:14] != other[:14]
