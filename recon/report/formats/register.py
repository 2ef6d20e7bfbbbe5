"""What a report can be written as: a row a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from recon.errors import RulesError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.codes import Severity
    from recon.ledger.reconcile import Outcome


class Writer(Protocol):
    """What writes the files of one format into a folder."""

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Take rows of the published frames by name, after those before; bank accounts are masked already."""

    def close(self, outcome: Outcome, fail_on: Severity) -> None:
        """Finish every file; what is decided `fail_on` or worse has failed, in a format that knows failures."""

    def abandon(self) -> None:
        """Let go of what is open; the files are removed by others."""


class Format(NamedTuple):
    """One row of the register: the name on the command line, and what opens a Writer for a folder."""

    name: str
    streams: bool
    """Whether its rows can be written batch by batch; else all of them come in one `add`."""
    write: Callable[[Path], Writer]


class AtOnce:
    """A Writer that waits for everything: it renders when it is closed."""

    def __init__(
        self, path: Path, render: Callable[[Outcome, Mapping[str, pl.DataFrame], Path, Severity], None]
    ) -> None:
        self._path, self._render = path, render
        self._frames: dict[str, pl.DataFrame] = {}

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Keep the frames."""
        self._frames |= frames

    def close(self, outcome: Outcome, fail_on: Severity) -> None:
        """Render the one file."""
        self._render(outcome, self._frames, self._path, fail_on)

    def abandon(self) -> None:
        """Let go of the frames."""
        self._frames = {}


def _files(kind: str) -> Callable[[Path], Writer]:
    def write(folder: Path) -> Writer:
        from recon.report.formats.data import FrameFiles

        return FrameFiles(folder, kind)

    return write


def _workbook(folder: Path) -> Writer:
    from recon.report.excel.book import write_workbook

    return AtOnce(folder / "report.xlsx", lambda outcome, frames, path, _: write_workbook(outcome, frames, path))


def _html(folder: Path) -> Writer:
    from recon.report.formats.html import write_html

    return AtOnce(folder / "report.html", lambda outcome, frames, path, _: write_html(outcome, frames, path))


def _junit(folder: Path) -> Writer:
    from recon.report.formats.junit import write_junit

    return AtOnce(folder / "junit.xml", lambda _, frames, path, fail_on: write_junit(frames, path, fail_on))


def _markdown(folder: Path) -> Writer:
    from recon.report.formats.markdown import write_markdown

    return AtOnce(folder / "summary.md", lambda outcome, frames, path, _: write_markdown(outcome, frames, path))


def _scanner(style: str, name: str) -> Callable[[Path], Writer]:
    def write(folder: Path) -> Writer:
        from recon.report.formats.findings import words

        def render(outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path, _: Severity) -> None:
            text = words(frames["discrepancies"], style, outcome.rules.path.parent)
            path.write_text(f"{text}\n", encoding="utf-8", newline="\n")

        return AtOnce(folder / name, render)

    return write


FORMATS: tuple[Format, ...] = (
    Format("xlsx", streams=False, write=_workbook),
    Format("json", streams=True, write=_files("json")),
    Format("csv", streams=True, write=_files("csv")),
    Format("parquet", streams=True, write=_files("parquet")),
    Format("html", streams=False, write=_html),
    Format("junit", streams=False, write=_junit),
    Format("markdown", streams=False, write=_markdown),
    Format("sarif", streams=False, write=_scanner("sarif", "report.sarif")),
    Format("gitlab", streams=False, write=_scanner("gitlab", "gl-code-quality-report.json")),
)


def format_names() -> tuple[str, ...]:
    """Return the names of all formats, in order."""
    return tuple(row.name for row in FORMATS)


def chosen(formats: Sequence[str]) -> tuple[Format, ...]:
    """Return the rows of the formats named. Raises RulesError for one that recon does not write."""
    rows = {row.name: row for row in FORMATS}
    for name in formats:
        if name not in rows:
            known = f"Known: {', '.join(rows)}."
            raise RulesError(f"unknown format '{name}'{did_you_mean(name, list(rows))}", hint=known)
    return tuple(rows[name] for name in dict.fromkeys(formats))
