"""What people decided, around a run: taken from workbooks before it, laid over it, and what was saved meanwhile not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import OutputError, SourceError
from recon.report.folder.kept import changed_workbook
from recon.review.decision import load, save
from recon.review.effect import Effect
from recon.review.take import take
from recon.rules.rule import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from recon.review.decision import Decision
    from recon.rules.rule import Rules


class Desk:
    """The decisions of a run. `notes` are what a person should be told of them."""

    def __init__(self, rules: Rules, workbook: Path | None, output: Path | None, *, saves: bool, now: datetime) -> None:
        """Take over what was entered in `workbook` and in the one that lies in `output`, and note what could not be.

        Raises RulesError where the decisions file means nothing, SourceError where `workbook` cannot be read, OutputError
        where its decisions cannot be written.
        """
        self.notes: list[str] = []
        self._path = rules.decisions_path
        self._saves, self._now = saves and str(rules.path) != STDIN, now.isoformat(timespec="seconds")
        self._decisions: list[Decision] = load(self._path)
        self._taken: set[str] = set()
        self._new: dict[str, list[Decision]] = {}
        if workbook is not None:
            self._take(workbook, must=True)
        if output is not None and (left := changed_workbook(output)) is not None:
            self._take_what_is_left(left)

    def effect(self, today: date) -> Effect:
        """Return what lays the decisions over results."""
        return Effect(self._decisions, today)

    def doubt(self, met: Callable[[Decision], bool]) -> None:
        """Note a workbook none of whose decisions `met` anything found: it may be another ledger's."""
        for workbook, rows in self._new.items():
            if rows and not any(met(row) for row in rows):
                told = f"none of the {len(rows)} decisions in {workbook} is about anything found here"
                self.notes.append(f"{told}: is it another ledger's? They stand in {self._path}, and apply to nothing")

    def look_again(self, kept: Sequence[Path]) -> None:
        """Note what was kept of people's, and take over a workbook that was saved while the run was on: the next run has it."""
        for path in kept:
            self._take_what_is_left(path)
            self.notes.append(f"The workbook that people changed is kept as {path}")

    def _take_what_is_left(self, workbook: Path) -> None:
        try:
            self._take(workbook, must=False)
        except SourceError as error:
            self.notes.append(f"{workbook}: {error.message}; nothing in it was taken over, the file is kept")

    def _take(self, workbook: Path, *, must: bool) -> None:
        taken = take(workbook, self._decisions, self._now)
        if taken.digest in self._taken:
            return
        self._taken.add(taken.digest)
        self._decisions = taken.decisions
        self._new[str(workbook)] = (
            [row for row in taken.decisions[-taken.count :] if row["decision"]] if taken.count else []
        )
        self.notes += taken.notes
        if taken.count and self._saves:
            self._save(must=must)

    def _save(self, *, must: bool) -> None:
        try:
            save(self._path, self._decisions)
        except OutputError as error:
            if must:
                raise
            self.notes.append(f"{error.where}: {error.message}; they count in this run, the workbook is kept")
