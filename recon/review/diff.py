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
    from collections.abc import Mapping

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
_OF_A_LINE = ("supplier_id", "supplier_name", "invoice_number", "invoice_line", "po_number", "po_line")


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
    """Return the money at risk in what is held or to review, by currency: was + new + worse + better + cleared = now.

    A line counts with the greatest of its findings, as in every total. What is milder now is better, what is graver worse.
    """
    told = subjects.with_columns(line=_line())
    was, later = _greatest(told, "was_", "new", "was"), _greatest(told, "", "cleared", "now")
    both = was.join(later, on=["line", "currency"], how="full", coalesce=True)
    moves = both.join(told.group_by("line").agg(pl.col("change").unique()), on="line").with_columns(
        change=_change(), amount=pl.col("now").fill_null(0) - pl.col("was").fill_null(0)
    )
    sums = [
        _summed(was.rename({"was": "amount"}), "was"),
        *(_summed(moves.filter(pl.col("change") == change), change) for change in MOVED),
        _summed(later.rename({"now": "amount"}), "now"),
    ]
    money = pl.DataFrame(schema={"currency": pl.String})
    for each in sums:
        money = money.join(each, on="currency", how="full", coalesce=True)
    return money.with_columns(pl.exclude("currency").fill_null(0)).sort("currency")


def _line() -> pl.Expr:
    """Return what a finding counts with others of: its invoice's line, where that has a number, else alone."""
    named = pl.all_horizontal(pl.col("invoice_number", "invoice_line").is_not_null())
    place = pl.concat_str(pl.col(_OF_A_LINE).fill_null(""), separator="\n")
    return pl.when(named).then(place).otherwise("subject_id")


def _greatest(told: pl.DataFrame, prefix: str, absent: str, name: str) -> pl.DataFrame:
    """Return `line`, `currency` and as `name` the greatest amount at risk of one side, where that holds or is to review."""
    rows = told.filter(pl.col("change") != absent, pl.col(f"{prefix}severity").is_in(_STOPS))
    currency = pl.col(f"{prefix}currency").fill_null(NO_CURRENCY).alias("currency")
    amount = pl.col(f"{prefix}amount_at_risk").fill_null(0).abs().cast(EXACT)
    return rows.group_by("line", currency).agg(amount.max().alias(name))


def _change() -> pl.Expr:
    """Return what became of a line: new or cleared where all its findings are, else worse or better by its money."""
    alone = pl.col("change").list.len() == 1
    first = pl.col("change").list.first()
    grown = pl.col("now").fill_null(0) > pl.col("was").fill_null(0)
    moved = pl.when(grown).then(pl.lit("worse")).otherwise(pl.lit("better"))
    return pl.when(alone & first.is_in(["new", "cleared"])).then(first).otherwise(moved)


def _summed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return group_sums(rows, ["currency"], "amount").select("currency", pl.col("amount").cast(EXACT).alias(name))
