"""How alike two texts are, 0 to 100, and which numbers are one edit apart."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import with_columns_of

LONGEST = 256


def similarity(left: pl.Series, right: pl.Series, at_least: float) -> pl.Series:
    """Return RapidFuzz's token_sort_ratio of the upper-cased NFKC texts, pair by pair; null where one is absent.

    Of what is below `at_least` it only tells that (0).
    """
    from rapidfuzz.fuzz import token_sort_ratio

    texts = (_compared(column).fill_null("").to_list() for column in (left, right))
    scores = [token_sort_ratio(*pair, score_cutoff=at_least) for pair in zip(*texts, strict=True)]
    known = left.is_not_null() & right.is_not_null()
    return (
        pl.DataFrame({"score": pl.Series(scores, dtype=pl.Float64), "known": known})
        .select(pl.when("known").then("score"))
        .to_series()
    )


def _compared(column: pl.Series) -> pl.Series:
    """Return the texts as they are compared; each stands in many pairs, so that only the different ones are worked on."""
    texts = column.alias("text").to_frame()
    text = pl.col("text").str.normalize("NFKC").str.to_uppercase().str.head(LONGEST)
    return with_columns_of(texts, texts.unique().with_columns(text.alias("compared")), "text")["compared"]


def one_edit_apart(left: pl.Series, right: pl.Series) -> pl.Series:
    """Return whether one insertion, deletion or replacement turns one text into the other."""
    from rapidfuzz.distance.Levenshtein import distance

    pairs = zip(left.to_list(), right.to_list(), strict=True)
    return pl.Series([distance(*pair, score_cutoff=1) == 1 for pair in pairs], dtype=pl.Boolean)
