"""`recon letters`: from rules or from a report, to one supplier or all."""

from __future__ import annotations


def test_letters_are_written_for_who_has_something_to_settle(ledgers, recon):
    ended = recon("letters", "rules.yaml", "-o", "letters", "--by", "2026-04-14")
    assert ended.code == 0
    assert "1 letter in letters" in ended.out
    [draft] = (ledgers / "letters").glob("*.en.md")
    assert "by 14 April 2026" in draft.read_text(encoding="utf-8")


def test_what_people_decided_to_pay_is_in_no_letter_be_it_of_rules_or_of_a_report(ledgers, recon):
    recon("decide", "rules.yaml", "A1", "pay", "--reason", "agreed")
    assert "0 letters in letters" in recon("letters", "rules.yaml", "-o", "letters").out
    recon("run", "rules.yaml", "-o", "out", "--format", "json")
    assert "0 letters in later" in recon("letters", "out", "-o", "later").out


def test_a_supplier_with_nothing_to_settle_is_2_and_a_report_without_json_3(ledgers, recon):
    assert recon("letters", "rules.yaml", "-o", "letters", "--supplier", "nobody").code == 2
    recon("run", "rules.yaml", "-o", "out")
    ended = recon("letters", "out", "-o", "letters")
    assert ended.code == 3
    assert "--format parquet or json" in ended.err
    assert not (ledgers / "letters").exists()


def test_letters_never_replace_a_report(ledgers, recon):
    recon("run", "rules.yaml", "-o", "out", "--format", "json")
    assert recon("letters", "out", "-o", "out").code == 4
    assert (ledgers / "out" / "discrepancies.json").exists()
