"""Small text tables for the supplier tests: a first line of column names, cells between bars, `-` for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recon.match.classify.supplier_links import party_totals, supplier_links
from recon.match.keys import key, number_key, party_mark
from recon.match.resolve.resolve import Register, answered, resolve
from recon.rules.rule import SupplierRules
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, SUPPLIERS, Table

FILLED = {"invoice_number": "1", "po_line": "1", "receipt_number": "1"}


def lines(table: Table, text: str) -> pl.DataFrame:
    rows = [[cell.strip() for cell in row.split("|")] for row in text.strip().splitlines() if row.strip()]
    head = rows[0] if rows else []
    named = [dict(zip(head, (None if cell == "-" else cell for cell in row), strict=True)) for row in rows[1:]]
    given = pl.DataFrame(named, schema=dict.fromkeys(head, pl.String))
    frame = (
        table.cast(given.with_columns(pl.col(c) == "yes" for c in head if c == "blocked")) if named else table.empty()
    )
    filled = frame.with_columns(pl.col(c).fill_null(v) for c, v in FILLED.items() if c in frame.columns)
    filled = filled.with_columns(
        source=pl.col("source").fill_null(f"{table.name}.csv"),
        row=pl.coalesce("row", pl.int_range(2, pl.len() + 2, dtype=pl.Int64)),
    )
    keyed = "po_number" in frame.columns
    return filled.with_columns(po_key=number_key("po_number"), company_key=key("company")) if keyed else filled


@dataclass(frozen=True)
class Found:
    """Both sides with what was decided of their parties, and the links."""

    order_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    supplier_links: pl.DataFrame


def resolved(
    invoices: str, suppliers: str = "", orders: str = "", rules: SupplierRules | None = None, receipts: str = ""
) -> Found:
    return found(
        lines(ORDER_LINES, orders),
        lines(INVOICE_LINES, invoices),
        lines(SUPPLIERS, suppliers),
        rules or SupplierRules(),
        lines(RECEIPT_LINES, receipts),
    )


def found(
    orders: pl.DataFrame,
    invoices: pl.DataFrame,
    suppliers: pl.DataFrame,
    rules: SupplierRules,
    receipts: pl.DataFrame | None = None,
) -> Found:
    receipts = lines(RECEIPT_LINES, "") if receipts is None else receipts
    orders, invoices = (side.with_columns(party_mark(side)) for side in (orders, invoices))
    parties = resolve(Register.of(orders, receipts, invoices), suppliers, rules)
    totals = pl.concat([party_totals(orders, "order"), party_totals(invoices, "invoice")])
    return Found(
        answered(parties.grouped("order_lines", orders), parties.orders),
        answered(parties.grouped("invoice_lines", invoices), parties.invoices),
        supplier_links(parties, totals),
    )


def verdicts(found: Found) -> list[tuple[str | None, str | None, str]]:
    """Return supplier, state (without `supplier_`) and method of each invoice line, in order."""
    links = found.supplier_links.filter(pl.col("side") == "invoice")
    on = {
        "supplier_id_given": "given_id",
        "supplier_name_given": "given_name",
        "supplier_vat_id": "given_vat_id",
        "iban": "given_iban",
    }
    joined = found.invoice_lines.join(
        links.select(*on.values(), "method"),
        left_on=list(on),
        right_on=list(on.values()),
        nulls_equal=True,
        maintain_order="left",
    )
    return joined.select("supplier_id", pl.col("supplier_state").str.strip_prefix("supplier_"), "method").rows()


def one(found: Found) -> tuple[str | None, str | None, str]:
    (verdict,) = verdicts(found)
    return verdict
