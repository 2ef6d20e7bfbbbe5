"""Dues: when each invoice is to be paid and by which terms, what is paid of it, and what its cash discount is worth."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.amounts import product
from recon.close.instalments import in_instalments
from recon.close.looked_at import taken
from recon.engine.joins import with_columns_of
from recon.engine.order import sorted_by
from recon.engine.sums import group_sums
from recon.kinds import EXACT, QUANTITY
from recon.money_tables import DISCOUNTS, DUES
from recon.rules.terms import parse_terms

if TYPE_CHECKING:
    from datetime import date

    from recon.close.looked_at import Matched
    from recon.rules.rule import Rules
    from recon.rules.terms import EndOfMonth, Terms
    from recon.tables import Sources

UNKNOWN = "terms_unknown"
ZERO = pl.lit(0, EXACT)
FACTS = ("company", "supplier_id", "supplier_name", "invoice_number", "document_type", "decision", "codes")
GIVEN = ("invoice_date", "posting_date", "received_date", "due_date", "payment_terms", "discount_date", "paid_date")
_NOTHING_OPEN = pl.when(pl.col("amount") < 0).then(pl.col("open_amount") >= 0).otherwise(pl.col("open_amount") <= 0)
IS_PAID = ((pl.col("paid_amount") != 0) & _NOTHING_OPEN).fill_null(value=False)
"""Something was paid of an invoice of DUES, and nothing is open of it; more than all may be."""
COMPUTED: dict[str, Any] = {
    "terms": pl.String,
    "since": pl.Date,
    "by_terms": pl.Date,
    "terms_ambiguous": pl.Boolean,
    "discount_percent": QUANTITY,
    "discount_base": EXACT,
    "discount_by_terms": pl.Date,
    "annualised_percent": QUANTITY,
}


def dues(
    invoices: pl.DataFrame, done: Matched, sources: Sources, paid: pl.DataFrame, last: date, rules: Rules
) -> pl.DataFrame:
    """Return DUES as of the end of `last`: an invoice's own due date, else its terms, its order's, its supplier's, the rules'.

    `invoices` are those of `documents`, `paid` is that of `payments.matched`. Terms that cannot be read give no date (`terms_unknown`), never a guess; a discount
    is of the amount with tax unless the terms name another. An invoice in several currencies has no amounts.
    """
    dated = _dated(_with_terms(invoices, done, sources, rules), rules)
    joined = dated.join(paid, on="invoice_key", how="left")
    known = pl.col("taken").is_not_null() | pl.col("paid_on").is_null()
    counted = joined.with_columns(pl.col("paid_amount", "taken").fill_null(ZERO), known=known)
    share = counted.with_columns(
        percent=pl.col("discount_percent").cast(EXACT),
        hundred=pl.lit(100, EXACT),
        of=pl.coalesce("discount_base", "amount"),
    )
    worth = product(share, "discount_amount", ["of", "percent"], "hundred")
    opened = worth.with_columns(open_amount=pl.col("amount") - pl.col("paid_amount") - pl.col("taken"))
    stated = _next_part(opened).with_columns(
        days_left=(pl.col("due_date") - pl.lit(last)).dt.total_days(),
        discount_status=_status(last, rules.close.lead_days),
        blocked_by=pl.when(pl.col("decision") != "pay").then("codes"),
    )
    return sorted_by(DUES.cast(stated).select(*DUES.columns), *FACTS[:2], *FACTS[3:5], "source", "row")


def _next_part(invoices: pl.DataFrame) -> pl.DataFrame:
    """Let an invoice in instalments be due when the first part is of which something is open; where nothing is, with the last."""
    parts = in_instalments(invoices, "open_amount", "due_date")
    if parts is invoices:
        return invoices
    first = parts.group_by("invoice_key").agg(pl.col("due_date").min())
    return (
        invoices.drop("due_date")
        .join(first, on="invoice_key", how="left", maintain_order="left")
        .with_columns(due_date=pl.coalesce("due_date", invoices["due_date"]))
    )


def documents(done: Matched) -> pl.DataFrame:
    """Return a row an invoice that counts: its amount with tax, what its first lines say of dates and terms, its decision."""
    places = ("source", "row", "order")
    read = ("invoice_key", "codes", *GIVEN, *places, "currency", "invoice_total", "invoice_tax", "line_type", "amount")
    counting = ~pl.col("codes").list.contains("duplicate_invoice")
    lines = taken(done.invoice_lines, *read, "tax_amount", where=counting)
    is_tax = pl.col("line_type") == "tax"
    counted = lines.with_columns(
        net=pl.when(~is_tax).then("amount").fill_null(ZERO),
        tax=pl.when(is_tax).then("amount").fill_null(ZERO) + pl.col("tax_amount").fill_null(0).cast(EXACT),
    )
    first = counted.group_by("invoice_key", maintain_order=True).agg(
        *(_first(counted[name]) for name in GIVEN),
        *(_only(counted[name]) for name in ("currency", "invoice_total", "invoice_tax")),
        *(pl.col(name).first() for name in places),
    )
    sums = group_sums(counted, ["invoice_key"], "net", "tax")
    verdicts = taken(done.invoices, "invoice_key", *FACTS).unique("invoice_key", keep="first", maintain_order=True)
    joined = first.join(sums, on="invoice_key").join(verdicts, on="invoice_key")
    tax = pl.coalesce(pl.col("invoice_tax").cast(EXACT), "tax")
    whole = pl.coalesce(pl.col("invoice_total").cast(EXACT), pl.col("net") + tax)
    return joined.with_columns(amount=pl.when(pl.col("currency").is_not_null()).then(whole))


def _first(given: pl.Series) -> pl.Expr:
    """Return the first value of each group's; of a column without any, and of one without gaps, nobody looks for it."""
    if given.null_count() == given.len():
        return pl.lit(None, given.dtype).alias(given.name)
    some = pl.col(given.name) if given.null_count() == 0 else pl.col(given.name).drop_nulls()
    return some.first()


