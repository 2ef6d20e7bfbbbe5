"""Names for discrepancies that stay the same from run to run while the facts are the same."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl

FACTS = ("code", "supplier_id", "invoice_number", "invoice_line", "po_number", "po_line", "receipt_number", "measure", "expected", "actual", "currency")  # fmt: skip
"""What a person would say it is; not the file it came in, whose name may carry the day of the export."""


def with_ids(found: pl.DataFrame) -> pl.DataFrame:
    """Fill `discrepancy_id`: a digest of the facts, and of how many with the same facts stand before it.

    `found` are those of whole groups, with `group_id`: of whoever has no supplier id, the group is one of the facts, so
    that another group's are never the same.
    """
    group = pl.when(pl.col("supplier_id").is_null()).then("group_id")
    known = [pl.col(c).fill_null("\x00") for c in FACTS]
    facts = pl.concat_str(*known, group, separator="\x1f", ignore_nulls=True)
    repeated = found.select(facts.alias("facts")).with_columns(pl.int_range(pl.len()).over("facts").alias("n"))
    named = repeated.select(pl.concat_str("facts", pl.lit("\x1f"), "n")).to_series()
    ids = [f"D-{blake2b(text.encode(), digest_size=8).hexdigest()}" for text in named.to_list()]
    return found.with_columns(pl.Series("discrepancy_id", ids, dtype=pl.String))
