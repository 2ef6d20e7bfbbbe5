"""Month-end beside the run it is made from, on the same ledger: `python -m benchmarks.close [--lines N] [--rounds N]`.

`recon run` and `recon close` go in turn, each in a process of its own, both writing Parquet. Told are processor time, time by
the clock and peak memory of each, and by how much `close` is more: a third of the time is what it may add.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.run import OUT, ROOT, ledger_of

if TYPE_CHECKING:
    from pathlib import Path

CLOSE = 'close: {terms: net 30, accounts: [{name: all, expense: "610000", accrued: "380100"}]}\n'
VERBS = {"run": (), "close": ("--period", "2026")}


def measured(verb: str, rules: Path) -> tuple[float, float, float]:
    """Return processor seconds, seconds by the clock and peak memory in MiB of one `recon run` or `recon close`."""
    options = ["--format", "parquet", "--quiet", "-o", str(OUT / f"beside-{verb}"), *VERBS[verb]]
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "recon", verb, str(rules), *options], cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) > 1:
        raise SystemExit(f"recon {verb} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    folder = ledger_of(asked.lines)
    rules = folder / "close.yaml"
    rules.write_text((folder / "rules.yaml").read_text() + CLOSE)
    rounds = [{verb: measured(verb, rules) for verb in VERBS} for _ in range(asked.rounds)]
    print("| | processor, s | wall, s | peak, MiB |\n|---|---|---|---|")
    for verb in VERBS:
        middle = (median(one[verb][at] for one in rounds) for at in range(3))
        print(f"| recon {verb} |", " | ".join(f"{number:,.1f}" for number in middle), "|")
    shares = (median(one["close"][at] / one["run"][at] for one in rounds) for at in range(3))
    print("| close / run |", " | ".join(f"{share:.2f}" for share in shares), "|")


if __name__ == "__main__":
    main()
