"""Live: events applied to the state, and what they touch matched again, in one transaction; the same match as a run's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import ReconError
from recon.store.changes import tell_changes
from recon.store.closure import closed, documents_naming, receipts_of
from recon.store.gathered import ledger
from recon.store.intake import Taken, take_in
from recon.store.outcome import keep_results
from recon.store.unit import match_some
from recon.store.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from recon.rules.rule import Rules
    from recon.store.documents import Body
    from recon.store.events import Logged
    from recon.store.keys import Keyring
    from recon.store.state import State

LINES = ("orders", "receipts", "invoices")


@dataclass(frozen=True)
class Told:
    """An event and what it says, mapped; `why` it cannot be applied where `body` is None, and how to `mend` that."""

    logged: Logged
    body: Body | None
    why: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Applied:
    """What became of some events: how many documents changed, how many were matched again, how many were dead."""

    events: int = 0
    changed: int = 0
    matched: int = 0
    dead: int = 0

    def told(self) -> str:
        """Return it in words."""
        dead = f", {self.dead:,} could not be applied (`recon dead RULES list`)" if self.dead else ""
        return (
            f"{self.events:,} events applied, {self.changed:,} documents changed, {self.matched:,} matched again{dead}"
        )

    def __add__(self, other: Applied) -> Applied:
        mine, theirs = vars(self), vars(other)
        return Applied(**{name: mine[name] + theirs[name] for name in mine})


class Live:
    """The one writer of a state: it applies events in the order of the log, and knows the world as of the last of them."""

    def __init__(self, state: State, keys: Keyring, rules: Rules) -> None:
        self.state, self._keys, self._rules = state, keys, rules
        self._world = World.of(state, keys, rules)

    def apply(self, told: Sequence[Told], at: str, *, again: bool = False) -> Applied:
        """Apply events, the next of the log, in one transaction; raises OutputError where that cannot be (a full disk).

        `again`: they are not the next, but were dead before.
        The orders among them are in the committed balance before anything is matched.
        """
        if not told:
            return Applied()
        seq = self.state.applied_seq if again else told[-1].logged.seq
        with self.state.transaction():
            before = self._world
            taken = take_in(
                self.state, self._keys, self._rules, [(t.logged, t.body) for t in told if t.body is not None]
            )
            for each in told:
                if each.body is None:
                    self.bury(each.logged, each.why, each.mend, at)
            groups = taken.groups_before(before)
            world = World.of(self.state, self._keys, self._rules) if taken.changed else before
            dirty = self._dirty(taken, world, before)
            together = closed(self.state, world, dirty, groups) if dirty or groups else set()
            self._match(together, world, seq, told, at)
            self.state.set_fact("applied_seq", str(seq))
        self._world = world
        return Applied(len(told), len(taken.changed), len(together), sum(t.body is None for t in told))

    def _dirty(self, taken: Taken, world: World, before: World) -> set[int]:
        """Return the documents whose results may be others now."""
        if taken.reaches_all or world.differs_for_all(before):
            return {document.id for document in self.state.documents(tables=LINES)}
        waiting = {row[0] for row in self.state.database.execute("select document from dirty")}
        named = documents_naming(self.state, world.changed_parties(before))
        numbers = receipts_of(self.state, world.changed_numbers(before))
        return taken.lines | taken.reached(self.state) | waiting | named | numbers

    def _match(self, together: AbstractSet[int], world: World, seq: int, told: Sequence[Told], at: str) -> None:
        """Match whole groups and put the results in the place of the former; where that fails they wait, and the rest goes on."""
        documents = self.state.documents(together)
        self.state.database.execute("savepoint matching")
        try:
            frames = match_some(
                ledger(documents, world.masters.absent), world.context(self.state, self._keys, self._rules)
            )
            before = keep_results(self.state, frames, documents, together, seq)
            tell_changes(self.state, before, frames, seq)
            self.state.forget("dirty", together)
        except ReconError as error:
            self.state.database.execute("rollback to matching")
            self.state.database.executemany("insert or ignore into dirty values (?)", [(d,) for d in sorted(together)])
            for each in told:
                self.bury(each.logged, f"what it belongs to could not be matched: {error.message}", error.hint, at)
        self.state.database.execute("release matching")

    def bury(self, logged: Logged, why: str, mend: str, at: str) -> None:
        """Put an event among the dead letters."""
        event = logged.event
        row = (logged.seq, event.feed, event.key, f"{event.feed}#{logged.seq}", why, mend, at)
        self.state.database.execute("insert or replace into dead(seq, feed, key, place, why, mend, at) values (?, ?, ?, ?, ?, ?, ?)", row)  # fmt: skip
