"""What only random ledgers thought of, each worked by hand; engine and oracle are both asked."""

from __future__ import annotations

from decimal import Decimal

from recon.rules.rule import Rules, Source
from tests.kit.laws import run
from tests.kit.worlds import world
from tests.oracle.agreement import differences
from tests.oracle.by_hand import at_risk, codes, percent, tolerant

THREE = "po line qty price\n1 10 10 10"
CAME = "po line qty\n1 10 10"


GROSS = Rules(sources={"invoices": Source("invoices", prices="gross")})


def said(orders, receipts, invoices, rules=None, **more):
    """The codes of each invoice line, by row, which the oracle gives too."""
    ledger = world(orders, receipts, invoices, rules or Rules(), **more)
    lines = run(ledger).invoice_lines.sort("row")
    found = [" ".join(each) for each in lines["codes"].to_list()]
    assert found == codes(ledger)
    return found


def test_what_a_line_bills_is_net_of_its_discount_when_it_puts_a_price_right():
    """Ten free, then ten at 13 less 30: 100, which is what the free ones lack. Less 20 it is 110, and twenty are billed."""
    bill = "no no_line po line qty price amount line_type invoice_date\nA 1 1 10 10 0 - item 2026-01-02\nB 1 1 10 10 13 - item 2026-01-03\nB 2 1 10 - - -{} discount 2026-01-03"
    assert said(THREE, CAME, bill.format(30)) == ["", "", ""]
    assert "quantity_over_ordered" in said(THREE, CAME, bill.format(20))[1]


def test_a_percentage_of_an_ordered_return_permits_no_delivery():
    """Six were to go back; six are billed. 100 % of what is ordered is 100 % of nothing."""
    rules = tolerant(quantity_ordered=(percent("100"), None))
    bill = "no po line qty price\nA 1 10 6 10"
    assert said("po line qty price match_policy\n1 10 -6 10 two_way", "", bill, rules) == ["quantity_over_ordered"]


def test_a_discount_that_is_not_granted_holds_the_bill_not_the_credit_after_it():
    orders = "po line qty price amount\n1 10 10 10 -\n1 20 - - -4"
    bill = "no po line qty price invoice_date\nA 1 10 10 12 2026-01-02\nC 1 10 -10 2 2026-01-03"
    assert said(orders, CAME, bill) == ["charge_variance", ""]


def test_discounts_of_one_document_are_added_before_they_are_too_little():
    """5 off one line and 5 on the other are nothing; of 5 off and 6 on, 1 is asked, and told on what asks."""
    bill = "no no_line amount line_type\nA 1 -5 discount\nA 2 {} discount"
    assert said(THREE, "", bill.format(5)) == ["no_reference", "no_reference"]
    assert said(THREE, "", bill.format(6)) == ["no_reference", "no_reference unplanned_charge"]


def test_order_rows_of_opposite_prices_are_no_schedule():
    """5 at 8 and 5 at -8 under one key: neither is what was ordered, and their sum of nothing least of all."""
    orders = "po line qty price\n1 10 5 8\n1 10 5 -8"
    assert said(orders, "", "no po line qty price\nA 1 10 5 8") == ["link_ambiguous"]


def test_a_schedule_is_closed_when_all_its_rows_are():
    orders = "po line qty price closed_date match_policy\n1 10 5 8 2026-01-01 two_way\n1 10 5 8 {} two_way"
    bill = "no po line qty price invoice_date\nA 1 10 10 8 2026-01-06"
    assert said(orders.format("-"), "", bill) == [""]
    assert said(orders.format("2026-01-02"), "", bill) == ["order_closed"]


def test_a_line_that_nothing_covers_is_at_risk_with_all_it_bills():
    """2.333333 boxes at 21.774 a thousand are 0.050805992742; at 0.3333333333 boxes a piece they are a hair more of pieces."""
    ledger = world(
        "po line qty uom price per\n1 10 7 EA 7.258 1000",
        "",
        "no po line qty uom price per\nA 1 10 2.333333 BX 21.774 1000",
        conversions="from_uom to_uom factor\nEA BX 0.3333333333",
    )
    (found,) = run(ledger).discrepancies.filter(code="not_received")["amount_at_risk"]
    assert [found] == at_risk(ledger, "not_received") == [Decimal("0.050805992742")]


def test_in_three_way_what_nobody_judged_is_not_rejected():
    """30 came and 4 were rejected, 20 more came: of 50 billed 4 are too many, and 46 are none."""
    came = "po line qty quantity_rejected\n1 10 30 4\n1 10 20 -"
    order = "po line qty price match_policy\n1 10 50 3 {}"
    bill = "no po line qty price invoice_date\nA 1 10 30 3 2026-01-02\nB 1 10 {} 3 2026-01-03"
    assert said(order.format("three_way"), came, bill.format(20)) == ["", "goods_rejected"]
    assert said(order.format("three_way"), came, bill.format(16)) == ["", ""]
    assert said(order.format("four_way"), came, bill.format(16)) == ["quantity_over_accepted", "quantity_over_accepted"]


