"""What a match made of documents: kept row by row with the document that each is of, and as frames again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.result_tables import (
    ALLOCATIONS,
    BRIDGE,
    DISCREPANCIES,
    INVOICE_RESULTS,
    INVOICES,
    LEFT_OUT,
    ORDER_RESULTS,
    RECEIPT_RESULTS,
)
from recon.store.closure import near
from recon.store.documents import read, written
from recon.store.positions import after_match, replace_positions
from recon.store.state import NO_RATE, Result
from recon.tables import REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from recon.store.state import Kept, State
    from recon.tables import Table

FRAMES: Mapping[str, Table] = {
    "discrepancies": DISCREPANCIES,
    "invoice_lines": INVOICE_RESULTS,
    "order_lines": ORDER_RESULTS,
    "receipt_lines": RECEIPT_RESULTS,
    "invoices": INVOICES,
    "allocations": ALLOCATIONS,
    "bridge": BRIDGE,
    "rejects": REJECTS,
    "left_out": LEFT_OUT,
}
NAMES = {"discrepancies": "discrepancy_id", "invoices": "invoice_key", "order_lines": "po_number"}
"""By which column a result is asked for."""
MATCHED = (
    "discrepancies",
    "invoice_lines",
    "order_lines",
    "receipt_lines",
    "invoices",
    "allocations",
    "bridge",
    "left_out",
)
UNMATCHED = ("rejects", "left_out")


class Turned(NamedTuple):
    """The invoices of documents whose results are others now, as they were `before` and as they are `after`."""

    before: list[dict[str, Any]]
    after: list[dict[str, Any]]


def keep_results(state: State, frames: Mapping[str, pl.DataFrame], of: Mapping[str, int], together: AbstractSet[int], seq: int) -> Turned:  # fmt: skip
    """Put the results of documents in the place of the former, where they are others; return which invoices turned.

    `of`: the document of each `source`.
    """
    rows: dict[int, list[Result]] = {document: [] for document in together}
    for name in MATCHED:
        for row in _results(name, _with_source(name, frames), of):
            if row.document in rows:
                rows[row.document].append(row)
    others = state.unlike(rows)
    before = state.results("invoices", others)
    state.replace_results(MATCHED, others, [row for document in sorted(others) for row in rows[document]], seq)
    orders = ((of[line["source"]], line) for line in _orders_of(frames, of, others))
    replace_positions(state, others, [after_match(document, line) for document, line in orders])
    after = [each.row for document in others for each in rows[document] if each.frame == "invoices"]
    return Turned(before, after)


def _orders_of(frames: Mapping[str, pl.DataFrame], of: Mapping[str, int], documents: AbstractSet[int]) -> Iterable[dict[str, Any]]:  # fmt: skip
    orders = frames["order_lines"]
    return () if orders.is_empty() else (line for line in orders.iter_rows(named=True) if of[line["source"]] in documents)  # fmt: skip


def sources_of(documents: Sequence[Kept]) -> dict[str, int]:
    """Return the document of each `source` that lines name."""
    return {row["source"]: document.id for document in documents for row in document.body.lines}


def _with_source(name: str, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return a frame with the column `of`: the source of the line that each row is kept with."""
    if name == "invoices":
        lines = frames["invoice_lines"].group_by("invoice_key").agg(of=pl.col("source").min(), risk=_risk_in_base())
        return frames[name].join(lines, on="invoice_key", how="left", maintain_order="left")
    return frames[name].with_columns(pl.col("invoice_source" if name == "allocations" else "source").alias("of"))


def _risk_in_base() -> pl.Expr:
    """Return what the lines of an invoice put at risk, at the rate of each: for an order of invoices, never for a sum.

    What has no currency counts as it stands, as on the sheet To do.
    """
    amount, base, at_risk = (pl.col(name).cast(pl.Float64) for name in ("amount", "base_amount", "amount_at_risk"))
    share = pl.when(pl.col("currency").is_null()).then(1.0).when(amount != 0).then(base / amount)
    return pl.when(share.is_not_null().any()).then((at_risk * share).sum()).otherwise(NO_RATE)


def _results(name: str, frame: pl.DataFrame, of: Mapping[str, int]) -> Iterable[Result]:
    named = NAMES.get(name)
    for row in written(frame) if frame.height else ():
        document, risk = of[row.pop("of")], float(row.pop("risk", NO_RATE)) if name == "invoices" else NO_RATE
        yield Result(document, name, row.get(named) if named else None, row.get("decision"), row, risk)


def read_results(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return a frame of SPEC 6 again, carried columns behind its own."""
    return read(rows, FRAMES[name])


MOST_AROUND = 300
"""Documents around a result; more would take seconds to read, and nobody reads them."""


def frames_around(state: State, frame: str, name: str) -> dict[str, pl.DataFrame] | None:
    """Return all frames of SPEC 6 of what one result was matched with: an invoice's key, a finding's id, an order's number.

    What explains it is in them; nothing is matched again. None where nothing has that name.
    """
    together = documents_around(state, frame, name)
    return {each: read_results(each, state.results(each, together)) for each in FRAMES} if together else None


def documents_around(state: State, frame: str, name: str) -> set[int]:
    """Return the documents that one result was matched with; of a group that was matched whole and is large, only those that
    share an order with it. None where nothing has that name.
    """
    document = state.document_of(frame, name)
    if document is None:
        return set()
    together = state.unit_of(document)
    return together & near(state, document) if len(together) > MOST_AROUND else together
