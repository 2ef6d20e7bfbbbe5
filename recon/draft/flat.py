"""One flat file with order, receipt and invoice side by side: which of its columns belong to which document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.draft.headings import DOCUMENTS, LESS, documents_of
from recon.draft.suggest import Described, is_likely, suggest
from recon.draft.ways import Way
from recon.read.header import BLANK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

SHARED = frozenset(
    [
        "company",
        "po_number",
        "po_line",
        "supplier_id",
        "supplier_name",
        "supplier_vat_id",
        "item",
        "description",
        "category",
        "uom",
        "price_unit",
        "currency",
        "plant",
        "project",
        "cost_centre",
        "gl_account",
    ]
)
"""What a row says of all three documents at once; everything else belongs to one of them."""
OWN = {"receipts": ("receipt_number", "quantity"), "invoices": ("invoice_number", "amount", "quantity")}
"""Columns that are blank where a row has no such document, the surest first."""
SIDE_BY_SIDE = "orders, receipts and invoices stand side by side here: rows equal in these columns count once"


def flat_ways(one: Inspection) -> dict[str, Way]:
    """Return table -> how a file fills it, where it holds orders, and receipts or invoices side by side with them; else nothing."""
    if one.kind == "list export" or one.raw is None or not one.raw.header:
        return {}
    plain = _plain_measures(one)
    ways = {table: way for table in DOCUMENTS if (way := _way(one, table, plain)) is not None}
    if "orders" not in ways or len(ways) == 1 or not _is_clear(one, ways):
        return {}
    return ways


def _plain_measures(one: Inspection) -> Mapping[str, str]:
    """Return column name -> the table that a measure without a document's name belongs to: the order's, if it has no other."""
    named = {
        (table, candidate.column)
        for column in one.columns
        for table in documents_of(column.heading)
        for candidate in column.candidates
        if candidate.table == table
    }
    found: dict[str, str] = {}
    for column in (column for column in one.columns if not documents_of(column.heading)):
        free = {(c.table, c.column) for c in column.candidates if c.column not in SHARED} - named
        found[column.name] = next((t for t in ("orders", "invoices") if any(table == t for table, _ in free)), "")
    return found


def _way(one: Inspection, table: str, plain: Mapping[str, str]) -> Way | None:
    described = [
        Described(column.name, column.kind, tuple(c for c in column.candidates if c.table == table))
        for column in one.columns
        if _belongs(column, table, plain)
    ]
    fit = next((fit for fit in suggest(described, None) if fit.table == table), None)
    if fit is None or not is_likely(table, fit.mapping):
        return None
    missing = tuple(column for column in fit.missing if column != "receipt_number")
    if missing and table != "invoices":  # of which a total may have to be asked for
        return None
    mapping, headings = dict(fit.mapping), {column.name: column.heading for column in one.columns}
    if (
        table == "orders"
        and {"quantity", "unit_price"} <= mapping.keys()
        and not documents_of(headings.get(mapping.get("amount", ""), ""))
    ):
        mapping.pop("amount", None)  # whose amount it is, nothing says
    shown = any(table in documents_of(headings[name]) for column, name in mapping.items() if column not in SHARED)
    if not shown and table != "orders":
        return None
    return Way(table, mapping, missing, fit.score, tuple(mapping.values()), fit.rivals, flat=True)


def _belongs(column: Column, table: str, plain: Mapping[str, str]) -> bool:
    named = documents_of(column.heading)
    shared = {c.column for c in column.candidates if c.table == table} & SHARED
    if shared and (not named or named == {"orders"}):
        return True
    return table in named if named else plain.get(column.name) == table


def _is_clear(one: Inspection, ways: Mapping[str, Way]) -> bool:
    """Return whether headings themselves name two documents' measures: an invoice list that cites its order is not flat."""
    headings = {column.name: column.heading for column in one.columns}
    named = {
        table
        for table, way in ways.items()
        for column, name in way.mapping.items()
        if column in {"quantity", "quantity_accepted", "unit_price", "amount", "invoice_total", "invoice_net"}
        and table in documents_of(headings[name])
    }
    received = "receipts" in ways and "invoices" not in ways and "receipts" in named
    return received or (len(named) > 1 and "invoices" in named)


def side_by_side(draft: Draft, one: Inspection) -> Draft:
    """Return the draft of one table of a flat file: equal rows once, and only rows that have such a document."""
    draft = replace(draft, distinct=True, remarks=(SIDE_BY_SIDE, *draft.remarks))
    if draft.table == "invoices" and not {"quantity", "unit_price"} & draft.columns.keys():
        draft = _by_header(draft)
    elif "item" not in draft.columns and (text := _text_of(one)):
        columns = {column: name for column, name in draft.columns.items() if column != "description"}
        reasons = {**draft.reasons, "item": "there is no item: its text, which is the same in all three, stands for it"}
        draft = replace(draft, columns={**columns, "item": text}, reasons=reasons)
    own = next((column for column in OWN.get(draft.table, ()) if column in draft.columns), None)
    if own is not None and _has_blanks(one, draft.columns[own]):
        draft = replace(draft, where=f"{own} is not null")
    return draft


def _by_header(draft: Draft) -> Draft:
    """Return the draft of invoices of which only amounts are known: each is held against its whole order."""
    lines = ("po_line", "item", "description")
    told = "these invoices have amounts alone: each is held against its whole order"
    columns = {column: name for column, name in draft.columns.items() if column not in lines}
    return replace(draft, columns=columns, remarks=(*draft.remarks, told))


def _text_of(one: Inspection) -> str:
    """Return the column of descriptions, if the file has one and numbers no lines and names no items."""
    found = {c.column: column.name for column in one.columns for c in column.candidates if c.score >= LESS}
    return "" if {"item", "po_line"} & found.keys() else found.get("description", "")


def rows_once(one: Inspection, names: Sequence[str]) -> pl.DataFrame:
    """Return the different rows of some columns of a file."""
    places = [at for name in names if (at := position(one, name)) is not None]
    return one.raw.frame.select(pl.nth(places)).unique() if one.raw is not None else pl.DataFrame()


def _has_blanks(one: Inspection, name: str) -> bool:
    at = position(one, name)
    if one.raw is None or at is None:
        return False
    cells = one.raw.frame[:, at].str.strip_chars(BLANK)
    return bool((cells.is_null() | (cells == "")).any())
