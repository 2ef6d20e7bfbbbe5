"""Two runs side by side: what became of each finding, which invoices are decided otherwise, and how much money moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import SEVERITIES
from recon.engine.sums import group_sums
from recon.kinds import EXACT, NO_CURRENCY
from recon.review.changes import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polars.datatypes import DataType, DataTypeClass

INVOICES: Mapping[str, DataType | DataTypeClass] = {
    "invoice_key": pl.String,
    "supplier_id": pl.String,
    "supplier_name": pl.String,
    "invoice_number": pl.String,
    "decision": pl.String,
    "effective_decision": pl.String,
    "amount": EXACT,
    "currency": pl.String,
}
MOVED = ("new", "worse", "better", "cleared")
"""Changes that move money, in the order in which they are told."""
_STOPS = SEVERITIES[1:]


@dataclass(frozen=True)
class Side:
    """What is compared of a run: its findings (KNOWN), and its invoices (INVOICES) where the report tells them."""

    found: pl.DataFrame
    invoices: pl.DataFrame


@dataclass(frozen=True)
class Difference:
    """What lies between two runs.

    `subjects` as `changes` returns them, `invoices` those decided otherwise, `money` at risk by currency: `was`, MOVED
    (signed), `now`; `parts` the same difference step by step, where it is known: of the data, of the rules.
    """

    subjects: pl.DataFrame
    invoices: pl.DataFrame
    money: pl.DataFrame
    parts: Mapping[str, Difference]


def difference(old: Side, new: Side, parts: Mapping[str, Difference] | None = None) -> Difference:
    """Return what lies between two runs."""
    subjects = changes(old.found, new.found)
    return Difference(subjects, _decided_otherwise(old.invoices, new.invoices), _money(subjects), parts or {})


def explained(old: Side, middle: Side, new: Side) -> Difference:
    """Return the difference of old and new with its parts: of the data (old to middle) and of the rules (middle to new)."""
    return difference(old, new, {"data": difference(old, middle), "rules": difference(middle, new)})


def _decided_otherwise(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the invoices of both that are decided otherwise, with `was_decision`, and those that only one has."""
    new = new.select(*INVOICES)
    was = old.select("invoice_key", was_decision="effective_decision", was_amount="amount")
    both = new.join(was, on="invoice_key", how="left")
    gone = old.join(new, on="invoice_key", how="anti").select(
        *INVOICES, was_decision="effective_decision", was_amount="amount"
    )
    absent = gone.with_columns(decision=pl.lit(None, pl.String), effective_decision=pl.lit(None, pl.String))
    moved = both.filter(pl.col("effective_decision").ne_missing(pl.col("was_decision")))
    return pl.concat([moved, absent.select(moved.columns)]).sort("invoice_number", "invoice_key", nulls_last=True)


def _money(subjects: pl.DataFrame) -> pl.DataFrame:
    """Return the money at risk in what is held or to review, by currency: was + new + worse + better + cleared = now."""
    was = _told(subjects, "was_", ["cleared", *CARRIED], before=True)
    later = _told(subjects, "", ["new", *CARRIED], before=False)
    moves = pl.concat([was.with_columns(amount=-pl.col("amount")), later])
    sums = [
        _summed(was, "was"),
        *(_summed(moves.filter(pl.col("change") == change), change) for change in MOVED),
        _summed(later, "now"),
    ]
    money = pl.DataFrame(schema={"currency": pl.String})
    for each in sums:
        money = money.join(each, on="currency", how="full", coalesce=True)
    return money.with_columns(pl.exclude("currency").fill_null(0)).sort("currency")


CARRIED = ("worse", "better", "same")


def _told(subjects: pl.DataFrame, prefix: str, kinds: Sequence[str], *, before: bool) -> pl.DataFrame:
    """Return `change`, `currency` and `amount` of one side; a change of what is the same but milder now moves money too."""
    rows = subjects.filter(pl.col("change").is_in(kinds))
    severe = pl.col(f"{'was_' if before else ''}severity").is_in(_STOPS)
    return rows.filter(severe).select(
        pl.col("change").replace("same", "better"),
        pl.col(f"{prefix}currency").fill_null(NO_CURRENCY).alias("currency"),
        pl.col(f"{prefix}amount_at_risk").fill_null(0).abs().cast(EXACT).alias("amount"),
    )


def _summed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return group_sums(rows, ["currency"], "amount").select("currency", pl.col("amount").cast(EXACT).alias(name))
