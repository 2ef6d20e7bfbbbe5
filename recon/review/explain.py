"""Why a verdict is what it is: what was read, how it was linked, what was compared, what was not, and what would clear it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.ledger.reconcile import reconcile
from recon.review.judged import checks, clears, decided, not_compared, whole_order, world_of
from recon.review.published import Published
from recon.review.told import PLACE, Part, part, rows_at, rule_of, text, where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.review.told import Known, Row
    from recon.review.worlds import World

_GIVEN = {
    "given_id": "supplier_id",
    "given_name": "supplier_name",
    "given_vat_id": "supplier_vat_id",
    "given_iban": "iban",
}
_SHOWN_USES = 10


def explain_line(known: Known, line: Row) -> list[Part]:
    """Return the parts that explain an invoice line (a row of `invoice_lines`)."""
    found = rows_at(known.run.discrepancies, line).filter(pl.col("invoice_number").is_not_null()).to_dicts()
    world = world_of(known, line)
    parts = [
        part("Read", [_as_read(known, "invoice_lines", line)]),
        _supplier(known, line),
        _link(known, line, world),
        _receipts(known, line),
        checks(known, line, found, world),
        part("Not compared", list(not_compared(line, found))),
        decided(line, found),
        clears(world, line, found),
    ]
    return [part for part in parts if part.lines]


def explain_order(known: Known, order: Row) -> list[Part]:
    """Return the parts that explain an order line (a row of `order_lines`), and what was billed and received on it."""
    run = known.run
    key = (pl.col("order_po_number") == order["po_number"]) & (pl.col("order_po_line") == order["po_line"])
    lines, receipts = run.invoice_lines.filter(key).to_dicts(), run.receipt_lines.filter(key).to_dicts()
    found = rows_at(run.discrepancies, order).filter(pl.col("invoice_number").is_null()).to_dicts()
    figures = ("received", "invoiced", "received_not_invoiced", "invoiced_not_received", "open_to_receive")
    world = world_of(known, order)
    parts = [
        part("Read", [_as_read(known, "order_lines", order)]),
        part(
            "Came to", [f"{name.replace('_', ' ')} {text(order[name])}" for name in figures if order[name] is not None]
        ),
        part(
            "Received",
            [
                f"{where(row)}: {row['receipt_number']} {text(row['quantity'])}, used {text(row['quantity_used'])}"
                for row in receipts
            ],
        ),
        part(
            "Billed",
            [
                f"{where(row)}: {row['invoice_number']}/{row['invoice_line'] or '-'} {text(row['quantity'])} for {text(row['amount'])}, {row['decision']}"
                for row in lines
            ],
        ),
        checks(known, order, found, world),
        decided(order, found),
        clears(world, order, found),
    ]
    return [part for part in parts if part.lines]


def explain_receipt(known: Known, receipt: Row) -> list[Part]:
    """Return the parts that explain a receipt (a row of `receipt_lines`), and which invoice lines use it."""
    found = rows_at(known.run.discrepancies, receipt).to_dicts()
    uses = known.run.allocations
    mine = uses.filter((pl.col("receipt_source") == receipt["source"]) & (pl.col("receipt_row") == receipt["row"]))
    used = [
        f"{use['invoice_number']}/{use['invoice_line'] or '-'} uses {text(use['quantity'])}" for use in mine.to_dicts()
    ]
    order = f"order line {receipt['order_po_number']}/{receipt['order_po_line']}"
    world = world_of(known, receipt)
    parts = [
        part("Read", [_as_read(known, "receipt_lines", receipt)]),
        part(
            "Order line",
            [f"{rule_of(known, receipt['link'])}: {order}" if receipt["link"] else "no rule found an order line"],
        ),
        part("Used by", used),
        checks(known, receipt, found, world),
        decided(receipt, found),
        clears(world, receipt, found),
    ]
    return [part for part in parts if part.lines]


def explain_supplier(link: Row) -> list[Part]:
    """Return the part that explains how a supplier was recognised (a row of `supplier_links`)."""
    return [Part("Supplier", tuple(_recognised(link)), [link])]


def _as_read(known: Known, table: str, row: Row) -> str:
    """Return a row's cells as they were read: of a report alone, as they are published."""
    if known.sources is not None:
        here = rows_at(getattr(known.sources, table), row).to_dicts()
        row = here[0] if here else row
        names = list(row)
    else:
        names = [name for name in row if name in _READ]
    cells = [f"{name} {text(row[name])}" for name in names if row[name] is not None and name not in PLACE]
    return f"{where(row)}: {', '.join(cells)}"


