"""A group's sources and rules as a world that can be changed in one place, and matched again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import SEVERITIES
from recon.ledger.reconcile import reconcile
from recon.rules.rule import Limit, Sides, Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from recon.rules.rule import Rules
    from recon.tables import Sources

Row = dict[str, Any]
_MADE = {"source": "(what if)", "row": 1}
"""Where a row stands that is in no file."""
_OF_THE_WHOLE = ("tax_amount", "invoice_net", "invoice_tax", "invoice_total", "document_id", "invoice_line")


@dataclass(frozen=True)
class World:
    """What a finding was found in: its group's sources, and the rules."""

    sources: Sources
    rules: Rules
    as_of: date | None = None

    def codes(self, finding: Row) -> frozenset[str]:
        """Return the codes at the row of a finding: its own, and others that could stop a payment."""
        found = reconcile(self.sources, self.rules, self.as_of).discrepancies
        stops = pl.col("severity").is_in(SEVERITIES[1:]) | (pl.col("code") == finding["code"])
        return frozenset(found.filter(at(finding) & stops)["code"])

    def having(self, **frames: pl.DataFrame) -> World:
        """Return the world with other frames in the place of its own."""
        changes: dict[str, Any] = dict(frames)
        return replace(self, sources=replace(self.sources, **changes))

    def with_row(self, table: str, row: Mapping[str, Any]) -> World:
        """Return the world with one more row in a table; what it does not give is absent."""
        frame = getattr(self.sources, table)
        made = {**_MADE, **row}
        more = {name: pl.Series([made.get(name)], dtype=kind) for name, kind in frame.schema.items()}
        return self.having(**{table: pl.concat([frame, pl.DataFrame(more)])})

    def where(self, table: str, rows: pl.Expr, **values: Any) -> World:
        """Return the world with other values in some rows of a table; a value may be an expression."""
        frame = getattr(self.sources, table)
        changed = [
            pl.when(rows)
            .then(value.cast(frame.schema[name]) if isinstance(value, pl.Expr) else pl.lit(value, frame.schema[name]))
            .otherwise(name)
            .alias(name)
            for name, value in values.items()
        ]
        return self.having(**{table: frame.with_columns(changed)})

    def on_line(self, line: Row, **values: Any) -> World:
        """Return the world with other values on an invoice line."""
        return self.where("invoice_lines", at(line), **values)

    def on_order(self, row: Row, **values: Any) -> World:
        """Return the world with other values on the order line of a row."""
        return self.where("order_lines", order_of(row), **values)

    def tolerated(self, measure: str, limit: Limit) -> World:
        """Return the world with a limit for both sides of a measure ahead of all others."""
        ahead = Tolerance("what if", {measure: Sides(over=limit, under=limit)})
        return replace(self, rules=replace(self.rules, tolerances=(ahead, *self.rules.tolerances)))


def at(row: Row) -> pl.Expr:
    """Return what holds of the row that stands where another does."""
    return pl.col("source").eq(pl.lit(row["source"])) & pl.col("row").eq(pl.lit(row["row"]))


def document_of(line: Row) -> pl.Expr:
    """Return what holds of the lines under the invoice number of a line."""
    return pl.col("invoice_number").eq(pl.lit(line["invoice_number"]))


def key_of(row: Row) -> tuple[str | None, str | None]:
    """Return number and line of the order line that a row is linked to, or that it is."""
    if "order_po_number" in row:
        return row["order_po_number"], row["order_po_line"]
    return row["po_number"], row["po_line"]


def order_of(row: Row) -> pl.Expr:
    """Return what holds of the order line of a row."""
    number, line = key_of(row)
    return pl.col("po_number").eq_missing(pl.lit(number, pl.String)) & pl.col("po_line").eq_missing(
        pl.lit(line, pl.String)
    )


def received(world: World, row: Row, quantity: Decimal) -> World:
    """Return the world with one more receipt of the row's order line (a return, where negative), in the order's unit."""
    number, line = key_of(row)
    made = {"company": row["company"], "receipt_number": "(another receipt)", "receipt_line": "1", "po_number": number}
    day = world.as_of or row.get("invoice_date") or row.get("due_date") or row.get("order_date")
    figures = {"quantity": quantity, "quantity_accepted": quantity if quantity > 0 else None, "receipt_date": day}
    return world.with_row("receipt_lines", {**made, "po_line": line, **figures})


def credited(world: World, line: Row, **figures: Decimal) -> World:
    """Return the world with a credit note of the line's, of a quantity at its price or of an amount."""
    kind = "price_difference" if "amount" in figures and line["line_type"] in (None, "item") else line["line_type"]
    blank: dict[str, Any] = dict.fromkeys(
        (*_OF_THE_WHOLE, *(("quantity", "unit_price") if "amount" in figures else ("amount",)))
    )
    less = {name: -value for name, value in figures.items()}
    made = {"document_type": "credit_note", "invoice_number": "(credit note)", "line_type": kind}
    return _with_copy(world, line, blank | less | made)


def accepted(world: World, row: Row) -> World:
    """Return the world in which nothing was rejected of what was received on the row's order line."""
    run = reconcile(world.sources, world.rules, world.as_of).receipt_lines
    number, line = key_of(row)
    mine = run.filter((pl.col("order_po_number") == number) & (pl.col("order_po_line") == line))
    places = mine.select("source", "row", of_order=pl.lit(value=True))
    receipts = world.sources.receipt_lines.join(places, on=["source", "row"], how="left", maintain_order="left")
    blank = [
        pl.when(pl.col("of_order").is_null()).then(name).alias(name)
        for name in ("quantity_accepted", "quantity_rejected")
    ]
    return world.having(receipt_lines=receipts.with_columns(blank).drop("of_order"))


def billed(world: World, row: Row, quantity: Decimal) -> World:
    """Return the world with one more invoice for a quantity of the row's order line, at the order's price."""
    number, line = key_of(row)
    made = {"invoice_number": "(another invoice)", "document_type": "invoice" if quantity > 0 else "credit_note"}
    order = world.sources.order_lines.filter(order_of(row)).head(1).to_dicts()
    if not order:
        return world
    names = ("company", "supplier_id", "supplier_name", "uom", "unit_price", "price_unit", "currency")
    day = world.as_of or row.get("invoice_date") or row.get("due_date") or row.get("order_date")
    own = {name: order[0][name] for name in names}
    return world.with_row(
        "invoice_lines",
        {
            **own,
            **made,
            "po_number": number,
            "po_line": line,
            "quantity": quantity,
            "invoice_date": day,
            "line_type": "item",
        },
    )


def _with_copy(world: World, line: Row, values: Mapping[str, Any]) -> World:
    lines = world.sources.invoice_lines
    made = {name: pl.lit(value, lines.schema[name]) for name, value in {**values, **_MADE}.items()}
    return world.having(invoice_lines=pl.concat([lines, lines.filter(at(line)).with_columns(**made)]))


def group_of(sources: Sources, places: Mapping[str, pl.DataFrame]) -> Sources:
    """Return the rows of sources that stand at `places` (source, row; by table), with all that is not matched line by line."""
    kept = {
        name: getattr(sources, name).join(rows, on=["source", "row"], how="semi", maintain_order="left")
        for name, rows in places.items()
    }
    return replace(sources, **kept)


def order_row(world: World, row: Row) -> Row:
    """Return the order line that a row names; empty where there is none."""
    return next(iter(world.sources.order_lines.filter(order_of(row)).head(1).to_dicts()), {})
