"""Live: events applied to the state, and what they touch matched again, in one transaction; the same match as a run's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import ReconError
from recon.store.applied import BUGS, FOR_MAKERS, Applied, Letters, Told, reason
from recon.store.closure import closed, documents_naming, receipts_of
from recon.store.databases.database import UnfitError
from recon.store.intake import Taken, take_in
from recon.store.matcher import Matcher
from recon.store.rated import rated_otherwise
from recon.store.world.same import next_world, with_newcomers
from recon.store.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import Rules
    from recon.store.events import Logged
    from recon.store.keys import Keyring
    from recon.store.state import State

LINES = ("orders", "receipts", "invoices")
FEW = 1_000
"""Up to so many events at once it is looked for what they touch; of more, whole groups are matched."""
MOST_RATED = 200
"""Of more documents that a new exchange rate reaches all wait: no event waits for them."""
MOST_SETTLED, MOST_FILLED = 2_000, 10_000
"""About how many documents of the second queue are matched at once, while events come and while a store is filled."""
FILLING = "filling"
SHORTER = "Numbers of orders, invoices and items have to be shorter; correct it where it comes from."


class Live:
    """The one writer of a state: it applies events in the order of the log, and knows the world as of the last of them."""

    def __init__(self, state: State, keys: Keyring, rules: Rules, *, tells: bool = True) -> None:
        """`tells`: what turns is put into the outbox; not while a state is made again, whose changes are told at the end."""
        self.state, self._keys, self._rules = state, keys, rules
        self._matcher = Matcher(state, keys, rules, tells=tells)
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
                why, mend = (str(error), SHORTER) if isinstance(error, UnfitError) else (reason(error), FOR_MAKERS)  # fmt: skip
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
            matched = self._matcher.alone(taken, world, before, seq, rated) if len(told) <= FEW else None
            if matched is None:
                matched = self._with_groups(
                    self._touched(taken, world, before, rated), world, seq, Letters.of(told, at)
                )
            self.state.set_fact("applied_seq", str(seq))
        self._world = world.settled()
        return Applied(len(told), len(taken.changed), matched, sum(t.dead for t in told))

    def fill(self, told: Sequence[Told], at: str) -> Applied:
        """Apply events, the next of the log, and match nothing: so a store is filled, until `filled` is called."""
        with self.state.transaction():
            taken = self._take_in(told, at)
            self.state.set_fact(FILLING, "1")
            self.state.set_fact("applied_seq", str(told[-1].logged.seq))
        return Applied(len(told), len(taken.changed), 0, sum(t.dead for t in told))

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
            if each.dead:
                self.state.bury(each.logged, each.why, each.mend, at)
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
            return Applied(matched=self._matcher.together(together, self._world, self.state.applied_seq, letters))

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
            return self._matcher.together(together, world, seq, letters)
        self.state.let_wait(together, seq)
        return 0
