"""What people's decisions do to a run: which stand, which no longer do because the facts got worse, and what that leads to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from recon.codes import DECISIONS, SEVERITIES
from recon.kinds import EXACT, NO_CURRENCY
from recon.ledger.summary import plain
from recon.review.changes import worse
from recon.review.decision import frame, in_force, thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from recon.ledger.reconcile import Outcome
    from recon.review.decision import Decision

STATES = ("applied", "carried", "stale", "expired", "gone")
STANDING = ("applied", "carried")
_RANK = {decision: rank for rank, decision in enumerate(DECISIONS)}
_NAME = {rank: decision for decision, rank in _RANK.items()}
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
        of_invoices = self._judged(_of_invoices(invoices).join(_renamed(self._of["invoice"], "id"), on="id"))
        self._remember(claims, of_invoices)
        decided = _laid_over(found, claims, self._of["finding"]).drop("at")
        lines = _lines(frames["invoice_lines"], decided, of_invoices)
        return {**frames, "discrepancies": decided, "invoice_lines": lines, "invoices": _invoices(invoices, lines, of_invoices, self._of["invoice"])}  # fmt: skip

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
        own = facts.join(_renamed(self._of["finding"], "id"), on="id")
        whole = facts.select("at", "code", "effective_decision", id="invoice_key").join(
            _of_invoices(invoices).drop("code", "effective_decision"), on="id"
        )
        of_invoice = whole.join(_renamed(self._of["invoice"], "id"), on="id").filter(
            (pl.col("decided_decision") == DECISIONS[-1])
            | pl.col("decided_code").str.split(" ").list.contains(pl.col("code"))
        )
        of_supplier = (
            facts.drop("id")
            .with_columns(id="supplier_id")
            .join(_renamed(self._of["supplier"], "id", "code"), on=["id", "code"])
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
        lenient = _rank("decided_decision") < _rank("effective_decision")
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


def _rank(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(_RANK, default=None, return_dtype=pl.Int8)


def _renamed(known: pl.DataFrame, *keys: str) -> pl.DataFrame:
    return known.drop("about").rename(
        {name: f"decided_{name}" for name in known.columns if name not in ("about", *keys)}
    )


def _of_invoices(invoices: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of invoices under the names that those of discrepancies have."""
    severity = pl.col("decision").replace_strict(
        dict(zip(DECISIONS, SEVERITIES, strict=True)), default=None, return_dtype=pl.String
    )
    return invoices.select(
        "effective_decision", "amount_at_risk", "amount", "currency", "supplier_id", id="invoice_key", facts_id="invoice_facts",
        severity=severity, variance=pl.lit(None, EXACT), code=pl.col("codes").list.join(" "),
    )  # fmt: skip


def _laid_over(found: pl.DataFrame, claims: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Return the discrepancies with the claim that counts: the latest about it or its invoice, else its supplier's."""
    last = claims.with_columns(general=pl.col("about") == "supplier", coarse=pl.col("about") == "invoice").sort(
        ["general", "decided_decided_on", "coarse"], descending=[False, True, False], maintain_order=True
    )
    won = last.unique("at", keep="first", maintain_order=True).select(
        "at", "state", given="decided_decision", by="decided_decided_by", on="decided_decided_on", why="decided_reason", said="decided_note", whose="decided_owner",
    )  # fmt: skip
    notes = own.select(subject_id="id", own_note="note", own_owner="owner", own_on="decided_on")
    joined = found.join(won, on="at", how="left", maintain_order="left").join(
        notes, on="subject_id", how="left", maintain_order="left"
    )
    stands = pl.col("state").is_in(STANDING).fill_null(value=False)
    return joined.with_columns(
        effective_decision=pl.when(stands).then("given").otherwise("effective_decision"),
        decided_by="by",
        decision_state="state",
        given_decision="given",
        decision_reason="why",
        decision_note=pl.coalesce("own_note", "said"),
        decision_owner=pl.coalesce("own_owner", "whose"),
        decided_on=pl.max_horizontal("own_on", "on"),
    ).select(found.columns)


def _lines(lines: pl.DataFrame, found: pl.DataFrame, of_invoices: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines with the worst of what their discrepancies lead to now, and of what their invoice is held for."""
    touched = found.drop_nulls("decision_state").select("source", "row").unique()
    mine = found.drop_nulls("invoice_key").join(touched, on=["source", "row"], how="semi")
    by_line = mine.group_by("source", "row").agg(_rank("effective_decision").max().alias("now"), *_summed_up())
    held = of_invoices.filter(pl.col("state").is_in(STANDING)).select(
        invoice_key="id", by_hand=_rank("decided_decision"), hand_state="state", hand="decided_decided_by"
    )
    joined = lines.join(by_line, on=["source", "row"], how="left", maintain_order="left").join(
        held, on="invoice_key", how="left", maintain_order="left"
    )
    clean = pl.col("codes").list.len() == 0
    hand = pl.when(clean).then("by_hand")
    told = pl.when(~clean).then("now")
    effective = pl.coalesce(told, pl.max_horizontal(hand, _rank("decision"))).replace_strict(
        _NAME, return_dtype=pl.String
    )
    return joined.with_columns(
        effective_decision=effective,
        decided_by=pl.when(clean).then("hand").otherwise("by"),
        decision_state=pl.when(clean).then("hand_state").otherwise("states"),
    ).select(lines.columns)


def _invoices(
    invoices: pl.DataFrame, lines: pl.DataFrame, of_invoices: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """Return invoices with the worst of their lines, and what a person decided about the whole of each."""
    worst = lines.group_by("invoice_key").agg(_rank("effective_decision").max().alias("now"), *_summed_up())
    entries = known.select(
        invoice_key="id", given="decision", why="reason", said="note", whose="owner", on="decided_on"
    )
    own = of_invoices.select(invoice_key="id", own_state="state", own_by="decided_decided_by")
    joined = invoices
    for more in (worst, own, entries):
        joined = joined.join(more, on="invoice_key", how="left", maintain_order="left")
    return joined.with_columns(
        effective_decision=pl.col("now").replace_strict(_NAME, return_dtype=pl.String),
        decided_by=pl.coalesce("own_by", "by"),
        decision_state=pl.coalesce("own_state", "states"),
        given_decision="given",
        decision_reason="why",
        decision_note="said",
        decision_owner="whose",
        decided_on="on",
    ).select(invoices.columns)


def _summed_up() -> list[pl.Expr]:
    """Return who decided (`by`), and of several states the one that asks most of a person (`states`)."""
    states = pl.col("decision_state")
    told = pl.coalesce(*(pl.when((states == state).any()).then(pl.lit(state)) for state in reversed(STATES[:-1])))
    return [
        pl.col("decided_by").drop_nulls().unique().sort().str.join(", ").replace("", None).alias("by"),
        told.alias("states"),
    ]
