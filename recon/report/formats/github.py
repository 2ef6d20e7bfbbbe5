"""Discrepancies as annotations that GitHub shows beside the source files in a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import SEVERITIES
from recon.report.formats.data import mask
from recon.report.formats.places import counted, line_of, said
from recon.report.ranking import worst_first
from recon.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    import polars as pl

MOST = 10
"""GitHub shows no more of a step."""
_COMMANDS = dict(zip(SEVERITIES, ("notice", "warning", "error"), strict=True))


def annotate(discrepancies: pl.DataFrame, folder: PurePath) -> Iterator[str]:
    """Yield `::error file=…,line=…::…` for the gravest discrepancies, the worst first, and a line that counts all.

    `folder` is that of the rules file, relative to the checkout: sources are named relative to it.
    """
    ordered = worst_first(discrepancies)
    for finding in mask(ordered.head(MOST)).iter_rows(named=True):
        place = line_of(finding, folder)
        where = f"file={_property(place[0])},line={place[1]}," if place else ""
        command = _COMMANDS.get(finding["severity"], "notice")
        yield f"::{command} {where}title={_property(finding['code'])}::{_data(said(finding, folder))}"
    more = f" The {MOST} gravest are shown." if ordered.height > MOST else ""
    yield f"{counted(ordered.get_column('severity').fill_null('info').to_list())}{more}"


def _data(text: str) -> str:
    """Escape as the toolkit of GitHub Actions does, so that no text starts a command of its own."""
    return visible(text, lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
