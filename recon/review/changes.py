"""What became of each subject between two runs: new, same, worse, better or cleared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import SEVERITIES
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polars.datatypes import DataType, DataTypeClass

CHANGES = ("new", "worse", "better", "same", "cleared")
KNOWN: Mapping[str, DataType | DataTypeClass] = {
    "subject_id": pl.String,
    "discrepancy_id": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "supplier_id": pl.String,
    "supplier_name": pl.String,
    "invoice_number": pl.String,
    "invoice_line": pl.String,
    "po_number": pl.String,
    "po_line": pl.String,
    "variance": EXACT,
    "amount_at_risk": EXACT,
    "amount": EXACT,
    "currency": pl.String,
}
"""What is known of a finding of an earlier run."""
_WORDS_OF_ID = 14
"""How much of a discrepancy id names facts in words: a letter, a dash and twelve digits."""
_SEVERITY = {severity: rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True)
class Earlier:
    """The findings of an earlier run, or of a baseline: a frame of KNOWN."""

    found: pl.DataFrame

    def new_or_worse(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return the discrepancies of `found` that were not there, or not so bad."""
        change = changes(self.found, found).filter(pl.col("change").is_in(["new", "worse"]))
        return found.join(change.select("subject_id"), on="subject_id", how="semi", maintain_order="left")

    def counts(self, found: pl.DataFrame, severe: Sequence[str]) -> str:
        """Return how many subjects of these severities, then or now, are known, new, worse, better and cleared, in words."""
        either = pl.col("severity").is_in(severe) | pl.col("was_severity").is_in(severe)
        of = dict(changes(self.found, found).filter(either)["change"].value_counts().rows())
        known = sum(of.get(change, 0) for change in ("same", "worse", "better"))
        told = ", ".join(f"{of.get(change, 0):,} {change}" for change in ("new", "worse", "better", "cleared"))
        return f"Against the baseline: {known:,} known, {told}."


def changes(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return one row a subject of either, by subject: KNOWN as it is now (cleared: as it was), `was_...`, and `change`.

    Worse is other facts in words, a graver severity, or more money in the currency it had; better is less of either.
    """
    was = old.select(*KNOWN).rename({name: f"was_{name}" for name in KNOWN if name != "subject_id"})
    both = new.select(*KNOWN).join(was, on="subject_id", how="full", coalesce=True)
    change = (
        pl.when(pl.col("discrepancy_id").is_null())
        .then(pl.lit("cleared"))
        .when(pl.col("was_discrepancy_id").is_null())
        .then(pl.lit("new"))
        .when(_same())
        .then(pl.lit("same"))
        .when(worse())
        .then(pl.lit("worse"))
        .when(_better())
        .then(pl.lit("better"))
        .otherwise(pl.lit("same"))
    )
    known = (pl.coalesce(name, f"was_{name}").alias(name) for name in KNOWN if name != "subject_id")
    judged = both.with_columns(change=change)
    return judged.with_columns(*known).sort("subject_id")


def worse(before: str = "was_", now_id: str = "discrepancy_id") -> pl.Expr:
    """Return whether facts got worse than those with `before` ahead of their names: other words, graver, or more money.

    Where no money is told it is the variance that counts; a figure that was or is not known counts as greater.
    """
    words = pl.col(now_id).str.head(_WORDS_OF_ID) != pl.col(f"{before}{now_id}").str.head(_WORDS_OF_ID)
    graver = _place("severity") > _place(f"{before}severity")
    more = _greater("amount_at_risk", before) | _greater("amount", before)
    varies = (pl.col("amount_at_risk").fill_null(0) == 0) & _greater("variance", before)
    other = pl.col("currency").ne_missing(pl.col(f"{before}currency"))
    return (words | graver | more | varies | other).fill_null(value=True)


def _same() -> pl.Expr:
    return (pl.col("discrepancy_id") == pl.col("was_discrepancy_id")) & (pl.col("severity") == pl.col("was_severity"))


def _better() -> pl.Expr:
    """Return whether facts that are not worse got better: milder, or less money; where none is told, less variance."""
    money, was = pl.col("amount_at_risk").abs(), pl.col("was_amount_at_risk").abs()
    less = (money < was) | (pl.col("amount").abs() < pl.col("was_amount").abs())
    varies = (money.fill_null(0) == 0) & (pl.col("variance").abs() < pl.col("was_variance").abs())
    return ((_place("severity") < _place("was_severity")) | less | varies).fill_null(value=False)


def _greater(name: str, before: str) -> pl.Expr:
    figure, was = pl.col(name), pl.col(f"{before}{name}")
    return (figure.abs() > was.abs()).fill_null(figure.is_null() != was.is_null())


def _place(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(_SEVERITY, default=None, return_dtype=pl.Int8)
