"""The base currency of a folder of exports, and the currency of files that have no column for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS
from recon.draft.cells import cells, position
from recon.draft.currency_names import NAMED
from recon.draft.headings import hint_of
from recon.draft.look.units import unit_in
from recon.kinds import PRICED
from recon.read.cells.currency_marks import MEANT, beside
from recon.read.header import BLANK
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

DOCUMENTS = ("orders", "invoices")
MOST_ASKED = 6
REJECT = "none: such rows are rejects"
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
    drafts = [_with_names_told(draft, interview) for draft in drafts]
    named = dict.fromkeys(code for draft in drafts if draft.table in DOCUMENTS for code in _named(draft))
    drafts = [_with_hint(draft) for draft in drafts]
    hinted = dict.fromkeys(draft.defaults["currency"] for draft in drafts if draft.defaults.get("currency"))
    found = named | hinted
    signs = _signs(drafts)
    if len(found) == 1 and not (signs and _only_by_marks(drafts, hinted)):
        return next(iter(found)), [_in_base(draft) for draft in drafts]
    reason = "The files name several currencies." if len(found) > 1 else "No file names a currency."
    reason = f"{' and '.join(signs)} beside numbers may be several currencies." if signs else reason
    text = f"{reason} Which is the base currency, that of orders without one?"
    options = list(dict.fromkeys([*found, *_meant(signs)])) if signs else list(found)
    base = interview.answer(text, options or USUAL, "base_currency", also=MINOR_UNITS)
    return base, list(drafts) if found else [_in_base(draft) for draft in drafts]


def _signs(drafts: Sequence[Draft]) -> list[str]:
    """Return the signs beside the amounts of orders and invoices that may stand for several currencies: `$`, `kr`."""
    found = {
        mark for draft in drafts if draft.table in DOCUMENTS for one, _ in draft.seen for mark in _marks(draft, one)
    }
    return sorted(mark for mark in found if len(MEANT[mark]) > 1)


def _meant(signs: Sequence[str]) -> list[str]:
    """Return the currencies that the signs may stand for, the usual ones first, and no more than a person reads."""
    codes = dict.fromkeys(code for sign in signs for code in MEANT[sign])
    usual = [code for code in USUAL if code in codes]
    return [*usual, *(code for code in codes if code not in usual)][: len(USUAL)]


def _only_by_marks(drafts: Sequence[Draft], hinted: Mapping[str, None]) -> bool:
    """Return whether no column and no heading names a currency."""
    columns = any("currency" in {*draft.columns, *mapping} for draft in drafts for _, mapping in draft.seen)
    return not columns and not hinted


def _named(draft: Draft) -> list[str]:
    """Return the currencies that stand in a draft's currency column, or beside its amounts and prices."""
    found = []
    for one, mapping in draft.seen:
        found += [
            code
            for name, text in one.above
            if name == draft.above.get("currency") and (code := text.upper()) in MINOR_UNITS
        ]
        found += [named for cell in cells(one, _column(draft, mapping)) if (named := _meant_by(draft, cell))]
        found += [MEANT[mark][0] for mark in _marks(draft, one) if len(MEANT[mark]) == 1]
    return found


def _column(draft: Draft, mapping: Mapping[str, str]) -> str | None:
    """Return what a file calls its currency column, if it has one: as the draft says, or the preset."""
    return draft.columns.get("currency") or mapping.get("currency")


def _meant_by(draft: Draft, cell: str) -> str | None:
    """Return the currency that a cell names: by its code, or as the draft says that its words are meant."""
    code = cell.upper()
    return code if code in MINOR_UNITS else draft.values.get("currency", {}).get(cell)


def _with_names_told(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with what the words of its currency column mean that are no codes; asked of a few that no one currency has."""
    found = dict.fromkeys(cell for one, mapping in draft.seen for cell in cells(one, _column(draft, mapping)))
    words = [cell for cell in found if cell.upper() not in MINOR_UNITS]
    meant = {word: NAMED[word.upper()] for word in words if word.upper() in NAMED}
    unknown = [word for word in words if word not in meant]
    if not draft.preset and len(unknown) <= MOST_ASKED:
        meant |= _answered(unknown, draft, interview)
    return replace(draft, values={**draft.values, "currency": meant}) if meant else draft


def _answered(words: Sequence[str], draft: Draft, interview: Interview) -> dict[str, str]:
    meant: dict[str, str] = {}
    for word in words:
        text = f"Which currency is {word} in the column {draft.columns['currency']} of {', '.join(draft.files)}?"
        code = interview.answer(text, [*USUAL, REJECT], f"{draft.place}.values", also=MINOR_UNITS)
        meant |= {word: code} if code is not None and code != REJECT else {}
    return meant


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
    meant = {codes for name in _priced(draft) if (codes := _meaning(hint_of(name) or _unit_below(draft, name)))}
    if draft.preset or "currency" in draft.columns or len(meant) != 1:
        return draft
    told = f"the headings of its amounts say ({next(iter(meant))[0]})"
    reasons = {**draft.reasons, "currency": told}
    return replace(draft, defaults={**draft.defaults, "currency": next(iter(meant))[0]}, reasons=reasons)


def _unit_below(draft: Draft, name: str) -> str:
    """Return what a row of units says below a heading, where all files say the same; "" for nothing."""
    found = {unit_in(one.units.get(name, "")) for one, _ in draft.seen}
    return found.pop() if len(found) == 1 else ""


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
