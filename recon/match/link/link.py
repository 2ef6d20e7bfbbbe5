"""Link: which order line each invoice and receipt line is about, by the rules in their order, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.link.similar import similarity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import LinkRule

    Filter = Callable[[LinkRule, pl.DataFrame], pl.DataFrame]

KEYS = {"po_number": "po_key", "supplier_id": "supplier_key"}
FOUND = {
    "line_id": pl.Int64,
    "order_key": pl.Int64,
    "score": pl.Float64,
    "link": pl.String,
    "suggested": pl.Boolean,
}
REFERENCED = "po_number"
SUPPLIER = "supplier_id"


@dataclass(frozen=True)
class Links:
    """`found`: line_id, order_id, link (rule name), score. `candidates`: line_id, order_id of lines left ambiguous."""

    found: pl.DataFrame
    candidates: pl.DataFrame


def link(
    lines: pl.DataFrame,
    orders: pl.DataFrame,
    rules: Sequence[LinkRule],
    holds: Filter,
    near: Filter,
) -> Links:
    """Link each line (`line_id` and key columns) to at most one order row (`order_id`, keys, `contradicted`).

    A rule that finds one row wins; one that finds several hands only those on. `holds` keeps the pairs that a rule's
    condition admits, `near` those whose price is within its tolerance, for rules that do not go by the order number. Rows of a key with unequal content are never won.
    """
    open_lines, narrowed, won = lines, pl.DataFrame(schema={"line_id": pl.Int64, "order_key": pl.Int64}), []
    for rule in rules:
        if not _serves(rule, open_lines.columns) or open_lines.is_empty():
            continue
        joined = _narrow(holds(rule, _joined(rule, open_lines, orders)), narrowed)
        single, several = _by_count(_chosen(rule, joined, near))
        won.append(
            single.with_columns(pl.lit(rule.name).alias("link"), pl.lit(REFERENCED not in rule.on).alias("suggested"))
        )
        narrowed = pl.concat([_without(narrowed, several), several.select("line_id", "order_key")])
        open_lines = _without(open_lines, single)
        narrowed = _without(narrowed, single)
    return _settle(won, narrowed, orders)


def _serves(rule: LinkRule, columns: Sequence[str]) -> bool:
    return all(key_of(c) in columns for c in held_equal(rule))


def held_equal(rule: LinkRule) -> tuple[str, ...]:
    """Return what must be equal: what the rule names, and the supplier where it does not go by the order number."""
    return rule.on if {REFERENCED, SUPPLIER} & {*rule.on} else (*rule.on, SUPPLIER)


def key_of(column: str) -> str:
    """Return the column, normalised, that a rule's `column` compares."""
    return KEYS.get(column, f"{column}_key")


def _without(frame: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    return frame.join(lines, on="line_id", how="anti") if lines.height else frame


def _chosen(rule: LinkRule, pairs: pl.DataFrame, near: Filter) -> pl.DataFrame:
    """Return the pairs that the rule finds, with their score."""
    if REFERENCED not in rule.on:
        return near(rule, _alike(rule, pairs))
    return _best_similar(rule, pairs) if rule.similar else pairs.with_columns(pl.lit(None, pl.Float64).alias("score"))


def _joined(rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that are equal in every column of the rule, and in company where both give it."""
    on = [key_of(c) for c in held_equal(rule)]
    beside = [c for c in ("description", "item_key") if rule.similar and c in lines.columns]
    asking = lines if REFERENCED in rule.on else lines.filter(pl.col("po_key").is_null())
    left = asking.select("line_id", *dict.fromkeys(["company_key", *on, *beside]), *_dates(lines)).drop_nulls(on)
    theirs = (pl.col(c).alias(f"{c}_order") for c in ("company_key", *beside))
    right = orders.select("order_id", "order_key", "order_date", *on, *theirs)
    pairs = _within_days(rule, left.join(right, on=on, how="inner"))
    same_company = pl.col("company_key").eq_missing(pl.col("company_key_order"))
    either_absent = pl.col("company_key").is_null() | pl.col("company_key_order").is_null()
    return pairs.filter(same_company | either_absent)


def _dates(lines: pl.DataFrame) -> list[str]:
    return ["invoice_date"] if "invoice_date" in lines.columns else []  # receipts have none


def _within_days(rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
    """Keep, of invoice lines, the pairs whose invoice and order dates are both known and within the rule's days."""
    if rule.days is None or not _dates(pairs):
        return pairs
    apart = (pl.col("invoice_date") - pl.col("order_date")).dt.total_days().abs()
    return pairs.filter(apart <= rule.days)


def _best_similar(rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the only line of the order; of several the one with the best description, equals together."""
    count = pl.col("order_key").n_unique().over("line_id")
    only = pairs.filter(count == 1).with_columns(pl.lit(None, pl.Float64).alias("score"))
    scored = _scored(rule, pairs.filter(count > 1))
    return pl.concat([only, scored.filter(pl.col("score") == pl.col("score").max().over("line_id"))])


def _scored(rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
    if "description_order" not in pairs.columns:
        return pairs.with_columns(pl.lit(None, pl.Float64).alias("score")).clear()
    least = float(rule.similar["description"])
    scored = pairs.with_columns(similarity(pairs["description"], pairs["description_order"], least).alias("score"))
    return scored.filter(pl.col("score") >= least)


def _alike(rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs with the same item or a similar description; where the rule asks for the item, with both."""
    if not rule.similar:
        return pairs.with_columns(pl.lit(None, pl.Float64).alias("score"))
    if "item" in rule.on:
        return _scored(rule, pairs)
    same_item = (pl.col("item_key") == pl.col("item_key_order")).fill_null(value=False)
    equal = pairs.filter(same_item).with_columns(pl.lit(None, pl.Float64).alias("score"))
    return pl.concat([equal, _scored(rule, pairs.filter(~same_item))])


def _narrow(pairs: pl.DataFrame, narrowed: pl.DataFrame) -> pl.DataFrame:
    """Keep, for lines that an earlier rule left several candidates, only pairs among those."""
    if narrowed.is_empty():
        return pairs
    free = pairs.join(narrowed, on="line_id", how="anti")
    return pl.concat([free, pairs.join(narrowed, on=["line_id", "order_key"], how="semi")])


def _by_count(pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs of lines with one order line, and of those with several; rows of one key count as one."""
    pairs = pairs.select("line_id", "order_key", "score")
    repeated = pairs["line_id"].is_duplicated()  # most lines have one pair
    ranked = pairs.filter(repeated).sort("score", descending=True, nulls_last=True)
    keyed = ranked.unique(["line_id", "order_key"], keep="first")
    several = keyed["line_id"].is_duplicated()
    return pl.concat([pairs.filter(~repeated), keyed.filter(~several)]), keyed.filter(several)


def _settle(won: list[pl.DataFrame], narrowed: pl.DataFrame, orders: pl.DataFrame) -> Links:
    """Take back what was won by a key that stands more than once with unequal content; name all its rows instead."""
    found = pl.concat([pl.DataFrame(schema=FOUND), *won])
    contradicted = orders.filter("contradicted").select("order_key").unique()
    lost = found.join(contradicted, on="order_key", how="semi").select("line_id", "order_key")
    candidates = pl.concat([narrowed, lost]).join(orders.select("order_key", "order_id"), on="order_key")
    kept = found.join(contradicted, on="order_key", how="anti").rename({"order_key": "order_id"})
    return Links(kept, candidates.select("line_id", "order_id"))
