"""Allocate: how much of each order line every invoice line uses up, in the order's unit, and which receipts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from recon.engine.exact import EXACT_SCALE, LARGEST, Exact, TooWideError, largest
from recon.engine.joins import constant, only, where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.match.allocate.rounded import fine_unit, in_fine_units
from recon.match.allocate.running import WHOLE, excess, excesses, running_sum, running_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMITS = ("received", "accepted", "ordered")
WIDEST = 10**24
"""A unit that leaves thirteen digits for what is counted in it."""
USES = {"line_id": pl.Int64, "receipt_id": pl.Int64, "order_id": pl.Int64, "used": WHOLE, "kept": WHOLE, "unit": WHOLE}


@dataclass(frozen=True)
class Allocation:
    """All numbers are whole multiples of 1/`unit` (a column beside them), in the order's unit of measure or currency.

    `lines`: line_id, order_id, billed, before, `running` (without reversed lines, and what credits in doubt give back),
    per limit (received, accepted, ordered) the limit itself, the `excess` that is held against a tolerance and this
    line's own part of it, `over`, and likewise `excess_credit`, `over_credit`: what is credited below nothing, or below
    what is ordered below nothing.
    `orders`: order_id, received, accepted, rejected, ordered, invoiced.
    `uses`: which receipts each line uses, first in, first out, and what each receipt comes to less returns (`kept`).
    """

    lines: pl.DataFrame
    orders: pl.DataFrame
    uses: pl.DataFrame


def allocate(orders: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame) -> Allocation:
    """Allocate lines to orders in the order of `line_id`, and receipts in the order of `receipt_id`.

    orders: order_id, ordered, ordered_limit (Decimal, times the whole number `den`),
    source, row. lines: line_id, order_id, num, den (quantity as a fraction, Int128 over Int128 and Decimal), `reversed`
    and `in_doubt`. receipts: receipt_id, order_id, num, den, accepted, rejected (of what came, not of returns).
    """
    lines, receipts = lines.sort("order_id", "line_id"), receipts.sort("order_id", "receipt_id")
    parts = in_parts(orders, "order_id", lambda part: _order_totals(part, lines, receipts))
    billed = _billed(parts, lines)
    received = received_in_units(parts, receipts)
    return Allocation(
        lines=_running(billed, parts),
        orders=with_columns_of(parts, _sum(billed, "billed", "invoiced"), "order_id").with_columns(
            pl.col("invoiced").fill_null(0)
        ),
        uses=_first_in_first_out(billed, received),
    )


def _order_totals(orders: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return per order its unit (the finest its numbers need) and its limits in it."""
    mine = orders[["order_id"]]
    lines, receipts = (part.join(mine, on="order_id", how="semi") for part in (lines, receipts))
    united = _units(orders, lines, receipts)
    unit = Exact.of(united["unit"])
    whole = {c: _whole(Exact.of(united[c]) * unit, united["den"]) for c in ("ordered", "ordered_limit")}
    in_units = without(united, "den", *whole).hstack([column.alias(c) for c, column in whole.items()])
    got = received_in_units(in_units, receipts)
    returned = pl.lit(0, WHOLE) - pl.min_horizontal(pl.lit(0, WHOLE), "billed")
    sums = got.group_by("order_id").agg(
        pl.col("billed").sum().alias("received"),
        pl.col("took").sum().alias("accepted"),
        pl.col("refused").sum().alias("rejected"),
        returned.sum().alias("returned"),
    )
    came = pl.col("received", "accepted", "rejected", "returned").fill_null(0)
    beyond_rejected = pl.max_horizontal(pl.lit(0, WHOLE), pl.col("returned") - pl.col("rejected"))
    totals = with_columns_of(in_units, sums, "order_id").with_columns(came)
    return _bounded(totals.with_columns(pl.col("accepted") - beyond_rejected), lines.height)


