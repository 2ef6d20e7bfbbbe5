"""Pair: each line beside its order line (`order_...`), in one unit and under one policy, with what does not fit named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DEFAULT_POLICY
from recon.engine.exact import EXACT_SCALE, Exact, lowest_terms
from recon.engine.joins import only, where, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.limits import ORDER_TYPES, condition_columns
from recon.match.link.units import convert
from recon.rules.when.expr import to_expr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Policy, Rules

NEEDED = (
    "supplier_id", "supplier_key", "supplier_payment_terms", "po_number", "po_line", "quantity", "uom", "unit_price", "price_unit", "amount", "amount_num",
    "po_key", "currency", "order_date", "due_date", "tax_rate", "payment_terms", "closed_date", "policy", "by_amount", "uom_key", "item", "item_key", "price_num", "price_den",
)  # fmt: skip

FRACTIONS_OF = (
    "line_id", "receipt_id", "order_id", "source", "row", "quantity", "unit_price", "price_unit", "amount", "endless", "factor_num", "factor_den",
    "quantity_accepted", "quantity_rejected", "order_policy", "order_by_amount", "order_quantity", "order_amount", "order_amount_num", "order_price_den",
    "price_num", "amount_num", "price_den",
)  # fmt: skip


def with_policy(orders: pl.DataFrame, policies: Sequence[Policy]) -> pl.DataFrame:
    """Add `policy`: the order line's own, else the first policy that holds, else three_way."""
    policy = pl.lit(DEFAULT_POLICY)
    for rule in reversed(policies):
        holds = to_expr(rule.when, ORDER_TYPES) if rule.when else pl.lit(value=True)
        policy = pl.when(holds).then(pl.lit(rule.match)).otherwise(policy)
    return orders.with_columns(pl.coalesce("match_policy", policy).alias("policy"))


def order_columns(rules: Rules) -> list[str]:
    """Return the order columns that comparing needs, with those that conditions of the rules name."""
    conditions = [t.when for t in rules.tolerances] + [link.when for link in rules.links]
    named = {c.removeprefix("order_") for when in conditions if when for c in condition_columns(when)}
    return [*NEEDED, *sorted((named & set(ORDER_TYPES)) - set(NEEDED))]


