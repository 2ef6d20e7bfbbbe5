"""Link: which order line an invoice or receipt line belongs to, by the rules of `links`, in order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from rapidfuzz.fuzz import token_sort_ratio

from recon.rules.rule import LinkRule
from tests.oracle import values
from tests.oracle.lines import OrderLine, Row

KEYS: dict[str, Callable[[Any], Any]] = {"po_number": values.po_number, "po_line": values.po_line}
RECEIPT_COLUMNS = {"company", "po_number", "po_line", "item", "uom", "delivery_note", "receipt_date"}

Near = Callable[[OrderLine, LinkRule], bool]
"""Whether price and dates let a line without a reference belong to an order line."""


def find_order(
    line: Row,
    orders: list[OrderLine],
    rules: tuple[LinkRule, ...],
    when: Callable[[LinkRule, OrderLine], bool],
    near: Near,
) -> tuple[OrderLine | None, str | None, list[str]]:
    """Return the order line, the name of the rule that found it, and the codes that come of the search."""
    pool = [o for o in orders if (o.counts or o.ambiguous) and companies_agree(line, o)]
    narrowed = False
    for rule in rules:
        found = apply_rule(rule, line, [o for o in pool if when(rule, o)], near)
        keys = {o.key for o in found}
        if len(keys) == 1:
            if found[0].ambiguous:
                return None, None, ["link_ambiguous"]
            return found[0], rule.name, [] if "po_number" in rule.on else ["link_suggested"]
        if len(keys) > 1:
            pool, narrowed = [o for o in pool if o.key in keys], True
    return None, None, ["link_ambiguous"] if narrowed else [missing(line, orders)]


def missing(line: Row, orders: list[OrderLine]) -> str:
    cited = values.po_number(line.get("po_number"))
    if cited is None:
        return "no_reference"
    there = any(o.po_number == cited and companies_agree(line, o) for o in orders)
    return "order_line_not_found" if there else "order_not_found"


def companies_agree(line: Row, order: OrderLine) -> bool:
    mine = values.key(line.get("company"))
    return mine is None or order.company is None or mine == order.company


def apply_rule(rule: LinkRule, line: Row, pool: list[OrderLine], near: Near) -> list[OrderLine]:
    numbered = "po_number" in rule.on
    columns = rule.on if numbered else (*rule.on, "supplier_id")
    equal = [o for o in pool if all(columns_equal(c, line, o) for c in columns)]
    if not numbered:
        if values.po_number(line.get("po_number")) is not None:
            return []
        return [o for o in equal if alike(rule, line, o) and near(o, rule)]
    if not rule.similar or len({o.key for o in equal}) == 1:
        return equal
    return most_similar(rule, line, equal)


def columns_equal(column: str, line: Row, order: OrderLine) -> bool:
    normalise = KEYS.get(column, values.key)
    theirs = {"supplier_id": order.supplier, "currency": order.currency}.get(column, order.row.get(column))
    mine = normalise(line.get(column))
    return mine is not None and mine == normalise(theirs)


def alike(rule: LinkRule, line: Row, order: OrderLine) -> bool:
    """Same item, or every `similar` column similar enough; a rule that asks for the item asks for both."""
    if not rule.similar or similar_enough(rule, line, order):
        return True
    return "item" not in rule.on and columns_equal("item", line, order)


def similar_enough(rule: LinkRule, line: Row, order: OrderLine) -> bool:
    scores = [(similarity(line.get(c), order.row.get(c)), least) for c, least in rule.similar.items()]
    return all(score is not None and score >= least for score, least in scores)


def most_similar(rule: LinkRule, line: Row, orders: list[OrderLine]) -> list[OrderLine]:
    scored = [(sum(similarity(line.get(c), o.row.get(c)) or 0 for c in rule.similar), o) for o in orders]
    enough = [(score, o) for score, o in scored if similar_enough(rule, line, o)]
    best = max((score for score, _ in enough), default=None)
    return [o for score, o in enough if score == best]


def similarity(mine: str | None, theirs: str | None) -> Fraction | None:
    if mine is None or theirs is None:
        return None
    return Fraction(token_sort_ratio(plain(mine), plain(theirs)))


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()
