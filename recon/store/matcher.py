"""What events touch is matched again: alone, where it hangs together with no more than it cites, or with the whole of its group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import ReconError
from recon.store.applied import BUGS, FOR_MAKERS, reason
from recon.store.changes import tell_changes
from recon.store.closure import closed, components, grouped, groups_of, nowhere, receipts_of
from recon.store.component import Reach, keep_reach, lookers, may_stand_alone, open_documents
from recon.store.databases.database import FailedError
from recon.store.gathered import ledger
from recon.store.outcome import MATCHED, keep_results, sources_of
from recon.store.unit import match_some
from recon.store.world.tied import newly_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from recon.rules.rule import Rules
    from recon.store.applied import Letters
    from recon.store.intake import Taken
    from recon.store.keys import Keyring
    from recon.store.state import Kept, State
    from recon.store.world.world import World


class Matcher:
    """Matches documents of a state as a run does, and puts what comes of it in the place of what stood."""

    def __init__(self, state: State, keys: Keyring, rules: Rules, *, tells: bool) -> None:
        """`tells`: what turns is put into the outbox."""
        self.state, self._keys, self._rules, self._tells = state, keys, rules, tells

    def alone(self, taken: Taken, world: World, before: World, seq: int, rated: set[int]) -> int | None:
        """Match only what hangs together with what changed, and return how many documents that is.

        What of it looks further waits for the rest of its group. None where all have to be matched with theirs now.
        """
        parts = self._hanging_together(taken, world, before, rated)
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
        self._let_open_wait(taken, world, before, seq)
        return len(together - waiting)

    def _hanging_together(self, taken: Taken, world: World, before: World, rated: set[int]) -> list[set[int]] | None:
        """Return the documents of each component that what was taken in touches; None where it reaches further."""
        anew = not world.renamed and bool(world.changed_parties(before))
        if anew or taken.reaches_all or world.differs_for_all(before) or not may_stand_alone(taken, self._rules):
            return None
        tied = newly_together(self.state, world, before) if world.renamed else set()
        if tied is None:
            return None
        looks = {row[2] for row in taken.named if row[2] is not None} | taken.linked | taken.looks
        numbered = receipts_of(self.state, world.changed_numbers(before))
        seeds = taken.lines | taken.reached(self.state) | numbered | tied | rated
        return components(self.state, world, seeds, looks, taken.cited)

    def _let_open_wait(self, taken: Taken, world: World, before: World, seq: int) -> None:
        """Let what looks further in the groups of orders that came or changed wait: it may find them now."""
        orders = [document.id for document in taken.changed.values() if document.table == "orders"]
        groups = taken.groups_before(before) | groups_of(self.state, world, orders) if orders else set()
        self.state.let_open_wait({world.renamed.get(group, group) for group in groups if group is not None}, seq)

    def _keep_apart(self, frames: dict[str, pl.DataFrame], of: dict[str, int], parts: Sequence[set[int]], world: World, seq: int) -> set[int]:  # fmt: skip
        """Keep the results of the parts that stand alone; return the documents of the others, and who else looks at them."""
        reach = Reach.of(frames, of)
        open_ = open_documents(frames, self._rules, of) - nowhere(self.state, world, set(of.values()))
        inside, outside = lookers(self.state, reach, parts)
        alone = [part for part in parts if not part & (open_ | inside)]
        self._keep(frames, of, alone, world, seq, reach, set())
        return set().union(*parts).difference(*alone) | outside

    def together(self, together: set[int], world: World, seq: int, letters: Letters) -> int:
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
            return sum(self.together(part, world, seq, letters) for part in parts)
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
        why = reason(error)
        mend = error.hint if isinstance(error, ReconError) else FOR_MAKERS
        for logged in letters.of_these(documents):
            self.state.bury(logged, f"what it belongs to could not be matched: {why}", mend, letters.at)
