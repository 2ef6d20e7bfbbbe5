"""Charge findings: freight, other charges and discounts against what the order planned of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact
from recon.engine.joins import where, with_columns_of
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.compare.order_level import ZERO, held, running
from recon.match.heads import BILLS, CHARGES, STANDING_BILLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

PLANNED_BY = ["head", "line_type"]
HELD = ("line_id", "key", "step", "line_type", "amount", "amount_parts", "parts", "planned", "source", "row")


def charge_findings(lines: pl.DataFrame, orders: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return `unplanned_charge` and `charge_variance`; what an order planned is used up over invoices.

    `lines` are all invoice lines that are not set aside, with their `head`, `nets` and whether they take part; `orders`
    have their figures. A charge in another currency than the one planned is `currency_mismatch`, if its own order line
    has not said so; one of a supplier who is not the order's uses up nothing.
    """
    entries = _with_plan(_entries(lines), _planned(orders))
    if entries.is_empty():
        return _not_granted(lines, orders, entries, tolerances)
    foreign = (pl.col("currency") != pl.col("planned_currency")).fill_null(value=False)
    free = entries.filter(pl.col("planned").is_null())
    fitting = entries.filter(~foreign & ~pl.col("supplier_mismatch") & pl.col("planned").is_not_null())
    by_charge = (~pl.col("is_item")).any().over("key")
    charged = fitting.filter((pl.col("line_type") != "discount") & by_charge)  # an item line alone is compared as one
    return all_found(
        [
            _mismatched(entries.filter(foreign & ~pl.col("currency_mismatch") & ~pl.col("is_item"))),
            _unplanned(free, lines, tolerances),
            _against_plan(charged, lines, tolerances),
            _not_granted(lines, orders, fitting.filter(pl.col("line_type") == "discount"), tolerances),
        ]
    )


def _planned(orders: pl.DataFrame) -> pl.DataFrame:
    """Return per order and charge type the sum, in its parts, of its order lines that plan it, in the currency of the first."""
    if orders.get_column("plan").null_count() == orders.height:
        return pl.DataFrame(
            schema={"head": pl.Int64, "line_type": pl.String, "planned_currency": pl.String, "planned": EXACT}
        )
    planned = orders.filter(pl.col("plan").is_not_null()).with_columns(line_type="plan")
    first = pl.col("currency").first().over(PLANNED_BY)
    in_one = planned.with_columns(first.alias("planned_currency")).filter(pl.col("currency") == first)
    return group_sums(in_one, [*PLANNED_BY, "planned_currency"], "value_parts").rename({"value_parts": "planned"})


