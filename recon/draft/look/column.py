"""One column of a file as a value: what its cells are, and what it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.draft.synonyms import Candidate


@dataclass(frozen=True)
class Column:
    """One column: position from 1, `kind` (number, date, text, empty), formats as the rules file writes them.

    Several formats: the cells can be read in each; `undecided` is one that differs between them. `odd`: cells that are
    neither, with their rows. `candidates`: canonical columns that it may be. `mixed`: no format reads all its cells.
    """

    position: int
    name: str
    kind: str
    filled: int
    examples: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    undecided: str | None = None
    odd: tuple[tuple[int, str], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    heading: str = ""
    mixed: bool = False
