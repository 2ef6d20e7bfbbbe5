"""The words of a report: what the parts of the bridge are called, how decisions, severities and statuses look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import DECISIONS, SEVERITIES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS: Mapping[str, str] = {
    "expected": "Expected at order prices",
    "price": "Price",
    "quantity": "Quantity",
    "unit": "Unit of measure",
    "currency_part": "Another currency",
    "supplier": "Another supplier",
    "item": "Another item",
    "unlinked": "Without an order",
    "charge": "Charges",
    "discount": "Discounts",
    "prepayment": "Prepayments",
    "retention": "Retentions",
    "tax": "Tax",
    "rounding": "Rounding",
    "invoiced": "Invoiced",
}
"""Part of the bridge from expected to invoiced -> its name."""
STOPPED: Mapping[str, str] = {"hold": "on hold", "review": "to review"}
"""Decision that stops a line, the worst first -> how that is said of an amount."""


def several(count: int, noun: str, nouns: str = "") -> str:
    """Return a number of things: `1 row`, `2,000 rows`; `nouns` where an s alone does not make several."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


_RED, _YELLOW = ("F8D2C4", "7A2A0B"), ("FFF0C2", "5C4400")
_BLUE, _GREEN = ("DCE9F5", "1F3B57"), ("D3ECE6", "0B4A3E")
COLOURS: Mapping[str, tuple[str, str]] = {
    **dict(zip(reversed(SEVERITIES), (_RED, _YELLOW, _BLUE), strict=True)),
    **dict(zip(reversed(DECISIONS), (_RED, _YELLOW, _GREEN), strict=True)),
    **dict(zip(reversed(STATUSES), (_RED, _YELLOW, _GREEN), strict=True)),
}
"""Word -> (background, text): vermilion, yellow, blue and blue-green tell apart with any kind of colour vision."""

_INKS = {_RED: "bold red", _YELLOW: "yellow", _BLUE: "cyan", _GREEN: "green"}
TERMINAL_COLOURS: Mapping[str, str] = {word: _INKS[COLOURS[word]] for word in (*SEVERITIES, *DECISIONS)}
