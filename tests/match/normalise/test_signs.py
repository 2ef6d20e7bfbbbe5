"""Which documents are credit notes, and which way round their lines stand; each case worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

HEAD = "no type qty price amount po invoice_total\n"


def signed(*lines, head=HEAD):
    """Return of each line its type, quantity, unit price, amount and the document's total."""
    ledger = world(
        "po line qty price\n1 10 10 5", "po line qty\n1 10 10", head + "\n".join(f"A {line}" for line in lines)
    )
    done = run(ledger).invoice_lines.sort("row")
    columns = ("quantity", "unit_price", "amount", "invoice_total")
    plain = ([f"{row[c].normalize():f}" for c in columns if row[c] is not None] for row in done.iter_rows(named=True))
    return [" ".join([kind, *numbers]) for kind, numbers in zip(done["document_type"], plain, strict=True)]


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [("10 5 50", "-10 5 -50", "invoice"), ("1 5 5", "-2 5 -10", "credit_note"), ("2 5 10", "-1 5 -5", "invoice")],
)
def test_a_document_of_no_type_is_what_its_lines_sum_to(first, second, kind):
    """One that sums to nothing is an invoice; a line is not turned round by what the document is found to be."""
    assert signed(f"- {first} 1 -", f"- {second} 1 -") == [f"{kind} {first}", f"{kind} {second}"]


@pytest.mark.parametrize(
    ("first", "second", "turned"),
    [
        ("2 5 10", "1 5 5", ("-2 5 -10", "-1 5 -5")),
        ("0.1 5 0.5", "0.01 5 0.05", ("-0.1 5 -0.5", "-0.01 5 -0.05")),
        ("-2 5 -10", "-1 5 -5", ("-2 5 -10", "-1 5 -5")),
        ("2 5 10", "-1 5 -5", ("-2 5 -10", "1 5 5")),
        ("1 5 5", "-1 5 -5", ("-1 5 -5", "1 5 5")),  # amounts and quantities sum to 0: turned
        ("2 5 10", "-5 2 -10", ("2 5 10", "-5 2 -10")),  # amounts sum to 0, quantities below: as it stands
        ("-2 5 -10", "5 2 10", ("2 5 10", "-5 2 -10")),
        ("-2 0.5 -1", "-1 0 0", ("-2 0.5 -1", "-1 0 0")),
        ("2 -5 -10", "1 -5 -5", ("-2 5 -10", "-1 5 -5")),
        ("-2 5 -10", "1 0 0", ("-2 5 -10", "1 0 0")),
        ("-2 5 -10", "1 0.5 0.5", ("-2 5 -10", "1 0.5 0.5")),
        ("-2 5 -10", "-1 0.5 0.5", ("-2 5 -10", "-1 0.5 -0.5")),  # of two signs the negative one
    ],
)
def test_a_credit_note_that_sums_above_nothing_is_turned_round(first, second, turned):
    assert signed(f"credit_note {first} 1 -", f"credit_note {second} 1 -") == [f"credit_note {one}" for one in turned]


@pytest.mark.parametrize("total", ["10", "-10"])
def test_the_total_of_a_credit_note_is_negative(total):
    assert signed(f"credit_note 2 5 10 1 {total}") == ["credit_note -2 5 -10 -10"]


def test_documents_are_told_apart_by_supplier():
    head = HEAD.replace("no", "no supplier")
    lines = signed("S1 - -2 5 -10 1 -", "S2 - 3 5 15 1 -", head=head)
    assert lines == ["credit_note -2 5 -10", "invoice 3 5 15"]


@pytest.mark.parametrize("line", ["-2 5 10", "2 5 -10", "2 -5 10"])
def test_an_order_line_has_one_sign_too(line):
    """Two are ordered back and credited at 5 each; how the export signs them is no contradiction and no variance."""
    ledger = world(f"po line qty price amount\n1 10 {line}", "po line qty\n1 10 -2", "no po qty price\nA 1 -2 5")
    done = run(ledger)
    assert (done.invoice_lines["decision"].to_list(), done.discrepancies.height) == (["pay"], 0)


def test_rows_of_a_schedule_are_added_up_with_one_sign_each():
    ledger = world(
        "po line qty price amount\n1 10 4 5 20\n1 10 -1 5 5", "po line qty\n1 10 3", "no po qty price\nA 1 3 5"
    )
    done = run(ledger)
    assert (done.invoice_lines["ordered"].to_list(), done.discrepancies.height) == ([3], 0)
