"""`recon demo`: the sample company, a run, a workbook."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from recon.cli.job import asked, do
from recon.cli.options import QuietOption
from recon.cli.run import summary
from recon.cli.stdout import say
from recon.errors import OutputError
from recon.shipped import shipped

RULES = "rules.yaml"
STORY = "README.md"
BAD_ROWS = "1"
"""The sample company's ledgers hold a row that cannot be read: that is one of the stories."""


def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample files go.")] = Path("recon-demo"),
    quiet: QuietOption = False,
) -> int:
    """Copy the sample ledgers into DIR, match them, and write the workbook into DIR/report.

    Files that are there already stay as they are: change one and run it again.
    """
    _lay_out(directory)
    report = directory / "report"
    what = asked(directory / RULES, report, "xlsx,json", None, "never", BAD_ROWS, quiet, None)
    code = do(what, summary)
    if not quiet:
        say(f"\nThe workbook: {report / 'report.xlsx'}\nThe files:    {directory} (README.md tells their stories)")
    return code


def _lay_out(directory: Path) -> None:
    try:
        if directory.exists() and any(directory.iterdir()) and not _is_demo(directory):
            raise OutputError("the folder holds something else", str(directory), "Choose another: recon demo DIR")
        directory.mkdir(parents=True, exist_ok=True)
        for file in sorted(shipped("sample_data").iterdir()):
            if file.is_file() and not (directory / file.name).exists():
                shutil.copyfile(file, directory / file.name)
    except OSError as error:
        raise OutputError(f"the sample files cannot be written: {error.strerror}", str(directory)) from error


def _is_demo(directory: Path) -> bool:
    """Return whether an earlier demo laid the folder out: a rules file alone may be a person's own."""
    story, found = shipped("sample_data") / STORY, directory / STORY
    return found.is_file() and found.read_bytes().splitlines()[:1] == story.read_bytes().splitlines()[:1]
