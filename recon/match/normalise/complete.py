"""Complete: of quantity, unit price and amount any two give the third, exactly or as a fraction that is remembered."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import Exact, divide, quotient
from recon.engine.joins import without
from recon.engine.parts import in_parts
from recon.kinds import EXACT, PRICE

VALUE_LIMIT = pl.lit(10**15, pl.Decimal(38, 0))
QUANTITY_LIMIT = pl.lit(10**12, pl.Decimal(38, 0))
THREE = ("quantity", "unit_price", "amount")


def derived() -> pl.Expr:
    """Return which of the three numbers the other two give; null where all are given or the line needs none."""
    missing = [pl.col(c).is_null() for c in THREE]
    one = pl.sum_horizontal(m.cast(pl.Int8) for m in missing) == 1
    return (
        pl.when(one & missing[0] & (pl.col("unit_price") != 0))
        .then(pl.lit("quantity"))
        .when(one & missing[1] & (pl.col("quantity") != 0))
        .then(pl.lit("unit_price"))
        .when(one & missing[2])
        .then(pl.lit("amount"))
    )


def bills_nothing() -> pl.Expr:
    """Return where there is neither an amount nor a price, or neither a quantity nor an amount (0 is none)."""
    silent = pl.col("amount").is_null() & pl.col("unit_price").is_null()
    return silent | ((pl.col("quantity").fill_null(0) == 0) & (pl.col("amount").fill_null(0) == 0))


def underivable() -> pl.Expr:
    """Return why the third of quantity, unit price and amount cannot be had of the other two; an amount alone is enough."""
    given = pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.Int8) for c in THREE)
    zero = (pl.col("line_type") == "item") & (given == 2) & pl.col("derived").is_null()
    priced_out = pl.col("amount").abs() >= pl.col("quantity").abs() * QUANTITY_LIMIT
    counted_out = (
        pl.col("amount").abs() * pl.col("price_unit") >= pl.col("unit_price").cast(PRICE).abs() * QUANTITY_LIMIT
    )
    return (
        pl.when(bills_nothing())
        .then(None)
        .when(zero)
        .then(pl.lit("a number cannot be derived by dividing by 0"))
        .when(too_valuable())
        .then(pl.lit("quantity x unit price is 10^15 or more, past what an amount may be"))
        .when(priced_out & (pl.col("derived") == "unit_price"))
        .then(pl.lit("the unit price comes to 10^12 or more"))
        .when(counted_out & (pl.col("derived") == "quantity"))
        .then(pl.lit("the quantity comes to 10^12 or more"))
    )


def too_valuable() -> pl.Expr:
    """Return whether quantity x unit price / price unit is past what an amount may be (the product has ten places)."""
    value = (pl.col("quantity") * pl.col("unit_price").cast(PRICE)).abs()
    return value >= pl.col("price_unit") * VALUE_LIMIT


def valued(lines: pl.DataFrame) -> pl.Series:
    """Return the amount of each line: as given, else quantity x unit price / price unit; null where that is no amount."""
    if not lines["amount"].null_count():
        return lines["amount"].cast(EXACT)
    given = lines.select(
        pl.int_range(pl.len()).alias("_row"), "source", "row", *THREE, pl.col("price_unit").fill_null(1)
    )
    open_lines = given.filter(pl.col("amount").is_null() & ~too_valuable())
    products = in_parts(open_lines, "_row", _product, unbounded=True)
    both = given.join(products, on="_row", how="left", maintain_order="left")
    return both.select(pl.coalesce(pl.col("amount").cast(EXACT), "product").alias("amount")).to_series()


def _product(lines: pl.DataFrame) -> pl.DataFrame:
    product = Exact.of(lines["quantity"]) * Exact.of(lines["unit_price"])
    return lines.select("_row", quotient(product, Exact.of(lines["price_unit"])).alias("product"))


def completed(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the derived number of each line, as EXACT: what ends is exact, a quotient that does not has 10 places."""
    exact = frame.with_columns(pl.col(THREE).cast(EXACT), pl.int_range(pl.len()).alias("_row"))
    return without(in_parts(exact, "_row", _derive, unbounded=True), "_row")


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the third number; `endless` names it where its quotient does not end, so that comparisons keep the fraction."""
    derivable = frame.filter(pl.col("derived").is_not_null() & pl.col("reason").is_null())
    results = [_thirds(derivable.filter(pl.col("derived") == c), c) for c in THREE]
    thirds = pl.concat(results)
    joined = frame.join(thirds, on="_row", how="left", maintain_order="left")
    filled = (pl.when(pl.col("derived") == c).then(pl.col("third")).otherwise(pl.col(c)).alias(c) for c in THREE)
    return without(
        joined.with_columns(*filled, pl.when(~pl.col("ends")).then("derived").alias("endless")), "third", "ends"
    )


def _thirds(lines: pl.DataFrame, missing: str) -> pl.DataFrame:
    quantity, price, amount, unit = (Exact.of(lines[c]) for c in (*THREE, "price_unit"))
    fractions = {
        "quantity": (amount * unit, price),
        "unit_price": (amount * unit, quantity),
        "amount": (quantity * price, unit),
    }
    third, ends = divide(*fractions[missing])
    return lines.select("_row", third.alias("third"), ends.alias("ends"))
