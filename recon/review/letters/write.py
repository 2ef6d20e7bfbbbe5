"""Letters into a folder: found in a report or in a run, written whole, never over a draft that a person changed."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from recon.errors import OutputError
from recon.report.folder.kept import MADE_BY, MANIFEST
from recon.report.folder.publish import prepare
from recon.result_tables import DISCREPANCIES, INVOICE_RESULTS, ORDER_RESULTS
from recon.review.letters.render import as_email, as_html, as_markdown, template
from recon.review.published import report_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from recon.review.letters.languages import Tongue
    from recon.review.letters.letter import Letter

_NEEDED = (DISCREPANCIES, INVOICE_RESULTS, ORDER_RESULTS)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 60


def published(directory: Path) -> dict[str, pl.DataFrame]:
    """Return the frames that letters need from a report folder with Parquet or JSON files. Raises SourceError."""
    return {table.name: report_frame(directory, table) for table in _NEEDED}


def write_letters(
    letters: Sequence[Letter], directory: Path, tongue: Tongue, language: str, templates: Path | None = None
) -> int:
    """Write each letter as `.md`, `.html` and `.eml` into `directory`, in one step, and return how many there are.

    Raises OutputError where a file of an earlier writing there was changed, or the folder is somebody else's.
    """
    texts = {kind: template(kind, language, templates) for kind in ("md", "html")}
    with prepare(directory) as output:
        _refuse_to_lose_changes(directory)
        files: dict[str, bytes] = {}
        for letter in letters:
            name = _name(letter, language, files)
            markdown, html = (
                as_markdown(letter, tongue, language, texts["md"]),
                as_html(letter, tongue, language, texts["html"]),
            )
            files[f"{name}.md"], files[f"{name}.html"] = markdown.encode(), html.encode()
            files[f"{name}.eml"] = as_email(letter, markdown, html)
        made = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        files[MANIFEST] = json.dumps({"made_by": MADE_BY, "files": made}, indent=2).encode()
        for name, content in files.items():
            (output.temporary / name).write_bytes(content)
        output.publish()
    return len(letters)


def _name(letter: Letter, language: str, taken: dict[str, bytes]) -> str:
    plain = _UNSAFE.sub("_", letter.supplier_id)[:_LONGEST_NAME].strip(".") or "supplier"
    name, number = f"{plain}.{language}", 2
    while f"{name}.md" in taken:
        name, number = f"{plain}-{number}.{language}", number + 1
    return name


def _refuse_to_lose_changes(directory: Path) -> None:
    try:
        files = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return
    for name, digest in files.items():
        path = directory / name
        if path.is_file() and (not isinstance(digest, str) or hashlib.sha256(path.read_bytes()).hexdigest() != digest):
            raise OutputError(
                f"{name} is not as it was written: a letter that somebody changed, or a report",
                str(directory),
                "Nothing was touched. Choose another folder with -o.",
            )
