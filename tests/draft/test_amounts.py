"""Which columns of money are net, tax and gross, and what a discount is: what adds up row by row says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from tests.draft.test_init import answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "PO,Line,Vendor,Qty,Price,Currency\nP1,1,ACME,10,4.00,EUR\nP1,2,ACME,5,2.00,EUR\n"
CASES = {
    "the net of three amounts is the amount": (
        "Qty,Invoice Amount,VAT,Total Payable\nR1,P1,1,ACME,10,40.00,8.00,48.00\n",
        [("40", "8", "48")],
    ),
    "a gross of lines is no total of the invoice": (
        "Qty,Price,Net,VAT,Gross\nR1,P1,1,ACME,10,4.00,40.00,8.00,48.00\nR1,P1,2,ACME,5,2.00,10.00,2.00,12.00\n",
        [("40", "8", None), ("10", "2", None)],
    ),
    "a total with the tax in it is no amount": (
        "Qty,Price,Tax,Total\nR1,P1,1,ACME,10,4.00,8.00,48.00\nR1,P1,2,ACME,5,2.00,2.00,12.00\n",
        [("40", "8", None), ("10", "2", None)],
    ),
    "a gross that each line repeats is the invoice's": (
        "Qty,Price,Line Total,Invoice Net,Invoice Tax,Gross\nR1,P1,1,ACME,10,4.00,40.00,50.00,10.00,60.00\nR1,P1,2,ACME,5,2.00,10.00,50.00,10.00,60.00\n",
        [("40", None, "60"), ("10", None, "60")],
    ),
}


def figures(folder: Path, orders: str, invoices: str) -> list[tuple[str | None, ...]]:
    files = {"orders.csv": orders, "invoices.csv": "Invoice No,PO,Line,Vendor," + invoices}
    lines = run(folder, draft_rules(fill(folder, files), answers()[1])).invoice_lines
    amount = lines["amount"].fill_null(lines["quantity"].cast(float) * lines["unit_price"].cast(float))
    columns = [amount, lines["tax_amount"], lines["invoice_total"]]
    return [tuple(None if cell is None else f"{float(cell):g}" for cell in row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("name", CASES)
def test_what_adds_up_says_what_it_is(tmp_path: Path, name: str) -> None:
    invoices, expected = CASES[name]
    assert figures(tmp_path, ORDERS, invoices) == expected


def test_a_discount_in_the_amount_is_not_taken_twice(tmp_path: Path) -> None:
    invoices = "Qty,Price,Discount,Amount\nR1,P1,1,ACME,10,4.00,2.00,38.00\n"
    assert figures(tmp_path, ORDERS, invoices)[0][0] == "40"  # and -2 as a line of its own


def test_an_order_net_of_its_discount_is_held_against_net_invoices(tmp_path: Path) -> None:
    orders = "PO,Line,Vendor,Qty,Price,Discount,Amount,Currency\nP1,1,ACME,10,4.00,2.00,38.00,EUR\n"
    invoices = "Qty,Price,Discount,Amount\nR1,P1,1,ACME,10,4.00,2.00,38.00\n"
    assert figures(tmp_path, orders, invoices) == [("38", None, None)]


def test_an_orders_total_with_freight_in_it_is_not_used(tmp_path: Path) -> None:
    orders = "PO,Line,Vendor,Qty,Price,Freight,Total,Currency\nP1,1,ACME,10,4.00,5.00,45.00,EUR\n"
    files = {"orders.csv": orders, "invoices.csv": "Invoice No,PO,Line,Vendor,Qty,Price\nR1,P1,1,ACME,10,4.00\n"}
    text = draft_rules(fill(tmp_path, files), answers()[1])
    assert "Total is quantity x price and Freight: not used" in text
    assert run(tmp_path, text).order_lines["amount"].null_count() == 1
