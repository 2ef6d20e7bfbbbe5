"""Which suppliers hang together, and the laws: order of rows, and strangers, change nothing."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recon.rules.rule import SupplierRules
from recon.tables import INVOICE_LINES, ORDER_LINES, SUPPLIERS
from tests.kit.supplier_tables import Found, lines, resolved
from tests.kit.supplier_tables import found as told

MASTER = "supplier_id | name | vat_id | iban\nA | Alpha | DE1 | -\nB | Beta | DE2 | -\nC | Gamma | DE1 | -\nD | Delta | - | -"


def groups(found: Found) -> list[str]:
    return found.invoice_lines["group_id"].to_list()


def test_a_shared_vat_id_makes_one_group_and_one_supplier_for_duplicates() -> None:
    found = resolved("supplier_id\nC\nB", MASTER)
    assert groups(found) == ["A", "B"]
    assert found.invoice_lines["supplier_group"].to_list() == ["A", "B"]


def test_an_invoice_ties_its_supplier_to_that_of_the_order_it_cites() -> None:
    found = resolved("supplier_id | po_number\nD | PO-1", MASTER, "po_number | supplier_id\n1 | B")
    assert groups(found) == ["B"]
    assert found.invoice_lines["supplier_group"].to_list() == ["D"]
    assert found.order_lines["group_id"].to_list() == ["B"]


def test_an_order_of_another_company_ties_nothing() -> None:
    invoices = "company | supplier_id | po_number\n1000 | D | 7\n- | D | 8"
    orders = "company | po_number | supplier_id\n2000 | 7 | B\n2000 | 8 | C"
    assert groups(resolved(invoices, MASTER, orders)) == ["A", "A"]


def test_orders_of_one_number_are_one_group() -> None:
    found = resolved("supplier_id\nB", MASTER, "po_number | supplier_id\n7 | B\n7 | D")
    assert found.order_lines["group_id"].to_list() == ["B", "B"]


def test_a_receipt_without_company_ties_the_orders_it_could_mean() -> None:
    orders = "company | po_number | supplier_id\n1 | 7 | B\n2 | 7 | D"
    apart = resolved("supplier_id\nB", MASTER, orders, receipts="company | po_number\n1 | 7")
    tied = resolved("supplier_id\nB", MASTER, orders, receipts="po_number\n7")
    assert apart.order_lines["group_id"].to_list() == ["B", "D"]
    assert tied.order_lines["group_id"].to_list() == ["B", "B"]


def test_an_unknown_supplier_has_a_group_of_what_was_given() -> None:
    found = resolved("supplier_id | supplier_name\nX-9 | -\n- | Omega Works Ltd.\n- | OMEGA WORKS Limited", MASTER)
    assert groups(found) == ["?X9", "?omega works / ltd", "?omega works / ltd"]


def test_an_unknown_supplier_names_no_group_that_has_a_known_one() -> None:
    found = resolved("supplier_id | po_number\nX-9 | 7\nB | 7", MASTER, "po_number | supplier_id\n7 | B")
    assert groups(found) == ["B", "B"]
    assert found.order_lines["group_id"].to_list() == ["B"]


def test_two_unknown_suppliers_with_one_account_are_twins() -> None:
    found = resolved("supplier_id | iban\nX1 | DE77\nX2 | de 77", MASTER)
    assert found.invoice_lines["supplier_group"].to_list() == ["?X1", "?X1"]


def test_what_the_master_says_of_an_account_goes_before_what_an_invoice_claims() -> None:
    found = resolved("supplier_id | supplier_vat_id\nB | DE1\nA | -", MASTER)
    assert found.invoice_lines["supplier_group"].to_list() == ["B", "A"]


def test_an_account_that_two_invoices_claim_ties_suppliers_whose_own_is_not_on_file() -> None:
    invoices = "supplier_id | iban\nA | DE77 1\nB | de-771"
    assert resolved(invoices, MASTER).invoice_lines["supplier_group"].to_list() == ["A", "A"]
    on_file = MASTER.replace("B | Beta | DE2 | -", "B | Beta | DE2 | DE88 2")
    assert resolved(invoices, on_file).invoice_lines["supplier_group"].to_list() == ["A", "B"]


def test_suppliers_between_which_a_name_wavers_are_one_group() -> None:
    master = "supplier_id | name\nA | Nord Stahl GmbH\nB | Nord Stahl GmbH\nC | Other Works"
    found = resolved("supplier_name | supplier_id\nNord Stahl | -\n- | B\n- | C", master)
    assert groups(found) == ["A", "A", "C"]


NAMES = ["Alpha Works", "Alpha Works GmbH", "Alpa Works", "Beta 1", "Beta 2", "Beta", "Óméga & Sons", None]
PARTY = st.tuples(
    st.sampled_from(["S1", "s-1", "S2", "X", None]), st.sampled_from(NAMES), st.sampled_from(["DE1", "DE2", None])
)
LINE = st.tuples(PARTY, st.sampled_from(["1", "2", "3", None]))
WORLD = st.tuples(st.lists(LINE, max_size=6), st.lists(LINE, max_size=6), st.lists(PARTY, max_size=4))


def _frames(world: tuple[list[object], list[object], list[object]]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    def text(rows: list[object]) -> str:
        cells = [["-" if cell is None else str(cell) for cell in (*party, number)] for party, number in rows]  # type: ignore[misc,attr-defined]
        return "supplier_id | supplier_name | supplier_vat_id | po_number\n" + "\n".join(
            " | ".join(row) for row in cells
        )

    invoices, orders, listed = world
    masters = [(i or "S0", name or "Nobody", vat or "-") for i, name, vat in listed]  # type: ignore[misc,attr-defined]
    master = "supplier_id | name | vat_id\n" + "\n".join(" | ".join(row) for row in masters)
    return lines(ORDER_LINES, text(orders)), lines(INVOICE_LINES, text(invoices)), lines(SUPPLIERS, master)


@given(WORLD)
def test_every_line_comes_back_in_its_place_with_a_key_and_a_group(
    world: tuple[list[object], list[object], list[object]],
) -> None:
    orders, invoices, master = _frames(world)
    found = told(orders, invoices, master, SupplierRules())
    assert found.invoice_lines["supplier_id_given"].equals(invoices["supplier_id"], check_names=False)
    assert found.order_lines["supplier_name_given"].equals(orders["supplier_name"], check_names=False)
    for frame in (found.invoice_lines, found.order_lines):
        assert frame.select("supplier_key", "group_id", "supplier_group").null_count().sum_horizontal().sum() == 0
    assert found.supplier_links["lines"].sum() == orders.height + invoices.height


@given(WORLD)
def test_the_order_of_rows_changes_nothing(world: tuple[list[object], list[object], list[object]]) -> None:
    orders, invoices, master = _frames(world)
    found = told(orders, invoices, master, SupplierRules())
    turned = told(orders.reverse(), invoices.reverse(), master.reverse(), SupplierRules())
    assert turned.invoice_lines.reverse().equals(found.invoice_lines)
    assert turned.order_lines.reverse().equals(found.order_lines)
    assert turned.supplier_links.equals(found.supplier_links)


@given(WORLD)
def test_groups_resolved_apart_are_the_whole_resolved(world: tuple[list[object], list[object], list[object]]) -> None:
    orders, invoices, master = _frames(world)
    whole = told(orders, invoices, master, SupplierRules())
    columns = ["supplier_id", "supplier_key", "supplier_state", "supplier_group", "group_id"]
    for group in whole.invoice_lines["group_id"].unique():
        ours = whole.invoice_lines.filter(pl.col("group_id") == group)
        theirs = whole.order_lines["group_id"] == group
        part = told(
            orders.filter(theirs), invoices.filter(whole.invoice_lines["group_id"] == group), master, SupplierRules()
        )
        assert part.invoice_lines.select(columns).equals(ours.select(columns))
