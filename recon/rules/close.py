"""The `close` section of the rules: how month-end is done, and on which accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from recon.rules.condition import Condition
    from recon.rules.written.places import Place


@dataclass(frozen=True)
class Account:
    """Which ledger accounts the order lines for which `when` holds are booked on; the first that holds decides.

    `expense`: debited when an accrual is booked (the order line's own `gl_account` goes before it). `accrued`: goods
    received, invoices received. `adjustment` and `target`: where a perpetual ledger regroups open items to.
    """

    name: str
    accrued: str
    expense: str | None = None
    adjustment: str | None = None
    target: str | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class WriteOff:
    """Which old open items are proposed to be written off, and on which account; a person decides."""

    name: str
    account: str
    when: Condition


JOURNAL_TARGETS = ("oracle", "d365", "netsuite", "xero", "quickbooks", "datev", "sap")
REVERSED_BY_DATE = ("netsuite", "sap")
"""Of these the file says on which day the system turns a journal round; the others need its rows."""


@dataclass(frozen=True)
class Journal:
    """How the accrual is booked, and for which system (JOURNAL_TARGETS) a file is written.

    `posting_date` and `reversal_date` default to the period's last day and the next.
    """

    target: str | None = None
    detail: Literal["line", "supplier", "account"] = "line"
    reversal: Literal["date", "rows"] | None = None
    posting_date: date | None = None
    reversal_date: date | None = None
    reversal_place: Place | None = field(default=None, compare=False)
    """Where the rules file names `reversal_date`, for what is wrong with it in one period and not in another."""

    @property
    def reverses_by_rows(self) -> bool:
        """Whether rows turn the journal round: so the rules say, or its file has no place for the day of the reversal."""
        no_day = self.target is not None and self.target not in REVERSED_BY_DATE
        return no_day if self.reversal is None else self.reversal == "rows"


@dataclass(frozen=True)
class Close:
    """The `close` section: how month-end is done."""

    accrual: Literal["period_end", "perpetual"] = "period_end"
    clearing: Literal["receipt_price", "full_price"] = "receipt_price"
    age_by: Literal["oldest_receipt", "last_receipt", "last_activity"] = "oldest_receipt"
    buckets: tuple[int, ...] = (30, 60, 90, 180, 365)
    accounts: tuple[Account, ...] = ()
    write_off: tuple[WriteOff, ...] = ()
    journal: Journal = Journal()
    eom: Literal["days_after_end", "end_after_days"] = "days_after_end"
    terms: str | None = None
    """Of invoices for which nobody gives any: `net 30`."""
    paid_by: Literal["sent", "cleared"] = "sent"
    lead_days: int = 0
    """How long a payment takes: a discount with fewer days left is at risk."""
    hours_before: Decimal | None = None
    """What a period's reconciliation took before, in hours of people; the user's own number."""
    hours_now: Decimal | None = None
    cost_per_period: Decimal | None = None
    """What accounts payable costs a period, in base currency; the user's own number."""
