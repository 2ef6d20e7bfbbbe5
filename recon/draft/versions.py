"""Order lines that stand in several versions: rows of one order line add up, and versions of one must not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import label, position
from recon.errors import SourceError
from recon.read.header import BLANK

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

HEADING = re.compile(
    r"(?:(?:po|doc|document|order|line|change|best)[ ._-]*)*"
    r"(?:versi[oó]ne?|vers[aã]o|versie|revisi[oó]ne?|r[eé]vision|revis[aã]o|revisie|revisionsstand|rev|amendment|avenant|änderungsstand|nachtrag)"
    r"[ ._-]*(?:no|nr|num|number|nummer|id|#)?\.?",
    re.IGNORECASE,
)
VERSIONS = "versions of it, of which one counts: stop, the export is to have the current one alone"
PARTS = "parts of it, which add up"
SHOWN = 3


def refuse_versions(draft: Draft, one: Inspection, interview: Interview) -> None:
    """Ask what rows of one order line are that differ in a version; raises SourceError where only one of them counts."""
    name = next((column.name for column in one.columns if HEADING.fullmatch(column.name.strip(BLANK))), None)
    if draft.table != "orders" or name is None:
        return
    several = _in_several(draft, one, name)
    if not several:
        return
    lines = f"{len(several)} order line{'s have' if several[1:] else ' has'}"
    shown = ", ".join(several[:SHOWN]) + (", ..." if several[SHOWN:] else "")
    text = f"In {label(one)} {lines} several rows that differ in {name} ({shown}). What are the rows of one line?"
    if interview.answer(text, (VERSIONS, PARTS)) == VERSIONS:
        raise SourceError(
            f"rows of one order line are versions of it by {name} ({shown}): added up they would pay too much",
            label(one),
            "Export the current version of each line alone, or leave the others out with `where`.",
        )


def _in_several(draft: Draft, one: Inspection, name: str) -> list[str]:
    """Return the order lines, `4500/10`, of which rows differ in that column."""
    keys = [position(one, draft.columns.get(column)) for column in ("po_number", "po_line")]
    at = position(one, name)
    if one.raw is None or at is None or None in keys:
        return []
    line = pl.concat_str([pl.nth(key).str.strip_chars(BLANK) for key in keys if key is not None], separator="/")
    rows = one.raw.frame.select(line=line, version=pl.nth(at).str.strip_chars(BLANK))
    found = rows.drop_nulls().group_by("line", maintain_order=True).agg(pl.col("version").n_unique())
    return found.filter(pl.col("version") > 1).get_column("line").to_list()
