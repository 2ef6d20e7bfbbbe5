"""The ledger's own lines held against each order line: which of them differ, and what no order explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import in_minor_units, product, summed, summed_if_known
from recon.close.order_lines import accruing, prices
from recon.close.tie_out import BY, ITEM, OPEN_LINES, items, known_accounts, named_alike, tie_out, unexplained
from recon.close_tables import TIE_OUT_LINES
from recon.engine.joins import with_columns_of
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.classify.wording import plain
from recon.match.keys import line_key, number_key

if TYPE_CHECKING:
    from datetime import date

    from recon.close.open_items import OpenItems
    from recon.rules.rule import Rules
    from recon.tables import Sources

ZERO = pl.lit(0, EXACT)
ROUNDING = "rounding"
WITHOUT_ORDER, OF_WHOLE_ORDER, REVALUED = "ledger_without_order", "ledger_of_order_alone", "ledger_revaluation"
TOLD = {
    WITHOUT_ORDER: "postings that name no order: manual journals, write-offs",
    OF_WHOLE_ORDER: "postings that name an order and no line of it: freight, delivery costs",
    REVALUED: "postings in base currency alone: revaluation, rounding",
}
SHOWN = 3


@dataclass(frozen=True)
class Tied:
    """The tie-out, and of which order lines the ledger's own lines say something else: TIE_OUT and TIE_OUT_LINES."""

    steps: pl.DataFrame
    lines: pl.DataFrame


def tie(
    lines: pl.DataFrame,
    apart: pl.DataFrame,
    open_: OpenItems,
    orders: pl.DataFrame,
    sources: Sources,
    last: date,
    rules: Rules,
) -> Tied:
    """Tie what the documents say to the ledger's balance on the accounts that the rules name.

    `lines` are GR_IR, `apart` what stands apart.
    """
    accounts = known_accounts(rules)
    balances, lines_of_ledger = (
        named_alike(ledger.filter(pl.col("account").is_in(accounts)), orders, rules.base_currency)
        for ledger in (sources.gl_balances, sources.gl_lines)
    )
    exact = _on_account(items(lines, apart, open_.bills, open_.uncovered, orders, rules), orders, rules)
    told = pl.concat([exact, rounding(exact, rules.base_currency)])
    booked = postings(lines_of_ledger, orders, last)
    gaps = differing(booked, told, orders) if booked.height else TIE_OUT_LINES.empty()
    steps = pl.concat([told, ledger_items(booked)])
    said = evidence(unexplained(steps, balances, last), gaps, open_.received, open_.bills, orders)
    return Tied(tie_out(steps, balances, last, said), gaps)


