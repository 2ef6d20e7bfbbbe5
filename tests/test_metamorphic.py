"""What must follow in the answer when one thing in the ledger changes: receipts, quantities, scales, names, repetitions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.batches import batches
from tests.kit.laws import QUANTITY_CODES, codes, few, run, some, verdicts, with_rows, without_conditions
from tests.kit.worlds import world
from tests.oracle.lines import Ledger, Row
from tests.oracle.values import po_number

worlds = batches(12).map(lambda batch: batch.whole)
plain_worlds = worlds.map(lambda ledger: replace(ledger, rules=without_conditions(ledger.rules)))
QUANTITY = set().union(*QUANTITY_CODES.values())
ORDER = "po line qty price currency\n1 10 10 5 EUR"
RECEIVED = "po line qty\n1 10 10"
FOUR_YEARS = timedelta(days=1461)
MONEY = {"unit_price", "amount", "tax_amount", "invoice_net", "invoice_tax", "invoice_total"}
MONEY_MEASURES = {"price", "amount", "extension", "total", "tax", "charge"}


def invoice_codes(ledger: Ledger) -> list[list[str]]:
    """The codes of each invoice line, in the order of the table."""
    lines = run(ledger).invoice_lines.sort("row")
    return [list(found) for found in lines["codes"].to_list()]


def decisions(ledger: Ledger) -> list[str]:
    return run(ledger).invoice_lines.sort("row")["decision"].to_list()


# -- 16-17: receipts and quantities -----------------------------------------------------------------------------------


@few
@given(plain_worlds, st.integers(1, 5))
def test_more_receipts_never_add_a_quantity_discrepancy(ledger, more):
    def received(name: str, row: Row) -> Row:
        if name != "receipts" or row["quantity"] <= 0:
            return row
        accepted = row.get("quantity_accepted")
        raised = {"quantity": row["quantity"] + more, "quantity_accepted": accepted and accepted + more}
        return row | raised

    found = codes(with_rows(ledger, received), QUANTITY, ("invoices",))
    assert measures(found) <= measures(codes(ledger, QUANTITY, ("invoices",)))


def measures(found: set[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """What was not received may become received in part: both are of one measure."""
    return {(*place, "received" if code in QUANTITY_CODES["quantity_received"] else code) for *place, code in found}


@few
@given(plain_worlds, st.integers(1, 5))
def test_a_greater_order_never_adds_an_over_order_discrepancy(ledger, more):
    def ordered(name: str, row: Row) -> Row:
        by_quantity = name == "orders" and row.get("unit_price") is not None
        return row | {"quantity": row["quantity"] + more} if by_quantity else row

    kinds = {"quantity_over_ordered"}
    assert codes(with_rows(ledger, ordered), kinds) <= codes(ledger, kinds)


@some
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(0, 12), st.integers(0, 4), st.data())
def test_billing_more_never_removes_a_quantity_discrepancy_of_that_line(billed, came, percent, data):
    """Of bills alone: a line that takes another back in full leaves with it."""
    raised = data.draw(st.integers(0, len(billed) - 1))
    rules = Rules(tolerances=(Tolerance("t", {"quantity_received": Sides(Limit(percent=Decimal(percent)))}),))

    def found(quantities: list[int]) -> set[str]:
        rows = "\n".join(f"N{n} 1 10 {q} 5 2026-01-0{n + 1} invoice" for n, q in enumerate(quantities))
        ledger = world(ORDER, f"po line qty\n1 10 {came}", f"no po line qty price invoice_date type\n{rows}", rules)
        return set(invoice_codes(ledger)[raised]) & QUANTITY

    more = [q + (n == raised) for n, q in enumerate(billed)]
    assert {"quantity_received" for c in found(billed) if c in QUANTITY_CODES["quantity_received"]} <= {
        "quantity_received" for c in found(more) if c in QUANTITY_CODES["quantity_received"]
    }
    assert ("quantity_over_ordered" not in found(billed)) or "quantity_over_ordered" in found(more)


@few
@given(worlds)
def test_a_receipt_in_two_parts_is_the_receipt(ledger):
    parts = []
    for n, row in enumerate(ledger.receipts):
        half = {
            c: row[c] / 2 if row.get(c) is not None else None
            for c in ("quantity", "quantity_accepted", "quantity_rejected")
        }
        other = {"row": 10_000 + n, "receipt_number": f"{row['receipt_number']}-2"}  # equal rows would count once
        parts += [row | half, row | half | other]
    exact = [
        row
        for row in parts
        if (row["quantity"] * 10**6) % 1 == 0 and ((row.get("quantity_accepted") or 0) * 10**6) % 1 == 0
    ]
    assert len(exact) == len(parts)
    columns = ("received", "invoiced_before", "quantity_variance")
    whole = verdicts(ledger, *columns, tables=("invoices",))
    assert verdicts(replace(ledger, receipts=parts), *columns, tables=("invoices",)) == whole


@some
@given(st.integers(1, 20), st.integers(0, 25), st.integers(1, 19))
def test_an_invoice_line_in_two_parts_bills_and_risks_the_same(quantity, came, cut):
    cut = min(cut, quantity)
    received = f"po line qty\n1 10 {came}"
    head = "no no_line po line qty price"
    whole = run(world(ORDER, received, f"{head}\nA 1 1 10 {quantity} 5"))
    halves = run(world(ORDER, received, f"{head}\nA 1 1 10 {cut} 5\nA 2 1 10 {quantity - cut} 5"))
    risks = [
        r.discrepancies.group_by("code").agg(pl.col("amount_at_risk").sum()).sort("code").rows()
        for r in (whole, halves)
    ]
    assert risks[0] == risks[1]
    assert whole.order_lines["invoiced"].to_list() == halves.order_lines["invoiced"].to_list()


# -- 19-20: scales, dates and names -----------------------------------------------------------------------------------


@few
@given(plain_worlds, st.sampled_from([1, 2]))
def test_prices_ten_times_as_high_leave_every_code(ledger, power):
    ledger = with_unit_limits(ledger)
    factor = Decimal(10) ** power

    def dearer(name: str, row: Row) -> Row:
        return row | {c: row[c] * factor for c in MONEY & set(row) if row[c] is not None}

    services = {"quantity": Decimal(1)}
    ledger = replace(ledger, orders=[r | services if r.get("unit_price") is None else r for r in ledger.orders])
    scaled = replace(with_rows(ledger, dearer), rules=scaled_limits(ledger.rules, factor))
    assert verdicts(scaled) == verdicts(ledger)


def with_unit_limits(ledger: Ledger) -> Ledger:
    """Say what is else one minor unit, which does not scale."""
    cent = Limit(absolute=Decimal("0.01"))
    last = Tolerance("cent", {"extension": Sides(cent, cent), "total": Sides(cent, cent)})
    return replace(ledger, rules=replace(ledger.rules, tolerances=(*ledger.rules.tolerances, last)))


def scaled_limits(rules: Rules, factor: Decimal) -> Rules:
    def scaled(limit: Limit | None) -> Limit | None:
        return limit if limit is None or limit.absolute is None else replace(limit, absolute=limit.absolute * factor)

    def sides(measure: str, both: Sides) -> Sides:
        return Sides(scaled(both.over), scaled(both.under)) if measure in MONEY_MEASURES else both

    tolerances = (replace(t, measures={m: sides(m, s) for m, s in t.measures.items()}) for t in rules.tolerances)
    return replace(rules, tolerances=tuple(tolerances))


@few
@given(worlds)
def test_four_years_later_nothing_is_otherwise(ledger):
    def later(name: str, row: Row) -> Row:
        return row | {c: v + FOUR_YEARS for c, v in row.items() if c.endswith("date") and v is not None}

    moved = replace(with_rows(ledger, later), as_of=ledger.as_of and ledger.as_of + FOUR_YEARS)
    moved = replace(moved, rates=[r | {"date": r["date"] and r["date"] + FOUR_YEARS} for r in ledger.rates])
    assert verdicts(moved) == verdicts(ledger)


@few
@given(worlds)
def test_other_names_for_suppliers_and_orders_change_no_verdict(ledger):
    def renamed(row: Row) -> Row:
        ids = {c: f"Q{row[c]}" for c in ("supplier_id", "supplier_vat_id", "vat_id", "iban") if row.get(c) is not None}
        number = row.get("po_number")
        return row | ids | ({} if number in (None, "-") else {"po_number": f"8{number.replace('PO ', '')}"})

    rules = ledger.rules
    aliases = {name: f"Q{identity}" for name, identity in rules.suppliers.aliases.items()}
    other = replace(ledger, rules=replace(rules, suppliers=replace(rules.suppliers, aliases=aliases)))
    tables = {
        n: [renamed(r) for r in getattr(ledger, n)]
        for n in ("orders", "receipts", "invoices", "suppliers", "rejects", "conversions")
    }
    assert verdicts(replace(other, **tables)) == verdicts(ledger)


@few
@given(worlds)
def test_another_currency_of_as_many_digits_changes_no_verdict(ledger):
    names = {"EUR": "CHF", "USD": "GBP", "CHF": "EUR", "GBP": "USD"}

    def exchanged(row: Row) -> Row:
        return row | ({"currency": names.get(row["currency"], row["currency"])} if row.get("currency") else {})

    ledger = replace(ledger, rules=without_conditions(ledger.rules))
    tables = {n: [exchanged(r) for r in getattr(ledger, n)] for n in ("orders", "invoices", "rates", "rejects")}
    rules = replace(ledger.rules, base_currency=names[ledger.rules.base_currency])
    assert verdicts(replace(ledger, rules=rules, **tables)) == verdicts(ledger)


# -- 21-23: credit notes, repetitions, removals -----------------------------------------------------------------------


def test_an_invoice_and_its_full_credit_leave_the_order_as_it_was():
    invoices = (
        "no po line qty price type invoice_date\nA 1 10 10 5 invoice 2026-01-01\nC 1 10 10 5 credit_note 2026-01-02"
    )
    done = run(world(ORDER, RECEIVED, invoices))
    assert done.order_lines.select("invoiced", "received_not_invoiced").rows() == [(0, 10)]
    assert done.allocations["quantity"].sum() == 0


def test_what_was_credited_can_be_billed_again():
    head = "no po line qty price type invoice_date"
    rows = ["A 1 10 10 5 invoice 2026-01-01", "C 1 10 10 5 credit_note 2026-01-02", "B 1 10 10 5.00 invoice 2026-01-03"]
    for order in (rows, rows[::-1]):
        ledger = world(ORDER, RECEIVED, "\n".join([head, *order]), Rules(duplicates_days=0))
        assert all(not codes & QUANTITY for codes in map(set, invoice_codes(ledger)))


@pytest.mark.parametrize("invoice", ["", "A 1 10 4 5 invoice 2026-01-01"])
def test_a_credit_beyond_what_was_billed_is_held(invoice):
    invoices = f"no po line qty price type invoice_date\nC 1 10 5 5 credit_note 2026-01-02\n{invoice}"
    assert invoice_codes(world(ORDER, RECEIVED, invoices))[0] == ["credit_exceeds_invoiced"]


@few
@given(worlds, st.integers(1, 3), st.data())
def test_a_line_entered_again_is_set_aside_each_time_and_pays_nothing(ledger, times, data):
    before = run(ledger).invoice_lines
    numbered = [r for r in ledger.invoices if r.get("invoice_line") is not None]
    places = {(s, r) for s, r, c in before.select("source", "row", "codes").iter_rows() if "duplicate_invoice" not in c}
    chosen = [r for r in numbered if (r["source"], r["row"]) in places]
    if not chosen:
        return
    row = data.draw(st.sampled_from(chosen))
    again = [row | {"row": 20_000 + n} for n in range(times)]
    after = run(replace(ledger, invoices=[*ledger.invoices, *again])).invoice_lines
    assert count(after, "duplicate_invoice") == count(before, "duplicate_invoice") + times
    assert paid(after) == paid(before)


def count(lines: pl.DataFrame, code: str) -> int:
    return lines.filter(pl.col("codes").list.contains(code)).height


def paid(lines: pl.DataFrame) -> Decimal:
    return sum(lines.filter(pl.col("decision") == "pay")["amount"].to_list(), Decimal(0))


@few
@given(worlds, st.data())
def test_without_an_order_exactly_its_invoices_are_not_found(ledger, data):
    number = data.draw(st.sampled_from(sorted({r["po_number"] for r in ledger.orders})))
    before = run(ledger).invoice_lines
    after = run(replace(ledger, orders=[r for r in ledger.orders if r["po_number"] != number])).invoice_lines
    both = before.join(after, on=["source", "row"], suffix="_after")
    item = pl.col("line_type").is_null() | (pl.col("line_type") == "item")
    linked = both.filter(
        item & (pl.col("order_po_number") == number) & ~pl.col("codes_after").list.contains("duplicate_invoice")
    )
    given_ = linked.filter(pl.col("po_number").is_not_null() & (pl.col("po_number") != "-"))
    assert all("order_not_found" in found for found in given_["codes_after"].to_list())
    newly = both.filter(
        pl.col("codes_after").list.contains("order_not_found") & ~pl.col("codes").list.contains("order_not_found")
    )
    assert {po_number(cited) for cited in newly["po_number"].to_list()} <= {po_number(number)}


@some
@given(st.lists(st.sampled_from(["5", "5.5"]), min_size=1, max_size=4), st.integers(0, 3))
def test_taking_out_a_held_line_holds_no_other(prices, gone):
    rows = [f"N{n} 1 10 {n + 1} {price} 2026-01-0{n + 1}" for n, price in enumerate(prices)]
    head = "no po line qty price invoice_date"
    before = dict(zip(rows, decisions(world(ORDER, RECEIVED, "\n".join([head, *rows]))), strict=True))
    held = [row for row in rows if before[row] == "hold"]
    kept = [row for row in rows if not held or row != held[gone % len(held)]]
    after = dict(zip(kept, decisions(world(ORDER, RECEIVED, "\n".join([head, *kept]))), strict=True))
    assert all(after[row] == "pay" for row in kept if before[row] == "pay")


# -- 24-26: limits ----------------------------------------------------------------------------------------------------

SIZES = ["0.01", "1", "123456.789", "100000000000"]


@pytest.mark.parametrize("price", SIZES)
@pytest.mark.parametrize("side", ["over", "under"])
@pytest.mark.parametrize("kind", ["percent", "absolute"])
def test_a_price_on_its_limit_passes_and_a_hair_beyond_does_not(price, side, kind):
    limit = Limit(percent=Decimal(5)) if kind == "percent" else Limit(absolute=Decimal("0.001"))
    sides = Sides(limit, None) if side == "over" else Sides(None, limit)
    rules = Rules(tolerances=(Tolerance("t", {"price": sides}),))
    away = Decimal(price) / 20 if kind == "percent" else Decimal("0.001")
    sign, hair = (1 if side == "over" else -1), Decimal("0.0000001")
    for beyond, expected in ((0, []), (hair, ["price_variance"]), (-hair, [])):
        billed = Decimal(price) + sign * (away + beyond)
        ledger = world(
            f"po line qty price\n1 10 1 {price}",
            "po line qty\n1 10 1",
            f"no po line qty price\nA 1 10 1 {billed}",
            rules,
        )
        assert invoice_codes(ledger) == [expected]


@pytest.mark.parametrize("measure", ["quantity_received", "quantity_accepted", "quantity_ordered"])
@pytest.mark.parametrize("quantity", SIZES)
@pytest.mark.parametrize("kind", ["percent", "absolute"])
def test_a_quantity_on_its_limit_passes_and_a_hair_beyond_does_not(measure, quantity, kind):
    limit = Limit(percent=Decimal(10)) if kind == "percent" else Limit(absolute=Decimal("0.01"))
    free = Limit(percent=Decimal(10000), absolute=Decimal(10) ** 14)
    others = {m: Sides(limit if m == measure else free) for m in QUANTITY_CODES}
    rules = Rules(tolerances=(Tolerance("t", others),))
    away = Decimal(quantity) / 10 if kind == "percent" else Decimal("0.01")
    (code,) = QUANTITY_CODES[measure] - {"not_received"}
    for hair, expected in ((Decimal(0), []), (Decimal("0.000001"), [code]), (Decimal("-0.000001"), [])):
        orders = f"po line qty price match_policy\n1 10 {quantity} 0.01 four_way"
        receipts = f"po line qty quantity_accepted\n1 10 {quantity} {quantity}"
        ledger = world(orders, receipts, f"no po line qty price\nA 1 10 {Decimal(quantity) + away + hair} 0.01", rules)
        assert invoice_codes(ledger) == [expected]


@pytest.mark.parametrize(
    ("measure", "code", "cells"),
    [
        ("extension", "extension_error", "amount"),
        ("total", "invoice_total_variance", "tax_amount total"),
        ("tax", "tax_variance", "tax_amount"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_on_its_limit_passes_and_a_hair_beyond_does_not(measure, code, cells, sign):
    limit = Limit(absolute=Decimal("0.5"))
    sides = {measure: Sides(limit, limit)} | ({} if measure == "total" else {"total": Sides(Limit(), Limit())})
    exact, told = {"extension": (Decimal(50), ""), "total": (Decimal("59.5"), "9.5 "), "tax": (Decimal("9.5"), "")}[
        measure
    ]
    rules = Rules(tolerances=(Tolerance("t", sides),))
    for hair, beyond in ((0, False), (Decimal("0.000001"), True)):
        value = exact + sign * (Decimal("0.5") + hair)
        orders = "po line qty price tax_rate\n1 10 10 5 19"
        ledger = world(orders, RECEIVED, f"no po line qty price {cells}\nA 1 10 10 5 {told}{value}", rules)
        assert (code in invoice_codes(ledger)[0]) is beyond


@pytest.mark.parametrize(("currency", "unit"), [("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.005")])
def test_one_minor_unit_of_rounding_is_no_extension_error(currency, unit):
    """Or half of the second place of one printed price, which is more where the currency has three."""
    orders = f"po line qty price currency\n1 10 10 5 {currency}"
    for hair, beyond in ((Decimal(0), False), (Decimal("0.000001"), True)):
        amount = Decimal(5) + Decimal(unit) + hair
        ledger = world(orders, RECEIVED, f"no po line qty price amount currency\nA 1 10 1 5 {amount} {currency}")
        assert ("extension_error" in invoice_codes(ledger)[0]) is beyond


@some
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_over_and_under_are_mirror_images_where_the_limit_is_absolute(one, other, limit):
    rules = Rules(
        tolerances=(Tolerance("t", {"price": Sides(Limit(absolute=Decimal(limit)), Limit(absolute=Decimal(limit)))}),)
    )

    def held(ordered: int, billed: int) -> bool:
        orders = f"po line qty price\n1 10 3 {ordered}"
        return invoice_codes(
            world(orders, "po line qty\n1 10 3", f"no po line qty price\nA 1 10 3 {billed}", rules)
        ) == [["price_variance"]]

    assert held(one, other) == held(other, one) == (abs(one - other) * 3 > limit)


@some
@given(
    st.lists(
        st.tuples(st.integers(1, 999), st.integers(1, 99999), st.sampled_from([1, 10, 100, 1000])),
        min_size=1,
        max_size=6,
    )
)
def test_exact_data_has_nothing_against_it(lines):
    orders = "\n".join(f"{n} 10 {q} {Decimal(p).scaleb(-3)} {u}" for n, (q, p, u) in enumerate(lines))
    receipts = "\n".join(f"{n} 10 {q}" for n, (q, _, _) in enumerate(lines))
    invoices = "\n".join(f"R{n}Z {n} 10 {q} {Decimal(p).scaleb(-3)} {u}" for n, (q, p, u) in enumerate(lines))
    done = run(
        world(f"po line qty price per\n{orders}", f"po line qty\n{receipts}", f"no po line qty price per\n{invoices}")
    )
    assert Counter(done.invoice_lines["status"].to_list()) == {"matched": len(lines)}
    assert done.discrepancies.is_empty()
