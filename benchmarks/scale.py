"""A run by one process beside runs by several, on the same ledger: `python -m benchmarks.scale [--lines N]`.

Every way runs in turn. Time by the clock, processor time of driver and workers, peak memory of the driver and of the
largest worker, and the bytes that went through the work folder are told; the table goes to docs/scale.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.run import OUT, ROOT, installed, ledger_of, put_into_note

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE = ROOT / "docs" / "scale.md"
WORK = OUT / "work"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
HEADS = [
    "engine",
    "wall, s",
    "processor, s",
    "of it the driver, s",
    "peak of the driver, MiB",
    "of a worker, MiB",
    "through the work folder, MiB",
]
SAIL = "from pysail.spark import SparkConnectServer; SparkConnectServer('127.0.0.1', 15022).start(background=False)"


class Watch:
    """What the processes below some roots use, looked at some times a second from /proc."""

    def __init__(self, roots: list[int]) -> None:
        self._roots, self._ended = roots, threading.Event()
        self._spent: dict[int, float] = {}
        self.peak: dict[int, int] = {}
        self.shuffled: dict[str, int] = {}
        self._before = {pid: _seconds(pid) for pid in _below(roots)}
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> dict[int, float]:
        """Stop looking; return the seconds of processor time that each process spent."""
        self._ended.set()
        self._thread.join()
        return {pid: spent - self._before.get(pid, 0) for pid, spent in self._spent.items()}

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            for pid in _below(self._roots):
                try:
                    self._spent[pid] = max(self._spent.get(pid, 0.0), _seconds(pid))  # 0 of one that has ended
                    held = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
                except (OSError, IndexError):
                    continue
                self.peak[pid] = max(self.peak.get(pid, 0), held)
            for path in WORK.glob("*/*"):
                try:
                    self.shuffled[path.name] = max(self.shuffled.get(path.name, 0), path.stat().st_size)
                except OSError:
                    continue


def _seconds(pid: int) -> float:
    try:
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(cells[11]) + int(cells[12])) / TICKS


def _below(roots: list[int]) -> list[int]:
    """Return the processes that still run of some and of all that they began."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


@contextmanager
def dask(workers: int) -> Iterator[tuple[str, list[int]]]:
    """Start a scheduler and workers, two processes of one thread each; yield its address and their ids."""
    python = Path(sys.executable).parent / "dask"
    scheduler = subprocess.Popen([python, "scheduler", "--host", "127.0.0.1", "--port", "8796", "--no-dashboard"], stderr=subprocess.DEVNULL)  # fmt: skip
    time.sleep(4)
    options = ["--nworkers", str(workers), "--nthreads", "1", "--memory-limit", "4GB", "--no-dashboard"]
    child = subprocess.Popen([python, "worker", "tcp://127.0.0.1:8796", *options], stderr=subprocess.DEVNULL)
    time.sleep(5)
    try:
        yield "dask://127.0.0.1:8796", [scheduler.pid, child.pid]
    finally:
        for one in (child, scheduler):
            one.terminate()
            one.wait()


@contextmanager
def sail(_: int) -> Iterator[tuple[str, list[int]]]:
    """Start a Spark Connect server; yield its address and its id."""
    server = subprocess.Popen([sys.executable, "-c", SAIL], stderr=subprocess.DEVNULL)
    time.sleep(5)
    try:
        yield "spark://127.0.0.1:15022", [server.pid]
    finally:
        server.terminate()
        server.wait()


def measured(folder: Path, engine: str | None, roots: list[int]) -> list[str]:
    """Run once; return a row of the table."""
    shutil.rmtree(WORK, ignore_errors=True)
    command = [sys.executable, "-m", "recon", "run", str(folder / "rules.yaml"), "-o", str(OUT / "scale"), "--quiet"]
    command += ["--engine", engine, "--work", str(WORK)] if engine else ["--format", "parquet"]
    start = time.perf_counter()
    driver = subprocess.Popen(command, cwd=ROOT)
    watch = Watch([driver.pid, *roots])
    if driver.wait():
        raise SystemExit(f"{engine} ended with {driver.returncode}")
    wall, spent = time.perf_counter() - start, watch.end()
    largest = max((held for pid, held in watch.peak.items() if pid != driver.pid), default=0)
    sizes = [watch.peak.get(driver.pid, 0), largest, sum(watch.shuffled.values())]
    shown = [f"{size / 2**20:,.0f}" for size in sizes]
    row = [engine or "none", f"{wall:.1f}", f"{sum(spent.values()):.1f}", f"{spent.get(driver.pid, 0):.1f}", *shown]
    print(*row, file=sys.stderr, flush=True)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    folder = ledger_of(asked.lines)
    rows = [measured(folder, None, []), measured(folder, f"local:{asked.workers}", [])]
    for package, start in (("distributed", dask), ("pysail", sail)):
        if installed(sys.executable, package):
            with start(asked.workers) as (engine, roots):
                rows.append(measured(folder, engine, roots))
    lines = ["| " + " | ".join(row) + " |" for row in (HEADS, ["---"] * len(HEADS), *rows)]
    told = f"{asked.lines:,} order lines, {asked.workers} workers, {os.cpu_count()} cores.\n\n"
    put_into_note("benchmarks.scale", told + "\n".join(lines), NOTE)


if __name__ == "__main__":
    main()
