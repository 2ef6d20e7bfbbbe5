"""Live: events applied to the state, and what they touch matched again, in one transaction; the same match as a run's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import ReconError
from recon.store.changes import tell_changes
from recon.store.closure import closed, connected, documents_naming, receipts_of
from recon.store.component import Reach, keep_reach, looked_at_from_outside, may_stand_alone, stands_alone
from recon.store.gathered import ledger
from recon.store.intake import Taken, take_in
from recon.store.outcome import MATCHED, keep_results, sources_of
from recon.store.same_world import next_world
from recon.store.unit import match_some
from recon.store.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from recon.rules.rule import Rules
    from recon.store.documents import Body
    from recon.store.events import Logged
    from recon.store.keys import Keyring
    from recon.store.state import Kept, State

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

    def __init__(self, state: State, keys: Keyring, rules: Rules, *, tells: bool = True) -> None:
        """`tells`: what turns is put into the outbox; not while a state is made again, whose changes are told at the end."""
        self.state, self._keys, self._rules, self._tells = state, keys, rules, tells
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
            world = next_world(self.state, self._keys, self._rules, before, taken)
            matched = self._alone(taken, world, before, seq)
            if matched is None:
                dirty, groups = self._dirty(taken, world, before), taken.groups_before(before)
                together = closed(self.state, world, dirty, groups) if dirty or groups else set()
                matched = self._together(together, world, seq, told, at)
            self.state.set_fact("applied_seq", str(seq))
        self._world = world.settled()
        return Applied(len(told), len(taken.changed), matched, sum(t.body is None for t in told))

    def _dirty(self, taken: Taken, world: World, before: World) -> set[int]:
        """Return the documents whose results may be others now."""
        if taken.reaches_all or world.differs_for_all(before):
            return self.state.ids(LINES)
        named = documents_naming(self.state, world.changed_parties(before))
        numbers = receipts_of(self.state, world.changed_numbers(before))
        return taken.lines | taken.reached(self.state) | named | numbers

    def _alone(self, taken: Taken, world: World, before: World, seq: int) -> int | None:
        """Match only what hangs together with what changed, and return how many documents that is.

        None where it cannot be told that the rest of their groups has nothing to do with it.
        """
        if world.parties is not before.parties or taken.reaches_all or not may_stand_alone(taken, self._rules):
            return None
        looks = {row[2] for row in taken.named if row[2] is not None} | taken.linked | taken.looks
        seeds = taken.lines | taken.reached(self.state) | receipts_of(self.state, world.changed_numbers(before))
        together = connected(self.state, world, seeds, looks, taken.cited)
        if together is None:
            return None
        documents = self.state.documents(together)
        try:
            frames = self._matched(documents, world, together)
        except Exception:  # noqa: BLE001 -- what is wrong is told where the whole group is matched
            return None
        reach = Reach.of(frames, sources_of(documents))
        if not stands_alone(frames, self._rules) or looked_at_from_outside(self.state, reach, together):
            return None
        self._keep(frames, documents, together, seq)
        return len(together)

    def _together(self, together: set[int], world: World, seq: int, told: Sequence[Told], at: str) -> int:
        """Match whole groups; those that cannot be matched wait, and the others go on."""
        documents = self.state.documents(together)
        try:
            frames = self._matched(documents, world, together)
        except Exception as error:  # noqa: BLE001 -- a bug of the match holds its group, and stops no other
            parts = self._parts(together, world)
            if len(parts) == 1:
                self._wait(documents, together, told, error, at)
                return len(together)
            return sum(self._together(part, world, seq, told, at) for part in parts)
        self._keep(frames, documents, together, seq)
        return len(together)

    def _parts(self, together: set[int], world: World) -> list[set[int]]:
        """Return the documents apart as far as their groups let them."""
        parts, left = [], set(together)
        while left:
            parts.append(closed(self.state, world, {min(left)}, set()) & together | {min(left)})
            left -= parts[-1]
        return parts

    def _matched(self, documents: Sequence[Kept], world: World, together: set[int]) -> dict[str, pl.DataFrame]:
        context = world.context(self.state, self._keys, self._rules, together)
        return match_some(ledger(documents, world.masters.absent), context)

    def _keep(self, frames: dict[str, pl.DataFrame], documents: Sequence[Kept], together: set[int], seq: int) -> None:
        """Put results in the place of the former, and tell what changed."""
        before = keep_results(self.state, frames, documents, together, seq)
        if self._tells:
            tell_changes(self.state, before, frames, seq)
        self.state.forget("dirty", together)
        self.state.keep_unit(together)

    def _wait(
        self, documents: Sequence[Kept], together: set[int], told: Sequence[Told], error: Exception, at: str
    ) -> None:
        """Let documents wait that cannot be matched, without results; what of them just came is a dead letter."""
        self.state.replace_results(MATCHED, together, [], 0)
        self.state.keep_unit(together)
        keep_reach(self.state, Reach(set(), set(), set()), together)
        self.state.database.executemany("insert or ignore into dirty values (?)", [(d,) for d in sorted(together)])
        why = error.message if isinstance(error, ReconError) else f"a bug in recon ({type(error).__name__})"
        mend = error.hint if isinstance(error, ReconError) else "Tell its makers, with `recon dead RULES show`."
        here = {(document.table, document.key) for document in documents}
        for each in told:
            if (each.logged.event.table, each.logged.event.key) in here:
                self.bury(each.logged, f"what it belongs to could not be matched: {why}", mend, at)

    def bury(self, logged: Logged, why: str, mend: str, at: str) -> None:
        """Put an event among the dead letters."""
        event = logged.event
        row = (logged.seq, event.feed, event.key, f"{event.feed}#{logged.seq}", why, mend, at)
        self.state.database.execute("insert or replace into dead(seq, feed, key, place, why, mend, at) values (?, ?, ?, ?, ?, ?, ?)", row)  # fmt: skip
