"""Duplicates at their boundaries, one order each, with what must come of it worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDER, RECEIVED = "po line qty price\n1 10 100 5", "po line qty\n1 10 100"
BILLED = "no qty price po po_line invoice_date\n"


def codes(invoices, head=BILLED):
    lines = run(world(ORDER, RECEIVED, head + invoices)).invoice_lines.sort("row")
    return [" ".join(c for c in one if "duplicate" in c) for one in lines["codes"].to_list()]


@pytest.mark.parametrize(
    ("day", "found"), [("2026-01-01", True), ("2026-04-01", True), ("2026-04-02", False), ("2025-12-31", False)]
)
def test_another_number_repeats_what_was_billed_within_ninety_days(day, found):
    """From the first of January to the first of April are 90 days. The later of the two is the repetition."""
    second = codes(f"A 10 5 1 10 2026-01-01\nB 10 5 1 10 {day}")
    assert second == ["", "possible_duplicate" if found else ""] if day > "2026" else ["possible_duplicate", ""]


@pytest.mark.parametrize("change", ["B 11 5 1 10", "B 10 6 1 10"])
def test_another_quantity_or_amount_under_another_number_is_no_repetition(change):
    assert codes(f"A 10 5 1 10 2026-01-01\n{change} 2026-01-02") == ["", ""]


def test_what_is_set_aside_is_nobodys_earlier_line():
    """The repetition in December is set aside; what B bills is eleven months from A, the only line that counts."""
    rows = "A 10 5 1 10 2026-01-01\nA 10 5 1 10 2026-12-01\nB 10 5 1 10 2026-12-15"
    head = "no qty price po po_line posting_date\n"
    assert codes(rows.replace("A 10 5 1 10 2026-12", "a 10 5 1 10 2026-12"), head) == ["", "duplicate_invoice", ""]


def test_what_may_be_a_repetition_still_counts_as_earlier():
    rows = "A 10 5 1 10 2025-06-01\na 10 5 1 10 2026-12-01\nB 10 5 1 10 2026-12-15"
    assert codes(rows) == ["", "possible_duplicate", "possible_duplicate"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("a-1 10 5 1 10 2026-12-31", "duplicate_invoice"),  # the same lines
        ("A01 10 5 1 10 2026-12-31", "duplicate_invoice"),  # leading zeros of a run of digits
        ("A1 20 2.5 1 10 2026-12-31", "duplicate_invoice"),  # the same total
        ("A1 10 5 1 10 2027-01-01", "possible_duplicate"),  # another year
        ("A1 11 5 1 10 2026-12-31", "possible_duplicate"),  # other content
        ("A11 11 5 1 10 2026-12-31", ""),  # another number
    ],
)
def test_one_number_sent_again(other, code):
    assert codes(f"A-1 10 5 1 10 2026-01-01\n{other}") == ["", code]


@pytest.mark.parametrize(
    ("line", "code"), [("1 1", "duplicate_invoice"), ("- -", "possible_duplicate"), ("1 2", "possible_duplicate")]
)
def test_a_row_that_stands_twice_in_one_document(line, code):
    head = "no qty price po po_line invoice_date no_line\n"
    one, two = line.split()
    rows = f"A 10 5 1 10 2026-01-01 {one}\nA 10 5 1 10 2026-01-01 {two}"
    assert codes(rows, head) == ["", code]


def test_equal_lines_that_net_or_total_counts_to_a_minor_unit_are_no_repetition():
    """Two lines of 50 each: a net of 100 counts both, and so does a total of 119 where 19 of tax are told."""
    counted = ["100.01 - - - EUR", "99.99 - - - EUR", "101 - - - JPY", "- 100 - - EUR", "- 119 - 9.5 EUR"]
    counted += ["- 119.01 19 - EUR", "- 118.99 19 - EUR"]
    not_counted = ["100.02 - - - EUR", "99.98 - - - EUR", "102 - - - JPY", "- 119.02 19 - EUR", "- 118.98 19 - EUR"]
    rows = [f"{no} 1 50 {header}" for no, header in enumerate(counted + not_counted, start=1) for _ in range(2)]
    head = "no qty price invoice_net total invoice_tax tax_amount currency\n"
    found = codes("\n".join(rows), head)
    assert found == ["", ""] * len(counted) + ["", "possible_duplicate"] * len(not_counted)


def test_a_credit_note_is_no_repetition_of_its_invoice():
    head = "no qty price po po_line invoice_date type\n"
    assert codes("A 10 5 1 10 2026-01-01 invoice\nA -10 5 1 10 2026-01-02 credit_note", head) == ["", ""]


@pytest.mark.parametrize(
    ("first", "again", "code"),
    [
        ("10 5 1 10 2026-01-05 2026-01-01", "10 5 1 10 2026-02-05 -", "duplicate_invoice"),
        ("10 5 1 10 2026-01-05 -", "10 5 1 10 2026-02-05 2027-01-01", "duplicate_invoice"),
        ("10 5 1 10 2026-01-05 -", "10 5 1 10 2026-02-05 -", "duplicate_invoice"),
        ("10 5 1 10 2026-01-05 2026-01-01", "11 5 1 10 2026-02-05 -", "possible_duplicate"),
        ("10 5 1 10 2026-01-05 -", "11 5 1 10 2026-02-05 2026-01-01", "possible_duplicate"),
    ],
)
def test_an_invoice_without_a_date_may_be_of_any_year(first, again, code):
    head = "no qty price po po_line posting_date invoice_date\n"
    assert codes(f"A1 {first}\na-1 {again}", head) == ["", code]


@pytest.mark.parametrize(
    ("first", "again", "code"),
    [
        # 50 + 5 of freight; the freight line gives neither total nor currency, which are those of the document
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - - -"], ["item 11 5 1 10 60 EUR"], "duplicate_invoice"),
        (["item 10 5 1 10 - EUR", "freight 1 5 - - 60 -"], ["item 11 5 1 10 60 EUR"], "duplicate_invoice"),
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - - -"], ["item 11 5 1 10 61 EUR"], "possible_duplicate"),
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - - -"], ["item 11 5 1 10 60 USD"], "possible_duplicate"),
        # two totals are two documents: of 60 with a line of 50, and of 61
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - 61 -"], ["item 11 5 1 10 - EUR"], "possible_duplicate"),
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - 61 -"], ["item 12 5 1 10 - EUR"], "duplicate_invoice"),
        # two currencies are none, not even the same two
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - 60 USD"], ["item 11 5 1 10 60 EUR"], "possible_duplicate"),
        (["item 10 5 1 10 60 EUR", "freight 1 5 - - 60 USD"], ["item 11 5 1 10 60 EUR", "freight 1 6 - - 60 USD"], "possible_duplicate"),
    ],
)  # fmt: skip
def test_the_total_and_currency_of_a_document_are_those_its_lines_agree_on(first, again, code):
    head = "no invoice_date line_type qty price po po_line total currency\n"
    rows = [f"A-1 2026-01-01 {line}" for line in first] + [f"A1 2026-02-01 {line}" for line in again]
    assert codes("\n".join(rows), head)[len(first) :] == [code] * len(again)


def earlier(invoices, head=BILLED):
    """Return the invoice that each message names as the earlier one."""
    found = run(world(ORDER, RECEIVED, head + invoices)).discrepancies.sort("row")
    named = found.filter(found["code"].str.contains("duplicate"))["message"].str.extract(r"epeats? invoice (\S+)")
    return named.to_list()


def test_the_first_with_the_number_is_named_where_nothing_else_agrees():
    assert earlier("A-1 10 5 1 10 2026-01-01\nA1 11 5 1 10 2026-01-02\na1 12 5 1 10 2026-01-03") == ["A-1", "A-1"]


def test_of_several_without_a_date_the_first_is_the_earlier_one():
    head = "no qty price po po_line posting_date invoice_date\n"
    rows = "A1 10 5 1 10 2026-01-05 -\nA-1 10 5 1 10 2026-02-05 2026-02-05\na1 10 5 1 10 2026-03-05 -"
    assert codes(rows, head) == ["", "duplicate_invoice", "duplicate_invoice"]
    assert earlier(rows, head) == ["A1", "A1"]


NAMED = "supplier_id name vat_id iban\n"


@pytest.mark.parametrize(
    ("suppliers", "found"),
    [
        ("S1 Nord~Stahl~GmbH - -\nS2 NORD-STAHL~GmbH - -", True),
        ("S1 Nord~Stahl~GmbH DE1 -\nS2 Nord~Stahl~GmbH - DE77", True),  # nothing that both have differs
        ("S1 Nord~Stahl~GmbH DE1 -\nS2 Nord~Stahl~GmbH DE2 -", False),
        ("S1 Nord~Stahl~GmbH - DE78\nS2 Nord~Stahl~GmbH - DE77", False),
        ("S1 Nord~Stahl~GmbH - -\nS2 Nord~Stahl~AG - -", False),
        ("S1 Nord~Stahl~GmbH - -\nS2 Ost~Stahl~GmbH - -", False),
    ],
)
def test_suppliers_of_one_name_that_nothing_tells_apart_may_bill_twice(suppliers, found):
    """S2 sends S1's number with other lines, a year later, and bills S1's order line again under another number."""
    rows = "supplier no qty price po po_line invoice_date\nS1 A 10 5 1 10 2026-01-01\n"
    rows += "S2 a 7 5 1 10 2027-01-02\nS2 B 10 5 1 10 2026-01-02"
    given = world(ORDER, RECEIVED, rows, suppliers=NAMED + suppliers)
    lines = run(given).invoice_lines.sort("row")
    repeated = ["possible_duplicate"] if found else []
    assert [[c for c in one if "duplicate" in c] for one in lines["codes"].to_list()] == [[], repeated, repeated]


def test_each_pair_of_twins_is_for_itself():
    """S2 has no VAT id and may be S1 or S3; those two have different ones and are not each other's twins."""
    three = "S1 Nord~Stahl DE1 -\nS2 Nord~Stahl - -\nS3 Nord~Stahl DE3 -"
    rows = "supplier no qty price po po_line invoice_date\n"
    given = world(
        ORDER, RECEIVED, f"{rows}S1 A 10 5 1 10 2026-01-01\nS3 B 10 5 1 10 2026-01-02", suppliers=NAMED + three
    )
    assert [c for codes in run(given).invoice_lines["codes"].to_list() for c in codes if "duplicate" in c] == []


