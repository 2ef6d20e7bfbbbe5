"""Price differences: lines that move money, not quantity, and the earlier line whose price each puts right."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import among, surely, where, without
from recon.kinds import EXACT
from recon.match.corrections.earlier import CITATION, NEGATIVE, cites, measured, rank

FOUND = {"line_id": pl.Int64, "corrects": pl.Int64, "moves_no_quantity": pl.Boolean}
DECLARED = pl.col("line_type") == "price_difference"
_IS_ITEM = pl.col("line_type") == "item"
_HAIR = pl.col("price_sign").cast(EXACT) * pl.lit("0.000000000000000001").cast(EXACT)
_VARIED = pl.when((pl.col("price_variance_amount") == 0) & pl.col("price_varies")).then(_HAIR).otherwise("price_variance_amount")  # fmt: skip
"""What a line varies by; a variance that is nothing to ten places still has its side."""


def price_differences(lines: pl.DataFrame, planned: pl.Series) -> pl.DataFrame:
    """Return FOUND of the lines that move money: declared, recognised, and discounts of another document.

    `lines` stand, with `takes_part`, `reversed`, `nets`, `head` and prices. `planned`: heads of orders that plan a discount.
    A line corrects the latest earlier line of its order line whose variance it takes from, else the latest; what is only
    recognised corrects one that is not corrected yet and varies by exactly what it bills.
    """
    moving = DECLARED | (pl.col("line_type") == "discount") | (pl.col("price_variance_amount") != 0)
    moves = surely(lines.select(moving).to_series())
    varied = lines["order_id"].filter(moves)
    if varied.null_count() == varied.len():  # most order lines have none whose price could be put right
        return pl.DataFrame(schema=FOUND)
    known = _known(where(lines, among("order_id", varied) & ~pl.col("order_by_amount")), planned)
    asking = _asking(known)
    state = known.join(asking[["order_id"]].unique(), on="order_id", how="semi")
    found = [pl.DataFrame(schema=FOUND)]
    for turn in range(int(asking["turn"].max() or 0)):  # type: ignore[arg-type]
        told = _told(asking.filter(pl.col("turn") == turn + 1), state)
        state = _moved(state, told)
        found.append(told[[*FOUND]])
    return pl.concat(found).filter("moves_no_quantity")


def _known(lines: pl.DataFrame, planned: pl.Series) -> pl.DataFrame:
    """Return what is to be known of each line: who may be corrected, by how much it varies, and what it comes to."""
    own = lines.filter(_IS_ITEM)[["invoice_id", "order_id"]].unique()
    discounts = lines.filter(
        (pl.col("line_type") == "discount") & pl.col("nets").is_null(), ~among("head", planned)
    ).join(own, on=["invoice_id", "order_id"], how="anti")
    counted = _IS_ITEM & pl.col("takes_part") & ~pl.col("reversed")
    return lines.select(
        "line_id",
        "order_id",
        "supplier_group",
        "currency",
        *CITATION,
        (pl.col("amount").cast(EXACT) + pl.col("discounts").cast(EXACT).fill_null(0)).alias("given"),
        pl.col("price_line_value").alias("value"),
        (counted & ~NEGATIVE).alias("correctable"),
        (counted & pl.col("price_variance_amount").is_not_null()).alias("priced"),
        (DECLARED & ~pl.col("reversed")).alias("declared"),
        among("line_id", discounts["line_id"]).alias("discount"),
        (NEGATIVE & pl.col("in_doubt")).alias("doubtful"),
        pl.when(_IS_ITEM & pl.col("takes_part")).then(_VARIED).fill_null(0).cast(EXACT).alias("left"),
        pl.lit(value=False).alias("corrected"),
    ).with_columns(measured(lines), rank(lines).alias("rank"))


def _asking(known: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that may move money, each with its `turn` among those of its order line."""
    fitting = _fitting(known.filter("priced"), known.filter("correctable"))[["line_id"]].unique()
    recognised = among("line_id", fitting["line_id"])
    asking = known.filter(pl.col("declared") | pl.col("discount") | recognised).sort("order_id", "rank")
    return asking.with_columns(pl.int_range(1, pl.len() + 1).over("order_id").alias("turn"))


def _fitting(lines: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of lines that bill or credit exactly what an earlier line of the quantity varies by, to its end."""
    on = ["order_id", "supplier_group", "measured", "currency", "value"]
    theirs = earlier.filter(pl.col("left") != 0).with_columns((-pl.col("left")).alias("value"))
    met = lines.join(theirs.select(*on, *_of_earlier()), on=on, nulls_equal=True)
    return met.filter(_earlier(), ~pl.col("doubtful"))


def _of_earlier() -> list[pl.Expr]:
    names = {
        "line_id": "corrects",
        "rank": "then",
        "left": "then_left",
        "number": "then_number",
        "document": "then_document",
        "corrected": "then_corrected",
    }
    return [pl.col(c).alias(name) for c, name in names.items()]


def _earlier() -> pl.Expr:
    return (pl.col("then") < pl.col("rank")) & cites("then_number", "then_document")


def _told(asking: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    """Return FOUND, `order_id` and `amount` of one line an order line at most."""
    standing = state.filter("correctable")
    said = asking.filter(pl.col("declared") | pl.col("discount"))
    by = ["order_id", "supplier_group", "currency"]
    earlier = standing.select(*by, *_of_earlier())
    met = said.filter(~pl.col("doubtful")).join(earlier, on=by, nulls_equal=True).filter(_earlier())
    helps = pl.col("then_left").sign() * pl.col("given").sign() < 0
    told = met.with_columns(helps.alias("helps")).sort("helps", "then")
    recognised = asking.join(said, on="line_id", how="anti")
    fits = _fitting(recognised, standing).filter(~pl.col("then_corrected")).sort("then")
    latest = pl.concat([each.group_by("line_id").agg(pl.col("corrects").last()) for each in (told, fits)])
    both = asking.join(latest, on="line_id", how="left")
    return both.with_columns((pl.col("corrects").is_not_null() | pl.col("declared")).alias("moves_no_quantity"))


def _moved(state: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return the state after these corrections: what is left of each variance, and who can be corrected no more."""
    moved = told.filter("moves_no_quantity").select("line_id", pl.lit(value=True).alias("moves"))
    given = told.drop_nulls("corrects").select(line_id="corrects", received="given")
    after = state.join(moved, on="line_id", how="left").join(given, on="line_id", how="left")
    moves = pl.col("moves").fill_null(value=False)
    return without(
        after.with_columns(
            (pl.col("left") + pl.col("received").fill_null(0)).cast(EXACT).alias("left"),
            (pl.col("corrected") | pl.col("received").is_not_null()).alias("corrected"),
            (pl.col("correctable") & ~moves).alias("correctable"),
        ),
        "moves",
        "received",
    )
