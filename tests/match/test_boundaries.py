"""The engine at its boundaries, one small ledger each, with what must come of it worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import Limit, Rules, Sides, Tolerance
from recon.rules.when.parse import parse_condition
from tests.kit.laws import run
from tests.kit.worlds import world
from tests.rules.test_when import TYPES

ORDER = "po line qty price\n1 10 10 5"
ANYTHING = Limit(Decimal(100), None)


def codes(ledger, table="invoice_lines"):
    frame = getattr(run(ledger), table).sort("row")
    return [" ".join(one) for one in frame["codes"].to_list()]


@pytest.mark.parametrize(("quantity", "found"), [("-10", ""), ("-5", "price_variance")])
def test_a_condition_sees_the_magnitude_of_a_credit_note(quantity, found):
    large = parse_condition("quantity > 5", TYPES)
    rules = Rules(tolerances=(Tolerance("large", {"price": Sides(ANYTHING, ANYTHING)}, when=large),))
    invoices = f"no line qty price po invoice_date type\nA 10 10 5 1 2026-01-01 invoice\nB 10 {quantity} 6 1 2026-01-02 credit_note"
    assert codes(world(ORDER, "po line qty\n1 10 10", invoices, rules))[1] == found


@pytest.mark.parametrize(("quantity", "found"), [("-10", ""), ("-5", "price_variance")])
def test_so_it_does_of_a_negative_line_on_an_invoice(quantity, found):
    large = parse_condition("quantity > 5", TYPES)
    rules = Rules(tolerances=(Tolerance("large", {"price": Sides(ANYTHING, ANYTHING)}, when=large),))
    invoices = f"no line qty price po invoice_date type\nA 10 20 5 1 2026-01-01 invoice\nA 10 {quantity} 6 1 2026-01-01 invoice"
    assert codes(world("po line qty price\n1 10 20 5", "po line qty\n1 10 20", invoices, rules))[1] == found


@pytest.mark.parametrize(("back", "found"), [("0", "not_returned"), ("-1", "returned")])
def test_only_what_went_back_waits_for_a_credit(back, found):
    receipts = f"po line qty\n1 10 5\n1 10 {back}"
    invoices = "no line qty price po invoice_date\nA 10 8 5 1 2026-01-01"
    told = codes(world(ORDER, receipts, invoices), "order_lines")
    assert ("returned_not_credited" in told[0]) is (found == "returned")


@pytest.mark.parametrize(
    ("first", "found"), [("0", "invoice_before_receipt"), ("-1", "invoice_before_receipt"), ("0.5", ""), ("1", "")]
)
def test_the_first_receipt_is_the_first_that_brought_something(first, found):
    receipts = f"po line qty receipt_date\n1 10 {first} 2026-01-01\n1 10 12 2026-01-20"
    invoices = "no line qty price po invoice_date\nA 10 10 5 1 2026-01-10"
    assert ("invoice_before_receipt" in codes(world(ORDER, receipts, invoices))[0]) is bool(found)


@pytest.mark.parametrize(("quantity", "found"), [("-10", "reversed"), ("-11", "credit_exceeds_invoiced")])
def test_a_credit_may_take_back_all_and_no_more(quantity, found):
    invoices = f"no line qty price po invoice_date type\nA 10 10 5 1 2026-01-01 invoice\nB 10 {quantity} 5 1 2026-01-02 credit_note"
    assert codes(world(ORDER, "po line qty\n1 10 10", invoices))[1] == found


@pytest.mark.parametrize(("closed", "found"), [("2026-01-10", ""), ("2026-01-09", "order_closed")])
def test_an_order_may_be_invoiced_on_the_day_it_closes(closed, found):
    order = f"po line qty price closed_date\n1 10 10 5 {closed}"
    invoices = "no line qty price po invoice_date\nA 10 10 5 1 2026-01-10"
    assert codes(world(order, "po line qty\n1 10 10", invoices)) == [found]


@pytest.mark.parametrize(
    ("billed", "rejected", "found"), [("10", "1", "goods_rejected"), ("9", "1", ""), ("10", "0", "")]
)
def test_a_single_rejected_piece_is_asked_about_where_it_is_billed(billed, rejected, found):
    """Of ten, nine are accepted; where none is rejected nobody asks about the tenth under three-way."""
    receipts = f"po line qty quantity_accepted quantity_rejected\n1 10 10 9 {rejected}"
    assert codes(world(ORDER, receipts, f"no line qty price po\nA 10 {billed} 5 1")) == [found]


@pytest.mark.parametrize(("came", "severity"), [("2026-01-10", "info"), ("2026-01-11", "review")])
def test_what_came_on_the_day_its_order_line_was_closed_came_in_time(came, severity):
    """Billed two days later. What came of the other line in time is no piece of this one."""
    orders = "po line qty price closed_date\n1 10 1 5 2026-01-10\n1 20 1 5 2026-01-10"
    receipts = f"po line qty receipt_date\n1 10 1 {came}\n1 20 1 2026-01-09"
    done = run(world(orders, receipts, "no line qty price po invoice_date\nA 10 1 5 1 2026-01-12"))
    assert done.discrepancies.filter(code="order_closed")["severity"].to_list() == [severity]


@pytest.mark.parametrize(("came", "found"), [("2026-01-10", ""), ("2026-01-11", "late_delivery")])
def test_a_delivery_on_its_day_is_not_late(came, found):
    order = "po line qty price due_date\n1 10 10 5 2026-01-10"
    receipts = f"po line qty receipt_date\n1 10 10 {came}"
    assert codes(world(order, receipts), "receipt_lines") == [found]


@pytest.mark.parametrize(
    ("ordered", "invoiced", "found"), [("2026-01-10", "2026-01-10", False), ("2026-01-11", "2026-01-10", True)]
)
def test_an_invoice_of_the_order_day_is_not_before_it(ordered, invoiced, found):
    order = f"po line qty price order_date\n1 10 10 5 {ordered}"
    invoices = f"no line qty price po invoice_date\nA 10 10 5 1 {invoiced}"
    assert ("invoice_before_order" in codes(world(order, "po line qty\n1 10 10", invoices))[0]) is found


@pytest.mark.parametrize(("received", "found"), [("11", ""), ("11.000001", "over_delivery")])
def test_a_delivery_at_the_orders_own_limit_is_not_over(received, found):
    order = "po line qty price over_delivery_percent\n1 10 10 5 10"
    told = codes(world(order, f"po line qty\n1 10 {received}", "no line qty price po\nA 10 10 5 1"), "order_lines")
    assert ("over_delivery" in told[0]) is bool(found)


@pytest.mark.parametrize(("received", "found"), [("9", False), ("8.999999", True)])
def test_a_delivery_at_the_lower_limit_is_not_under(received, found):
    order = "po line qty price under_delivery_percent closed\n1 10 10 5 10 true"
    told = codes(world(order, f"po line qty\n1 10 {received}"), "order_lines")
    assert ("under_delivery" in told[0]) is found


@pytest.mark.parametrize(("tax", "found"), [("9.50", False), ("9.51", False), ("9.510001", True), ("9.489999", True)])
def test_a_rate_of_nineteen_is_a_percentage(tax, found):
    order = "po line qty price tax_rate\n1 10 10 5 19"
    invoices = f"no line qty price po tax_amount\nA 10 10 5 1 {tax}"
    assert ("tax_variance" in codes(world(order, "po line qty\n1 10 10", invoices))[0]) is found


@pytest.mark.parametrize(("rate", "tax"), [("0.19", "9.50"), ("1", "0.50"), ("0.999999", "49.99995")])
def test_a_rate_below_one_is_a_fraction_and_one_is_a_percentage(rate, tax):
    order = f"po line qty price tax_rate\n1 10 10 5 {rate}"
    invoices = f"no line qty price po tax_amount\nA 10 10 5 1 {tax}"
    assert codes(world(order, "po line qty\n1 10 10", invoices, Rules(tax_ceiling=None))) == [""]


@pytest.mark.parametrize(("amount", "found"), [("5.01", False), ("4.99", False), ("5.02", True), ("4.98", True)])
def test_an_extension_may_be_one_minor_unit_off(amount, found):
    invoices = f"no line qty price po amount currency\nA 10 1 5 1 {amount} EUR"
    assert ("extension_error" in codes(world(ORDER, "po line qty\n1 10 10", invoices))[0]) is found


@pytest.mark.parametrize(
    ("bill", "found"),
    [
        ("100 1.17 117.50", False),  # half a cent a piece
        ("100 1.17 117.51", True),
        ("100 1.1 110.50", False),  # printed to two places at the least
        ("100 1.173 117.35", False),
        ("100 1.173 117.36", True),
    ],
)
def test_an_extension_may_be_off_by_half_the_last_printed_place_of_the_price(bill, found):
    order = "po line qty price\n1 10 100 1.17"
    invoices = f"no line po currency qty price amount\nA 10 1 EUR {bill}"
    assert ("extension_error" in codes(world(order, "po line qty\n1 10 100", invoices))[0]) is found


@pytest.mark.parametrize(("total", "found"), [("50.01", False), ("50.02", True), ("49.99", False), ("49.98", True)])
def test_a_total_may_be_one_minor_unit_off(total, found):
    invoices = f"no line qty price po tax_amount total currency\nA 10 10 5 1 0 {total} EUR"
    assert ("invoice_total_variance" in codes(world(ORDER, "po line qty\n1 10 10", invoices))[0]) is found


TEN_PERCENT = Sides(Limit(Decimal(10), None), None)


@pytest.mark.parametrize(("billed", "found"), [("120", False), ("120.000001", True)])
def test_percent_of_the_ordered_is_not_percent_of_the_widened_order(billed, found):
    rules = Rules(tolerances=(Tolerance("t", {"quantity_ordered": TEN_PERCENT, "quantity_received": TEN_PERCENT}),))
    order = "po line qty price over_delivery_percent\n1 10 100 5 10"
    ledger = world(order, "po line qty\n1 10 120", f"no line qty price po\nA 10 {billed} 5 1", rules)
    assert ("quantity_over_ordered" in codes(ledger)[0]) is found


@pytest.mark.parametrize(("billed", "found"), [("55", False), ("55.000001", True)])
def test_percent_of_the_received_is_not_percent_of_the_ordered(billed, found):
    rules = Rules(tolerances=(Tolerance("t", {"quantity_received": TEN_PERCENT}),))
    ledger = world(
        "po line qty price\n1 10 100 5", "po line qty\n1 10 50", f"no line qty price po\nA 10 {billed} 5 1", rules
    )
    assert ("quantity_over_received" in codes(ledger)[0]) is found


@pytest.mark.parametrize(
    ("received", "code"), [("1", "quantity_over_received"), ("0", "not_received"), ("-1", "not_received")]
)
def test_nothing_received_has_a_code_of_its_own(received, code):
    ledger = world(ORDER, f"po line qty\n1 10 {received}", "no line qty price po\nA 10 2 5 1")
    assert codes(ledger) == [code]


@pytest.mark.parametrize(("tax", "found"), [("9.60", False), ("9.61", True), ("9.49", False), ("9.489999", True)])
def test_a_side_has_its_own_limit(tax, found):
    over = Sides(Limit(None, Decimal("0.10")), None)
    rules = Rules(tolerances=(Tolerance("t", {"tax": over}),))
    order = "po line qty price tax_rate\n1 10 10 5 19"
    ledger = world(order, "po line qty\n1 10 10", f"no line qty price po tax_amount\nA 10 10 5 1 {tax}", rules)
    assert ("tax_variance" in codes(ledger)[0]) is found


@pytest.mark.parametrize(
    ("columns", "code", "variance", "percent"),
    [
        ("tax_amount\nA 10 10 5 1 9.88", "tax_variance", "0.38", "4"),  # 0.38 of 9.50
        ("amount\nA 10 10 5 1 52", "extension_error", "2", "4"),  # 2 of 50
        ("total\nA 10 10 5 1 49", "invoice_total_variance", "-1", "-2"),  # -1 of 50
    ],
)
def test_a_variance_is_told_in_percent_of_what_was_expected(columns, code, variance, percent):
    order = "po line qty price tax_rate\n1 10 10 5 19"
    done = run(world(order, "po line qty\n1 10 10", f"no line qty price po {columns}"))
    found = done.discrepancies.filter(done.discrepancies["code"] == code)
    assert found.select("variance", "variance_percent").rows() == [(Decimal(variance), Decimal(percent))]


@pytest.mark.parametrize(("came", "found"), [("0", ""), ("-1", ""), ("0.5", "late_delivery"), ("1", "late_delivery")])
def test_only_what_came_can_be_late(came, found):
    order = "po line qty price due_date\n1 10 10 5 2026-01-10"
    receipts = f"po line qty receipt_date\n1 10 {came} 2026-01-11"
    assert codes(world(order, receipts), "receipt_lines") == [found]


@pytest.mark.parametrize(
    ("came", "status", "found"), [("10", "matched", ""), ("13", "tolerated", ""), ("14", "discrepant", "late_delivery")]
)
def test_days_of_grace_end_with_the_last(came, status, found):
    rules = Rules(tolerances=(Tolerance("grace", {"date": Sides(Limit(None, Decimal(3)), None)}),))
    order = "po line qty price due_date\n1 10 10 5 2026-01-10"
    lines = run(world(order, f"po line qty receipt_date\n1 10 10 2026-01-{came}", rules=rules)).receipt_lines
    assert lines["status"].to_list() == [status]
    assert lines["codes"].to_list() == [[found] if found else []]


@pytest.mark.parametrize(("category", "found"), [("A", ""), ("B", "late_delivery")])
def test_a_receipt_is_judged_by_its_orders_columns(category, found):
    mine = parse_condition("order_category = 'A'", {"order_category": TYPES["category"]})
    rules = Rules(tolerances=(Tolerance("A", {"date": Sides(Limit(None, Decimal(9)), None)}, when=mine),))
    order = f"po line qty price due_date category\n1 10 10 5 2026-01-10 {category}"
    assert codes(world(order, "po line qty receipt_date\n1 10 10 2026-01-12", rules=rules), "receipt_lines") == [found]


@pytest.mark.parametrize(
    ("received", "accepted", "found"), [("0.5", "-", True), ("0.5", "0.5", False), ("0", "-", True)]
)
def test_what_came_but_was_not_inspected_is_not_accepted(received, accepted, found):
    order = "po line qty price match_policy\n1 10 0.5 5 four_way"
    receipts = f"po line qty quantity_accepted\n1 10 {received} {accepted}"
    told = codes(world(order, receipts, "no qty price po\nA 0.5 5 1"))[0]
    assert ("quantity_over_accepted" in told) is found


def test_a_return_takes_back_what_was_accepted():
    order = "po line qty price match_policy\n1 10 10 5 four_way"
    receipts = "po line qty quantity_accepted\n1 10 10 10\n1 10 -1 -"
    invoices = "no qty price po\nA 9 5 1\nB 1 5 1"
    assert [("quantity_over_accepted" in told) for told in codes(world(order, receipts, invoices))] == [False, True]


@pytest.mark.parametrize(("quantity", "found"), [("10", False), ("4", True)])
def test_a_condition_on_invoice_lines_decides_of_their_dates_and_not_of_receipts(quantity, found):
    """Nine days are allowed where the line bills more than five; a receipt is no invoice line, whatever its quantity."""
    large = parse_condition("quantity > 5", TYPES)
    rules = Rules(tolerances=(Tolerance("large", {"date": Sides(Limit(None, Decimal(9)), None)}, when=large),))
    order = "po line qty price order_date due_date\n1 10 10 5 2026-01-10 2026-01-10"
    ledger = world(
        order,
        "po line qty receipt_date\n1 10 10 2026-01-12",
        f"no qty price po invoice_date\nA {quantity} 5 1 2026-01-07",
        rules,
    )
    assert ("invoice_before_order" in codes(ledger)[0]) is found
    assert codes(ledger, "receipt_lines") == ["late_delivery"]
