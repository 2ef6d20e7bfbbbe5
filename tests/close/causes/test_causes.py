"""Causes: one reason behind many findings is found where it was planted, proven by its patch, and told with its money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import polars as pl
import pytest
import yaml

from recon.close.causes.places import WHERE, _Lines
from recon.close.causes.suspect import Judged
from recon.close.looked_at import Matched
from recon.close.month_end import month_end
from recon.engine.sums import exact_sum
from recon.ledger.reconcile import reconcile
from recon.rules.close import Account, Close
from recon.rules.file import parse_rules
from recon.rules.patches import patched
from recon.rules.rule import Rules, Source
from recon.tables import INVOICE_LINES, RATES
from tests.close.causes.trade import changed, deals, found, together, told
from tests.kit.batches import random_batch
from tests.kit.laws import run
from tests.kit.ledgers import sources as frames_of

PRICE = pl.Decimal(38, 10)
price, quantity = pl.col("unit_price"), pl.col("quantity")


def times(factor: str) -> pl.Expr:
    """A price times a factor, rounded to cents as an invoice would."""
    cents = (price * pl.lit(Decimal(factor))).round(2, mode="half_away_from_zero")
    return cents.cast(PRICE)


@pytest.fixture(scope="module")
def planted():
    """Nine suppliers, each with a reason of its own, and one without any."""
    return together(
        changed(deals("PerHundred"), "invoices", unit_price=price * 100),
        changed(deals("Gross", order_tax_rate="19"), "invoices", unit_price=times("1.19")),
        changed(deals("Dozen"), "invoices", unit_price=price * 12, quantity=quantity / 12),
        changed(deals("Box", uom="BOX", order_uom="EA"), "invoices", unit_price=price * 12, quantity=quantity / 12),
        changed(deals("Dollars", order_currency="USD"), "invoices", currency=pl.lit("EUR")),
        changed(deals("Factor"), "invoices", unit_price=times("1.0375")),
        changed(deals("Hundreds"), "orders", unit_price=price * 100),
        changed(deals("Missing", order_plant="P1"), "receipts", quantity=quantity * 0),
        changed(deals("Renamed"), "invoices", supplier_id=pl.lit("Fine")),
        deals("Fine", order_plant="P2"),
    )


@pytest.fixture(scope="module")
def result(planted):
    return found(planted)


@pytest.mark.parametrize(
    ("supplier", "state", "kind", "constant"),
    [
        ("PerHundred", "cause", "price_unit", Decimal(100)),
        ("Gross", "cause", "gross", Decimal("1.19")),
        ("Dozen", "cause", "unit", Decimal(12)),
        ("Box", "cause", "unit", Decimal(12)),
        ("Dollars", "cause", "currency", None),
        ("Hundreds", "cause", "price_unit", Decimal("0.01")),
        ("Factor", "pattern", "constant_factor", Decimal("1.0375")),
        ("Fine", "pattern", "supplier_map", None),
    ],
)
def test_a_planted_cause_is_found(result, supplier, state, kind, constant):
    rows = result.causes.filter(supplier_id=supplier)
    assert rows.select("state", "kind", "constant").unique().rows() == [(state, kind, constant)]


def test_a_plant_without_receipts_is_named_with_its_days(result):
    [row] = result.causes.filter(kind="missing_receipts").iter_rows(named=True)
    assert row["statement"].startswith("Receipts of plant P1 are missing, all of them: 8 of 8 lines, elsewhere 0 of")
    assert (row["since"], row["until"]) == (date(2026, 3, 2), date(2026, 4, 20))
    assert row["patch"] is None


def test_each_finding_has_one_cause_at_most_and_the_money_counts_once(planted, result):
    whole = reconcile(planted, Rules()).discrepancies
    assert result.discrepancies.drop("cause_id").equals(whole)
    assert result.causes["discrepancies"].sum() == whole.height
    assert exact_sum(result.causes["amount_at_risk"]) == exact_sum(whole["amount_at_risk"])


def test_what_is_as_it_should_be_has_no_cause():
    assert found(deals()).causes.is_empty()


def test_lines_with_changes_of_their_own_have_no_cause():
    changes = pl.Series(["1.02", "1.19", "1.07", "0.90", "1.12", "1.20", "1.05", "1.15"]).cast(PRICE)
    noisy = changed(deals(), "invoices", unit_price=(price * changes).round(2).cast(PRICE))
    assert told(found(noisy)) == [("none", None, 8, exact_sum(found(noisy).discrepancies["amount_at_risk"]))]


def test_a_patch_that_does_not_clear_is_only_a_pattern():
    """The amounts bill a hundredfold, too: a price per 100 does not explain them."""
    dear = changed(deals(), "invoices", unit_price=price * 100, amount=price * quantity * 100)
    [row] = found(dear).causes.iter_rows(named=True)
    assert (row["state"], row["kind"], row["clears"], row["leaves"], row["patch"]) == (
        "pattern",
        "price_unit",
        0,
        8,
        None,
    )


def test_a_patch_that_makes_new_findings_is_only_a_pattern(result):
    """Fine bills for Renamed, and for itself: with the number of the one its own bills would be wrong."""
    [row] = result.causes.filter(kind="supplier_map").iter_rows(named=True)
    assert (row["clears"], row["leaves"], row["creates"], row["patch"]) == (8, 0, 8, None)


@pytest.mark.parametrize("supplier", ["PerHundred", "Gross", "Dozen", "Dollars"])
def test_a_patch_pasted_into_the_rules_clears_its_findings(planted, result, supplier):
    said = yaml.safe_load(result.causes.filter(supplier_id=supplier)["patch"][0])["sources"]["invoices"]["patches"]
    own = {"orders": {"files": ["o.csv"]}, "invoices": {"files": ["i.csv"], "patches": said}}
    rules = parse_rules(yaml.safe_dump({"version": 1, "sources": own}, sort_keys=False).encode(), Rules().path)
    mended, _ = patched(planted.invoice_lines, rules.sources["invoices"].patches, INVOICE_LINES)
    left = reconcile(type(planted)(planted.order_lines, planted.receipt_lines, mended), Rules()).discrepancies
    assert left.filter(supplier_id=supplier).is_empty()


def test_a_list_that_began_on_a_day_is_told_with_it():
    late = pl.when(pl.int_range(pl.len()) >= 3).then(times("1.04")).otherwise(price)
    dear = changed(deals(prices=[f"{n}.37" for n in range(10, 22)]), "invoices", unit_price=late)
    [row] = found(dear).causes.iter_rows(named=True)
    assert (row["state"], row["kind"], row["since"], row["facts"]) == ("pattern", "price_list", date(2026, 3, 23), 9)


def test_a_file_with_another_number_format_is_told_as_that_and_not_by_supplier():
    many = together(*(deals(f"S{n}") for n in range(3)))
    place = {"source": pl.lit("all.csv"), "row": pl.int_range(pl.len()) + 2}
    [row] = found(changed(many, "invoices", unit_price=price * 100, **place)).causes.iter_rows(named=True)
    assert (row["state"], row["kind"], row["scope"], row["facts"]) == ("cause", "number_format", "file all.csv", 24)


def test_a_file_that_was_sent_twice_is_left_out():
    once = deals(prices=[f"{n}.50" for n in range(10, 32)])
    again = changed(once, "invoices", source=pl.lit("again.csv"))
    both = type(once)(once.order_lines, once.receipt_lines, pl.concat([once.invoice_lines, again.invoice_lines]))
    [row] = found(both).causes.iter_rows(named=True)
    assert (row["state"], row["kind"], row["clears"], row["creates"]) == ("cause", "repeated_file", 22, 0)


@pytest.mark.parametrize(("change", "words"), [(pl.col("po_number").str.slice(2), 'before: {po_number: "45"}'), (pl.col("po_number") + "/A", 'cut: {po_number: "/A"}')])  # fmt: skip
def test_order_numbers_that_lost_or_gained_the_same_signs(change, words):
    [row] = found(changed(deals("4500"), "invoices", po_number=change)).causes.iter_rows(named=True)
    assert (row["state"], row["kind"]) == ("cause", "order_numbers")
    assert words in row["patch"]


def test_days_and_months_that_changed_places():
    """Ordered on 5 February, billed on 6 to 9 January: 1 June to 1 September were meant."""
    twelve = deals(prices=[f"{n}.50" for n in range(10, 22)], order_order_date=date(2026, 2, 5))
    turned = changed(twelve, "invoices", invoice_date=pl.date(2026, 1, pl.int_range(pl.len()) % 4 + 6))
    rules = Rules(sources={"invoices": Source("invoices", date_format=("%d/%m/%Y",))})
    [row] = found(turned, rules).causes.iter_rows(named=True)
    assert (row["state"], row["patch"]) == ("cause", 'sources:\n  invoices:\n    date_format: "%m/%d/%Y"\n')


@pytest.mark.parametrize("seed", [11, 12])
def test_causes_and_what_has_none_add_up_to_all_findings(seed):
    batch = random_batch(Random(seed), 20, version=2)
    done, sources = run(batch.whole), frames_of(batch.whole)
    from recon.close.causes.causes import causes

    made = causes(Matched.of(done), sources, batch.whole.rules)
    whole = done.discrepancies.group_by("currency").agg(pl.len(), pl.col("amount_at_risk").sum()).sort("currency")
    parts = made.causes.group_by("currency").agg(pl.col("discrepancies", "amount_at_risk").sum()).sort("currency")
    assert parts.rows() == whole.rows()


def test_prices_that_follow_another_currency_s_rate_are_told_and_relabelling_them_proves_nothing():
    """Orders in euros, bills of dollars called euros, at 0.80 and later 0.90: as dollars they would be another currency's."""
    rate = pl.when(pl.int_range(pl.len()) < 4).then(Decimal("0.80")).otherwise(Decimal("0.90"))
    dollars = (price / rate.cast(PRICE)).round(2).cast(PRICE)
    rates = pl.DataFrame(
        {
            "currency": "USD",
            "date": [date(2026, 3, 1), date(2026, 3, 29)],
            "rate": ["0.80", "0.90"],
            "source": "rates",
            "row": [2, 3],
        }
    )
    sources = replace(
        changed(deals(), "invoices", unit_price=dollars),
        rates=RATES.cast(rates.with_columns(pl.col("rate").cast(PRICE))),
    )
    [row] = found(sources).causes.iter_rows(named=True)
    assert (row["state"], row["kind"], row["clears"], row["creates"]) == ("pattern", "currency", 8, 8)
    assert "in USD what its invoices call EUR" in row["statement"]


