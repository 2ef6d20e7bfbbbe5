"""Oracle Fusion: GL_INTERFACE.csv in a ZIP, as the file-based data import takes it; check the ledger's id and segments."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from recon.report.journals.rows import day, delimited, number, rows

if TYPE_CHECKING:
    import polars as pl

SEGMENTS = 30
_FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of the one file in the ZIP: the same journal gives the same bytes."""


def write(journal: pl.DataFrame, _base_currency: str) -> dict[str, bytes]:
    """Return the ZIP: status, ledger (the company), date, source, category, currency, actual flag, 30 segments, amounts, batch."""
    lines = [
        (
            *("NEW", row["company"] or "", day(row["posting_date"], "%Y/%m/%d"), "recon", "Accrual", row["currency"]),
            *(
                day(row["posting_date"], "%Y/%m/%d"),
                "A",
                row["account"],
                row["cost_centre"] or "",
                *[""] * (SEGMENTS - 2),
            ),
            *(number(row["debit"]), number(row["credit"]), number(row["base_debit"]), number(row["base_credit"])),
            *(row["journal_id"], row["text"]),
        )
        for row in rows(journal)
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("GL_INTERFACE.csv", _FIXED), delimited(None, lines))
    return {"journal_oracle.zip": packed.getvalue()}