def rounding(told: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return ITEM: by order line, what its items (exact) are away from whole minor units, in which a ledger books."""
    sums = summed_if_known(told.drop_nulls("order"), [*BY, "order"], "amount", "base_amount")
    away = sums.with_columns(
        amount=in_minor_units("amount", "currency") - pl.col("amount"),
        base_amount=in_minor_units("base_amount", pl.lit(base_currency)) - pl.col("base_amount"),
        step=pl.lit(ROUNDING),
        evidence=pl.lit("less than half a minor unit an order line: a ledger books no smaller amounts"),
    )
    return away.filter(pl.col("amount") != 0).select(ITEM)


def _on_account(told: pl.DataFrame, orders: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Leave out what a ledger that books receipts does not hold yet: lines that are accrued at the end of the period."""
    if rules.close.accrual != "perpetual":
        return told
    later = orders.filter(pl.col("accrue") == "at_period_end").select("order")
    left = told.join(later, on="order", how="anti")
    if left.height == told.height:
        return told
    open_ = pl.col("evidence") == OPEN_LINES
    words = pl.when(open_).then(pl.lit(f"{OPEN_LINES}, but those accrued at the end of the period"))
    return left.with_columns(evidence=words.otherwise("evidence"))


def postings(lines: pl.DataFrame, orders: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return the ledger's lines that are booked by the end of `last`, with `order` or the `step` that they are."""
    booked = lines.filter(pl.col("posting_date") <= last)
    orders = orders if booked.height else orders.clear()
    keyed = booked.with_row_index("at").with_columns(po_key=number_key("po_number"), line_key=line_key("po_line"))
    theirs = accruing(orders).select(
        "order", po_key=number_key("po_number"), line_key=line_key("po_line"), order_company="company"
    )
    linked = keyed.select("at", "company", "po_key", "line_key").join(theirs, on=["po_key", "line_key"])
    fits = (pl.col("company") == pl.col("order_company")).fill_null(value=True)
    found = linked.filter(fits).unique("at", keep="first", maintain_order=True).select("at", "order")
    joined = keyed.join(found, on="at", how="left")
    in_base_alone = (pl.col("amount") == 0) & (pl.col("base_amount") != 0)
    step = (
        pl.when(in_base_alone)
        .then(pl.lit(REVALUED))
        .when(pl.col("po_key").is_null())
        .then(pl.lit(WITHOUT_ORDER))
        .when(pl.col("order").is_null())
        .then(pl.lit(OF_WHOLE_ORDER))
    )
    return joined.with_columns(step=step).drop("at", "po_key", "line_key")


def ledger_items(booked: pl.DataFrame) -> pl.DataFrame:
    """Return ITEM of the postings that belong to no order line."""
    named = booked.drop_nulls("step").with_columns(
        pl.col("amount", "base_amount").cast(EXACT),
        order=pl.lit(None, pl.Int64),
        evidence=pl.col("step").replace_strict(TOLD, default=None, return_dtype=pl.String),
    )
    return named.select(ITEM)


def differing(booked: pl.DataFrame, steps: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return TIE_OUT_LINES: the order lines of which the ledger holds something else than the documents say."""
    by = [*BY, "order"]
    of_orders = booked.filter(pl.col("step").is_null()).with_columns(pl.col("amount").cast(EXACT))
    ledger = summed(of_orders, by, "amount").rename({"amount": "ledger", "lines": "postings"})
    told = group_sums(steps.drop_nulls("order"), by, "amount").rename({"amount": "explained"})
    both = ledger.join(told, on=by, how="full", coalesce=True, nulls_equal=True)
    gap = both.with_columns(pl.col("ledger", "explained").fill_null(ZERO), pl.col("postings").fill_null(0))
    some = gap.with_columns(difference=pl.col("ledger") - pl.col("explained")).filter(pl.col("difference") != 0)
    about = orders.select("order", "supplier_id", "supplier_name", "po_number", "po_line", "source", "row")
    shown = TIE_OUT_LINES.cast(some.join(about, on="order")).select(*TIE_OUT_LINES.columns)
    return shown.sort(*BY, "po_number", "po_line", "source", "row")


def evidence(
    rest: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame, bills: pl.DataFrame, orders: pl.DataFrame
) -> pl.DataFrame:
    """Return BY and `evidence` of what is unexplained: the order lines that differ (TIE_OUT_LINES), else what is worth as much."""
    named = lines.select(*BY, said=pl.format("order {}/{}: {}", "po_number", "po_line", plain("difference")))
    alike = _alike(rest, receipts, bills, orders).join(named.select(BY).unique(), on=BY, how="anti", nulls_equal=True)
    every = pl.concat([named, alike.select(*BY, "said")])
    more = pl.when(pl.len() > SHOWN).then(pl.format(" and {} more", pl.len() - SHOWN)).otherwise(pl.lit(""))
    return every.group_by(BY, maintain_order=True).agg(
        pl.concat_str(pl.col("said").head(SHOWN).str.join("; "), more).alias("evidence")
    )


def _alike(rest: pl.DataFrame, receipts: pl.DataFrame, bills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return BY and `said`: the documents whose value is what is left, to the last digit; on which side says what may be wrong."""
    if rest.is_empty():
        return rest.select(*BY, said=pl.lit(None, pl.String))
    ours = accruing(orders).select("order", "account", order_company="company")
    came = product(with_columns_of(receipts, prices(orders), "order"), "value", ["counted", "price"])
    goods = came.join(ours, on="order").select(
        company="order_company", account="account", currency="order_currency", value="value", sign=pl.lit(1, pl.Int64),
        named=pl.format("receipt {} of order {}/{}", "receipt_number", "order_po_number", "order_po_line"),
    )  # fmt: skip
    billed = bills.join(ours, on="order").select(
        company="order_company", account="account", currency="currency", value=pl.col("amount").cast(EXACT),
        sign=pl.lit(-1, pl.Int64), named=pl.format("invoice {} of order {}/{}", "invoice_number", "order_po_number", "order_po_line"),
    )  # fmt: skip
    found = rest.join(pl.concat([goods, billed]), on=BY, nulls_equal=True)
    missing, twice = (
        pl.col("amount") == pl.col("value") * pl.col("sign"),
        pl.col("amount") == -pl.col("value") * pl.col("sign"),
    )
    told = pl.when(missing).then(pl.lit("is not posted")).otherwise(pl.lit("is posted twice"))
    return found.filter(missing | twice).select(*BY, said=pl.format("as much as if {} {}", "named", told))
