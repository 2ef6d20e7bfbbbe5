"""Planting: every fault into a clean deal of its own, in as many rounds as the deals need."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from recon.selftest.answers import ANSWERS, RIGHT
from recon.selftest.billing import BILLING
from recon.selftest.contradictions import CONTRADICTIONS
from recon.selftest.papers import PAPERS
from recon.selftest.parties import HARMLESS, PARTIES
from recon.selftest.site import Expected, Fault, Site, UnfitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.rules.rule import Rules
    from recon.selftest.deals import Clean, Deal
    from recon.selftest.ledger import Ledger, Place

FAULTS = (*BILLING, *PAPERS, *PARTIES, *CONTRADICTIONS, *ANSWERS, *HARMLESS, *RIGHT)
"""Every fault there is, and at the end what is none."""


@dataclass(frozen=True)
class Job:
    """A fault to be planted, under a match policy where that decides whether it is seen."""

    fault: Fault
    policy: str | None = None
    again: int = 0
    """Which of several equal ones: each finds another place."""


@dataclass(frozen=True)
class Planted:
    """A fault that has been planted: where, what it must lead to, and the rows that it added."""

    job: Job
    deal: Deal
    expected: Expected
    added: tuple[Place, ...]
    clusters: frozenset[int]

    @property
    def at(self) -> Place:
        """Where the first of the expected codes must stand; of no fault, the invoice line."""
        return self.expected[0][0] if self.expected else self.deal.line

    @property
    def bill(self) -> Place:
        """The invoice line that would be paid."""
        return self.at if self.at[0] == "invoices" else self.deal.line


@dataclass(frozen=True)
class Round:
    """A spoilt ledger and what has been planted in it."""

    ledger: Ledger
    planted: tuple[Planted, ...]


def jobs(policies: Iterable[str]) -> list[Job]:
    """Return what is to be planted: each fault, under every policy where that matters."""
    had = sorted(policies)
    return [Job(fault, policy) for fault in FAULTS for policy in (had if fault.policies else (None,))]


def rounds(clean: Clean, wanted: Sequence[Job], rules: Rules, percent: int, seed: int) -> tuple[list[Round], list[Job]]:
    """Return the spoilt ledgers, and the jobs for which the clean ledger has no place."""
    pending, done = sorted(wanted, key=lambda job: not job.fault.whole_supplier), []
    while pending:
        ledger, used, planted = clean.ledger.copy(), set[int](), list[Planted]()
        for job in pending:
            one = _planted(clean, ledger, job, used, (rules, percent, seed))
            if one:
                used |= one.clusters
                planted.append(one)
        if not planted:
            break
        done.append(Round(ledger, tuple(planted)))
        placed = {id(one.job) for one in planted}
        pending = [job for job in pending if id(job) not in placed]
    return done, pending


def _planted(clean: Clean, ledger: Ledger, job: Job, used: set[int], how: tuple[Rules, int, int]) -> Planted | None:
    """Plant one fault in the first deal that it fits, of those in clusters that are not used yet."""
    rules, percent, seed = how
    for deal in _candidates(clean, job, seed):
        clusters = frozenset(_touched(clean, deal, job.fault))
        if clusters & used:
            continue
        site = Site(deal, ledger, clean, rules, percent)
        memory = _remembered(ledger, site)
        try:
            expected = job.fault.plant(site)
        except UnfitError:
            _restore(ledger, memory)
            continue
        return Planted(job, deal, expected, tuple(site.added), clusters)
    return None


def _candidates(clean: Clean, job: Job, seed: int) -> list[Deal]:
    fitting = [d for d in clean.deals if d.kind in job.fault.kinds and job.policy in (None, d.policy)]
    return sorted(fitting, key=lambda d: sha256(f"{seed}|{job.fault.title}|{job.again}|{d.line}".encode()).digest())


def _touched(clean: Clean, deal: Deal, fault: Fault) -> set[int]:
    if not fault.whole_supplier:
        return {deal.cluster}
    return {clean.clusters[place] for place, supplier in clean.suppliers.items() if supplier == deal.supplier}


Memory = tuple[dict[str, int], list[tuple[dict[str, object], dict[str, object]]]]


def _remembered(ledger: Ledger, site: Site) -> Memory:
    rows = [site.order, *site.receipts, *site.document]
    return {name: len(rows) for name, rows in ledger.tables.items()}, [(row, dict(row)) for row in rows]


def _restore(ledger: Ledger, memory: Memory) -> None:
    """Take back what a fault had begun before it found that it does not fit."""
    lengths, rows = memory
    for name, length in lengths.items():
        del ledger.tables[name][length:]
    for row, before in rows:
        row.update(before)
