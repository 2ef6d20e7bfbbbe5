"""Links: which order line the lines of a match belong to, and how long bills took, found once for all who ask.

Groups are whole in a batch of a large ledger, so that is done batch by batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LINES = ("receipt_lines", "invoice_lines")
FOUND = ("order_lines", *LINES, "invoices", "allocations", "discrepancies")
"""The frames of a match that month-end is made from."""
LINKED = ("order_lines", *LINES, "invoices", "billing", "discrepancies")
"""What `linked` makes of them."""
_DECIDED = ("effective_decision", "decided_by", "decision_state")
_UNSEEN = {
    "order_lines": (
        *("received_not_invoiced", "received_not_invoiced_amount", "invoiced_not_received"),
        *("open_to_receive", "status"),
    ),
    "receipt_lines": (
        *("quantity_accepted", "quantity_rejected", "quantity_used", "movement", "delivery_note"),
        *("link", "status", "codes"),
    ),
    "invoice_lines": (
        *("supplier_vat_id", "iban", "document_id", "delivery_note", "credited_invoice", "link_score"),
        *("receipts", "base_amount", "amount_at_risk", "status", *_DECIDED),
    ),
    "invoices": ("invoice_facts", "lines", "amount_at_risk", "group_id", *_DECIDED),
}
"""What nobody looks at: it does not wait on disk."""


def linked(found: Mapping[str, pl.DataFrame], before: int = 0) -> dict[str, pl.DataFrame]:
    """Return LINKED of whole groups: lines with `order`, the number of their order line, null where they are linked to none.

    So many order lines (`before`) have a number already. `billing` has a row an allocation: `receipt_date`, `invoice_key`,
    `supplier_id`, and `days` from the receipt to the bill that used it.
    """
    orders = found["order_lines"]
    numbered = orders.with_columns(pl.int_range(before, before + orders.height, eager=True).alias("order"))
    lines = {name: found[name].with_columns(order_of(found[name], numbered)) for name in LINES}
    made = {**found, "order_lines": numbered, **lines, "billing": _billing(found)}
    return {name: made[name].drop(_UNSEEN.get(name, ()), strict=False) for name in LINKED}


def order_of(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.Series:
    """Return `order` of the order line to which each receipt or invoice line is linked; null where there is none.

    Of several order lines of one number whose company fits, it is the first that has a quantity to expect.
    """
    keys = orders.select(
        *("order", "group_id", "expected_quantity"),
        order_po_number="po_number",
        order_po_line="po_line",
        order_company="company",
    )
    on = ["group_id", "order_po_number", "order_po_line"]
    fits = (pl.col("company") == pl.col("order_company")).fill_null(value=True)
    linked = lines.select(*on, "company").with_row_index("at").join(keys, on=on, how="left", maintain_order="left")
    if linked.height == lines.height:
        return linked.select(pl.when(fits).then("order")).to_series()
    silent = pl.col("expected_quantity").is_null()
    first = linked.filter(fits).sort("at", silent, maintain_order=True).unique("at", keep="first")
    places = linked.select("at").unique(maintain_order=True)
    return with_columns_of(places, first.select("at", "order"), "at")["order"]


def _billing(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    place = {side: [f"{side}_source", f"{side}_row"] for side in ("invoice", "receipt")}
    own = ("invoice_key", "supplier_id", "invoice_date")
    bills = found["invoice_lines"].select(*own, invoice_source="source", invoice_row="row")
    came = found["receipt_lines"].select("receipt_date", receipt_source="source", receipt_row="row")
    used = found["allocations"].select(*place["invoice"], *place["receipt"])
    billed = used.join(bills.unique(place["invoice"], keep="first"), on=place["invoice"])
    days = (pl.col("invoice_date") - pl.col("receipt_date")).dt.total_days()
    return billed.join(came, on=place["receipt"]).select("invoice_key", "supplier_id", "receipt_date", days=days)
