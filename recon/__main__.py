"""The command `recon`, also as `python -m recon`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    from recon.cli.ends import end_of_run, leave

    leave(end_of_run(sys.argv[1:]))


if __name__ == "__main__":
    main()
