"""The folder as a target: files of every format asked for, `summary.json` and `manifest.json`."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from recon.engine.disk import cannot_write
from recon.report.folder.publish import prepare
from recon.report.folder.seen import write_seen
from recon.report.formats.register import chosen
from recon.report.target import check_conservation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from recon.codes import Severity
    from recon.ledger.reconcile import Outcome
    from recon.report.formats.register import Writer


class Prepared(Protocol):
    """Where the files of a report are gathered before it is published, as `publish.Output`."""

    temporary: Path
    history: int

    @property
    def directory(self) -> Path | str:
        """Where readers look."""

    def publish(self, *, secure: bool = False) -> list[Path]:
        """Show them to readers in one step; return where a workbook that people changed is now."""

    def close(self) -> None:
        """Remove what was not published."""


class Folder:
    """A Target that replaces `directory` in one step, and only if recon made it."""

    def __init__(
        self, directory: Path | str, formats: Sequence[str], fail_on: Severity = "hold", history: int = 0
    ) -> None:
        """Raise RulesError where a format is unknown. `history` former reports stay, as `DIR.1`, `DIR.2`, ..."""
        self._history = history
        self._directory, self._formats, self._fail_on = directory, chosen(formats), fail_on
        self._writers: list[Writer] = []
        self.seen: pl.DataFrame | None = None
        """Since when each finding that could stop a payment has been there (`subject_id`, `first_seen`), where that is known."""
        self.kept: list[Path] = []
        """The workbooks in the folder that people had changed, where they are after publishing."""

    @property
    def former(self) -> Path:
        """The folder of the report that is there before this one is published."""
        return Path(self._directory)

    @property
    def scratch(self) -> Path:
        """A folder on the same disk, begun and not yet published."""
        return self._output.temporary

    def begin(self) -> None:
        """Lock and check the folder, as `prepare` does."""
        self._output = self._prepared()
        self._output.history = self._history
        self._writers = [row.write(self._output.temporary) for row in self._formats]

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Mask bank accounts and hand the rows to every format."""
        from recon.report.formats.data import mask

        with self._writing():
            masked = {name: mask(frame) for name, frame in frames.items()}
            for writer in self._writers:
                writer.add(masked)

    def publish(self, outcome: Outcome, started: datetime) -> None:
        """Finish the files, add `summary.json` and `manifest.json`, and put the whole in its place."""
        from recon.report.folder.manifest import manifest
        from recon.report.formats.data import write_object

        check_conservation(outcome)
        with self._writing():
            for writer in self._writers:
                writer.close(outcome, self._fail_on)
            write_object(outcome.summary, self.scratch / "summary.json")
            if self.seen is not None:
                write_seen(self.scratch, self.seen)
            told = manifest(outcome, self.scratch, started, datetime.now(UTC))
            write_object(told, self.scratch / "manifest.json")
            self.kept = self._output.publish(secure=outcome.rules.secure)

    def abandon(self) -> None:
        """Remove the temporary folder and the lock."""
        for writer in self._writers:
            writer.abandon()
        self._output.close()

    def _prepared(self) -> Prepared:
        return prepare(self._directory)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cannot_write(self._output.directory, error) from error
