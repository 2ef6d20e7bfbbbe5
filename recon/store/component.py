"""Components: what hangs together by orders can be matched without the rest of its group, where no line looks further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.classify.hints import SHORT
from recon.match.keys import key, line_key, number_key
from recon.store.mentions import look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.rule import Rules
    from recon.store.intake import Taken
    from recon.store.state import State

Rows = set[tuple[int, str]]
ORDER = ["po_key", "po_line_key", "company_key"]
DOUBTED = ("link_suggested", "link_ambiguous", "item_mismatch", "receipt_without_order")
LOOK_FURTHER = ("delivery_note",)
"""Columns of link rules that lead from line to line whatever order they cite."""


@dataclass(frozen=True)
class Reach:
    """How far results look: the orders (by look) that documents are linked to; the items of which order lines have more
    than is billed (`offered`), and of which lines lack goods (`wanted`), for a message names the ones to the others.
    """

    linked: Rows
    offered: Rows
    wanted: Rows

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame], of: Mapping[str, int]) -> Reach:
        """Return the reach of results; `of`: the document of each `source`."""
        lines = pl.concat([_links(frames[name]) for name in ("invoice_lines", "receipt_lines")])
        linked = lines.drop_nulls("po_key").select("source", look().alias("look")).unique()
        orders = _items(frames["order_lines"])
        short = pl.col("codes").list.eval(pl.element().is_in(SHORT)).list.any()
        lacking = _links(frames["invoice_lines"].filter(short)).join(orders.drop("source"), on=ORDER, nulls_equal=True)
        more = orders.filter(pl.col("received_not_invoiced") > 0)
        return cls(*(_rows(frame, of) for frame in (linked, more.select("source", "mark"), lacking.select("source", "mark"))))  # fmt: skip


def _rows(frame: pl.DataFrame, of: Mapping[str, int]) -> Rows:
    return {(of[source], text) for source, text in frame.drop_nulls().iter_rows()}


def _links(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines with the key of the order line that each is linked to."""
    return lines.select(
        "source",
        "item",
        number_key("order_po_number").alias("po_key"),
        line_key("order_po_line").alias("po_line_key"),
        key("company").alias("company_key"),
    )


def _items(orders: pl.DataFrame) -> pl.DataFrame:
    mark = pl.format("{}|{}", pl.col("supplier_id").fill_null(""), key("item"))
    own = (number_key("po_number").alias("po_key"), line_key("po_line").alias("po_line_key"), key("company").alias("company_key"))  # fmt: skip
    return orders.select("source", "received_not_invoiced", *own, key("item").alias("order_item"), mark.alias("mark"))


def may_stand_alone(taken: Taken, rules: Rules) -> bool:
    """Return whether what changed concerns no more than what hangs together with it: no order came, and no rule looks further."""
    further = any(column in rule.on for rule in rules.links for column in LOOK_FURTHER)
    return not further and all(document.table in ("receipts", "invoices") for document in taken.changed.values())


def stands_alone(frames: Mapping[str, pl.DataFrame], rules: Rules) -> bool:
    """Return whether each line is linked by the order number that it cites, and bills that order line's item or names none."""
    by_number = [rule.name for rule in rules.links if "po_number" in rule.on]
    orders = _items(frames["order_lines"])
    for name in ("invoice_lines", "receipt_lines"):
        lines = frames[name]
        doubted = lines["codes"].list.eval(pl.element().is_in(DOUBTED)).list.any()
        linked = lines["link"].is_in(by_number).fill_null(value=False) & ~doubted.fill_null(value=False)
        if not linked.all():
            return False
        asked = _links(lines.filter(lines["item"].is_not_null())).with_columns(key("item").alias("item"))
        met = asked.select("item", *ORDER).unique().join(orders, on=ORDER, nulls_equal=True, how="left")
        if not (met["item"] == met["order_item"]).fill_null(value=False).all():
            return False
    return True


def looked_at_from_outside(state: State, reach: Reach, documents: set[int]) -> bool:
    """Return whether a message of another document names what these have of an item, now or before, or the other way round."""
    before = {row[0] for row in state.chosen("select item from offered where document in", sorted(documents))}
    offered, wanted = ({item for _, item in rows} for rows in (reach.offered, reach.wanted))
    outside = _outside(state, "wanted", offered | before, documents) or _outside(state, "offered", wanted, documents)
    return bool(outside)


def _outside(state: State, table: str, items: set[str], documents: set[int]) -> bool:
    query = f"select distinct document from {table} where item in"
    return any(row[0] not in documents for row in state.chosen(query, sorted(items)))


def keep_reach(state: State, reach: Reach, documents: set[int]) -> None:
    """Put the reach of documents in the place of the former."""
    for table, rows in (("linked", reach.linked), ("offered", reach.offered), ("wanted", reach.wanted)):
        state.forget(table, documents)
        state.database.executemany(f"insert into {table} values (?, ?)", sorted(rows))
