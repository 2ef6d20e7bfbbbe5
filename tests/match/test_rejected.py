"""Which lines a row that could not be read reaches; each case worked out by hand."""

from __future__ import annotations

import pytest

from tests.laws import run
from tests.worlds import world

ORDER = "po line qty price company supplier_name\n100 10 10 5 C1 Acme\n200 10 10 5 C1 Acme"
RECEIVED = "po line qty company\n100 10 10 C1\n200 10 10 C1"
BILLED = "no qty price po company supplier supplier_name\n"


def held(reject, bill="A 10 5 100 C1 S1 Acme"):
    """Return whether the invoice line is held for the rejected row: table, company, po, invoice, supplier id and name."""
    columns = "table company po_number invoice_number supplier_id supplier_name reason"
    ledger = world(ORDER, RECEIVED, BILLED + bill, rejects=f"{columns}\n{reject} unreadable")
    done = run(ledger)
    return "input_rejected" in done.invoice_lines["codes"][0].to_list() and done.invoice_lines["decision"][0] == "hold"


@pytest.mark.parametrize(
    ("reject", "reached"),
    [
        ("suppliers - - - S1 -", True),
        ("suppliers - - - s1 -", True),
        ("suppliers - - - S2 -", False),
        ("suppliers - - - - -", False),
    ],
)
def test_a_rejected_row_of_the_supplier_master_holds_what_that_supplier_bills(reject, reached):
    assert held(reject) is reached


@pytest.mark.parametrize(
    ("reject", "reached"),
    [
        ("order_lines C1 100 - - -", True),
        ("receipt_lines C1 PO-100 - - -", True),
        ("receipt_lines - 0100 - - -", True),
        ("receipt_lines C2 100 - - -", False),
        ("receipt_lines C1 200 - - -", False),
        ("receipt_lines C1 - - - -", False),
        ("invoice_lines C1 100 Z S1 Acme", False),
    ],
)
def test_a_rejected_order_or_receipt_row_holds_what_cites_its_order(reject, reached):
    assert held(reject) is reached


@pytest.mark.parametrize(
    ("reject", "reached"),
    [
        ("invoice_lines C1 - A S1 Acme", True),
        ("invoice_lines - - A - -", True),
        ("invoice_lines C1 - A s-1 Other", True),  # the id goes before the name
        ("invoice_lines C1 - A S2 Acme", False),
        ("invoice_lines C1 - A - ACME", True),
        ("invoice_lines C1 - A - Other", False),
        ("invoice_lines C2 - A S1 Acme", False),
        ("invoice_lines C1 - B S1 Acme", False),
        ("invoice_lines C1 - - S1 Acme", False),
    ],
)
def test_a_rejected_invoice_row_holds_the_rest_of_its_invoice(reject, reached):
    assert held(reject) is reached


@pytest.mark.parametrize(("name", "reached"), [("Acme", True), ("Other", False), ("-", True)])
def test_a_line_without_an_id_is_told_by_its_name(name, reached):
    assert held(f"invoice_lines C1 - A S1 {name}", "A 10 5 100 C1 - Acme") is reached
