"""The hidden cell `Facts` of a row that a person decides on: what it was about, in full, and what stood filled in.

It lets a workbook be read back whatever was sorted, filtered or renamed in it: only entries that differ from what was
filled in are a person's, and the facts they were made on are those the person saw.
"""

from __future__ import annotations

import json
from hashlib import blake2b

import polars as pl

from recon.report.text import decimal_text

ENTRIES = ("decision", "reason", "note", "owner")
"""What a person may enter, in the order of the columns."""
KNOWN = ("applied", "carried")
"""States in which a decision stands filled in."""
ABOUT = (
    "about",
    "id",
    "code",
    "supplier_id",
    "supplier_name",
    "invoice_number",
    "invoice_line",
    "po_number",
    "po_line",
)
FACTS = ("facts_id", "severity", "amount_at_risk", "variance", "amount", "currency")
"""What a decision is made on: `facts_id` names them, the others tell whether they got worse."""
_TOLD = (*ABOUT, *FACTS, *ENTRIES, "decided_on")
_CHECK_DIGITS = 8


def finding_facts(discrepancies: pl.DataFrame) -> pl.Series:
    """Return the cell of each discrepancy."""
    named = discrepancies.with_columns(about=pl.lit("finding"), id="subject_id", facts_id="discrepancy_id")
    return _cells(named)


def invoice_facts(invoices: pl.DataFrame) -> pl.Series:
    """Return the cell of each invoice: a decision about it covers the codes that it has."""
    named = invoices.with_columns(
        *(pl.lit(None, pl.String).alias(c) for c in ("invoice_line", "po_number", "po_line", "variance")),
        about=pl.lit("invoice"),
        id="invoice_key",
        facts_id="invoice_facts",
        code=pl.col("codes").list.join(" "),
        severity="decision",
    )
    return _cells(named)


def read_facts(cell: str) -> dict[str, str] | None:
    """Return what a cell holds by the names of ABOUT, FACTS and ENTRIES, and when that was decided; None where it is not as it was written."""
    text, _, check = cell.rpartition(" ")
    if not text or _check(text) != check:
        return None
    values = json.loads(text)
    return {name: values.get(name) or "" for name in _TOLD}


def _cells(named: pl.DataFrame) -> pl.Series:
    stands = pl.col("decision_state").is_in(KNOWN).fill_null(value=False)
    filled = (
        pl.when(stands).then("given_decision").alias("decision"),
        *(pl.col(f"decision_{name}").alias(name) for name in ENTRIES[1:]),
    )
    plain = [
        decimal_text(pl.col(name), kind.scale).alias(name)
        for name, kind in named.schema.items()
        if isinstance(kind, pl.Decimal)
    ]
    told = named.with_columns(*plain).with_columns(*filled).select(pl.struct(*_TOLD).struct.json_encode())
    texts = told.to_series().to_list()
    return pl.Series("facts", [f"{text} {_check(text)}" for text in texts], dtype=pl.String)


def _check(text: str) -> str:
    return blake2b(text.encode(), digest_size=_CHECK_DIGITS // 2).hexdigest()