def test_a_credit_in_doubt_takes_no_receipt_from_the_lines_it_stands_after():
    """Two deliveries of 4, two bills of 4. A credit of 1 that would be paid leaves the second bill 3 of its receipt; one at 6 for 5 nothing."""
    came = "po line qty receipt_date\n1 10 4 2026-01-01\n1 10 4 2026-01-02"
    bill = "no po line qty price invoice_date type\nA 1 10 4 5 2026-01-05 invoice\nB 1 10 4 5 2026-01-06 invoice\nC 1 10 1 {} 2026-01-07 credit_note"
    orders = "po line qty price\n1 10 8 5"
    assert said(orders, came, bill.format(5)) == ["", "possible_duplicate", ""]
    assert said(orders, came, bill.format(6)) == ["", "", "price_variance"]


def test_what_is_billed_by_amount_has_no_unit():
    """100 of a service that the order counts in kilograms: the amount is what is ordered, whatever the bill counts."""
    orders = "po line amount uom match_policy\n1 10 100 KG two_way"
    assert said(orders, "", "no po line qty uom price\nA 1 10 10 EA 10") == [""]


def test_a_posting_that_rejects_what_came_before_counts():
    """Ten came; a row of nothing rejects four of them: of ten billed four are too many."""
    came = "po line qty quantity_rejected\n1 10 10 -\n1 10 0 4"
    bill = "no po line qty price\nA 1 10 {} 10"
    assert said(THREE, came, bill.format(10)) == ["goods_rejected"]
    assert said(THREE, came, bill.format(6)) == [""]


def test_what_is_left_of_a_planned_charge_is_told_on_the_last_charge():
    """5 of freight planned; an item line billed them and was credited; 2.50 asked since: 2.50 are left."""
    orders = "po line category amount match_policy\n1 90 freight 5 two_way"
    bill = "no no_line po line qty amount line_type type paid_date\nA 1 1 90 1 5 item invoice 2026-01-09\nA 2 1 90 - 2.5 freight invoice -\nC 1 1 90 1 5 item credit_note 2026-01-09"
    assert said(orders, "", bill) == ["reversed", "charge_variance", "reversed"]


def test_a_price_put_right_on_a_planned_discount_is_billed_of_it():
    """Six at 2.05 were to be given; six stand billed at nothing, then 12.30 for them: 24.60 more than planned."""
    orders = "po line qty price match_policy\n1 20 5 3 two_way\n1 10 6 -2.05 two_way"
    bill = "no po line qty price invoice_date\nA 1 10 6 0 2026-01-01\nB 1 10 6 2.05 2026-01-02\nC 1 20 5 3 2026-01-03"
    assert said(orders, "", bill)[1:] == ["", "charge_variance"]
    ledger = world(orders, "", bill)
    (found,) = run(ledger).discrepancies.filter(code="charge_variance")["amount_at_risk"]
    assert [None, None, found] == at_risk(ledger, "charge_variance") == [None, None, Decimal("24.6")]


def test_a_discount_in_another_currency_makes_nothing_cheaper():
    bill = "no no_line po line qty price amount line_type currency\nA 1 1 10 10 10.5 - item EUR\nA 2 - - - - -5 discount {}"
    assert "price_variance" in said(THREE, CAME, bill.format("USD"))[0]
    assert said(THREE, CAME, bill.format("EUR")) == ["", ""]


def test_a_bill_by_header_holds_who_raises_the_excess_whatever_its_own_order_line_tolerates():
    """Of 37, 74 are billed by header, then 27.10 of a line of 27: 0.10 too much of the line is tolerated, 27.10 of the order are not."""
    rules = tolerant(amount=(percent("0.5"), None))
    orders = "po line amount match_policy\n1 10 27 two_way\n1 20 10 two_way"
    bill = "no po line amount invoice_date\nA 1 - 74 2026-01-01\nB 1 10 27.1 2026-01-02"
    assert said(orders, "", bill, rules) == ["amount_over_ordered", "amount_over_ordered"]


def test_what_was_paid_ahead_is_held_on_the_bill_that_puts_the_price_right():
    """Ten for nothing, then the 100 that they cost: the order is billed, and the 20 paid ahead are still to be taken off."""
    bill = "no po line qty price amount line_type invoice_date\nA 1 10 10 0 - item 2026-01-01\nP 1 - - - 20 prepayment 2026-01-01\nB 1 10 10 10 - item 2026-01-02"
    assert said(THREE, CAME, bill) == ["", "", "prepayment_not_deducted"]


def test_a_line_of_another_order_widens_no_order_line_past_what_is_computed():
    """The quantities of order 434 are amounts over prices; beside 25333.326 for 0.008853331 a thousand they were too wide."""
    head = "supplier no po qty price per amount\n"
    rows = "S1 R 434 - 0.182 1 -0.08\nS1 R 434 -11.999997 1.82 100 -\nS1 R 434 - 0.02426667 1 -0.02"
    orders = "supplier po line qty price per\nS3 364 30 11 0.6298 1\nS1 434 10 9 -1.82 100"
    beside = run(world(orders, "", head + "S3 Z 364 25333.326 0.008853331 1000 -\n" + rows))
    assert beside.rejects.is_empty()


