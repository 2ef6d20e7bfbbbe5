"""Suppliers of orders: in a source of invoices without any supplier column, a line's supplier is that of its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of, without
from recon.match.documents import one_document, with_documents
from recon.match.keys import PARTY

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

TAKEN = ("supplier_id", "supplier_name", "supplier_key", "supplier_group", "supplier_blocked", "supplier_payment_terms")
BASE = ("company_key", "number", "document_type")
NO_SUPPLIER = frozenset(f"invoice_lines.{column}" for column in PARTY.values())
"""Columns of which a source of invoices without any supplier has none."""


def with_suppliers_of_orders(lines: pl.DataFrame, orders: pl.DataFrame, absent: AbstractSet[str]) -> pl.DataFrame:
    """Return linked lines, and bills by header, with the suppliers of their orders, where the source has none of PARTY.

    What is not linked has the supplier that the other lines of its document agree on, else stays unknown.
    """
    if not absent >= NO_SUPPLIER:
        return lines
    theirs = orders.select(_order="order_id", _of="supplier_key")
    order = pl.coalesce("order_id", "whole_order") if "whole_order" in lines.columns else pl.col("order_id")
    placed = with_columns_of(lines.with_columns(order.alias("_order")), theirs, "_order").with_columns(
        one_document(lines, BASE).alias("_document")
    )
    agreed = pl.when(pl.col("_of").drop_nulls().n_unique().over("_document") == 1).then(
        pl.col("_of").max().over("_document")
    )
    named = placed.with_columns(pl.coalesce("_of", agreed).alias("_of"))
    suppliers = orders.select(pl.col("supplier_key").alias("_of"), *(pl.col(c).alias(f"_{c}") for c in TAKEN)).unique(
        "_of", keep="first", maintain_order=True
    )
    told = with_columns_of(named, suppliers, "_of")
    known = pl.col("_of").is_not_null()
    taken = told.with_columns(
        *(pl.when(known).then(f"_{c}").otherwise(c).alias(c) for c in TAKEN),
        *(pl.when(pl.col("_supplier_id").is_null()).then(c).alias(c) for c in ("supplier_state", "supplier_reason")),
    )
    return with_documents(without(taken, "_of", "_order", "_document", *(f"_{c}" for c in TAKEN)))


def taken_from_orders(lines: pl.DataFrame, linked: pl.DataFrame, absent: AbstractSet[str]) -> pl.Series | None:
    """Return the supplier that each of `lines` has of its order, as `linked` lines have it; None where the source names suppliers."""
    if not absent >= NO_SUPPLIER:
        return None
    return with_columns_of(lines[["line_id"]], linked[["line_id", "supplier_id"]], "line_id")["supplier_id"]
