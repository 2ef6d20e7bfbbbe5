"""Figures that need the reports of earlier runs: what passed untouched, at first sight, and how long findings stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.close.kpi import Kpi, medians_of
from recon.codes import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

HISTORY = "history"
NONE = "not computed, no reports of earlier runs are given (--reports): "
FACTS = ("invoice_key", "document_type", "company", "supplier_id", "decision", "effective", "touched")


@dataclass(frozen=True)
class Sighting:
    """What a run said on a `day`: `invoices` with FACTS, `findings` with discrepancy_id, invoice_key, company, supplier_id, severity."""

    day: date
    invoices: pl.DataFrame
    findings: pl.DataFrame


def of_history(runs: Sequence[Sighting], first: date, last: date) -> Iterator[Kpi | pl.DataFrame]:
    """Yield the figures of invoices first seen, and of findings resolved, from `first` to `last`, by runs in order of their days.

    A finding is resolved on the day of the first run that knows its invoice and shows it no more; one whose invoice is gone is
    neither resolved nor open. Those that stand are told beside, or the median would flatter.
    """
    known = [run for run in runs if run.day <= last]
    invoices = _invoices(known).filter(pl.col("seen").is_between(first, last))
    more = "" if known else NONE
    untouched = (pl.col("effective") == "pay") & ~pl.col("touched")
    told = (
        f"{more}invoices first seen in the period that are paid and nobody decided on / all invoices first seen in it"
    )
    yield Kpi("touchless_rate", "invoice", told, invoices, untouched, source=HISTORY)
    told = f"{more}invoices first seen in the period and decided pay at first sight / all invoices first seen in it"
    yield Kpi("first_sight_pass_rate", "invoice", told, invoices, pl.col("decision") == "pay", source=HISTORY)
    findings = _findings(known)
    resolved = findings.filter(pl.col("gone").is_between(first, last))
    told = f"{more}median days from the first run that shows a finding to the first that does not, of those resolved in the period"
    yield medians_of("days_to_resolve", told, resolved.with_columns(days=pl.col("gone") - pl.col("seen")), HISTORY)
    standing = findings.filter(pl.col("gone").is_null(), "stands").with_columns(days=pl.lit(last) - pl.col("seen"))
    told = f"{more}median days that findings stand which are not resolved at the end of the period"
    yield medians_of("days_open", told, standing, HISTORY)


def _invoices(runs: Sequence[Sighting]) -> pl.DataFrame:
    """Return a row an invoice (no credit notes): its first decision, its last effective one, whether anybody decided on it."""
    shown = [run.invoices.select(FACTS).with_columns(seen=pl.lit(run.day)) for run in runs]
    every = pl.concat(shown) if shown else _NO_INVOICE
    bills = every.filter(pl.col("document_type").fill_null("invoice") != "credit_note")
    return bills.group_by("invoice_key", maintain_order=True).agg(
        pl.col("company", "supplier_id", "effective").last(),
        pl.col("decision", "seen").first(),
        pl.col("touched").any(),
    )


def _findings(runs: Sequence[Sighting]) -> pl.DataFrame:
    """Return a row a finding that asks for something: `seen` first, `gone` (null while it stands), and whether it `stands` in the last run."""
    found: dict[str, list[object]] = {}
    rows = pl.DataFrame(found, schema=_FINDING)
    for run in runs:
        shown = run.findings.filter(pl.col("severity").is_in(at_least("review"))).unique(
            "discrepancy_id", keep="first", maintain_order=True
        )
        here = pl.col("discrepancy_id").is_in(shown["discrepancy_id"].implode())
        asked = pl.col("invoice_key").is_null() | pl.col("invoice_key").is_in(run.invoices["invoice_key"].implode())
        over = pl.col("gone").is_null() & ~here & asked
        rows = rows.with_columns(pl.when(over).then(pl.lit(run.day)).otherwise("gone").alias("gone"), stands=here)
        new = shown.join(rows, on="discrepancy_id", how="anti").select(*_NAMES)
        fresh = new.with_columns(seen=pl.lit(run.day), gone=pl.lit(None, pl.Date), stands=pl.lit(value=True))
        rows = pl.concat([rows, fresh.select(*_FINDING)])
    return rows


_NAMES = ("discrepancy_id", "invoice_key", "company", "supplier_id")
_FINDING = {**dict.fromkeys(_NAMES, pl.String()), "seen": pl.Date(), "gone": pl.Date(), "stands": pl.Boolean()}
_NO_INVOICE = pl.DataFrame(schema={**dict.fromkeys(FACTS, pl.String), "touched": pl.Boolean, "seen": pl.Date})
