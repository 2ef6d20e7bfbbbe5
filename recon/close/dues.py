"""Dues: when each invoice is to be paid and by which terms, what is paid of it, and what its cash discount is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.amounts import product, summed
from recon.close.terms import parse_terms
from recon.close_tables import DUES
from recon.kinds import EXACT, QUANTITY

if TYPE_CHECKING:
    from datetime import date

    from recon.close.terms import EndOfMonth, Terms
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

DOCUMENT = ["company", "supplier_id", "invoice_number", "document_type"]
UNKNOWN = "terms_unknown"
ZERO = pl.lit(0, EXACT)
COMPUTED: dict[str, Any] = {
    "terms": pl.String,
    "invoice_date": pl.Date,
    "by_terms": pl.Date,
    "terms_ambiguous": pl.Boolean,
    "discount_percent": QUANTITY,
    "discount_by_terms": pl.Date,
    "annualised_percent": QUANTITY,
}


def dues(done: Reconciliation, sources: Sources, last: date, rules: Rules) -> pl.DataFrame:
    """Return DUES as of the end of `last`: an invoice's own due date, else its terms, its order's, its supplier's.

    Terms that cannot be read give no date (`terms_unknown`), never a guess; a discount is of the amount with tax.
    """
    dated = _dated(_with_terms(_invoices(done), done, sources), rules)
    paid = dated.join(_payments(sources.payments), on=["invoice_number", "supplier_id"], how="left")
    counted = paid.with_columns(pl.col("paid_amount", "taken").fill_null(ZERO))
    share = counted.with_columns(percent=pl.col("discount_percent").cast(EXACT), hundred=pl.lit(100, EXACT))
    worth = product(share, "discount_amount", ["amount", "percent"], "hundred")
    left = pl.col("amount") - pl.col("paid_amount") - pl.col("taken")
    stated = worth.with_columns(
        open_amount=left,
        days_left=(pl.col("due_date") - pl.lit(last)).dt.total_days(),
        discount_status=_status(last),
        blocked_by=pl.when(pl.col("decision") != "pay").then("codes"),
    )
    return DUES.cast(stated).select(*DUES.columns).sort(*DOCUMENT, "source", "row")


def _invoices(done: Reconciliation) -> pl.DataFrame:
    """Return a row an invoice that counts: its amount with tax, its first line's dates and place, its decision."""
    lines = done.invoice_lines.filter(~pl.col("codes").list.contains("duplicate_invoice"))
    gross = lines.with_columns(gross=pl.col("amount").fill_null(ZERO) + pl.col("tax_amount").fill_null(0).cast(EXACT))
    first = gross.group_by(DOCUMENT, maintain_order=True).agg(
        *(
            pl.col(name).drop_nulls().first()
            for name in ("supplier_name", "invoice_date", "due_date", "payment_terms", "discount_date", "currency")
        ),
        *(
            pl.col(name).first()
            for name in ("source", "row", "order_po_number", "order_po_line", "group_id", "invoice_total")
        ),
    )
    sums = summed(gross.drop("amount").rename({"gross": "amount"}), DOCUMENT, "amount").drop("lines")
    verdicts = done.invoices.select(*DOCUMENT, "decision", "codes").unique(DOCUMENT, keep="first", maintain_order=True)
    joined = first.join(sums, on=DOCUMENT, nulls_equal=True).join(verdicts, on=DOCUMENT, how="left", nulls_equal=True)
    return joined.with_columns(amount=pl.coalesce(pl.col("invoice_total").cast(EXACT), "amount"))


