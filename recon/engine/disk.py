"""What the disk would not do, and the one message for it."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
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
