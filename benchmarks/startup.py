"""What starting costs beside `python -c pass`: `python -m benchmarks.startup [--note]`. Exits 1 where --help takes too long.

All commands run in turn, and the middle of each counts. With --note the table goes to docs/performance.md.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 9
MOST = 8.0
NOTHING, HELP, SAMPLE = "python -c pass", "recon --help", "recon run sample_data/rules.yaml --max-rejects 1"


def seconds(command: str) -> float:
    """Run a command as the Python at hand would; a run that finds discrepancies is no failure."""
    words = command.replace("recon", "python -m recon", 1).split()
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True, check=False)
    spent = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return spent


def main() -> int:
    for command in (NOTHING, HELP, SAMPLE):
        seconds(command)  # warm the file cache and write the bytecode
    rounds = [[seconds(command) for command in (NOTHING, HELP, SAMPLE)] for _ in range(ROUNDS)]
    nothing, shown, ran = (statistics.median(times) for times in zip(*rounds, strict=True))
    lines = ["| command | ms | x python -c pass |", "| --- | --- | --- |"]
    told = ((NOTHING, nothing), (HELP, shown), (SAMPLE, ran))
    lines += [f"| {command} | {spent * 1000:.0f} | {spent / nothing:.1f} |" for command, spent in told]
    table = "\n".join(lines)
    if "--note" in sys.argv:
        from benchmarks.run import put_into_note

        put_into_note("benchmarks.startup", table)
    else:
        print(table)
    return 0 if shown / nothing <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
