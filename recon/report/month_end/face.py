"""The face of a month-end, as a value: what it says first, in sentences, blocks and bars, for workbook and page alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.sums import exact_sum
from recon.report import money
from recon.report.blocks import Block, Cell, Heading, Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from recon.ledger.reconcile import Outcome

    Frames = Mapping[str, pl.DataFrame]

TITLE = "Month-end"
_TURN = {"ordered_not_received": 0, "received_not_invoiced": 1, "invoiced_held": 2, "invoiced_due": 3, "paid": 4}
STATES = ("invoiced_due", "invoiced_held", "received_not_invoiced", "ordered_not_received")
_WORDS = {
    "uom_mismatch": "Unit mismatch",
    "otif": "On time in full",
    "po_coverage": "Order coverage",
    "in_full": "Delivered in full",
    "on_time": "Delivered on time",
    "dpo": "Days payable",
    "dpo_median": "Days payable, the median",
    "first_sight_pass_rate": "First pass at first sight",
    "days_open": "Days that findings stand",
    "no_order_rate": "Billed without an order",
    "reconciliation_hours": "Reconciliation hours saved",
    "price_variance_percent": "Price variance, unfavourable",
    "price_variance_favourable": "Price variance, favourable",
}
_CASH_HEADINGS = ("Due", "Held", "Goods received", "Goods ordered")
AGEING_TITLE, CASH_TITLE, FIGURES_TITLE = "Received, not invoiced, by age", "Cash out by week", "Figures"


@dataclass(frozen=True)
class Face:
    """Sentences, blocks, and which blocks are drawn as bars (their title -> the columns of the bars)."""

    title: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    bars: Mapping[str, tuple[int, ...]]


def face(frames: Frames, outcome: Outcome, period: tuple[date, date]) -> Face:
    """Return the face of the month-end of `period`; `frames` by the names under which they are published."""
    base = outcome.rules.base_currency
    buckets = outcome.rules.close.buckets
    found = (
        _tie_out(frames["tie_out"]),
        _ageing(frames["gr_ir"], buckets, base),
        *(_cash(frames["cash_out"], currency) for currency in _currencies(frames["cash_out"], base)),
        _commitments(frames["commitments"]),
        _figures(frames["kpis"]),
        _points(frames["open_points"]),
    )
    blocks = tuple(block for block in found if block.rows)
    bars = {AGEING_TITLE + f" ({base})": (1,), f"{CASH_TITLE} ({base})": (1, 2, 3, 4)}
    return Face(f"{TITLE}, {period[0]} to {period[1]}", tuple(_lines(frames, period[1])), blocks, bars)


def _lines(frames: Frames, last: date) -> Iterator[str]:
    yield f"Booked by {last}: cut by posting date, as a ledger is (recon run --as-of cuts by the documents' own dates)."
    steps = frames["tie_out"]
    for row in steps.filter(pl.col("step") == "unexplained").iter_rows(named=True):
        where = " ".join(filter(None, (row["account"], "of", row["company"]))) if row["company"] else row["account"]
        if row["amount"] == 0:
            yield f"Account {where} in {row['currency']} ties out: nothing is unexplained."
        else:
            yield f"Account {where} in {row['currency']}: {money.money(row['amount'], row['currency'])} is unexplained; {row['evidence']}."
    if steps.filter(pl.col("step") == "balance").is_empty():
        yield "No ledger balance is given, so nothing is held against the ledger."
    first = frames["journal"].filter(pl.col("reverses").is_null())
    for (currency,), rows in first.group_by("currency", maintain_order=True):
        yield f"To be booked: {money.money(exact_sum(rows['debit']), str(currency))} in {rows['journal_id'].n_unique()} journal(s)."


def _tie_out(steps: pl.DataFrame) -> Block:
    headings = (Heading("Account"), Heading("Step"), Heading("Amount", number=True), Heading("Currency"), Heading("Lines", number=True), Heading("By", wide=True))  # fmt: skip
    several = steps["company"].is_not_null().any()
    rows = tuple(
        (
            *((row["company"],) if several else ()),
            row["account"],
            _word(row["step"]),
            Money(row["amount"], row["currency"]),
            row["currency"],
            row["lines"],
            row["evidence"],
        )
        for row in steps.iter_rows(named=True)
    )
    named = (Heading("Company"), *headings) if several else headings
    return Block("Tie-out", named, rows, "Explained, named and unexplained add up to the balance; debit is positive.")


def _ageing(lines: pl.DataFrame, ends: Sequence[int], base: str) -> Block:
    """Return what is received and not invoiced by age, in base currency; what has no rate is counted apart."""
    owed = lines.filter(pl.col("kind") == "received_not_invoiced")
    sums = {
        name: (exact_sum(rows["base_amount"]), rows.height)
        for (name,), rows in owed.drop_nulls("base_amount").group_by("bucket")
    }
    starts = (0, *(end + 1 for end in ends[:-1]))
    names = [*(f"{low}-{high}" for low, high in zip(starts, ends, strict=True)), f">{ends[-1]}"]
    ages = [(name, f"{name} days") for name in names] + ([(None, "no date is given")] if None in sums else [])
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (age, Money(sums[name][0], base) if name in sums else None, sums[name][1] if name in sums else 0)
        for name, age in ages
    )
    missing = owed["base_amount"].null_count()
    note = f"In {base}, at the rates of the receipts." + (
        f" {missing} without a rate are not in it." if missing else ""
    )
    headings = (Heading("Age"), Heading("Amount", number=True), Heading("Order lines", number=True))
    return Block(f"{AGEING_TITLE} ({base})", headings, rows if sums else (), note)


def _currencies(cash: pl.DataFrame, base: str) -> list[str | None]:
    """Return the currencies of the cash, the base currency first."""
    every = cash["currency"].unique().to_list()
    return sorted(every, key=lambda code: (code != base, code or ""))


def _cash(cash: pl.DataFrame, currency: str | None) -> Block:
    mine = cash.filter(pl.col("currency").eq_missing(pl.lit(currency, pl.String)))
    rows = []
    for (week, first), group in mine.group_by("week", "first_day", maintain_order=True):
        sums = {state: exact_sum(part["amount"]) for (state,), part in group.group_by("state")}
        amounts = [Money(sums[state], currency or "") if state in sums else None for state in STATES]
        whole = Money(exact_sum(group["amount"]), currency or "")
        rows.append((f"{week} ({first})" if first else str(week), *amounts, whole))
    headings = (
        Heading("Week"),
        *(Heading(title, number=True) for title in _CASH_HEADINGS),
        Heading("In all", number=True),
    )
    note = "Bills with tax, goods that are not billed without it. Unknown: no terms, or no date of delivery."
    return Block(f"{CASH_TITLE} ({money.currency_name(currency)})", headings, tuple(rows), note)


def _commitments(committed: pl.DataFrame) -> Block:
    ordered = committed.sort("currency", pl.col("state").replace_strict(_TURN, default=9, return_dtype=pl.Int64))
    rows = tuple(
        (_word(str(state)), Money(exact_sum(group["amount"]), str(currency)), str(currency), group.height)
        for (currency, state), group in ordered.group_by("currency", "state", maintain_order=True)
    )
    headings = (
        Heading("State"),
        Heading("Amount", number=True),
        Heading("Currency"),
        Heading("Order lines", number=True),
    )
    return Block("Commitments", headings, rows, "Each order line's money is at one place, at the order's price.")


def _figures(kpis: pl.DataFrame) -> Block:
    whole = kpis.filter(pl.col("scope") == "all")
    known = whole.drop_nulls("value")
    rows = tuple(
        (
            _word(row["name"]),
            row["grain"],
            row["currency"],
            money.figure(row["name"], row["value"]),
            row["n"],
            row["definition"],
        )
        for row in known.iter_rows(named=True)
    )
    without = whole.join(known, on="name", how="anti")["name"].unique(maintain_order=True)
    note = f"Without any case there is no value: {', '.join(map(_word, without))}." if without.len() else ""
    headings = (Heading("Figure"), Heading("Counted by"), Heading("Currency"), Heading("Value", number=True), Heading("Cases", number=True), Heading("Definition", wide=True))  # fmt: skip
    return Block(FIGURES_TITLE, headings, rows, note)


def _points(points: pl.DataFrame) -> Block:
    rows = tuple(
        (_word(str(point)), group.height, f"{group['subject'][0]}: {group['message'][0]}")
        for (point,), group in points.group_by("point", maintain_order=True)
    )
    headings = (Heading("Point"), Heading("Cases", number=True), Heading("The first of them", wide=True))
    return Block("Not taken into account", headings, rows, "All of them are named among the open points.")


def _word(name: str) -> str:
    """Return a word of ours as people read it."""
    return _WORDS.get(name, name.replace("_", " ").capitalize())
