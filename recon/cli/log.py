"""One line a run in a log file: when, how it ended, how long it took, what it counted."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from recon.cli.ends import failure
from recon.cli.options import STDOUT
from recon.cli.stdout import say
from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Facts = dict[str, object]


@contextmanager
def logged(path: Path | None, facts: Facts, style: str = "text") -> Iterator[None]:
    """Append `facts`, as they are when the block ends, to `path`: `2026-01-31T06:00:00Z exit=0 seconds=1.20 rejects=0`.

    With the style `json` the line is an object. A failure is told as `error`. `-` is standard output. Raises OutputError before anything is done if the file cannot be written.
    """
    if path is None:
        yield
        return
    _append(path, "")
    start, clock = datetime.now(UTC), time.monotonic()
    try:
        yield
    except BaseException as error:
        facts |= failure(error)
        raise
    finally:
        ahead = {"exit": facts.pop("exit", 0), "seconds": f"{time.monotonic() - clock:.2f}"}
        _append(path, _LINES[style](start, ahead | facts))


def _line(start: datetime, facts: Facts) -> str:
    words = [f"{name}={_word(value)}" for name, value in facts.items()]
    return f"{start:%Y-%m-%dT%H:%M:%SZ} {' '.join(words)}\n"


def _object(start: datetime, facts: Facts) -> str:
    return json.dumps({"time": f"{start:%Y-%m-%dT%H:%M:%SZ}", **facts}, ensure_ascii=False, default=str) + "\n"


_LINES = {"text": _line, "json": _object}


def _word(value: object) -> str:
    text = str(value).encode("unicode_escape").decode("ascii")
    return f'"{text}"' if " " in text or not text else text


def _append(path: Path, text: str) -> None:
    if path == STDOUT:
        if text:
            say(text)
        return
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"the log file cannot be written: {error.strerror}", str(path)) from error
