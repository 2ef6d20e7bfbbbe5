"""Which match a folder allows: without receipts only orders and invoices can be held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.tables import Sorted
    from recon.draft.text import Draft

TWO_WAY = "{name: no receipts, match: two_way}"
YES, NO = "two-way: hold invoices against orders alone", "three-way: nothing is paid until receipts are added"
QUESTION = "There are no receipts among these files. How are invoices to be matched?"


def two_way(drafts: Sequence[Draft], interview: Interview, found: Sorted) -> list[str]:
    """Return the policies of the rules file; asks where there are orders and invoices, and no receipts."""
    tables = {draft.table for draft in drafts}
    unknown = any(not question.place for question in interview.open)  # one of those files may hold them
    if unknown or not {"orders", "invoices"} <= tables or "receipts" in {*tables, *found.tables}:
        return []
    answer = interview.answer(QUESTION, (YES, NO), "policies")
    return [] if answer == NO else [TWO_WAY]
