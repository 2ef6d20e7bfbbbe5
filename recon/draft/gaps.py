"""Documents whose number stands on their first line only: seen, told, and filled down where a person says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import label, position
from recon.read.cells.tidy import SUMS
from recon.read.header import BLANK

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.read.raw import Raw

NUMBERS = {"orders": "po_number", "receipts": "receipt_number", "invoices": "invoice_number"}
OF_DOCUMENT = [
    "company",
    "po_number",
    "supplier_id",
    "supplier_name",
    "supplier_vat_id",
    "currency",
    "order_date",
    "due_date",
    "payment_terms",
    "buyer",
    "receipt_number",
    "receipt_date",
    "delivery_note",
    "invoice_number",
    "invoice_date",
    "posting_date",
    "document_type",
    "iban",
    "invoice_net",
    "invoice_tax",
    "invoice_total",
]
"""Columns that say something of the whole document, and may stand on its first line only."""
MEASURES = ("quantity", "quantity_accepted", "unit_price", "amount", "invoice_net", "invoice_total")
MOST_BLANK = 0.6
"""A row with more blanks is a total or a remark."""
FILL, LEAVE = "they belong to the line above: fill them down", "no, they are lines of their own"


def gaps(raw: Raw, at: int) -> list[int]:
    """Return the rows in which a column is blank below a filled cell, while most other columns are filled."""
    blank = raw.frame.select(_blank(pl.all()))
    mine = blank.to_series(at)
    first = mine.arg_min()
    if not mine.any() or first is None or mine[0]:
        return []
    others = blank.select(pl.mean_horizontal(pl.all().cast(pl.Float64))).to_series()
    return raw.rows.filter(mine & (others < MOST_BLANK)).to_list()


def with_fill_down(draft: Draft, one: Inspection, interview: Interview) -> Draft:
    """Return the draft that fills down what stands on a document's first line only; asks where its number does."""
    number = NUMBERS.get(draft.table, "")
    at = position(one, draft.columns.get(number))
    rows = _gaps(draft, one, at) if at is not None and not draft.distinct else []
    rows = [row for row in rows if row not in _idle(draft, one)]
    if not rows or draft.fill_down:
        return draft
    name, shown = draft.columns[number], ", ".join(map(str, rows[:3])) + (", ..." if rows[3:] else "")
    count = f"{len(rows)} row{'s' if rows[1:] else ''}"
    text = f"In {label(one)} {name} is blank in {count} below a filled one (row {shown}). What are they?"
    answer = interview.answer(text, (FILL, LEAVE), f"{draft.place}.fill_down")
    if answer == LEAVE:
        return draft
    filled = [c for c in OF_DOCUMENT if c in draft.columns and _blank_there(one, draft.columns[c], rows)]
    return replace(draft, fill_down=tuple(dict.fromkeys([number, *filled])))


def _gaps(draft: Draft, one: Inspection, at: int) -> list[int]:
    """Return the rows in which a document's number is blank below a filled one; also mostly blank ones with their figures."""
    if one.raw is None:
        return []
    found = gaps(one.raw, at)
    filled = one.raw.frame[:, at].str.strip_chars(BLANK).fill_null("") != ""
    if filled.all() or not filled[0]:
        return found
    places = [position(one, draft.columns.get(column)) for column in ("quantity", "unit_price")]
    figures = [~_blank(pl.nth(place)) for place in places if place is not None]
    if len(figures) < len(places):
        return found
    lines = one.raw.frame.select(pl.all_horizontal(figures)).to_series() & ~filled
    return sorted({*found, *one.raw.rows.filter(lines)})


def _idle(draft: Draft, one: Inspection) -> set[int]:
    """Return the rows that have no figure, or say that they are sums: remarks, whatever else they say."""
    places = [position(one, draft.columns.get(column)) for column in MEASURES]
    there = [at for at in places if at is not None]
    if one.raw is None or not there:
        return set()
    sums = pl.any_horizontal(pl.all().str.contains(SUMS).fill_null(value=False))
    return set(one.raw.rows.filter(one.raw.frame.select(pl.all_horizontal(_blank(pl.nth(there))) | sums).to_series()))


def _blank_there(one: Inspection, name: str, rows: list[int]) -> bool:
    at = position(one, name)
    if one.raw is None or at is None:
        return False
    there = one.raw.rows.is_in(rows)
    return bool(one.raw.frame.select(_blank(pl.nth(at))).to_series().filter(there).all())


def _blank(cells: pl.Expr) -> pl.Expr:
    text = cells.str.strip_chars(BLANK)
    return text.is_null() | (text == "")