def test_prices_of_the_order_before_are_an_old_list():
    """From the sixth bill on S1 bills what the items cost in January; five agree before that."""
    now = deals(prices=[f"{n}.37" for n in range(10, 20)])
    before = changed(now, "orders", unit_price=price - pl.int_range(pl.len()) - 1, order_date=date(2026, 1, 5), po_number=pl.lit("J") + pl.col("po_number"), source=pl.lit("january"))  # fmt: skip
    old = pl.when(pl.int_range(pl.len()) >= 5).then(price - pl.int_range(pl.len()) - 1).otherwise(price)
    bills = changed(now, "invoices", unit_price=old)
    [row] = found(replace(bills, order_lines=pl.concat([bills.order_lines, before.order_lines]))).causes.iter_rows(
        named=True
    )
    assert (row["kind"], row["since"], row["facts"], row["confirmed_by"]) == ("price_list", date(2026, 4, 6), 5, "the items' earlier order prices")  # fmt: skip


def test_unknown_numbers_that_would_be_another_supplier_s_orders_tell_nothing():
    other = changed(deals("4500"), "invoices", po_number=pl.col("po_number").str.slice(2), supplier_id=pl.lit("S9"))
    kinds = found(together(other, deals("S9")))
    assert "order_numbers" not in kinds.causes["kind"].to_list()