def _whole(product: Exact, den: pl.Series) -> pl.Series:
    """Return a product that a unit has made whole, over its denominator, as integers."""
    if _one_value(den) == 1:
        return product.whole()
    return product.ints // pl.Series([10**product.scale], dtype=WHOLE) // den


def _units(orders: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Add `unit`: a power of ten that serves most orders; for the others what also their odd denominators divide."""
    scale = max(Exact.of(orders[c]).scale for c in ("ordered", "ordered_limit"))
    own = where(orders, orders["den"] != 1).select("order_id", pl.col("den") * pl.lit(10**scale, WHOLE))
    dens = pl.concat([own, *(only(part, ["order_id", "den"]) for part in (lines, receipts))])
    several = dens["den"].unique().to_list()
    base = math.lcm(10**scale, *(den for den in several if 10**EXACT_SCALE % den == 0))
    if all(base % den == 0 for den in several):
        one = constant(base, orders.height, WHOLE).alias("unit")
        return orders.hstack([one, constant(False, orders.height, pl.Boolean).alias("rounded")])
    odd = dens.filter(pl.lit(base, WHOLE) % pl.col("den") != 0).unique()
    grouped = odd.group_by("order_id", maintain_order=True).agg("den")
    common = [math.lcm(base, *dens) for dens in grouped["den"].to_list()]
    wide = grouped.filter(pl.Series([one >= WIDEST for one in common], dtype=pl.Boolean))["order_id"]
    least = _least_units(orders.filter(pl.col("order_id").is_in(wide.implode())), (lines, receipts))
    found = zip(grouped["order_id"].to_list(), common, strict=True)
    multiples = [one if one < WIDEST else least[order] for order, one in found]
    units = grouped.select(
        "order_id",
        pl.Series("unit", [one if one < WIDEST else fine_unit(base) for one in multiples], dtype=WHOLE),
        pl.Series("rounded", [one >= WIDEST for one in multiples]),
    )
    return with_columns_of(orders, units, "order_id").with_columns(
        pl.col("unit").fill_null(pl.lit(base, WHOLE)), pl.col("rounded").fill_null(value=False)
    )


def _least_units(orders: pl.DataFrame, parts: Sequence[pl.DataFrame]) -> dict[int, int]:
    """Return the unit that each of some orders needs on its own, whatever others beside it are counted in."""
    if orders.is_empty():
        return {}
    rows = orders.select("order_id", "ordered", "ordered_limit", "den").iter_rows()
    least = {order: den * math.lcm(*(one.as_integer_ratio()[1] for one in limits)) for order, *limits, den in rows}
    for part in parts:
        theirs = part[["order_id", "den"]].filter(pl.col("order_id").is_in(orders["order_id"].implode()))
        for order, den in theirs.iter_rows():
            least[order] = math.lcm(least[order], den)
    return least


def _bounded(totals: pl.DataFrame, height: int) -> pl.DataFrame:
    """Refuse totals whose running sums could pass 37 digits."""
    size = max(largest(totals[c]) for c in ("received", "ordered", "ordered_limit"))
    if size * max(1, height) >= LARGEST:
        raise TooWideError
    return totals


def _in_unit(parts: pl.DataFrame, numbers: str, *, up: bool) -> pl.Series:
    """Return num / den x unit, which the unit makes whole, or of order lines that have no unit their rounded sum does."""
    rounded = parts["rounded"]
    if not rounded.any():
        unit, den = (_one_value(parts[c]) for c in ("unit", "den"))
        factor = unit // den if unit and den else Exact.of(parts["unit"] // parts["den"])
        return (Exact.of(parts[numbers]) * factor).ints
    plain = _in_unit(parts.filter(~rounded), numbers, up=up)
    fine = in_fine_units(parts.filter(rounded), numbers, up=up)
    return (
        pl.zeros(parts.height, WHOLE, eager=True)
        .scatter((~rounded).arg_true(), plain)
        .scatter(rounded.arg_true(), fine)
    )


def _one_value(column: pl.Series) -> int | None:
    """Return the one value of a column of whole numbers, if it has one alone."""
    least = cast("int | None", column.min())
    return least if least == column.max() and not column.null_count() else None


def _billed(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    return in_parts(
        _of_orders(lines, orders),
        "order_id",
        lambda part: part.with_columns(_in_unit(part, "num", up=True).alias("billed")),
        unbounded=True,
    )


def received_in_units(orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Add to receipts, sorted by order, what they come to in the `unit` of `orders`: `billed`, `took` and `refused`."""
    return in_parts(
        _of_orders(receipts, orders),
        "order_id",
        lambda part: part.with_columns(
            _in_unit(part, "num", up=False).alias("billed"),
            _in_unit(part, "accepted", up=False).alias("took"),
            _in_unit(part, "rejected", up=False).alias("refused"),
        ),
        unbounded=True,
    )


def _of_orders(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the lines (sorted by order_id) of these orders, with the unit of each and its place."""
    placed = orders[["order_id", "unit", "rounded", "source", "row"]]
    return lines.join(placed, on="order_id", maintain_order="left")


def _sum(frame: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return frame.group_by("order_id").agg(pl.col(column).sum().alias(name))


# -- the running excess ------------------------------------------------------------------------------------------


def _running(billed: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add what was billed before, and each limit's excess and this line's part of it."""
    zero = pl.lit(0, WHOLE)
    capped = orders.select(
        "order_id",
        pl.max_horizontal(zero, "received").alias("limit_received"),
        pl.max_horizontal(zero, pl.min_horizontal("received", "accepted")).alias("limit_accepted"),
        pl.max_horizontal(zero, "ordered_limit").alias("limit_ordered"),
        (zero - pl.min_horizontal(zero, "ordered")).alias("limit_credit"),
    )
    standing = pl.when("reversed").then(zero).otherwise("billed")
    given = pl.when("in_doubt").then(pl.max_horizontal(zero, standing)).otherwise(standing)
    told = billed.with_columns(given.alias("given"), (zero - standing).alias("taken"))
    sums = running_sums(told, "billed", "given", "taken").rename(
        {"billed": "cum", "given": "running", "taken": "credited"}
    )
    lines = with_columns_of(told, capped, "order_id").hstack(sums)
    lines = lines.with_columns((pl.col("cum") - pl.col("billed")).alias("before"))
    held = {limit: ("running", f"limit_{limit}") for limit in LIMITS} | {"credit": ("credited", "limit_credit")}
    return without(lines.hstack(excesses(lines, held)), "given", "taken", "credited", "reversed", "in_doubt", "rounded")


# -- first in, first out -----------------------------------------------------------------------------------------


def _first_in_first_out(billed: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """Return which receipts each line uses: where the stretches of net billed and net received overlap."""
    wanted = _stretches(billed, "line_id")
    given = without(_stretches(received, "receipt_id"), "unit")
    pairs = wanted.join(given, on="order_id", suffix="_given")
    start = pl.max_horizontal("start", "start_given")
    used = pl.min_horizontal("end", "end_given") - start
    kept = pl.col("end_given") - pl.col("start_given")
    return (
        pairs.with_columns(used.alias("used"), kept.alias("kept"))
        .filter(pl.col("used") > 0)
        .sort("line_id", "receipt_id")[[*USES]]
    )


def _stretches(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return each line's net stretch from `start` to `end`: what is left of it when later returns have taken theirs."""
    if not (lines["billed"] < 0).any():
        end = running_sum(lines, "billed").alias("end")
        return lines.select("order_id", name, "unit", (end - lines["billed"]).alias("start"), end)
    summed = lines.select(
        "order_id",
        name,
        "unit",
        running_sum(lines, "billed").alias("cum"),
        pl.lit(0, WHOLE).alias("zero"),
    )
    net = excess(summed, "zero").filter(pl.col("over") > 0)
    return net.with_columns(running_sum(net, "over").alias("end")).select(
        "order_id", name, "unit", (pl.col("end") - pl.col("over")).alias("start"), "end"
    )
