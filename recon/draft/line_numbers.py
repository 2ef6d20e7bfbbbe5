"""A column called Item that counts the lines of an order, beside one that names the goods: SAP's and others' `Item`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells, position
from recon.draft.columns.lines import numbers_lines
from recon.draft.synonyms import candidates
from recon.read.header import BLANK
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

SHORT = re.compile(r"0*[0-9]{1,5}(?:\.0)?")
MOSTLY = 0.8
OWN_LINES = {"receipts": ("receipt_number", "receipt_line"), "invoices": ("invoice_number", "invoice_line")}


def with_numbered_items(
    draft: Draft, file: tuple[Inspection, Way], orders: Draft | None
) -> tuple[Draft, tuple[Inspection, Way]]:
    """Return the draft in which what is called an item, but counts the lines of an order, is the line's number.

    Of orders: where another column names the items. Of others: where the orders have such lines. The way has no rival
    for the item any more where only one is left.
    """
    one, way = file
    if own := _of_its_own(draft, one, orders):
        columns = {(own if column == "item" else column): name for column, name in draft.columns.items()}
        ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
        reasons = {**draft.reasons, own: "it counts the lines of each document"}
        return replace(draft, columns=ordered, reasons=reasons), file
    names = [name for name in (draft.columns.get("item"), *way.rivals.get("item", ())) if name is not None]
    counting = [name for name in names if _counts(draft, one, name, orders)]
    rest = [name for name in names if name not in counting]
    if "po_line" in draft.columns or len(counting) != 1 or (draft.table == "orders" and not rest):
        return draft, file
    columns = {**{c: name for c, name in draft.columns.items() if c != "item"}, "po_line": counting[0]}
    columns |= {"item": rest[0]} if rest else {}
    ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    reasons = {**draft.reasons, "po_line": "it counts the lines of each order"}
    mapping = {**{c: name for c, name in way.mapping.items() if c != "item"}, **ordered}
    rivals = (
        {**way.rivals, "item": tuple(rest[1:])} if rest[1:] else {c: n for c, n in way.rivals.items() if c != "item"}
    )
    used = tuple(dict.fromkeys((*way.used, *ordered.values())))
    return replace(draft, columns=ordered, reasons=reasons), (
        one,
        replace(way, mapping=mapping, rivals=rivals, used=used),
    )


def _of_its_own(draft: Draft, one: Inspection, orders: Draft | None) -> str:
    """Return the column of the document's own line number where `Item` counts its lines, and names no item of the orders; "" for none."""
    number, line = OWN_LINES.get(draft.table, ("", ""))
    name, document = draft.columns.get("item"), draft.columns.get(number)
    if name is None or document is None or line in draft.columns or "po_line" not in draft.columns:
        return ""
    meant = any(c.table == draft.table and c.column == line for c in candidates(name))
    known = {item for seen, names in (orders.seen if orders else ()) for item in cells(seen, names.get("item"))}
    return line if meant and known.isdisjoint(cells(one, name)) and numbers_lines(one, name, document) else ""


def _counts(draft: Draft, one: Inspection, name: str, orders: Draft | None) -> bool:
    """Return whether a column may be a line's number by its name, and its cells are those of lines."""
    if not any(c.table == draft.table and c.column == "po_line" for c in candidates(name)):
        return False
    if not all(SHORT.fullmatch(cell) for cell in cells(one, name)):
        return False
    number = draft.columns.get("po_number")
    if draft.table == "orders":
        return number is not None and numbers_lines(one, name, number)
    mine = _pairs(one, number, name)
    known = {pair for seen, names in (orders.seen if orders else ()) for pair in _lines(seen, names, orders)}
    return bool(mine) and len(mine & known) >= MOSTLY * len(mine)


def _lines(one: Inspection, mapping: Mapping[str, str], orders: Draft | None) -> set[tuple[str, str]]:
    columns = {**mapping, **(orders.columns if orders else {})}
    return _pairs(one, columns.get("po_number"), columns.get("po_line"))


def _pairs(one: Inspection, number: str | None, line: str | None) -> set[tuple[str, str]]:
    """Return the (order, line) of a file's rows, without leading zeros."""
    first, second = position(one, number), position(one, line)
    if one.raw is None or first is None or second is None:
        return set()
    rows = zip(*(one.raw.frame[:, at].str.strip_chars(BLANK) for at in (first, second)), strict=True)
    return {(a, b.removesuffix(".0").lstrip("0")) for a, b in rows if a and b}
