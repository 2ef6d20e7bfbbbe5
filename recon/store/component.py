"""Components: what hangs together by orders can be matched without the rest of its group, where no line looks further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.classify.hints import SHORT
from recon.match.keys import key, line_key, number_key
from recon.store.world.mentions import look

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from recon.rules.rule import Rules
    from recon.store.intake import Taken
    from recon.store.state import State
    from recon.store.world.world import Group

Rows = set[tuple[int, str]]
ORDER = ["po_key", "po_line_key", "company_key"]
DOUBTED = ("link_suggested", "link_ambiguous", "item_mismatch", "receipt_without_order")
MAY = ("orders", "receipts", "invoices", "rates")
"""What may change and reach no more than what hangs together with it."""
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
    """Return whether what changed may concern no more than what hangs together with it: no rule looks further."""
    further = any(column in rule.on for rule in rules.links for column in LOOK_FURTHER)
    return not further and all(document.table in MAY for document in taken.changed.values())


def open_documents(frames: Mapping[str, pl.DataFrame], rules: Rules, of: Mapping[str, int]) -> set[int]:
    """Return the documents with a line that may look beyond what it hangs together with.

    The others' lines are linked by the order number that they cite, and bill that order line's item or name none.
    """
    by_number = [rule.name for rule in rules.links if "po_number" in rule.on]
    orders = _items(frames["order_lines"])
    found: set[int] = set()
    for name in ("invoice_lines", "receipt_lines"):
        lines = frames[name]
        if lines.is_empty():
            continue
        doubted = lines["codes"].list.eval(pl.element().is_in(DOUBTED)).list.any()
        linked = lines["link"].is_in(by_number).fill_null(value=False) & ~doubted.fill_null(value=False)
        found.update(of[source] for source in lines.filter(~linked)["source"].unique())
        asked = _links(lines.filter(lines["item"].is_not_null())).with_columns(key("item").alias("item")).unique()
        met = asked.join(orders.drop("source"), on=ORDER, nulls_equal=True, how="left")
        strange = met.filter(~(pl.col("item") == pl.col("order_item")).fill_null(value=False))
        found.update(of[source] for source in strange["source"].unique())
    return found


def lookers(state: State, reach: Reach, parts: Sequence[set[int]]) -> tuple[set[int], set[int]]:
    """Return which documents of the parts name in a message what others have of an item, and which others what these have.

    `parts`: what was matched, each apart; others are of another part, or of none. Both have to be matched with the rest.
    """
    part = {document: at for at, documents in enumerate(parts) for document in documents}
    ids = sorted(part)
    before = {(document, item) for document, item in state.chosen("select document, item from offered where document in", ids)}  # fmt: skip
    offered, wanted = reach.offered | before, reach.wanted
    inside: set[int] = set()
    outside: set[int] = set()
    for document, other in _pairs(state, "wanted", offered, wanted, part):
        if part.get(other) != part[document]:
            (inside if other in part else outside).add(other)
    for document, other in _pairs(state, "offered", wanted, offered, part):
        if part.get(other) != part[document]:
            inside.add(document)
    return inside, outside


def _pairs(state: State, table: str, rows: Rows, news: Rows, part: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the document of each of `rows` with each document that has the item in `table`: as it is now of those of the parts, `news`."""
    of_item: dict[str, set[int]] = {}
    for document, item in state.chosen(
        f"select document, item from {table} where item in", sorted({i for _, i in rows})
    ):
        of_item.setdefault(item, set()).update(() if document in part else (document,))
    for document, item in news:
        of_item.setdefault(item, set()).add(document)
    for document, item in rows:
        yield from ((document, other) for other in of_item.get(item, ()))


def keep_reach(
    state: State, reach: Reach, documents: AbstractSet[int], open_: Iterable[tuple[Group, int]] = ()
) -> None:
    """Put the reach of documents, and in which groups they are open, in the place of the former."""
    for table, rows in (("linked", reach.linked), ("offered", reach.offered), ("wanted", reach.wanted)):
        state.forget(table, documents)
        kept = sorted(row for row in rows if row[0] in documents)
        state.database.executemany(f"insert into {table} values (?, ?)", kept)
    state.forget("open", documents)
    opened = sorted((document, group) for group, document in open_ if document in documents and group is not None)
    state.database.executemany("insert into open values (?, ?)", opened)
