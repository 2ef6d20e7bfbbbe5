"""The `close` section: how month-end is done."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from recon.close_tables import GR_IR
from recon.errors import RulesError
from recon.rules.close import JOURNAL_TARGETS, Account, Close, Journal, WriteOff
from recon.rules.terms import parse_terms
from recon.rules.written.kinds import Choice, Number, Parsed, Text, Whole, refused
from recon.rules.written.named import NAME, POLICY_WHEN, condition, refuse_same_name
from recon.rules.written.places import shown
from recon.rules.written.sections import Field, Many, Record
from recon.tables import PLACE

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Node, Section

OPEN_ITEM = {
    name: kind
    for name, kind in GR_IR.columns.items()
    if name not in (*PLACE, "codes", "write_off", "accrual_amount", "apart_amount", "rule", "cause_id")
}
"""What a `when` of `write_off` may name: the columns of an open item."""
ACCOUNT = Text("an account", may_be_empty=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RulesError(f"'{text}' is no date", hint="As 2026-10-31.") from None


def _terms(text: str) -> str:
    if not text.strip() or parse_terms(text) is None:
        raise RulesError(f"{shown(text)} are no payment terms that can be read", hint="As net 30, or 2/10 net 30.")
    return text


def _journal(section: Section, values: dict[str, Any]) -> Journal:
    posted, back = values.get("posting_date"), values.get("reversal_date")
    place = section.at("reversal_date")
    if posted and back and back <= posted:
        raise refused(place, f"the reversal on {back} is not after {posted}", "Name a later day, or none.")
    return Journal(**values, reversal_place=place if back else None)


def _rising(items: list[tuple[Node, int]]) -> None:
    for (_, before), (node, days) in pairwise(items):
        if days <= before:
            raise refused(node.place, f"{days} does not come after {before}", "Write the days from young to old.")


_WRITE_OFF = Record(
    "a write-off",
    {
        "name": NAME,
        "when": Field(condition(OPEN_ITEM), "SQL condition on the open item.", "Say which: when: age_days > 180"),
        "account": Field(ACCOUNT, "The account it is proposed for.", "Add account: ..."),
    },
    lambda _, values: WriteOff(**values),
)
_ACCOUNT = Record(
    "accounts of some order lines",
    {
        "name": NAME,
        "when": POLICY_WHEN,
        "accrued": Field(ACCOUNT, "Goods received, invoices received.", "Add accrued: ..."),
        "expense": Field(ACCOUNT, "Debited where the order line names no account of its own."),
        "adjustment": Field(ACCOUNT, "Where open items are regrouped from."),
        "target": Field(ACCOUNT, "Where open items are regrouped to."),
    },
    lambda _, values: Account(**values),
)
_JOURNAL = Record(
    "the journal",
    {
        "target": Field(Choice("a system", JOURNAL_TARGETS), "Whose import file is written, too."),
        "detail": Field(Choice("a level of detail", ("line", "supplier", "account")), "A row for what."),
        "reversal": Field(
            Choice("a way to reverse", ("date", "rows")),
            "A date, or rows that turn the others round; by default as the target's file can say it.",
        ),
        "posting_date": Field(Parsed("a date", _day), "The last day of the period by default."),
        "reversal_date": Field(Parsed("a date", _day), "The day after by default."),
    },
    _journal,
)


def _close(_section: Any, values: dict[str, Any]) -> Close:
    return Close(**values)


CLOSE = Record(
    "close",
    {
        "accrual": Field(
            Choice("a way to accrue", ("period_end", "perpetual")),
            "perpetual: the ledger books each receipt; period_end: it books none, and the journal does.",
        ),
        "clearing": Field(
            Choice("a way to clear", ("receipt_price", "full_price")),
            "full_price: bills clear the account at their own price, so that price variances stay on it.",
        ),
        "age_by": Field(
            Choice("a date", ("oldest_receipt", "last_receipt", "last_activity")), "From which day an open item ages."
        ),
        "buckets": Field(
            Many(Whole("a number of days", least=1, most=9999), check=_rising), "Upper ends of ages, in days."
        ),
        "accounts": Field(Many(_ACCOUNT, check=refuse_same_name, may_be_empty=True), "The first that holds decides."),
        "write_off": Field(Many(_WRITE_OFF, check=refuse_same_name, may_be_empty=True), "Proposals; a person decides."),
        "journal": Field(_JOURNAL, "How the accrual is booked."),
        "eom": Field(
            Choice("a reading of end of month", ("days_after_end", "end_after_days")),
            "What `45 days EOM` means: the end of the month and then the days, or the other way round.",
        ),
        "terms": Field(Parsed("payment terms", _terms), "Of invoices for which nobody gives any: net 30."),
        "paid_by": Field(Choice("a day", ("sent", "cleared")), "When an invoice counts as paid."),
        "lead_days": Field(
            Whole("a number of days", least=0, most=999),
            "How long a payment takes: a discount with fewer days left is at risk.",
        ),
        "hours_before": Field(Number("hours"), "What reconciling a period took before, in hours; your own number."),
        "hours_now": Field(Number("hours"), "What it takes now, in hours; your own number."),
        "cost_per_period": Field(Number("an amount"), "What accounts payable costs a period; your own number."),
    },
    _close,
)
