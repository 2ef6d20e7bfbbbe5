"""Which suppliers hang together: connected components of a small graph, each named by its least member."""

from __future__ import annotations

import polars as pl


def components(keys: pl.Series, ties: pl.DataFrame) -> pl.DataFrame:
    """Return `supplier_key`, `least`: the least key of the component, for every key.

    Known ids come before keys of unknown suppliers (`?` and what was given), so that those name no group of known ones.
    `ties` has columns `one` and `other` (a null ties nothing). Suppliers are few, so this walks distinct ties.
    """
    parent = {key: key for key in keys.unique().to_list()}
    for one, other in ties.drop_nulls().unique().iter_rows():
        low, high = sorted((_root(parent, one), _root(parent, other)), key=_known_first)
        parent[high] = low
    ordered = sorted(parent)
    least = [_root(parent, key) for key in ordered]
    return pl.DataFrame(
        {"supplier_key": ordered, "least": least}, schema={"supplier_key": pl.String, "least": pl.String}
    )


def _known_first(key: str) -> tuple[bool, str]:
    return key.startswith("?"), key


def _root(parent: dict[str, str], key: str) -> str:
    root = parent.setdefault(key, key)
    while parent[root] != root:
        root = parent[root]
    while parent[key] != root:
        parent[key], key = root, parent[key]
    return root


def chained(rows: pl.DataFrame, by: list[str], keep: list[str] | None = None) -> pl.DataFrame:
    """Return ties `one`, `other` (and `keep`, columns of `by`) that connect the suppliers of rows equal in `by`.

    `rows` have `supplier_key`; a null in it, or in `by`, ties nothing. `one` is the least of its group.
    """
    known = rows.drop_nulls([*by, "supplier_key"])
    grouped = known.group_by(by).agg(one=pl.col("supplier_key").min(), other=pl.col("supplier_key").unique())
    pairs = grouped.explode("other", empty_as_null=False).filter(pl.col("one") != pl.col("other"))
    return pairs[["one", "other", *(keep or [])]]
