"""What goes to standard output, and what happens when nobody reads it."""

from __future__ import annotations

import errno
import os
import sys

from recon.errors import OutputError

_GONE = {errno.EPIPE, errno.EBADF, errno.ECONNRESET}


class StdoutClosedError(BaseException):
    """Whoever read standard output has stopped; not an Exception, so that nothing in between takes it for its own."""


def say(text: str) -> None:
    """Write `text` and a line end to standard output, now.

    Raises StdoutClosedError where nobody reads it, OutputError where it cannot be written (a full disk).
    """
    if sys.stdout is None:
        raise StdoutClosedError
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except OSError as error:
        silence()
        if error.errno in _GONE:
            raise StdoutClosedError from error
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def shown(text: str) -> str:
    """Return lines that hold what people or files say, fit for a terminal."""
    from recon.report.text import showable

    return showable(text, lines=True)


def calm() -> None:
    """Let no character that a terminal lacks end a run, and let no file that is opened later become a closed stdout."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def silence() -> None:
    """Send what is still in standard output's buffer nowhere, so that the interpreter does not stumble on its way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
