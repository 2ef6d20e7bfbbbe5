"""`recon watch`: the folders of the feeds, followed."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from recon.cli.job import load
from recon.cli.options import RulesArgument
from recon.cli.stdout import say, shown

if TYPE_CHECKING:
    from types import FrameType


def watch(rules: RulesArgument) -> int:
    """Take in what comes into the folders of the feeds and match what it changes, until stopped (SIGTERM or Ctrl-C ends with 0)."""
    from recon.run.live.watch import Stop
    from recon.run.live.watch import watch as do

    stopped = Stop()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    do(load(rules), lambda text: say(shown(text)), stopped)
    return 0
