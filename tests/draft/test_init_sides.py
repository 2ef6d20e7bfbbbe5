"""What would be read as the contrary, or a thousand times too small: sides of a ledger, goods that went back, thousands, totals, years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from recon.errors import SourceError
from tests.draft.test_init import ORDERS, THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

BILLS = "Invoice No,Supplier,PO Number,Line,Qty,Unit Price,{}\nI1,ACME,A,1,2,3.50,{}\nC1,ACME,A,1,1,3.50,{}\n"


def drafted(folder: Path, *given: str, **files: str):
    asked, ask = answers(*given)
    text = draft_rules(fill(folder, {**THREE, **{name.replace("_", "."): text for name, text in files.items()}}), ask)
    return asked, run(folder, text), text


@pytest.mark.parametrize(
    ("heading", "bill", "credit"), [("S/H", "H", "S"), ("D/C", "D", "C"), ("Side", "Cr", "Dr"), ("Sign", "", "-")]
)
def test_sides_of_a_ledger_are_asked_about(tmp_path: Path, heading: str, bill: str, credit: str) -> None:
    asked, sources, _ = drafted(tmp_path, credit, invoices_csv=BILLS.format(heading, bill, credit))
    assert f"{heading} says" in asked[0]
    assert "Which rows are credit notes?" in asked[0]
    assert sources.invoice_lines["document_type"].to_list() == ["invoice" if bill else None, "credit_note"]


@pytest.mark.parametrize("marks", [("H", "H"), ("S", "X")])
def test_one_side_alone_or_other_letters_are_no_sides(tmp_path: Path, marks: tuple[str, str]) -> None:
    asked, sources, _ = drafted(tmp_path, invoices_csv=BILLS.format("Size", *marks))
    assert (asked, sources.invoice_lines["document_type"].to_list()) == ([], [None, None])


def test_a_sign_in_a_column_of_its_own_is_a_movement(tmp_path: Path) -> None:
    grn = "GRN No,PO Number,Line,+/-,Qty received\nR1,A,1,+,2\nR2,A,1,-,1\n"
    asked, sources, _ = drafted(tmp_path, "+/- (+, -)", in_grn_csv="x", **{"in/grn_csv": grn})
    assert asked[0].startswith("Which column of in/grn.csv is movement?")
    assert sources.receipt_lines.sort("row")["quantity"].to_list() == [2, -1]


@pytest.mark.parametrize(
    "answer", ["they are taken off what was received already", "stop: what was received counts them"]
)
def test_goods_that_went_back_in_a_column_beside_are_asked_about(tmp_path: Path, answer: str) -> None:
    grn = "GRN No,PO Number,Line,Qty received,Qty returned\nR1,A,1,2,1\n"
    if answer.startswith("stop"):
        with pytest.raises(SourceError, match="Qty returned is to be taken off Qty received"):
            drafted(tmp_path, answer, **{"in/grn_csv": grn})
        return
    asked, sources, _ = drafted(tmp_path, answer, **{"in/grn_csv": grn})
    assert "Qty returned says that goods went back (1), beside Qty received" in asked[0]
    assert sources.receipt_lines["quantity"].to_list() == [2]


@pytest.mark.parametrize("heading", ["Qty (000)", "Qty (thousands)", "Qty (Tsd.)"])
def test_thousands_by_the_heading_are_multiplied(tmp_path: Path, heading: str) -> None:
    _, sources, text = drafted(tmp_path, orders_csv=ORDERS.replace("Qty", heading))
    assert sources.order_lines["quantity"].to_list() == [2000, 4000]
    assert f"{heading}: thousands by the heading, multiplied by 1000" in text


@pytest.mark.parametrize(("answer", "read"), [("sums of the others: leave them out", 2), ("lines of their own", 3)])
def test_rows_that_others_add_up_to_are_asked_about(tmp_path: Path, answer: str, read: int) -> None:
    bills = "Invoice No,Supplier,PO Number,Line,Qty,Amount\nI1,ACME,A,1,2,7.00\nI1,ACME,B,1,4,5.00\nI1,ACME,,,6,12.00\n"
    asked, sources, _ = drafted(tmp_path, answer, invoices_csv=bills)
    assert (
        "1 row names no Line, and the other rows of Invoice No add up to the Amount (row 4). What are they?" in asked[0]
    )
    assert (sources.invoice_lines.height, sources.rejects.height) == (read, 0)


@pytest.mark.parametrize(
    ("days", "asked"), [(("25-10-12", "25-10-13"), 1), (("12-10-25", "13-10-25"), 0), (("25-10-32", "25-10-13"), 0)]
)
def test_years_may_stand_first(tmp_path: Path, days: tuple[str, str], asked: int) -> None:
    bills = BILLS.format("Invoice date", *days)
    questions, sources, _ = drafted(tmp_path, "%y-%m-%d (12 October 2025)", invoices_csv=bills)
    assert len(questions) == asked
    if asked:
        assert [str(day) for day in sources.invoice_lines["invoice_date"]] == ["2025-10-12", "2025-10-13"]
