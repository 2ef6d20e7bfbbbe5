"""Messages: each discrepancy in one sentence with its numbers, and what would clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.classify.english import ENGLISH
from recon.match.classify.wording import with_places

if TYPE_CHECKING:
    from recon.match.classify.words import Language


MANY = 1_000
"""Rows up to which a number is written for all of them, whether their sentence tells it or not."""


def with_messages(found: pl.DataFrame, language: Language = ENGLISH) -> pl.DataFrame:
    """Add `message` to discrepancies (with item, description, line_type, cited, receipt_numbers beside them)."""
    if found.is_empty():
        return found.with_columns(pl.lit(None, pl.String).alias("message"))
    placed, codes = with_places(found), found.get_column("code")
    if placed.height <= MANY:
        placed = placed.with_columns(language.written(codes.unique()))
    said = [_said(placed, str(code), language) for code in codes.unique(maintain_order=True)]
    rows, messages = (pl.concat(each) for each in zip(*said, strict=True))
    return found.with_columns(messages.gather(rows.arg_sort()).alias("message"))


def _said(placed: pl.DataFrame, code: str, language: Language) -> tuple[pl.Series, pl.Series]:
    """Return the rows of a code, and what is said of them: only columns that are told are taken, there are a hundred."""
    rows = (placed.get_column("code") == code).arg_true()
    if placed.height > MANY:
        part = placed[language.columns_told(code)][rows].with_columns(language.written([code]))
    else:
        part = placed[rows]
    return rows, part.with_columns(language.sentence(code, apart=True).alias("message")).get_column("message")
