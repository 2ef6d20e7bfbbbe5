"""Feeds as one call: sources and rules in, the tables for models out, with what is unusual and the accounts that suggest themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.close.cut import cut
from recon.close.feeds.anomalies import anomalies
from recon.close.feeds.delivery import feed_delivery
from recon.close.feeds.gl import feed_gl, gl_suggestions, measured
from recon.close.feeds.invoice import feed_invoice
from recon.close.feeds.lines import item_lines
from recon.close.feeds.price import feed_price
from recon.close.feeds.spend import feed_spend
from recon.ledger.reconcile import reconcile

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from recon.close.feeds.gl import Measured
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources


@dataclass(frozen=True)
class Feeds:
    """The frames of feeds/tables.py, the run they are of, and how well accounts are foretold."""

    feed_price: pl.DataFrame
    feed_invoice: pl.DataFrame
    feed_spend: pl.DataFrame
    feed_delivery: pl.DataFrame
    feed_gl: pl.DataFrame
    anomalies: pl.DataFrame
    gl_suggestions: pl.DataFrame
    gl_measured: Measured
    done: Reconciliation


def feeds(sources: Sources, rules: Rules, as_of: date | None = None) -> Feeds:
    """Return the feeds of what was booked by the end of `as_of`, or of all. Raises as `reconcile` does."""
    known = cut(sources, as_of) if as_of else sources
    done = reconcile(known, rules)
    lines = item_lines(done, known, rules)
    accounts = feed_gl(lines)
    return Feeds(
        feed_price=feed_price(lines, done),
        feed_invoice=feed_invoice(lines, done, known, rules),
        feed_spend=feed_spend(lines, done, known, rules),
        feed_delivery=feed_delivery(done),
        feed_gl=accounts,
        anomalies=anomalies(lines, rules),
        gl_suggestions=gl_suggestions(accounts),
        gl_measured=measured(accounts),
        done=done,
    )
