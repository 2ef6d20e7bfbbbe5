"""Live: events applied to the state, and what they touch matched again, in one transaction; the same match as a run's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import ReconError
from recon.store.changes import tell_changes
from recon.store.closure import closed, components, documents_naming, grouped, groups_of, nowhere, receipts_of
from recon.store.component import Reach, keep_reach, lookers, may_stand_alone, open_documents
from recon.store.database import FailedError, UnfitError, upsert
from recon.store.gathered import ledger
from recon.store.intake import Taken, take_in
from recon.store.outcome import MATCHED, keep_results, sources_of
from recon.store.rated import rated_otherwise
from recon.store.same_world import next_world, with_newcomers
from recon.store.tied import newly_together
from recon.store.unit import match_some
from recon.store.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import Rules
    from recon.store.documents import Body
    from recon.store.events import Logged
    from recon.store.keys import Keyring
    from recon.store.state import Kept, State

LINES = ("orders", "receipts", "invoices")
FEW = 1_000
"""Up to so many events at once it is looked for what they touch; of more, whole groups are matched."""
MOST_RATED = 200
"""Of more documents that a new exchange rate reaches all wait: no event waits for them."""
MOST_SETTLED, MOST_FILLED = 2_000, 10_000
"""About how many documents of the second queue are matched at once, while events come and while a store is filled."""
FILLING = "filling"
BUGS = (Exception, pl.exceptions.PanicException)
"""What may come out of a match that has a bug, or of an engine that has."""
SHORTER = "Numbers of orders, invoices and items have to be shorter; correct it where it comes from."
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


class Live:
    """The one writer of a state: it applies events in the order of the log, and knows the world as of the last of them."""

    def __init__(self, state: State, keys: Keyring, rules: Rules, *, tells: bool = True) -> None:
        """`tells`: what turns is put into the outbox; not while a state is made again, whose changes are told at the end."""
        self.state, self._keys, self._rules, self._tells = state, keys, rules, tells
        self._world = World.of(state, keys, rules)

    def apply(self, told: Sequence[Told], at: str, *, again: bool = False) -> Applied:
        """Apply events, the next of the log, in one transaction; raises OutputError where that cannot be (a full disk).

        `again`: they are not the next, but were dead before.
        The orders among them are in the committed balance before anything is matched. What has to be matched with the rest
        of its group waits for `settle`; until then its verdicts are pending.
        """
        try:
            return self._applied(told, at, again=again) if told else Applied()
        except ReconError:
            raise
        except BUGS as error:
            if len(told) == 1:
                why, mend = (str(error), SHORTER) if isinstance(error, UnfitError) else (f"a bug in recon ({type(error).__name__})", FOR_MAKERS)  # fmt: skip
                return self._applied([Told(told[0].logged, None, why, mend)], at, again=again)
            half = len(told) // 2
            return self.apply(told[:half], at, again=again) + self.apply(told[half:], at, again=again)

    def _applied(self, told: Sequence[Told], at: str, *, again: bool) -> Applied:
        seq = self.state.applied_seq if again else told[-1].logged.seq
        with self.state.transaction():
            taken = self._take_in(told, at)
            before = with_newcomers(self.state, self._keys, self._rules, self._world, taken)
            world = next_world(self.state, self._keys, self._rules, before, taken)
            self.state.rename_open(world.renamed, seq)
            rated = self._rated(world, before, seq)
            matched = self._alone(taken, world, before, seq, rated) if len(told) <= FEW else None
            if matched is None:
                matched = self._with_groups(
                    self._touched(taken, world, before, rated), world, seq, Letters.of(told, at)
                )
            self.state.set_fact("applied_seq", str(seq))
        self._world = world.settled()
        return Applied(len(told), len(taken.changed), matched, sum(t.body is None and bool(t.why) for t in told))

    def fill(self, told: Sequence[Told], at: str) -> Applied:
        """Apply events, the next of the log, and match nothing: so a store is filled, until `filled` is called."""
        with self.state.transaction():
            taken = self._take_in(told, at)
            self.state.set_fact(FILLING, "1")
            self.state.set_fact("applied_seq", str(told[-1].logged.seq))
        return Applied(len(told), len(taken.changed), 0, sum(t.body is None and bool(t.why) for t in told))

    @property
    def filling(self) -> bool:
        """Whether events are applied that nothing was matched of."""
        return bool(self.state.fact(FILLING))

    def filled(self) -> None:
        """Put all documents into the second queue: the store is filled."""
        self._world = World.of(self.state, self._keys, self._rules)
        with self.state.transaction():
            self.state.let_wait(self.state.ids(LINES), self.state.applied_seq)
            self.state.set_fact(FILLING, "")

    def _take_in(self, told: Sequence[Told], at: str) -> Taken:
        for each in told:
            if each.body is None and each.why:
                self.bury(each.logged, each.why, each.mend, at)
        return take_in(self.state, self._keys, self._rules, [(t.logged, t.body) for t in told if t.body is not None])

    @property
    def waits(self) -> bool:
        """Whether something is in the second queue."""
        return bool(self.state.pending(1))

    def settle(self, at: str, event: Callable[[int], Logged | None], most: int = MOST_SETTLED) -> Applied:
        """Match documents of the second queue with all of their groups, some `most` of them, in one transaction.

        `event`: what the log has at a place. Nothing is matched where nothing waits.
        """
        pending = self.state.pending(most)
        if not pending:
            return Applied()
        with self.state.transaction():
            together: set[int] = set()
            for document in pending:
                if document not in together and len(together) < most:
                    together |= closed(self.state, self._world, {document}, set())
            here = together.intersection(pending)
            letters = Letters(lambda kept: [e for k in kept if k.id in here and (e := event(k.seq))], at)
            return Applied(matched=self._together(together, self._world, self.state.applied_seq, letters))

    def _rated(self, world: World, before: World, seq: int) -> set[int]:
        """Return the documents that are rated otherwise now; where they are many, they wait."""
        if world.masters.rates is before.masters.rates:
            return set()
        found = rated_otherwise(self.state, before.masters.rates, world.masters.rates, self._rules.base_currency)
        if len(found) <= MOST_RATED:
            return found
        self.state.let_wait(found, seq)
        return set()

    def _touched(self, taken: Taken, world: World, before: World, rated: set[int]) -> set[int]:
        """Return the documents whose results may be others now, with all that is in their groups."""
        if taken.reaches_all or world.differs_for_all(before):
            return self.state.ids(LINES) | taken.lines
        named = documents_naming(self.state, world.changed_parties(before))
        numbers = receipts_of(self.state, world.changed_numbers(before))
        dirty, groups = taken.lines | taken.reached(self.state) | named | numbers | rated, taken.groups_before(before)
        return closed(self.state, world, dirty, groups) if dirty or groups else set()

    def _with_groups(self, together: set[int], world: World, seq: int, letters: Letters) -> int:
        """Match whole groups, and return how many documents that is; where they are many, all wait, so that no event does."""
        if len(together) <= MOST_SETTLED:
            return self._together(together, world, seq, letters)
        self.state.let_wait(together, seq)
        return 0

    def _alone(self, taken: Taken, world: World, before: World, seq: int, rated: set[int]) -> int | None:
        """Match only what hangs together with what changed, and return how many documents that is.

        What of it looks further waits for the rest of its group. None where all have to be matched with theirs now.
        """
        anew = not world.renamed and bool(world.changed_parties(before))
        if anew or taken.reaches_all or world.differs_for_all(before) or not may_stand_alone(taken, self._rules):
            return None
        tied = newly_together(self.state, world, before) if world.renamed else set()
        if tied is None:
            return None
        looks = {row[2] for row in taken.named if row[2] is not None} | taken.linked | taken.looks
        seeds = (
            taken.lines
            | taken.reached(self.state)
            | receipts_of(self.state, world.changed_numbers(before))
            | tied
            | rated
        )
        parts = components(self.state, world, seeds, looks, taken.cited)
        if parts is None:
            return None
        together = set().union(*parts)
        documents = self.state.documents(together)
        try:
            frames = self._matched(documents, world, together)
        except FailedError:
            raise
        except BUGS:  # what is wrong is told where the whole group is matched
            return None
        waiting = self._keep_apart(frames, sources_of(documents), parts, world, seq)
        self.state.let_wait(waiting, seq)
        orders = [document.id for document in taken.changed.values() if document.table == "orders"]
        groups = taken.groups_before(before) | groups_of(self.state, world, orders) if orders else set()
        self.state.let_open_wait({world.renamed.get(group, group) for group in groups if group is not None}, seq)
        return len(together - waiting)

    def _keep_apart(self, frames: dict[str, pl.DataFrame], of: dict[str, int], parts: Sequence[set[int]], world: World, seq: int) -> set[int]:  # fmt: skip
        """Keep the results of the parts that stand alone; return the documents of the others, and who else looks at them."""
        reach = Reach.of(frames, of)
        open_ = open_documents(frames, self._rules, of) - nowhere(self.state, world, set(of.values()))
        inside, outside = lookers(self.state, reach, parts)
        alone = [part for part in parts if not part & (open_ | inside)]
        self._keep(frames, of, alone, world, seq, reach, set())
        return set().union(*parts).difference(*alone) | outside

    def _together(self, together: set[int], world: World, seq: int, letters: Letters) -> int:
        """Match whole groups; those that cannot be matched wait, and the others go on."""
        documents = self.state.documents(together)
        try:
            frames = self._matched(documents, world, together)
        except FailedError:
            raise
        except BUGS as error:  # it holds its group, and stops no other
            parts = self._parts(together, world)
            if len(parts) == 1:
                self._wait(documents, together, letters, error)
                return len(together)
            return sum(self._together(part, world, seq, letters) for part in parts)
        of = sources_of(documents)
        self._keep(frames, of, [together], world, seq, Reach.of(frames, of), open_documents(frames, self._rules, of))
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

    def _keep(self, frames: dict[str, pl.DataFrame], of: dict[str, int], parts: Sequence[set[int]], world: World, seq: int, reach: Reach, open_: set[int]) -> None:  # fmt: skip
        """Put results in the place of the former, and tell what changed."""
        together = set().union(*parts)
        turned = keep_results(self.state, frames, of, together, seq)
        keep_reach(self.state, reach, together, grouped(self.state, world, open_))
        if self._tells:
            tell_changes(self.state, turned, seq)
        for part in parts:
            self.state.keep_unit(part)
        for queue in ("dirty", "due"):
            self.state.forget(queue, together)

    def _wait(self, documents: Sequence[Kept], together: set[int], letters: Letters, error: Exception) -> None:
        """Let documents wait that cannot be matched, without results; what of them just came is a dead letter."""
        self.state.replace_results(MATCHED, self.state.unlike({document: [] for document in together}), [], 0)
        self.state.keep_unit(together)
        keep_reach(self.state, Reach(set(), set(), set()), together)
        self.state.forget("due", together)
        self.state.database.executemany(
            "insert into dirty values (?) on conflict do nothing", [(d,) for d in sorted(together)]
        )
        why = error.message if isinstance(error, ReconError) else f"a bug in recon ({type(error).__name__})"
        mend = error.hint if isinstance(error, ReconError) else FOR_MAKERS
        for logged in letters.of_these(documents):
            self.bury(logged, f"what it belongs to could not be matched: {why}", mend, letters.at)

    def bury(self, logged: Logged, why: str, mend: str, at: str) -> None:
        """Put an event among the dead letters."""
        event = logged.event
        row = (logged.seq, event.feed, event.key, f"{event.feed}#{logged.seq}", why, mend, at, "waiting")
        self.state.database.execute(upsert("dead", "seq", "feed, key, place, why, mend, at, state"), row)
