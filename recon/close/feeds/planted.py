"""How well unusual values are seen: errors planted in the user's own lines, in memory, and how many of them are found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.close.feeds.anomalies import LEAST, LEVELS, MEASURES, scored_lines, unusual
from recon.close.feeds.before import window
from recon.kinds import EXACT

if TYPE_CHECKING:
    from recon.rules.rule import Rules

EVERY = 20
"""One line in so many is spoilt, of those that have a past."""


@dataclass(frozen=True)
class Error:
    """An error that people make: what it is called, the code that tells it, and what it multiplies the value by."""

    name: str
    code: str
    factor: Decimal


ERRORS = (
    Error("price x 10", "price_anomaly", Decimal(10)),
    Error("price / 10", "price_anomaly", Decimal("0.1")),
    Error("price with tax of 19 %", "price_anomaly", Decimal("1.19")),
    Error("price + 15 %", "price_anomaly", Decimal("1.15")),
    Error("price + 8 %", "price_anomaly", Decimal("1.08")),
    Error("price - 30 %", "price_anomaly", Decimal("0.7")),
    Error("quantity x 10", "quantity_anomaly", Decimal(10)),
)


@dataclass(frozen=True)
class Seen:
    """`scored` of `lines` have a past to be held against; `alarms` are told of the lines as they are, before the budget.

    `found`: by error how many were found of how many were planted.
    """

    lines: int
    scored: int
    alarms: int
    found: dict[str, tuple[int, int]]


def seen(lines: pl.DataFrame, rules: Rules) -> Seen:
    """Return how much of what is planted in the lines of `item_lines` is found, one kind of error after the other."""
    able = scored_lines(lines)
    past = window(able, LEVELS[0][1], "known_at").group_by("at").len().filter(pl.col("len") >= LEAST)["at"]
    hosts = past.sort().gather_every(EVERY)
    alarms = sum(unusual(able, code, column, rules).height for code, column in MEASURES.items())
    found = {error.name: (_found(able, hosts, error, rules), hosts.len()) for error in ERRORS}
    return Seen(able.height, past.len(), alarms, found)


def _found(lines: pl.DataFrame, hosts: pl.Series, error: Error, rules: Rules) -> int:
    column, host = MEASURES[error.code], pl.col("at").is_in(hosts.implode())
    spoilt = (pl.col(column).cast(EXACT) * pl.lit(error.factor, pl.Decimal(38, 2))).cast(EXACT)
    told = unusual(
        lines.with_columns(pl.when(host).then(spoilt).otherwise(column).alias(column)), error.code, column, rules
    )
    places = lines.filter(host).select("source", "row")
    return told.join(places, on=["source", "row"], how="semi").height
