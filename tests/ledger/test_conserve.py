"""Nothing is published where a row or an amount got lost, came twice or turned up from nowhere."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.errors import InvariantError
from recon.ledger.conserve import Places, added, amounts, balance, conserve, places, places_out
from recon.result_tables import LEFT_OUT
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, REJECTS, Sources, Table

TABLES = {"order_lines": ORDER_LINES, "receipt_lines": RECEIPT_LINES, "invoice_lines": INVOICE_LINES}


def lines(table: str, *rows: int) -> pl.DataFrame:
    return TABLES[table].cast(pl.DataFrame({"source": [f"{table}.csv"] * len(rows), "row": rows}))


def beside(kind: Table, table: str, *rows: int) -> pl.DataFrame:
    placed = pl.DataFrame({"table": [table] * len(rows), "source": [f"{table}.csv"] * len(rows), "row": rows})
    return kind.cast(placed).select(*kind.columns)


def came() -> dict[str, Places]:
    """Return the places of rows 2 to 4 of each table, of which row 4 of the invoices was a reject when it was read."""
    read = {table: lines(table, 2, 3, 4) for table in ("order_lines", "receipt_lines")}
    return places(
        Sources(**read, invoice_lines=lines("invoice_lines", 2, 3), rejects=beside(REJECTS, "invoice_lines", 4))
    )


def went(**changed: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return results that account for every row: row 3 of the orders is left out, row 4 of the invoices a reject."""
    return {
        "order_lines": lines("order_lines", 2, 4),
        "receipt_lines": lines("receipt_lines", 4, 3, 2),
        "invoice_lines": lines("invoice_lines", 3, 2),
        "rejects": beside(REJECTS, "invoice_lines", 4),
        "left_out": beside(LEFT_OUT, "order_lines", 3),
    } | changed


def test_rows_that_are_all_somewhere_pass_in_any_order():
    results = went()
    conserve(came(), places_out(results))
    assert sum(results[name].height for name in results) == 9


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"order_lines": lines("order_lines", 2)}, "order_lines: 3 rows came in and 2 went out"),
        ({"receipt_lines": lines("receipt_lines", 2, 3, 4, 4)}, "receipt_lines: 3 rows came in and 4 went out"),
        ({"receipt_lines": lines("receipt_lines", 2, 3, 3)}, "receipt_lines: 3 rows came in and 3 went out, or not"),
        ({"invoice_lines": lines("invoice_lines", 2, 3, 4)}, "invoice_lines: 3 rows came in and 4 went out"),
        ({"rejects": beside(REJECTS, "invoice_lines")}, "invoice_lines: 3 rows came in and 2 went out"),
        ({"rejects": beside(REJECTS, "order_lines", 4)}, "order_lines: 3 rows came in and 4 went out"),
        ({"left_out": beside(LEFT_OUT, "order_lines", 9)}, "order_lines: 3 rows came in and 3 went out, or not"),
    ],
)
def test_a_row_lost_doubled_or_from_nowhere_stops_the_run(changed, told):
    with pytest.raises(InvariantError, match=told):
        conserve(came(), places_out(went(**changed)))


def money(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"currency": [c for c, _ in rows], "amount": [None if a is None else Decimal(a) for _, a in rows]},
        schema={"currency": pl.String, "amount": pl.Decimal(38, 6)},
    )


def test_amounts_are_added_up_by_currency_and_what_is_unknown_is_passed_over():
    one = amounts(money(("EUR", "0.1"), ("EUR", "0.2"), ("USD", "-5"), (None, "7"), ("EUR", None), ("CHF", None)))
    assert one == {"EUR": Decimal("0.3"), "USD": Decimal(-5), "XXX": Decimal(7)}
    assert added(one, {"EUR": Decimal("0.7")}, {}) == {"EUR": Decimal(1), "USD": Decimal(-5), "XXX": Decimal(7)}


def test_amounts_that_balance_are_given_with_their_difference():
    sides = balance({"EUR": Decimal("10.00")}, {"EUR": Decimal(10)})
    assert sides == {"EUR": {"in": Decimal(10), "out": Decimal(10), "difference": Decimal(0)}}


@pytest.mark.parametrize(
    ("read", "placed", "told"),
    [
        ({"EUR": Decimal("10.00")}, {"EUR": Decimal("10.01")}, "EUR: 10.00 came in and 10.01 went out"),
        ({"EUR": Decimal(10)}, {}, "EUR: 10 came in and 0 went out"),
        ({}, {"USD": Decimal(1)}, "USD: 0 came in and 1 went out"),
    ],
)
def test_an_amount_that_differs_by_a_cent_stops_the_run(read, placed, told):
    with pytest.raises(InvariantError, match=told):
        balance(read, placed)


def test_sums_of_more_than_28_digits_keep_them_all() -> None:
    large, small = Decimal("999999999999999.999999"), Decimal("0.0000000000000001")
    assert added({"EUR": large}, {"EUR": small}, {}) == {"EUR": Decimal("999999999999999.9999990000000001")}
