"""Facts about prices: what was billed beside what was ordered, once for every item and pair of prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.looked_at import taken
from recon.engine.exact import Exact, quotient
from recon.engine.joins import where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT, PRICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.looked_at import Given, Lines

SCOPE = ("company", "supplier_id", "currency", "from_uom", "to_uom")
"""Within these one reason is looked for; units only where no conversion between them is known."""
LARGEST = 10**9
AT_ONCE = 100_000
"""Lines that are compared at once: what is only computed with is let go of before the next."""
WRITTEN = 6
"""A price with more places than these was not written down but computed: nothing is concluded of it."""
_OF_THE_INVOICE = [
    *(
        "source",
        "row",
        "order",
        "company",
        "supplier_id",
        "supplier_name",
        "currency",
        "invoice_key",
        "invoice_date",
    ),
    *("line_type", "item", "description", "uom", "quantity", "unit_price", "price_unit", "amount", "tax_rate", "codes"),
    *(
        "invoice_total",
        "ordered",
        "received",
        "price_variance",
        "order_supplier_id",
    ),
]
_OF_THE_ORDER = {
    "ordered_price": "unit_price",
    "ordered_per": "price_unit",
    "ordered_uom": "uom",
    "ordered_item": "item",
    "ordered_text": "description",
    "ordered_currency": "currency",
    "ordered_tax": "tax_rate",
    "ordered_on": "order_date",
    "order_source": "source",
    "order_row": "row",
}
_AS_GIVEN = {
    "printed": "unit_price",
    "given_per": "price_unit",
    "given_id": "supplier_id",
    "given_name": "supplier_name",
    "given_currency": "currency",
}
"""New name -> column of the invoice line as it was read."""
_COMPARED_BY = (
    *("line_type", "item", "description", "uom", "unit_price"),
    *("price_unit", "codes", "price_variance", "ordered_per", "ordered_uom", "ordered_text", "ordered_on"),
    *("order_source", "order_row", "order", "printed", "price", "of", "per", "plain"),
)
"""What is of no use when prices are compared."""


def priced_lines(done: Lines, sources: Given) -> pl.DataFrame:
    """Return the item lines with a price that are linked to an order line with one, those within their limits too.

    Added: `billed` and `ordered_price` (PRICE, both per the order's price unit), `places_billed` and `places_ordered` (as
    written in the scope), `what` (item or description), SCOPE, and of the order _OF_THE_ORDER.
    """
    return _with_places(pl.concat(_told(done, sources)))


def _told(done: Lines, sources: Given) -> Iterator[pl.DataFrame]:
    """Yield the lines with what is compared, AT_ONCE at a time."""
    own = taken(done.order_lines, where=None, **_OF_THE_ORDER)
    ordered = taken(sources.order_lines, order_source="source", order_row="row", ordered_given_per="price_unit")
    own = _beside(own, ordered, ["order_source", "order_row"])
    marks = pl.col("codes").list
    counting = ~marks.contains("duplicate_invoice") & ~marks.contains("reversed")
    priced = (pl.col("line_type") == "item") & (pl.col("unit_price") > 0) & pl.col("order").is_not_null()
    lines = taken(done.invoice_lines, *_OF_THE_INVOICE, where=priced & counting)
    lines = _beside(lines, taken(sources.invoice_lines, "source", "row", where=None, **_AS_GIVEN), ["source", "row"])
    for part in parts_of(lines, AT_ONCE):
        joined = part.hstack(own[part["order"].cast(pl.UInt32)])  # `order` is the place of each
        yield _written(_compared(where(joined, pl.col("ordered_price") > 0))).drop(_COMPARED_BY)


def _beside(lines: pl.DataFrame, given: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """Add what was given at the place of each line, where only one row stands there; nobody looks for what is given nowhere."""
    absent = [
        pl.lit(None, each.dtype).alias(each.name) for each in given.drop(place) if each.null_count() == each.len()
    ]
    some = given.drop(one.meta.output_name() for one in absent)
    if some.columns == place:
        return lines.with_columns(absent)
    places = lines.select(place)
    found = places.join(some, on=place, how="left", maintain_order="left")
    if found.height > lines.height:
        found = places.join(some.unique(place, keep="none"), on=place, how="left", maintain_order="left")
    return lines.hstack(without(found, *place)).with_columns(absent)


def parts_of(lines: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """Yield the lines some at a time; where there are none, once."""
    yield from lines.iter_slices(size) if lines.height else [lines]


def _compared(lines: pl.DataFrame) -> pl.DataFrame:
    """Add SCOPE and `billed`: the printed price per the order's price unit, or where units are converted, in its unit."""
    unknown = pl.col("codes").list.contains("uom_mismatch")
    units = [pl.when(unknown).then(pl.col(c)).alias(new) for c, new in (("uom", "from_uom"), ("ordered_uom", "to_uom"))]
    numbered = lines.with_columns(
        *units,
        what=pl.coalesce("ordered_item", "item", "ordered_text", "description", pl.lit("?")),
        price=pl.coalesce("printed", "unit_price").cast(PRICE),
        of=pl.col("ordered_per").fill_null(1).cast(PRICE),
        per=pl.coalesce("price_unit", pl.lit(1)).cast(PRICE),
    ).with_row_index("at")
    small = where(numbered, pl.max_horizontal("price", "ordered_price", "of", "per") < LARGEST)
    printed = _per_order_unit(small).drop("at")
    same_unit = unknown | (pl.col("uom") == pl.col("ordered_uom")).fill_null(value=True)
    billed = pl.when(same_unit).then("plain").otherwise(pl.col("ordered_price") + pl.col("price_variance"))
    return where(printed.with_columns(billed=billed), pl.col("billed") > 0)


