"""Headers in one file, lines in another: which file is which, what joins them, and what the header gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.draft.headings import concepts_of
from recon.draft.suggest import missing_of
from recon.draft.text import Beside
from recon.read.header import BLANK
from recon.read.presets.fit import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.look.inspection import Inspection
    from recon.draft.ways import Way

    Files = Sequence[tuple[Inspection, Way]]

NUMBERS = {"orders": "po_number", "receipts": "receipt_number", "invoices": "invoice_number"}
OF_LINES = frozenset(
    [
        "quantity",
        "unit_price",
        "price_unit",
        "amount",
        "item",
        "description",
        "uom",
        "tax_amount",
        "tax_rate",
        "po_line",
    ]
)
OF_LINES |= frozenset(["receipt_line", "invoice_line", "quantity_accepted", "quantity_rejected", "discount_percent"])
"""What a header file cannot say of its lines."""
MOST_JOIN = 0.95
"""So many of the lines' keys must be among the headers': some headers may be missing, which a run rejects."""


@dataclass(frozen=True)
class Joined:
    """The files of lines, each with its way; the header file, and what it is joined by and gives."""

    lines: Files
    header: tuple[Inspection, Way]
    beside: Beside
    columns: Mapping[str, str]


def joined_files(table: str, files: Files) -> Joined | None:
    """Return how one file of a table is the others' headers; None where none is."""
    if table not in NUMBERS or any(way.preset or way.flat for _, way in files):
        return None
    found = [made for header in files for line in files if header is not line and (made := _join(table, header, line))]
    if not found:
        return None
    first = found[0]
    alike = [(one, way) for one, way in files if _names(one) == _names(first.lines[0][0])]
    return replace(first, lines=[(one, replace(way, missing=first.lines[0][1].missing)) for one, way in alike])


def _join(table: str, header: tuple[Inspection, Way], line: tuple[Inspection, Way]) -> Joined | None:
    (head, its_way), (lines, way) = header, line
    measures = {"quantity", "unit_price"}
    alike = (head.encoding, head.separator, head.kind) == (lines.encoding, lines.separator, lines.kind)
    if not alike or measures & its_way.mapping.keys() or not {*measures, "amount"} & way.mapping.keys():
        return None
    keys = [pair for pair in _pairs(table, header, line) if _joins(head, lines, *pair)]
    if not keys:
        return None
    of_header, of_lines = keys[0]
    number = NUMBERS[table]
    its_way = _numbered(head, its_way, number, of_header)
    if way.mapping.get(number) == of_lines and its_way.mapping.get(number, of_header) != of_header:
        way = replace(way, mapping={c: name for c, name in way.mapping.items() if c != number})  # a key, no number
    given = {
        column: name
        for column, name in its_way.mapping.items()
        if column not in OF_LINES and column not in way.mapping and name != of_header
    }
    given |= _total(head, its_way) if table == "invoices" else {}
    if not given:
        return None
    own = {column: name for column, name in given.items() if name in _names(lines)}
    if number not in way.mapping and number not in given and of_header == its_way.mapping.get(number):
        given[number] = of_lines
    mapping = {**way.mapping, **given}
    beside = Beside((head.path,), of_lines, of_header, own, head.sheet)
    columns = {column: name for column, name in given.items() if column not in own}
    whole = replace(way, missing=missing_of(table, mapping))
    return Joined([(lines, whole)], header, beside, columns)


def _numbered(head: Inspection, way: Way, number: str, key: str) -> Way:
    """Return a header's way in which its number is no mere key: another column that may be it, and tells its rows apart as well.

    Where no heading says the number of what, beside a key a bare `number` is the document's.
    """
    if number in way.mapping and way.mapping[number] != key:
        return way
    bare = [name for name in _names(head) if name != key and concepts_of(name) == (frozenset({"number"}), 0)]
    likely = way.rivals.get(number, ()) if number in way.mapping else bare
    others = [name for name in likely if _joins(head, head, name, name)]
    return replace(way, mapping={**way.mapping, number: others[0]}) if len(others) == 1 else way


def _total(head: Inspection, way: Way) -> dict[str, str]:
    """Return which total of the document a header's amount is, if its heading says one."""
    name = way.mapping.get("amount")
    found = [c for column in head.columns if column.name == name for c in column.candidates]
    totals = [c.column for c in found if c.column in {"invoice_total", "invoice_net"}]
    return {totals[0]: str(name)} if totals else {}


def _names(one: Inspection) -> tuple[str, ...]:
    return tuple(column.name for column in one.columns)


def _pairs(table: str, header: tuple[Inspection, Way], line: tuple[Inspection, Way]) -> list[tuple[str, str]]:
    """Return the columns of headers and lines that may join them: of one name, or both the document's number."""
    keys = {key_of(name): name for name in _names(line[0])}
    same = [(name, keys[key_of(name)]) for name in _names(header[0]) if key_of(name) in keys]
    number = NUMBERS[table]
    both = [(header[1].mapping[number], line[1].mapping[number])] if _have(number, header, line) else []
    technical = [(name, line[1].mapping[number]) for name in _names(header[0])] if number in line[1].mapping else []
    measures = {*_measures(header[0]), *_measures(line[0])}
    pairs = dict.fromkeys([*both, *same, *technical])
    return [(one, other) for one, other in pairs if one not in measures and other not in measures]


def _measures(one: Inspection) -> list[str]:
    """Return the columns that say how much or when, and nothing of which."""
    return [
        column.name
        for column in one.columns
        if column.kind == "date" or any(c.column in OF_LINES - {"item", "po_line"} for c in column.candidates)
    ]


def _have(column: str, *files: tuple[Inspection, Way]) -> bool:
    return all(column in way.mapping for _, way in files)


def _joins(head: Inspection, lines: Inspection, of_header: str, of_lines: str) -> bool:
    """Return whether a column is filled and unique in the headers, and the lines' cells are among them, some more than once."""
    one, many = _cells(head, of_header), _cells(lines, of_lines)
    if not len(one) or not len(many) or one.null_count() or one.is_duplicated().any():
        return False
    among = many.is_in(one.implode())
    return float(among.mean() or 0) >= MOST_JOIN  # type: ignore[arg-type]


def _cells(one: Inspection, name: str) -> pl.Series:
    at = position(one, name)
    if one.raw is None or at is None:
        return pl.Series([], dtype=pl.String)
    cells = one.raw.frame[:, at].str.strip_chars(BLANK)
    return pl.select(pl.when(cells != "").then(cells)).to_series()
