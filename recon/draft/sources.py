"""Files of one table -> the draft of its source: by a preset or by columns; what they leave open is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.amounts import with_line_amount, with_one_price, with_settled_amounts
from recon.draft.cells import label, position
from recon.draft.columns import (
    numbers_lines,
    unused,
    with_answer,
    with_asked_columns,
    with_repeated_names,
    with_telling_cells,
)
from recon.draft.credits import with_contrary_flags, with_one_side
from recon.draft.flat import rows_once, side_by_side
from recon.draft.formats import with_formats, with_own_dates
from recon.draft.gaps import with_fill_down
from recon.draft.gross import with_gross_headings, with_tax_taken_off
from recon.draft.group_heads import with_document_rows, with_group_heads
from recon.draft.joined import joined_files
from recon.draft.line_numbers import with_numbered_items
from recon.draft.meanings import with_meanings, without_states
from recon.draft.one_shape import of_one_shape, sheets_of
from recon.draft.remarks import without_remarks
from recon.draft.scaled import with_scales
from recon.draft.shapes import with_block, with_short_rows
from recon.draft.status import with_status, without_sums
from recon.draft.synonyms import SURE
from recon.draft.text import Draft
from recon.draft.unread import unread_dates
from recon.draft.versions import refuse_versions
from recon.draft.ways import header_of, one_line_each
from recon.errors import SourceError
from recon.read.cells.mapping import is_position
from recon.read.header import fold
from recon.read.presets.fit import knows
from recon.rules.presets.catalogue import load
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.inspection import Inspection
    from recon.draft.interview import Interview
    from recon.draft.joined import Joined
    from recon.draft.ways import Way

    Files = Sequence[tuple[Inspection, Way]]


def draft_source(
    table: str, files: Files, interview: Interview, orders: Draft | None = None
) -> tuple[Draft | None, list[str]]:
    """Return the draft of one source, and the files that it leaves out, with the reason.

    `orders`: the draft of the orders, whose numbers show which column of another file cites them. No draft: of the
    files none can be used, as was answered.
    """
    joined = joined_files(table, files)
    group, left = (joined.lines, []) if joined else of_one_shape(table, files, interview)
    if not group:
        return None, left
    draft = (
        _with_headers(_by_names(table, group), joined)
        if joined
        else _by_preset(table, group, interview)
        if group[0][1].preset
        else _by_names(table, group)
    )
    if draft.preset is None and not joined:
        draft = with_repeated_names(draft, [one for one, _ in group], interview)
    read = [*(one for one, _ in group), *((joined.header[0],) if joined else ())]
    shaped = with_short_rows(draft, next((one for one in read if one.short), read[0]), interview)
    if shaped and not draft.preset:
        shaped = with_block(shaped, group[0][0], interview, [one for one, _ in group[1:]])
    given = (
        {"receipt_number", *shaped.defaults, *shaped.above} if shaped else set()
    )  # a receipt's row stands for its number
    first = (group[0][0], replace(group[0][1], missing=tuple(c for c in group[0][1].missing if c not in given)))
    if shaped is not None and shaped.preset is None and not joined:
        shaped, first = with_one_side(shaped, first, interview)
    if shaped is not None and shaped.preset is None:
        shaped, first = with_numbered_items(shaped, first, orders)
    asked = with_asked_columns(shaped, first, interview, orders) if shaped else None
    if asked is None:
        return None, [*left, *(f"{label(one)}, {_lacks(one, way)}" for one, way in group)]
    half = group[0][1].role != "alone"  # what the rules map is looked for in the lines, not in a header file
    draft = asked if half else with_telling_cells(asked, group[0], orders, interview)
    for one, _ in group:
        refuse_versions(draft, one, interview)
    draft = with_group_heads(draft, group[0][0], interview)
    if draft.preset is None and not joined:
        draft = with_contrary_flags(draft, group[0][0], interview)
    if draft.preset is None:
        draft = side_by_side(draft, group[0][0]) if group[0][1].flat else draft
        draft = with_fill_down(without_remarks(draft, interview), group[0][0], interview)
        draft = with_document_rows(draft, group[0][0])
        draft = with_numbers(draft, group[0], interview)
        draft = with_settled_amounts(with_formats(draft, interview), orders)
        draft = with_line_amount(with_scales(draft, interview), interview)
        draft = with_gross_headings(with_tax_taken_off(with_one_price(draft, interview), interview))
        draft = with_meanings(without_sums(with_status(without_states(draft), interview)), interview)
    else:
        draft = with_own_dates(draft, load(draft.preset).date_formats, interview)
    remarks = [*draft.remarks, *_remarks(draft, group)]
    return replace(_by_place(draft, group[0][0]), remarks=tuple(remarks)), left


def _by_place(draft: Draft, one: Inspection) -> Draft:
    """Return the draft with columns called `#` mapped by their place, as no rules file can name them."""
    places = {
        column: f"#{at + 1}"
        for column, name in draft.columns.items()
        if name.startswith("#") and not is_position(name) and (at := position(one, name)) is not None
    }
    return replace(draft, columns={**draft.columns, **places}) if places else draft


def _with_headers(draft: Draft, joined: Joined) -> Draft:
    """Return the draft of lines with what their header file gives."""
    one = joined.header[0]
    told = f"{label(one)} holds the headers of these lines: joined by {joined.beside.key}"
    columns = {**draft.columns, **joined.columns}
    ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    seen = (*draft.seen, (one, {**joined.columns, **joined.beside.columns}))
    return replace(draft, columns=ordered, beside=joined.beside, remarks=(*draft.remarks, told), seen=seen)


def _lacks(one: Inspection, way: Way) -> str:
    fit = next((fit for fit in one.tables if fit.table == way.table), None)
    why = f" ({'; '.join(fit.reasons[:2])})" if fit and fit.reasons and not way.preset else ""
    beside = load(way.preset).beside if way.preset else None
    more = "; a header file beside it gives that" if beside and beside.columns.keys() >= set(way.missing) else ""
    return f"it lacks {', '.join(way.missing)}{more}{why}"


def _by_names(table: str, group: Files) -> Draft:
    one, way = group[0]
    draft = Draft(table, _paths(group), dict(way.mapping), seen=tuple((file, way.mapping) for file, way in group))
    named = {other.sheet for other, _ in group}
    sheet, sheets = one.sheet if len(named) == 1 else None, sheets_of(group)
    draft = replace(draft, encoding=one.encoding, separator=one.separator, sheet=sheet, sheets=sheets)
    found = len({other.header_row for other, _ in group}) > 1 and bool(sheets)  # by its names, in each sheet
    draft = replace(draft, header_row=one.header_row if one.header_row != 1 and not found else None)
    if sheets:
        told = f"the sheets {', '.join(sheets)} are read one after the other"
        draft = replace(draft, remarks=(*draft.remarks, told))
    names = header_of(one)
    if len({fold(name) for name in names}) < len(names) and all(
        names.count(name) == 1 for name in draft.columns.values()
    ):
        draft = _first_by_place(draft, one)
    return draft


def with_numbers(draft: Draft, file: tuple[Inspection, Way], interview: Interview) -> Draft:
    """Return the draft of orders whose lines have a number: of a column that counts them, or counted by the run."""
    one, way = file
    if "po_line" in {*draft.columns, *draft.defaults, *way.rivals} or "po_number" not in draft.columns:
        return _receipts_by_row(draft)
    if draft.table != "orders":
        return draft
    once = draft.distinct and rows_once(one, list(draft.columns.values())).height == one_line_count(one, draft)
    if once or ("po_number" not in draft.fill_down and one_line_each(one, draft.columns)):
        told = "every order has one row, so that row is line 1"
        return replace(draft, defaults={**draft.defaults, "po_line": "1"}, remarks=(*draft.remarks, told))
    likely = [name for name in unused(one, way, draft) if numbers_lines(one, name, draft.columns["po_number"])]
    asked = with_answer(draft, one, "po_line", likely, interview) if likely else draft
    if "po_line" in asked.columns or (likely and interview.ask is None):
        return asked
    told = "no column numbers the lines of an order: they are counted as they stand"
    return replace(asked, number={"po_line": "po_number"}, remarks=(*asked.remarks, told))


def one_line_count(one: Inspection, draft: Draft) -> int:
    """Return how many orders a file has."""
    return rows_once(one, [draft.columns["po_number"]]).height


def _receipts_by_row(draft: Draft) -> Draft:
    if draft.table != "receipts" or "receipt_number" in draft.columns:
        return draft
    told = "these receipts have no number: each row stands for itself"
    return replace(draft, remarks=(*draft.remarks, told))


def _first_by_place(draft: Draft, one: Inspection) -> Draft:
    """Map one column by its place: a run then takes no notice of columns of one name that nobody asks for."""
    first, name = next(iter(draft.columns.items()), (None, None))
    at = position(one, name)
    if first is None or at is None:
        return draft
    told = f"two columns share a name; #{at + 1} is {name}"
    return replace(draft, columns={**draft.columns, first: f"#{at + 1}"}, remarks=(*draft.remarks, told))


def _by_preset(table: str, group: Files, interview: Interview) -> Draft:
    one, way = group[0]
    name = str(way.preset)
    if way.twins:
        told = f"Which export is {label(one)}?"
        name = interview.answer(told, [name, *way.twins], f"sources.{table}.preset") or ""
    draft = Draft(table, _paths(group), preset=name, seen=tuple((file, way.mapping) for file, way in group))
    preset = load(name or str(way.preset))
    joined = way.role != "alone"
    if preset.encoding is None:
        draft = replace(draft, encoding=_one_encoding(group))
    draft = replace(draft, sheet=None if joined else one.sheet, columns={} if joined else _beside_preset(one, way))
    names = [(name, name in way.used) for file, way in group for name in header_of(file)]
    known = sum(used for _, used in names)
    return replace(draft, remarks=(f"{preset.description}: it knows {known} of the {len(names)} columns",))


def _one_encoding(group: Files) -> str | None:
    """Return the encoding to declare for files that are read together; refuses those that no single one reads right."""
    found = {one.encoding for one, _ in group if one.encoding is not None or not _is_ascii(one)}
    if len(found) > 1:
        where = ", ".join(label(one) for one, _ in group)
        raise SourceError("these files are joined and have different encodings", where, "Save them all as UTF-8.")
    return next(iter(found), None)


def _is_ascii(one: Inspection) -> bool:
    texts = one.raw.frame.get_columns() if one.raw is not None else []
    return all(str(name).isascii() for name in header_of(one)) and not any(
        column.str.contains(r"[^\x00-\x7F]").any() for column in texts
    )


def _paths(group: Files) -> tuple[str, ...]:
    return tuple(sorted({one.path for one, _ in group}))


def _beside_preset(one: Inspection, way: Way) -> dict[str, str]:
    """Return the columns that the preset does not name, and whose names leave no doubt."""
    named = next((fit for fit in one.tables if fit.table == way.table), None)
    if named is None:
        return {}
    sure = {
        (candidate.column, column.name)
        for column in one.columns
        for candidate in column.candidates
        if candidate.table == way.table and candidate.score == SURE
    }
    return {
        column: name
        for column, name in named.mapping.items()
        if column not in {*way.mapping, *named.rivals}
        and (column, name) in sure
        and not knows(load(str(way.preset)), name)  # it would have another meaning there, as `name` in Odoo
    }


def _remarks(draft: Draft, group: Files) -> list[str]:
    told = [f"not UTF-8: look whether names read right in {draft.encoding}"] if draft.encoding is not None else []
    told += [
        f"{label(file)}: taken for {draft.table} by its name; its columns would do for {' or '.join(way.also)} too"
        for file, way in group
        if way.also
    ]
    told += [
        f"{o.where}: {o.message}; such rows are rejects"
        for file, _ in group
        for o in file.obstacles
        if " is no " in o.message and any(f"column '{name}'" in o.where for name in draft.columns.values())
    ]
    told += unread_dates(draft)
    unused = [
        name
        for file, way in group
        for at, name in enumerate(header_of(file))
        if name not in draft.columns.values()
        and f"#{at + 1}" not in draft.columns.values()
        and (draft.preset is None or name not in way.used)
    ]
    unused = list(dict.fromkeys(unused))
    return told + ([f"columns not used: {', '.join(unused)} (carry: [...] passes them through)"] if unused else [])
