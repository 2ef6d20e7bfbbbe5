"""Link: which order line an invoice or receipt line belongs to, by the rules of `links`, in order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rapidfuzz.fuzz import token_sort_ratio

from recon.rules.rule import LinkRule
from tests.oracle import values
from tests.oracle.lines import OrderLine, Row

KEYS: dict[str, Callable[[Any], Any]] = {
    "po_number": values.po_number,
    "po_line": values.po_line,
    "supplier_vat_id": values.mark,
    "uom": values.unit,
}
RECEIPT_COLUMNS = {"company", "po_number", "po_line", "item", "uom", "receipt_date"}
ROUNDABOUT = ("delivery_note", "credited_invoice")
"""Columns that lead to an order line by way of a receipt or of another invoice."""

Near = Callable[[OrderLine, LinkRule], bool]
"""Whether price and dates let a line without a reference belong to an order line."""
Led = Callable[[str], set[OrderLine]]
"""The order lines to which a roundabout column leads."""


@dataclass
class Search:
    """A line that looks for its order line: what it says, among which orders, and what else lets it belong there."""

    line: Row
    orders: list[OrderLine]
    when: Callable[[LinkRule, OrderLine], bool]
    near: Near = lambda *_: False
    led: Led = lambda _: set()
    alone: str = ""
    """The rule that took the only line of an order, without looking at anything else."""
    by_look: bool = False
    """The order has the number that is cited but for its breaks."""

    def find(self, rules: tuple[LinkRule, ...]) -> tuple[OrderLine | None, str | None, list[str]]:
        """Return the order line, the name of the rule that found it, and the codes that come of the search."""
        pool = self.pool()
        narrowed = False
        for rule in rules:
            self.alone = ""
            found = self.apply(rule, [o for o in pool if self.when(rule, o)])
            keys = {o.key for o in found}
            if len(keys) == 1:
                if found[0].ambiguous:
                    return None, None, ["link_ambiguous"]
                firm = not self.by_look and ("po_number" in rule.on or is_roundabout(rule))
                return found[0], rule.name, [] if firm else ["link_suggested"]
            if len(keys) > 1:
                pool, narrowed = [o for o in pool if o.key in keys], True
        return None, None, ["link_ambiguous"] if narrowed else [missing(self.line, self.orders)]

    def pool(self) -> list[OrderLine]:
        """The order lines of this company; of a look-alike number only where no order has the number itself."""
        cited = values.po_number(self.line.get("po_number"))
        ours = [o for o in self.orders if companies_agree(self.line, o)]
        counting = [o for o in ours if o.counts or o.ambiguous]
        like = [o for o in counting if values.looks_like(cited, o.po_number)]
        self.by_look = bool(like) and all(o.po_number != cited for o in ours)
        return like if self.by_look else counting

    def apply(self, rule: LinkRule, pool: list[OrderLine]) -> list[OrderLine]:
        if is_roundabout(rule):
            return self.by_another(rule, pool)
        numbered = "po_number" in rule.on
        columns = rule.on if numbered else (*rule.on, "supplier_id")
        equal = [o for o in pool if all(self.equal(c, o) for c in columns)]
        if not numbered:
            if values.po_number(self.line.get("po_number")) is not None:
                return []
            return [o for o in equal if alike(rule, self.line, o) and self.near(o, rule)]
        if len({o.key for o in equal}) == 1 and not {"po_line", "item"} & set(rule.on):
            self.alone = rule.name
        if not rule.similar or len({o.key for o in equal}) == 1:
            return equal
        return most_similar(rule, self.line, equal)

    def by_another(self, rule: LinkRule, pool: list[OrderLine]) -> list[OrderLine]:
        """By way of a receipt or an invoice; never to another supplier, nor past the order that is cited."""
        led = set.intersection(*(self.led(c) for c in rule.on if c in ROUNDABOUT))
        columns = [c for c in (*rule.on, "supplier_id") if c not in ROUNDABOUT]
        if values.po_number(self.line.get("po_number")) is not None:
            columns.append("po_number")
        return [o for o in pool if o in led and all(self.equal(c, o) for c in columns)]

    def equal(self, column: str, order: OrderLine) -> bool:
        if column == "po_number" and self.by_look:
            return True
        return columns_equal(column, self.line, order)


def is_roundabout(rule: LinkRule) -> bool:
    return any(c in ROUNDABOUT for c in rule.on)


def missing(line: Row, orders: list[OrderLine]) -> str:
    cited = values.po_number(line.get("po_number"))
    if cited is None:
        return "no_reference"
    there = any(o.po_number == cited and companies_agree(line, o) for o in orders)
    return "order_line_not_found" if there else "order_not_found"


def companies_agree(line: Row, order: OrderLine) -> bool:
    mine = values.key(line.get("company"))
    return mine is None or order.company is None or mine == order.company


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
