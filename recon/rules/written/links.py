"""The `links` section: what must be equal or alike for an invoice line to belong to an order line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.kinds import TEXT
from recon.rules.rule import LinkRule
from recon.rules.written.kinds import SCORE, Choice, Whole, refused
from recon.rules.written.named import LINE_WHEN, NAME, refuse_same_name
from recon.rules.written.sections import Field, Many, Pairs, Record
from recon.rules.written.source_sections import columns_of
from recon.tables import INVOICE_LINES, ORDER_LINES

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section

ROUNDABOUT = ("delivery_note", "credited_invoice")
"""What leads to an order line by way of a receipt or of another invoice."""
LINKABLE = (
    *(c for c in columns_of(INVOICE_LINES) if INVOICE_LINES.columns[c] == TEXT and c in ORDER_LINES.columns),
    *ROUNDABOUT,
)
"""What a link rule may go by: text columns that invoice and order lines share, and ROUNDABOUT."""


def _link(found: Section, values: dict[str, Any]) -> LinkRule:
    twice = next((c for c in values["on"] if values["on"].count(c) > 1), None)
    if twice:
        raise refused(found.at("on"), f"'{twice}' stands twice in 'on'")
    return LinkRule(**values)


LINK = Record(
    "a link rule",
    {
        "name": NAME,
        "on": Field(
            Many(
                Choice("a text column of invoice and order lines", LINKABLE),
                or_one=True,
                empty_hint="Name one at least.",
            ),
            "Columns that must be equal on the invoice and the order line.",
            missing="Say what must be equal: on: [po_number, po_line]",
        ),
        "similar": Field(
            Pairs(Choice("a column to compare by likeness", ("description",)), SCORE), "Column: least score, 0-100."
        ),
        "days": Field(Whole("a number of days"), "At most so many days between order and invoice."),
        "when": LINE_WHEN,
    },
    _link,
)

LINKS = Many(LINK, check=refuse_same_name)
