"""Mutants on trial: tests run in a child that is given the changed sources in place of the files'."""

from __future__ import annotations

import importlib.machinery
from collections.abc import Sequence

import pytest

from tests.mutation.changes import Mutant, changed
from tests.mutation.forks import EndlessError, Said, Say, forked
from tests.mutation.measure import OPTIONS, Check

AT_FIRST = 8
"""So many of the tests that promise most run before the others are even collected."""
TIMES, MORE = 30, 60
"""A test that takes so many times its measured time, and so many seconds more, will not end."""


def killer(mutant: Mutant, tests: Sequence[Check]) -> str:
    """Return what kills the mutant; nothing where these tests let it pass."""
    for some in filter(None, (tests[:AT_FIRST], tests[AT_FIRST:])):
        found = failures([mutant], some, "-x")
        if found:
            return found[0]
    return ""


def failures(changes: Sequence[Mutant], tests: Sequence[Check], *options: str) -> list[str]:
    """Return the tests that fail with these changes, or what else ends them."""
    longest = {check.name: check.seconds * TIMES + MORE for check in tests}
    try:
        said = forked(lambda say: _run(changes, tests, options, say), lambda so_far: _seconds(so_far, longest))
    except EndlessError as endless:
        return [f"no end of {_last(endless.said)}"]
    code = said[-1].get("code") if said else None
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return [fact["failed"] for fact in said if "failed" in fact]
    return ["the import" if code == pytest.ExitCode.INTERRUPTED else f"a crash in {_last(said)}"]


def _seconds(said: Said, longest: dict[str, float]) -> float:
    return longest.get(_last(said), max(longest.values()))


def _last(said: Said) -> str:
    return next((fact["begins"] for fact in reversed(said) if "begins" in fact), "the import")


def _run(changes: Sequence[Mutant], tests: Sequence[Check], options: Sequence[str], say: Say) -> None:
    _put_in_place(changes)
    files = dict.fromkeys(check.file for check in tests)
    say({"code": int(pytest.main([*OPTIONS, *options, *files], [Trying(tests, say)]))})


def _put_in_place(changes: Sequence[Mutant]) -> None:
    sources = {str(change.path): changed(change.path, changes) for change in changes}
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> object:
        if loader.path in sources:
            return compile(sources[loader.path], loader.path, "exec")
        return original(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]


class Trying:
    """Runs the tests in the order given, and says which begins and which fails."""

    def __init__(self, tests: Sequence[Check], say: Say) -> None:
        self.places = {check.name: place for place, check in enumerate(tests)}
        self.say = say

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.places), key=lambda i: self.places[i.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.say({"begins": nodeid})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.say({"failed": report.nodeid})
