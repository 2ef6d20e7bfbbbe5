"""What a person means by a word: an invoice, one of its lines, an order line, a supplier, a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import RulesError, did_you_mean

if TYPE_CHECKING:
    from recon.ledger.reconcile import Reconciliation
    from recon.review.published import Published

Row = dict[str, Any]
_CHOICES = 12


def named(run: Reconciliation | Published, what: str) -> list[tuple[str, Row]]:
    """Return what `what` names: (invoice_lines, order_lines, receipt_lines or supplier_links, row), several of one invoice or order.

    Raises RulesError where nothing is called so, or things of several kinds or invoices are: they are listed.
    """
    kinds = [
        kind for kind in (_by_id(run, what), _invoices(run, what), _orders(run, what), _suppliers(run, what)) if kind
    ]
    if not kinds:
        names = [str(name) for name in run.invoices["invoice_number"].drop_nulls().to_list()]
        raise RulesError(
            f"nothing is called '{what}'{did_you_mean(what, names)}",
            hint="Name an invoice, INVOICE/LINE, PO/LINE, a supplier, or an id of the report.",
        )
    if len(kinds) > 1:
        raise _several(what, [row for kind in kinds for row in kind])
    documents = {row["invoice_key"] for table, row in kinds[0] if table == "invoice_lines"}
    if len(documents) > 1:
        raise _several(what, kinds[0])
    return kinds[0]


def titled(table: str, row: Row) -> str:
    """Return what a row is called."""
    if table == "invoice_lines":
        return f"Invoice {row['invoice_number']} line {row['invoice_line'] or '-'} of {row['supplier_name'] or row['supplier_id'] or 'an unknown supplier'}"
    if table == "order_lines":
        return f"Order {row['po_number']} line {row['po_line']} of {row['supplier_name'] or row['supplier_id'] or '-'}"
    if table == "receipt_lines":
        return f"Receipt {row['receipt_number']} line {row['receipt_line'] or '-'} for order {row['po_number'] or '-'}"
    return f"Supplier {row['given_name'] or row['given_id']}"


def _several(what: str, rows: list[tuple[str, Row]]) -> RulesError:
    choices = [
        f"{titled(table, row)}  {row.get('invoice_date') or ''} {row.get('invoice_key') or ''}".rstrip()
        for table, row in rows[:_CHOICES]
    ]
    return RulesError(
        f"'{what}' may mean several", hint="\n".join(["Say which, by its id or with its line:", *choices])
    )


def _rows(frame: pl.DataFrame, table: str) -> list[tuple[str, Row]]:
    return [(table, row) for row in frame.to_dicts()]


def _by_id(run: Reconciliation | Published, what: str) -> list[tuple[str, Row]]:
    if what[:2] not in ("S-", "D-", "I-"):
        return []
    lines = run.invoice_lines.filter(pl.col("invoice_key") == what)
    if lines.height:
        return _rows(lines, "invoice_lines")
    found = run.discrepancies.filter((pl.col("subject_id") == what) | (pl.col("discrepancy_id") == what))
    at = found.select("source", "row")
    if found["invoice_number"].null_count() < found.height:
        return _rows(run.invoice_lines.join(at, on=["source", "row"], how="semi"), "invoice_lines")
    receipts = run.receipt_lines.join(at, on=["source", "row"], how="semi")
    if receipts.height:
        return _rows(receipts, "receipt_lines")
    orders = run.order_lines.join(at, on=["source", "row"], how="semi")
    if orders.is_empty() and found.height:
        key = found.select("po_number", "po_line")
        orders = run.order_lines.join(key, on=["po_number", "po_line"], how="semi")
    return _rows(orders, "order_lines")


def _invoices(run: Reconciliation | Published, what: str) -> list[tuple[str, Row]]:
    number, _, line = what.rpartition("/")
    whole = run.invoice_lines.filter(pl.col("invoice_number") == what)
    if whole.height or not number:
        return _rows(whole, "invoice_lines")
    return _rows(
        run.invoice_lines.filter((pl.col("invoice_number") == number) & (pl.col("invoice_line") == line)),
        "invoice_lines",
    )


def _orders(run: Reconciliation | Published, what: str) -> list[tuple[str, Row]]:
    number, _, line = what.rpartition("/")
    whole = run.order_lines.filter(pl.col("po_number") == what)
    if whole.height or not number:
        return _rows(whole, "order_lines")
    return _rows(run.order_lines.filter((pl.col("po_number") == number) & (pl.col("po_line") == line)), "order_lines")


def _suppliers(run: Reconciliation | Published, what: str) -> list[tuple[str, Row]]:
    given = (pl.col("given_name") == what) | (pl.col("given_id") == what)
    links = run.supplier_links.filter(given)
    if links.is_empty():
        links = run.supplier_links.filter((pl.col("supplier_id") == what) | (pl.col("supplier_name") == what))
    return _rows(links, "supplier_links")
