"""What rules mean to a match, as digests: they are equal where two rules files decide alike, whatever else they say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules

MATCH = (
    "base_currency",
    "suppliers",
    "links",
    "policies",
    "tolerances",
    "duplicates_days",
    "tax_ceiling",
    "severities",
)
"""What a match of documents asks the rules for, beside what sources say of their own rows (OF_SOURCES)."""
OF_SOURCES = ("prices", "repeats")
PLACE = frozenset(("files", "query", "connection", "line", "given", "aliases_path", "aliases_digest"))
"""Where something comes from, not what it says."""


def match_digest(rules: Rules) -> str:
    """Return the digest of what decides a match: not of feeds, the store, month-end, deliveries or where files are."""
    of_sources = {name: _said(source, OF_SOURCES) for name, source in rules.sources.items()}
    return _digest([_said(rules, MATCH), {name: said for name, said in of_sources.items() if said}])


def feed_digest(feed: Feed) -> str:
    """Return the digest of how the records of a feed are read: not of how they come, how often or with which secret."""
    return _digest([feed.table, feed.source, *feed.optional])


def _said(value: Any, names: Collection[str]) -> dict[str, Any]:
    """Return what a value says in fields of these names that goes without saying in none: a default is no difference."""
    return {each.name: found for each in fields(value) if each.name in names and (found := getattr(value, each.name)) != _default(each)}  # fmt: skip


def _default(of: Field[Any]) -> Any:
    return of.default_factory() if of.default_factory is not MISSING else of.default


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        told = _said(value, {each.name for each in fields(value)} - PLACE)
        return [type(value).__name__, {name: _plain(one) for name, one in told.items()}]
    if hasattr(value, "items"):
        items: Mapping[Any, Any] = value
        return {str(name): _plain(one) for name, one in items.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
