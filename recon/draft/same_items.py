"""Items and suppliers that files call by different names: where the cells are the same, they are one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import cells
from recon.draft.headings import LESS
from recon.draft.synonyms import candidates
from recon.match.keys import number_key
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.draft.text import Draft

MOSTLY = 0.8
CODE = re.compile(r"(?=.*[0-9])\S{1,12}|\S{1,2}")
"""An id, and no name: without a blank, with a figure, or too short to be told from others by likeness."""


def with_same_items(drafts: Mapping[str, Draft]) -> dict[str, Draft]:
    """Return the drafts with the orders' descriptions as items where receipts or invoices name them so, or the reverse."""
    found = dict(drafts)
    for table in ("receipts", "invoices"):
        orders, other = found.get("orders"), found.get(table)
        if orders is None or other is None or orders.preset or other.preset:
            continue
        if "item" in other.columns and "item" not in orders.columns and _same(other, "item", orders, "description"):
            found["orders"] = _renamed(orders)
        elif "item" in orders.columns and "item" not in other.columns and _same(other, "description", orders, "item"):
            found[table] = _renamed(other)
    found = _with_codes_of_items(found)
    found = _with_codes(_with_same_suppliers(_with_same_texts(found)))
    return _with_strangers_told(_with_zeros_told(_with_names_untied(_without_ids_of_nobody(found))))


