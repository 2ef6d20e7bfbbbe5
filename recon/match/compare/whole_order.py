"""Bills by header: an amount alone that cites an order, held against all that is ordered and received of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_RECEIPT
from recon.engine.joins import where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.match.compare.findings import all_found, no_findings
from recon.match.compare.order_level import ZERO, held, running, untolerated
from recon.match.compare.quantities import quantity_findings
from recon.match.heads import BILLS, CHARGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

LIMITS = {"amount_over_ordered": "value", "amount_over_received": "came"}


def whole_order_findings(
    lines: pl.DataFrame, orders: pl.DataFrame, past: pl.DataFrame, tolerances: Sequence[Tolerance]
) -> pl.DataFrame:
    """Return `amount_over_ordered`, `amount_over_received` and `credit_exceeds_invoiced` of orders with a bill `by_header`.

    What such a bill asks is added to all that is billed of the order, line by line, as charges and to put prices right, in
    the order of allocation; ordered and received are at order prices. Who raises the final excess carries the code, but where its
    own order line, by the lines `past` a limit, gives it already. A credit `in_doubt` gives nothing back, but may be too large;
    lines that take each other back (`reversed`) leave the sum altogether.
    """
    headers = where(lines, lines["by_header"] & lines["takes_part"])
    if headers.is_empty():
        return no_findings()
    worth = _worth(orders).join(headers[["head"]].unique(), on="head", how="semi")
    charge = pl.col("line_type").is_in(CHARGES) & ~pl.col("supplier_mismatch")
    gives = ~(pl.col("in_doubt") & (pl.col("line_type") == "item"))
    billed = lines.filter((BILLS | charge) & pl.col("amount").is_not_null() & ~pl.col("reversed")).select(
        "line_id",
        "head",
        "line_type",
        "by_header",
        "amount",
        "amount_parts",
        "parts",
        "currency",
        "source",
        "row",
        key="head",
        step="line_id",
        gives=gives,
    )
    every = billed.join(worth, on="head").filter(pl.col("currency") == pl.col("order_money"))
    mine = every.filter("gives")
    results = [_held(mine.drop_nulls(limit), lines, code, limit, tolerances) for code, limit in LIMITS.items()]
    found = quantity_findings(past, tolerances).filter("beyond")
    over = pl.concat(results).join(found, on=["id", "code"], how="anti")
    return all_found([over, *([] if every.is_empty() else [in_parts(every, "key", _credits_too_large)])])


def _credits_too_large(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `credit_exceeds_invoiced` for credits by header that take what is billed of the order below nothing.

    An order of less than nothing may be credited down to what it comes to.
    """
    turned = lines.with_columns(-pl.col("amount_parts"), (-pl.col("value")).alias("floor"))
    over = running(turned, "floor").filter((pl.col("over") > 0) & (pl.col("line_type") == "item") & pl.col("by_header"))
    most = pl.max_horizontal(ZERO, "most")
    below = over.with_columns(
        (ZERO - most).alias("most"), (ZERO - pl.col("cum")).alias("cum"), (ZERO - pl.col("least")).alias("least")
    )
    return untolerated(below, "credit_exceeds_invoiced", "amount")


def _worth(orders: pl.DataFrame) -> pl.DataFrame:
    """Return per order its value, what came of it at order prices (null where no line goes by receipts) and its currency.

    Of what nobody books in (two-way lines, charges that the order plans) what is ordered has come.
    """
    counted = orders.filter("counts")
    by_receipt = pl.col("policy").is_in(BY_RECEIPT)
    came = pl.when(by_receipt & pl.col("plan").is_null()).then("received_value_parts").otherwise("value_parts")
    valued = counted.with_columns(came.alias("came"))
    sums = group_sums(valued, ["head"], "value_parts", "came").rename({"value_parts": "value"})
    told = counted.group_by("head").agg(
        by_receipt.any().alias("_received"),
        (pl.col("policy") != "none").any().alias("_held"),
        pl.col("currency").first().alias("order_money"),
    )
    known = with_columns_of(sums, told, "head").filter("_held")
    return without(known.with_columns(pl.when("_received").then("came").alias("came")), "_received", "_held")


def _held(
    lines: pl.DataFrame, about: pl.DataFrame, code: str, limit: str, tolerances: Sequence[Tolerance]
) -> pl.DataFrame:
    if lines.is_empty():
        return no_findings()
    return in_parts(lines, "key", lambda part: _beyond(part, about, code, limit, tolerances))


def _beyond(
    lines: pl.DataFrame, about: pl.DataFrame, code: str, limit: str, tolerances: Sequence[Tolerance]
) -> pl.DataFrame:
    over = running(lines, limit).filter((pl.col("over") > 0) & (pl.col("line_type") == "item"))
    return held(over.with_columns(pl.max_horizontal(ZERO, "most").alias("most")), about, code, "amount", tolerances, "over")  # fmt: skip
