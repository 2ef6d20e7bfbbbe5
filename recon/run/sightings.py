"""The reports of earlier runs that stand beside one another, as month-end looks at them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from recon.close.kpis_of_history import Sighting
from recon.errors import SourceError
from recon.report.folder.kept import MANIFEST
from recon.result_tables import DISCREPANCIES, INVOICES
from recon.review.published import report_frame

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_FINDING = ("discrepancy_id", "invoice_key", "supplier_id", "severity")


def sightings(directory: Path) -> list[Sighting]:
    """Return what the report in `directory` says and those before it (`directory.1`, ...), the oldest first.

    Raises SourceError where there is none, and for one that is damaged or is neither Parquet nor JSON.
    """
    if not (directory / MANIFEST).is_file():
        raise SourceError("no report of a run is here", str(directory), "Name the folder that `recon run -o` writes.")
    kept = [directory.with_name(f"{directory.name}.{n}") for n in range(1, 1000)]
    there = [directory, *(folder for folder in kept if (folder / MANIFEST).is_file())]
    return [sighting for _, sighting in sorted(((_started(f), _sighting(f)) for f in there), key=lambda pair: pair[0])]


def _started(folder: Path) -> datetime:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return datetime.fromisoformat(told["started"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError("the report does not say when it was made", str(folder / MANIFEST)) from error


def _sighting(folder: Path) -> Sighting:
    invoices, found = report_frame(folder, INVOICES), report_frame(folder, DISCREPANCIES)
    decided = pl.any_horizontal(pl.col("given_decision", "decided_by").is_not_null())
    effective = pl.coalesce("effective_decision", "decision")
    facts = invoices.with_columns(effective=effective, touched=decided)
    companies = invoices.select("invoice_key", "company").unique("invoice_key", keep="first", maintain_order=True)
    named = found.select(_FINDING).join(companies, on="invoice_key", how="left", maintain_order="left")
    return Sighting(_day(folder), facts, named)


def _day(folder: Path) -> date:
    return _started(folder).date()
