"""Write-offs: proposals that a person approves or not, each with what else would clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.gr_ir import INVOICED, RECEIVED, RETURNED
from recon.close_tables import WRITE_OFFS
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.close import WriteOff

CLEARED_BY = {
    RECEIVED: "the missing invoice, or the return of the goods",
    INVOICED: "the missing receipt, or a credit note",
    RETURNED: "the credit note for what went back",
}


def write_offs(lines: pl.DataFrame, proposals: Sequence[WriteOff]) -> pl.DataFrame:
    """Return WRITE_OFFS of the GR_IR rows for which a proposal holds; `amount` is what the account would move by, debit positive."""
    accounts = {one.name: one.account for one in proposals}
    sign = pl.when(pl.col("kind") == RECEIVED).then(pl.lit(1, EXACT)).otherwise(pl.lit(-1, EXACT))
    named = lines.drop_nulls("write_off").with_columns(
        amount=pl.col("open_amount") * sign,
        base_amount=pl.col("base_amount") * sign,
        direction=pl.when(pl.col("open_amount") * sign >= 0).then(pl.lit("debit")).otherwise(pl.lit("credit")),
        to_account=pl.col("write_off").replace_strict(accounts, default=None, return_dtype=pl.String),
        cleared_by=pl.col("kind").replace_strict(CLEARED_BY, return_dtype=pl.String),
    )
    return WRITE_OFFS.cast(named).select(*WRITE_OFFS.columns)
