"""A suspect: what may be behind many findings, which of them it would explain, and what would put it right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from recon.close.looked_at import taken

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from recon.close.causes.mend import Mend
    from recon.close.looked_at import Frame, Matched

FINDING = ("source", "row", "code")
"""What names a finding here: its place and its code."""

_LOOKED_AT = (
    *FINDING,
    *("severity", "invoice_number", "receipt_number", "expected", "actual", "amount_at_risk", "currency"),
)


@dataclass(frozen=True)
class Judged:
    """A match of whose `discrepancies` those columns are at hand that causes are looked for with."""

    invoice_lines: Frame
    order_lines: Frame
    receipt_lines: Frame
    discrepancies: pl.DataFrame

    @classmethod
    def of(cls, done: Matched) -> Judged:
        """Return what causes are looked for in."""
        return cls(done.invoice_lines, done.order_lines, done.receipt_lines, taken(done.discrepancies, *_LOOKED_AT))


@dataclass(frozen=True)
class Suspect:
    """One reason that many findings may have.

    `findings`: the FINDING of those that it explains; `rank`: the smaller, the more it says (a ratio says more than a
    place where findings are many).
    """

    kind: str
    statement: str
    scope: str
    findings: pl.DataFrame
    company: str | None = None
    supplier_id: str | None = None
    constant: Decimal | None = None
    since: date | None = None
    until: date | None = None
    facts: int = 0
    lines: int = 0
    invoices: int = 0
    share: Decimal | None = None
    p_value: Decimal | None = None
    confirmed_by: str | None = None
    alternatives: tuple[str, ...] = ()
    mend: Mend | None = None
    rank: int = field(default=0)


def findings_on(discrepancies: pl.DataFrame, places: pl.DataFrame, codes: tuple[str, ...]) -> pl.DataFrame:
    """Return the FINDING rows of these codes on lines that stand at `places` (source, row)."""
    wanted = discrepancies.filter(pl.col("code").is_in(codes))
    return wanted.join(places.select("source", "row").unique(), on=["source", "row"], how="semi").select(FINDING)
