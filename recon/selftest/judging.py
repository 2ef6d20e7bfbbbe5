"""Judging: what a run found of what was planted, why it did not find the rest, and what it found beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.ledger.reconcile import Reconciliation, reconcile
from recon.selftest.ledger import Ledger, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.rules.rule import Limit, Rules
    from recon.selftest.deals import Clean
    from recon.selftest.plant import Planted, Round

Found = set[tuple[Place, str]]
POLICY, TOLERANCE, UNKNOWN = "policy", "tolerance", "unknown"
RESULTS = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}


@dataclass(frozen=True)
class Verdict:
    """What became of one planted fault.

    `seen`: the code stands where it must; of no fault, that nothing was noticed. `instead`: other codes there.
    `decision`: what accounts payable is told to do with the line. `ignored`: the code's severity is info.
    `reason`, `why`: why it was not seen, if that is known.
    """

    planted: Planted
    where: str
    made_up: bool
    seen: bool
    instead: tuple[str, ...]
    decision: str
    ignored: bool = False
    reason: str | None = None
    why: str = ""

    @property
    def paid(self) -> bool:
        """Whether money is lost: the line is paid, unseen or with severity info, and no match policy wants it so."""
        unheeded = self.ignored if self.seen else self.reason != POLICY
        return self.planted.job.fault.costs and self.decision == "pay" and unheeded

    @property
    def stopped(self) -> bool:
        """Whether the line is not paid, under whatever code."""
        return bool(self.instead) and self.decision != "pay"

    @property
    def false_alarm(self) -> bool:
        """Whether something was noticed that is no fault."""
        return self.planted.job.fault.code is None and not self.seen


@dataclass(frozen=True)
class Judged:
    """The verdicts of a round, and codes that nothing planted explains."""

    verdicts: tuple[Verdict, ...]
    unplanned: tuple[tuple[Place, str], ...]


def found(result: Reconciliation) -> Found:
    """Return every code of a run with its place."""
    return {
        ((table, source, row), code)
        for table, name in RESULTS.items()
        for source, row, codes in _coded(getattr(result, name))
        for code in codes
    }


def judge(one: Round, clean: Clean, baseline: Found, rules: Rules, *, made_up: bool) -> Judged:
    """Run a spoilt ledger and hold what is found against what was planted."""
    result = reconcile(one.ledger.sources(), rules)
    codes = found(result)
    decisions = {
        ("invoices", source, row): decision
        for source, row, decision in result.invoice_lines.select("source", "row", "decision").iter_rows()
    }
    verdicts = [
        replace(_verdict(planted, codes - baseline, decisions, rules), where=_where(planted, clean), made_up=made_up)
        for planted in one.planted
    ]
    blind = [v.planted for v in verdicts if v.planted.job.fault.code and not v.seen and not v.stopped]
    reasons = _reasons(one.ledger, rules, blind) if blind else {}
    explained = {
        place
        for planted in one.planted
        for place in (*planted.added, *(p for p, cluster in clean.clusters.items() if cluster in planted.clusters))
    }
    return Judged(
        tuple(_explained(v, *reasons.get(id(v.planted), (None, ""))) for v in verdicts),
        tuple(sorted((place, code) for place, code in codes - baseline if place not in explained)),
    )


def _coded(frame: pl.DataFrame) -> Iterable[tuple[str, int, list[str]]]:
    return frame.filter(pl.col("codes").list.len() > 0).select("source", "row", "codes").iter_rows()


def _where(planted: Planted, clean: Clean) -> str:
    """Return the number of the invoice line that is spoilt, as it was before."""
    line = clean.ledger.row(planted.deal.line)
    return "/".join(filter(None, (line["invoice_number"], line["invoice_line"])))


def _verdict(planted: Planted, codes: Found, decisions: dict[Place, str], rules: Rules) -> Verdict:
    here = sorted(code for place, code in codes if place == planted.at)
    code = planted.job.fault.code
    touched = {planted.deal.order, *planted.deal.receipts, *planted.deal.document, *planted.added}
    noticed = sorted({code for place, code in codes if place in touched})
    return Verdict(
        planted,
        where="",
        made_up=False,
        seen=code in here if code else not noticed and decisions[planted.bill] == "pay",
        instead=tuple(c for c in (here if code else noticed) if c != code),
        decision=decisions[planted.bill],
        ignored=code is not None and rules.severity(code) == "info",
    )


# -- why not -----------------------------------------------------------------------------------------------------


def _reasons(ledger: Ledger, rules: Rules, blind: list[Planted]) -> dict[int, tuple[str, str]]:
    """Return why faults were not seen: their match policy does not compare them, or without tolerances they are seen."""
    apart = [one for one in blind if one.job.fault.policies and one.deal.policy not in one.job.fault.policies]
    compared = [one for one in blind if one not in apart]
    exact = found(reconcile(ledger.sources(), replace(rules, tolerances=()))) if compared else set()
    tolerated = [one for one in compared if (one.at, one.job.fault.code) in exact]
    told = {id(one): (UNKNOWN, "neither tolerances nor match policy explain it") for one in compared}
    told |= {id(one): (TOLERANCE, _limits(one, rules)) for one in tolerated}
    return told | {id(one): (POLICY, f"matched {one.deal.policy}, which does not compare it") for one in apart}


def _explained(verdict: Verdict, reason: str | None, why: str) -> Verdict:
    return replace(verdict, reason=reason, why=why)


def _limits(planted: Planted, rules: Rules) -> str:
    """Return which tolerances of the rules give the limit that let a fault pass."""
    measure, side = planted.job.fault.limit or ("", "")
    given = [
        f"'{tolerance.name}' ({words(limit)})"
        for tolerance in rules.tolerances
        if (sides := tolerance.measures.get(measure)) and (limit := getattr(sides, side)) is not None
    ]
    return f"within the limit of {measure} ({side}): {', '.join(given) or 'its default'}"


def words(limit: Limit) -> str:
    """Return a limit in words."""
    parts = [f"{limit.percent.normalize():f} %"] if limit.percent is not None else []
    parts += [f"{limit.absolute.normalize():f}"] if limit.absolute is not None else []
    return f" {'or' if limit.combine == 'looser' else 'and'} ".join(parts) or "not checked"
