"""What people's decisions do to a run: which stand, which no longer do because the facts got worse, and what that leads to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from recon.codes import DECISIONS
from recon.kinds import NO_CURRENCY
from recon.ledger.summary import plain
from recon.review.changes import worse
from recon.review.decision import frame, in_force, thing
from recon.review.laid_over import STANDING, as_findings, on_findings, on_invoices, on_lines, rank, renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from recon.ledger.reconcile import Outcome
    from recon.review.decision import Decision

_NOW = ("facts_id", "severity", "amount_at_risk", "variance", "amount", "currency")
_ALIKE = "of a whole supplier"
"""Where a decision is about many findings their facts in words are not held against one another."""
_LISTED = ("state", "about", "id", "code", "supplier_id", "supplier_name", "invoice_number", "invoice_line", "decision", "reason", "decided_by", "decided_on", "expires", "currency", "was", "now")  # fmt: skip


_Outcome = TypeVar("_Outcome", bound="Outcome")


class Effect:
    """Decisions laid over the results of a run, batch by batch; `on_day` is the day by which they expire."""

    def __init__(self, decisions: Iterable[Decision], on_day: date) -> None:
        known = frame(in_force(decisions).values())
        self._of = {kind: known.filter(pl.col("about") == kind) for kind in ("finding", "invoice", "supplier")}
        self._day = on_day
        self._listed: list[dict[str, Any]] = []
        self._met: set[tuple[str, str, str]] = set()

    def __call__(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the frames with `effective_decision` and what was decided filled in; whole invoices at a time."""
        if all(known.is_empty() for known in self._of.values()):
            return dict(frames)
        found, invoices = frames["discrepancies"].with_row_index("at"), frames["invoices"]
        claims = self._claims(found, invoices)
        of_invoices = self._judged(as_findings(invoices).join(renamed(self._of["invoice"], "id"), on="id"))
        self._remember(claims, of_invoices)
        decided = on_findings(found, claims, self._of["finding"]).drop("at")
        lines = on_lines(frames["invoice_lines"], decided, of_invoices)
        return {**frames, "discrepancies": decided, "invoice_lines": lines, "invoices": on_invoices(invoices, lines, of_invoices, self._of["invoice"])}  # fmt: skip

    @property
    def seen(self) -> tuple[list[dict[str, Any]], set[tuple[str, str, str]]]:
        """What was seen of the batches so far: decisions that do not stand, and what was met; picklable."""
        return self._listed, self._met

    def see(self, seen: tuple[list[dict[str, Any]], set[tuple[str, str, str]]]) -> None:
        """Add what another saw of other batches."""
        self._listed += seen[0]
        self._met |= seen[1]

    def met(self, decision: Decision) -> bool:
        """Return, after the last batch, whether what a decision is about was found."""
        return thing(decision) in self._met

    def told(self) -> dict[str, Any]:
        """Return, after the last batch, `gone` (currency -> count, amount at risk) and the decisions that do not stand."""
        gone = [
            row
            for known in self._of.values()
            for row in known.to_dicts()
            if row["decision"] and thing(row) not in self._met
        ]
        sums: dict[str, dict[str, Any]] = {}
        for row in gone:
            entry = sums.setdefault(row["currency"] or NO_CURRENCY, {"count": 0, "amount_at_risk": Decimal(0)})
            entry["count"] += 1
            entry["amount_at_risk"] += abs(row["amount_at_risk"] or 0)
        listed = [*self._listed, *(_listed(row, "gone") for row in gone)]
        for entry in sums.values():
            entry["amount_at_risk"] = plain(entry["amount_at_risk"])
        return {"gone": sums, "listed": sorted(listed, key=lambda row: tuple(str(row[name]) for name in _LISTED))}

    def _claims(self, found: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
        """Return the decisions that could cover each discrepancy (`at`), with the `state` that each is in for it."""
        facts = found.select(
            "at",
            "code",
            "supplier_id",
            "invoice_key",
            "effective_decision",
            *_NOW[1:],
            id="subject_id",
            facts_id="discrepancy_id",
        )
        own = facts.join(renamed(self._of["finding"], "id"), on="id")
        whole = facts.select("at", "code", "effective_decision", id="invoice_key").join(
            as_findings(invoices).drop("code", "effective_decision"), on="id"
        )
        of_invoice = whole.join(renamed(self._of["invoice"], "id"), on="id").filter(
            (pl.col("decided_decision") == DECISIONS[-1])
            | pl.col("decided_code").str.split(" ").list.contains(pl.col("code"))
        )
        of_supplier = (
            facts.drop("id")
            .with_columns(id="supplier_id")
            .join(renamed(self._of["supplier"], "id", "code"), on=["id", "code"])
        )
        alike = of_supplier.with_columns(
            facts_id=pl.lit(f"{_ALIKE}now"),
            decided_facts_id=pl.lit(f"{_ALIKE}then"),
            amount="decided_amount",
            variance="decided_variance",
        )
        kinds = [
            self._judged(rows).with_columns(about=pl.lit(kind), code="code")
            for kind, rows in zip(self._of, (own, of_invoice, alike), strict=True)
        ]
        return pl.concat(kinds, how="diagonal_relaxed")

    def _judged(self, claims: pl.DataFrame) -> pl.DataFrame:
        """Add `state` to claims with the facts as they are now and, as `decided_...`, the decision and its own."""
        same = (pl.col("facts_id") == pl.col("decided_facts_id")).fill_null(value=False)
        lenient = rank("decided_decision") < rank("effective_decision")
        state = (
            pl.when(pl.col("decided_expires") < self._day)
            .then(pl.lit("expired"))
            .when(lenient & ~same & worse("decided_", "facts_id"))
            .then(pl.lit("stale"))
            .when(same)
            .then(pl.lit("applied"))
            .otherwise(pl.lit("carried"))
        )
        return claims.filter(pl.col("decided_decision").is_not_null()).with_columns(state=state)

    def _remember(self, claims: pl.DataFrame, of_invoices: pl.DataFrame) -> None:
        """Note which decisions met what they are about, and those that do not stand, with the figures then and now."""
        others = claims.filter(pl.col("about") != "invoice")
        everyone = pl.concat([others, of_invoices.with_columns(about=pl.lit("invoice"))], how="diagonal_relaxed")
        by_id = everyone.select(
            "about", "id", pl.when(pl.col("about") == "supplier").then("code").otherwise(pl.lit(""))
        ).unique()
        self._met.update(by_id.rows())
        fallen = everyone.filter(~pl.col("state").is_in(STANDING)).unique(
            ["about", "id", "code"], keep="first", maintain_order=True
        )
        for row in fallen.to_dicts():
            was = {name.removeprefix("decided_"): value for name, value in row.items() if name.startswith("decided_")}
            self._listed.append(
                _listed({"code": row["code"], **was, "about": row["about"], "id": row["id"]}, row["state"], row)
            )


def with_lapsed(outcome: _Outcome, effect: Effect) -> _Outcome:
    """Return what a run came to, with the decisions that no longer stand in its summary: `gone`, and `lapsed` one by one."""
    told = effect.told()
    decisions = {**outcome.summary["decisions"], **({"gone": told["gone"]} if told["gone"] else {})}
    return replace(outcome, summary={**outcome.summary, "decisions": decisions, "lapsed": told["listed"]})


def _listed(decision: Mapping[str, Any], state: str, since: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a decision that does not stand, with what was at risk when it was made and is now."""
    told = {**decision, "state": state, "was": _figures(decision), "now": _figures(since) if since else None}
    return {name: str(told[name]) if told.get(name) is not None else None for name in _LISTED}


def _figures(facts: Mapping[str, Any]) -> str:
    """Return what is at risk and billed: `10 of 260 EUR`."""
    at_risk, billed = (
        plain(facts[name]) if facts.get(name) is not None else "-" for name in ("amount_at_risk", "amount")
    )
    return f"{at_risk} of {billed} {facts.get('currency') or NO_CURRENCY}"
