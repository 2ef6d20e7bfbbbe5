"""The command `recon`, also as `python -m recon`."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

_KEEP_PAGES = "thp:default,dirty_decay_ms:2000,muzzy_decay_ms:0,narenas:{cores}"
"""For Polars' allocator: what is freed is needed again at once, and an arena a core shares it, not four: half of the
kernel's time of a large run, and less memory. Large pages (`thp:always`) took more of both."""


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    os.environ.setdefault("_RJEM_MALLOC_CONF", _KEEP_PAGES.format(cores=os.cpu_count() or 1))
    from recon.cli.ends import end_of_run, leave
    from recon.cli.quick import be_quick

    be_quick()
    leave(end_of_run(sys.argv[1:]))


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """End at once: nothing has been done yet; ends.py takes the signals over when it is there."""
    os.write(2, b"recon: stopped before it began\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
