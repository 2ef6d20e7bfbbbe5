"""Links at their boundaries, one small ledger each, with what must come of it worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import LinkRule, Rules
from tests.kit.laws import run
from tests.kit.worlds import world

LINES = "po line qty price description\n1 10 10 5 ab\n1 20 10 5 xy"
BILLED = "no qty price po description\nA 10 5 1 ac"


def linked(ledger):
    lines = run(ledger).invoice_lines.sort("row")
    return [(*row, codes) for *row, codes in lines.select("order_po_line", "link_score", "codes").iter_rows()]


@pytest.mark.parametrize(("least", "to"), [("50", "10"), ("50.000001", None), ("49", "10"), ("100", None)])
def test_a_description_as_similar_as_asked_is_similar_enough(least, to):
    """`AB` and `AC` share one letter of two: 50. A score equal to the least links, a hair less does not."""
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(least)})
    line, score, _ = linked(world(LINES, "", BILLED, Rules(links=(rule,))))[0]
    assert (line, score) == (to, Decimal(50) if to else None)


@pytest.mark.parametrize(("description", "found"), [("zz", "link_ambiguous"), ("-", "order_line_not_found")])
def test_what_has_no_description_is_similar_to_nothing_however_little_is_asked(description, found):
    """`ZZ` is like either line to 0, which is what is asked."""
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(0)})
    bill = f"no qty price po description\nA 10 5 1 {description}"
    assert linked(world(LINES, "", bill, Rules(links=(rule,))))[0][2] == [found]


@pytest.mark.parametrize("description", ["zz", "ac", "-"])
def test_the_only_line_needs_no_description(description):
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(90)})
    only = f"po line qty price description\n1 10 10 5 {description}"
    assert linked(world(only, "", BILLED, Rules(links=(rule,))))[0][:2] == ("10", None)


def test_equally_similar_lines_are_both_named():
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(50)})
    alike = "po line qty price description\n1 10 10 5 ab\n1 20 10 5 ad"
    line, _, codes = linked(world(alike, "", BILLED, Rules(links=(rule,))))[0]
    assert (line, codes) == (None, ["link_ambiguous"])


@pytest.mark.parametrize(("lines", "more"), [(9, None), (10, None), (11, "and 1 more"), (13, "and 3 more")])
def test_ten_candidates_are_named_and_the_rest_counted(lines, more):
    orders = "po line qty price item\n" + "\n".join(f"1 {n} 10 5 M" for n in range(1, lines + 1))
    found = run(world(orders, "", "no qty price po item\nA 10 5 1 M")).discrepancies.filter(code="link_ambiguous")
    message = found["message"][0]
    assert (message.count("orders.csv:"), more is None or more in message) == (min(lines, 10), True)
    assert ("more" in message) is (more is not None)


@pytest.mark.parametrize(("ordered", "links"), [("2026-01-01", True), ("2025-12-31", False), ("2026-05-01", True)])
def test_without_a_reference_an_order_within_the_days_is_suggested(ordered, links):
    rule = LinkRule("no reference", on=("supplier_id", "currency"), similar={"description": Decimal(85)}, days=60)
    orders = f"po line qty price item currency order_date\n1 10 10 5 M EUR {ordered}"
    bill = "no qty price item currency invoice_date\nA 10 5 M EUR 2026-03-02"
    line, _, codes = linked(world(orders, "", bill, Rules(links=(rule,))))[0]
    assert (line, "link_suggested" in codes) == (("10", True) if links else (None, False))


@pytest.mark.parametrize(
    ("line", "found"), [("- -", ["no_reference", "unplanned_charge"]), ("1 8", ["link_suggested"])]
)
def test_without_a_number_a_price_that_is_not_known_is_not_near(line, found):
    """8 of freight are planned and billed, for the same item; an amount alone has no price to be within tolerance."""
    order = "po line qty price item currency order_date category\n1 10 1 8 M EUR 2026-01-01 freight"
    bill = f"no qty price amount line_type item currency invoice_date\nA {line} 8 freight M EUR 2026-01-02"
    assert run(world(order, "", bill)).invoice_lines["codes"].to_list() == [found]


@pytest.mark.parametrize(("description", "to"), [("ac", "10"), ("zz", None), ("-", None)])
def test_a_rule_without_a_number_that_asks_for_item_and_description_asks_for_both(description, to):
    rule = LinkRule("item and description", on=("supplier_id", "item"), similar={"description": Decimal(50)})
    order, bill = "po line qty price item description\n1 10 10 5 M ab", "no qty price item description\nA 10 5 M "
    line, score, _ = linked(world(order, "", bill + description, Rules(links=(rule,))))[0]
    assert (line, score) == (to, Decimal(50) if to else None)


def test_a_rule_by_days_without_a_number_leaves_receipts_alone():
    """They have no invoice date to be near by, and always a number to go by."""
    rules = Rules(links=(LinkRule("number", on=("po_number",)), LinkRule("item", on=("item",), days=5)))
    order = "po line qty price item order_date\n1 10 10 5 M 2026-01-01"
    receipts, bill = "po item qty\n1 M 10\n9 M 5", "no qty price item invoice_date\nA 10 5 M 2026-01-02"
    done = run(world(order, receipts, bill, rules))
    assert done.receipt_lines.sort("row")["link"].to_list() == ["number", None]
    assert done.invoice_lines["link"].to_list() == ["item"]


@pytest.mark.parametrize(
    ("ordered", "billed", "to"),
    [
        ("2025-01-01", "2025-01-06", "10"),
        ("2025-01-01", "2025-01-07", None),
        ("2025-01-06", "2025-01-01", "10"),
        ("2020-01-01", "2025-01-01", None),
        ("-", "2025-01-01", None),
        ("2025-01-01", "-", None),
    ],
)
def test_the_days_of_a_rule_with_a_number_count_too(ordered, billed, to):
    """Numbers that begin again each year: an order of five years ago is not the one that is meant."""
    rules = Rules(links=(LinkRule("order item", on=("po_number", "item"), days=5),))
    order = f"po line qty price item order_date\n1 10 10 5 M {ordered}"
    bill = f"no qty price po item invoice_date\nA 10 5 1 M {billed}"
    done = run(world(order, "po item qty\n1 M 10", bill, rules))
    assert done.invoice_lines["order_po_line"].to_list() == [to]
    assert done.receipt_lines["link"].to_list() == ["order item"]


@pytest.mark.parametrize(("days", "to"), [(400, None), (40, "20")])
def test_days_come_before_the_only_line_is_looked_for(days, to):
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(85)}, days=days)
    orders = "po line qty price description order_date\n1 10 10 5 ab 2025-01-01\n1 20 10 5 xy 2025-12-01"
    bill = "no qty price po description invoice_date\nA 10 5 1 qq 2025-12-24"
    assert linked(world(orders, "", bill, Rules(links=(rule,))))[0][0] == to


@pytest.mark.parametrize(
    ("column", "ordered", "billed", "to"),
    [
        ("description", "Hex-Bolt", "HEX~BOLT", "10"),
        ("description", "Hex-Bolt", "Hex-Nut", None),
        ("supplier_name", "Alpha-Ltd.", "ALPHA~LTD", "10"),
        ("uom", "pc.", "PC", "10"),
        ("company", "10-00", "10/00", "10"),
        ("company", "1000", "-", None),
    ],
)
def test_what_a_rule_holds_equal_is_compared_normalised_and_absent_is_equal_to_nothing(column, ordered, billed, to):
    rules = Rules(links=(LinkRule("number and more", on=("po_number", column)),))
    order = f"po line qty price supplier {column}\n1 10 10 5 S {ordered}"
    bill = f"no qty price po supplier {column}\nA 10 5 1 S {billed}"
    assert linked(world(order, "", bill, rules))[0][0] == to


def test_a_receipt_is_linked_by_every_rule_whose_columns_it_has():
    rules = Rules(links=(LinkRule("unit", on=("po_number", "uom")), LinkRule("money", on=("po_number", "currency"))))
    order = "po line qty price uom currency\n1 10 10 5 kg EUR\n1 20 10 5 pc EUR\n2 10 10 5 pc EUR"
    receipts = run(world(order, "po qty uom\n1 10 PC\n2 10 -", "", rules)).receipt_lines.sort("row")
    assert receipts.select("link", "order_po_line").rows() == [("unit", "20"), (None, None)]


@pytest.mark.parametrize("rows", [1, 100_000])
def test_a_rule_without_a_number_stays_within_the_supplier_whatever_the_size_of_parts(rows, monkeypatch):
    monkeypatch.setattr("recon.ledger.batches.BATCH_ROWS", rows)
    rules = Rules(links=(LinkRule("item", on=("item",)),))
    orders = "supplier po line qty price item\nS1 1 10 10 5 M\nS2 2 10 10 5 N"
    bills = "supplier no qty price item\nS2 A 10 5 M\nS2 B 10 5 N\nS1 C 10 5 M"
    lines = run(world(orders, "", bills, rules)).invoice_lines.sort("row")
    assert lines["order_po_number"].to_list() == [None, "2", "1"]


@pytest.mark.parametrize(("price", "to"), [("10 5 -", "10"), ("- 5 50", None)])
def test_an_order_by_amount_has_no_price_that_could_suggest_it(price, to):
    rule = LinkRule("no reference", on=("supplier_id",), similar={"description": Decimal(85)})
    orders = f"po line qty price amount item\n1 10 {price} M"
    assert linked(world(orders, "", "no qty price item\nA 10 5 M", Rules(links=(rule,))))[0][0] == to


def test_of_several_similar_lines_the_most_similar_is_taken():
    """`ABCD` is like `ABCE` to 75, like `ABXY` to 50."""
    rule = LinkRule("description", on=("po_number",), similar={"description": Decimal(50)})
    orders = "po line qty price description\n1 10 10 5 abxy\n1 20 10 5 abce"
    bill = "no qty price po description\nA 10 5 1 abcd"
    assert linked(world(orders, "", bill, Rules(links=(rule,))))[0][:2] == ("20", Decimal(75))


def test_a_rule_by_what_receipts_do_not_have_is_not_theirs():
    rules = (LinkRule("words", on=("po_number", "description")), LinkRule("line", on=("po_number", "po_line")))
    receipts = run(world(LINES, "po line qty\n1 10 10", "", Rules(links=rules))).receipt_lines
    assert receipts["link"].to_list() == ["line"]


@pytest.mark.parametrize("pairs", [1, 3, 100_000])
def test_lines_are_looked_at_in_parts_and_each_finds_what_it_would_alone(pairs, monkeypatch):
    """By price A is line 20 and B is 10; C is as dear as none; D cites order 2, which has the like of it twice."""
    monkeypatch.setattr("recon.match.link.link.MOST_PAIRS", pairs)
    rule = LinkRule("no reference", on=("supplier_id",), similar={"description": Decimal(85)})
    orders = "po line qty price description\n1 10 10 5 bolt\n1 20 10 7 bolt\n2 10 10 5 nut\n2 20 10 5 nut"
    bills = "no qty price po description\nA 10 7 - bolt\nB 10 5 - bolt\nC 10 9 - bolt\nD 10 5 2 nut"
    found = linked(world(orders, "", bills, Rules(links=(*Rules().links, rule))))
    assert [(line, "link_ambiguous" in codes) for line, _, codes in found] == [
        ("20", False), ("10", False), (None, False), (None, True),
    ]  # fmt: skip
