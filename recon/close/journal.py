"""The journal: what is accrued or regrouped at the end of a period, in rows of a minor unit whose debit is their credit."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import in_base, in_minor_units, product, summed_if_known
from recon.close.gr_ir import CLOSED, INVOICED, RECEIVED, RETURNED
from recon.close.tie_out import WAITING, cleared_by
from recon.close_tables import GR_IR, JOURNAL
from recon.errors import RulesError
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.close.open_items import OpenItems
    from recon.rules.close import Account, Close
    from recon.rules.rule import Rules

DIMENSIONS = ["cost_centre", "plant", "project"]
SPLIT = {"line": ["supplier_id", "po_number", "po_line"], "supplier": ["supplier_id"], "account": []}
AT_RECEIPT = "at_receipt"
ACCRUAL, REGROUP = "accrual", "regroup"
NOT_POSTED = "not_posted"
TEXTS = {
    RECEIVED: "Goods received, not invoiced",
    INVOICED: "Goods invoiced, not received",
    RETURNED: "Goods returned, not credited",
    NOT_POSTED: "Goods received, invoice not posted",
}
_ACCRUED = [
    *("kind", "company", "account", "rule", "accrue", "currency", "gl_account", *DIMENSIONS, *SPLIT["line"]),
    *("open_amount", "base_amount", "accrual_amount", "rate", "source", "row"),
]
ENTRY = ["purpose", "company", "currency", "text", "rule", "own", "other"]
"""What rows of one entry share: `own` is the account that is split as the rules say, `other` the counterpart's."""


def with_accrual(lines: pl.DataFrame, close: Close) -> pl.DataFrame:
    """Add to GR_IR `accrual_amount`: what is received and not invoiced, less what bills that stand apart bill of it.

    It is null where nothing is to be accrued: no goods are owed, or the ledger booked them when they came.
    """
    owed = pl.when(pl.col("kind") == RECEIVED, ~_booked(close)).then(
        pl.max_horizontal(0, pl.col("open_amount") - pl.col("apart_amount"))
    )
    return lines.with_columns(owed.cast(EXACT).alias("accrual_amount"))


def _booked(close: Close) -> pl.Expr:
    """Return whether the ledger books the goods of a line when they come: so the line says, else the rules."""
    own = pl.col("accrue") if close.accrual == "period_end" else pl.col("accrue").fill_null(AT_RECEIPT)
    return (own.fill_null("") == AT_RECEIPT).fill_null(value=False)


def billed_by_no_posting(
    orders: pl.DataFrame, open_: OpenItems, rates: pl.DataFrame, base_currency: str
) -> pl.DataFrame:
    """Return as rows of GR_IR what of received goods is billed by invoices that are not posted: the ledger owes nothing for it yet."""
    valued = cleared_by(open_.bills.filter(WAITING), open_.uncovered, orders).with_columns(open_amount="at_order")
    based = in_base(valued, rates, base_currency, "invoice_lines")
    sums = summed_if_known(based, ["order"], "open_amount", "base_amount").drop("lines")
    owed = sums.filter(pl.col("open_amount") > 0).with_columns(accrual_amount="open_amount")
    own = [name for name in GR_IR.columns if name in orders.columns and name not in owed.columns]
    rows = owed.join(orders.select("order", *own), on="order").with_columns(kind=pl.lit(NOT_POSTED))
    return rows.with_columns(
        pl.lit(None, GR_IR.columns[name]).alias(name) for name in GR_IR.columns if name not in rows.columns
    )


def journal(lines: pl.DataFrame, waiting: pl.DataFrame, last: date, rules: Rules) -> pl.DataFrame:
    """Return JOURNAL of GR_IR rows, and of what invoices that are `waiting` to be posted bill: what the ledger has not booked at receipt is accrued, what it has is regrouped.

    A line's own `accrue` goes before the rules' `accrual`. Each row is rounded to the currency's minor unit and the
    counterpart is minus their sum. Raises RulesError that names the first line without an account: there is no default.
    """
    booked = _booked(rules.close)
    owed = lines.filter(pl.col("kind") == RECEIVED, pl.col("accrual_amount") > 0)
    open_ = pl.concat([each.select(_ACCRUED).filter(~booked) for each in (owed, waiting)])
    entries = pl.concat([_accrual(open_, rules.close), _regroup(lines.filter(booked), rules.close)])
    split = _split(entries, rules)
    if split.is_empty():
        return JOURNAL.empty()
    return _shaped(pl.concat([split, _counterparts(split)], how="diagonal"), last, rules)


def _accrual(owed: pl.DataFrame, close: Close) -> pl.DataFrame:
    """Return the entries that debit an expense and credit what is owed."""
    based = product(owed, "base", ["base_amount", "accrual_amount"], "open_amount")
    expense = pl.coalesce("gl_account", _named_by("rule", {one.name: one.expense for one in close.accounts}))
    named = based.with_columns(purpose=pl.lit(ACCRUAL), own=expense, other="account", amount="accrual_amount")
    bare = named.filter(pl.col("own").is_null() | pl.col("other").is_null())
    if bare.height:
        hint = (
            "Add an entry without `when` as the last one, with accrued and expense, or a gl_account on the order line."
        )
        raise _without_account(bare, hint, "account" if bare["other"].null_count() else "account with an `expense`")
    return _entries(named)