def test_a_total_over_two_currencies_proves_no_freight_of_the_document():
    """50 and 50 and 5 of freight are 105 in one currency; euros and dollars add up to nothing, and each line has its 5."""
    bill = "no no_line po line qty price freight_amount total currency\nA 1 1 10 5 10 5 105 EUR\nA 2 1 10 5 10 5 105 {}"
    for money, freight in (("EUR", 1), ("USD", 2)):
        lines = run(world(THREE, CAME, bill.format(money))).invoice_lines
        assert (lines["line_type"] == "freight").sum() == freight


def test_a_variance_that_is_nothing_to_ten_places_can_be_put_right():
    """1.666667 boxes are 5.0000010005 pieces, dear by less than nothing: what charges 43.59 more takes from that, not from what is dear."""
    orders = "po line qty uom price per match_policy\n1 20 5 EA 1.98 1000 two_way"
    bill = "no no_line po line qty uom price per amount line_type invoice_date\nA 1 1 20 1.666667 BX 0.00594 1 0.0099 item 2026-01-01\nA 2 1 20 5 EA 1001.98 1000 - item 2026-01-01\nC 1 1 20 - - - 1 43.5901 discount 2026-01-07"
    ledger = world(orders, "", bill, conversions="from_uom to_uom factor\nEA BX 0.3333333333")
    lines = run(ledger).invoice_lines.sort("row")
    assert [" ".join(each) for each in lines["codes"].to_list()] == codes(ledger)
    assert lines["price_variance"][1] == 1000


def test_a_discount_of_another_tax_rate_than_its_line_is_taken_off_as_a_fraction():
    """107 with 7 % are 100, and 1 with 20 % is 5/6: of 99 a piece, 1/6 is too much, 166 2/3 a thousand."""
    bill = (
        "no no_line po line qty price amount line_type tax_rate\nA 1 1 10 1 107 - item 7\nA 2 1 10 - - -1 discount 20"
    )
    ledger = world("po line qty price per\n1 10 10 99000 1000", CAME, bill, GROSS)
    assert run(ledger).invoice_lines.sort("row")["price_variance"][0] == Decimal("166.6666666667")
    assert differences(ledger) == []


def test_a_correction_of_another_tax_rate_than_its_line_and_its_own_discount_is_one_of_fractions():
    """Of 100, which 99 a piece were to be, 2 with 19 % less 1 with 20 % are charged, as a difference: 1 + 200/119 - 5/6."""
    head = "no no_line po line qty price amount line_type tax_rate invoice_date\n"
    bill = "A 1 1 10 1 107 - item 7 2026-01-02\nC 1 1 10 - - 2 discount 19 2026-01-03\nD 1 1 10 - - -1 discount 20 2026-01-04"
    ledger = world("po line qty price per\n1 10 10 99000 1000", CAME, head + bill, GROSS)
    assert run(ledger).invoice_lines.sort("row")["price_variance"][0] == Decimal("1847.3389355742")
    assert differences(ledger) == []


def test_order_rows_that_contradict_one_another_do_not_say_whose_the_order_is():
    """Neither row counts, so neither says that the order is S3's: what cites it is held for being ambiguous."""
    orders = "supplier po line qty price\nS3 1 10 5 8\nS3 1 10 5 9"
    bill = "supplier no po line qty price amount line_type\nS2 A 1 10 5 8 - item\nS2 B 1 - - - -4 discount"
    assert said(orders, "", bill, suppliers="supplier name\nS2 two\nS3 three") == ["link_ambiguous"] * 2


def test_a_vat_id_of_one_supplier_beside_the_iban_of_another_is_uncertain():
    """Whether or not an account is on file for the one whose VAT id it is: the money would go to the other."""
    bill = "supplier no supplier_vat_id iban po line qty price\n- A DE2 DE891 1 10 10 10"
    master = "supplier name vat_id iban\nS1 one DE1 DE891\nS2 two DE2 {}"
    orders = "supplier " + THREE.replace("\n", "\nS2 ")
    assert said(orders, CAME, bill, suppliers=master.format("-")) == ["supplier_uncertain"]
    assert said(orders, CAME, bill, suppliers=master.format("DE892")) == ["bank_details_differ supplier_uncertain"]


def test_the_greater_return_stands_for_a_schedule_of_returns_however_they_are_signed():
    """5 and 2 at -7.78 are -5 and -2 at 7.78: of rows of one day the least stands for the schedule, with all -7."""
    for orders in ("po line qty price\n1 10 2 -7.78\n1 10 5 -7.78", "po line qty price\n1 10 -2 7.78\n1 10 -5 7.78"):
        ledger = world(orders, "po line qty\n1 10 -8")
        assert run(ledger).order_lines.filter(received=-8)["row"].to_list() == [3]
        assert differences(ledger) == []
