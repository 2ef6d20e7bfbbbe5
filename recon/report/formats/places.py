"""Where a finding stands, for programs that show files line by line: a file and line of text, or nowhere."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from recon.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath

_TEXT = {".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".asc", ".xml", ".json", ".jsonl", ".edi"}
"""Endings of files that have lines; a row of a workbook or a query has none that anybody could be shown."""


def line_of(finding: Mapping[str, Any], folder: PurePath) -> tuple[str, int] | None:
    """Return path (`folder` is that of the rules file) and line of a finding in a text file."""
    source, row = finding["source"], finding["row"]
    if source is None or row is None or PurePosixPath(source).suffix.lower() not in _TEXT:
        return None
    return (folder / source).as_posix(), int(row)


def said(finding: Mapping[str, Any], folder: PurePath) -> str:
    """Return the message on one line, with file and row where no line can be shown."""
    message = visible(finding["message"] or "")
    if finding["source"] is None or line_of(finding, folder):
        return message
    row = "" if finding["row"] is None else f":{finding['row']}"
    return f"{message} ({visible(finding['source'])}{row})"


def counted(severities: list[str]) -> str:
    """Return `3 that count: 2 hold, 1 review`."""
    if not severities:
        return "Nothing that counts."
    each = {severity: severities.count(severity) for severity in dict.fromkeys(severities)}
    told = ", ".join(f"{number} {severity}" for severity, number in each.items())
    return f"{len(severities)} that count{'s' if len(severities) == 1 else ''}: {told}."
