"""Messages: each discrepancy in one sentence with its numbers, and what would clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import only
from recon.match.classify.english import ENGLISH
from recon.match.classify.wording import with_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.match.classify.words import Language


MANY = 1_000
"""Rows up to which a number is written for all of them, whether their sentence tells it or not."""


def with_messages(found: pl.DataFrame, language: Language = ENGLISH) -> pl.DataFrame:
    """Add `message` to discrepancies (with item, description, line_type, cited, receipt_numbers beside them)."""
    if found.is_empty():
        return found.with_columns(pl.lit(None, pl.String).alias("message"))
    placed = with_places(found)
    some = [placed] if placed.height <= MANY else placed.partition_by("code")
    return only(pl.concat(each for part in some for each in _worded(part, language)), [*found.columns, "message"])


def _worded(found: pl.DataFrame, language: Language) -> Iterator[pl.DataFrame]:
    written = found.with_columns(language.written(found["code"].unique()))
    for (code,), part in written.partition_by("code", as_dict=True).items():
        message = language.sentence(str(code), apart=True)
        yield only(part.with_columns(message.alias("message")), [*found.columns, "message"])
