"""What a report says of its own making: versions, rules, inputs, times, and a digest of each of its files."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report.folder.kept import MADE_BY, files

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from recon.ledger.reconcile import Outcome
    from recon.rules.rule import SupplierRules

_READ_AT_ONCE = 1 << 20


def manifest(outcome: Outcome, folder: Path, started: datetime, finished: datetime) -> dict[str, Any]:
    """Return the contents of `manifest.json` for the files in `folder`; times are UTC."""
    as_of = outcome.as_of
    return {
        "made_by": MADE_BY,
        "version": version(),
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "as_of": as_of.isoformat() if as_of else None,
        "rules": {"path": outcome.rules.path.as_posix(), "sha256": outcome.rules.digest},
        **_aliases(outcome.rules.suppliers),
        "inputs": [dict(file) for file in outcome.files],
        "python": platform.python_version(),
        "polars": pl.__version__,
        "files": {name: _digest(folder / name) for name in files(folder)},
    }


def _aliases(suppliers: SupplierRules) -> dict[str, Any]:
    """Return the alias file, which decides as the rules do, where they name one."""
    if not suppliers.aliases_path:
        return {}
    return {"aliases": {"path": suppliers.aliases_path, "sha256": suppliers.aliases_digest}}


def version() -> str:
    """Return recon's own version."""
    try:
        return metadata.version("recon")
    except metadata.PackageNotFoundError:
        return "unknown"


def _digest(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            digest.update(part)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
