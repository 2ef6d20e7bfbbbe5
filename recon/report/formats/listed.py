"""Findings as a list that fits a narrow terminal: two lines each, wrapped at words, never inside a number or an id."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from recon.report import money
from recon.report.formats.data import mask
from recon.report.formats.table import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_INDENT = "    "


def listed(discrepancies: pl.DataFrame, width: int) -> str:
    """Return each discrepancy with its severity, code, amount and supplier, what it is, where it stands and its subject."""
    return "\n".join(line for row in mask(discrepancies).iter_rows(named=True) for line in _lines(row, width))


def _lines(row: Mapping[str, Any], width: int) -> list[str]:
    at_risk = money.money(row["amount_at_risk"], row["currency"]) if row["amount_at_risk"] is not None else ""
    head = "  ".join(filter(None, (row["severity"], row["code"], at_risk, row["supplier_name"] or row["supplier_id"])))
    place = f"{row['source']}:{row['row']}" if row["source"] else ""
    about = "/".join(filter(None, (row["invoice_number"], row["invoice_line"])))
    order = "/".join(filter(None, (row["po_number"], row["po_line"])))
    named = "  ".join(
        filter(None, (about and f"invoice {about}", order and f"order {order}", place, row["subject_id"]))
    )
    return [
        *_wrapped(shown(head), width, ""),
        *_wrapped(shown(named), width, _INDENT),
        *_wrapped(shown(row["message"]), width, _INDENT),
    ]


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
