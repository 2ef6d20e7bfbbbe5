"""The command `recon`, also as `python -m recon`."""

from __future__ import annotations

import os
import sys

_KEEP_PAGES = "thp:always,dirty_decay_ms:1000,muzzy_decay_ms:0"
"""For Polars' allocator: what is freed is needed again at once, and small pages cost a tenth of a large run."""


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", _KEEP_PAGES)
    from recon.cli.ends import end_of_run, leave

    leave(end_of_run(sys.argv[1:]))


if __name__ == "__main__":
    main()
