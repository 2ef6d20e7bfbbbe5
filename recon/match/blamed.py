"""Blamed: which rows make an order line too wide to compute: receipts that are too wide for it are named in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, rows_of
from recon.errors import TooWideRowsError
from recon.match.allocate.allocate import allocate
from recon.match.allocate.order_balances import with_balances
from recon.match.allocate.running import WHOLE
from recon.match.compare.deliveries import order_findings
from recon.match.link.with_order import allocation_orders, received_fractions, takes_part

if TYPE_CHECKING:
    from recon.match.batch import Lines, Shared

PLACE = ["source", "row"]
NOTHING_BILLED = pl.DataFrame(
    schema={"line_id": pl.Int64, "order_id": pl.Int64, "num": WHOLE, "den": WHOLE, "reversed": pl.Boolean, "in_doubt": pl.Boolean}
)  # fmt: skip


def with_receipts_blamed(error: TooWideRowsError, lines: Lines, shared: Shared) -> TooWideRowsError:
    """Return the error about receipts where an order line is too wide with what came of it, and not without.

    Those are named that make it too wide each on its own, or where none does all of the order line. `lines` are linked.
    """
    orders = _at(lines.orders.filter("counts"), error.rows)
    own = _at(orders, _too_wide(orders, lines.receipts.clear(), shared))
    received = lines.receipts.filter(takes_part(lines.receipts))
    came = received.filter(among("order_id", orders["order_id"]), ~among("order_id", own["order_id"]))
    alone = _at(came, _too_wide(*_each_alone(orders, came), shared))
    others = came.filter(~among("order_id", alone["order_id"]))
    together = _at(orders, _too_wide(rows_of(orders, others["order_id"].unique().sort(), "order_id"), others, shared))
    blamed = pl.concat([alone, others.filter(among("order_id", together["order_id"]))])
    freed = orders.filter(among("order_id", blamed["order_id"]))
    return TooWideRowsError({*error.rows} - {*freed[PLACE].rows()} | {*blamed[PLACE].rows()})


def _each_alone(orders: pl.DataFrame, came: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return an order line for each receipt, at the receipt's place, and the receipts, each of its own order line."""
    numbered = came.with_columns(order_id=pl.int_range(pl.len(), dtype=pl.Int64))
    return rows_of(orders, came["order_id"], "order_id").with_columns(numbered[["order_id", *PLACE]]), numbered


def _too_wide(orders: pl.DataFrame, came: pl.DataFrame, shared: Shared) -> list[tuple[str, int]]:
    """Return the places of order lines that cannot be computed with what came of them, while nothing is billed."""
    try:
        allocation = allocate(allocation_orders(orders), NOTHING_BILLED, received_fractions(came))
        order_findings(with_balances(orders, came, allocation), shared.rules.tolerances, shared.as_of)
    except TooWideRowsError as error:
        return error.rows
    return []


def _at(lines: pl.DataFrame, places: list[tuple[str, int]]) -> pl.DataFrame:
    wanted = pl.DataFrame(places, schema={c: lines.schema[c] for c in PLACE}, orient="row")
    return lines.join(wanted, on=PLACE, how="semi", maintain_order="left")