PAID = "no qty price po po_line invoice_date posting_date paid_date\n"
POSTED = "{} 10 5 1 10 2026-01-01 2026-01-0{} {}\n"


@pytest.mark.parametrize(
    ("paid", "found"),
    [
        (("-", "2026-01-20"), ["possible_duplicate", "duplicate_invoice"]),  # what is open may not be paid, too
        (("2026-01-19", "2026-01-20"), ["", "duplicate_invoice"]),
        (("2026-01-20", "-"), ["", "duplicate_invoice"]),
        (("-", "-"), ["", "duplicate_invoice"]),
    ],
)
def test_an_open_bill_of_which_the_later_posting_was_paid_is_looked_at(paid, found):
    rows = "".join(POSTED.format(*row) for row in zip(("A1", "a1"), (2, 5), paid, strict=True))
    assert codes(rows, PAID) == found


def test_each_line_of_the_open_bill_is_looked_at_and_the_one_between_stays_set_aside():
    rows = POSTED.format("A1", 2, "-") + POSTED.format("A-1", 3, "-") + POSTED.format("a1", 5, "2026-01-20")
    assert codes(rows, PAID) == ["possible_duplicate", "duplicate_invoice", "duplicate_invoice"]
    assert earlier(rows, PAID) == ["a1", "A1", "A1"]


