"""Events with what they say, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.store.documents import Body
    from recon.store.events import Logged
    from recon.store.state import Kept

BUGS = (Exception, pl.exceptions.PanicException)
"""What may come out of a match that has a bug, or of an engine that has."""
FOR_MAKERS = "Tell its makers, with `recon dead RULES show`."


@dataclass(frozen=True)
class Told:
    """An event and what it says, mapped; `why` it cannot be applied where `body` is None, and how to `mend` that.

    Without both it says nothing of a document: one is to be fetched.
    """

    logged: Logged
    body: Body | None
    why: str = ""
    mend: str = ""

    @property
    def dead(self) -> bool:
        """Whether it cannot be applied."""
        return self.body is None and bool(self.why)


@dataclass(frozen=True)
class Applied:
    """What became of some events: how many documents changed, how many were matched again, how many were dead."""

    events: int = 0
    changed: int = 0
    matched: int = 0
    dead: int = 0

    @property
    def any(self) -> bool:
        """Whether anything was done."""
        return bool(self.events or self.matched)

    def __add__(self, other: Applied) -> Applied:
        mine, theirs = vars(self), vars(other)
        return Applied(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True)
class Letters:
    """Which events are dead letters, `at` a time, where documents cannot be matched."""

    of_these: Callable[[Sequence[Kept]], list[Logged]]
    at: str

    @classmethod
    def of(cls, told: Sequence[Told], at: str) -> Letters:
        """Return them as those that are applied just now."""

        def of_these(documents: Sequence[Kept]) -> list[Logged]:
            here = {(document.table, document.key) for document in documents}
            return [t.logged for t in told if (t.logged.event.table, t.logged.event.key) in here]

        return cls(of_these, at)


def reason(error: BaseException) -> str:
    """Return what is said of an error: its message; of a bug its kind alone, for its text may hold what came."""
    return error.message if isinstance(error, ReconError) else f"a bug in recon ({type(error).__name__})"
