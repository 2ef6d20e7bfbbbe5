"""What a report says of its own making: versions, rules, inputs, times, and a digest of each of its files."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report.folder.kept import MADE_BY, MANIFEST, files

if TYPE_CHECKING:
    from datetime import datetime

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


@dataclass(frozen=True)
class MadeOf:
    """What a report was made of: where its rules may be, their digest, the digests of the inputs (sorted), the day."""

    rules: tuple[Path, ...]
    rules_digest: str
    inputs: list[str]
    as_of: str | None


def made_of(directory: Path) -> MadeOf:
    """Return what the manifest of a folder says; of one that cannot be read, nothing."""
    try:
        told = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        path = Path(told["rules"]["path"])
        inputs = sorted(str(file.get("sha256")) for file in told["inputs"])
        return MadeOf((path, directory.parent / path.name), told["rules"]["sha256"], inputs, told["as_of"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return MadeOf((), "", [], None)


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