def test_every_line_of_the_open_bill_is_looked_at_where_its_total_was_paid_in_one():
    """The later posting asks 50 in one line, the open one the same 50 in two: whichever is named, both would be paid again."""
    rows = "A1 4 5 1 10 2026-01-01 2026-01-02 -\nA1 6 5 1 10 2026-01-01 2026-01-02 -\n" + POSTED.format(
        "a1", 5, "2026-01-20"
    )
    assert codes(rows, PAID) == ["possible_duplicate", "possible_duplicate", "duplicate_invoice"]


def test_of_a_row_that_was_paid_under_its_later_posting_no_other_line_of_that_document_is_looked_at():
    head = "no no_line document_id qty price po po_line invoice_date posting_date paid_date\n"
    line = "A1 {} 77 {} 5 1 10 2026-01-01 {} {}\n"
    facts = ((1, 4, "2026-01-02", "-"), (1, 4, "2026-01-05", "2026-01-20"), (2, 3, "2026-01-02", "-"))
    assert codes("".join(line.format(*row) for row in facts), head) == ["possible_duplicate", "duplicate_invoice", ""]


def test_of_a_line_that_stands_twice_in_one_invoice_and_was_paid_once_the_open_row_is_looked_at():
    head = "no no_line qty price po po_line invoice_date paid_date\n"
    rows = "A1 1 4 5 1 10 2026-01-01 2026-01-20\nA1 1 4 5 1 10 2026-01-01 -\nA1 2 3 5 1 10 2026-01-01 -"
    assert codes(rows, head) == ["", "duplicate_invoice", ""]
