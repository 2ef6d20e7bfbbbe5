"""The journal: what is accrued at the end of a period, in rows of a minor unit whose debit is their credit."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from recon.close.gr_ir import RECEIVED
from recon.close_tables import JOURNAL
from recon.currencies import MINOR_UNITS
from recon.errors import RulesError
from recon.kinds import EXACT

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.rule import Close, Rules

SPLIT = {
    "line": ["company", "currency", "supplier_id", "po_number", "po_line", "cost_centre", "plant", "project"],
    "supplier": ["company", "currency", "supplier_id", "cost_centre", "plant", "project"],
    "account": ["company", "currency", "cost_centre", "plant", "project"],
}
AT_RECEIPT = "at_receipt"


def accrued(lines: pl.DataFrame, close: Close) -> pl.DataFrame:
    """Return the rows of GR_IR that the journal books: what the ledger has not booked at receipt already.

    A line's own `accrue` goes before the rules' `accrual`.
    """
    own = pl.col("accrue") if close.accrual == "period_end" else pl.col("accrue").fill_null(AT_RECEIPT)
    return lines.filter((pl.col("kind") == RECEIVED) & (own.fill_null("at_period_end") != AT_RECEIPT))


def journal(lines: pl.DataFrame, last: date, rules: Rules) -> pl.DataFrame:
    """Return JOURNAL of GR_IR rows: expense debited, accrued liabilities credited, reversed as the rules say.

    Each row is rounded to the currency's minor unit and the counterpart is minus their sum. Raises RulesError that names
    the first line without an account: there is no default account.
    """
    booked = accrued(lines, rules.close)
    if booked.is_empty():
        return JOURNAL.empty()
    debits = _debits(booked, rules.close)
    rows = pl.concat([debits, _counterpart(debits)], how="diagonal")
    return _shaped(rows, last, rules.close)


def _debits(booked: pl.DataFrame, close: Close) -> pl.DataFrame:
    expenses = {one.name: one.expense for one in close.accounts if one.expense}
    account = pl.coalesce("gl_account", pl.col("rule").replace_strict(expenses, default=None, return_dtype=pl.String))
    named = booked.with_columns(accrued_account="account", account=account)
    _refuse_without_account(named)
    by = [*SPLIT[close.journal.detail], "account", "accrued_account", "rule"]
    known = pl.col("base_amount").is_not_null().all()
    sums = named.group_by(by, maintain_order=True).agg(
        amount=pl.col("open_amount").sum(), base=pl.when(known).then(pl.col("base_amount").sum())
    )
    sums = sums.filter(pl.col("amount") != 0)
    places = pl.col("currency").replace_strict(MINOR_UNITS, default=2, return_dtype=pl.Int64)
    return sums.with_columns(_rounded("amount", places).alias("amount"), _rounded("base", pl.lit(2)).alias("base"))


def _rounded(column: str, places: pl.Expr) -> pl.Expr:
    """Round half away from zero to 0, 2 or 3 places."""
    rounded = pl.col(column)
    for count in sorted(set(MINOR_UNITS.values())):
        rounded = (
            pl.when(places == count).then(pl.col(column).round(count, mode="half_away_from_zero")).otherwise(rounded)
        )
    return rounded.cast(EXACT)


def _counterpart(debits: pl.DataFrame) -> pl.DataFrame:
    by = ["company", "currency", "accrued_account", "rule"]
    known = pl.col("base").is_not_null().all()
    sums = debits.group_by(by, maintain_order=True).agg(
        -pl.col("amount").sum(), base=-pl.when(known).then(pl.col("base").sum())
    )
    return sums.with_columns(account=pl.col("accrued_account"))


def _refuse_without_account(lines: pl.DataFrame) -> None:
    bare = lines.filter(pl.col("account").is_null() | pl.col("accrued_account").is_null())
    if bare.height:
        number, line, source, row = bare.select("po_number", "po_line", "source", "row").row(0)
        more = f" (and {bare.height - 1} more lines)" if bare.height > 1 else ""
        raise RulesError(
            f"no account of `close: accounts` holds for order line {number}/{line}{more}",
            f"{source}:{row}",
            "Add an entry without `when` as the last one, with accrued and expense, or a gl_account on the order line.",
        )


def _shaped(rows: pl.DataFrame, last: date, close: Close) -> pl.DataFrame:
    how = close.journal
    posted = how.posting_date or last
    back = how.reversal_date or posted + timedelta(1)
    if back <= posted:
        raise RulesError(f"the reversal on {back} is not after {posted}", "close.journal.reversal_date")
    sides = [
        side
        for name in ("amount", "base")
        for side in (
            pl.max_horizontal(pl.col(name), 0).alias(_name("debit", name)),
            pl.max_horizontal(-pl.col(name), 0).alias(_name("credit", name)),
        )
    ]
    dated = rows.with_columns(*sides, pl.lit(posted).alias("posting_date"), pl.lit(back).alias("reversal_date"))
    named = dated.join(_names(dated, last), on=["company", "currency"], nulls_equal=True)
    order = [
        "company",
        "currency",
        "credit",
        "account",
        "supplier_id",
        "po_number",
        "po_line",
        "cost_centre",
        "plant",
        "project",
    ]
    numbered = named.sort(order).with_columns(line=pl.int_range(1, pl.len() + 1).over("journal_id"))
    first = numbered.with_columns(text=pl.format("Goods received, not invoiced, by {}", pl.lit(last).cast(pl.String)))
    if how.reversal == "date":
        return JOURNAL.cast(first).select(*JOURNAL.columns)
    return pl.concat([JOURNAL.cast(one).select(*JOURNAL.columns) for one in (first, _turned(first, back))])


def _name(side: str, amount: str) -> str:
    return side if amount == "amount" else f"base_{side}"


def _names(rows: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return company, currency, journal_id: the same for the same facts, so that a second load is noticed."""
    heads = rows.select("company", "currency").unique(maintain_order=True)
    facts = [f"accrual|{company or ''}|{currency}|{last}" for company, currency in heads.iter_rows()]
    return heads.with_columns(
        pl.Series("journal_id", [f"J-{blake2b(one.encode(), digest_size=6).hexdigest()}" for one in facts])
    )


def _turned(rows: pl.DataFrame, back: date) -> pl.DataFrame:
    """Return the rows of the reversal: debit and credit change sides, in a journal of its own."""
    return rows.with_columns(
        debit="credit",
        credit="debit",
        base_debit="base_credit",
        base_credit="base_debit",
        posting_date=pl.lit(back),
        reversal_date=pl.lit(None, pl.Date),
        reverses="journal_id",
        journal_id=pl.col("journal_id") + "-R",
        text=pl.lit("Reversal: ") + pl.col("text"),
    )
