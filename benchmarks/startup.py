"""What starting costs beside `python -c pass`: `python -m benchmarks.startup [--note]`. Exits 1 where --help takes too long.

All commands run in turn, as where bytecode is kept, and the middle of each counts. With --note the table goes to
docs/performance.md.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 9
MOST = 8.0
NOTHING, HELP = "python -c pass", "recon --help"
COMMANDS = {
    NOTHING: ["-c", "pass"],
    HELP: ["-m", "recon", "--help"],
    "importing what the sample's run does, beside recon": [
        "-c",
        "import polars, typer, yaml, rapidfuzz.fuzz",
    ],
    "recon run sample_data/rules.yaml": ["-m", "recon", "run", "sample_data/rules.yaml", "--max-rejects", "1"],
}


def seconds(arguments: list[str]) -> float:
    """Run Python as one would who keeps bytecode; a run that finds discrepancies is no failure."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=kept, capture_output=True, check=False)
    spent = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return spent


def main() -> int:
    for arguments in COMMANDS.values():
        seconds(arguments)  # warm the file cache and write the bytecode
    rounds = [[seconds(arguments) for arguments in COMMANDS.values()] for _ in range(ROUNDS)]
    took = dict(zip(COMMANDS, map(statistics.median, zip(*rounds, strict=True)), strict=True))
    lines = ["| command | ms | x python -c pass |", "| --- | --- | --- |"]
    lines += [f"| {command} | {spent * 1000:.0f} | {spent / took[NOTHING]:.1f} |" for command, spent in took.items()]
    table = "\n".join(lines)
    if "--note" in sys.argv:
        from benchmarks.run import put_into_note

        put_into_note("benchmarks.startup", table)
    else:
        print(table)
    return 0 if took[HELP] / took[NOTHING] <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
