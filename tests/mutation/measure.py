"""What each test takes and which functions of a room it runs, measured on the program as it is."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.mutation.changes import ROOT, Mutant
from tests.mutation.forks import Say, forked

BATCHES = "tests/mutation/engine_batches.py"
OF_THE_MATCH = (
    BATCHES,
    *(
        "tests/test_cases.py",
        "tests/docs/test_matching.py",
        "tests/review/test_suppliers.py",
        "tests/engine/test_exact.py",
    ),
    *("tests/ledger/test_conserve.py", "tests/test_oracle.py", "tests/test_same_bytes.py"),
    "tests/ledger/test_shelf.py",
)
ELSEWHERE = (
    "test_engine_and_oracle_agree_on_any_ledger",  # the batches do it, without a search for the smallest ledger
    "test_threads_batches_and_disks_give_the_same_files",  # runs the program in other processes, which no mutant reaches
)
FOLDER = ROOT / ".mutation"
MEASURED = FOLDER / "measured.json"
LONGEST = 600
OPTIONS = ("-q", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""The last one, as some plugins of pytest are imported before the fork."""


@dataclass(frozen=True)
class Check:
    """A test: its name, the seconds it takes and the functions it runs, each by file and name."""

    name: str
    seconds: float
    ran: frozenset[tuple[str, str]]

    @property
    def file(self) -> str:
        return self.name.partition("::")[0]


def checks(room: str) -> list[Check]:
    """Return the measured tests of a room. A file is measured again when it has changed; without the folder, all are."""
    FOLDER.mkdir(exist_ok=True)
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    found = {}
    for file in test_files(room):
        key = f"{room} {file} {hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]}"
        found[key] = known.get(key) or measure(file, room)
        MEASURED.write_text(json.dumps(known | found))
    return [Check(t["test"], t["seconds"], frozenset(map(tuple, t["ran"]))) for said in found.values() for t in said]


def test_files(room: str) -> list[str]:
    own = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests" / room).rglob("test_*.py"))]
    return [*(OF_THE_MATCH if room == "match" else ()), *own]


def measure(file: str, room: str) -> list[dict[str, object]]:
    """Run a file's tests; they must pass."""
    print(f"measuring {file}", flush=True)

    def work(say: Say) -> None:
        say({"code": int(pytest.main([*OPTIONS, "-x", file], [Measuring(say, room)]))})

    said = forked(work, lambda _: LONGEST)
    if not said or said[-1] != {"code": 0}:
        raise SystemExit(f"{file} fails without any change: {said[-1:]}")
    return said[:-1]


class Measuring:
    """Says of each test how long it took and what of the room ran, for itself and for the fixtures that it shares."""

    def __init__(self, say: Say, room: str) -> None:
        self.say, self.room = say, room
        self.running = [Span()]
        self.fixtures: dict[object, Span] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not item.nodeid.endswith(ELSEWHERE)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _forget(self.room)
        trace = _tracer(lambda: self.running[-1].ran, self.room)
        sys.settrace(trace)
        threading.settrace(trace)
        with self.span() as own:
            result = yield
        sys.settrace(None)
        whole = [own, *(self.fixtures[one] for one in _fixtures(item) if one in self.fixtures)]
        ran = sorted(set().union(*(span.ran for span in whole)))
        self.say({"test": item.nodeid, "seconds": round(sum(span.seconds for span in whole), 3), "ran": ran})
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        """Note a fixture apart from the test that is the first to ask for it: of those behind it, too, it runs all of this."""
        with self.span() as self.fixtures[fixturedef]:
            return (yield)

    @contextmanager
    def span(self) -> Iterator[Span]:
        """Note what runs, and its time, apart from what goes on around it."""
        own, start = Span(), time.monotonic()
        self.running.append(own)
        try:
            yield own
        finally:
            self.running.pop()
            took = time.monotonic() - start
            own.seconds += took
            self.running[-1].seconds -= took


@dataclass
class Span:
    """What a test or a fixture runs by itself, and the seconds it takes."""

    seconds: float = 0.0
    ran: set[tuple[str, str]] = field(default_factory=set)


def _fixtures(item: pytest.Item) -> list[object]:
    """Return the fixtures of a test, those that others of them ask for included."""
    found = item._fixtureinfo.name2fixturedefs
    return [one for definitions in found.values() for one in definitions]


def _tracer(ran: Callable[[], set[tuple[str, str]]], room: str):
    folder = str(ROOT / "recon" / room)

    def trace(frame, event, argument):
        code = frame.f_code
        if code.co_filename.startswith(folder):
            ran().add((str(Path(code.co_filename).relative_to(ROOT)), code.co_qualname.partition(".<locals>")[0]))

    return trace


def _forget(room: str) -> None:
    """Empty the caches of the room, so that a test is seen to run what an earlier one has asked for."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"recon.{room}"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def relevant(mutant: Mutant, measured: list[Check]) -> list[Check]:
    """Return the tests that run the changed function; where no test is seen to run it, or it is no function, the file."""
    of_file = [check for check in measured if any(file == mutant.file for file, _ in check.ran)]
    return [check for check in of_file if (mutant.file, mutant.function) in check.ran] or of_file
