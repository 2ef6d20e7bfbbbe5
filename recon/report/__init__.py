"""Reconciliation -> something to read: a folder of files, written whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from recon.report.target import begun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recon.codes import Severity
    from recon.ledger.reconcile import Reconciliation

__all__ = ["write_reports"]


def write_reports(
    reconciliation: Reconciliation,
    directory: Path | str,
    formats: str | Sequence[str] = ("xlsx",),
    *,
    started: datetime | None = None,
    fail_on: Severity = "hold",
) -> None:
    """Write the report in every format asked for, with `summary.json` and `manifest.json`, and put it in `directory`.

    `formats` is one name of `formats.register.FORMATS` or several. `directory` is replaced in one step and only if
    recon made it. `started` (UTC) is when the run began; an invoice decided `fail_on` or worse fails in the JUnit file.
    Raises RulesError for an unknown format, OutputError where nothing could be published, InvariantError where the
    figures do not add up.
    """
    from recon.report.folder.target import Folder
    from recon.report.layout import frames_of

    began = started or datetime.now(UTC)
    with begun(Folder(directory, (formats,) if isinstance(formats, str) else formats, fail_on)) as folder:
        folder.add(frames_of(reconciliation))
        folder.publish(reconciliation, began)