def _with_terms(invoices: pl.DataFrame, done: Reconciliation, sources: Sources) -> pl.DataFrame:
    """Add `terms`, the first that are given, and their `basis`; codes stand for the text that the terms table gives."""
    ordered = done.order_lines.select(
        "group_id", order_po_number="po_number", order_po_line="po_line", order_terms="payment_terms"
    )
    agreed = sources.suppliers.select("supplier_id", supplier_terms="payment_terms").unique("supplier_id", keep="first")
    keys = ["group_id", "order_po_number", "order_po_line"]
    joined = invoices.join(ordered.unique(keys, keep="first"), on=keys, how="left").join(
        agreed, on="supplier_id", how="left"
    )
    ways = {"invoice_terms": "payment_terms", "order_terms": "order_terms", "supplier_terms": "supplier_terms"}
    basis: Any = pl.when(pl.col("due_date").is_not_null()).then(pl.lit("due_date"))
    for name, column in ways.items():
        basis = basis.when(pl.col(column).is_not_null()).then(pl.lit(name))
    texts = dict(sources.terms.select("code", "text").iter_rows())
    said = pl.coalesce(*ways.values())
    spelled = said.replace_strict(texts, default=said) if texts else said
    return joined.with_columns(spelled.alias("terms"), basis.otherwise(pl.lit(UNKNOWN)).alias("basis"))


def _dated(invoices: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Fill `due_date`, `discount_date` and what the terms say of the discount; without any date the basis is unknown."""
    told = _computed(invoices.select("terms", "invoice_date").unique(), rules)
    joined = invoices.join(told, on=["terms", "invoice_date"], how="left", maintain_order="left")
    due = pl.coalesce("due_date", "by_terms")
    return joined.with_columns(
        due_date=due,
        discount_date=pl.coalesce("discount_date", "discount_by_terms"),
        basis=pl.when(due.is_null()).then(pl.lit(UNKNOWN)).otherwise("basis"),
    )


def _computed(distinct: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the dates and the first discount of each distinct text of terms and invoice date that can be read."""
    reading, rows = rules.close.eom, []
    known = {text: parse_terms(text) for text in distinct["terms"].drop_nulls().unique()}
    for text, day in distinct.drop_nulls().iter_rows():
        terms = known[text]
        if terms is not None:
            rows.append((text, day, terms.due(day, reading), terms.ambiguous(day), *_discount(terms, day, reading)))
    return pl.DataFrame(rows, schema=COMPUTED, orient="row")


def _discount(terms: Terms, day: date, reading: EndOfMonth) -> tuple[Decimal | None, date | None, Decimal | None]:
    """Return percent, last day and yearly yield of the first discount; nulls where there is none."""
    if not terms.discounts:
        return None, None, None
    best = terms.discounts[0]
    yearly = terms.annualised(best)
    return best.percent, terms.discount_day(best, day, reading), None if yearly is None else round(yearly, 6)


def _payments(payments: pl.DataFrame) -> pl.DataFrame:
    """Return invoice_number, supplier_id, paid_amount, taken (discount) and paid_on of payments that were not voided."""
    good = payments.filter(pl.col("status").fill_null("paid") != "void")
    named = good.with_columns(taken=pl.col("discount_taken").fill_null(0)).drop("discount_taken")
    sums = summed(named, ["invoice_number", "supplier_id"], "amount", "taken").drop("lines")
    return sums.rename({"amount": "paid_amount"}).join(
        named.group_by("invoice_number", "supplier_id").agg(paid_on=pl.col("payment_date").max()),
        on=["invoice_number", "supplier_id"],
        nulls_equal=True,
    )


def _status(last: date) -> pl.Expr:
    """Return what became of the discount: taken, lost (paid without it), missed, at risk (not cleared to pay), available."""
    offered = pl.col("discount_percent").is_not_null() & (pl.col("discount_percent") > Decimal(0))
    return (
        pl.when(~offered)
        .then(pl.lit(None, pl.String))
        .when(pl.col("taken") > 0)
        .then(pl.lit("taken"))
        .when(pl.col("paid_on").is_not_null())
        .then(pl.lit("lost"))
        .when(pl.col("discount_date") < pl.lit(last))
        .then(pl.lit("missed"))
        .when(pl.col("decision") != "pay")
        .then(pl.lit("at_risk"))
        .otherwise(pl.lit("available"))
    )


def paid_lines(done: Reconciliation, payable: pl.DataFrame) -> pl.DataFrame:
    """Return the places (`source`, `row`) of the lines of invoices in DUES of which nothing is open and something was paid."""
    settled = payable.filter((pl.col("open_amount") == 0) & (pl.col("paid_amount") != 0)).select(*DOCUMENT)
    return done.invoice_lines.join(settled, on=DOCUMENT, how="semi", nulls_equal=True).select("source", "row")