def with_order(
    lines: pl.DataFrame, orders: pl.DataFrame, conversions: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Put `lines` (with `order_id`, null where none) beside their orders, fill what those give, and name mismatches.

    `orders` are all of them, in the order of `order_id`. Adds order_<column>, factor_num/factor_den, currency_mismatch, uom_mismatch, supplier_mismatch.
    """
    theirs = only(orders, list(columns))[lines["order_id"].cast(pl.UInt32)]
    theirs.columns = [f"order_{c}" for c in columns]
    converted = convert(lines.hstack(theirs), conversions)
    known = pl.col("order_id").is_not_null()
    no_factor = known & pl.col("factor_num").is_null()
    flags = {"uom_mismatch": no_factor}
    if "currency" in lines.columns:
        flags["uom_mismatch"] = no_factor & ~pl.col("order_by_amount")  # an amount that is billed has no unit
        other_supplier = pl.col("supplier_key") != pl.col("order_supplier_key")
        unknown = (pl.col("supplier_state") == "supplier_unknown").fill_null(value=False)
        flags["currency_mismatch"] = (pl.col("currency") != pl.col("order_currency")).fill_null(value=False)
        flags["supplier_mismatch"] = (known & other_supplier & ~unknown).fill_null(value=False)
    return converted.with_columns(
        *(flag.alias(name) for name, flag in flags.items()),
        *(pl.coalesce(c, f"order_{c}").alias(c) for c in ("currency", "uom") if c in lines.columns),
    )


def invoiced_fractions(lines: pl.DataFrame) -> pl.DataFrame:
    """Return order_id, line_id, num / den: what each line bills of its order, in the order's unit, or its currency.

    `lines` take part (linked, no mismatch); by amount that is the line's amount, else its quantity times its factor.
    """
    return in_parts(lines, "line_id", _billed)


def _billed(lines: pl.DataFrame) -> pl.DataFrame:
    one = Exact.ones(lines.height)
    by_amount = lines["order_by_amount"]
    endless = (lines["endless"] == "quantity").fill_null(value=False) & ~by_amount
    quantity, unit = (Exact.of(lines[c]) for c in ("quantity", "price_unit"))
    price, amount = (
        Exact.either(lines[c], lines[d]) for c, d in (("price_num", "unit_price"), ("amount_num", "amount"))
    )
    taxed = Exact.of(lines["price_den"]).fill(1).where(by_amount, one)
    num, den = (Exact.of(lines[c]).where(~by_amount, one) for c in ("factor_num", "factor_den"))
    top = amount.where(by_amount, (amount * unit).where(endless, quantity)) * num
    return _reduced(_fraction(lines[["order_id", "line_id"]], price.where(endless, one) * den * taxed, num=top))


def received_fractions(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return order_id, receipt_id, num, accepted and rejected over den: what each receipt allows of its order, as `invoiced_fractions`.

    Where the order goes by amount, a receipt allows its share of it; without an ordered quantity it is an amount itself.
    """
    return in_parts(receipts, "receipt_id", _received)


def _received(receipts: pl.DataFrame) -> pl.DataFrame:
    one = Exact.ones(receipts.height)
    shares = receipts["order_by_amount"] & (receipts["order_quantity"] != 0).fill_null(value=False)
    num, den = (Exact.of(receipts[c]).fill(1) for c in ("factor_num", "factor_den"))
    of = Exact.either(receipts["order_amount_num"], receipts["order_amount"]).where(shares, one) * num
    accepted, rejected = _judged(receipts)
    whole = (Exact.of(receipts["order_quantity"]) * Exact.of(receipts["order_price_den"]).fill(1)).where(shares, one)
    keyed = receipts[["order_id", "receipt_id"]]
    tops = {"num": Exact.of(receipts["quantity"]), "accepted": Exact.of(accepted), "rejected": Exact.of(rejected)}
    return _fraction(keyed, whole * den, **{name: top * of for name, top in tops.items()})


def _judged(receipts: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return what of each delivery was accepted and what rejected; of returns nothing is either.

    What nobody judged is accepted, but where the order line waits for it (four-way): there it is neither. A row that brings
    nothing judges what others brought: accepted already where the order line does not wait, it takes off what it rejects.
    """
    nothing = pl.lit(0, receipts.schema["quantity"])
    unjudged = pl.when(pl.col("order_policy") != "four_way").then("quantity").otherwise(nothing)
    accepted = pl.coalesce("quantity_accepted", pl.col("quantity") - pl.col("quantity_rejected"), unjudged)
    implied = pl.max_horizontal(nothing, pl.col("quantity") - pl.col("quantity_accepted"))
    rejected = pl.coalesce("quantity_rejected", implied, nothing)
    came, judges = pl.col("quantity") >= 0, pl.col("quantity") == 0
    waits = pl.col("order_policy") == "four_way"
    verdict = (
        pl.when(waits)
        .then(pl.col("quantity_accepted").fill_null(0))
        .otherwise(nothing - pl.col("quantity_rejected").fill_null(0))
    )
    told = receipts.select(
        pl.when(judges).then(verdict).when(came).then(accepted).otherwise(nothing).alias("accepted"),
        pl.when(judges)
        .then(pl.col("quantity_rejected").fill_null(0))
        .when(came)
        .then(rejected)
        .otherwise(nothing)
        .alias("rejected"),
    )
    return told["accepted"], told["rejected"]


def _fraction(keyed: pl.DataFrame, bottom: Exact, **tops: Exact) -> pl.DataFrame:
    """Add `den`, a positive whole number, and each top as a whole number so that top / den is the fraction."""
    scale = max(bottom.scale, *(top.scale for top in tops.values()))
    sign = bottom.signs()
    whole = {name: (top * sign).at(scale).ints for name, top in tops.items()}
    return keyed.with_columns(abs(bottom).at(scale).ints.alias("den"), **whole)


def _reduced(fractions: pl.DataFrame) -> pl.DataFrame:
    """Bring fractions whose denominator is no part of a power of ten into lowest terms: they share one unit later."""
    odd = pl.lit(10**EXACT_SCALE, pl.Int128) % pl.col("den") != 0
    others = fractions.filter(odd)
    if others.is_empty():
        return fractions
    plain = fractions.filter(~odd)
    num, den = lowest_terms(others["num"], others["den"])
    return pl.concat([plain, others.with_columns(num.alias("num"), den.alias("den"))])


_FITS = pl.col("order_id").is_not_null() & ~pl.col("uom_mismatch") & ~pl.col("item_mismatch")
_BY_AMOUNT = pl.col("order_by_amount")
_BILLS = (
    _FITS
    & ((pl.col("line_type") == "item") | (_BY_AMOUNT & (pl.col("line_type") == "price_difference")))
    & ~pl.col("supplier_mismatch")
    & ~pl.col("quantity_missing")
    & ~(_BY_AMOUNT & pl.col("currency_mismatch"))
).fill_null(value=False)


def takes_part(lines: pl.DataFrame) -> pl.Series:
    """Return which lines use up an order: linked, in a unit and of an item that fit it.

    Of invoice lines those are items with a quantity or an amount that the order goes by, of its supplier, where it goes by
    amount in its currency too; a price difference counts where the order goes by amount. Receipts that do not count use
    nothing.
    """
    if "supplier_mismatch" not in lines.columns:
        return lines.select(_FITS & pl.col("counts")).to_series()
    return lines.select(_BILLS).to_series()


def taking_part(lines: pl.DataFrame) -> pl.DataFrame:
    """Return FRACTIONS_OF of the lines that use up an order: that take part, and move quantity, not money alone."""
    taken = takes_part(lines)
    if "moves_no_quantity" in lines.columns:
        taken &= ~lines["moves_no_quantity"]
    return where(only(lines, [c for c in lines.columns if c in FRACTIONS_OF]), taken)


def allocation_orders(orders: pl.DataFrame) -> pl.DataFrame:
    """Return what allocation needs of the order lines that count: what is ordered, and that widened by over-delivery.

    Both are times `den`, which is not 1 where tax was taken out of an amount.
    """
    counted = orders.filter("counts")
    amount = pl.coalesce("amount_num", pl.col("amount").cast(EXACT))
    ordered = pl.when("by_amount").then(amount).otherwise("quantity").cast(EXACT)
    widened = pl.when(~pl.col("by_amount")).then("over_delivery_percent").fill_null(0)
    taxed = pl.when("by_amount").then("price_den").fill_null(1).cast(EXACT)
    frame = counted.select("order_id", "source", "row", ordered.alias("ordered"), widened.alias("percent"), den=taxed)
    return without(in_parts(frame, "order_id", _widened), "percent")


def _widened(orders: pl.DataFrame) -> pl.DataFrame:
    share = Exact.ones(orders.height) * 100 + Exact.of(orders["percent"])
    hundredfold = Exact.of(orders["ordered"]) * share
    limit = Exact(hundredfold.numbers, hundredfold.scale + 2, hundredfold.bound)
    den = Exact.of(orders["den"])
    scaled = (each * 10**den.scale for each in (Exact.of(orders["ordered"]), limit))
    ordered, widened = (each.reduced().decimal() for each in scaled)
    return orders.with_columns(ordered.alias("ordered"), widened.alias("ordered_limit"), den.ints.alias("den"))
