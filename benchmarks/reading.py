"""What reading costs beside a plain `scan_csv` of all columns as text: `python -m benchmarks.reading [--lines N]`.

Both read the same orders, receipts and invoices, each in a process of its own, in turn; the middle of each counts.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from benchmarks.run import ledger_of, put_into_note, run

PLAIN = """
import sys, polars as pl
for name in ("orders", "receipts", "invoices"):
    pl.scan_csv(f"{sys.argv[1]}/{name}.csv", infer_schema=False).collect()
"""
OURS = """
import sys
from pathlib import Path
from recon import load_rules, read_sources
read_sources(load_rules(Path(sys.argv[1]) / "rules.yaml"))
"""
HEADS = ["order lines", "reader", "wall, s", "x scan_csv", "processor, s", "x scan_csv", "peak memory, MiB"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    folder = ledger_of(asked.lines)
    commands = {"scan_csv, all columns as text": PLAIN, "recon": OURS}
    runs = [
        {name: run([sys.executable, "-c", code, str(folder)]) for name, code in commands.items()}
        for _ in range(asked.rounds)
    ]
    table = [HEADS, ["-" * len(head) for head in HEADS]]
    floor = next(iter(commands))
    for name in commands:
        wall, processor, mib = (
            statistics.median(getattr(r[name], part) for r in runs) for part in ("wall", "processor", "mib")
        )
        by_wall = statistics.median(r[name].wall / r[floor].wall for r in runs)
        by_processor = statistics.median(r[name].processor / r[floor].processor for r in runs)
        figures = [f"{wall:.1f}", f"{by_wall:.1f}", f"{processor:.1f}", f"{by_processor:.1f}", f"{mib:,.0f}"]
        table.append([f"{asked.lines:,}", name, *figures])
    put_into_note(
        "benchmarks.reading", f"{asked.rounds} rounds.\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in table)
    )


if __name__ == "__main__":
    main()
