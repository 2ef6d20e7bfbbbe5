"""On the first sheet of the workbook: what was decided, by the run and by people."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISIONS
from recon.engine.sums import exact_sum
from recon.kinds import NO_CURRENCY
from recon.report.blocks import Heading, Money
from recon.report.excel import formulas
from recon.report.excel.grid import Live
from recon.report.money import currency_name
from recon.report.views.totals import at_risk, in_base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.ledger.reconcile import Outcome
    from recon.report.excel.grid import Grid
    from recon.report.excel.table import Table

_CURRENCIES = 3
"""As many as there are columns for beside the chart."""


def decided(grid: Grid, outcome: Outcome, shown: Mapping[str, pl.DataFrame], tables: Sequence[Table]) -> None:
    """Write how many invoices are to pay, to review and on hold, and what they come to, as formulas over their sheet."""
    base = in_base(shown)
    headings = (
        Heading("Decision"), Heading("Currency"), Heading("Invoices", number=True), Heading("Amount", number=True),
        Heading(f"In {outcome.rules.base_currency}", number=True),
    )  # fmt: skip
    rows = []
    for decision in reversed(DECISIONS):
        for code, entry in sorted(outcome.summary["invoices"].get(decision, {}).items()):
            where = {"decision": decision, "currency": formulas.currency(code)}
            known = base.get((decision, code))
            rows.append(
                (
                    decision,
                    currency_name(code),
                    Live(formulas.count(tables, where), int(entry["count"])),
                    Live(formulas.total(tables, "amount", where), Decimal(entry["amount"]), code),
                    "no rate" if known is None else Money(known, outcome.rules.base_currency),
                )
            )
    note = "An invoice is as good as the worst of its lines. Live: counted on the sheet Invoices."
    grid.block("To pay, to review, on hold", headings, rows, note)


def in_effect(grid: Grid, outcome: Outcome) -> None:
    """Write what the invoices come to with people's decisions, and in which state those are; nothing where there are none."""
    effective = outcome.summary.get("effective") or {}
    states = outcome.summary.get("decisions") or {}
    if not states:
        return
    headings = (
        Heading("In effect"),
        Heading("Currency"),
        Heading("Invoices", number=True),
        Heading("Amount", number=True),
    )
    rows = [
        (decision, currency_name(code), int(entry["count"]), Money(Decimal(entry["amount"]), code))
        for decision in reversed(DECISIONS)
        for code, entry in sorted(effective.get(decision, {}).items())
    ]
    grid.block("With what people decided", headings, rows, "Decisions that were taken over when this was run.")
    headings = (
        Heading("State"),
        Heading("Currency"),
        Heading("Findings", number=True),
        Heading("At risk", number=True),
    )
    told = [
        (state, currency_name(code), int(entry["count"]), Money(Decimal(entry["amount_at_risk"] or 0), code))
        for state, by_currency in sorted(states.items())
        for code, entry in sorted(by_currency.items())
    ]
    note = "applied and carried hold; stale (it got worse), expired and gone do not."
    grid.block("State of the decisions", headings, told, note)


def so_far(grid: Grid, found: pl.DataFrame, tables: Sequence[Table]) -> None:
    """Write what was decided on the sheet To do: counts, and per currency the amount at risk, each line once."""
    counts = found.filter(pl.col("once") != 0).get_column("currency").fill_null(NO_CURRENCY).value_counts()
    ranked = counts.sort("count", "currency", descending=[True, False]).get_column("currency").to_list()
    codes = ranked[:_CURRENCIES]
    headings = (Heading("Your decision"), Heading("Findings", number=True), *(Heading(currency_name(c), number=True) for c in codes))  # fmt: skip
    words = found.get_column("your_decision")
    sums = {(word, code): _summed(found, word, code) for word in (None, *DECISIONS) for code in codes}
    rows: list[tuple[Live | str, ...]] = []
    for word in (None, *reversed(DECISIONS)):
        where = {"your_decision": formulas.EMPTY if word is None else word}
        number = words.null_count() if word is None else int((words == word).sum())
        money = [
            Live(formulas.total(tables, "once", where | {"currency": formulas.currency(c)}), sums[word, c], c)
            for c in codes
        ]
        rows.append((word or "not decided", Live(formulas.count(tables, where), number), *money))
    note = "Live: follows the sheet To do. A line with several findings counts once, with the greatest."
    if others := ranked[_CURRENCIES:]:
        note += f" Not shown: {', '.join(others)}."
    grid.block("Decided so far", headings, rows, note)


def _summed(found: pl.DataFrame, word: str | None, code: str) -> Decimal:
    wanted = pl.col("currency").fill_null(NO_CURRENCY) == code
    return exact_sum(found.filter(wanted, pl.col("your_decision").eq_missing(pl.lit(word, pl.String)))["once"])


def stopped(grid: Grid, shown: Mapping[str, pl.DataFrame]) -> None:
    """Write what is at risk of lines by their decision, each line once."""
    sums = at_risk(shown)
    names = {DECISIONS[-1]: "on hold", DECISIONS[1]: "to review", DECISIONS[0]: "information alone"}
    rows = [
        (decision, names[decision], currency_name(code), Money(value, code))
        for decision in reversed(DECISIONS)
        for (of, code), value in sorted(sums.items())
        if of == decision
    ]
    headings = (Heading("Decision"), Heading("Lines"), Heading("Currency"), Heading("At risk", number=True))
    if rows:
        grid.block("Amount at risk", headings, rows, "A line counts once, with the greatest of its findings.")
