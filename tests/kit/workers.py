"""What workers do in tests: importable, so that a process of its own can be told to do it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from recon.errors import OutputError
from recon.run.spread import executor


def backwards(message: bytes) -> bytes:
    return message[::-1]


def killed_once(message: bytes) -> bytes:
    """Kill the worker that comes first; the message names the file that says whether one came."""
    came = Path(message.decode())
    if not came.exists():
        came.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return b"done"


def always_killed(_: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def refuse(place: str) -> None:
    raise OutputError("the report cannot be written: the disk is full", place)


def pretend(version: str) -> None:
    """Have this worker say that its recon is of another version."""
    executor.__version__ = version
