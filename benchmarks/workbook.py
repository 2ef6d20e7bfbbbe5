"""How fast the workbook is written, and whether its memory grows with its rows: `python -m benchmarks.workbook`.

A ledger is reconciled; then only the writing is timed, for a tenth of its lines and for all, in a process each.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.run import OUT, ledger_of, put_into_note
from recon import load_rules, read_sources, reconcile
from recon.report.excel.book import write_workbook
from recon.report.formats.data import masked_frames

if TYPE_CHECKING:
    import polars as pl

LINES = 100_000
SHEETS = ("discrepancies", "invoice_lines", "order_lines")


def measured(share: int) -> dict[str, float]:
    """Write one in `share` of the rows; return rows, columns, seconds, and by how much memory rose to its peak (MiB)."""
    folder = ledger_of(LINES)
    rules = load_rules(folder / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    some = replace(done, **{name: getattr(done, name).gather_every(share) for name in SHEETS})
    warm = replace(done, **{name: getattr(done, name).head(10) for name in SHEETS})
    path = OUT / "results" / "workbook.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(warm, masked_frames(warm), path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    write_workbook(some, masked_frames(some), path)
    seconds = time.perf_counter() - start
    frames: list[pl.DataFrame] = [getattr(some, name) for name in SHEETS]
    cells = sum(frame.height * frame.width for frame in frames)
    rows = sum(frame.height for frame in frames)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    return {
        "rows": rows,
        "columns": cells / rows,
        "seconds": seconds,
        "mib": more / 1024,
        "mb": path.stat().st_size / 1e6,
    }


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(measured(int(sys.argv[1]))))
        return
    head = "| rows | columns | s | rows of 20 columns a second | memory above that of the run, MiB | file, MB |"
    table = [head, "| --- | --- | --- | --- | --- | --- |"]
    for share in (10, 1):
        told = subprocess.run([sys.executable, "-m", "benchmarks.workbook", str(share)], check=True, capture_output=True, cwd=Path(__file__).parents[1])  # fmt: skip
        one = json.loads(told.stdout)
        pace = one["rows"] * one["columns"] / 20 / one["seconds"]
        table.append(
            f"| {one['rows']:,} | {one['columns']:.0f} | {one['seconds']:.1f} | {pace:,.0f} | {one['mib']:.0f} | {one['mb']:.1f} |"
        )
    put_into_note("benchmarks.workbook", "\n".join(table))


if __name__ == "__main__":
    main()
