"""How alike two texts are, 0 to 100, and which numbers are one edit apart."""

from __future__ import annotations

import polars as pl

LONGEST = 256


def similarity(left: pl.Series, right: pl.Series) -> pl.Series:
    """Return RapidFuzz's token_sort_ratio of the upper-cased NFKC texts, pair by pair; null where one is absent."""
    from rapidfuzz import fuzz, process

    pairs = pl.DataFrame({"left": left, "right": right}).select(
        pl.all().str.normalize("NFKC").str.to_uppercase().str.head(LONGEST)
    )
    known = pairs.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    filled = pairs.with_columns(pl.all().fill_null(""))
    scores = process.cpdist(
        filled["left"].to_list(), filled["right"].to_list(), scorer=fuzz.token_sort_ratio, dtype=float
    )
    return (
        pl.DataFrame({"score": pl.Series(scores.tolist(), dtype=pl.Float64), "known": known})
        .select(pl.when("known").then("score"))
        .to_series()
    )


def one_edit_apart(left: pl.Series, right: pl.Series) -> pl.Series:
    """Return whether one insertion, deletion or replacement turns one text into the other."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    edits = process.cpdist(left.to_list(), right.to_list(), scorer=Levenshtein.distance, score_cutoff=1)
    return pl.Series([int(e) == 1 for e in edits], dtype=pl.Boolean)
