"""Which lines a row that could not be read reaches; each case worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

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


ITEMS = "po line qty price uom\n1 10 10 5 PCE\n1 20 10 5 PCE\n2 10 10 5 PCE"
ALL_CAME = "po line qty uom company\n1 10 10 PCE -\n1 20 10 PCE -\n2 10 10 PCE -\n"


@pytest.mark.parametrize(
    ("back", "reached"),
    [
        ("1 10 -1 BOX -", True),
        ("1 99 -1 PCE -", True),  # which line of order 1 it leaves is not known
        ("1 99 1 PCE -", False),  # what came is only not counted: nothing is paid for it
        ("1 10 1 BOX -", False),
        ("1 10 0.5 BOX -", False),
        ("1 10 0 BOX -", False),
        ("9 10 -1 PCE -", False),
    ],
)
def test_a_return_that_cannot_be_counted_holds_what_its_order_bills(back, reached):
    done = run(world(ITEMS, ALL_CAME + back, "no qty price po line\nA 10 5 1 20\nB 10 5 2 10"))
    lines = done.invoice_lines.sort("row")
    assert lines["codes"].to_list() == [["input_rejected"] if reached else [], []]
    assert lines["decision"].to_list() == ["hold" if reached else "pay", "pay"]


@pytest.mark.parametrize(("company", "reached"), [("C1", True), ("C2", False), ("-", True)])
def test_a_return_that_may_be_of_several_order_lines_holds_them_all(company, reached):
    """Order 1 has item M twice: the return of an M could be of either."""
    orders = "po line qty price item company\n1 10 10 5 M C1\n1 20 10 5 M C1"
    receipts = f"po line item qty company\n1 10 M 10 C1\n1 20 M 10 C1\n1 - M -10 {company}"
    done = run(world(orders, receipts, "no qty price po line company\nA 10 5 1 10 C1\nB 10 5 1 20 C1"))
    assert [("input_rejected" in codes) for codes in done.invoice_lines["codes"]] == [reached, reached]
    assert set(done.receipt_lines["codes"].to_list()[-1]) <= {"link_ambiguous", "receipt_without_order"}


def test_the_message_names_the_return():
    done = run(world(ITEMS, ALL_CAME + "1 10 -1 BOX -", "no qty price po line\nA 10 5 1 10"))
    (message,) = done.discrepancies.filter(code="input_rejected")["message"]
    assert "receipts.csv:5: a return in a unit that cannot be converted" in message


@pytest.mark.parametrize(
    ("came", "billed", "reached"),
    [
        ("10 PCE", "10 5 PCE", False),
        ("10 PCE", "10 5 -", False),
        (
            "10 PCE",
            "1 50 BOX",
            True,
        ),  # 1 box is 10 pieces by the general factor; the unread row may say 12 of this item
        ("1 BOX", "10 5 PCE", True),  # the same of what came
        ("10 -", "10 5 PCE", False),
    ],
)
def test_a_conversion_that_could_not_be_read_holds_what_was_converted(came, billed, reached):
    ledger = world(
        "po line qty price uom item\n1 10 10 5 PCE M",
        f"po line qty uom\n1 10 {came}",
        f"po line no qty price uom\n1 10 A {billed}",
        conversions="from_uom to_uom factor\nBOX PCE 10",
        rejects="table column value reason\nconversions factor 12x unreadable",
    )
    line = run(ledger).invoice_lines.row(0, named=True)
    assert (line["codes"], line["decision"]) == ((["input_rejected"], "hold") if reached else ([], "pay"))


@pytest.mark.parametrize(("item", "reached"), [("M", True), ("N", False)])
def test_goods_of_another_item_need_no_conversion(item, reached):
    """What counts for nothing counts for nothing by any factor."""
    ledger = world(
        "po line qty price uom item\n1 10 10 5 PCE M",
        f"po line qty uom item\n1 10 10 PCE M\n1 10 1 BOX {item}",
        "po line no qty price uom\n1 10 A 10 5 PCE",
        conversions="from_uom to_uom factor\nBOX PCE 10",
        rejects="table column value reason\nconversions factor 12x unreadable",
    )
    assert run(ledger).invoice_lines["codes"].to_list() == [["input_rejected"] if reached else []]


@pytest.mark.parametrize("table", ["order_lines", "conversions"])
def test_of_several_rows_the_first_is_named(table):
    done = run(
        world(
            "po line qty price uom\n1 10 10 5 PCE",
            "po line qty\n1 10 10",
            "no qty price po line uom\nA 1 50 1 10 BOX",
            conversions="from_uom to_uom factor\nBOX PCE 10",
            rejects=f"table po_number reason\n{table} 1 unreadable\n{table} 1 unreadable",
        )
    )
    (message,) = done.discrepancies.filter(code="input_rejected")["message"]
    assert "rejects.csv:2: unreadable" in message
