"""Attach: put the outcome of linking on invoice and receipt lines, with what an analyst needs where it failed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, constant, with_columns_of
from recon.kinds import EXACT
from recon.match.by_look import by_look, looks_in_words, looks_of
from recon.match.keys import key, mark_key
from recon.match.limits import INVOICE_TYPES, condition_expr
from recon.match.link.items import against_what_is_given, without_gainsaid
from recon.match.link.led import CITED, NOTE, by_cited_invoice, by_delivery_note, citing
from recon.match.link.link import REFERENCED, Search, held_equal, key_of, link, roundabout
from recon.match.link.lookalikes import lookalikes
from recon.match.link.with_order import with_order
from recon.match.prices import price_variances

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.match.link.link import Filter, Links
    from recon.rules.rule import LinkRule, Rules

MOST = 10
INPUTS = ["company_key", "po_key", "po_line_key", "item_key", "uom_key"]


def link_invoices(
    lines: pl.DataFrame,
    orders: pl.DataFrame,
    receipts: pl.DataFrame,
    rules: Rules,
    conversions: pl.DataFrame,
    columns: Sequence[str],
) -> pl.DataFrame:
    """Add to invoice lines (with `invoice_id`) what they link to among `orders`; `receipts` are linked.

    Added: order_id, link, link_score, suggested and in words `suggested_why`, ambiguous, candidates, order_exists,
    lookalikes.
    """
    compared = {column for rule in rules.links for column in held_equal(rule)}
    asked = {*INPUTS, "description", "invoice_date", *map(key_of, compared)}
    keyed = _keyed(lines, compared)
    bare = keyed[["line_id", *sorted(asked & {*keyed.columns})]]
    notes = {NOTE: by_delivery_note(lines, receipts)} if _asks_for(rules, NOTE) else {}
    search = Search(_condition(lines, orders, columns), _near(lines, orders, rules, conversions, columns), notes)
    links = _linked(bare, lines, _keyed(_candidates(orders), compared), orders, rules.links, search)
    attached = against_what_is_given(_attached(lines, links, orders), orders, rules.links)
    if not attached["order_id"].null_count():  # every line has its order line
        texts = [constant(None, lines.height, pl.String).alias(c) for c in ("order_lines_there", "lookalikes")]
        return attached.hstack([constant(True, lines.height, pl.Boolean).alias("order_exists"), *texts])
    known = _order_exists(attached, orders)
    cited = known[["line_id", "supplier_key", "po_key", "po_number", "order_exists"]].drop_nulls("po_key")
    lost = cited.filter(~pl.col("order_exists"))
    named = with_columns_of(known, lookalikes(lost, orders), "line_id")
    unlinked = pl.col("order_id").is_null() & pl.col("order_exists") & pl.col("candidates").is_null()
    return named.with_columns(pl.when(unlinked).then("order_lines_there").otherwise("candidates").alias("candidates"))


def _asks_for(rules: Rules, column: str) -> bool:
    return any(column in rule.on for rule in rules.links)


def _linked(
    bare: pl.DataFrame,
    lines: pl.DataFrame,
    theirs: pl.DataFrame,
    orders: pl.DataFrame,
    rules: Sequence[LinkRule],
    search: Search,
) -> Links:
    """Link by all that a line says itself; then those that cite an invoice, by what that one is linked to as well."""
    links = _by_number_or_look(bare, theirs, [rule for rule in rules if CITED not in rule.on], search)
    asking = citing(lines)
    if asking.is_empty() or not any(CITED in rule.on for rule in rules):
        return links
    led = {**search.led, CITED: by_cited_invoice(lines, links, orders)}
    again = _by_number_or_look(bare.join(asking, on="line_id", how="semi"), theirs, rules, replace(search, led=led))
    return links.replaced(asking, again)


def _by_number_or_look(lines: pl.DataFrame, orders: pl.DataFrame, rules: Sequence[LinkRule], search: Search) -> Links:
    """Link lines; those whose order number is nobody's to the orders it looks like, as a suggestion."""
    looked = by_look(lines, orders)
    links = link(lines, orders, rules, search)
    if looked.is_empty():
        return links
    seen = link(looked, looks_of(orders), rules, search)
    found = seen.found.with_columns(pl.lit(value=True).alias("suggested"), pl.lit(value=True).alias("looked"))
    return links.replaced(looked, replace(seen, found=found))


def link_receipts(receipts: pl.DataFrame, orders: pl.DataFrame, rules: Rules, columns: Sequence[str]) -> pl.DataFrame:
    """Add to receipt lines: order_id, link, ambiguous, candidates, lookalikes; only rules by the order number serve them.

    The only line of an order is not theirs against what they give, and a number that looks like another is named alone.
    """
    lines = receipts.rename({"receipt_id": "line_id"})
    bare = lines[["line_id", *INPUTS]]
    serving = [rule for rule in rules.links if REFERENCED in rule.on and not roundabout(rule)]
    search = Search(_condition(lines, orders, columns), lambda _rule, pairs: pairs.clear())
    attached = _attached(lines, link(bare, _candidates(orders), serving, search), orders)
    named = with_columns_of(without_gainsaid(attached, orders), looks_in_words(bare, orders), "line_id")
    return named.rename({"line_id": "receipt_id"})


def _candidates(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.filter(pl.col("counts") | pl.col("contradicted"))


def _keyed(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Add the keys of columns that only a link rule compares, of suppliers those of what the document gives."""
    missing = [column for column in columns if key_of(column) not in frame.columns]
    given = {column: f"{column}_given" if f"{column}_given" in frame.columns else column for column in missing}
    compared = {column: mark_key if column == "supplier_vat_id" else key for column in missing}
    return frame.with_columns(compared[column](given[column]).alias(key_of(column)) for column in missing)


def _condition(lines: pl.DataFrame, orders: pl.DataFrame, columns: Sequence[str]) -> Filter:
    """Return a filter of pairs by a rule's `when`; what it names and a receipt has not is null."""

    def holds(rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
        if rule.when is None or pairs.is_empty():
            return pairs
        theirs = orders.select("order_id", *(pl.col(c).alias(f"order_{c}") for c in columns))
        joined = pairs[["line_id", "order_id"]].join(lines, on="line_id", how="left", maintain_order="left")
        both = joined.join(theirs, on="order_id", how="left", maintain_order="left")
        absent = [pl.lit(None, t).alias(c) for c, t in INVOICE_TYPES.items() if c not in both.columns]
        return pairs.filter(both.with_columns(absent).select(condition_expr(rule.when)).to_series())

    return holds


def _near(
    lines: pl.DataFrame, orders: pl.DataFrame, rules: Rules, conversions: pl.DataFrame, columns: Sequence[str]
) -> Filter:
    def within_price(_rule: LinkRule, pairs: pl.DataFrame) -> pl.DataFrame:
        if pairs.is_empty():
            return pairs
        rows = lines.join(pairs[["line_id", "order_id"]], on="line_id")
        paired = with_order(rows, orders, conversions, columns)
        priced = paired.filter(~pl.col("order_by_amount") & pl.col("factor_num").is_not_null())
        known = pl.col("price_variance").is_not_null()
        near = price_variances(priced, rules.tolerances).filter(known & ~pl.col("price_beyond"))
        return pairs.join(near[["line_id", "order_id"]], on=["line_id", "order_id"], how="semi")

    return within_price


def _attached(lines: pl.DataFrame, links: Links, orders: pl.DataFrame) -> pl.DataFrame:
    found = links.found.select(
        "line_id",
        "order_id",
        "link",
        pl.col("score").round(10).cast(EXACT).alias("link_score"),
        "suggested",
        "alone",
        "looked",
    )
    joined = with_columns_of(with_columns_of(lines, found, "line_id"), _named(links.candidates, orders), "line_id")
    return joined.with_columns(
        pl.col("suggested", "alone", "looked").fill_null(value=False),
        pl.col("candidates").is_not_null().alias("ambiguous"),
    )


def _named(candidates: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, candidates: the order lines left, in words."""
    if candidates.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "candidates": pl.String})
    label = pl.format("{}/{} ({}:{})", "po_number", "po_line", "source", "row")
    there = orders.filter(among("order_id", candidates["order_id"].unique()))
    labels = there.select("order_id", label.alias("label")).with_columns(pl.col("label").rank("dense").alias("place"))
    met = candidates.join(labels[["order_id", "place"]], on="order_id")[["line_id", "place"]]
    places = met.group_by("line_id").agg(pl.col("place").unique().sort())  # numbers: a line may have thousands
    first = places.select("line_id", pl.col("place").list.len().alias("all"), pl.col("place").list.head(MOST))
    words = first.explode("place", empty_as_null=True).join(labels.unique("place"), on="place").sort("line_id", "place")
    more = pl.when(pl.col("all") > MOST).then(pl.format(" and {} more", pl.col("all") - MOST)).otherwise(pl.lit(""))
    named = words.group_by("line_id", "all").agg(pl.col("label").str.join(", "))
    return named.select("line_id", pl.concat_str("label", more).alias("candidates"))


def _listed(column: str) -> pl.Expr:
    names = pl.col(column).unique().sort()
    more = pl.when(names.len() > MOST).then(pl.format(" and {} more", names.len() - MOST)).otherwise(pl.lit(""))
    return pl.concat_str(names.head(MOST).str.join(", "), more)


def _order_exists(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `order_exists` and `order_lines_there`: whether the order cited is there, whatever its lines."""
    numbered = lines[["line_id", "company_key", "po_key", "order_id"]].drop_nulls("po_key")
    met = _cited(numbered.filter(pl.col("order_id").is_null()), orders, "po_line")
    there = met.group_by("line_id").agg(_listed("po_line").alias("order_lines_there"))
    return with_columns_of(lines, there, "line_id").with_columns(
        (pl.col("order_id").is_not_null() | pl.col("order_lines_there").is_not_null()).alias("order_exists")
    )


def _cited(lines: pl.DataFrame, orders: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return `line_id` and a column of the rows of the order whose number each line gives, in its company."""
    pairs = lines[["line_id", "company_key", "po_key"]].join(
        orders.select("company_key", "po_key", column), on="po_key"
    )
    return pairs.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))
