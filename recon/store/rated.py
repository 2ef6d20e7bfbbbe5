"""Rated: which documents a new exchange rate reaches: bills in its currency, of a day on which the rate is another now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.rates import with_rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.store.state import State

ANY = ""
"""Stands for the currency of a line that gives none, which may be that of any order; and for the day of one without a day."""
ASKED = dict.fromkeys(("currency", "day", "told", "text"), TEXT)


def keep_rated(state: State, invoices: pl.DataFrame, of: Mapping[str, int], base_currency: str) -> None:
    """Keep of normalised invoice lines in which currency and of which day they are, where it is not the base currency."""
    foreign = invoices.filter((pl.col("currency") != base_currency).fill_null(value=True))
    told = foreign.select("source", pl.col("currency").fill_null(ANY), pl.col("invoice_date").cast(TEXT).fill_null(ANY))
    rows = sorted({(of[source], currency, day) for source, currency, day in told.iter_rows()})
    state.database.executemany("insert into rated values (?, ?, ?)", rows)


def rated_otherwise(state: State, before: pl.DataFrame, after: pl.DataFrame, base_currency: str) -> set[int]:
    """Return the documents of which a line has another rate by the rates of `after` than by those `before`."""
    both = pl.concat([each.select("currency", "date", "rate").unique() for each in (before, after)])
    changed = both.filter(~both.is_duplicated())["currency"].drop_nulls().unique().sort().to_list()
    rows = state.chosen(
        "select distinct currency, day from rated where currency in", [*changed, ANY] if changed else []
    )
    spread = [(one, day or None, told, day) for told, day in rows for one in ([told] if told else changed)]
    asked = pl.DataFrame(spread, ASKED, orient="row")
    dated = asked.with_columns(pl.col("day").str.to_date("%Y-%m-%d")).with_row_index("n")
    was, is_ = (with_rate(dated, rates, base_currency, "day", "n")["rate"] for rates in (before, after))
    pairs = dated.filter(was.ne_missing(is_)).select("told", "text").unique()
    query = "select document from rated where currency = ? and day = ?"
    return {row[0] for pair in pairs.iter_rows() for row in state.database.execute(query, pair)}
