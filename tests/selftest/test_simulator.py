"""The known-answer simulator: what is planted in a perfect ledger is found, no more and no less."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from recon import load_rules, read_sources, reconcile
from recon.cli.ends import end_of_run
from recon.codes import CODES, FED
from recon.rules.rule import Limit, Policy, Rules, Sides, Source, Tolerance
from recon.selftest import FAULTS, judging, made_up, selftest
from recon.selftest.billing import SERVICES
from recon.selftest.deals import clean
from recon.selftest.judging import found
from recon.selftest.plant import jobs, rounds
from tests.kit.places import PROJECT

SAMPLE = PROJECT / "sample_data"
STRICT = Rules(sources={"rates": Source("rates")})
"""No tolerance at all, and rates that have to be there."""
POLICIES = ("two_way", "three_way", "four_way")
SEEN = [job for job in jobs(POLICIES) if not job.fault.policies or job.policy in job.fault.policies]


def names(job):
    return f"{job.fault.title}{f', {job.policy}' if job.policy else ''}"


def planted(seed, wanted, percent=25):
    """Return, a round, the codes found with their places and those that were planted; and the jobs left over."""
    part = clean(made_up(seed), STRICT, seed)
    spoilt, left = rounds(part, wanted, STRICT, percent, seed)
    results = [
        (found(reconcile(one.ledger.sources(), STRICT)), {e for p in one.planted for e in p.expected}) for one in spoilt
    ]
    return results, [names(job) for job in left]


@pytest.fixture(scope="module")
def perfect():
    return clean(made_up(7), STRICT, 7)


def test_every_code_has_a_fault():
    assert set(CODES) - set(FED) <= {fault.code for fault in FAULTS} - {None} <= set(CODES)


@pytest.mark.parametrize("seed", range(5))
def test_a_made_up_ledger_is_perfect(seed):
    result = reconcile(made_up(seed), STRICT)
    assert (found(result), result.discrepancies.height, result.rejects.height) == (set(), 0, 0)
    assert set(result.invoice_lines["status"]) == {"matched"}
    assert set(result.invoice_lines["policy"]) == {*POLICIES, "none"}
    assert result.invoice_lines["currency"].n_unique() > 2


def test_a_seed_makes_one_ledger_and_another_seed_another():
    assert made_up(3).invoice_lines.equals(made_up(3).invoice_lines)
    assert not made_up(3).invoice_lines.equals(made_up(4).invoice_lines)


@pytest.mark.parametrize("job", SEEN, ids=names)
def test_one_fault_alone_is_found_and_nothing_else(perfect, job):
    spoilt, left = rounds(perfect, [job], STRICT, 25, 7)
    assert [names(one) for one in left] == impossible([job])
    for one in spoilt:
        assert found(reconcile(one.ledger.sources(), STRICT)) == set(one.planted[0].expected)


def impossible(wanted):
    """Return what a made-up ledger has no place for: no service in it is matched four-way, and none received two-way."""
    return [names(job) for job in wanted if job.fault.kinds == SERVICES and job.policy == "four_way"]


@pytest.mark.parametrize(("seed", "times", "percent"), [(0, 1, 25), (1, 2, 10), (2, 3, 50), (3, 2, 1)])
def test_all_faults_together_are_found_and_nothing_else(seed, times, percent):
    wanted = [replace(job, again=n) for job in SEEN for n in range(times)]
    results, left = planted(seed, wanted, percent)
    assert set(left) == set(impossible(wanted))
    for reported, expected in results:
        assert reported == expected
    codes = Counter(code for _, expected in results for _, code in expected)
    assert set(CODES) - set(FED) <= set(codes)
    assert min(codes.values()) >= times


# -- what rules cannot see ---------------------------------------------------------------------------------------


def seen_of(outcome, title, policy=None):
    return [
        v for v in outcome.verdicts if v.planted.job.fault.title == title and v.planted.job.policy in (None, policy)
    ]


def with_tolerance(**measures):
    return replace(STRICT, tolerances=(Tolerance("lax", measures),))


def test_strict_rules_see_everything_that_their_policy_compares():
    outcome = selftest(None, STRICT)
    assert (outcome.good, outcome.homeless, outcome.unplanned) == (True, (), ())
    assert [v.planted.job.fault.code for v in outcome.verdicts if not v.seen] == ["quantity_over_accepted"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [(Limit(), "price (over): 'lax' (not checked)"), (Limit(percent=Decimal(25)), "price (over): 'lax' (25 %)")],
)
def test_a_price_that_a_tolerance_lets_pass_is_not_seen_and_would_be_paid(limit, words):
    outcome = selftest(None, with_tolerance(price=Sides(over=limit)))
    (verdict,) = seen_of(outcome, "Price above the order", "three_way")
    assert (verdict.seen, verdict.decision, verdict.paid, outcome.good) == (False, "pay", True, False)
    assert words in verdict.why
    paid = [v.planted.job.fault.title for v in outcome.verdicts if v.paid]
    assert paid == ["Price above the order", "Price above the order, half credited"]


def test_a_price_just_beyond_the_tolerance_is_seen():
    assert selftest(None, with_tolerance(price=Sides(over=Limit(percent=Decimal("24.99"))))).good


def test_what_is_in_the_buyers_favour_does_not_count():
    outcome = selftest(None, with_tolerance(price=Sides(under=Limit())))
    (verdict,) = seen_of(outcome, "Price below the order", "three_way")
    assert (verdict.seen, verdict.decision, verdict.paid, outcome.good) == (False, "pay", False, True)


def test_what_a_match_policy_does_not_compare_is_said_and_does_not_count():
    outcome = selftest(None, replace(STRICT, policies=(Policy("all", "two_way"),)))
    (verdict,) = seen_of(outcome, "Nothing received", "two_way")
    assert (verdict.seen, verdict.decision, verdict.paid, outcome.good) == (False, "pay", False, True)
    assert verdict.why == "matched two_way, which does not compare it"


def test_a_fault_that_is_seen_and_paid_all_the_same_counts():
    outcome = selftest(None, replace(STRICT, severities={"duplicate_invoice": "info"}))
    paid = {v.planted.job.fault.title for v in outcome.verdicts if v.paid}
    assert paid == {"Invoice typed in a second time", "Invoice line twice in the file"}
    assert not outcome.good


def test_an_engine_that_is_blind_is_found_out(monkeypatch):
    """Without the code the rules cannot explain it."""

    def blind(result):
        return {(place, code) for place, code in found(result) if code != "tax_variance"}

    monkeypatch.setattr(judging, "found", blind)
    (verdict,) = seen_of(selftest(None, STRICT), "Tax above the order's rate")
    assert (verdict.seen, verdict.reason) == (False, "unknown")


def test_a_code_that_nothing_planted_explains_is_named(monkeypatch):
    def haunted(result):
        return found(result) | {(("orders", "elsewhere", 1), "order_closed")}

    monkeypatch.setattr(judging, "found", haunted)
    outcome = selftest(None, STRICT)
    assert (outcome.unplanned, outcome.good) == (((("orders", "elsewhere", 1), "order_closed"),), False)


# -- the verb ----------------------------------------------------------------------------------------------------


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_verb_spoils_only_what_a_run_of_the_sample_would_pay():
    rules = load_rules(SAMPLE / "rules.yaml")
    sources = read_sources(rules)
    payable = reconcile(sources, rules).invoice_lines.filter(pl.col("decision") == "pay")
    outcome = selftest(sources, rules)
    own = [v for v in outcome.verdicts if not v.made_up]
    assert len(own) > 35
    assert {v.planted.deal.line[2] for v in own} <= set(payable["row"])


def test_the_verb_on_the_sample_says_what_its_rules_see_and_writes_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = files(SAMPLE)
    assert end_of_run(["selftest", str(SAMPLE / "rules.yaml")]) == 0
    out = capsys.readouterr().out
    assert "Price above the order" in out
    assert "supplier_blocked" in out
    assert "0 would be paid" in out
    assert (files(SAMPLE), files(tmp_path)) == (before, {})


def test_the_verb_exits_1_where_a_check_is_switched_off_and_says_which(capsys, tmp_path):
    text = "version: 1\nsources: {}\ntolerances:\n  - {name: lax, quantity_received: {over: null}}\n"
    text = text.replace("{}", "{orders: {files: [o.csv]}, receipts: {files: [r.csv]}, invoices: {files: [i.csv]}}")
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    assert end_of_run(["selftest", str(tmp_path / "rules.yaml"), "--made-up", "--seed", "5"]) == 1
    out = capsys.readouterr().out
    assert "Would be PAID" in out
    assert "Nothing received (MADE-UP-" in out
    assert "within the limit of quantity_received (over): 'lax' (not checked)" in out


def test_a_source_that_is_missing_ends_the_verb_as_it_ends_a_run(capsys, tmp_path):
    (tmp_path / "rules.yaml").write_text(
        "version: 1\nsources: {orders: {files: [o.csv]}, receipts: {files: [r.csv]}, invoices: {files: [i.csv]}}\n",
        encoding="utf-8",
    )
    assert end_of_run(["selftest", str(tmp_path / "rules.yaml")]) == 3
    assert "o.csv" in capsys.readouterr().err


def test_what_cannot_be_planted_under_these_rules_is_named(capsys, tmp_path):
    """Without a source of rates no currency can lack one."""
    text = "version: 1\nsources: {orders: {files: [o.csv]}, receipts: {files: [r.csv]}, invoices: {files: [i.csv]}}\n"
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    assert end_of_run(["selftest", str(tmp_path / "rules.yaml"), "--made-up"]) == 0
    out = capsys.readouterr().out
    assert "Could not be planted anywhere\n  Currency without a rate\n" in out
    assert "1 kinds could not be planted" in out
