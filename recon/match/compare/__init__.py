"""Compare: how far apart what is linked lies, and which variances are beyond their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.compare.arithmetic import arithmetic_findings
from recon.match.compare.charges import charge_findings
from recon.match.compare.dates import date_findings, order_closed
from recon.match.compare.deliveries import order_findings
from recon.match.compare.flags import credit_flags, duplicate_flags, line_flags, receipt_flags
from recon.match.compare.prices import price_findings
from recon.match.compare.quantities import quantity_findings

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.rule import Rules


@dataclass(frozen=True)
class Compared:
    """What is held against what.

    `lines`: all invoice lines; `active`: those not set aside, beside their orders; `running`: those of them whose
    allocation is past a limit; `receipts` and `orders` with their own.
    """

    lines: pl.DataFrame
    active: pl.DataFrame
    running: pl.DataFrame
    receipts: pl.DataFrame
    orders: pl.DataFrame


def compare(what: Compared, rules: Rules, as_of: date | None) -> pl.DataFrame:
    """Return every finding (FINDINGS), those within their limits included (`beyond` false)."""
    return pl.concat(
        [
            price_findings(what.active),
            quantity_findings(what.running, rules.tolerances),
            arithmetic_findings(what.active, rules.tolerances),
            charge_findings(what.active, what.orders, rules.tolerances),
            date_findings(what.active, what.receipts, rules.tolerances),
            order_closed(what.active),
            line_flags(what.active),
            credit_flags(what.running),
            receipt_flags(what.receipts),
            duplicate_flags(what.lines),
            order_findings(what.orders, rules.tolerances, as_of),
        ]
    )