def _entries(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what is held against plans: charge lines, and item lines that bill an order line which plans a charge."""
    is_charge = pl.col("line_type").is_in(CHARGES)
    charge = is_charge & pl.col("nets").is_null() & ~pl.col("moves_no_quantity")
    billing = pl.col("line_type").is_in(("item", "price_difference")) & pl.col("order_plan").is_not_null()
    item = billing & BILLS
    taken = where(lines, pl.col("amount").is_not_null() & (charge | item))
    kind = pl.when(is_charge).then("line_type").otherwise("order_plan")
    return taken.select(
        "line_id", "invoice_id", "head", "amount", "amount_parts", "parts", "currency", "currency_mismatch", "supplier_mismatch", "source", "row",
        (~is_charge).alias("is_item"), kind.alias("line_type"),
    )  # fmt: skip


def _with_plan(entries: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """Add what the order planned, and a `key`: one for each plan, without one for each document and type."""
    if entries.is_empty():
        absent: dict[str, pl.DataType | type[pl.DataType]] = {
            "planned_currency": pl.String,
            "planned": EXACT,
            "key": pl.Int64,
            "step": pl.Int64,
        }
        return entries.hstack(pl.DataFrame(schema=absent))
    joined = entries.join(planned, on=PLANNED_BY, how="left", maintain_order="left")
    apart = pl.when(pl.col("planned").is_null()).then("invoice_id")
    key = pl.struct(*PLANNED_BY, apart.alias("document")).rank("dense").cast(pl.Int64)
    return joined.with_columns(key.alias("key"), pl.col("invoice_id").alias("step"))


def _mismatched(lines: pl.DataFrame) -> pl.DataFrame:
    detail = pl.format("{} on the invoice, {} on the order", "currency", "planned_currency")
    return findings(lines, "invoice", "line_id", "currency_mismatch", amount_at_risk=pl.col("amount"), detail=detail)


def _unplanned(lines: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold what a document asks of one type, all its lines added, against nothing; each line is at risk with what it asks itself."""
    asked = lines.filter(pl.col("amount") != 0).with_columns(pl.lit(0, EXACT).alias("planned"))
    if asked.is_empty():
        return no_findings()
    return in_parts(asked, "key", lambda part: _asked(part, about, tolerances))


def _asked(lines: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """A discount that nobody planned is a gift: alone, or where what takes it back is less."""
    gift = (pl.col("line_type") == "discount") & ((pl.col("amount") < 0) | (pl.col("cum") < 0))
    summed = running(lines.select(HELD), "planned").filter(~gift)
    below = pl.col("cum") < 0
    sized = summed.with_columns(pl.col("cum").abs().alias("least"), pl.col("billed").alias("over"))
    more = held(sized.filter(~below), about, "unplanned_charge", "charge", tolerances, "over")
    less = sized.filter(below).with_columns((ZERO - pl.col("over")).alias("over"))
    return all_found([more, held(less, about, "unplanned_charge", "charge", tolerances, "under")])


def _against_plan(lines: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold what is billed of a plan, all documents together, against it: too much where it arises, too little at the end."""
    if lines.is_empty():
        return no_findings()
    return in_parts(lines, "key", lambda part: _used_up(part, about, tolerances))


def _used_up(lines: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    summed = running(lines[[*HELD, "is_item"]], "planned")
    over = held(summed.filter(pl.col("over") > 0), about, "charge_variance", "charge", tolerances, "over")
    told = summed.with_columns((pl.col("most") - pl.col("billed").sum().over("key")).alias("missing"))
    charges = told.filter(~pl.col("is_item") & (pl.col("missing") > 0))
    short = charges.filter(pl.col("line_id") == pl.col("line_id").max().over("key"))
    gap = pl.col("missing")
    under = short.with_columns(gap.alias("least"), gap.alias("over"), (pl.col("most") - gap).alias("cum"))
    return all_found([over, held(under, about, "charge_variance", "charge", tolerances, "under")])


# -- discounts that the order planned ----------------------------------------------------------------------------


def _not_granted(
    lines: pl.DataFrame, orders: pl.DataFrame, granted: pl.DataFrame, tolerances: Sequence[Tolerance]
) -> pl.DataFrame:
    """Hold the discounts that are granted against those planned.

    One that is not granted is too much once the rest of the order is billed in full, or closed: on the last discount
    line, else on the last line that bills the order. More than was planned is less to pay.
    """
    plans_ = _planned(orders).filter(pl.col("line_type") == "discount")
    if plans_.is_empty():
        return no_findings()
    due = plans_.join(_last_lines(lines, orders, granted), on="head")
    sums = group_sums(granted, ["head"], "amount_parts").rename({"amount_parts": "granted"})
    joined = with_columns_of(due, sums, "head").with_columns(pl.col("granted").fill_null(0))
    gap = pl.col("granted") - pl.col("planned")
    told = joined.with_columns(gap.abs().alias("gap"), gap.sign().alias("side")).filter(gap != 0)
    over = told.filter((pl.col("side") > 0) & pl.col("complete")).with_columns(line_id=pl.coalesce("discount", "bill"))
    under = told.filter(pl.col("side") < 0).with_columns(line_id=pl.col("discount"))
    return all_found([_gap(over, lines, tolerances, "over"), _gap(under, lines, tolerances, "under")])


def _gap(told: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance], side: str) -> pl.DataFrame:
    """Hold one difference a plan against the limits of the line it is told on."""
    known = told.drop_nulls("line_id")
    if known.is_empty():
        return no_findings()
    placed = with_columns_of(known, about[["line_id", "parts", "source", "row"]], "line_id").sort("line_id")
    numbered = placed.with_columns(pl.int_range(pl.len()).alias("key"))
    return in_parts(numbered, "key", lambda part: _told(part, about, tolerances, side))


def _told(part: pl.DataFrame, about: pl.DataFrame, tolerances: Sequence[Tolerance], side: str) -> pl.DataFrame:
    planned, granted = Exact.of(part["planned"]).aligned(Exact.of(part["granted"]))
    gap = abs(granted - planned)
    whole = part.select(
        "line_id",
        most=planned.ints,
        cum=granted.ints,
        least=gap.ints,
        over=gap.ints,
        unit=pl.lit(10**planned.scale, pl.Int128) * pl.col("parts"),
    )
    return held(whole, about, "charge_variance", "charge", tolerances, side)


def _last_lines(lines: pl.DataFrame, orders: pl.DataFrame, granted: pl.DataFrame) -> pl.DataFrame:
    """Return head, the last `discount` line, the last `bill` of the rest of the order, and whether that is `complete`."""
    rest = goods(orders)
    open_ = (pl.col("invoiced_net") < pl.col("ordered")) & ~pl.col("closed").fill_null(value=False)
    state = rest.group_by("head").agg((~open_.any()).alias("complete"))
    bills = lines.filter((pl.col("line_type") == "item") & STANDING_BILLS).join(
        rest[["order_id"]], on="order_id", how="semi"
    )
    last_bill = bills.group_by("head").agg(pl.col("line_id").max().alias("bill"))
    last_discount = granted.filter(~pl.col("is_item")).group_by("head").agg(pl.col("line_id").max().alias("discount"))
    both = last_bill.join(last_discount, on="head", how="full", coalesce=True).join(state, on="head", how="left")
    return both.with_columns(
        (pl.col("complete").fill_null(value=False) & pl.col("bill").is_not_null()).alias("complete")
    )


def goods(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines that count and plan no charge, with their `head`."""
    return orders.filter(pl.col("counts") & pl.col("plan").is_null())
