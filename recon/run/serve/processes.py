"""One command, several processes: each part of the service is one of its own, started again when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LIFELINE = "RECON_LIFELINE"
"""The variable that tells a part which descriptor closes when the command that started it is gone."""
FOR_GOOD = (2, 3, 4)
"""Exit codes that starting again does not mend: rules, sources, output."""
MOST_DEATHS, WITHIN = 5, 60.0
PATIENCE = 25.0
"""Seconds that parts have to end what they are doing; then they are killed."""
LOOK = 0.1


class EndedError(ReconError):
    """A part of the service ended for good, with an exit code that is the whole's."""

    def __init__(self, part: str, code: int) -> None:
        super().__init__(f"the part '{part}' ended with {code}, and the service with it", hint="What it said stands above.")  # fmt: skip
        self.exit_code = code


@dataclass
class Part:
    """A part of the service and the process that does it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    due: float = 0.0

    def start(self, lifeline: int) -> None:
        """Start the process, in a session of its own: what ends it is this command."""
        environment: Mapping[str, str] = {**os.environ, LIFELINE: str(lifeline)}
        self.process = subprocess.Popen(self.command, env=environment, pass_fds=(lifeline,), stdin=subprocess.DEVNULL, start_new_session=True)  # fmt: skip

    def look(self, say: Callable[[str], None]) -> None:
        """See whether it is alive; note when it is to be started again. Raises EndedError where that would not help."""
        code = self.process.poll() if self.process else None
        if code is None:
            return
        self.process, now = None, time.monotonic()
        self.deaths = [*(at for at in self.deaths if now - at < WITHIN), now]
        if code in FOR_GOOD or len(self.deaths) >= MOST_DEATHS:
            raise EndedError(self.name, code if code > 0 else 70)
        self.due = now + 2 ** (len(self.deaths) - 1) / 2
        say(f"the part '{self.name}' ended with {code}: it is started again")


def supervise(commands: Mapping[str, Sequence[str]], say: Callable[[str], None], stopped: threading.Event) -> None:
    """Keep the parts alive until `stopped`, then let them end. Raises EndedError where one of them ends for good."""
    parts = [Part(name, command) for name, command in commands.items()]
    closes, lifeline = os.pipe()
    try:
        while not stopped.is_set():
            for part in parts:
                part.look(say)
                if part.process is None and time.monotonic() >= part.due:
                    part.start(closes)
            stopped.wait(LOOK)
    finally:
        _end(parts)
        os.close(closes)
        os.close(lifeline)


def _end(parts: Sequence[Part]) -> None:
    alive = [part.process for part in parts if part.process is not None]
    for process in alive:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in alive:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command_of(part: str, arguments: Sequence[str]) -> list[str]:
    """Return the command line of one part."""
    return [sys.executable, "-m", "recon", "serve", *arguments, "--only", part]


def end_with_parent(stopped: threading.Event) -> None:
    """Set `stopped` when the command that started this part is gone, however it went."""
    lifeline = os.environ.pop(LIFELINE, "")
    if not lifeline.isdigit():
        return

    def wait() -> None:
        os.read(int(lifeline), 1)
        stopped.set()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
