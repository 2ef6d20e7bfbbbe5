"""Messages: each discrepancy in one sentence with its numbers, and what would clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import without
from recon.match.classify.english import ENGLISH
from recon.match.classify.wording import with_places

if TYPE_CHECKING:
    from recon.match.classify.words import Language


def with_messages(found: pl.DataFrame, language: Language = ENGLISH) -> pl.DataFrame:
    """Add `message` to discrepancies (with item, description, line_type, cited, receipt_numbers beside them)."""
    if found.is_empty():
        return found.with_columns(pl.lit(None, pl.String).alias("message"))
    parts = with_places(found).partition_by("code", as_dict=True)
    worded = [part.with_columns(language.sentence(str(code)).alias("message")) for (code,), part in parts.items()]
    return without(pl.concat(worded), "places")
