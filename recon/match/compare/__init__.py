"""Compare: how far apart what is linked lies, and which variances are beyond their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.match.compare.charges import charge_findings
from recon.match.compare.common_parts import with_parts
from recon.match.compare.dates import date_findings, order_closed
from recon.match.compare.deliveries import order_findings
from recon.match.compare.findings import all_found
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
    allocation is past a limit; `receipts` and `orders` with their own. `arithmetic`: what is found of that of the active ones.
    """

    lines: pl.DataFrame
    active: pl.DataFrame
    running: pl.DataFrame
    receipts: pl.DataFrame
    orders: pl.DataFrame
    arithmetic: pl.DataFrame


Check = Callable[[Compared, "Rules", "date | None"], pl.DataFrame]
"""Holds one thing against another: returns FINDINGS, those within their limits included (`beyond` false)."""

CHECKS: tuple[Check, ...] = (
    lambda what, rules, _: price_findings(what.active, rules.tolerances),
    lambda what, rules, _: quantity_findings(what.running, rules.tolerances),
    lambda what, rules, _: whole_order_findings(what.active, what.orders, what.running, rules.tolerances),
    lambda what, *_: what.arithmetic,
    lambda what, rules, _: charge_findings(what.active, what.orders, rules.tolerances),
    lambda what, *_: ahead_findings(what.active, what.orders),
    lambda what, rules, _: date_findings(what.active, what.receipts, rules.tolerances),
    lambda what, *_: order_closed(what.active),
    lambda what, *_: line_flags(what.active),
    lambda what, *_: reversal_flags(what.active),
    lambda what, *_: receipt_flags(what.receipts),
    lambda what, *_: duplicate_flags(what.lines),
    lambda what, rules, as_of: order_findings(what.orders, rules.tolerances, as_of),
)
"""What is checked; a new check is a function of this room and a row here."""


def compare(what: Compared, rules: Rules, as_of: date | None) -> pl.DataFrame:
    """Return every finding (FINDINGS) of CHECKS, those within their limits included (`beyond` false)."""
    active, orders = with_parts(what.active, what.orders)
    held = replace(what, active=active, orders=orders)
    return all_found(check(held, rules, as_of) for check in CHECKS)
