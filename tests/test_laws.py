"""The laws at the end of SPEC section 3: rows and amounts are kept, order means nothing, parts make the whole."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from inspect import signature
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recon.ledger.reconcile import reconcile
from recon.match.classify.bridge import PARTS
from recon.report.layout import FRAMES
from tests.kit.batches import batches, random_batch
from tests.kit.laws import DOCUMENTS, MEASURE_CODES, RESULTS, codes, few, own_lines, run, verdicts, widened, with_rows
from tests.kit.ledgers import sources
from tests.oracle.lines import Ledger, Row

EXTRAS = ("freight", "charge", "discount")
worlds = batches(15, version=2).map(lambda batch: batch.whole)


def rows(frame: pl.DataFrame) -> Counter[tuple[str, int]]:
    return Counter(frame.select("source", "row").iter_rows())


# -- 1-7: conservation and bookkeeping --------------------------------------------------------------------------------


@few
@given(worlds)
def test_every_row_is_in_exactly_one_place(ledger):
    done = run(ledger)
    for name, result in RESULTS.items():
        read = Counter((row["source"], row["row"]) for row in getattr(ledger, name))
        beside = [f.filter(pl.col("table") == result) for f in (done.rejects, done.left_out)]
        elsewhere = Counter((r["source"], r["row"]) for r in ledger.rejects if r["table"] == result)
        assert read + elsewhere == rows(own_lines(getattr(done, result))) + rows(beside[0]) + rows(beside[1])


@few
@given(worlds)
def test_only_columns_of_freight_charges_and_discounts_make_further_lines(ledger):
    added = rows(run(ledger).invoice_lines)
    columns = {(r["source"], r["row"]): sum(bool(r.get(f"{c}_amount")) for c in EXTRAS) for r in ledger.invoices}
    assert all(count <= 1 + columns[place] for place, count in added.items())


@few
@given(worlds)
def test_the_amounts_that_came_in_went_out(ledger):
    """Each amount stands as it was given, but for its sign. Where prices have tax in them none does."""
    done = run(ledger)
    assert all(sides["difference"] == "0" for sides in done.summary["conservation"].values())
    if any(source.prices == "gross" for source in ledger.rules.sources.values()):
        return
    beside = [f.filter(pl.col("table") == "invoice_lines") for f in (done.rejects, done.left_out)]
    out: dict[tuple[str, int], set[Decimal]] = {}
    for frame in (done.invoice_lines, *beside):
        for source, row, amount in frame.select("source", "row", "amount").drop_nulls().iter_rows():
            out.setdefault((source, row), set()).add(abs(amount))
    given = {(r["source"], r["row"]): abs(r["amount"]) for r in ledger.invoices if r.get("amount")}
    assert {place: amount for place, amount in given.items() if amount not in out.get(place, ())} == {}


@few
@given(worlds)
def test_no_receipt_is_used_beyond_what_came_and_no_line_beyond_what_it_bills(ledger):
    done = run(ledger)
    assert done.allocations.filter(pl.col("quantity") <= 0).is_empty()
    tenth_place = Decimal("1e-10")  # by amount, what is used is a quotient of what came
    for came, used in done.receipt_lines.select("quantity", "quantity_used").iter_rows():
        assert 0 <= used <= max(came, Decimal(0)) + tenth_place
    items = done.invoice_lines.filter(line_type="item")
    billed = {(r["source"], r["row"]): r for r in items.iter_rows(named=True)}
    sums = done.allocations.group_by("invoice_source", "invoice_row").agg(pl.col("quantity").sum())
    for source, row, used in sums.iter_rows():
        line = billed[source, row]
        if not ledger.conversions:
            assert used <= max(line["quantity"] or 0, line["amount"]) + tenth_place


@few
@given(worlds)
def test_the_summary_is_the_detail_added_up(ledger):
    done = run(ledger)
    for name, frame in (("invoices", done.invoices), ("invoice_lines", done.invoice_lines)):
        counted = {d: sum(c["count"] for c in by.values()) for d, by in done.summary[name].items()}
        assert counted == {d: frame.filter(pl.col("decision") == d).height for d in ("pay", "review", "hold")}
    by_code = {code: sum(c["count"] for c in by.values()) for code, by in done.summary["discrepancies"].items()}
    assert by_code == dict(done.discrepancies["code"].value_counts().iter_rows())
    json.dumps(done.summary)


@few
@given(worlds)
def test_what_is_paid_has_nothing_against_it(ledger):
    done = run(ledger)
    severities = {
        (r["source"], r["row"], r["invoice_number"], r["code"]): r["severity"]
        for r in done.discrepancies.iter_rows(named=True)
    }
    single = pl.struct("source", "row").is_unique()  # a discrepancy does not say of which line of a row it is
    for line in done.invoice_lines.filter(single).iter_rows(named=True):
        place = (line["source"], line["row"], line["invoice_number"])
        worst = max((("info", "review", "hold").index(severities[*place, code]) for code in line["codes"]), default=0)
        assert line["decision"] == ("pay", "review", "hold")[worst]
    assert sum(done.invoices["lines"]) == done.invoice_lines.height


@few
@given(worlds)
def test_codes_are_the_discrepancies_of_the_line(ledger):
    done = run(ledger)
    found: dict[tuple[str, int], list[str]] = {}
    for source, row, code in done.discrepancies.select("source", "row", "code").iter_rows():
        found.setdefault((source, row), []).append(code)
    for name in RESULTS.values():
        by_row = getattr(done, name).explode("codes", empty_as_null=True).group_by("source", "row").agg("codes")
        for source, row, codes_ in by_row.iter_rows():
            assert sorted(found.get((source, row), [])) == sorted(code for code in codes_ if code)


# -- the variance bridge ----------------------------------------------------------------------------------------------


@few
@given(worlds)
def test_the_parts_of_the_bridge_add_up_to_the_last_digit(ledger):
    bridge = run(ledger).bridge
    parts = ("expected", *PARTS)
    for row in bridge.iter_rows(named=True):
        assert sum((row[p] for p in parts), Decimal(0)) == row["invoiced"]


# -- 12-13: order and repetition --------------------------------------------------------------------------------------


@few
@given(worlds, st.integers())
def test_the_order_of_rows_changes_nothing(ledger, seed):
    shuffled = replace(ledger)
    for name in (*DOCUMENTS, "suppliers", "conversions", "rates", "rejects"):
        setattr(shuffled, name, Random(seed).sample(getattr(ledger, name), len(getattr(ledger, name))))
    assert_same(ledger, shuffled)


@few
@given(worlds)
def test_the_order_of_columns_and_in_how_many_pieces_they_come_changes_nothing(ledger):
    read = sources(ledger)
    frames = {name: getattr(read, name) for name in RESULTS.values()}
    turned = replace(read, **{name: in_pieces(frame.select(reversed(frame.columns))) for name, frame in frames.items()})
    one, other = (reconcile(s, ledger.rules, ledger.as_of) for s in (read, turned))
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_column_order=False)


@few
@given(worlds)
def test_a_run_twice_gives_the_same(ledger):
    assert_same(ledger, ledger)


@few
@given(worlds)
def test_where_a_row_stood_changes_no_verdict_but_between_identical_rows(ledger):
    def moved(name: str, row: Row) -> Row:
        return row | {"source": f"moved/{row['source']}", "row": 10**6 - row["row"]}  # the last becomes the first

    def told(ledger: Ledger) -> Counter[str]:
        done = run(ledger)
        return Counter(str(r) for n in RESULTS.values() for r in getattr(done, n).drop("source", "row").iter_rows())

    assert told(ledger) == told(with_rows(ledger, moved))


@few
@given(worlds)
def test_what_is_paid_is_paid_again_when_it_comes_alone(ledger):
    done = run(ledger)
    if "credit_note" in done.invoice_lines["document_type"]:
        return
    paid = done.invoices.filter(pl.col("decision") == "pay").select("supplier_id", "invoice_number").rows()
    keep = {
        (r["source"], r["row"])
        for r in done.invoice_lines.iter_rows(named=True)
        if (r["supplier_id"], r["invoice_number"]) in paid and r["decision"] == "pay"
    }
    alone = replace(ledger, invoices=[r for r in ledger.invoices if (r["source"], r["row"]) in keep])
    assert set(run(alone).invoice_lines["decision"]) <= {"pay"}


# -- 14, 18 and the partition law -------------------------------------------------------------------------------------


@few
@given(worlds)
def test_the_parts_by_group_put_together_are_the_whole(ledger):
    """A receipt that found no order, or more than one, belongs to no group: what it could be is a matter of the whole."""
    whole = grouped(ledger)
    for group in {facts["group_id"] for facts in whole.values()} - {None}:
        elsewhere = {place[:3] for place in whole.keys() - of_group(whole, group)} | silent_of_others(
            ledger, whole, group
        )
        part = replace(  # rows that the match rejects belong to no group, and go with every part
            ledger,
            **{n: [r for r in getattr(ledger, n) if (n, r["source"], r["row"]) not in elsewhere] for n in DOCUMENTS},
        )
        assert grouped(part) == {place: facts for place, facts in whole.items() if facts["group_id"] == group}


def silent_of_others(ledger: Ledger, whole: dict, group: str | None) -> set:
    """Rows of nothing but their document's freight, which stands on another row of it: they go with that document."""
    own, known = {place[:3] for place in of_group(whole, group)}, {place[:3] for place in whole}
    placed = [(("invoices", r["source"], r["row"]), r) for r in ledger.invoices]
    numbers = {r["invoice_number"] for place, r in placed if place in own}
    extra = {place for place, r in placed if any(r.get(f"{c}_amount") for c in EXTRAS)}
    return {place for place, r in placed if place in extra - known and r["invoice_number"] not in numbers}


