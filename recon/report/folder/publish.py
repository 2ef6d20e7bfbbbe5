"""Putting a finished report in its place: one lock, one temporary folder, one rename; never half, never another's."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from recon.engine.disk import cannot_write
from recon.errors import OutputError, refuse_odd_name
from recon.report.folder.kept import keep, strangers, written
from recon.report.folder.system import exchange, sync, try_lock, umask

if TYPE_CHECKING:
    from types import TracebackType

_FILES = {".xlsx", ".json", ".csv", ".parquet", ".html", ".xml", ".md", ".sarif"}
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+]+:/")


class Output:
    """A folder that is ours to fill: locked, checked, with a temporary folder beside it to write into."""

    def __init__(self, directory: Path, lock: BinaryIO) -> None:
        self.directory = directory
        self.temporary = _beside(directory, "new")
        self.history = 0
        """How many former reports stay, as `DIR.1`, `DIR.2`, ..."""
        self._lock = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what was not published and let the next run in."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        with contextlib.suppress(OSError):
            _beside(self.directory, "lock").unlink()
        self._lock.close()

    def publish(self, *, secure: bool = False) -> list[Path]:
        """Put the temporary folder in place of the directory; what was there before goes, but what is people's.

        Return where a workbook that they changed is now. A new folder is as open as the umask says, unless `secure`.
        """
        check_owner(self.directory)
        _check_history(self.directory, self.history)
        kept = keep(self.directory, self.temporary) if self.directory.exists() else []
        for path in (*sorted(self.temporary.iterdir()), self.temporary):
            sync(path)
        if self.directory.exists():
            shutil.copymode(self.directory, self.temporary)
            _swap(self.temporary, self.directory)
            kept += keep(self.temporary, self.directory)  # what was saved while the new one was put in its place
            _rotate(self.temporary, self.directory, self.history)
        else:
            if not secure:
                self.temporary.chmod(0o777 & ~umask())
            self.temporary.rename(self.directory)
        sync(self.directory.parent)
        return [self.directory / path.name for path in kept]


def prepare(directory: Path | str) -> Output:
    """Check, before anything is computed, that a report can go to `directory`, and keep other runs out until closed.

    Raises OutputError where it is a file, another's folder, not writable, or in another run's hands.
    """
    refuse_odd_name(str(directory), OutputError)
    try:
        if ADDRESS.match(str(directory)):
            hint = "Of object stores `recon run --engine` alone writes to one, as s3://bucket/prefix."
            raise OutputError("this is an address, and the report is a folder here", str(directory), hint)
        path = _resolved(Path(directory))
        if path.exists() and not path.is_dir():
            raise OutputError("the output folder is a file", where=str(directory), hint="Choose another name for -o.")
        if not path.exists() and path.suffix.lower() in _FILES:
            hint = "Name the folder alone, as -o report."
            raise OutputError("this is the name of a file, and a report is a folder", where=str(directory), hint=hint)
        if path.is_mount():
            raise OutputError(
                "the output folder is a mount point and cannot be replaced",
                where=str(directory),
                hint=f"Use {path / 'report'}.",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        output = Output(path, _lock(path))
    except OSError as error:
        raise cannot_write(directory, error) from error
    try:
        _clean(path)
        check_owner(path)
        output.temporary.mkdir(mode=0o700)
    except BaseException as error:
        output.close()
        if isinstance(error, OSError):
            raise cannot_write(directory, error) from error
        raise
    return output


def _resolved(directory: Path) -> Path:
    try:
        return directory.resolve()
    except RuntimeError as error:  # what Python 3.11 makes of links that lead in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


def check_owner(directory: Path) -> None:
    """Refuse a folder that holds something and was not made by recon."""
    if not directory.exists() or written(directory) is not None:
        return
    strange = strangers(directory)
    if strange:
        raise OutputError(
            f"the output folder holds what recon did not write: {_some(strange)}",
            where=str(directory),
            hint="Nothing was touched. Move that away, or choose another folder with -o.",
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _beside(directory: Path, use: str) -> Path:
    return directory.parent / f".{directory.name}.recon-{use}"


def _lock(directory: Path) -> BinaryIO:
    """Take the lock file beside the folder; it goes with the run, so a lock is only good on the file that is there."""
    path = _beside(directory, "lock")
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        if not try_lock(file):
            file.close()
            raise OutputError(
                "another run is writing this report",
                where=str(directory),
                hint="Wait for it to end, or choose another folder.",
            )
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()


def _clean(directory: Path) -> None:
    """Undo what a run that was killed left behind; the lock is ours, so nobody is at work on it."""
    former = _beside(directory, "old")
    if former.is_dir():
        if directory.exists():
            shutil.rmtree(former)
        else:
            former.rename(directory)
    unfinished = _beside(directory, "new")
    if unfinished.is_dir():
        shutil.rmtree(unfinished)


def _swap(new: Path, current: Path) -> None:
    """Exchange two folders in one step where the system can; else in three, which `_clean` can undo."""
    if exchange(new, current):
        return
    former = _beside(current, "old")
    current.rename(former)
    new.rename(current)
    former.rename(new)


def _former(directory: Path, history: int) -> list[Path]:
    return [directory.with_name(f"{directory.name}.{number}") for number in range(1, history + 1)]


def _check_history(directory: Path, history: int) -> None:
    """Refuse to move folders that recon did not make."""
    strange = [name.name for name in _former(directory, history) if name.exists() and written(name) is None]
    if strange:
        hint = "Nothing was touched. Move it away, or choose another folder with -o."
        raise OutputError(f"{strange[0]} is to be a former report, and recon did not make it", str(directory), hint)


def _rotate(former: Path, directory: Path, history: int) -> None:
    """Keep the former report as `DIR.1` and those before it one further; what comes after `history` goes, if it is recon's."""
    names = _former(directory, history)
    if not names:
        return
    if names[-1].exists():
        shutil.rmtree(names[-1])
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        if newer.exists():
            newer.rename(older)
    former.rename(names[0])
