"""Which two supplier names may be one: candidates by shared rare letter groups, and a score for each pair alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.names import common_words

if TYPE_CHECKING:
    from collections.abc import Sequence

GRAM = 3
CANDIDATES = 8
"""How many pairs a name are scored."""
PAIR_BUDGET = 300
"""How many known names a name may meet through its rare letter groups; its commoner ones are then not looked up."""
CHUNK = 20_000
_ONE_EDIT = 6
_TWO_EDITS = 11
_CARRIES = 4


def _grams(names: pl.DataFrame) -> pl.LazyFrame:
    """Return `id`, `gram`: the distinct groups of three letters of each name, the ends of words included."""
    padded = pl.concat_str(pl.lit(" "), pl.col("ordered"), pl.lit(" "))
    places = pl.int_ranges(0, pl.col("text").str.len_chars().cast(pl.Int64) - GRAM + 1)
    spread = names.lazy().select("id", text=padded).with_columns(place=places).explode("place", empty_as_null=False)
    return spread.select("id", gram=pl.col("text").str.slice(pl.col("place"), GRAM)).unique()


def candidates(names: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs worth scoring: `id`, `known_id`, at most `CANDIDATES` a name.

    Both frames have a unique `id` and `ordered`. A name is looked up by its rarest letter groups among the known names,
    as many as meet at most `PAIR_BUDGET` of them, and at least one.
    """
    index = _grams(known).collect()
    rarity = index.group_by("gram").agg(pl.len().cast(pl.Int64).alias("frequency"))
    postings = index.rename({"id": "known_id"}).join(rarity, on="gram").lazy()
    chunks = [_chunk(part, postings, rarity.lazy()) for part in names.iter_slices(CHUNK)]
    return pl.concat([pl.DataFrame(schema={"id": names.schema["id"], "known_id": known.schema["id"]}), *chunks])


def _chunk(names: pl.DataFrame, postings: pl.LazyFrame, rarity: pl.LazyFrame) -> pl.DataFrame:
    rare = (
        _grams(names)
        .join(rarity, on="gram")
        .sort("id", "frequency", "gram")
        .filter(
            (pl.col("frequency").cum_sum().over("id") <= PAIR_BUDGET) | (pl.col("gram").cum_count().over("id") == 1)
        )
    )
    weight = (1 / pl.col("frequency").cast(pl.Float64)).sum()
    return (
        rare.select("id", "gram")
        .join(postings, on="gram")
        .group_by("id", "known_id")
        .agg(pl.len().alias("shared"), weight.round(9).alias("weight"))
        .sort(["id", "shared", "weight", "known_id"], descending=[False, True, True, False])
        .group_by("id", maintain_order=True)
        .head(CANDIDATES)
        .select("id", "known_id")
        .collect()
    )


def scores(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Return 0-100 a pair: the better of the words in alphabetical order and the letters run together.

    Both frames have `ordered` and `core` and the same height. The score depends on the two names alone.
    """
    from rapidfuzz import fuzz

    def ratios(column: str) -> pl.Series:
        pairs = zip(left[column].to_list(), right[column].to_list(), strict=True)
        return pl.Series([fuzz.ratio(a, b) for a, b in pairs], dtype=pl.Float64)

    both = pl.DataFrame({"words": ratios("ordered"), "letters": ratios("core")})
    return both.select(pl.max_horizontal("words", "letters").round(2)).to_series()


def agreements(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Return, pair by pair of normalised names, the words that do not agree; empty where a typing error explains all.

    Words agree when equal, when run together or apart they are, or when one edit (two in long words) separates them
    and another word, that few suppliers share, is equal.
    """
    return [_disagreement(a.split(), b.split()) for a, b in zip(left, right, strict=True)]


def _disagreement(left: list[str], right: list[str]) -> str:
    here, there = _without(left, right), _without(right, left)
    if "".join(here) == "".join(there):
        return ""
    shared = [word for word in left if word not in here]
    carried = any(len(word) >= _CARRIES and word not in common_words() for word in shared)
    if carried and _mistyped("".join(here), "".join(there)):
        return ""
    return f"{' '.join(here) or '-'} / {' '.join(there) or '-'}"


def _without(words: list[str], others: list[str]) -> list[str]:
    left = list(others)
    kept = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            kept.append(word)
    return kept


def _mistyped(left: str, right: str) -> bool:
    from rapidfuzz.distance import OSA

    shorter = min(len(left), len(right))
    allowed = 0 if shorter < _ONE_EDIT else 1 if shorter < _TWO_EDITS else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed
