"""Link: which order line each invoice and receipt line is about, by the rules in their order, never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, cast

import polars as pl

from recon.match.link.similar import similarity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.rules.rule import LinkRule

    Filter = Callable[[LinkRule, pl.DataFrame], pl.DataFrame]

KEYS = {"po_number": "po_key", "supplier_id": "supplier_key"}
FOUND = {
    "line_id": pl.Int64,
    "order_key": pl.Int64,
    "score": pl.Float64,
    "link": pl.String,
    "suggested": pl.Boolean,
    "alone": pl.Boolean,
    "looked": pl.Boolean,
}
REFERENCED = "po_number"
SUPPLIER = "supplier_id"
ROUNDABOUT = ("delivery_note", "credited_invoice")
"""What leads to an order line by way of a receipt or of another invoice."""
WITHIN_ORDER = {"po_line", "item"}
"""What tells the lines of an order apart; a rule that asks for neither may take its only line."""
MOST_PAIRS = 100_000
"""Of so many pairs of a line and an order line a rule looks at one time: each takes a kilobyte or two."""


@dataclass(frozen=True)
class Links:
    """`found`: line_id, order_id, link (rule name), score, suggested, and two booleans on how the line was found.

    `alone`: it was the only one of its order; `looked`: its order's number looks like the one cited. `candidates`:
    line_id, order_id of lines left ambiguous.
    """

    found: pl.DataFrame
    candidates: pl.DataFrame

    def replaced(self, lines: pl.DataFrame, again: Links) -> Links:
        """Return the links with those of `lines` as they were found `again`."""
        return Links(
            pl.concat([_without(self.found, lines), again.found]),
            pl.concat([_without(self.candidates, lines), again.candidates]),
        )


@dataclass(frozen=True)
class Search:
    """What finds order lines beside keys.

    `holds` keeps the pairs that a rule's condition admits, `near` those whose price is within its tolerance, for rules
    that do not go by the order number. `led`: by column of ROUNDABOUT the line_id, order_key that it leads to.
    """

    holds: Filter
    near: Filter
    led: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def link(lines: pl.DataFrame, orders: pl.DataFrame, rules: Sequence[LinkRule], search: Search) -> Links:
    """Link each line (`line_id` and key columns) to at most one order row (`order_id`, keys, `contradicted`).

    A rule that finds one row wins; one that finds several hands only those on. Rows of a key with unequal content are
    never won.
    """
    open_lines, narrowed, won = lines, pl.DataFrame(schema={"line_id": pl.Int64, "order_key": pl.Int64}), []
    for rule in rules:
        if not _serves(rule, open_lines.columns, search.led) or open_lines.is_empty():
            continue
        asked = [_asked(rule, part, orders, search, narrowed) for part in _parts(rule, open_lines, orders)]
        single, several = (pl.concat(pairs) for pairs in zip(*asked, strict=True))
        won.append(_won(single, rule))
        narrowed = pl.concat([_without(narrowed, several), several])
        open_lines = _without(open_lines, single)
        narrowed = _without(narrowed, single)
    return _settle(won, narrowed, orders)


def _asked(
    rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame, search: Search, narrowed: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs that the rule finds, of lines with one order line and of those with several."""
    pairs = search.holds(rule, _pairs(rule, lines, orders, search.led))
    return _by_count(_chosen(rule, _narrow(pairs, narrowed), search.near))


