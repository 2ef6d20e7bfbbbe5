"""How `recon check` prints the discrepancies that count: a row a style."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from recon.report.formats.data import mask
from recon.report.formats.github import annotate
from recon.report.formats.junit import junit_of_findings
from recon.report.formats.listed import listed
from recon.report.formats.markdown import markdown_of_findings
from recon.report.formats.scanners import gitlab, sarif
from recon.report.ranking import worst_first

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

WIDTH_ELSEWHERE = 100
"""Columns where no terminal says how many there are."""


class Style(NamedTuple):
    """One row of the register: the name on the command line, and what makes text of the discrepancies that count."""

    name: str
    render: Callable[[pl.DataFrame, Path], str]
    """Given discrepancies and the folder that their sources are relative to."""


def _table(discrepancies: pl.DataFrame, _: Path) -> str:
    if discrepancies.is_empty():
        return "Nothing that counts."
    counted = f"{discrepancies.height} that count{'s' if discrepancies.height == 1 else ''}."
    width = shutil.get_terminal_size((WIDTH_ELSEWHERE, 0)).columns
    return f"{listed(worst_first(discrepancies), width)}\n\n{counted}"


STYLES: tuple[Style, ...] = (
    Style("table", _table),
    Style("junit", lambda discrepancies, _: junit_of_findings(mask(worst_first(discrepancies)))),
    Style("github", lambda discrepancies, folder: "\n".join(annotate(discrepancies, folder))),
    Style("markdown", lambda discrepancies, _: markdown_of_findings(discrepancies)),
    Style("sarif", sarif),
    Style("gitlab", gitlab),
)


def words(discrepancies: pl.DataFrame, style: str, folder: Path) -> str:
    """Return the discrepancies as text in one of STYLES; sources are relative to `folder`."""
    rows = {row.name: row for row in STYLES}
    return rows[style].render(discrepancies, folder)
