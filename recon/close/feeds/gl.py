"""Accounts by what was booked before: counts, narrow keys first, with how sure so many of so many make one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.close.feeds.lines import score
from recon.close.feeds.tables import FEED_GL, GL_SUGGESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("supplier, category and amount", ("supplier_id", "category", "base_amount")),
    ("supplier and category", ("supplier_id", "category")),
    ("supplier", ("supplier_id",)),
)
SURE = Fraction(9, 10)
"""The confidence of which accuracy and coverage are measured."""
Z = Fraction(196, 100)
MOST = 3
TRAIN = Fraction(4, 5)
"""The share of the dated lines, the earlier ones, from which the others are foretold when it is measured."""


class Measured(NamedTuple):
    """How well accounts are foretold: of `lines` booked after `train_until`, how many are `right`, how many `sure`."""

    train_until: date | None
    lines: int
    told: int
    right: int
    sure: int
    sure_right: int


def feed_gl(lines: pl.DataFrame) -> pl.DataFrame:
    """Return FEED_GL of the lines of `item_lines` that say when they were known."""
    shown = lines.drop_nulls("known_at").with_columns(plant="of_plant", label_gl_account="account")
    return FEED_GL.cast(shown).select(*FEED_GL.columns).sort("known_at", "source", "row")


def gl_suggestions(feed: pl.DataFrame) -> pl.DataFrame:
    """Return GL_SUGGESTIONS for the lines of FEED_GL that name no account, each from what was booked before it."""
    numbered = feed.with_row_index("at")
    open_lines = numbered.filter(pl.col("label_gl_account").is_null())
    told = _told(open_lines, numbered.drop_nulls("label_gl_account"))
    of_many = pl.format("{} of {} by {}, last {}", "n", "whole", "level", "last")
    shown = open_lines.join(told, on="at").with_columns(
        gl_account="account", confidence=score("confidence"), basis=of_many, alternatives="others"
    )
    return GL_SUGGESTIONS.cast(shown).select(*GL_SUGGESTIONS.columns).sort("known_at", "source", "row")


def measured(feed: pl.DataFrame) -> Measured:
    """Return how well the later fifth of the booked lines is foretold from the earlier ones: split by time, never by chance."""
    booked = feed.drop_nulls("label_gl_account").sort("known_at").with_row_index("at")
    if booked.is_empty():
        return Measured(None, 0, 0, 0, 0, 0)
    until: date = booked["known_at"][max(0, int(booked.height * TRAIN) - 1)]
    train, test = booked.filter(pl.col("known_at") <= until), booked.filter(pl.col("known_at") > until)
    told = _told(test, train).join(test.select("at", "label_gl_account"), on="at")
    right, sure = told["account"] == told["label_gl_account"], told["confidence"] >= float(SURE)
    return Measured(until, test.height, told.height, int(right.sum()), int(sure.sum()), int((right & sure).sum()))


def _told(wanted: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Return at, account, n, whole, last, level, confidence and others: of the narrowest key with a past the most frequent."""
    rows = [_at_level(wanted, history, *level) for level in LEVELS]
    return pl.concat(rows).unique("at", keep="first", maintain_order=True)


def _at_level(wanted: pl.DataFrame, history: pl.DataFrame, name: str, by: Sequence[str]) -> pl.DataFrame:
    """As _told at one level: only what was booked before the day of each line is counted."""
    keys = wanted.select("at", "known_at", *by).drop_nulls(by)
    past = history.group_by(*by, account="label_gl_account", day="known_at").agg(n=pl.len().cast(pl.Int64))
    met = keys.join(past, on=list(by)).filter(pl.col("day") < pl.col("known_at"))
    counted = met.group_by("at", "account").agg(pl.col("n").sum(), last=pl.col("day").max())
    ranked = counted.sort("at", "n", "last", "account", descending=[False, True, True, False])
    listed = pl.format("{} ({})", "account", "n")
    best = ranked.group_by("at", maintain_order=True).agg(
        pl.col("account", "last").first(),
        whole=pl.col("n").sum(),
        others=listed.slice(0, MOST).str.join(", "),
        n=pl.col("n").first(),
    )
    return best.select("at", "account", "n", "whole", "last", "others", level=pl.lit(name), confidence=_lower())


def _lower() -> pl.Expr:
    """Return Wilson's lower bound, at 95 percent, of the share `n` of `whole`."""
    n, z = pl.col("whole").cast(pl.Float64), float(Z)
    share = pl.col("n") / n
    spread = z * (share * (1 - share) / n + z**2 / (4 * n**2)).sqrt()
    return (share + z**2 / (2 * n) - spread) / (1 + z**2 / n)
