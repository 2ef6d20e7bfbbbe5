"""What people put into a report's folder or changed there goes along when the folder is replaced: nothing of theirs is lost."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
WORKBOOK = "report.xlsx"
MADE_BY = "recon"
_DROPPINGS = (".DS_Store", "Thumbs.db", "desktop.ini")
_DROPPING_PREFIXES = ("~$", ".~lock.")
"""What file managers and open office programs leave behind in a folder."""


def written(directory: Path) -> dict[str, Any] | None:
    """Return name -> size and digest of the files that recon wrote there, or None where the folder is not recon's."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("made_by") != MADE_BY:
        return None
    files = manifest.get("files")
    return {MANIFEST: None, **(files if isinstance(files, dict) else {})}


def files(directory: Path) -> list[str]:
    """Return the names, with `/`, of all files there and in the folders there, sorted."""
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def strangers(directory: Path) -> list[str]:
    """Return the names there that recon did not write, but those that programs leave behind.

    A folder of parts is recon's; what others have put into one of them is not.
    """
    ours = written(directory) or {}
    folders = {name.partition("/")[0] for name in ours if "/" in name}
    names = sorted(entry.name for entry in directory.iterdir() if entry.name not in folders or not entry.is_dir())
    names += [f"{folder}/{name}" for folder in sorted(folders) for name in files(directory / folder)]
    return [name for name in names if name not in ours and not _is_dropping(name.rpartition("/")[2])]


def changed_workbook(directory: Path) -> Path | None:
    """Return the workbook there if it is not as recon wrote it."""
    path, known = directory / WORKBOOK, (written(directory) or {}).get(WORKBOOK)
    if not path.is_file() or not isinstance(known, dict):
        return None
    return None if _digest(path) == known.get("sha256") else path


def keep(former: Path, new: Path) -> list[Path]:
    """Bring what is people's in `former` to `new`, and return where a changed workbook went: it has the day it was saved.

    What is there already, the same, stays as it is: to do it twice does no harm.
    """
    if written(former) is None:
        return []
    books = []
    for source, name in _theirs(former):
        target = _free(new, name, source)
        if target is not None:
            _carry(source, target)
            if source.name == WORKBOOK:
                books.append(target)
    return books


def _theirs(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what is people's in a folder, and the name that it is to have."""
    for name in strangers(folder):
        yield folder / name, name
    workbook = changed_workbook(folder)
    if workbook is not None:
        yield workbook, _dated(workbook)


def _dated(path: Path) -> str:
    day = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
    return f"{path.stem}.{day.isoformat()}{path.suffix}"


def _free(folder: Path, name: str, source: Path) -> Path | None:
    """Return where `source` can go: `name`, or with a number where another has it; None where it is there already."""
    target = folder / name
    stem, suffix = target.stem, target.suffix
    number = 1
    while os.path.lexists(target):
        if _same(source, target):
            return None
        number += 1
        target = target.with_name(f"{stem}.{number}{suffix}")
    return target


def _same(one: Path, other: Path) -> bool:
    if one.is_dir() or other.is_dir() or not (one.is_file() and other.is_file()):
        return one.is_dir() == other.is_dir()
    return one.samefile(other) or _digest(one) == _digest(other)


def _carry(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    """Give a file a second name, which costs nothing; where the disk cannot, copy it."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_dropping(name: str) -> bool:
    return name in _DROPPINGS or name.startswith(_DROPPING_PREFIXES)