def _only(given: pl.Series) -> pl.Expr:
    """Return what the lines agree on; null where they give several."""
    name = given.name
    if given.null_count() == given.len():
        return pl.lit(None, given.dtype).alias(name)
    return pl.when(pl.col(name).min() == pl.col(name).max()).then(pl.col(name).min()).alias(name)


def _with_terms(invoices: pl.DataFrame, done: Matched, sources: Sources, rules: Rules) -> pl.DataFrame:
    """Add `terms`, the first that are given, and their `basis`; codes stand for the text that the terms table gives."""
    ordered = taken(done.order_lines, "order", order_terms="payment_terms")
    agreed = sources.suppliers.select("supplier_id", supplier_terms="payment_terms").unique("supplier_id", keep="first")
    joined = with_columns_of(invoices, ordered, "order").join(agreed, on="supplier_id", how="left")
    ways = {"invoice_terms": "payment_terms", "order_terms": "order_terms", "supplier_terms": "supplier_terms"}
    basis: Any = pl.when(pl.col("due_date").is_not_null()).then(pl.lit("due_date"))
    for name, column in ways.items():
        basis = basis.when(pl.col(column).is_not_null()).then(pl.lit(name))
    last_resort = pl.lit(UNKNOWN if rules.close.terms is None else "default_terms")
    said = pl.coalesce(*ways.values(), pl.lit(rules.close.terms, pl.String))
    spelled = _spelled(said, sources.terms)
    told = joined.with_columns(spelled.alias("terms"), basis.otherwise(last_resort).alias("basis"))
    return with_columns_of(told, _goods(done, told["terms"]), "invoice_key")


def _goods(done: Matched, texts: pl.Series) -> pl.DataFrame:
    """Return invoice_key and `receipt_date`, the last of the goods that it bills, where terms count from it."""
    asked = "receipt_date" in bases(texts).values()
    used = taken(done.billing, "invoice_key", "receipt_date", where=pl.lit(asked))
    return used.group_by("invoice_key").agg(pl.col("receipt_date").max())


def _spelled(said: pl.Expr, terms: pl.DataFrame) -> pl.Expr:
    """Return the text that a code stands for, else what was said."""
    texts = dict(terms.select("code", "text").iter_rows())
    return said.replace_strict(texts, default=said) if texts else said


