"""Ledgers of many small deals for the tests of causes: a line of a few words each, all else is as it should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from recon import tables
from recon.close.causes.causes import Found, causes
from recon.close.looked_at import Matched
from recon.ledger.reconcile import reconcile
from recon.rules.rule import Rules
from recon.tables import Sources
from tests.kit.small import frame

PRICES = ("3.17", "12.49", "7.83", "151.20", "44.06", "9.71", "23.58", "66.95")
FIRST = date(2026, 3, 2)


def deals(supplier: str = "S1", prices=PRICES, **given: Any) -> Sources:
    """Return an order line, a receipt and an invoice of one line for each price, all agreeing; `given` goes on every row.

    Names with `order_` or `receipt_` go on those rows alone, others on the invoice's.
    """
    rows: dict[str, list[dict[str, Any]]] = {"orders": [], "receipts": [], "invoices": []}
    for at, price in enumerate(prices):
        day = FIRST + timedelta(7 * at)
        number, place = f"{supplier}-{at}", {"row": at + 2}
        key = {"po_number": number, "po_line": "10"}
        order = key | {"supplier_id": supplier, "item": f"{supplier}-I{at}", "quantity": "24", "unit_price": price, "currency": "EUR", "order_date": day}  # fmt: skip
        receipt = key | {"receipt_number": f"R{number}", "receipt_line": "1", "quantity": "24", "receipt_date": day}
        invoice = key | {"supplier_id": supplier, "invoice_number": f"B{number}", "invoice_line": "1", "invoice_date": day, "quantity": "24", "unit_price": price, "currency": "EUR", "line_type": "item"}  # fmt: skip
        rows["orders"].append(order | place | {"source": f"orders-{supplier}.csv"} | _own(given, "order_"))
        rows["receipts"].append(receipt | place | {"source": f"receipts-{supplier}.csv"} | _own(given, "receipt_"))
        plain = {k: v for k, v in given.items() if not k.startswith(("order_", "receipt_"))}
        rows["invoices"].append(invoice | place | {"source": f"invoices-{supplier}.csv"} | plain)
    return ledger(rows)


def ledger(rows: dict[str, list[dict[str, Any]]]) -> Sources:
    frames: dict[str, Any] = {
        tables.CANONICAL[name].name: frame(tables.CANONICAL[name], *them) for name, them in rows.items()
    }
    return Sources(**frames)


def changed(sources: Sources, table: str, **columns: Any) -> Sources:
    """Return the sources with columns of a table as Polars expressions make them."""
    canonical = tables.CANONICAL[table]
    new = canonical.cast(getattr(sources, canonical.name).with_columns(**columns))
    return replace(sources, **{canonical.name: new})  # type: ignore[arg-type]


def together(*several: Sources) -> Sources:
    """Return ledgers as one."""
    import polars as pl

    names = [table.name for table in tables.CANONICAL.values()]
    frames: dict[str, Any] = {name: pl.concat([getattr(one, name) for one in several]) for name in names}
    return Sources(**frames)


def found(sources: Sources, rules: Rules | None = None) -> Found:
    """Return what is behind the findings of a run."""
    rules = rules or Rules()
    return causes(Matched.of(reconcile(sources, rules)), sources, rules)


def told(result: Found) -> list[tuple[str, str, int, Decimal]]:
    """Return state, kind, how many discrepancies and what is at risk of each row."""
    return result.causes.select("state", "kind", "discrepancies", "amount_at_risk").rows()


def _own(given: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in given.items() if k.startswith(prefix)}
