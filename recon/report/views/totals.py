"""What the summary of a workbook adds up beside summary.json: decisions in base currency, ageing, the tie-out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.codes import DECISIONS
from recon.engine.sums import group_sums
from recon.kinds import EXACT, NO_CURRENCY
from recon.ledger.conserve import amounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.ledger.reconcile import Outcome

_INVOICE = ["company", "supplier_id", "invoice_number", "document_type"]
_OVERDUE = ((90, "more than 90 days overdue"), (60, "61 to 90 days"), (30, "31 to 60 days"), (0, "1 to 30 days"))
NOT_DUE, NO_DUE_DATE = "not yet due", "no due date"
BUCKETS = (*(name for _, name in _OVERDUE), NOT_DUE, NO_DUE_DATE)


class TieOut(NamedTuple):
    """One currency's way from the amount read to what is invoiced: read + signs - rejects - left out - set aside."""

    currency: str
    read: Decimal
    signs: Decimal
    rejects: Decimal
    left_out: Decimal
    set_aside: Decimal

    @property
    def invoiced(self) -> Decimal:
        """What takes part: to be found in the ledger."""
        return self.read + self.signs - self.rejects - self.left_out - self.set_aside


def in_base(frames: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], Decimal]:
    """Return (decision of the invoice, currency) -> its lines' amounts in base currency; lines without a rate are absent."""
    lines = frames["invoice_lines"].drop_nulls("base_amount").select(*_INVOICE, "currency", "base_amount")
    decided = frames["invoices"].select(*_INVOICE, "decision").unique(_INVOICE, keep="first", maintain_order=True)
    joined = lines.join(decided, on=_INVOICE, how="inner", nulls_equal=True, maintain_order="left")
    sums = group_sums(joined.with_columns(_named()), ["decision", "currency"], "base_amount")
    return {(decision, currency): value for decision, currency, value in sums.iter_rows()}


def at_risk(frames: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], Decimal]:
    """Return (decision of the line, currency) -> the amount at risk of its lines, each counted once."""
    lines = frames["invoice_lines"].filter(pl.col("amount_at_risk") != 0).with_columns(_named())
    sums = group_sums(lines, ["decision", "currency"], "amount_at_risk")
    return {(decision, currency): value for decision, currency, value in sums.iter_rows()}


def ageing(invoices: pl.DataFrame, as_of: date | None) -> list[tuple[str, str, int, Decimal]]:
    """Return bucket, currency, count and amount of the invoices on hold by due date; none without `as_of`.

    `invoices` is the view of that name.
    """
    if as_of is None:
        return []
    days = (pl.lit(as_of) - pl.col("due_date")).dt.total_days()
    bucket = pl.when(days.is_null()).then(pl.lit(NO_DUE_DATE)).otherwise(pl.lit(NOT_DUE))
    for over, name in reversed(_OVERDUE):
        bucket = pl.when(days > over).then(pl.lit(name)).otherwise(bucket)
    held = invoices.filter(pl.col("decision") == DECISIONS[-1]).with_columns(
        bucket.alias("bucket"), _named(), pl.col("amount").fill_null(0)
    )
    by = ["bucket", "currency"]
    counted = held.group_by(by).agg(pl.len().alias("count")).join(group_sums(held, by, "amount"), on=by)
    rows = counted.select(*by, "count", "amount").sort("currency").rows()
    return sorted(rows, key=lambda row: BUCKETS.index(row[0]))


def tie_out(outcome: Outcome, frames: Mapping[str, pl.DataFrame]) -> list[TieOut]:
    """Return a row a currency; what each takes away is signed as it counts."""
    read = {code: Decimal(value) for code, value in outcome.summary["inputs"]["invoices"]["amount"].items()}
    whole = {code: Decimal(entry["in"]) for code, entry in outcome.summary["conservation"].items()}
    of_invoices = pl.col("table") == "invoice_lines"
    rejects, left_out = (
        amounts(frames[name].filter(of_invoices).with_columns(pl.col("amount").cast(EXACT)))
        for name in ("rejects", "left_out")
    )
    set_aside = amounts(frames["invoice_lines"].filter(pl.col("codes").list.contains("duplicate_invoice")))
    none = Decimal(0)
    return [
        TieOut(
            code,
            read.get(code, none),
            whole.get(code, none) - read.get(code, none),
            *(sums.get(code, none) for sums in (rejects, left_out, set_aside)),
        )
        for code in sorted({*read, *whole})
    ]


def _named() -> pl.Expr:
    return pl.col("currency").fill_null(NO_CURRENCY)
