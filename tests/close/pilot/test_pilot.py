"""A pilot: what the old process decided beside what the rules do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from recon.cli.app import dispatch
from recon.close.pilot.agreement import mcnemar, rates
from recon.errors import RulesError, SourceError

RULES = """version: 1
sources: {orders: {files: [orders.csv]}, receipts: {files: [receipts.csv]}, invoices: {files: [invoices.csv]}}
"""
ORDERS = "po_number,po_line,supplier_id,supplier_name,category,quantity,unit_price,currency\n"
LINES = """1 S1 Alder oil 10 5
2 S1 Alder oil 10 5
3 S1 Alder tin 10 5
4 S2 Birch tin 10 5
5 S2 Birch tin 10 5"""
BILLED = """A1 1 5 2026-09-10
A2 2 6 2026-09-11
A3 3 5 2026-10-12
B4 4 5 2026-10-13
B5 5 7 2026-10-14"""
OLD = """supplier_id,supplier_name,invoice_number,decision,decided_on,decided_by,amount,currency
S1,,A1,hold,2026-10-01,eva,50,EUR
S1,,A1,paid,2026-10-02,eva,50,EUR
S1,,a2,Paid,2026-10-02,eva,60,EUR
,Alder,A3,blocked,2026-10-15,eva,50,EUR
,,B4,paid,2026-10-16,eva,50,EUR
S2,,X9,paid,2026-10-16,eva,11,EUR
"""
"""A1 agrees (the later decision counts). A2 was paid at 6 instead of 5: ten euros would not have been. A3 was held for nothing, 16 days to
31 October. B4 is found by its number alone. X9 is unknown here, B5 there."""


@pytest.fixture
def rules(tmp_path):
    lines = [line.split() for line in LINES.splitlines()]
    (tmp_path / "orders.csv").write_text(
        ORDERS + "\n".join(f"{po},10,{s},{n},{c},{q},{p},EUR" for po, s, n, c, q, p in lines)
    )
    goods = [f"R{po},1,{po},10,{q}" for po, _, _, _, q, _ in lines]
    (tmp_path / "receipts.csv").write_text(
        "receipt_number,receipt_line,po_number,po_line,quantity\n" + "\n".join(goods)
    )
    bills = [line.split() for line in BILLED.splitlines()]
    whose = {po: s for po, s, *_ in lines}
    head = "supplier_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price,currency,invoice_date\n"
    (tmp_path / "invoices.csv").write_text(
        head + "\n".join(f"{whose[po]},{n},1,{po},10,10,{p},EUR,{d}" for n, po, p, d in bills)
    )
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "old.csv").write_text(OLD)
    return tmp_path / "rules.yaml"


def pilot(rules, *options, old="old.csv"):
    folder = rules.parent
    words = [
        "pilot",
        str(rules),
        "--old",
        str(folder / old),
        "-o",
        str(folder / "out"),
        "--as-of",
        "2026-10-31",
        *options,
    ]
    return dispatch(words)


def table(rules, name):
    return pl.read_csv(rules.parent / "out" / f"{name}.csv", infer_schema=False)


def test_disagreements_are_told_by_kind_with_what_is_at_stake(rules):
    assert pilot(rules, "--quiet") == 0
    told = table(rules, "disagreements").select("invoice_number", "kind", "at_stake", "days_held", "amount_days")
    assert told.rows() == [
        ("B5", "only_new", None, None, None),
        ("X9", "only_old", None, None, None),
        ("A3", "release", None, "16", "800"),
        ("A2", "leak", "10", None, None),
    ]


def test_agreement_is_of_what_both_know(rules):
    """Of four two agree; by chance (3 x 3 + 1 x 1) / 16 = 5/8 would: kappa is (1/2 - 5/8) / (3/8) = -1/3."""
    pilot(rules, "--quiet")
    [whole] = table(rules, "agreement_rates").filter(scope="all").iter_rows(named=True)
    assert [whole[c] for c in ("both", "agreed", "agreement", "kappa", "leaks", "releases", "p_value")] == ["4", "2", "0.5", "-0.333333", "1", "1", "1"]  # fmt: skip
    matrix = table(rules, "agreement").filter(scope="all").select("old", "new", "invoices", "amount").rows()
    assert ("pay", "hold", "1", "60") in matrix
    assert ("pay", "only_old", "1", "11") in matrix
    assert sum(int(n) for _, _, n, _ in matrix) == 6


def test_labels_stay_while_old_and_new_are_the_same(rules):
    pilot(rules, "--quiet")
    path = rules.parent / "out" / "disagreements.csv"
    labelled = table(rules, "disagreements").with_columns(
        label=pl.when(pl.col("invoice_number") == "A2").then(pl.lit("new_right")), labelled_by=pl.lit("eva")
    )
    labelled.write_csv(path)
    pilot(rules, "--quiet")
    told = (
        table(rules, "disagreements").filter(invoice_number="A2").select("label", "labelled_by", "carried_from").row(0)
    )
    assert told == ("new_right", "eva", "the cycle before")
    (rules.parent / "changed.csv").write_text(OLD.replace("a2,Paid", "a2,query"))
    pilot(rules, "--quiet", old="changed.csv")
    assert table(rules, "disagreements").filter(invoice_number="A2")["label"].to_list() == [None]


def test_criteria_pass_or_fail_and_the_gate_ends_in_one(rules):
    assert pilot(rules, "--quiet", "--gate") == 1
    results = table(rules, "criteria").select("found", "result").rows()
    assert results == [("2", "fail"), ("2", "fail"), ("0", "pass"), ("2", "pass")]
    path = rules.parent / "out" / "disagreements.csv"
    table(rules, "disagreements").with_columns(label=pl.lit("data")).write_csv(path)
    assert pilot(rules, "--quiet", "--gate") == 0


@pytest.mark.parametrize(
    ("day", "booked", "found"), [("2026-10-31", "", "2"), ("2026-10-30", "", "1"), ("2026-10-31", "2026-10-01", "1")]
)
def test_a_month_end_counts_by_booking_and_once_it_is_past(rules, day, booked, found):
    """Two bills of September and three of October; on 30 October it has not ended; all booked in October it is one."""
    bills = rules.parent / "invoices.csv"
    pl.read_csv(bills, infer_schema=False).with_columns(posting_date=pl.lit(booked)).write_csv(bills)
    pilot(rules, "--quiet", "--as-of", day)
    assert table(rules, "criteria")["found"].to_list()[3] == found


def test_paying_where_the_old_process_was_right_fails(rules):
    pilot(rules, "--quiet")
    path = rules.parent / "out" / "disagreements.csv"
    table(rules, "disagreements").with_columns(label=pl.lit("old_right")).write_csv(path)
    assert pilot(rules, "--quiet", "--gate") == 1
    assert table(rules, "criteria")["result"].to_list() == ["pass", "pass", "fail", "pass"]


def test_a_category_leaves_the_invoices_of_others_out(rules):
    pilot(rules, "--quiet", "--category", "oil")
    assert table(rules, "disagreements")["invoice_number"].to_list() == ["X9", "A2"]


def test_the_sign_off_sheet_says_what_was_compared(rules, capsys):
    pilot(rules)
    sheet = (rules.parent / "out" / "signoff.md").read_text(encoding="utf-8")
    assert "| month ends compared | at least 2 | 2 | pass |" in sheet
    assert "- old decisions: old.csv" in sheet
    assert sheet.endswith("|  |  |  |  |\n")
    assert "leak" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("invoice_number,decision\nA1,perhaps\n", "old.csv:2: decision", "'perhaps' is no decision"),
        ("invoice_number,decided_on\nA1,2026-10-01\n", "old.csv", "no column 'decision'"),
        ("invoice_number,decision,decided_on\nA1,pay,31.10.2026\n", "old.csv:2", "cannot be read"),
    ],
)
def test_old_decisions_that_mean_nothing_are_refused_with_their_place(rules, text, where, said):
    (rules.parent / "old.csv").write_text(text)
    with pytest.raises(SourceError, match=said) as refused:
        pilot(rules)
    assert str(refused.value.where).endswith(where)


def test_a_file_that_is_not_there_and_an_amount_that_is_none(rules):
    with pytest.raises(SourceError):
        pilot(rules, old="absent.csv")
    with pytest.raises(RulesError, match="no amount"):
        pilot(rules, "--materiality", "much")


def test_an_uneven_split_is_unlikely_by_chance():
    """All five one way: twice one in thirty-two."""
    assert (mcnemar(5, 0), mcnemar(0, 0), mcnemar(1, 1)) == (Fraction(1, 16), 1, 1)


def test_of_nothing_that_both_know_there_are_no_rates():
    row = {"old": None, "new": "pay", "supplier_id": "S1", "supplier_name": None, "categories": ["x"], "codes": [], "invoice_date": date(2026, 1, 1), "amount": Decimal(1), "currency": "EUR"}  # fmt: skip
    frame = pl.DataFrame(
        [row], schema_overrides={"old": pl.String, "codes": pl.List(pl.String), "supplier_name": pl.String}
    )
    assert rates(frame).is_empty()


def test_what_was_booked_after_an_old_decision_says_nothing_of_it(rules):
    """A3's goods come on the 20th and it was blocked on the 15th: on that day these rules would have held it, too."""
    folder = rules.parent
    receipts = (folder / "receipts.csv").read_text().replace("quantity", "quantity,receipt_date").splitlines()
    days = [f"{line},{'2026-10-20' if line.startswith('R3') else '2026-09-01'}" for line in receipts[1:]]
    (folder / "receipts.csv").write_text("\n".join([receipts[0], *days]))
    kinds = {}
    for words in ((), ("--as-decided",)):
        pilot(rules, "--quiet", *words)
        kinds[words] = dict(table(rules, "disagreements").select("invoice_number", "kind").rows())
    assert kinds[()] == {"B5": "only_new", "X9": "only_old", "A3": "release", "A2": "leak"}
    assert kinds[("--as-decided",)] == {"B5": "only_new", "X9": "only_old", "A2": "leak"}


def test_a_shadow_sample_takes_suppliers_in_turn(rules):
    """Paid of the week to 14 October: A3 of Alder, B4 of Birch (B5, at 7 for 5, is held; A1 is September's)."""
    pilot(rules, "--quiet", "--as-of", "2026-10-14", "--sample", "1")
    assert table(rules, "shadow_sample").height == 1
    pilot(rules, "--quiet", "--as-of", "2026-10-14", "--sample", "9")
    drawn = table(rules, "shadow_sample").select("invoice_number", "judged")
    assert sorted(drawn.rows()) == [("A3", None), ("B4", None)]
