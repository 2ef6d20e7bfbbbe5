"""Too wide: rows whose numbers are past what is computed exactly are rejects, and all others are matched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.match.batch import Batch
from recon.match.classify.wording import plain
from recon.tables import REJECTS, TABLES

if TYPE_CHECKING:
    from recon.errors import TooWideRowsError
    from recon.match.batch import BatchResult, Shared


def without_rows(batch: Batch, error: TooWideRowsError) -> tuple[Batch, pl.DataFrame]:
    """Return the batch without the rows that are too wide, and those as REJECTS. Raises the error where they are none of it."""
    schema = {"source": batch.invoice_lines.schema["source"], "row": batch.invoice_lines.schema["row"]}
    wide = pl.DataFrame(error.rows, schema=schema, orient="row")
    frames, rejects = {}, []
    for table in TABLES:
        frame = getattr(batch, table)
        frames[table] = frame.join(wide, on=["source", "row"], how="anti", maintain_order="left")
        bad = frame.join(wide, on=["source", "row"], how="semi")
        value = plain("quantity")
        told = bad.with_columns(
            table=pl.lit(table), column=pl.lit("quantity"), value=value, reason=pl.lit(error.message)
        )
        rejects.append(REJECTS.cast(told)[list(REJECTS.columns)])
    found = pl.concat(rejects)
    if found.is_empty():
        raise error
    return Batch(**frames), found


def with_rejects(shared: Shared, rejects: pl.DataFrame) -> Shared:
    """Return what a batch is matched with where these rows of it are rejects, too."""
    return replace(shared, rejects=pl.concat([shared.rejects, rejects]))


def beside(result: BatchResult, rejects: pl.DataFrame) -> BatchResult:
    """Return a result with these rejects beside its own."""
    return replace(result, rejects=pl.concat([rejects, result.rejects]))
