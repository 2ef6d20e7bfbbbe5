"""One match of some documents: whole groups in, the frames of their results out. The match is the one that a run does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.match.batch import Batch, Shared
from recon.match.carried import carried, put_back, set_aside
from recon.match.flow import match_batch
from recon.match.normalise.lines import normalise
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.match.normalise.lines import Normalised
    from recon.match.resolve.resolve import Parties
    from recon.rules.rule import Rules
    from recon.tables import Sources

MATCHED = (ORDER_LINES, RECEIPT_LINES, INVOICE_LINES)


@dataclass(frozen=True)
class Context:
    """What every match of a store is made with: rules, who the suppliers are, conversions, rates, all rejects."""

    rules: Rules
    parties: Parties
    conversions: pl.DataFrame
    rates: pl.DataFrame
    rejects: pl.DataFrame
    absent: frozenset[str]


def normalised(sources: Sources, rules: Rules) -> tuple[Normalised, dict[str, dict[str, pl.DataType]]]:
    """Return lines that compare, and of each table the columns that are carried through."""
    own = {t.name: {c: getattr(sources, t.name).schema[c] for c in carried(getattr(sources, t.name).columns, t)} for t in MATCHED}  # fmt: skip
    aside: dict[str, Any] = {t.name: set_aside(getattr(sources, t.name), t) for t in MATCHED}
    return normalise(replace(sources, **aside), rules), own


def match_some(sources: Sources, context: Context) -> dict[str, pl.DataFrame]:
    """Return the frames of SPEC 6 for the lines of whole groups, all that is of them and nothing else."""
    normal, own = normalised(sources, context.rules)
    grouped = (context.parties.grouped(table, getattr(normal, table)) for table in TABLES)
    result = match_batch(Batch(*grouped), _shared(sources, context))
    lines = result.frames["invoice_lines"].drop("currency_read", "of_row")
    left_out = pl.concat([normal.left_out, result.left_out])
    frames = result.frames | {"invoice_lines": lines, "left_out": left_out}
    return frames | {table: put_back(frames[table], own[table]) for table in TABLES}


def _shared(sources: Sources, context: Context) -> Shared:
    columns: Mapping[str, list[str]] = {t.name: set_aside(getattr(sources, t.name).clear(), t).columns for t in MATCHED}
    return Shared(context.rules, None, context.parties, context.conversions, context.rates, context.rejects, columns, context.absent)  # fmt: skip
