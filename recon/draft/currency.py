"""The base currency of a folder of exports, and the currency of files that have no column for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS
from recon.draft.cells import cells, position
from recon.draft.headings import hint_of
from recon.kinds import PRICED
from recon.read.cells.currency_marks import MEANT, beside
from recon.read.header import BLANK
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.inspection import Inspection
    from recon.draft.interview import Interview
    from recon.draft.text import Draft

DOCUMENTS = ("orders", "invoices")
USUAL = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "PLN", "INR")
SPOKEN = {
    "RM": ("MYR",),
    "RS": ("INR",),
    "RS.": ("INR",),
    "SFR": ("CHF",),
    "RP": ("IDR",),
    "DOLLARS": (),
    "EUROS": ("EUR",),
}
"""What headings call currencies besides their codes and signs."""


def with_currency(drafts: Sequence[Draft], interview: Interview) -> tuple[str | None, list[Draft]]:
    """Return the base currency, and the drafts with a default for files that name none; asks where it is not one alone."""
    named = dict.fromkeys(code for draft in drafts if draft.table in DOCUMENTS for code in _named(draft))
    drafts = [_with_hint(draft) for draft in drafts]
    hinted = dict.fromkeys(draft.defaults["currency"] for draft in drafts if draft.defaults.get("currency"))
    found = named | hinted
    if len(found) == 1:
        return next(iter(found)), [_in_base(draft) for draft in drafts]
    reason = "The files name several currencies." if found else "No file names a currency."
    text = f"{reason} Which is the base currency, that of orders without one?"
    base = interview.answer(text, list(found) or USUAL, "base_currency", also=MINOR_UNITS)
    return base, list(drafts) if found else [_in_base(draft) for draft in drafts]


def _named(draft: Draft) -> list[str]:
    """Return the currencies that stand in a draft's currency column, or beside its amounts and prices."""
    found = []
    for one, mapping in draft.seen:
        found += [
            code
            for name, text in one.above
            if name == draft.above.get("currency") and (code := text.upper()) in MINOR_UNITS
        ]
        column = draft.columns.get("currency") or mapping.get("currency")
        found += [cell.upper() for cell in cells(one, column) if cell.upper() in MINOR_UNITS]
        found += [MEANT[mark][0] for mark in _marks(draft, one) if len(MEANT[mark]) == 1]
    return found


def _marks(draft: Draft, one: Inspection) -> list[str]:
    """Return the signs and codes that stand beside a file's amounts and prices."""
    found: list[str] = []
    for name in _priced(draft):
        at = position(one, name)
        if one.raw is not None and at is not None:
            marks = beside(one.raw.frame[:, at].str.strip_chars(BLANK), one.raw.currencies.get(at))
            found += marks.drop_nulls().unique().sort().to_list()
    return found


def _priced(draft: Draft) -> list[str]:
    return [draft.columns[column] for column in sorted({*CANONICAL[draft.table].of(*PRICED)} & draft.columns.keys())]


def _with_hint(draft: Draft) -> Draft:
    """Return the draft with the currency that its headings have in brackets, where they have one: `Amount (USD)`."""
    meant = {codes for name in _priced(draft) if (codes := _meaning(hint_of(name)))}
    if draft.preset or "currency" in draft.columns or len(meant) != 1:
        return draft
    told = f"the headings of its amounts say ({next(iter(meant))[0]})"
    reasons = {**draft.reasons, "currency": told}
    return replace(draft, defaults={**draft.defaults, "currency": next(iter(meant))[0]}, reasons=reasons)


def _meaning(hint: str) -> tuple[str, ...]:
    found = SPOKEN.get(hint.upper(), MEANT.get(hint.upper(), ()))
    return found if len(found) == 1 else ()


def _in_base(draft: Draft) -> Draft:
    """Return the draft of orders or invoices with the base currency for every row: nothing in them says another."""
    known = draft.preset or "currency" in {*draft.columns, *draft.defaults, *draft.above}
    marked = any(_marks(draft, one) for one, _ in draft.seen)
    if draft.table not in DOCUMENTS or known or marked:
        return draft
    return replace(draft, defaults={**draft.defaults, "currency": "base"})
