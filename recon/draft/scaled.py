"""Figures that stand in an export otherwise than they are meant: bills with a minus, cents, prices per thousand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.amounts import figures
from recon.errors import SourceError
from recon.kinds import COUNT, PRICED
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

MOSTLY = 0.8
FEWEST = 3
CENTS = re.compile(r"(?i)(?:^|[\W_])(?:cents?|pence|minor[ _]units?)(?:$|[\W_])")
THOUSANDS = re.compile(
    r"(?i)\(\s*(?:in\s+)?(?:['’]?000['’]?s?|k[€$£]?|t[€$£]|thousands?|tsd\.?|milliers|miles|migliaia|duizend(?:en)?)\s*\)|\b(?:in\s+)?[TK](?:EUR|USD|GBP|CHF|PLN|SEK)\b"
)
"""`Qty (000)`, `Amount TEUR`, `Net value (k€)`."""
PER = re.compile(r"(?i)(?:\b(?:per|pro|je|par|por|za)|/)\s*(10|100|1[.,'\u00a0]?000)\b")
OWED, CREDITS = "what is owed: stop, the export is to turn the signs", "credit notes"


def with_scales(draft: Draft, interview: Interview) -> Draft:
    """Return the draft of orders or invoices that says how its figures are meant.

    Asks what a minus before nearly all amounts is, and raises SourceError where it stands before what is owed.
    """
    draft = _with_thousands(draft)
    if draft.table not in {"orders", "invoices"}:
        return draft
    _refuse_turned_signs(draft, interview)
    return _without_discount(_with_price_unit(_with_cents(draft)))


def _refuse_turned_signs(draft: Draft, interview: Interview) -> None:
    """Raise SourceError for a register that books what is owed with a minus: read so, all its bills are credit notes."""
    name = draft.columns.get("amount")
    found = [value for one, _ in draft.seen for value in figures(draft, one, name) if value]
    against = sum(value < 0 for value in found)
    typed = "document_type" in {*draft.columns, *draft.defaults}
    if draft.table != "invoices" or typed or len(found) < FEWEST or against < MOSTLY * len(found):
        return
    files = ", ".join(draft.files)
    text = f"{against} of {len(found)} amounts in {name} of {files} have a minus. What are they?"
    if interview.answer(text, (OWED, CREDITS), f"{draft.place}.columns.amount") == OWED:
        hint = f"Export {name} with the signs turned (bills without a minus, credit notes with one), and draft again."
        raise SourceError(
            f"what is owed has a minus in {name}: read so, every bill would be a credit note", files, hint
        )


def _with_cents(draft: Draft) -> Draft:
    """Divide what headings call cents."""
    money = [c for c in CANONICAL[draft.table].of(*PRICED) if CENTS.search(draft.columns.get(c, ""))]
    pairs = ", ".join(f"{column}: 100" for column in money)
    if not money:
        return draft
    told = f"{', '.join(draft.columns[column] for column in money)}: cents by the heading, divided by 100"
    return replace(
        draft, patches=(*draft.patches, f"{{name: cents, divide: {{{pairs}}}}}"), remarks=(*draft.remarks, told)
    )


def _with_thousands(draft: Draft) -> Draft:
    """Multiply what headings call thousands."""
    kinds = CANONICAL[draft.table].of(*PRICED, COUNT)
    found = [c for c in draft.columns if c in kinds and THOUSANDS.search(draft.columns[c])]
    if not found:
        return draft
    told = f"{', '.join(draft.columns[column] for column in found)}: thousands by the heading, multiplied by 1000"
    pairs = ", ".join(f"{column}: 1000" for column in found)
    patches = (*draft.patches, f"{{name: thousands, multiply: {{{pairs}}}}}")
    return replace(draft, patches=patches, remarks=(*draft.remarks, told))


def _with_price_unit(draft: Draft) -> Draft:
    """Take the number of units that a price's heading says for the price unit: `Price per 1000`."""
    said = PER.search(draft.columns.get("unit_price", ""))
    if said is None or "price_unit" in {*draft.columns, *draft.defaults}:
        return draft
    units = re.sub("[^0-9]", "", said[1])
    told = f"{draft.columns['unit_price']} is a price per {units}"
    return replace(draft, defaults={**draft.defaults, "price_unit": units}, remarks=(*draft.remarks, told))


def _without_discount(draft: Draft) -> Draft:
    """Leave out a discount that is taken off already: of another column's price, or of what quantity and price come to."""
    price, percent = (draft.columns.get(column) for column in ("unit_price", "discount_percent"))
    if price is None or percent is None or draft.preset:
        return draft
    listed = next((name for one, _ in draft.seen if (name := _listed(draft, one, price, percent))), None)
    if listed is None:
        return draft
    told = f"{percent} is taken off {listed} in {price} already, and not read"
    columns = {column: name for column, name in draft.columns.items() if column != "discount_percent"}
    return replace(draft, columns=columns, remarks=(*draft.remarks, told))


def _listed(draft: Draft, one: Inspection, price: str, percent: str) -> str | None:
    """Return the column that less the discount is the price, in every row that has both."""
    pairs = zip(figures(draft, one, price), figures(draft, one, percent), strict=True)
    rows = [(at, net, less) for at, (net, less) in enumerate(pairs) if net and less]
    for column in (c.name for c in one.columns if rows and c.kind == "number" and c.name not in {price, percent}):
        full = figures(draft, one, column)
        if all((own := full[at]) and abs(own * (100 - less) - 100 * net) <= 1 for at, net, less in rows):
            return column
    return None
