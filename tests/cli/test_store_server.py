"""A store on a server as a user meets it: the same commands, and the roles of its database."""

from __future__ import annotations

import pytest

from tests.cli.test_store_verbs import STORE

pytest.importorskip("cryptography")


@pytest.fixture
def served(ledgers, recon, databases, monkeypatch):
    monkeypatch.setenv("BOOKS", databases.new())
    (ledgers / "rules.yaml").write_text(
        (ledgers / "rules.yaml").read_text() + STORE.replace("store/", '"${BOOKS}"'), encoding="utf-8"
    )
    (ledgers / "inbox").mkdir()
    assert recon("store", "init", "rules.yaml", "--new-key", "recon.key").code == 0
    return ledgers


def test_a_store_in_a_database_is_filled_compared_copied_and_brought_back(served, recon, databases, monkeypatch):
    assert "6 events applied, 6 documents changed, 6 matched again" in recon("ingest", "rules.yaml").out
    assert "/store" in recon("store", "check", "rules.yaml", "--match").out
    assert recon("replay", "rules.yaml").code == 0
    assert "6 events" in recon("store", "backup", "rules.yaml", "-o", "copy.db").out
    monkeypatch.setenv("BOOKS", databases.new())
    assert "a store with what copy.db held" in recon("store", "init", "rules.yaml", "--from", "copy.db").out
    assert "0 events applied, 0 documents changed, 0 matched again" in recon("ingest", "rules.yaml", "floor").out
    assert recon("store", "check", "rules.yaml", "--match").code == 0


def test_rights_are_printed_as_they_are_given(served, recon):
    printed = recon("store", "grants", "rules.yaml").out
    assert 'grant select on "recon_log".event to recon_read;' in printed
    given = recon("store", "grants", "rules.yaml", "--apply")
    assert (given.code, given.out.splitlines()[0]) == (0, "recon_feed: adds to the log, and can neither read what came nor change it")  # fmt: skip
    assert recon("store", "grants", "rules.yaml", "--apply").code == 0


def test_a_folder_has_no_roles(served, recon, monkeypatch):
    monkeypatch.setenv("BOOKS", "store/")
    assert "only a store on PostgreSQL has roles" in recon("store", "grants", "rules.yaml").err


def test_a_password_in_the_rules_is_refused(served, recon):
    rules = served / "rules.yaml"
    rules.write_text(rules.read_text().replace("${BOOKS}", "postgresql://me:s3cret@host/books"), encoding="utf-8")
    ended = recon("status", "rules.yaml")
    assert (ended.code, "the password of the database stands in the rules" in ended.err) == (2, True)
    rules.write_text(rules.read_text().replace("s3cret", "${PW}"), encoding="utf-8")
    assert "PW is not set" in recon("status", "rules.yaml").err
