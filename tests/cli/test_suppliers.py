"""`recon suppliers`: from a name nobody knows to an alias that the next run uses."""

from __future__ import annotations


def test_what_needs_a_person_is_listed(ledgers, recon):
    with (ledgers / "invoices.csv").open("a") as invoices:
        invoices.write("V9,A3,1,4500000001,10,1,5.00\n")
    ended = recon("suppliers", "review", "rules.yaml")
    assert ended.code == 0
    assert ended.out.startswith("Suppliers that need a person: 1\n")
    assert "supplier_unknown  V9" in ended.out


def test_where_nothing_is_open_it_says_so(ledgers, recon):
    assert "Suppliers that need a person: none" in recon("suppliers", "review", "rules.yaml").out


def test_a_decision_becomes_an_alias(tmp_path, recon):
    ended = recon("suppliers", "accept", tmp_path / "aliases.yaml", "Lindqvist AB=100007")
    assert ended.code == 0
    assert (tmp_path / "aliases.yaml").read_text() == '"Lindqvist AB": "100007"\n'


def test_a_decision_without_a_supplier_is_wrong_usage(tmp_path, recon):
    assert recon("suppliers", "accept", tmp_path / "aliases.yaml", "Lindqvist AB").code == 2


def test_a_decision_against_an_earlier_one_is_refused(tmp_path, recon):
    recon("suppliers", "accept", tmp_path / "aliases.yaml", "Lindqvist AB=100007")
    assert recon("suppliers", "accept", tmp_path / "aliases.yaml", "Lindqvist AB=100008").code == 2
