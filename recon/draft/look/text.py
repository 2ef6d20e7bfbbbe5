"""A text file or list export as recon sees it; of a damaged one what can be read, and which lines cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.draft.look.inspection import Inspection, lenient
from recon.draft.look.layout import layout_of
from recon.draft.look.obstacles import MOST_OBSTACLES, Obstacle, obstacle_of
from recon.draft.synonyms import is_known
from recon.errors import SourceError
from recon.read.above import block_of
from recon.read.readers import read_raw
from recon.read.register import is_kind
from recon.read.text.alv import read_listing
from recon.rules.rule import CsvOptions

if TYPE_CHECKING:
    from recon.draft.look.layout import Layout
    from recon.read.files.files import Blob
    from recon.read.raw import Raw
    from recon.rules.rule import Source


def look_at_text(blob: Blob) -> Inspection:
    """Return what a text file is; raises SourceError where it is no text or holds none."""
    layout = layout_of(blob.data, blob.path)
    kind = "list export" if layout.listing else "text file"
    seen = Inspection(blob.path, kind, 0, layout.encoding, layout.separator, header_row=layout.header_row)
    seen = replace(seen, above=block_of(layout.above), groups=layout.above[-1] if layout.above else ())
    if is_kind(named := Path(blob.path.lower()).suffix, "workbook", refused=True):
        seen = replace(seen, notes=(f"named {named}, and no workbook: its text is read",))
    return _text(blob, layout, seen)


def _text(blob: Blob, layout: Layout, seen: Inspection) -> Inspection:
    source = lenient(csv=CsvOptions(layout.separator, '"', layout.encoding), header_row=layout.header_row)
    if layout.encoding is not None:
        hint = f"Declare it, and look whether the letters come out right: `csv: {{encoding: {layout.encoding}}}`."
        seen = replace(seen, obstacles=(Obstacle("the text is not UTF-8", blob.path, hint),))
    try:
        raw = _listed(blob, source, layout) if layout.listing else read_raw(blob.data, blob.path, ".csv", source, ())
    except SourceError as error:
        seen = replace(seen, obstacles=(*seen.obstacles, obstacle_of(error)))
        return _with_short_rows(blob, source, seen) or _damaged(blob, source, layout, seen)
    return replace(seen, rows=raw.frame.height, raw=raw)


def _with_short_rows(blob: Blob, source: Source, seen: Inspection) -> Inspection | None:
    """Return what a file holds whose rows may be shorter than its header; None where that is not all that is wrong."""
    try:
        raw = read_raw(blob.data, blob.path, ".csv", replace(source, csv=replace(source.csv, short_rows="blank")), ())
    except SourceError:
        return None
    hint = "If nothing is cut off, `csv: {short_rows: blank}` reads such rows, the cells that they lack blank."
    last = replace(seen.obstacles[-1], hint=hint)
    return replace(seen, rows=raw.frame.height, raw=raw, short=True, obstacles=(*seen.obstacles[:-1], last))


def _listed(blob: Blob, source: Source, layout: Layout) -> Raw:
    from recon.read.header import told_apart
    from recon.read.text.alv import lines_of
    from recon.read.text.encoding import read_text

    lines = lines_of(read_text(blob.data, blob.path, layout.encoding).data.decode())
    header = next(line for line in lines if line.number == layout.header_row)
    return read_listing(blob.data, blob.path, source, [name for name in told_apart(header.cells) if name])


def _damaged(blob: Blob, source: Source, layout: Layout, seen: Inspection) -> Inspection:
    """Look at what can be read of a damaged text: the lines as wide as the header; the others are obstacles."""
    from recon.read.text.encoding import read_text

    text = read_text(blob.data, blob.path, layout.encoding).data.decode()
    lines = text.split("\n")
    at = max(layout.header_row - 1, 0)
    width = lines[at].count(layout.separator)
    wrong = [
        Obstacle(
            f"{line.count(layout.separator) + 1} fields, where the header has {width + 1}",
            f"{blob.path}:{number}",
            line[:80],
        )
        for number, line in enumerate(lines[at + 1 :], start=at + 2)
        if line.strip() and line.count(layout.separator) != width
    ]
    cells = [cell.strip().strip('"') for cell in lines[at].split(layout.separator)]
    regular = len(wrong) * 5 < sum(bool(line.strip()) for line in lines[at + 1 :])
    seen = replace(seen, damaged=sum(map(is_known, cells)) >= 2 or (regular and width >= 2))
    known = {obstacle.where for obstacle in seen.obstacles}
    seen = replace(
        seen, obstacles=(*seen.obstacles, *(one for one in wrong if one.where not in known))[:MOST_OBSTACLES]
    )
    if '"' in text:
        return seen
    whole = [line for line in lines[at:] if line.count(layout.separator) == width]
    try:
        raw = read_raw(
            "\n".join(whole).encode(),
            blob.path,
            ".csv",
            replace(source, header_row=1, csv=CsvOptions(layout.separator)),
            (),
        )
    except SourceError:
        return seen
    return replace(seen, rows=raw.frame.height, raw=raw)
