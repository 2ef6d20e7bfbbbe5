"""Which match a folder allows: two-way where there are no receipts, by delivery notes where invoices cite nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.cells import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.text import Draft

TWO_WAY = "{name: no receipts, match: two_way}"
YES, NO = "two-way: hold invoices against orders alone", "three-way: nothing is paid until receipts are added"
HOW = "How are invoices to be matched?"
QUESTION = f"There are no receipts among these files. {HOW}"


LINKS = (
    "{name: order line, on: [po_number, po_line]}",
    "{name: order item, on: [po_number, item]}",
    "{name: item of the delivery note, on: [delivery_note, item]}",
    "{name: delivery note, on: [delivery_note]}",
    "{name: description, on: [po_number], similar: {description: 85}}",
    "{name: credited invoice, on: [credited_invoice]}",
    "{name: no reference, on: [supplier_id, currency], similar: {description: 85}, days: 120}",
)
"""The usual rules, and the two that lead from an invoice to its order by the delivery note of a receipt."""
MOSTLY = 0.8


def note_links(drafts: Sequence[Draft]) -> list[str]:
    """Return the link rules of a folder whose invoices cite delivery notes of its receipts, and no orders; none for another."""
    found = {draft.table: draft for draft in drafts}
    invoices, receipts = found.get("invoices"), found.get("receipts")
    if invoices is None or receipts is None or invoices.preset or receipts.preset:
        return []
    cited, known = (
        {cell for one, _ in d.seen for cell in cells(one, d.columns.get("delivery_note"))} for d in (invoices, receipts)
    )
    cites = bool(cited) and len(cited & known) >= MOSTLY * len(cited)
    return list(LINKS) if cites and "po_number" not in {*invoices.columns, *invoices.above} else []


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
