"""Queries: exact numbers, read only, one answer; what a database cannot give exactly is refused."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal

import pytest

from recon.errors import RulesError, SourceError
from recon.read.typed.sql import without_password
from tests.kit.desk import read
from tests.kit.postgres import cluster

QUERY = "select * from invoices order by invoice_number"


def database(folder, script, name="books.db"):
    with sqlite3.connect(folder / name) as connection:
        connection.executescript(script)
    connection.close()


def ask(folder, connection="sqlite:///books.db", query=QUERY, **options):
    return read(folder, files=(), query=query, connection=connection, **options)


def refusal(folder, *arguments, **options):
    with pytest.raises((SourceError, RulesError)) as caught:
        ask(folder, *arguments, **options)
    return str(caught.value)


def test_sqlite_gives_text_and_whole_numbers_exactly(tmp_path):
    database(
        tmp_path,
        "create table invoices (invoice_number, amount, po_number); insert into invoices values ('007', '12.345678', 4500), ('008', 3, null);",
    )
    sources = ask(tmp_path)
    rows = sources.invoice_lines.select("invoice_number", "amount", "po_number", "source", "row").rows()
    assert rows == [("007", Decimal("12.345678"), "4500", "query:invoices", 1), ("008", 3, None, "query:invoices", 2)]


def test_a_declared_number_format_is_for_text_and_not_for_numbers(tmp_path):
    from recon.rules.rule import NumberFormat

    database(
        tmp_path,
        "create table invoices (invoice_number, amount, quantity); insert into invoices values ('1', '1.234,50', 1234);",
    )
    line = ask(tmp_path, number_format=NumberFormat(",", ".")).invoice_lines
    assert line.select("amount", "quantity").rows() == [(Decimal("1234.5"), 1234)]


def test_reals_in_sqlite_are_refused_by_name(tmp_path):
    database(tmp_path, "create table invoices (invoice_number, amount); insert into invoices values ('1', 0.1);")
    assert "'amount' holds binary floats" in refusal(tmp_path)


def test_a_query_cannot_write(tmp_path):
    database(tmp_path, "create table invoices (invoice_number, amount); insert into invoices values ('1', 1);")
    assert "does not begin with SELECT" in refusal(tmp_path, query="delete from invoices")
    assert "the query failed" in refusal(tmp_path, query="with x as (select 1) delete from invoices")
    assert ask(tmp_path).invoice_lines.height == 1


@pytest.mark.parametrize(
    "query",
    [
        "select 1; drop table invoices",
        "select * from nowhere",
        "not sql",
        "attach 'x.db' as x",
        "vacuum into 'x.db'",
        "pragma journal_mode=wal",
        "explain select 1",
    ],
)
def test_what_is_no_select_is_refused(tmp_path, monkeypatch, query):
    monkeypatch.chdir(tmp_path)
    database(tmp_path, "create table invoices (invoice_number, amount);")
    message = refusal(tmp_path, query=query)
    assert "query" in message
    assert [path.name for path in tmp_path.iterdir()] == ["books.db"]


def test_common_table_expressions_and_functions_are_reading(tmp_path):
    database(tmp_path, "create table invoices (invoice_number, amount); insert into invoices values ('a', 1);")
    query = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select upper(invoice_number) || i as invoice_number, amount from invoices, n"
    assert ask(tmp_path, query=query).invoice_lines["invoice_number"].to_list() == ["A1", "A2", "A3"]


def test_a_missing_database_is_not_made(tmp_path):
    assert "no such SQLite database" in refusal(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "books.db").write_text("hello" * 100)
    assert "not a database" in refusal(tmp_path)


def test_an_answer_without_rows_is_refused_unless_declared(tmp_path):
    database(tmp_path, "create table invoices (invoice_number, amount);")
    assert "no rows" in refusal(tmp_path)
    assert ask(tmp_path, expect={"rows": "0"}).invoice_lines.is_empty()


@pytest.mark.parametrize("written", ["BOOKS", "$BOOKS", "${BOOKS}"])
def test_the_connection_comes_from_an_environment_variable(tmp_path, monkeypatch, written):
    database(tmp_path, "create table invoices (invoice_number, amount); insert into invoices values ('1', 1);")
    monkeypatch.setenv("BOOKS", f"sqlite:///{tmp_path}/books.db")
    assert ask(tmp_path, written).invoice_lines.height == 1


def test_a_variable_that_is_not_set_is_named(tmp_path):
    assert "variable NO_SUCH_BOOKS is not set" in refusal(tmp_path, "${NO_SUCH_BOOKS}")


def test_an_unknown_database_is_a_mistake_of_the_rules(tmp_path):
    assert "does not query 'oracle'" in refusal(tmp_path, "oracle://x")


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:s3cret@db/x", "postgresql://me:s3c@ret@db/x", "postgresql://db/x?user=me&password=s3cret&a=b"],
)
def test_a_password_is_cut_out_of_an_address_wherever_it_stands(address):
    shown = without_password(address)
    assert "s3c" not in shown
    assert "ret" not in shown
    assert "db/x" in shown


def test_a_password_is_neverwithout_password(tmp_path):
    pytest.importorskip("psycopg")
    message = refusal(tmp_path, "postgresql://me:sesame@localhost:1/none?connect_timeout=1")
    assert "the query failed" in message
    assert "sesame" not in message


def test_the_answer_of_a_query_has_a_hash_that_changes_with_it(tmp_path):
    database(tmp_path, "create table invoices (invoice_number, amount); insert into invoices values ('1', '2');")
    once, again = (ask(tmp_path).files[0] for _ in range(2))
    with sqlite3.connect(tmp_path / "books.db") as connection:
        connection.execute("update invoices set amount = '3'")
    connection.close()
    assert len(once["sha256"]) == 64
    assert once["bytes"] == again["bytes"] > 0
    assert once["sha256"] == again["sha256"] != ask(tmp_path).files[0]["sha256"]


@pytest.fixture(scope="module")
def postgres():
    with cluster() as address:
        yield address


def run(address, *statements):
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_postgresql_gives_exact_decimals_dates_and_text(tmp_path, postgres):
    run(
        postgres,
        "drop table if exists invoices",
        "create table invoices (invoice_number text, amount numeric, invoice_date date, posting_date timestamptz, quantity int)",
        "insert into invoices values ('007', 99999999999999.123456, '2025-03-04', '2025-03-05 10:00+00', 3), ('008', null, null, null, null)",
    )
    lines = ask(tmp_path, postgres).invoice_lines
    first = lines.select("invoice_number", "amount", "invoice_date", "quantity").row(0)
    assert first == ("007", Decimal("99999999999999.123456"), date(2025, 3, 4), 3)
    assert lines.height == 2


def test_postgresql_is_read_only_and_its_floats_are_refused(tmp_path, postgres):
    run(
        postgres,
        "drop table if exists invoices",
        "create table invoices (invoice_number text, amount float8)",
        "insert into invoices values ('1', 0.1)",
    )
    assert "binary floats" in refusal(tmp_path, postgres)
    assert "read-only" in refusal(
        tmp_path, postgres, query="with gone as (delete from invoices returning *) select * from gone"
    )


def test_what_a_query_names_is_only_ever_the_query(tmp_path, postgres):
    run(
        postgres,
        "drop table if exists invoices",
        "create table invoices (invoice_number text, amount numeric)",
        "insert into invoices values ('1', 1)",
    )
    assert "query" in refusal(tmp_path, postgres, query="select 1; drop table invoices")
    assert ask(tmp_path, postgres).invoice_lines.height == 1
