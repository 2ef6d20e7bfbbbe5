"""Which lines are set aside as duplicates: known only when it is known which documents credits take back in full."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, equal_to, only, where
from recon.match.compare.arithmetic import arithmetic_findings
from recon.match.compare.doubt import doubted_by_price, of_credits, with_doubt
from recon.match.corrections.corrections import in_full, reversed_lines, with_corrections
from recon.match.corrections.settled import settled
from recon.match.discounts import planned_discounts, with_discounts
from recon.match.duplicates import duplicates, with_duplicates, worst
from recon.match.heads import with_heads
from recon.match.link.implied_unit import implied_units, in_implied_unit
from recon.match.own_receipts import received_apart, with_own_receipts
from recon.match.paid_again import with_paid_repeats
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected

if TYPE_CHECKING:
    from recon.match.batch import Shared

BILLS = ["line_id", "invoice_id", "order_id", "line_type", "document_type", "amount"]
"""What tells which bills may be taken back in full."""
NOBODY = pl.Series("line_id", [], dtype=pl.Int64)


def with_set_aside(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return lines with their duplicates: of credit notes first, then of invoices, but for what credits take back in full."""
    days, twins = shared.rules.duplicates_days, shared.parties.name_twins
    repeated = cache(lambda: _repeated_credits(lines, shared))

    def reversed_(asked: pl.Series) -> pl.Series:
        bills = only(lines, BILLS)
        credited = where(bills, equal_to(lines["document_type"], "credit_note")).drop_nulls("order_id")
        mine = where(bills, among("invoice_id", asked))
        if credited.is_empty() or (ordered := _of_whole_bills(mine, credited)).is_empty():
            return NOBODY
        concerned, came = _concerned(lines, ordered, receipts, repeated(), shared)
        return in_full(mine, reversed_lines(_in_early_doubt(_priced(concerned, orders, shared), came, shared)))

    def own(asked: pl.Series, found: pl.DataFrame) -> pl.Series:
        apart = received_apart(orders.filter(among("order_id", asked)), receipts)
        if apart.is_empty():
            return NOBODY
        active, came = _weighed(lines, apart["order_id"], orders, receipts, worst(found, repeated()), shared)
        return with_own_receipts(active, apart, came)

    return with_duplicates(lines, with_paid_repeats(lines, duplicates(lines, days, reversed_, own, twins)))


def _repeated_credits(lines: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return the duplicates among credit notes, which have no receipts of their own."""
    credits_ = where(lines, equal_to(lines["document_type"], "credit_note"))
    days, twins = shared.rules.duplicates_days, shared.parties.name_twins
    return duplicates(credits_, days, lambda _asked: NOBODY, lambda _orders, _found: NOBODY, twins)


def _of_whole_bills(mine: pl.DataFrame, credited: pl.DataFrame) -> pl.Series:
    """Return the order lines of invoices of which each line is `credited`, to its amount: they may be taken back in full."""
    back = mine.join(credited, on=[pl.col("order_id"), pl.col("amount").abs()], how="semi", nulls_equal=True)
    may = in_full(mine, back)
    return mine.filter(among("invoice_id", may))["order_id"].drop_nulls()


def _concerned(
    lines: pl.DataFrame, ordered: pl.Series, receipts: pl.DataFrame, found: pl.DataFrame, shared: Shared
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the documents that bill these order lines, with the duplicates found so far, and receipts, in the order's unit."""
    touched = where(only(lines, ["order_id", "invoice_id"]), among("order_id", ordered))["invoice_id"].unique()
    return rated_in_unit(where(with_duplicates(lines, found), among("invoice_id", touched)), receipts, shared)


def _weighed(
    lines: pl.DataFrame,
    ordered: pl.Series,
    orders: pl.DataFrame,
    receipts: pl.DataFrame,
    found: pl.DataFrame,
    shared: Shared,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what bills these order lines, with what is reversed, corrected and in doubt, and receipts, in the order's unit."""
    concerned, came = _concerned(lines, ordered, receipts, found, shared)
    return _put_right(_in_early_doubt(_priced(concerned, orders, shared), came, shared), orders, shared), came


def rated_in_unit(lines: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines and receipts in the unit that their order lines are known to have, lines with their base amounts."""
    implied = implied_units(lines, receipts)
    lines, receipts = (in_implied_unit(frame, implied, shared.conversions) for frame in (lines, receipts))
    rules = shared.rules
    return with_base_amounts(lines, shared.rates, rules.base_currency, declared="rates" in rules.sources), receipts


def corrected(
    rated: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines that are not set aside, priced, with what they take back or correct and which credits are in doubt.

    Beside them, the findings of their documents' arithmetic.
    """
    priced = _priced(rated, orders, shared)
    arithmetic = arithmetic_findings(priced, shared.rules)
    return _put_right(_doubted(priced, arithmetic, receipts, shared), orders, shared), arithmetic


def _priced(rated: pl.DataFrame, orders: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return the lines that are not set aside, of their order, priced."""
    standing = with_heads(where(rated, ~rated["set_aside"]), orders)
    return with_prices(with_discounts(standing, orders), shared.rules.tolerances)


def _doubted(priced: pl.DataFrame, arithmetic: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Add what rejected rows reach, and the doubts there are of credits."""
    return with_doubt(with_rejected(priced, shared.rejects, receipts), arithmetic, shared.rules)


def _in_early_doubt(priced: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Add the same where only credits are asked about: only their documents' arithmetic is looked at."""
    return _doubted(priced, arithmetic_findings(of_credits(priced), shared.rules), receipts, shared)


def _put_right(doubted: pl.DataFrame, orders: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Add what lines take back or correct, which puts more credits in doubt."""
    told = with_corrections(doubted, planned_discounts(orders))
    return doubted_by_price(settled(told, shared.rules.tolerances), shared.rules)