def _parts(rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the lines in parts of MOST_PAIRS or so: an order of thousands of lines meets each line that cites none.

    What a rule finds of a line hangs on no other line.
    """
    if roundabout(rule):
        return [lines]
    if lines.height * orders.height <= MOST_PAIRS:
        return [_asking(rule, lines)]
    on = [key_of(c) for c in held_equal(rule)]
    asking = _asking(rule, lines)
    alike = orders.select(on).hash_rows().value_counts()  # what shares a hash counts as one key: parts get smaller
    if asking.height * cast("int", alike["count"].max()) <= MOST_PAIRS:
        return [asking]
    there = orders.group_by(on).agg(pl.len().cast(pl.Int64).alias("pairs"))
    counts = asking.select(on).join(there, on=on, how="left", maintain_order="left")["pairs"].fill_null(0)
    part = (counts.cum_sum() - counts) // MOST_PAIRS
    return [asking.filter(part == each) for each in part.unique().sort()]


def _won(single: pl.DataFrame, rule: LinkRule) -> pl.DataFrame:
    named = {"link": pl.lit(rule.name), "suggested": pl.lit(not is_firm(rule)), "looked": pl.lit(value=False)}
    return single.with_columns(**named)[[*FOUND]]


def _serves(rule: LinkRule, columns: Sequence[str], led: Mapping[str, pl.DataFrame]) -> bool:
    return all(key_of(c) in columns for c in held_equal(rule)) and all(c in led for c in roundabout(rule))


def held_equal(rule: LinkRule) -> tuple[str, ...]:
    """Return what must be equal: what the rule names, and the supplier where it does not go by the order number."""
    named = tuple(c for c in rule.on if c not in ROUNDABOUT)
    firmly = REFERENCED in named and len(named) == len(rule.on)
    return named if firmly or SUPPLIER in named else (*named, SUPPLIER)


def roundabout(rule: LinkRule) -> list[str]:
    """Return the columns of the rule that lead to an order line by way of another document."""
    return [c for c in rule.on if c in ROUNDABOUT]


def is_firm(rule: LinkRule) -> bool:
    """Return whether what the rule finds is a reference that somebody gave."""
    return REFERENCED in rule.on or bool(roundabout(rule))


def key_of(column: str) -> str:
    """Return the column, normalised, that a rule's `column` compares."""
    return KEYS.get(column, f"{column}_key")


def _without(frame: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    return frame.join(lines, on="line_id", how="anti") if lines.height else frame


def _chosen(rule: LinkRule, pairs: pl.DataFrame, near: Filter) -> pl.DataFrame:
    """Return the pairs that the rule finds, with their score."""
    if not is_firm(rule):
        return near(rule, _alike(rule, pairs)).with_columns(pl.lit(value=False).alias("alone"))
    takes_only = not WITHIN_ORDER & {*rule.on} and not roundabout(rule)
    alone = (pl.col("order_key").n_unique().over("line_id") == 1) if takes_only else pl.lit(value=False)
    marked = pairs.with_columns(alone.alias("alone"), pl.lit(None, pl.Float64).alias("score"))
    if rule.similar and not roundabout(rule):
        return _best_similar(rule, marked)
    return marked


def _pairs(rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame, led: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the pairs of the rule, in one company where both give it."""
    pairs = _led(rule, lines, orders, led) if roundabout(rule) else _joined(rule, lines, orders)
    if pairs["company_key"].null_count() < pairs.height:
        same_company = pl.col("company_key").eq_missing(pl.col("company_key_order"))
        either_absent = pl.col("company_key").is_null() | pl.col("company_key_order").is_null()
        pairs = pairs.filter(same_company | either_absent)
    return _within_days(rule, pairs)


def _led(rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame, led: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the pairs that other documents lead to: of one supplier, and of the order that is cited where one is."""
    ways = [led[column] for column in roundabout(rule)]
    pairs = reduce(lambda one, other: one.join(other, on=["line_id", "order_key"]), ways).unique()
    on = [key_of(c) for c in held_equal(rule)]
    asked = list(dict.fromkeys(["company_key", "po_key", *on]))
    left = pairs.join(lines.select("line_id", *asked, *_dates(lines)), on="line_id")
    theirs = orders.select("order_key", "order_id", "order_date", *(pl.col(c).alias(f"{c}_order") for c in asked))
    both = left.join(theirs, on="order_key")
    cited = (pl.col("po_key") == pl.col("po_key_order")).fill_null(value=True)
    return both.filter(cited, *(pl.col(c) == pl.col(f"{c}_order") for c in on))


def _joined(rule: LinkRule, lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that are equal in every column of the rule."""
    on = [key_of(c) for c in held_equal(rule)]
    beside = [c for c in ("description", "item_key") if rule.similar and c in lines.columns]
    left = (
        _asking(rule, lines)
        .select("line_id", *dict.fromkeys(["company_key", *on, *beside]), *_dates(lines))
        .drop_nulls(on)
    )
    theirs = (pl.col(c).alias(f"{c}_order") for c in ("company_key", *beside))
    right = orders.select("order_id", "order_key", "order_date", *on, *theirs)
    return left.join(right, on=on, how="inner")


def _asking(rule: LinkRule, lines: pl.DataFrame) -> pl.DataFrame:
    return lines if REFERENCED in rule.on else lines.filter(pl.col("po_key").is_null())


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
    single = pl.col("order_key").n_unique().over("line_id") == 1
    only = pairs.filter(single).with_columns(pl.lit(None, pl.Float64).alias("score"))
    scored = _scored(rule, pairs.filter(~single))
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
    pairs = pairs[["line_id", "order_key", "score", "alone"]]
    repeated = pairs["line_id"].is_duplicated()  # most lines have one pair
    if not repeated.any():
        return pairs, pairs[["line_id", "order_key"]].clear()
    ranked = pairs.filter(repeated).sort("score", descending=True, nulls_last=True)
    keyed = ranked.unique(["line_id", "order_key"], keep="first")
    several = keyed["line_id"].is_duplicated()
    single = pl.concat([pairs.filter(~repeated), keyed.filter(~several)])
    return single, keyed.filter(several)[["line_id", "order_key"]]


def _settle(won: list[pl.DataFrame], narrowed: pl.DataFrame, orders: pl.DataFrame) -> Links:
    """Take back what was won by a key that stands more than once with unequal content; name all its rows instead."""
    found = pl.concat([pl.DataFrame(schema=FOUND), *won])
    if narrowed.is_empty() and not orders["contradicted"].any():
        return Links(
            found.rename({"order_key": "order_id"}), pl.DataFrame(schema={"line_id": pl.Int64, "order_id": pl.Int64})
        )
    contradicted = orders.filter("contradicted")[["order_key"]].unique()
    lost = found.join(contradicted, on="order_key", how="semi")[["line_id", "order_key"]]
    candidates = pl.concat([narrowed, lost]).join(orders[["order_key", "order_id"]], on="order_key")
    kept = found.join(contradicted, on="order_key", how="anti").rename({"order_key": "order_id"})
    return Links(kept, candidates[["line_id", "order_id"]])
