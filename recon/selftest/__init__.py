"""Does it see everything? Plant every kind of fault in a clean ledger, run it under given rules, and compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.selftest.deals import clean
from recon.selftest.judging import Verdict, found, judge
from recon.selftest.made_up import made_up
from recon.selftest.plant import FAULTS, Job, jobs, rounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Rules
    from recon.selftest.deals import Clean
    from recon.selftest.ledger import Place
    from recon.selftest.site import Fault
    from recon.tables import Sources

__all__ = ["FAULTS", "Outcome", "Verdict", "made_up", "selftest"]


@dataclass(frozen=True)
class Outcome:
    """What the rules see.

    `homeless`: faults for which no ledger had a place. `unplanned`: codes that nothing planted explains.
    `deals`: how many clean lines of the user's own there were to choose from.
    """

    verdicts: tuple[Verdict, ...]
    homeless: tuple[Fault, ...]
    unplanned: tuple[tuple[Place, str], ...]
    deals: int

    @property
    def good(self) -> bool:
        """Whether no planted fault would be paid, nothing harmless is held, and nothing is found that is not there."""
        return not (any(v.paid or v.false_alarm for v in self.verdicts) or self.unplanned)


def selftest(sources: Sources | None, rules: Rules, seed: int = 0, percent: int = 25) -> Outcome:
    """Plant every fault in the clean part of `sources`, and in a made-up ledger what finds no place there.

    Variances are `percent` of what was right. Without `sources` everything is made up. Raises SourceError as a run does.
    """
    wanted = jobs(_policies(sources, rules))
    own = _Tested((), (), wanted, 0)
    if sources is not None:
        own = _tested(clean(sources, rules, seed), rules, wanted, (percent, seed), made_up=False)
    other = _Tested((), (), [], 0)
    if own.homeless:
        spare = clean(made_up(seed), rules, seed)
        other = _tested(spare, rules, own.homeless, (percent, seed), made_up=True)
    verdicts = sorted(own.verdicts + other.verdicts, key=lambda v: FAULTS.index(v.planted.job.fault))
    placed = {verdict.planted.job.fault for verdict in verdicts}
    nowhere = dict.fromkeys(job.fault for job in other.homeless if job.fault not in placed)
    return Outcome(tuple(verdicts), tuple(nowhere), own.unplanned + other.unplanned, own.deals)


@dataclass(frozen=True)
class _Tested:
    """What was found in one ledger, the jobs that it had no place for, and how many deals it had."""

    verdicts: tuple[Verdict, ...]
    unplanned: tuple[tuple[Place, str], ...]
    homeless: Sequence[Job]
    deals: int


def _tested(part: Clean, rules: Rules, wanted: Sequence[Job], how: tuple[int, int], *, made_up: bool) -> _Tested:
    spoilt, left = rounds(part, wanted, rules, *how)
    baseline = found(part.result)
    judged = [judge(one, part, baseline, rules, made_up=made_up) for one in spoilt]
    verdicts = tuple(verdict for one in judged for verdict in one.verdicts)
    unplanned = {place for one in judged for place in one.unplanned}
    return _Tested(verdicts, tuple(sorted(unplanned)), left, len(part.deals))


def _policies(sources: Sources | None, rules: Rules) -> set[str]:
    """Return the match policies that these rules and orders can lead to."""
    ruled = {policy.match for policy in rules.policies}
    always = any(policy.when is None for policy in rules.policies)
    own = set(sources.order_lines["match_policy"].drop_nulls()) if sources is not None else set()
    return ruled | own | (set() if always else {"three_way"})
