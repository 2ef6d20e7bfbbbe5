"""An order's number and its line in one cell (`4500001-10`), and orders' numbers within texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.draft.cells import cells, label, position
from recon.draft.headings import concepts_of
from recon.draft.pieces.parts import may_be, taken_apart, texts_of
from recon.read.header import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection

JOINED = re.compile(r"(.*[^\s/.,:;_#+-])\s*([/.,:;_#+-]|\s)\s*([0-9]{1,6})")
"""A number, what stands between, a line."""
MOSTLY = 0.8
LINE, ALONE, WHOLE = "the line of the order", "something else: take the order alone", "part of the order's number"
FROM_TEXT, HELD = "yes, where a text names one order alone", "no, such rows name no order"
SHORTEST, LEAST_DIGITS = 4, 3
"""Shorter numbers, or such as differ in fewer digits, stand in texts by chance."""


@dataclass(frozen=True)
class Split:
    """The cells of a column as (order, line), and what stands between the two."""

    between: str
    pairs: frozenset[tuple[str, str]]

    def patterns(self) -> tuple[str, str]:
        """Return what takes the order and what takes its line."""
        between = r"\s" if self.between.isspace() else re.escape(self.between)
        return rf"^(.*\S)\s*{between}\s*[0-9]+$", rf"{between}\s*([0-9]+)$"


def with_orders_and_lines(one: Inspection, others: Sequence[Inspection], interview: Interview) -> Inspection:
    """Return the file with order and line apart where one cell holds both: as its heading says, or other files show.

    Where only the orders are known from others, it is asked what stands behind them.
    """
    for column in one.columns:
        split = _split(one, column) if _names_an_order(column) else None
        if split is None:
            continue
        number, line = split.patterns()
        told = f"'{column.name}' holds an order and its line ({_example(one, column)}): `pieces` takes them apart"
        if _says_both(column) or _known(split, others):
            return taken_apart(one, column, {"po_number": number, "po_line": line}, told)
        if one.presets or not _orders_known(one, column, split, others):
            continue
        text = (
            f"In {label(one)} {column.name} holds orders with more behind them ({_example(one, column)}). What is that?"
        )
        answer = interview.answer(text, (LINE, ALONE, WHOLE))
        if answer in {LINE, ALONE}:
            parts = {"po_number": number} | ({"po_line": line} if answer == LINE else {})
            return taken_apart(one, column, parts, told)
    return one


def _names_an_order(column: Column) -> bool:
    return may_be(column, "po_number", "po_line") or _says_both(column)


def _says_both(column: Column) -> bool:
    concepts, unknown = concepts_of(column.heading)
    return concepts - {"number"} == {"order", "line"} and not unknown and bool(re.search(r"[/+&]|,|-", column.heading))


def _split(one: Inspection, column: Column) -> Split | None:
    """Return the cells of a column as orders and lines; None where one of them is anything else."""
    found = [JOINED.fullmatch(cell) for cell in cells(one, column.name)]
    parts = [match.groups() for match in found if match is not None]
    lines = {line.strip("0") for _, _, line in parts}
    if not found or len(parts) < len(found) or len({between for _, between, _ in parts}) > 1 or "" in lines:
        return None  # `4500001.0` is what a spreadsheet makes of a number
    return Split(parts[0][1], frozenset((number, line.lstrip("0")) for number, _, line in parts))


def _known(split: Split, others: Sequence[Inspection]) -> bool:
    """Return whether another file has most of these orders and lines in columns of their own."""
    return any(len(split.pairs & _pairs(other)) >= MOSTLY * len(split.pairs) for other in others)


def _pairs(one: Inspection) -> set[tuple[str, str]]:
    """Return the (order, line) that stand in columns of their own in a file."""
    numbers = [position(one, column.name) for column in one.columns if may_be(column, "po_number")]
    lines = [position(one, column.name) for column in one.columns if may_be(column, "po_line")]
    if one.raw is None:
        return set()
    texts = one.raw.frame
    return {
        (a, b.removesuffix(".0").lstrip("0"))
        for number in numbers
        for line in lines
        if number is not None and line is not None and number != line
        for a, b in zip(*(texts[:, at].str.strip_chars(BLANK) for at in (number, line)), strict=True)
        if a and b
    }


def _orders_known(one: Inspection, column: Column, split: Split, others: Sequence[Inspection]) -> bool:
    """Return whether other files have these orders, and none of the cells as it stands."""
    known = set().union(*(texts_of(other, "po_number") for other in others)) if others else set()
    numbers = {number for number, _ in split.pairs}
    return known.isdisjoint(cells(one, column.name)) and len(numbers & known) >= MOSTLY * len(numbers)


def _example(one: Inspection, column: Column) -> str:
    return cells(one, column.name)[0]


def with_orders_in_texts(one: Inspection, others: Sequence[Inspection], interview: Interview) -> Inspection:
    """Return the file with the orders that its texts name, where no column names one and a person says so."""
    if not one.tables or one.tables[0].table not in {"invoices", "receipts"} or texts_of(one, "po_number"):
        return one
    known = {cell for other in others for cell in texts_of(other, "po_number")}
    if one.presets or any(not known.isdisjoint(cells(one, column.name)) for column in one.columns):
        return one  # a preset, or the cells of a column, name the orders
    pattern = shape_of(known)
    for column in one.columns if pattern else ():
        texts = cells(one, column.name) if column.kind == "text" else []
        naming = [text for text in texts if len(set(re.findall(pattern, text)) & known) == 1]
        if not naming or len(naming) < MOSTLY * len(texts):
            continue
        told = f"'{column.name}' names orders in its texts: `pieces` takes them out"
        text = (
            f"No column of {label(one)} names an order, and the texts of {column.name} do "
            f"({naming[0][:60]}). Are the orders taken from there?"
        )
        if interview.answer(text, (FROM_TEXT, HELD)) == FROM_TEXT:
            return taken_apart(one, column, {"po_number": pattern}, told)
        return one
    return one


def shape_of(numbers: set[str]) -> str:
    """Return the pattern of numbers that are all written alike (`45[0-9]{5}`), so that texts can be looked through; else ""."""
    shapes = {re.sub(r"[0-9]", "0", number) for number in numbers}
    if len(shapes) != 1 or len(next(iter(shapes))) < SHORTEST:
        return ""
    shape, first = next(iter(shapes)), min(numbers)
    same = next((at for at in range(len(first)) if len({number[at] for number in numbers}) > 1), len(first))
    same = max((at for at in range(same + 1) if shape[at:].count("0") >= LEAST_DIGITS), default=-1)
    tail = re.sub(r"0+", lambda run: f"[0-9]{{{len(run[0])}}}", re.escape(shape[same:]))
    return rf"\b({re.escape(first[:same])}{tail})\b" if same >= 0 else ""
