"""Files that are called copies of each other, footers, entries that take others back, and what stands in for what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path


def drafted(folder: Path, *given: str, files: dict[str, str]):
    asked, ask = answers(*given)
    text = draft_rules(fill(folder, files), ask)
    return asked, run(folder, text), text


@pytest.mark.parametrize(
    "name", ["orders (1).csv", "orders - Copy.csv", "orders_old.csv", "Kopie von orders.csv", "orders_v2.csv"]
)
def test_which_of_two_copies_that_differ_is_read_is_asked(tmp_path: Path, name: str) -> None:
    files = {**THREE, name: ORDERS.replace("1.25", "1.50")}
    asked, sources, text = drafted(tmp_path, "orders.csv alone", files=files)
    assert "are called copies of one file, and 1 row of 2 and 2 stands in both. Which is read?" in asked[0]
    assert [str(price) for price in sources.order_lines["unit_price"]] == ["3.5000000000", "1.2500000000"]
    assert f"left out: {name}, a copy that is not read, as was answered" in text


def test_copies_by_name_may_hold_other_rows(tmp_path: Path) -> None:
    files = {**THREE, "orders (1).csv": ORDERS.replace("A,1", "C,1").replace("B,1", "D,1")}
    asked, sources, _ = drafted(tmp_path, "all of them: they hold other rows", files=files)
    assert "no row stands in both" in asked[0]
    assert sorted(sources.order_lines["po_number"]) == ["A", "B", "C", "D"]


def test_months_and_parts_are_no_copies(tmp_path: Path) -> None:
    more = ORDERS.replace("A,1", "C,1").replace("B,1", "D,1")
    files = {**THREE, "orders_2.csv": more, "orders_2025-04.csv": more.replace("C,", "E,").replace("D,", "F,")}
    asked, sources, _ = drafted(tmp_path, files=files)
    assert (asked, sources.order_lines.height) == ([], 6)


def test_void_entries_with_a_minus_are_said_to_take_others_back(tmp_path: Path) -> None:
    grn = "GRN No,PO Number,Line,Qty received,Type\nR1,A,1,2,Posted\nR2,A,1,-2,Void\n"
    asked, sources, _ = drafted(tmp_path, "read all rows", files={**THREE, "in/grn.csv": grn})
    assert "They have a minus: without them what they take back counts again" in asked[0]
    assert asked[0].endswith("['read all rows', 'leave out Void']")
    assert sources.receipt_lines["quantity"].to_list() == [2, -2]


def test_a_footer_is_shown_where_rows_are_short_and_is_no_line(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": f"{ORDERS}\n* excludes cancelled orders\n"}
    asked, sources, _ = drafted(tmp_path, "read them, the cells that they lack blank", files=files)
    assert "'* excludes cancelled orders'). What are they?" in asked[0]
    assert (len(asked), sources.order_lines.height, sources.rejects.height) == (1, 2, 0)


def test_what_was_accepted_stands_for_what_came_where_nothing_says_that(tmp_path: Path) -> None:
    grn = RECEIPTS.replace("Qty received", "Number Accepted,Number Rejected").replace("A,1,2", "A,1,2,1")
    _, sources, text = drafted(tmp_path, files={**THREE, "in/grn.csv": grn})
    assert sources.receipt_lines.select("quantity", "quantity_accepted", "quantity_rejected").row(0) == (2, None, None)
    assert "received is what Number Accepted says was accepted: no column says what came" in text


def test_a_word_for_a_currency_that_recon_does_not_know_is_asked(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace("EUR", "Z-US$"), "invoices.csv": INVOICES}
    asked, sources, _ = drafted(tmp_path, "USD", files=files)
    assert asked[0].startswith("Which currency is Z-US$ in the column Currency of orders.csv?")
    assert sources.order_lines["currency"].to_list() == ["USD", "USD"]


def test_a_preset_that_lacks_an_amount_is_left_for_names_that_give_quantity_and_price(tmp_path: Path) -> None:
    bills = (
        "ID,Supplier,Supplier Invoice No,Date,Currency,Item (Items),Accepted Qty (Items),Rate (Items),"
        "Purchase Order (Items)\nPINV-1,ACME,S-1,2025-10-12,EUR,A,10,5.0,A\n"
    )
    _, sources, text = drafted(tmp_path, files={**THREE, "invoices.csv": bills})
    assert sources.invoice_lines.select("invoice_number", "quantity", "unit_price").row(0) == ("S-1", 10, 5)
    assert "preset" not in text


@pytest.mark.parametrize(("name", "key"), [("Euro", "Euro"), ("€", '"€"'), ("euros", "euros")])
def test_a_name_that_one_currency_alone_has_is_drafted_as_what_it_means(tmp_path: Path, name: str, key: str) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace("EUR", name), "invoices.csv": INVOICES}
    asked, sources, text = drafted(tmp_path, files=files)
    assert (asked, sources.order_lines["currency"].unique().to_list()) == ([], ["EUR"])
    assert f"values: {{currency: {{{key}: EUR}}}}" in text
