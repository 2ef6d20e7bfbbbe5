"""What the disk would not do, and the one message for it."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise OSError for what the disk would not do while Polars writes."""
    try:
        yield
    except pl.exceptions.ComputeError as error:  # how Polars reports a full disk here, and here only
        raise OSError(str(error)) from error


def cannot_write(directory: Path | str, error: OSError) -> OutputError:
    """Return the one message for what the operating system would not do."""
    # Polars leaves errno empty and puts the number into the text.
    full = error.errno in {errno.ENOSPC, errno.EDQUOT} or f"(os error {errno.ENOSPC})" in str(error)
    reason = "the disk is full" if full else error.strerror or str(error)
    hint = (
        "Free some space: the former report is untouched." if full else "Choose a folder that you may write to with -o."
    )
    return OutputError(f"the report cannot be written: {reason}", where=str(directory), hint=hint)


def write_in_place(path: Path, text: str, what: str, check: Callable[[Path], object] | None = None) -> None:
    """Put `text` in place of a file, whole or not at all; what `check` raises of the new file leaves the old one.

    Raises OutputError that says that `what` ("the baseline") cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8", newline="")
        if check:
            check(new)
        os.replace(new, path)  # noqa: PTH105
    except OSError as error:
        raise OutputError(f"{what} cannot be written: {error.strerror}", str(path)) from error
    finally:
        new.unlink(missing_ok=True)
