"""Promised: the price that an order line promises where it also gives an amount that is not quantity x price."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import only, where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.limits import minor_units

LEAST_PLACES = 2
"""A price is printed to at least so many places, whatever zeros an export leaves out."""
GIVEN = (
    "order_id", "quantity", "unit_price", "printed_price", "price_unit", "amount", "price_num", "amount_num", "price_den",
    "currency", "source", "row",
)  # fmt: skip


def with_promises(orders: pl.DataFrame) -> pl.DataFrame:
    """Add `contradicts_itself` and `stated_value` (quantity x price) to order lines that count, and the price expected then.

    That is the lower of unit price and amount over quantity, the latter as the fraction `price_num` / `price_den` per price
    unit. Half a place of the printed price over the quantity, or a minor unit, is rounding.
    """
    asked = pl.col("counts") & ~pl.col("by_amount") & pl.col("amount").is_not_null()
    found = in_parts(
        where(only(orders, [*GIVEN]), orders.select(asked).to_series()), "order_id", _judged, unbounded=True
    )
    told = with_columns_of(orders, found, "order_id")
    fraction = [pl.coalesce(f"{c}_low", c).alias(c) for c in ("unit_price", "price_num", "price_den")]
    return without(
        told.with_columns(*fraction, pl.col("contradicts_itself").fill_null(value=False)),
        "unit_price_low",
        "price_num_low",
        "price_den_low",
    )


def _judged(lines: pl.DataFrame) -> pl.DataFrame:
    """Return of each line whether its amount is too far from quantity x price, and the lower price where that is the amount's."""
    quantity, unit = (Exact.of(lines[c]) for c in ("quantity", "price_unit"))
    price, amount = (
        Exact.either(lines[c], lines[d]) for c, d in (("price_num", "unit_price"), ("amount_num", "amount"))
    )
    den = Exact.of(lines["price_den"]).fill(1)
    value, asked = quantity * price, amount * unit
    gap = asked - value
    beyond = _beyond_rounding(lines, abs(gap), abs(quantity), unit, den)
    lower = beyond & (gap.sign() * quantity.sign() < 0)
    side = quantity.signs()
    num, per = asked * side, abs(quantity) * den
    return lines.select(
        "order_id",
        beyond.alias("contradicts_itself"),
        quotient(value, unit * den).alias("stated_value"),
        *(
            column.zip_with(lower, pl.repeat(None, lines.height, dtype=EXACT, eager=True)).alias(name)
            for name, column in (
                ("unit_price_low", quotient(num, per)),
                ("price_num_low", num.decimal()),
                ("price_den_low", per.decimal()),
            )
        ),
    )


def _beyond_rounding(lines: pl.DataFrame, gap: Exact, quantity: Exact, unit: Exact, den: Exact) -> pl.Series:
    """Return where a gap, `den` times as large, is beyond a minor unit and half a place of the printed price."""
    minor = Exact.of(minor_units(lines["currency"]))
    decimals = pl.col("printed_price").cast(pl.String).str.strip_chars_end("0").str.extract(r"\.([0-9]+)$")
    places = decimals.str.len_bytes().fill_null(0).clip(LEAST_PLACES)
    power = Exact.of(lines.select(pl.lit(10, pl.Int128).pow(places).cast(pl.Int128)).to_series())
    return (gap > minor * unit * den) & (gap * power * 2 > quantity * den)
