"""Net: what a line's figures are after a discount in percent, and without the tax that a source has in its prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import without
from recon.engine.parts import in_parts
from recon.kinds import EXACT

if TYPE_CHECKING:
    from recon.rules.rule import Rules

GROSS = {"unit_price": "price_num", "amount": "amount_num"}
"""What tax is taken out of -> where what was given is kept: over `price_den` it is the exact net figure."""
NO_RATE = "its prices have tax in them, and it gives no tax rate"


def has_tax_in_prices(rules: Rules, source: str) -> bool:
    """Return whether the prices and amounts of a source are gross."""
    return getattr(rules.sources.get(source), "prices", None) == "gross"


def discounted(lines: pl.DataFrame) -> pl.DataFrame:
    """Take `discount_percent` off the unit prices that are given; `printed_price` keeps them. Twelve places more, exact."""
    printed = lines.with_columns(pl.col("unit_price").alias("printed_price"), pl.col("unit_price").cast(EXACT))
    off = printed.filter(pl.col("discount_percent").fill_null(0) != 0, pl.col("unit_price").is_not_null())
    if off.is_empty():
        return printed
    rows = printed.with_row_index("_at")
    less = in_parts(
        rows.join(off[["source", "row"]].unique(), on=["source", "row"], how="semi"), "_at", _less, unbounded=True
    )
    return without(
        rows.join(less, on="_at", how="left", maintain_order="left").with_columns(
            pl.coalesce("_less", "unit_price").alias("unit_price")
        ),
        "_at",
        "_less",
    )


def _less(lines: pl.DataFrame) -> pl.DataFrame:
    percent = Exact.of(lines["discount_percent"].fill_null(0))
    share = Exact.ones(lines.height) * 100 - percent
    hundredfold = Exact.of(lines["unit_price"]) * share
    net = Exact(hundredfold.numbers, hundredfold.scale + 2, hundredfold.bound)
    return lines.select("_at", net.reduced().decimal().alias("_less"))


def positive_prices(lines: pl.DataFrame) -> pl.DataFrame:
    """Turn price and quantity of order lines with a negative price: 1 at -50 is -1 at 50."""
    below = (pl.col("unit_price") < 0).fill_null(value=False)
    return lines.with_columns(
        pl.when(below).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in ("unit_price", "quantity")
    )


def one_sign(lines: pl.DataFrame, *with_amount: str) -> pl.DataFrame:
    """Give quantity and amount of a line one sign, the negative one where they differ; `with_amount` turns as amount does."""
    if not any((lines[c] < 0).any() for c in ("quantity", "amount")):
        return lines
    differ = pl.col("quantity").sign() * pl.col("amount").sign() < 0
    amount, quantity = (
        (differ & (pl.col("amount") > 0)).fill_null(value=False),
        (differ & (pl.col("amount") < 0)).fill_null(value=False),
    )
    turned = {"quantity": quantity, **dict.fromkeys(("amount", *with_amount), amount)}
    return lines.with_columns(
        pl.when(turn).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c, turn in turned.items()
    )


def without_tax_amount(lines: pl.DataFrame) -> pl.DataFrame:
    """Take `tax_amount` off the amounts of lines that have no rate and no price; `net_of_tax` marks them.

    Both have one sign, and the tax is the smaller: else nothing tells what is net.
    """
    tax, amount = pl.col("tax_amount"), pl.col("amount")
    alike = ((tax.abs() < amount.abs()) & ((tax < 0) == (amount < 0))) | (tax == 0)
    net = (pl.col("tax_rate").is_null() & pl.col("unit_price").is_null() & alike).fill_null(value=False)
    less = (amount - tax).cast(lines.schema["amount"])
    return lines.with_columns(pl.when(net).then(less).otherwise(amount).alias("amount"), net.alias("net_of_tax"))


def without_fractions(lines: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of `without_tax` to lines whose prices have no tax in them: null, the figures themselves count."""
    return lines.with_columns(pl.lit(None, EXACT).alias(c) for c in (*GROSS.values(), "price_den"))


def without_tax(lines: pl.DataFrame) -> pl.DataFrame:
    """Divide unit price and amount by 1 + tax rate.

    `price_den` is that, `price_num` and `amount_num` what was given: the exact fractions. A rate below 1 is a share, else
    a percentage. Where there is no rate the line has the `reason` of a reject. A line that is a tax has none in it, nor
    has one whose `tax_amount` was taken off.
    """
    marked = lines.with_columns(pl.col(c).cast(EXACT).alias(name) for c, name in GROSS.items()).with_row_index("_at")
    taxed = pl.col("line_type") != "tax" if "line_type" in lines.columns else pl.lit(value=True)
    taxed &= ~pl.col("net_of_tax") if "net_of_tax" in lines.columns else pl.lit(value=True)
    net = in_parts(marked.with_columns(taxed.alias("_taxed")), "_at", _divided, unbounded=True)
    unknown = pl.when(pl.col("tax_rate").is_null() & pl.col("_taxed")).then(pl.lit(NO_RATE))
    told = net.with_columns(pl.coalesce("reason", unknown).alias("reason"))
    return without(told, "_at", "_taxed", "net_of_tax")


def _divided(lines: pl.DataFrame) -> pl.DataFrame:
    rate = Exact.of(lines.select(pl.when("_taxed").then("tax_rate").otherwise(0)).to_series())
    percentage = Exact(rate.numbers, rate.scale + 2, rate.bound)
    divisor = Exact.ones(lines.height) + rate.where(lines["tax_rate"].abs() < 1, percentage)
    net = [quotient(Exact.of(lines[gross]), divisor).alias(c) for c, gross in GROSS.items()]
    return lines.with_columns(*net, divisor.decimal().alias("price_den"))
