"""Anomalies: prices and quantities that are unusual by what the same supplier billed for the same item before."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from recon.close.feeds.before import middle, window
from recon.close.feeds.lines import logarithm, score
from recon.close.feeds.tables import ANOMALIES
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Rules

LEAST = 3
CUT = Fraction(7, 2)
"""From which modified z on a value is unusual."""
FLOOR = Fraction(1, 50)
"""The least scale: prices that never moved make no rise of a few percent unusual."""
MAD = Fraction(7413, 5000)
"""What a median absolute deviation is multiplied by to be a standard deviation: 1.4826."""
SAME = Fraction(1, 200)
"""Prices this near are one price: the second at a new level is not unusual again."""
STEP = Fraction(1, 10)
"""From which change on the last price alone makes a price unusual."""
BUDGET = Fraction(10, 1000)
"""The most alerts per line."""
SEASONS = 24
"""So many months must be known before a month is held against the same one a year before."""
LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("supplier and item", ("supplier_id", "what", "unit")),
    ("item", ("what", "unit")),
)
LAST_PRICE = "last price"
MEASURES = {"price_anomaly": "base_price", "quantity_anomaly": "quantity"}


def anomalies(lines: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return ANOMALIES of the lines of `item_lines`: the worst by size and money, at most ten in a thousand lines (one of fewer)."""
    able = scored_lines(lines)
    found = [unusual(able, code, column, rules) for code, column in MEASURES.items()]
    weight = pl.col("z").abs().cast(pl.Float64) * pl.col("base_amount").abs().fill_null(0).cast(pl.Float64)
    lower = pl.col("level") == LAST_PRICE
    ranked = pl.concat(found).sort(
        lower, weight, "source", "row", "code", descending=[False, True, False, False, False]
    )
    return ranked.head(max(1, int(able.height * BUDGET)))


def scored_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines whose values may be unusual: credit notes and lines without a day are not."""
    return lines.filter(pl.col("known_at").is_not_null(), pl.col("document_type") != "credit_note")


def unusual(lines: pl.DataFrame, code: str, column: str, rules: Rules) -> pl.DataFrame:
    """Return ANOMALIES of every line whose value is unusual, before the budget.

    A value is held against those that were booked before its day, never against itself or later ones.
    """
    logged = lines.filter(pl.col(column) > 0).with_columns(log=logarithm(column))
    levels = [_at_level(logged, *level) for level in LEVELS]
    told = [*levels, _last_price(logged)] if code == "price_anomaly" else levels[:1]
    first = pl.concat(told).unique("at", keep="first", maintain_order=True)
    flagged = first.filter(pl.col("z").abs() > float(CUT))
    if code == "quantity_anomaly":
        flagged = _out_of_season(logged, flagged)
    fresh = _without_new_levels(logged, flagged)
    return _worded(fresh.join(logged, on="at"), code, column, rules)


def _at_level(logged: pl.DataFrame, name: str, by: Sequence[str]) -> pl.DataFrame:
    """Return at, n, expected (a logarithm), scale, z and level of the lines with enough of a past at this level."""
    past = middle(window(logged, by, "log"), "log").filter(pl.col("n") >= LEAST)
    scale = pl.max_horizontal(pl.col("mad") * float(MAD), pl.lit(float(FLOOR)))
    beside = logged.select("at", "log").join(past, on="at").with_columns(scale=scale)
    z = (pl.col("log") - pl.col("median")) / pl.col("scale")
    return beside.select("at", "n", expected="median", scale="scale", z=z, level=pl.lit(name))


def _last_price(logged: pl.DataFrame) -> pl.DataFrame:
    """Return the same of lines with a shorter past: a step of more than STEP from the last price is just unusual."""
    past = middle(window(logged, LEVELS[0][1], "log"), "log").filter(pl.col("n") < LEAST)
    beside = logged.select("at", "log").join(past, on="at")
    scale = (1 + pl.lit(float(STEP))).log() / float(CUT)
    return beside.select(
        "at", "n", expected="last", scale=scale, z=(pl.col("log") - pl.col("last")) / scale, level=pl.lit(LAST_PRICE)
    )


def _out_of_season(logged: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """Return what is flagged but for values that were usual in the same month a year before, where two years are known."""
    by, month = LEVELS[0][1], pl.col("known_at").dt.truncate("1mo")
    usual = logged.group_by(*by, season=month).agg(usual=pl.col("log").median())
    since = logged.group_by(by).agg(since=pl.col("known_at").min())
    own = logged.join(flagged.select("at", "scale"), on="at").with_columns(season=month.dt.offset_by("-1y"))
    beside = own.join(usual, on=[*by, "season"]).join(since, on=by)
    of_old = pl.col("since") <= pl.col("known_at").dt.offset_by(f"-{SEASONS}mo")
    expected = beside.filter(of_old, (pl.col("log") - pl.col("usual")).abs() <= pl.col("scale") * float(CUT))
    return flagged.join(expected.select("at"), on="at", how="anti")


def _without_new_levels(logged: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """Return what is flagged but for values that one flagged before has, too: that is the new level."""
    marked = logged.with_columns(flag=pl.col("at").is_in(flagged["at"].implode()))
    past = window(marked, LEVELS[0][1], "log", "flag").filter("flag")
    own = marked.select("at", own="log")
    again = past.join(own, on="at").filter((pl.col("own") - pl.col("log")).abs() <= float(SAME))
    return flagged.join(again.select("at").unique(), on="at", how="anti")


def _worded(found: pl.DataFrame, code: str, column: str, rules: Rules) -> pl.DataFrame:
    expected = pl.col("expected").exp().round(4)
    words = pl.format(
        "{} {} of {} is {} times the {} of {} ({}; {}, scale {} %, z {})",
        pl.lit("Price" if code == "price_anomaly" else "Quantity"),
        _text(pl.col(column).cast(pl.Float64).round(4)),
        pl.coalesce("what", "description", pl.lit("no item")),
        _text((pl.col("log") - pl.col("expected")).exp().round(2)),
        pl.when(pl.col("level") == LAST_PRICE).then(pl.lit("last")).otherwise(pl.lit("median")),
        _text(expected),
        pl.format("{} before", "n"),
        pl.format("by {}", "level"),
        _text((pl.col("scale") * 100).round(1)),
        _text(pl.col("z").round(1)),
    )
    shown = found.with_columns(
        code=pl.lit(code),
        severity=pl.lit(rules.severity(code)),
        item="what",
        actual=pl.col(column).cast(EXACT),
        expected=expected.cast(EXACT),
        scale=score("scale"),
        z=score("z"),
        message=words,
    )
    return ANOMALIES.cast(shown).select(*ANOMALIES.columns)


def _text(number: pl.Expr) -> pl.Expr:
    return number.cast(EXACT).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
