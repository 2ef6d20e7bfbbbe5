"""Files of one table -> the draft of its source: by a preset or by columns; what they leave open is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.amounts import with_line_amount, with_one_price, with_settled_amounts
from recon.draft.cells import label, position
from recon.draft.columns.needed import with_needed
from recon.draft.columns.rivals import with_rivals_settled
from recon.draft.columns.telling import with_telling_cells
from recon.draft.counted import with_numbers
from recon.draft.credits import refuse_returns_beside, with_contrary_flags, with_one_side
from recon.draft.file_remarks import lacks, remarks_on
from recon.draft.flat import side_by_side
from recon.draft.formats import with_formats, with_own_dates
from recon.draft.gaps import with_fill_down
from recon.draft.gross import with_gross_headings, with_tax_taken_off
from recon.draft.group_heads import with_document_rows, with_group_heads, without_totals
from recon.draft.joined import joined_files
from recon.draft.line_numbers import with_numbered_items
from recon.draft.meanings import with_meanings, without_states
from recon.draft.one_shape import of_one_shape
from recon.draft.remarks import without_remarks
from recon.draft.scaled import with_scales
from recon.draft.shapes import with_block, with_short_rows
from recon.draft.start import first_draft
from recon.draft.status import with_status, without_sums
from recon.draft.unit_rows import without_unit_rows
from recon.draft.versions import refuse_versions
from recon.read.again import repeats_of
from recon.read.cells.mapping import is_position
from recon.rules.presets.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.joined import Joined
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
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
    shaped = _shaped(first_draft(table, group, joined, interview), group, joined, interview)
    draft = _with_columns(shaped, group, joined, interview, orders) if shaped is not None else None
    if draft is None:
        return None, [*left, *(f"{label(one)}, {lacks(one, way)}" for one, way in group)]
    for one, _ in group:
        refuse_versions(draft, one, interview)
    draft = _with_rows(draft, group, joined, interview)
    draft = _with_figures(draft, interview, orders)
    remarks = [*draft.remarks, *remarks_on(draft, group)]
    return replace(_by_place(draft, group[0][0]), remarks=tuple(remarks)), left


def _shaped(draft: Draft, group: Files, joined: Joined | None, interview: Interview) -> Draft | None:
    """Return the draft with what the shape of its files asks; None where they are cut off, as was answered."""
    read = [*(one for one, _ in group), *((joined.header[0],) if joined else ())]
    shaped = with_short_rows(draft, next((one for one in read if one.short), read[0]), interview)
    if shaped is not None and any(one.raw is not None and repeats_of(one.raw) for one in read):
        shaped = replace(shaped, repeated_header="leave")
    if shaped is None or draft.preset:
        return shaped
    return with_block(shaped, group[0][0], interview, [one for one, _ in group[1:]])


def _with_columns(
    draft: Draft, group: Files, joined: Joined | None, interview: Interview, orders: Draft | None
) -> Draft | None:
    """Return the draft with every column that it needs; None where one is not in the files."""
    one, way = group[0]
    given = {"receipt_number", *draft.defaults, *draft.above}  # a receipt's row stands for its number
    file = (one, replace(way, missing=tuple(column for column in way.missing if column not in given)))
    if draft.preset is None and not joined:
        draft, file = with_one_side(draft, file, interview)
    if draft.preset is None:
        draft, file = with_numbered_items(draft, file, orders)
    asked = with_needed(with_rivals_settled(draft, file, interview, orders), file, interview)
    if asked is None or way.role != "alone":  # what the rules map is looked for in the lines, not in a header file
        return asked
    return with_telling_cells(asked, group[0], orders, interview)


def _with_rows(draft: Draft, group: Files, joined: Joined | None, interview: Interview) -> Draft:
    """Return the draft that reads the rows which are lines, each with its document and its number."""
    one, way = group[0]
    draft = without_unit_rows(with_group_heads(draft, one, interview))
    if draft.preset is not None:
        return draft
    refuse_returns_beside(draft, one, interview)
    draft = draft if joined else with_contrary_flags(draft, one, interview)
    draft = side_by_side(draft, one) if way.flat else draft
    draft = with_fill_down(without_remarks(draft, interview), one, interview)
    return with_numbers(with_document_rows(draft, one), group[0], interview)


def _with_figures(draft: Draft, interview: Interview, orders: Draft | None) -> Draft:
    """Return the draft that says how figures, dates and words are read, and what each amount is."""
    if draft.preset is not None:
        return with_own_dates(draft, load(draft.preset).date_formats, interview)
    draft = with_settled_amounts(without_totals(with_formats(draft, interview), interview), orders)
    draft = with_line_amount(with_scales(draft, interview), interview)
    draft = with_gross_headings(with_tax_taken_off(with_one_price(draft, interview), interview))
    return with_meanings(without_sums(with_status(without_states(draft), interview)), interview)


def _by_place(draft: Draft, one: Inspection) -> Draft:
    """Return the draft with columns called `#` mapped by their place, as no rules file can name them."""
    places = {
        column: f"#{at + 1}"
        for column, name in draft.columns.items()
        if name.startswith("#") and not is_position(name) and (at := position(one, name)) is not None
    }
    return replace(draft, columns={**draft.columns, **places}) if places else draft
