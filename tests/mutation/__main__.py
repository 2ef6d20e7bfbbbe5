"""Mutation testing of a room: `python -m tests.mutation [PATH ...] [--room match] [--all] [--again]`.

Each mutant changes one sign of one file of the room: a comparison loses or gains its boundary or is turned round,
plus becomes minus, a small whole number grows by one; with `--all` also: `&` becomes `|`, `~` goes, a minimum becomes a
maximum, a first becomes a last, a join changes its kind. A mutant that the tests let pass has survived; docs/mutation.md
says of each why it may. Files on disk are never touched: each mutant runs in a child of this process, which has imported
what the tests need beside recon. Results are kept under .mutation: a run goes on where the last one ended; `--again`
tries once more those that survived.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

os.environ |= {"HYPOTHESIS_PROFILE": "mutants", "POLARS_MAX_THREADS": "1"}
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process with one thread forks safely

import hypothesis.strategies  # noqa: F401 -- imported once, for all children
import numpy as np  # noqa: F401
import openpyxl  # noqa: F401
import polars.testing  # noqa: F401
import rapidfuzz.distance
import rapidfuzz.process  # noqa: F401
import rich  # noqa: F401
import typer  # noqa: F401
import yaml  # noqa: F401

from tests.mutation.changes import ROOT, Mutant, mutants
from tests.mutation.measure import BATCHES, FOLDER, Check, checks, relevant
from tests.mutation.trial import failures, killer

RESULTS = FOLDER / "results.jsonl"
QUICK = 5
"""Seconds of tests that each mutant meets alone."""
AT_LEAST = 3
TOGETHER = 60
"""Those that pass meet all tests together, so many at once: only a test that fails then is run on each alone."""


class Results:
    """What killed each mutant ("" where it survived), kept from run to run."""

    def __init__(self) -> None:
        facts = map(json.loads, RESULTS.read_text().splitlines() if RESULTS.exists() else [])
        self.known: dict[str, str] = {fact["mutant"]: fact["killer"] for fact in facts}

    def keep(self, mutant: Mutant, killed_by: str) -> None:
        self.known[mutant.key] = killed_by
        with RESULTS.open("a") as file:
            file.write(json.dumps({"mutant": mutant.key, "killer": killed_by}) + "\n")
        print(f"{killed_by or 'SURVIVED'} | {mutant}", flush=True)

    def kills(self, file: str) -> Counter[str]:
        return Counter(by for mutant, by in self.known.items() if mutant.startswith(f"{file}:"))


def ordered(mutant: Mutant, tests: Iterable[Check], kills: Counter[str]) -> list[Check]:
    """Put first what has killed most in the least time, then batches and the file's own tests, then the quickest.

    The first batch counts as one that has killed once.
    """

    def promise(check: Check) -> tuple[float, bool, float]:
        killed = max(kills[check.name], check.name == f"{BATCHES}::test_engine_and_oracle_agree[0]")
        own = check.file == BATCHES or Path(check.file).stem == f"test_{mutant.path.stem}"
        return -killed / (check.seconds + 0.05), not own, check.seconds

    return sorted(tests, key=promise)


def quick(tests: Sequence[Check]) -> list[Check]:
    """Return the first tests of those in order, so many as fit the time; three at least, if the machine was busy when they were measured."""
    ends = [sum(check.seconds for check in tests[: place + 1]) for place in range(len(tests))]
    return [
        check for place, (check, end) in enumerate(zip(tests, ends, strict=True)) if end <= QUICK or place < AT_LEAST
    ]


def untried(paths: Sequence[Path], everything: bool, again: bool, results: Results) -> Iterator[Mutant]:
    for mutant in (mutant for path in paths for mutant in mutants(path, everything)):
        known = results.known.get(mutant.key)
        if known is None or (again and not known):
            yield mutant


def passes_alone(mutant: Mutant, measured: list[Check], results: Results) -> bool:
    """Return whether a mutant passes the tests that promise most."""
    tests = ordered(mutant, relevant(mutant, measured), results.kills(mutant.file))
    found = killer(mutant, quick(tests))
    if found:
        results.keep(mutant, found)
    return not found


def together(some: list[Mutant], tests: list[Check], results: Results) -> None:
    """Try mutants on all the tests that run them at once; then each alone, for a while, on those that failed; and again."""
    theirs = {check for mutant in some for check in relevant(mutant, tests)}
    failed = failures(some, ordered(some[0], theirs, Counter()))
    print(f"{len(some)} mutants together fail {len(failed)} of {len(theirs)} tests", flush=True)
    if len(some) == 1 or not failed:
        for mutant in some:
            results.keep(mutant, "".join(failed[:1]))
        return
    suspects = [check for check in tests if check.name in failed]
    if len(suspects) < len(failed):  # a crash, or no end: the tests behind it have not run
        together(some[::2], tests, results)
        together(some[1::2], tests, results)
        return
    left = [mutant for mutant in some if passes_alone(mutant, suspects, results)]
    if left:
        halves = [left] if len(left) < len(some) else [left[::2], left[1::2]]
        for half in halves:
            together(half, suspects, results)


def at_once(left: list[Mutant], least: int, again: bool) -> Iterator[list[Mutant]]:
    """Take mutants of different places from `left`, some at a time, while there are `least`.

    Those that are tried again are of different functions: two in one may make good what each of them spoils.
    """
    while len(left) >= least:
        of_each = {(mutant.path, mutant.function) if again else mutant.place: mutant for mutant in reversed(left)}
        some = list(of_each.values())[:TOGETHER]
        left[:] = [mutant for mutant in left if mutant not in some]
        yield some


def try_all(waiting: Iterator[Mutant], again: bool, measured: list[Check], results: Results) -> None:
    left: list[Mutant] = []
    for mutant in waiting:
        left += [mutant] if passes_alone(mutant, measured, results) else []
        for some in at_once(left, TOGETHER, again):
            together(some, measured, results)
    for some in at_once(left, 1, again):
        together(some, measured, results)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--room", default="match")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--again", action="store_true")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the child that is at work ends, too
    os.chdir(ROOT)
    start, measured, results = time.monotonic(), checks(asked.room), Results()
    paths = [path.resolve() for path in asked.paths] or sorted((ROOT / "recon" / asked.room).rglob("*.py"))
    try_all(untried(paths, asked.all, asked.again, results), asked.again, measured, results)
    made = [mutant for path in paths for mutant in mutants(path, asked.all)]
    survived = [mutant for mutant in made if not results.known[mutant.key]]
    print(*(f"SURVIVED {mutant}" for mutant in survived), sep="\n")
    killed = len(made) - len(survived)
    print(f"{killed} of {len(made)} killed ({killed / max(1, len(made)):.1%}) in {time.monotonic() - start:.0f} s")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
