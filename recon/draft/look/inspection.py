"""What is seen in a file: a value that inspecting makes and drafting reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recon.draft.file_names import named_table
from recon.rules.rule import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.draft.look.column import Column
    from recon.draft.look.obstacles import Obstacle
    from recon.draft.suggest import Suggestion
    from recon.read.raw import Raw
    from recon.rules.rule import CellPart


@dataclass(frozen=True)
class Inspection:
    """One file as recon sees it; every part is a proposal to declare in the rules, nothing is used unseen.

    `presets`: those that fit as it is; `joined`: those that fit with a header file beside it. `damaged`: its rows cannot be read, but its first lines are those of a table. `sheets`: how many the workbook has. `above`: names and values above the header. `groups`: what
    stands above each heading. `short`: rows that have fewer cells than the header are read with blanks. `other`: what it holds that recon does not read. `by_file`: the workbook's name
    says what a sheet holds, for no sheet's name does. `parts`: columns that the file does not have, for they are part of another's cells.
    `units`: what stands below the headings in a row of units, which `raw` is without. `second`: which row begins another table.
    """

    path: str
    kind: str
    rows: int = 0
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: tuple[Column, ...] = ()
    tables: tuple[Suggestion, ...] = ()
    presets: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    notes: tuple[str, ...] = ()
    damaged: bool = False
    sheets: int = 1
    above: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    short: bool = False
    other: str = ""
    by_file: bool = False
    parts: Mapping[str, CellPart] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    second: str = ""
    raw: Raw | None = field(default=None, repr=False, compare=False)

    @property
    def said(self) -> str | None:
        """The table that the name of its sheet, else of its file or folder says."""
        return named_table(self.path, self.sheet, 1 if self.by_file else self.sheets)

    @property
    def layout(self) -> tuple[object, ...]:
        """What files have in common that are read by the same words of a rules file."""
        row = self.header_row if not self.above else 0  # what stands above may take more rows here than there
        return (self.encoding, self.separator, row, self.sheet if self.sheets > 1 else None)


def lenient(**options: object) -> Source:
    """Return a source by which any file can be read, whatever its columns."""
    # A source with a preset may have columns of one name that nobody asks for.
    return replace(Source("invoices", preset="canonical", repeated_header="leave"), **options)  # type: ignore[arg-type]