def due_by_terms(rows: pl.DataFrame, terms: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `day` to rows with `terms` (a text or a code, else the rules' own), `delivered` and an `invoice_date`: null where neither says it."""
    said = pl.coalesce("terms", pl.lit(rules.close.terms, pl.String))
    spelled = rows.with_columns(terms=_spelled(said, terms))
    counted = _counted_from(spelled, receipt_date="delivered")
    told = _computed(counted.select("terms", "since").unique(), rules).select("terms", "since", day="by_terms")
    return counted.join(told, on=["terms", "since"], how="left", maintain_order="left").drop("since")


def _dated(invoices: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Fill `due_date`, `discount_date` and what the terms say of the discount; without any date the basis is unknown."""
    counted = _counted_from(invoices, **{base: base for base in ("posting_date", "received_date", "receipt_date")})
    told = _computed(counted.select("terms", "since").unique(), rules)
    joined = counted.join(told, on=["terms", "since"], how="left", maintain_order="left")
    due = pl.coalesce("due_date", "by_terms")
    return joined.with_columns(
        due_date=due,
        discount_date=pl.coalesce("discount_date", "discount_by_terms"),
        basis=pl.when(due.is_null()).then(pl.lit(UNKNOWN)).otherwise("basis"),
    )


def _counted_from(rows: pl.DataFrame, **days: str) -> pl.DataFrame:
    """Add `since`, the day from which the terms of each row count: `days` (base -> column), else the invoice's own."""
    since: pl.Expr = pl.col("invoice_date")
    for text, base in bases(rows["terms"]).items():
        if base in days:
            since = pl.when(pl.col("terms") == text).then(pl.col(days[base])).otherwise(since)
    return rows.with_columns(since=since)


def bases(texts: pl.Series) -> dict[str, str]:
    """Return from which day the texts that can be read count, where it is another than the invoice's."""
    read = {text: parse_terms(text) for text in texts.drop_nulls().unique()}
    return {text: terms.base for text, terms in read.items() if terms is not None and terms.base != "invoice_date"}


def _computed(distinct: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the dates and the first discount of each distinct text of terms that can be read and day from which it counts."""
    reading, rows = rules.close.eom, []
    known = {text: parse_terms(text) for text in distinct["terms"].drop_nulls().unique()}
    for text, day in distinct.drop_nulls().iter_rows():
        terms = known[text]
        if terms is not None:
            rows.append((text, day, terms.due(day, reading), terms.ambiguous(day), *_discount(terms, day, reading)))
    return pl.DataFrame(rows, schema=COMPUTED, orient="row")


def _discount(terms: Terms, day: date, reading: EndOfMonth) -> tuple[Decimal | date | None, ...]:
    """Return percent, base, last day and yearly yield of the first discount; nulls where there is none."""
    if not terms.discounts:
        return None, None, None, None
    best = terms.discounts[0]
    yearly = terms.annualised(best)
    return best.percent, best.base, terms.discount_day(best, day, reading), None if yearly is None else round(yearly, 6)


def _status(last: date, lead_days: int) -> pl.Expr:
    """Return what became of the discount: taken, lost (paid without it), missed, at risk, available.

    At risk is what is not cleared to pay, or has fewer than `lead_days` left: so long a payment takes. Paid in part it may still
    be had; where only the invoice says that it is paid, nobody says how much, and it is null.
    """
    offered = pl.col("discount_percent").is_not_null() & (pl.col("discount_percent") > Decimal(0))
    return (
        pl.when(~offered)
        .then(pl.lit(None, pl.String))
        .when(pl.col("taken") > 0)
        .then(pl.lit("taken"))
        .when(~pl.col("known"))
        .then(pl.lit(None, pl.String))
        .when(IS_PAID)
        .then(pl.lit("lost"))
        .when(pl.col("discount_date") < pl.lit(last))
        .then(pl.lit("missed"))
        .when((pl.col("decision") != "pay") | (pl.col("discount_date") < pl.lit(last + timedelta(lead_days))))
        .then(pl.lit("at_risk"))
        .otherwise(pl.lit("available"))
    )


def settled(payable: pl.DataFrame) -> pl.DataFrame:
    """Return of each invoice of DUES its decision, and whether it is `paid`."""
    return payable.select("invoice_key", "decision", paid=IS_PAID)


def discounts(payable: pl.DataFrame) -> pl.DataFrame:
    """Return DISCOUNTS of DUES, those that end first before the others."""
    offered = payable.drop_nulls("discount_status").select(*DISCOUNTS.columns)
    return offered.sort("discount_date", "supplier_id", "invoice_number", "source", "row")
