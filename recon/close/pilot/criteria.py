"""Criteria: what was agreed before the pilot began, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.pilot.tables import CRITERIA, ONLY
from recon.codes import DECISIONS

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

PAY = DECISIONS[0]
MONTHS = 2


def criteria(rows: pl.DataFrame, told: pl.DataFrame, materiality: Decimal, as_of: date | None = None) -> pl.DataFrame:
    """Return CRITERIA of the rows of `beside` and their DISAGREEMENTS.

    An invoice that only one side knows is explained where a person has labelled it. A month end is compared where both decided
    on invoices that were booked in its month, and it is past by `as_of`.
    """
    apart = pl.col("kind").is_in(ONLY)
    strange = told.filter(apart, pl.col("label").is_null()).height
    worth = pl.coalesce("at_stake", "amount").abs().fill_null(0)
    unsaid = told.filter(~apart, pl.col("label").is_null(), worth > pl.lit(materiality)).height
    overpaid = told.filter(label="old_right", new=PAY).height
    ends = rows.drop_nulls(["old", "new"])["booked_on"].drop_nulls().dt.month_end().unique()
    months = ends.len() if as_of is None else int((ends <= as_of).sum())
    rows_ = [
        ("known to one side only, unexplained", "0", str(strange), not strange),
        (f"disagree above {materiality:f}, not labelled", "0", str(unsaid), not unsaid),
        ("would be paid, and the old process was right", "0", str(overpaid), not overpaid),
        ("month ends compared", f"at least {MONTHS}", str(months), months >= MONTHS),
    ]
    shown = [(name, asked, found, "pass" if good else "fail") for name, asked, found, good in rows_]
    return pl.DataFrame(shown, schema=dict(CRITERIA.columns), orient="row")
