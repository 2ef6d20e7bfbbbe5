"""Compare: how far apart what is linked lies, and which variances are beyond their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.compare.arithmetic import arithmetic_findings
from recon.match.compare.charges import charge_findings
from recon.match.compare.dates import date_findings, order_closed
from recon.match.compare.deliveries import order_findings
from recon.match.compare.flags import duplicate_flags, line_flags, receipt_flags, reversal_flags
from recon.match.compare.prepayments import ahead_findings
from recon.match.compare.prices import price_findings
from recon.match.compare.quantities import quantity_findings
from recon.match.compare.whole_order import whole_order_findings

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
    told, tolerances = what.active, rules.tolerances
    quantities = quantity_findings(what.running, tolerances)
    return pl.concat(
        [
            price_findings(told, tolerances),
            quantities,
            arithmetic_findings(told, rules),
            charge_findings(told, what.orders, tolerances),
            ahead_findings(told, what.orders),
            whole_order_findings(told, what.orders, quantities, tolerances),
            date_findings(told, what.receipts, tolerances),
            order_closed(told),
            line_flags(told),
            reversal_flags(told),
            receipt_flags(what.receipts),
            duplicate_flags(what.lines),
            order_findings(what.orders, tolerances, as_of),
        ]
    )
