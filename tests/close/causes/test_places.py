"""Places where findings are many, of so many lines that the products of their counts need more than 32 bits."""

from __future__ import annotations

from datetime import date

import polars as pl

from recon.close.causes.places import place_suspects
from recon.close.causes.suspect import Judged

LINES, ELSEWHERE = 66_000, 1_000
NO_TEXT = pl.lit(None, pl.String)
ORDER = {"plant": NO_TEXT, "buyer": NO_TEXT, "category": NO_TEXT, "cost_centre": NO_TEXT, "item": NO_TEXT}


def test_counts_of_many_lines_are_multiplied_in_64_bits():
    """All 66,000 lines of S1 have a finding, and 1,000 of as many of S2: 66,000 x 66,000 is 61 million past 32 bits."""
    frame = pl.select(row=pl.int_range(2 * LINES), source=pl.lit("i.csv")).with_columns(
        company=NO_TEXT, supplier_id=pl.when(pl.col("row") < LINES).then(pl.lit("S1")).otherwise(pl.lit("S2"))
    )
    bills = frame.with_columns(line_type=pl.lit("item"), order="row", invoice_date=pl.lit(date(2026, 10, 1)))
    orders = frame.with_columns(order="row", order_date=pl.lit(date(2026, 9, 1)), **ORDER)
    found = frame.filter(pl.col("row") < LINES + ELSEWHERE).with_columns(
        code=pl.lit("price_variance"), invoice_number=pl.lit("A"), receipt_number=NO_TEXT
    )
    done = Judged(bills, orders, bills.clear(), found)
    [suspect] = place_suspects(done, found.clear())
    assert suspect.statement == (
        "price_variance is found at supplier id S1: 66000 of 66000 lines, elsewhere 1000 of 66000"
    )
    assert suspect.findings.height == LINES
