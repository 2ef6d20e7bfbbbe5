"""Open points: what month-end could not take into account, row by row; named and counted, with nothing guessed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.dues import UNKNOWN
from recon.close.looked_at import taken
from recon.close.payments import AMBIGUOUS, REPEATED, WITHOUT
from recon.close.tie_out import BALANCE, BY
from recon.close_tables import OPEN_POINTS
from recon.codes import CODES, RECEIPT
from recon.kinds import EXACT
from recon.rules.terms import parse_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from recon.close.looked_at import Matched
    from recon.tables import Sources

ON_RECEIPTS = [code.name for code in CODES.values() if RECEIPT in code.on]
ORDER_LINE = pl.format("order line {}/{}", "po_number", "po_line")
PAYMENT = pl.format("payment {} of invoice {}", "payment_number", "invoice_number")
NO_NET = "say by when there is a discount, and not when all is to be paid"
NO_DAY = {
    "invoice_date": "count from the invoice's date, and it has none",
    "posting_date": "count from the invoice's posting date, and it has none",
    "received_date": "count from the day on which the invoice arrived (received_date), and it has none",
    "receipt_date": "count from the receipt of the goods, and it bills none that came",
}
OF_PAYMENT = {
    WITHOUT: "no invoice of this number has its supplier, company and currency: it pays nothing here",
    REPEATED: "another row says the same, to the day and the cent: it counts once; give each a number of its own where both were paid",
    AMBIGUOUS: "several invoices have this number: it pays none of them here; give its supplier and company",
}


def open_points(
    done: Matched,
    sources: Sources,
    lines: pl.DataFrame,
    steps: pl.DataFrame,
    payable: pl.DataFrame,
    payments: pl.DataFrame,
    accounts: list[str],
    period: tuple[date, date],
    without: Iterable[str],
) -> pl.DataFrame:
    """Return OPEN_POINTS. `lines` are GR_IR, `steps` TIE_OUT, `payable` DUES, `payments` those of `payments.with_invoice`."""
    frames = [
        *_of_payments(payments),
        _of_balances(sources.gl_balances, accounts, period[1]),
        _of_untied(steps, sources.gl_balances),
        _of_old_balances(sources.gl_balances, accounts, period[1]),
        _of_receipts(done),
        *_of_goods(lines),
        _of_terms(payable),
        _of_rejects(done.rejects),
        _of_the_period(without, *period),
    ]
    shown = pl.concat([OPEN_POINTS.cast(frame).select(*OPEN_POINTS.columns) for frame in frames])
    return shown.sort("point", "company", "subject", "source", "row")


def _point(frame: pl.DataFrame, point: str, subject: pl.Expr, message: pl.Expr | str) -> pl.DataFrame:
    told = pl.lit(message) if isinstance(message, str) else message
    return frame.with_columns(point=pl.lit(point), subject=subject, message=told)


def _of_payments(payments: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for point, message in OF_PAYMENT.items():
        yield _point(payments.filter(pl.col("point") == point), point, PAYMENT, message)


def _of_balances(balances: pl.DataFrame, accounts: list[str], last: date) -> pl.DataFrame:
    strange = balances.filter(~pl.col("account").is_in(accounts), pl.col("date") <= last)
    message = "no account of `close: accounts` is this one (accrued), so nothing is tied to it"
    return _point(strange, "balance_of_unknown_account", pl.format("account {}", "account"), message)


def _of_untied(steps: pl.DataFrame, balances: pl.DataFrame) -> pl.DataFrame:
    """Return a row an account of the rules that should hold something and has no balance, where balances are given at all."""
    tied = steps.filter(pl.col("step") == BALANCE).select(BY)
    sums = summed(steps.drop("lines"), BY, "amount").filter(pl.lit(balances.height > 0))
    untied = sums.join(tied, on=BY, how="anti", nulls_equal=True).drop_nulls("account").filter(pl.col("amount") != 0)
    message = pl.format("no balance of it in {} is given, so nothing is held against the ledger", "currency")
    return _point(untied, "account_without_balance", pl.format("account {}", "account"), message)


def _of_old_balances(balances: pl.DataFrame, accounts: list[str], last: date) -> pl.DataFrame:
    """Return a row an account of the rules whose latest balance is of an earlier day than the `last`."""
    known = balances.filter(pl.col("account").is_in(accounts), pl.col("date") <= last)
    latest = known.filter(pl.col("date") == pl.col("date").max().over(BY))
    old = latest.filter(pl.col("date") < last)
    message = pl.format(
        "its latest balance is of {}: what the ledger booked from then to {} is not in it", "date", pl.lit(last)
    )
    return _point(old, "balance_out_of_date", pl.format("account {}", "account"), message)


def _of_receipts(done: Matched) -> pl.DataFrame:
    """Return a row a finding (none that is only told) on a receipt that counts for nothing: nothing of it is accrued."""
    place = ["source", "row"]
    out = pl.col("quantity_counted").is_null() | pl.col("order").is_null()
    idle = taken(done.receipt_lines, "company", *place, where=out)
    of_receipts = pl.col("code").cast(pl.String).is_in(ON_RECEIPTS) & (pl.col("severity").cast(pl.String) != "info")
    found = taken(done.discrepancies, "receipt_number", "message", *place, where=of_receipts)
    named = found.join(idle, on=place).with_columns(amount=pl.lit(None, EXACT), currency=pl.lit(None, pl.String))
    subject = pl.format("receipt {}", pl.col("receipt_number").fill_null("without a number"))
    return _point(named, "receipt_not_counted", subject, pl.format("nothing of it is accrued: {}", "message"))


def _of_goods(lines: pl.DataFrame) -> Iterator[pl.DataFrame]:
    valued = lines.with_columns(amount="open_amount")
    no_rate = valued.filter(pl.col("base_amount").is_null())
    message = pl.format("no rate of {} on the day of posting: its base amounts are empty", "currency")
    yield _point(no_rate, "rate_missing", ORDER_LINE, message)
    less = (pl.col("accrual_amount") < pl.col("open_amount")).fill_null(value=False)
    reduced = lines.filter(less).with_columns(amount=pl.col("open_amount") - pl.col("accrual_amount"))
    message = pl.lit("bills that take no part in the match stand against these goods: so much of them is not accrued")
    yield _point(reduced, "accrual_reduced", ORDER_LINE, message)


def _of_terms(payable: pl.DataFrame) -> pl.DataFrame:
    unread = payable.filter((pl.col("basis") == UNKNOWN) & (pl.col("open_amount").fill_null(1) != 0))
    none = pl.lit("nobody gives payment terms: when it is due is not known")
    told: pl.Expr = pl.format("the terms `{}` cannot be read: when it is due is not known", "terms")
    for text, missing in _missing(unread["terms"]):
        words = f"the terms `{text}` {missing}: when it is due is not known"
        told = pl.when(pl.col("terms") == text).then(pl.lit(words)).otherwise(told)
    told = pl.when(pl.col("terms").is_null()).then(none).otherwise(told)
    return _point(
        unread.with_columns(amount="open_amount"), "terms_unknown", pl.format("invoice {}", "invoice_number"), told
    )


def _missing(texts: pl.Series) -> Iterator[tuple[str, str]]:
    """Yield of texts that can be read what they lack for a day."""
    for text in texts.drop_nulls().unique().sort():
        terms = parse_terms(text)
        if terms is not None:
            yield text, NO_NET if terms.days is None else NO_DAY[terms.base]


def _of_rejects(rejects: pl.DataFrame) -> pl.DataFrame:
    numbers = pl.coalesce("invoice_number", "receipt_number", "po_number", pl.lit("without a number"))
    subject = pl.format("{} {}", "table", numbers)
    told_of = (pl.col("value").fill_null("") != "") & (pl.col("column").fill_null("") != "iban")
    written = pl.when(told_of).then(pl.format(" `{}`:", "value")).otherwise(pl.lit(""))
    told = pl.concat_str(pl.coalesce("column", pl.lit("row")), written, pl.lit(" "), "reason")
    return _point(rejects.with_columns(pl.col("amount").cast(EXACT)), "row_rejected", subject, told)


def _of_the_period(without: Iterable[str], first: date, last: date) -> pl.DataFrame:
    named = pl.DataFrame({"table": list(without)}, schema={"table": pl.String})
    message = pl.format(
        "nothing of it was booked from {} to {}: is the export complete?", pl.lit(str(first)), pl.lit(str(last))
    )
    return _point(named, "nothing_in_period", pl.col("table"), message)
