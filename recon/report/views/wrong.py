"""What is wrong, in a few words, and whom to ask about it, as the codes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import CODES, PAYABLES
from recon.engine.joins import without
from recon.kinds import EXACT
from recon.match.classify.english import ENGLISH
from recon.match.classify.messages import with_messages
from recon.match.classify.words import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 60
"""Characters that one line of a screen has room for."""
SHORT = Language({name: code.short for name, code in CODES.items()}, ENGLISH.phrases)
"""Code -> a few words."""
ASKED: Mapping[str, str] = {name: code.whom for name, code in CODES.items()}
"""Code -> who can clear it."""
_BESIDE = ("item", "description", "line_type", "cited")
"""What sentences may use beside the columns of discrepancies; a frame that lacks one knows no better."""


def with_words(found: pl.DataFrame) -> pl.DataFrame:
    """Add `wrong` (at most LONGEST characters) and `whom` to discrepancies, in their order."""
    absent = [pl.lit(None, pl.String).alias(name) for name in _BESIDE if name not in found.columns]
    figures = [pl.col(name).cast(EXACT, strict=False) for name in ("expected", "actual")]
    words = with_messages(without(found.with_columns(*absent, *figures), "message"), SHORT).get_column("message")
    wrong = words.to_frame("words").select(_cut(pl.col("words")).alias("wrong"))
    whom = pl.col("code").replace_strict(ASKED, default=PAYABLES, return_dtype=pl.String)
    return found.with_columns(wrong.to_series(), whom.alias("whom"))


def _cut(words: pl.Expr) -> pl.Expr:
    cut = pl.concat_str(words.str.head(LONGEST - 1).str.strip_chars_end(), pl.lit("…"))
    return pl.when(words.str.len_chars() > LONGEST).then(cut).otherwise(words)
