"""Which lines are set aside as duplicates: known only when it is known which documents credits take back in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among
from recon.match.compare.doubt import with_doubt
from recon.match.corrections.corrections import in_full, reversed_lines
from recon.match.discounts import with_discounts
from recon.match.duplicates import duplicates, with_duplicates
from recon.match.heads import with_heads
from recon.match.link.implied_unit import implied_units, in_implied_unit
from recon.match.own_receipts import with_own_receipts
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected

if TYPE_CHECKING:
    from recon.match.batch import Shared


def with_set_aside(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return lines with their duplicates: of credit notes first, then of invoices, but for what credits take back in full."""
    days, twins = shared.rules.duplicates_days, shared.parties.name_twins
    back = _taken_back(lines, orders, receipts, shared)
    marked = lines.with_columns(among("line_id", back["line_id"]).alias("reversed"))

    def own(asked: pl.Series, aside: pl.Series) -> pl.Series:
        standing = marked.filter(among("order_id", asked), ~among("line_id", aside))
        mine = receipts.filter(among("order_id", asked))
        theirs = orders.filter(among("order_id", asked))
        return with_own_receipts(
            standing.with_columns(pl.lit(value=False).alias("set_aside")), theirs, mine, shared.conversions
        )

    return with_duplicates(lines, duplicates(lines, days, in_full(lines, back), own, twins))


def _taken_back(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return line_id, invoice_id of the lines that credit notes, each counted once, take back."""
    nobody = pl.Series("line_id", [], dtype=pl.Int64)
    credits_ = lines.filter(pl.col("document_type") == "credit_note")
    ordered = credits_["order_id"].drop_nulls()
    if ordered.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "invoice_id": pl.Int64})
    repeated = duplicates(
        credits_, shared.rules.duplicates_days, nobody, lambda _orders, _aside: nobody, shared.parties.name_twins
    )
    touched = lines.filter(among("order_id", ordered))["invoice_id"]
    concerned = with_duplicates(lines, repeated).filter(among("invoice_id", touched))
    in_unit, came = rated_in_unit(concerned, receipts, shared)
    return reversed_lines(sound(in_unit, orders, came, shared))


def rated_in_unit(lines: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines and receipts in the unit that their order lines are known to have, lines with their base amounts."""
    implied = implied_units(lines, receipts)
    lines, receipts = (in_implied_unit(frame, implied, shared.conversions) for frame in (lines, receipts))
    rules = shared.rules
    return with_base_amounts(lines, shared.rates, rules.base_currency, declared="rates" in rules.sources), receipts


def sound(rated: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return the lines that are not set aside, priced, and with the doubts there are of credits."""
    standing = with_heads(rated.filter(~pl.col("set_aside")), orders)
    priced = with_prices(with_discounts(standing, orders), shared.rules.tolerances)
    return with_doubt(with_rejected(priced, shared.rejects, receipts), shared.rules)
