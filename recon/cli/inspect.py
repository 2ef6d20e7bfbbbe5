"""`recon inspect`: a file as recon sees it, before a rules file says anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon.cli.stdout import say
from recon.cli.terminal import columns

NARROWEST = 20


def inspect(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV, text, list export, workbook or Parquet file; - reads stdin.")
    ],
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="The sheet of a workbook.")] = None,
) -> int:
    """Show how a file is written, what its columns could be, and what stands in the way.

    Everything shown is a proposal to write into the rules file: a run guesses nothing.
    """
    from recon.draft.look.inspect import inspect_file
    from recon.draft.look.render import render
    from recon.report.text import mask_ibans

    width = columns()
    say(mask_ibans(render(inspect_file(file, sheet), max(width, NARROWEST) if width is not None else None)))
    return 0
