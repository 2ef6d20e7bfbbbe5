"""A workbook as recon sees it: the sheet that is likeliest meant, the line of its header, and what else is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.look.inspection import Inspection, lenient
from recon.draft.look.layout import header_among
from recon.draft.look.obstacles import Obstacle, obstacle_of
from recon.draft.synonyms import is_known
from recon.errors import RulesError, SourceError, did_you_mean
from recon.read.above import block_of
from recon.read.header import SEARCHED_LINES
from recon.read.register import is_kind

if TYPE_CHECKING:
    from recon.read.files.files import Blob


def sheet_names(blob: Blob) -> list[str]:
    from recon.read.excel.book import open_book
    from recon.read.excel.guard import open_package

    return [sheet.name for sheet in open_book(open_package(blob.data, blob.path)).sheets]


def refuse_other_sheet(blob: Blob, sheet: str) -> None:
    if not is_kind(blob.suffix, "workbook", refused=True):
        raise RulesError("--sheet is for workbooks", blob.path, "Only a workbook has sheets.")
    names = sheet_names(blob)
    if sheet not in names:
        near = did_you_mean(sheet, names)
        raise RulesError(f"no sheet is named '{sheet}'{near}", blob.path, f"The sheets are: {', '.join(names)}")


def look_at_workbook(blob: Blob, sheet: str | None) -> Inspection:
    from recon.read.excel.book import open_book
    from recon.read.excel.choice import cells_of
    from recon.read.excel.guard import open_package
    from recon.read.excel.reader import read_xlsx
    from recon.read.excel.sheet import first_rows

    book = open_book(open_package(blob.data, blob.path))
    heads = {one.name: first_rows(book, one, SEARCHED_LINES) for one in book.sheets if sheet in {None, one.name}}
    found = {name: header_among([cells_of(row) for row in rows]) for name, rows in heads.items()}
    hits = {
        name: sum(is_known(cell) for cell in cells_of(heads[name][at]) if cell) if at is not None else -1
        for name, at in found.items()
    }
    chosen = max(hits, key=lambda name: hits[name])
    rivals = [name for name in hits if name != chosen and hits[name] == hits[chosen] >= 0]
    row = heads[chosen][found[chosen] or 0].number if found[chosen] is not None else 0
    seen = Inspection(blob.path, "workbook", sheet=chosen, header_row=row, sheets=len(book.sheets))
    over = [cells_of(each) for each in heads[chosen][: found[chosen] or 0]]
    seen = replace(seen, above=block_of(over), groups=tuple(over[-1]) if over else ())
    others = [name for name in found if name != chosen and found[name] is not None]
    if others:
        seen = replace(seen, notes=(f"other sheets with a table: {', '.join(others)}",))
    if rivals:
        hint = f"Name the one that is meant: `sheet: {chosen}`."
        seen = replace(
            seen,
            obstacles=(Obstacle(f"several sheets could be meant: {', '.join([chosen, *rivals])}", blob.path, hint),),
        )
    try:
        raw = read_xlsx(blob.data, blob.path, lenient(sheet=chosen, header_row=row), ())
    except SourceError as error:
        return replace(seen, obstacles=(*seen.obstacles, obstacle_of(error)))
    return replace(seen, rows=raw.frame.height, raw=raw)
