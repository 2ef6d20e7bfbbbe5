"""A child of this process does some work, says what it does line by line, and is stopped where it says nothing for too long."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Said = list[dict[str, Any]]
Say = Callable[[dict[str, Any]], None]
MEMORY = 12 * 2**30
"""A mutant that wants more has failed."""


class EndlessError(Exception):
    """The child has said nothing for longer than it may."""

    def __init__(self, said: Said) -> None:
        super().__init__(said[-1] if said else "at the start")
        self.said = said


def forked(work: Callable[[Say], None], seconds: Callable[[Said], float]) -> Said:
    """Return all that the child says; `seconds` tells from what it has said how long it may be silent."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(work, write)
    os.close(write)
    said: Said = []
    try:
        for line in _lines(read, lambda: seconds(said)):
            said.append(json.loads(line))
    except TimeoutError as silent:
        raise EndlessError(said) from silent
    finally:
        os.close(read)
        _end(child)
    return said


def _be_child(work: Callable[[Say], None], write: int) -> None:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    try:
        work(lambda fact: _write(write, fact))
    except BaseException as error:  # noqa: BLE001 -- nothing may return into the parent's code
        _write(write, {"error": repr(error)})
    finally:
        os._exit(0)


def _write(write: int, fact: dict[str, Any]) -> None:
    text = f"{json.dumps(fact)}\n".encode()
    while text:
        text = text[os.write(write, text) :]


def _lines(read: int, seconds: Callable[[], float]):
    """Yield whole lines as they come; TimeoutError where none comes in time."""
    text = b""
    while True:
        if not select.select([read], [], [], seconds())[0]:
            raise TimeoutError
        new = os.read(read, 2**16)
        if not new:
            return
        *whole, text = (text + new).split(b"\n")
        yield from whole


def _end(child: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