def _regroup(lines: pl.DataFrame, close: Close) -> pl.DataFrame:
    """Return the entries that move open items between `adjustment` and `target`, where the rules name both."""
    accounts = {side: {one.name: getattr(one, side) for one in close.accounts} for side in ("adjustment", "target")}
    named = lines.filter(~CLOSED).with_columns(
        purpose=pl.lit(REGROUP),
        own=_named_by("rule", accounts["adjustment"]),
        other=_named_by("rule", accounts["target"]),
        amount=pl.when(pl.col("kind") == RECEIVED).then("open_amount").otherwise(-pl.col("open_amount")),
        base=pl.when(pl.col("kind") == RECEIVED).then("base_amount").otherwise(-pl.col("base_amount")),
    )
    return _entries(named.filter(pl.col("own").is_not_null(), pl.col("other").is_not_null()))


def _named_by(column: str, names: Mapping[str, str | None]) -> pl.Expr:
    known = {name: account for name, account in names.items() if account}
    return pl.col(column).replace_strict(known, default=None, return_dtype=pl.String)


def _entries(lines: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("kind").replace_strict(TEXTS, return_dtype=pl.String)
    return lines.with_columns(text=text).select(*ENTRY, *DIMENSIONS, *SPLIT["line"], "amount", "base", "rate")


def refuse_without_account(lines: pl.DataFrame, accounts: tuple[Account, ...]) -> None:
    """Raise RulesError where the rules name accounts and none holds for a line that is open."""
    bare = lines.filter(pl.col("account").is_null())
    if accounts and bare.height:
        raise _without_account(bare, "Add an entry without `when` as the last one, with accrued and expense.")


def _without_account(bare: pl.DataFrame, hint: str, what: str = "account") -> RulesError:
    number, line, source, row = bare.select("po_number", "po_line", "source", "row").row(0)
    others = bare.height - 1
    more = f" (and {others} more line{'s' if others > 1 else ''})" if others else ""
    return RulesError(
        f"no {what} of `close: accounts` holds for order line {number}/{line}{more}", f"{source}:{row}", hint
    )


def _split(entries: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    by = [*ENTRY, *DIMENSIONS, *SPLIT[rules.close.journal.detail]]
    known = pl.col("base").is_not_null().all()
    sums = entries.group_by(by, maintain_order=True).agg(
        pl.col("amount").sum(), _one_rate(), base=pl.when(known).then(pl.col("base").sum())
    )
    in_base = in_minor_units("base", pl.lit(rules.base_currency))
    rounded = sums.with_columns(amount=in_minor_units("amount", "currency"), base=in_base)
    return rounded.filter(pl.col("amount") != 0).with_columns(account="own")


def _counterparts(rows: pl.DataFrame) -> pl.DataFrame:
    by = [name for name in ENTRY if name != "own"]
    known = pl.col("base").is_not_null().any()  # a row without a rate has no base side, and asks for none
    sums = rows.group_by(by, maintain_order=True).agg(
        -pl.col("amount").sum(), _one_rate(), base=-pl.when(known).then(pl.col("base").sum())
    )
    return sums.filter(pl.col("amount") != 0).with_columns(account=pl.col("other"))


def _one_rate() -> pl.Expr:
    return pl.when(pl.col("rate").n_unique() == 1).then(pl.col("rate").first()).alias("rate")


def _days(rules: Rules, last: date) -> tuple[date, date]:
    """Return the day of the posting and that of its reversal. Raises RulesError where the second is not the later."""
    how = rules.close.journal
    posted = how.posting_date or last
    back = how.reversal_date or posted + timedelta(1)
    if back <= posted:
        at = how.reversal_place
        where = f"{rules.path}:{at.line}:{at.column}" if at else str(rules.path)
        hint = f"Name a later day, or none: then it is {posted + timedelta(1)}, the day after."
        raise RulesError(f"the reversal on {back} is not after {posted}", where, hint)
    return posted, back


def _shaped(rows: pl.DataFrame, last: date, rules: Rules) -> pl.DataFrame:
    how, (posted, back) = rules.close.journal, _days(rules, last)
    dated = rows.with_columns(*_sides(), pl.lit(posted).alias("posting_date"), pl.lit(back).alias("reversal_date"))
    named = dated.join(_names(dated, last), on=["purpose", "company", "currency"], nulls_equal=True)
    order = [
        "purpose",
        "company",
        "currency",
        "text",
        "credit",
        "account",
        *SPLIT["line"],
        *DIMENSIONS,
        "rule",
        "debit",
    ]
    numbered = named.with_columns(pl.lit(None, pl.String).alias(c) for c in order if c not in named.columns).sort(order)
    first = numbered.with_columns(
        line=pl.int_range(1, pl.len() + 1).over("journal_id"),
        document_type="purpose",
        reference=pl.coalesce(
            pl.format("{}/{}", "po_number", "po_line"), "po_number", "supplier_id", pl.lit(str(last))
        ),
        text=pl.format("{}, by {}", "text", pl.lit(last).cast(pl.String)),
    )
    if not how.reverses_by_rows:
        return JOURNAL.cast(first).select(*JOURNAL.columns)
    booked = first.with_columns(reversal_date=pl.lit(None, pl.Date))  # or the system would turn it round once more
    return pl.concat([JOURNAL.cast(one).select(*JOURNAL.columns) for one in (booked, _turned(first, back))])


def _sides() -> list[pl.Expr]:
    """Return debit and credit, in the currency and in base: null where there is no rate."""
    return [
        pl.when(pl.col(name).is_not_null()).then(pl.max_horizontal(pl.col(name) * sign, 0)).alias(f"{prefix}{side}")
        for name, prefix in (("amount", ""), ("base", "base_"))
        for side, sign in (("debit", pl.lit(1, EXACT)), ("credit", pl.lit(-1, EXACT)))
    ]


def _names(rows: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return purpose, company, currency, journal_id: the same for the same facts, so that a second load is noticed."""
    heads = rows.select("purpose", "company", "currency").unique(maintain_order=True)
    facts = [f"{purpose}|{company or ''}|{currency}|{last}" for purpose, company, currency in heads.iter_rows()]
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
