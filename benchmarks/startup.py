"""How much `recon --help` costs beside `python -c pass`: both run in turn, the middle of each counts. Exits 1 above 8."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
MOST = 8.0
NOTHING = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-m", "recon", "--help"]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    for command in (NOTHING, HELP):
        seconds(command)  # warm the file cache and write the bytecode
    rounds = [(seconds(NOTHING), seconds(HELP)) for _ in range(ROUNDS)]
    nothing, shown = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = shown / nothing
    print(
        f"python -c pass {nothing * 1000:.0f} ms, recon --help {shown * 1000:.0f} ms: {ratio:.1f} times (at most {MOST:.0f})"
    )
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
