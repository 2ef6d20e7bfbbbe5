"""Places: where a store can lie, and what it asks of such a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from recon.errors import OutputError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from recon.store.databases.database import Database


class FollowedError(OutputError):
    """Another process follows the store."""


class Place(Protocol):
    """Where a store lies: its log, what was sent, and generations of its state, of which one stands.

    As text it is what messages call it, without secrets; `name` is its shortest name.
    """

    @property
    def name(self) -> str: ...

    def make(self) -> None:
        """Make room for a store. Raises OutputError where something is there."""

    def refuse_taken(self) -> None:
        """Raise OutputError where something is there."""

    def log(self, *, write: bool) -> Database:
        """Open the log. Raises OutputError where there is no store."""

    def sent(self, *, write: bool) -> Database:
        """Open what was sent to whom; it need not be there."""

    def standing(self, log: Database) -> str:
        """Return the name of the state that stands."""

    def state(self, log: Database, name: str, *, write: bool) -> Database:
        """Open a state; it is made where it stands and is not there. Raises OutputError where it does not stand any more."""

    def beside(self) -> AbstractContextManager[Database]:
        """Give a new, empty state beside the one that stands; it is gone when the block ends, unless it was switched to."""

    def switch(self, new: Database, old: Database) -> tuple[str, Database]:
        """Let a state that was made `beside` stand, durably and at once; return its name and it, open, with the leases of the old."""

    def lease(self, state: Database, name: str, does: str) -> AbstractContextManager[None]:
        """Be the one process that `does` something while the block lasts. Raises FollowedError where another is."""

    def scratch(self) -> AbstractContextManager[Place]:
        """Give a place of the same kind beside it, for trying; all of it is gone when the block ends."""

    def sweep(self, log: Database) -> None:
        """Remove what processes that were killed left."""

    def size(self, log: Database) -> int:
        """Return how many bytes the store takes."""
