"""What is lent to recon for a while: tokens that change with each use, kept sealed, of each the last alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.store.databases.database import transaction, upsert

if TYPE_CHECKING:
    from recon.store.databases.database import Database
    from recon.store.keys import Keyring


@dataclass(frozen=True)
class Lent:
    """The tokens that a log keeps beside its events, by names that tell nothing of them."""

    database: Database
    keys: Keyring

    def name(self, *told: str) -> str:
        """Return the name under which what follows from all this is kept."""
        return self.keys.mark("\n".join(told))

    def last(self, name: str) -> str:
        """Return what was lent last under a name; nothing where nothing was."""
        row = self.database.execute("select token from lent where name = ?", (name,)).fetchone()
        return self.keys.open(row[0], f"lent|{name}").decode() if row else ""

    def keep(self, name: str, token: str) -> None:
        """Keep what is lent now in the place of what was. Raises OutputError where it cannot be kept (a full disk)."""
        with transaction(self.database, "the renewed token could not be kept", "It is kept when it is renewed next."):
            self.database.execute(upsert("lent", "name", "token"), (name, self.keys.seal(token.encode(), f"lent|{name}")))  # fmt: skip