def _with_codes_of_items(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Take that column for the item whose cells the other file has: `Article` may be a text, `Article code` its number."""
    for table in ("receipts", "invoices"):
        orders, other = drafts.get("orders"), drafts.get(table)
        if orders is None or other is None or orders.preset or other.preset:
            continue
        if not {"item"} <= orders.columns.keys() & other.columns.keys() or _same(other, "item", orders, "item"):
            continue
        for name, one, its in (("orders", orders, other), (table, other, orders)):
            column = _column_of(one, _cells(its, "item"))
            if column:
                drafts[name] = _with_item(one, column, "its cells are what the other files name as the item")
                break
    return drafts


def _column_of(draft: Draft, items: set[str]) -> str:
    """Return the column that nothing takes, may be an item and holds mostly these items; "" for none."""
    for column in draft.seen[0][0].columns:
        meant = any((c.table, c.column) == (draft.table, "item") for c in column.candidates)
        mine = (
            set(cells(draft.seen[0][0], column.name)) if meant and column.name not in draft.columns.values() else set()
        )
        if mine and len(mine & items) >= MOSTLY * min(len(mine), len(items)):
            return column.name
    return ""


def _with_same_texts(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Take the text of receipts that name their line by nothing else for the item, where it is that of the orders."""
    orders, receipts = drafts.get("orders"), drafts.get("receipts")
    if orders is None or receipts is None or orders.preset or receipts.preset or "description" not in orders.columns:
        return drafts
    if "item" in orders.columns or {"item", "po_line"} & receipts.columns.keys():
        return drafts
    one, texts = receipts.seen[0][0], _cells(orders, "description")
    for name in (column.name for column in one.columns if column.name not in receipts.columns.values()):
        is_text = any(c.column == "description" and c.score >= LESS for c in candidates(name))
        mine = set(cells(one, name)) if is_text else set()
        if mine and len(mine & texts) >= MOSTLY * len(mine):
            told = "its cells are the texts of the orders, which tell lines apart where nothing else does"
            drafts["orders"] = _with_item(orders, orders.columns["description"], told)
            drafts["receipts"] = _with_item(receipts, name, told)
    return drafts


def _with_item(draft: Draft, name: str, told: str) -> Draft:
    columns = {**draft.columns, "item": name}
    ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    return replace(draft, columns=ordered, reasons={**draft.reasons, "item": told})


def _with_same_suppliers(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Take a column of suppliers for their ids where its cells are the ids of another file: `vendor` may be either."""
    for table in ("orders", "invoices"):
        one = drafts.get(table)
        if one is None or one.preset or "supplier_id" in one.columns or "supplier_name" not in one.columns:
            continue
        others = [draft for other, draft in drafts.items() if other != table and _cells(draft, "supplier_id")]
        if any(_same(one, "supplier_name", other, "supplier_id") for other in others):
            columns = {("supplier_id" if c == "supplier_name" else c): name for c, name in one.columns.items()}
            told = "its cells are the supplier ids of the other files"
            drafts[table] = replace(one, columns=columns, reasons={**one.reasons, "supplier_id": told})
    return drafts


def _with_codes(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Take a column that may be names or ids (`Vendor`) for ids where all its cells are codes: `V1`, `10-204`."""
    for table in ("orders", "invoices"):
        one = drafts.get(table)
        name = one.columns.get("supplier_name") if one and not one.preset and "supplier_id" not in one.columns else None
        vague = name and any((c.table, c.column) == (table, "supplier_id") for c in candidates(name))
        found = _cells(one, "supplier_name") if one and vague else set()
        if one and found and all(CODE.fullmatch(cell) for cell in found):
            columns = {("supplier_id" if c == "supplier_name" else c): name for c, name in one.columns.items()}
            ordered = {c: columns[c] for c in CANONICAL[table].columns if c in columns}
            drafts[table] = replace(one, columns=ordered, reasons={**one.reasons, "supplier_id": "its cells are codes"})
    return drafts


def _without_ids_of_nobody(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Leave out the invoices' supplier ids where orders (and no list) name suppliers by name alone: no id could be found."""
    orders, invoices = drafts.get("orders"), drafts.get("invoices")
    if orders is None or invoices is None or orders.preset or invoices.preset or "suppliers" in drafts:
        return drafts
    if not {"supplier_id", "supplier_name"} <= invoices.columns.keys() or "supplier_name" not in orders.columns:
        return drafts
    if not orders.columns.keys() & {"supplier_id"} and _same(invoices, "supplier_name", orders, "supplier_name"):
        name = invoices.columns["supplier_id"]
        told = f"{name} is not read: the orders know their suppliers by name alone"
        columns = {column: other for column, other in invoices.columns.items() if column != "supplier_id"}
        drafts["invoices"] = replace(invoices, columns=columns, remarks=(*invoices.remarks, told))
    return drafts


def _with_names_untied(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Tell where orders know suppliers by ids alone, invoices by names alone, and no list of suppliers ties them."""
    orders, invoices = drafts.get("orders"), drafts.get("invoices")
    if orders is None or invoices is None or orders.preset or invoices.preset or "suppliers" in drafts:
        return drafts
    ids, names = ({"supplier_id", "supplier_name"} & one.columns.keys() for one in (orders, invoices))
    if (ids, names) in (({"supplier_id"}, {"supplier_name"}), ({"supplier_name"}, {"supplier_id"})):
        known, given = ("ids", "names") if ids == {"supplier_id"} else ("names", "ids")
        told = f"the orders know suppliers by {known}, these invoices by {given}: add a list of suppliers with both, or all are held"
        drafts["invoices"] = replace(invoices, remarks=(*invoices.remarks, told))
    return drafts


def _with_zeros_told(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Tell of ids and items that differ from those of the orders by leading zeros alone: text is compared as it is written."""
    orders = drafts.get("orders")
    for table, column in (("invoices", "supplier_id"), ("receipts", "item"), ("invoices", "item")):
        one = drafts.get(table)
        if orders is None or one is None or one.preset or orders.preset:
            continue
        known, mine = _cells(orders, column), _cells(one, column)
        bare = {cell.lstrip("0"): cell for cell in known}
        pairs = [(cell, bare[cell.lstrip("0")]) for cell in sorted(mine - known) if cell.lstrip("0") in bare]
        if pairs and not mine & known:
            cell, other = pairs[0]
            told = f"{one.columns[column]} {cell} and the orders' {other} differ only by leading zeros, and are not one"
            longer, which = (other, table) if len(other) > len(cell) else (cell, "orders")
            zeros = longer[: abs(len(other) - len(cell))]
            mend = f'export both alike, or add zeros in {which}: `patches: [{{name: zeros, before: {{{column}: "{zeros}"}}}}]`'
            drafts[table] = replace(one, remarks=(*one.remarks, f"{told}: {mend}"))
    return drafts


def _with_strangers_told(drafts: dict[str, Draft]) -> dict[str, Draft]:
    """Tell where no order that receipts or invoices cite is among the orders, however its number is written."""
    orders = drafts.get("orders")
    known = _order_numbers(orders) if orders else set()
    for table in ("receipts", "invoices"):
        one = drafts.get(table)
        cited = _order_numbers(one) if one else set()
        if one is not None and orders is not None and known and cited and not cited & known:
            cell, other = (min(_cells(draft, "po_number")) for draft in (one, orders))
            told = f"no order that {one.columns['po_number']} cites ({cell}, ...) is among the orders ({other}, ...): are these the right files?"
            drafts[table] = replace(one, remarks=(*one.remarks, told))
    return drafts


def _order_numbers(draft: Draft) -> set[str]:
    """Return the numbers of orders in a draft's files, as the match compares them."""
    cited = pl.DataFrame({"po_number": sorted(_cells(draft, "po_number"))}, schema={"po_number": pl.String})
    return set(cited.select(number_key("po_number")).to_series()) if "po_number" in draft.columns else set()


def _same(one: Draft, column: str, other: Draft, its_column: str) -> bool:
    """Return whether most different cells of a column stand in the other draft's column."""
    mine, theirs = _cells(one, column), _cells(other, its_column)
    return bool(mine) and len(mine & theirs) >= MOSTLY * len(mine)


def _cells(draft: Draft, column: str) -> set[str]:
    """Return what stands in a column, whether the rules or a preset map it."""
    named = [
        (one, draft.columns.get(column) or (mapping.get(column) if draft.preset else None))
        for one, mapping in draft.seen
    ]
    return {cell for one, name in named for cell in cells(one, name)}


def _renamed(draft: Draft) -> Draft:
    columns = {("item" if column == "description" else column): name for column, name in draft.columns.items()}
    told = "its cells are what the other files name as the item"
    return replace(draft, columns=columns, reasons={**draft.reasons, "item": told})
