"""Discrepancies as annotations that GitHub shows beside the source files in a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import SEVERITIES
from recon.report.formats.data import mask
from recon.report.ranking import worst_first
from recon.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    import polars as pl

_COMMANDS = dict(zip(SEVERITIES, ("notice", "warning", "error"), strict=True))


def annotate(discrepancies: pl.DataFrame, folder: PurePath) -> Iterator[str]:
    """Yield `::error file=…,line=…::…` for each discrepancy, the worst first: GitHub shows only the first few.

    `folder` is that of the rules file, relative to the checkout: sources are named relative to it.
    """
    for finding in mask(worst_first(discrepancies)).iter_rows(named=True):
        place = "" if finding["source"] is None else f"file={_property((folder / finding['source']).as_posix())},"
        line = f"line={finding['row']}," if place and finding["row"] is not None else ""
        command = _COMMANDS.get(finding["severity"], "notice")
        yield f"::{command} {place}{line}title={_property(finding['code'])}::{_data(finding['message'] or '')}"


def _data(text: str) -> str:
    """Escape as the toolkit of GitHub Actions does, so that no text starts a command of its own."""
    return visible(text, lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
