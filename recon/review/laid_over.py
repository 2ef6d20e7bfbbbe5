"""Decisions laid over results: on findings first, then on the lines and the invoices that they are of."""

from __future__ import annotations

import polars as pl

from recon.codes import DECISIONS, SEVERITIES
from recon.kinds import EXACT

STATES = ("applied", "carried", "stale", "expired", "gone")
STANDING = ("applied", "carried")
_RANK = {decision: rank for rank, decision in enumerate(DECISIONS)}
_NAME = {rank: decision for decision, rank in _RANK.items()}


def rank(column: str) -> pl.Expr:
    """Return how much a decision asks for, as a number: pay least."""
    return pl.col(column).replace_strict(_RANK, default=None, return_dtype=pl.Int8)


def renamed(known: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return decisions with all but `keys` named `decided_...`."""
    return known.drop("about").rename(
        {name: f"decided_{name}" for name in known.columns if name not in ("about", *keys)}
    )


def as_findings(invoices: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of invoices under the names that those of discrepancies have."""
    severity = pl.col("decision").replace_strict(
        dict(zip(DECISIONS, SEVERITIES, strict=True)), default=None, return_dtype=pl.String
    )
    return invoices.select(
        "effective_decision", "amount_at_risk", "amount", "currency", "supplier_id", id="invoice_key", facts_id="invoice_facts",
        severity=severity, variance=pl.lit(None, EXACT), code=pl.col("codes").list.join(" "),
    )  # fmt: skip


def on_findings(found: pl.DataFrame, claims: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
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


def on_lines(lines: pl.DataFrame, found: pl.DataFrame, of_invoices: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines with the worst of what their discrepancies lead to now, and of what their invoice is held for."""
    touched = found.drop_nulls("decision_state").select("source", "row").unique()
    mine = found.drop_nulls("invoice_key").join(touched, on=["source", "row"], how="semi")
    by_line = mine.group_by("source", "row").agg(rank("effective_decision").max().alias("now"), *_summed_up())
    held = of_invoices.filter(pl.col("state").is_in(STANDING)).select(
        invoice_key="id", by_hand=rank("decided_decision"), hand_state="state", hand="decided_decided_by"
    )
    joined = lines.join(by_line, on=["source", "row"], how="left", maintain_order="left").join(
        held, on="invoice_key", how="left", maintain_order="left"
    )
    clean = pl.col("codes").list.len() == 0
    hand = pl.when(clean).then("by_hand")
    told = pl.when(~clean).then("now")
    effective = pl.coalesce(told, pl.max_horizontal(hand, rank("decision"))).replace_strict(
        _NAME, return_dtype=pl.String
    )
    return joined.with_columns(
        effective_decision=effective,
        decided_by=pl.when(clean).then("hand").otherwise("by"),
        decision_state=pl.when(clean).then("hand_state").otherwise("states"),
    ).select(lines.columns)


def on_invoices(
    invoices: pl.DataFrame, lines: pl.DataFrame, of_invoices: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """Return invoices with the worst of their lines, and what a person decided about the whole of each."""
    worst = lines.group_by("invoice_key").agg(rank("effective_decision").max().alias("now"), *_summed_up())
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
