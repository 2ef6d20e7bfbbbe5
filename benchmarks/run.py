"""recon beside what people write themselves, on the same files: `python -m benchmarks.run [--lines N ...]`.

Every contestant runs in a process of its own, in turn, several times; the middle of each counts. The table goes to
docs/performance.md, that of more than a million lines to one of its own, without those who hold everything in memory.
Time is told twice, because machines are shared: by the clock, and as processor time of all threads.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"
NOTE = ROOT / "docs" / "performance.md"
RIVALS = {
    "scan_csv of the needed columns": "scan.py",
    "Polars by hand": "polars_plain.py",
    "DuckDB SQL": "duckdb_sql.py",
    "pandas": "pandas_plain.py",
}
FLOOR = next(iter(RIVALS))
SLOW = {"threeway", "pandas"}
"""Run once only from a million lines on."""
MOST_HELD = 1_000_000
RECON = "recon run --format parquet"
HEADS = ["order lines", "contestant", "wall, s", "x scan_csv", "processor, s", "x scan_csv", "peak memory, MiB"]


@dataclass(frozen=True)
class Run:
    """One run: seconds by the clock, seconds of processor time, peak resident memory."""

    wall: float
    processor: float
    mib: float


def run(command: list[str], may_fail: bool = False) -> Run:
    """Run a command to its end and measure it; what it prints is thrown away."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, cwd=ROOT)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode and not may_fail:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{errors.read().decode()}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def contestants(folder: Path, out: Path, rivals_python: str) -> dict[str, list[str]]:
    """Return the command of each contestant that is installed."""
    commands = {}
    for name, script in RIVALS.items():
        module = script.split("_")[0].removesuffix(".py")
        if module == "scan" or installed(rivals_python, module):
            path = ROOT / "benchmarks" / "rivals" / script
            commands[name] = [rivals_python, str(path), str(folder), str(out / "rival.parquet")]
    rules, results = str(folder / "rules.yaml"), str(out / "recon")
    options = ["-o", results, "--format", "parquet", "--quiet"]
    commands[RECON] = [sys.executable, "-m", "recon", "run", rules, *options]
    if installed(rivals_python, "threeway"):
        files = [
            f"--{o}={folder / f}"
            for o, f in (("po", "orders.csv"), ("grn", "receipts.csv"), ("invoice", "invoices.csv"))
        ]
        report = ["--format", "csv", "--output", str(out / "threeway.csv"), "--pct-tolerance", "2"]
        commands["threeway"] = [rivals_python, "-m", "threeway.cli", *files, *report]
    return commands


def installed(python: str, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def measured(commands: dict[str, list[str]], rounds: int, lines: int) -> dict[str, list[Run]]:
    """Run the contestants in turn, round by round."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            if number and name in SLOW and lines >= 1_000_000:
                continue
            runs[name].append(run(command, may_fail=name == "threeway"))
            print(f"{lines} {name}: {runs[name][-1]}", file=sys.stderr, flush=True)
    return runs


def ledger_of(lines: int) -> Path:
    """Return the folder of a ledger; one that is not there is written, by a process of its own.

    A child's peak memory is told as no less than that of the process that started it.
    """
    folder = OUT / str(lines)
    if not (folder / "rules.yaml").is_file():
        subprocess.run([sys.executable, "-m", "benchmarks.ledger", str(lines), folder], cwd=ROOT, check=True)
    return folder


def rows(lines: int, runs: dict[str, list[Run]]) -> list[list[str]]:
    """Return a table row a contestant; ratios are the middle of the rounds' own ratios, side by side."""
    table = []
    for name, mine in runs.items():
        pairs = list(zip(mine, runs[FLOOR], strict=False))
        wall, processor, mib = (
            statistics.median(getattr(r, part) for r in mine) for part in ("wall", "processor", "mib")
        )
        by_wall = statistics.median(a.wall / b.wall for a, b in pairs)
        by_processor = statistics.median(a.processor / b.processor for a, b in pairs)
        table.append(
            [
                f"{lines:,}",
                name,
                f"{wall:.1f}",
                f"{by_wall:.1f}",
                f"{processor:.1f}",
                f"{by_processor:.1f}",
                f"{mib:,.0f}",
            ]
        )
    return table


def machine(rivals_python: str) -> str:
    """Return what the figures depend on: cores, memory, versions."""
    import polars as pl

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, polars {pl.__version__}"
    others = []
    for module in ("duckdb", "pandas", "threeway"):
        asked = f"from importlib.metadata import version; print(version('{module}'))"
        told = subprocess.run([rivals_python, "-c", asked], capture_output=True, text=True, check=False)
        others.append(
            f"{module} {told.stdout.strip()}" if told.returncode == 0 else f"{module} not installed, left out"
        )
    return f"{named}; {', '.join(others)}"


def put_into_note(name: str, text: str, note: Path = NOTE) -> None:
    """Print a result, and put it into a page of docs in place of the last one of that name."""
    print(text)
    start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
    page = note.read_text(encoding="utf-8")
    before, _, rest = page.partition(start)
    note.write_text(f"{before}{start}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--rivals-python", default=sys.executable, help="an interpreter that has duckdb, pandas, threeway"
    )
    asked = parser.parse_args()
    table = []
    for lines in asked.lines:
        folder = ledger_of(lines)
        results = OUT / "results"
        shutil.rmtree(results, ignore_errors=True)
        results.mkdir(parents=True)
        commands = contestants(folder, results, asked.rivals_python)
        if lines > MOST_HELD:
            commands = {name: commands[name] for name in (FLOOR, RECON)}
        table += rows(lines, measured(commands, asked.rounds, lines))
    shown = [HEADS, ["-" * len(head) for head in HEADS], *table]
    text = f"{machine(asked.rivals_python)}; {asked.rounds} rounds.\n\n" + "\n".join(
        f"| {' | '.join(row)} |" for row in shown
    )
    put_into_note("benchmarks.run large" if max(asked.lines) > MOST_HELD else "benchmarks.run", text)


if __name__ == "__main__":
    main()
