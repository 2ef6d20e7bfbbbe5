"""What every part of an explanation is made of: what is known of a run, lines for people, the same as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.ledger.summary import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.review.published import Published
    from recon.rules.rule import Rules
    from recon.tables import Sources

Row = dict[str, Any]


PLACE = ["source", "row"]


@dataclass(frozen=True)
class Known:
    """What is known of a run: its frames, and, where it is run again, its sources, rules and where the rules stand."""

    run: Reconciliation | Published
    sources: Sources | None = None
    rules: Rules | None = None
    places: Mapping[str, int] | None = None
    """Name of a rule -> its line in the rules file."""
    as_of: date | None = None


@dataclass(frozen=True)
class Part:
    """One part of an explanation: a title, lines for people, and the same as data."""

    title: str
    lines: tuple[str, ...]
    data: list[Row]


def part(title: str, lines: list[str]) -> Part:
    """Return a part of lines that stand for themselves."""
    return Part(title, tuple(lines), [{"text": line} for line in lines])


def rows_at(frame: pl.DataFrame, row: Row) -> pl.DataFrame:
    """Return the rows of a frame that stand where another row does."""
    return frame.filter((pl.col("source") == row["source"]) & (pl.col("row") == row["row"]))


def where(row: Mapping[str, Any]) -> str:
    """Return `file:row`."""
    return f"{row['source']}:{row['row']}"


def text(value: object) -> str:
    """Return a cell as text: `-` where it is absent, decimals in plain notation."""
    if value is None:
        return "-"
    return plain(value) if hasattr(value, "quantize") else str(value)  # type: ignore[arg-type]


def rule_of(known: Known, name: str | None) -> str:
    """Return a rule by name, with its place in the rules file."""
    if name is None:
        return "no rule"
    line = (known.places or {}).get(name)
    return f"{name} ({known.rules.path.name}:{line})" if line and known.rules else name