def of_group(whole: dict, group: str | None) -> set:
    return {place for place, facts in whole.items() if facts["group_id"] == group}


def grouped(ledger: Ledger) -> dict:
    return verdicts(
        ledger, "group_id", "link", "received", "invoiced_before", "invoiced", "price_variance", "quantity_variance"
    )


@few
@given(batches(6, version=2))
def test_ledgers_that_share_nothing_reconcile_apart(batch):
    apart = [verdicts(part) for part in batch.parts]
    assert verdicts(batch.whole) == {place: facts for part in apart for place, facts in part.items()}


@few
@given(worlds)
def test_an_unrelated_order_changes_nothing_elsewhere(ledger):
    head: Row = {"po_number": "777", "po_line": "1", "supplier_id": "S77", "source": "unrelated.csv"}
    order = head | {"quantity": Decimal(3), "unit_price": Decimal(7), "row": 2, "currency": "CHF", "company": "1000"}
    receipt = {
        "receipt_number": "1",
        "po_number": "777",
        "po_line": "1",
        "quantity": Decimal(3),
        "source": "unrelated2.csv",
        "row": 2,
    }
    more = replace(ledger, orders=[*ledger.orders, order], receipts=[*ledger.receipts, receipt])
    before, after = verdicts(ledger, "link"), verdicts(more, "link")
    assert {place: facts for place, facts in after.items() if not place[1].startswith("unrelated")} == before


# -- 15: tolerances ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", sorted(MEASURE_CODES))
@few
@given(ledger=worlds)
def test_widening_a_tolerance_never_adds_a_discrepancy_of_its_measure(measure, ledger):
    wider = replace(ledger, rules=widened(ledger.rules, measure))
    assert codes(wider, MEASURE_CODES[measure]) <= codes(ledger, MEASURE_CODES[measure])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_laws_hold_on_more_ledgers(seed):
    """Each law above that is about one ledger, and about every measure."""
    ledger = random_batch(Random(f"laws {seed + 10}"), 15, version=2).whole
    laws = [law.hypothesis.inner_test for name, law in globals().items() if hasattr(law, "hypothesis")]
    for law in laws:
        asked = set(signature(law).parameters)
        if asked == {"ledger"}:
            law(ledger)
        for measure in MEASURE_CODES if asked == {"measure", "ledger"} else ():
            law(measure, ledger)


def in_pieces(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows, each a piece of its own, as those of many files are."""
    return pl.concat([*frame.iter_slices(1), frame.clear()])


def assert_same(ledger: Ledger, other: Ledger) -> None:
    one, two = run(ledger), run(other)
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
    assert one.summary == two.summary
