"""What a batch is matched with and comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import polars as pl

    from recon.match.compare import Compared
    from recon.match.resolve.resolve import Parties
    from recon.rules.rule import Rules

RESULTS = ("discrepancies", "invoice_lines", "order_lines", "receipt_lines", "invoices", "allocations", "bridge")
"""The frames of SPEC 6 that are those of the batches, one after the other."""


@dataclass(frozen=True)
class Batch:
    """Lines of whole groups, with their `group_id`: they may be matched apart from all others."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


class Lines(NamedTuple):
    """The three tables on their way through the stages; each stage returns them with what it found beside them."""

    orders: pl.DataFrame
    receipts: pl.DataFrame
    invoices: pl.DataFrame


@dataclass(frozen=True)
class Shared:
    """What every batch is matched with; `columns` are those that the sources have, by table, `absent` those that none has."""

    rules: Rules
    as_of: date | None
    parties: Parties
    conversions: pl.DataFrame
    rates: pl.DataFrame
    rejects: pl.DataFrame
    columns: Mapping[str, Sequence[str]]
    absent: frozenset[str]


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to: the frames RESULTS, and what it adds to those of the whole.

    `invoice_lines` of `frames` still have `of_row` (true on one line of each row) and `currency_read`; so have the `given` lines, as they were to be matched.
    `totals`: what each party ordered and invoiced; `detached`: the bridge of lines without an order, by currency.
    `found`: all that was compared, within its limits too, and between what (`compared`). `left_out`: rows that bill nothing
    beside what is their whole document's. `rejects`: rows that were too wide to compute with.
    """

    frames: dict[str, pl.DataFrame]
    given: pl.DataFrame
    totals: pl.DataFrame
    detached: pl.DataFrame
    found: pl.DataFrame
    compared: Compared
    left_out: pl.DataFrame
    rejects: pl.DataFrame
