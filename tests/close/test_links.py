"""Which order line a receipt or a bill belongs to."""

from __future__ import annotations

import polars as pl

from recon.close.links import order_of

ORDERS = pl.DataFrame(
    {
        "order": [5, 6, 7],
        "group_id": ["g", "g", "g"],
        "po_number": ["1", "1", "2"],
        "po_line": ["10", "10", "10"],
        "company": ["A", "A", "B"],
        "expected_quantity": [None, 4, 4],
    }
)


def lines(*rows: tuple[str | None, str | None, str | None]) -> pl.DataFrame:
    number, line, company = (list(column) for column in zip(*rows, strict=True))
    named = {"group_id": ["g"] * len(rows), "order_po_number": number, "order_po_line": line, "company": company}
    return pl.DataFrame(named, schema_overrides=dict.fromkeys(named, pl.String))


def test_of_several_order_lines_of_one_number_it_is_the_first_that_expects_something():
    assert order_of(lines(("1", "10", "A"), ("2", "10", "B"), (None, None, "A")), ORDERS).to_list() == [6, 7, None]


def test_a_line_of_another_company_is_linked_to_none_and_one_of_no_company_fits_any():
    rows = lines(("2", "10", "A"), ("2", "10", None))
    assert order_of(rows, ORDERS.tail(1)).to_list() == [None, 7]
    assert order_of(rows, ORDERS).to_list() == [None, 7]
