"""Which match a folder allows: without receipts only orders and invoices can be held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.text import Draft

TWO_WAY = "{name: no receipts, match: two_way}"
YES, NO = "two-way: hold invoices against orders alone", "three-way: nothing is paid until receipts are added"
HOW = "How are invoices to be matched?"
QUESTION = f"There are no receipts among these files. {HOW}"


def two_way(drafts: Sequence[Draft], interview: Interview, unread: Sequence[str]) -> list[str]:
    """Return the policies of the rules file; asks where there are orders and invoices, and no receipts are read.

    `unread`: files of receipts that are left out, each with the reason.
    """
    tables = {draft.table for draft in drafts}
    # One of the files that are asked about may hold them.
    asked = any(not one.place or one.place.startswith("sources.receipts.") for one in interview.open)
    if asked or not {"orders", "invoices"} <= tables or "receipts" in tables:
        return []
    question = f"No receipts are read ({'; '.join(unread)}). {HOW}" if unread else QUESTION
    answer = interview.answer(question, (YES, NO), "policies")
    return [] if answer == NO else [TWO_WAY]