_READ = ("company", "supplier_id", "supplier_name", "invoice_number", "invoice_line", "invoice_date", "po_number", "po_line", "item", "description", "quantity", "uom", "unit_price", "price_unit", "amount", "tax_amount", "currency", "line_type", "document_type", "order_date", "due_date", "receipt_number", "receipt_line", "receipt_date", "quantity_accepted", "quantity_rejected", "delivery_note")  # fmt: skip


def _supplier(known: Known, line: Row) -> Part:
    links = known.run.supplier_links.filter(pl.col("side") == "invoice")
    if known.sources is not None:
        given = rows_at(known.sources.invoice_lines, line).to_dicts()
        masked = ("given_iban",) if isinstance(known.run, Published) else ()
        for column, name in _GIVEN.items() if given else ():
            links = (
                links
                if column in masked
                else links.filter(pl.col(column).eq_missing(pl.lit(given[0][name], pl.String)))
            )
    else:
        links = links.filter(pl.col("supplier_id").eq_missing(pl.lit(line["supplier_id"], pl.String)))
    rows = links.head(1).to_dicts()
    return Part("Supplier", tuple(said for row in rows for said in _recognised(row)), rows)


def _recognised(link: Row) -> Iterator[str]:
    given = ", ".join(str(link[name]) for name in ("given_id", "given_name", "given_vat_id") if link[name])
    score = f", score {text(link['score'])}" if link["score"] is not None else ""
    name = f" {link['supplier_name']}" if link["supplier_name"] else ""
    yield f"{given or 'nothing given'} is {link['supplier_id'] or 'nobody known'}{name} by {link['method']}{score}"
    if link["runner_up_id"]:
        yield f"next: {link['runner_up_id']}, score {text(link['runner_up_score'])}, {text(link['margin'])} behind"
    if link["state"]:
        yield f"{link['state']}: {link['reason'] or ''}"


def _link(known: Known, line: Row, world: World | None) -> Part:
    lines = list(_tried(known, line, world))
    if line["link"]:
        score = f", score {text(line['link_score'])}" if line["link_score"] is not None else ""
        order = f"{line['order_po_number']}/{line['order_po_line']}"
        lines.append(f"{rule_of(known, line['link'])}: order line {order}{score}")
    else:
        whole = whole_order(line)
        bills = f"it bills order {whole} as a whole: it gives an amount alone"
        lines.append("no rule found an order line" if whole is None else bills)
    return part("Order line", lines)


def _tried(known: Known, line: Row, world: World | None) -> Iterator[str]:
    """Yield what each rule ahead of the one that won found by itself."""
    for rule in world.rules.links if world else ():
        if rule.name == line["link"]:
            return
        alone = replace(world, rules=replace(world.rules, links=(rule,)))  # type: ignore[type-var,union-attr]
        run = reconcile(alone.sources, alone.rules, alone.as_of)  # type: ignore[union-attr]
        here = rows_at(run.invoice_lines, line).to_dicts()
        several = bool(here) and "link_ambiguous" in here[0]["codes"]
        yield f"{rule_of(known, rule.name)}: {'several, which none tells apart' if several else 'none'}"


def _receipts(known: Known, line: Row) -> Part:
    uses = known.run.allocations
    mine = uses.filter((pl.col("invoice_source") == line["source"]) & (pl.col("invoice_row") == line["row"]))
    rows = mine.to_dicts()
    lines = [
        f"{use['receipt_source']}:{use['receipt_row']}: {text(use['quantity'])} of receipt {use['receipt_number']}/{use['receipt_line'] or '-'}"
        for use in rows
    ]
    taken = _used_by_others(uses, mine, line) if line["order_po_number"] else []
    lines += [
        f"{use['receipt_source']}:{use['receipt_row']}: {text(use['quantity'])} are used by {use['invoice_number']}/{use['invoice_line'] or '-'}"
        for use in taken
    ]
    return Part("Receipts", tuple(lines), [*rows, *taken])


def _used_by_others(uses: pl.DataFrame, mine: pl.DataFrame, line: Row) -> list[Row]:
    of_order = (pl.col("po_number") == line["order_po_number"]) & (pl.col("po_line") == line["order_po_line"])
    others = uses.filter(of_order).join(mine, on=["invoice_source", "invoice_row"], how="anti")
    return others.head(_SHOWN_USES).to_dicts()