def test_an_open_item_names_the_cause_of_what_is_found_on_its_bills():
    """A piece more came of each than is billed; the bills have tax within their prices."""
    planted = changed(deals(order_tax_rate="19"), "invoices", unit_price=times("1.19"))
    rules = Rules(close=Close(accounts=(Account("all", "380100", "610000"),)))
    done = month_end(changed(planted, "receipts", quantity=quantity + 1), rules, (date(2026, 3, 1), date(2026, 5, 31)))
    [cause] = done.causes.filter(kind="gross")["cause_id"]
    assert done.gr_ir.select("kind", "cause_id").rows() == [("received_not_invoiced", cause)] * 8


@pytest.mark.parametrize("kind", ["invoice", "receipt", "order"])
def test_a_place_has_the_lines_whose_orders_name_it_or_that_name_it_where_these_are_silent(planted, kind):
    silent = changed(deals("Silent"), "receipts", plant=pl.lit("P9"))
    done = Judged.of(Matched.of(reconcile(together(planted, silent), Rules())))
    lines = _Lines.of(done, kind)
    every = lines.placed(lines.lines.select("source", "row", about=pl.lit("all")))
    told = {(row["where"], row["value"]): row["n"] for row in lines.sizes().iter_rows(named=True)}
    counts = {where: every.drop_nulls(where)[where].value_counts().rows() for where in WHERE}
    assert told == {(where, value): n for where, rows in counts.items() for value, n in rows}
    assert (told.get(("plant", "P9"), 0), told["plant", "P1"]) == ({"receipt": 8}.get(kind, 0), 8)
