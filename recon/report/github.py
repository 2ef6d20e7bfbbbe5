"""Discrepancies as annotations that GitHub shows beside the source files in a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.report.data import mask
from recon.report.ranking import at_least, worst_first
from recon.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from recon.reconcile import Reconciliation
    from recon.rules import Severity

_COMMANDS = {"hold": "error", "review": "warning", "info": "notice"}


def annotate(reconciliation: Reconciliation, least: Severity = "review") -> Iterator[str]:
    """Yield `::error file=…,line=…::…` for each discrepancy of severity `least` or worse, the worst first.

    Files are given relative to where the rules file's own path starts, as the workflow checked them out.
    """
    folder = reconciliation.rules.path.parent
    for finding in _rows(mask(worst_first(reconciliation.discrepancies)), least):
        place = f"file={_property((folder / finding['source']).as_posix())}," if finding["source"] is not None else ""
        line = f"line={finding['row']}," if finding["source"] is not None and finding["row"] is not None else ""
        command = _COMMANDS.get(finding["severity"], "notice")
        yield f"::{command} {place}{line}title={_property(finding['code'])}::{_data(finding['message'] or '')}"


def _rows(discrepancies: pl.DataFrame, least: Severity) -> Iterator[dict[str, Any]]:
    wanted = at_least(least)
    return (row for row in discrepancies.iter_rows(named=True) if row["severity"] in wanted)


def _data(text: str) -> str:
    """Escape as the toolkit of GitHub Actions does, so that no text starts a command of its own."""
    return visible(text, lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