def _per_order_unit(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `plain`: the printed price per the order's price unit, which most bills have too."""
    others = lines.filter(pl.col("of") != pl.col("per")).select("at", "source", "row", "price", "of", "per")
    turned = in_parts(others, "at", lambda part: part.with_columns(_turned(part).alias("turned")))
    beside = with_columns_of(lines, turned.select("at", "turned"), "at")
    return beside.with_columns(plain=pl.coalesce("turned", pl.col("price").cast(EXACT))).drop("turned")


def _turned(part: pl.DataFrame) -> pl.Series:
    return quotient(Exact.of(part["price"]) * Exact.of(part["of"]), Exact.of(part["per"]))


def _written(lines: pl.DataFrame) -> pl.DataFrame:
    told = lines.with_columns(_places(lines["billed"]).alias("_b"), _places(lines["ordered_price"]).alias("_o"))
    kept = where(told, pl.max_horizontal("_b", "_o") <= WRITTEN)
    return kept.with_columns(pl.col("billed", "ordered_price").cast(PRICE))


def _with_places(lines: pl.DataFrame) -> pl.DataFrame:
    """Add how many places the prices of a scope are written with: the most that any of them has."""
    most = [
        pl.col(old).max().over(SCOPE).alias(new) for old, new in (("_b", "places_billed"), ("_o", "places_ordered"))
    ]
    return lines.with_columns(most).drop("_b", "_o")


def _places(prices: pl.Series) -> pl.Series:
    """Return how many fractional digits a number needs: trailing zeros say nothing."""
    scale: int = prices.dtype.scale  # type: ignore[attr-defined]
    told = prices.cast(pl.String)
    zeros = told.str.len_bytes() - told.str.strip_chars_end("0").str.len_bytes()
    return (-zeros.cast(pl.Int64) + scale).fill_null(0)


def who(lines: pl.DataFrame) -> str:
    """Return the supplier of lines in words: the first name and number that they have."""
    name, number = lines.select(pl.col("supplier_name", "supplier_id").drop_nulls().first()).row(0)
    return f"{name} ({number})" if name and number else name or number or "A supplier that is not known"
