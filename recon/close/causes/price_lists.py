"""Old price lists: prices that were right until a day and are another list's from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.causes.facts import who
from recon.close.causes.ratios import LEAST_FACTS, SHARE
from recon.close.causes.suspect import Suspect, findings_on
from recon.close.looked_at import taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from recon.close.causes.suspect import Judged

LEAST_BEFORE = 3
CODES = ("price_variance",)
_OF_ORDERS = ("supplier_id", "item", "currency", "order_date", "unit_price", "source", "row")


def list_suspects(lines: pl.DataFrame, done: Judged) -> Iterator[Suspect]:
    """Yield the suppliers who from a day on bill the prices that the orders of their items had before."""
    apart = lines.filter(pl.col("billed") != pl.col("ordered_price"))
    items = apart.select("ordered_item", supplier="order_supplier_id").unique()
    orders = taken(done.order_lines, *_OF_ORDERS).join(
        items, left_on=["item", "supplier_id"], right_on=["ordered_item", "supplier"], how="semi"
    )
    earlier = _earlier_prices(lines, orders)
    marked = earlier.with_columns(
        equal=pl.col("billed") == pl.col("ordered_price"),
        fits=(pl.col("billed") == pl.col("earlier")).fill_null(value=False),
    )
    scope = ["company", "supplier_id", "currency"]
    several = marked.filter(pl.col("fits").sum().over(scope) >= LEAST_FACTS)
    for key, mine in sorted(several.partition_by(scope, as_dict=True).items(), key=str):
        since = since_when(mine)
        if since is not None:
            yield _suspect(key, mine.filter("fits"), since, done)


def _earlier_prices(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `earlier`: what the item cost in the latest earlier order of the supplier that had another price."""
    by = ["supplier_id", "item", "currency"]
    dated = orders.drop_nulls(["item", "order_date", "unit_price"]).sort(*by, "order_date", "source", "row")
    changed = dated.filter((pl.col("unit_price") != pl.col("unit_price").shift().over(by)).fill_null(value=True))
    stepped = changed.with_columns(earlier=pl.col("unit_price").shift().over(by)).drop_nulls("earlier")
    known = stepped.select(
        order_supplier_id="supplier_id",
        ordered_item="item",
        ordered_currency="currency",
        ordered_price="unit_price",
        earlier="earlier",
    ).unique(
        ["order_supplier_id", "ordered_item", "ordered_currency", "ordered_price"], keep="last", maintain_order=True
    )
    on = ["order_supplier_id", "ordered_item", "ordered_currency", "ordered_price"]
    return lines.join(known, on=on, how="left", maintain_order="left")


def _suspect(key: tuple[object, ...], mine: pl.DataFrame, since: date, done: Judged) -> Suspect:
    company, supplier, currency = (None if part is None else str(part) for part in key)
    facts = mine.select("what", "ordered_price", "billed").n_unique()
    return Suspect(
        "price_list",
        f"{who(mine)} bills since {since} what the items cost before: its prices are those of an old list",
        ", ".join(part for part in (f"supplier_id {supplier}", f"currency {currency}")),
        findings_on(done.discrepancies, mine, CODES),
        company,
        supplier,
        since=since,
        facts=facts,
        lines=mine.height,
        invoices=mine["invoice_key"].n_unique(),
        confirmed_by="the items' earlier order prices",
    )


def since_when(lines: pl.DataFrame) -> date | None:
    """Return the day T that parts lines with `invoice_date`, `equal` and `fits`: before it four of five facts are as ordered,
    from it on four of five fit. None where no day does; of several the one that parts most.
    """
    facts = (
        lines.drop_nulls("invoice_date")
        .group_by("what", "ordered_price", "billed")
        .agg(pl.col("equal").first(), pl.col("fits").first(), day=pl.col("invoice_date").min())
    )
    days = facts.group_by("day").agg(
        n=pl.len(), equal=pl.col("equal").sum(), fits=(pl.col("fits") & ~pl.col("equal")).sum()
    )
    ordered = days.sort("day").with_columns(
        before=pl.col("n").cum_sum() - pl.col("n"),
        clean=pl.col("equal").cum_sum() - pl.col("equal"),
        after=pl.col("n").cum_sum(reverse=True),
        moved=pl.col("fits").cum_sum(reverse=True),
    )
    top, bottom = SHARE.numerator, SHARE.denominator
    parts = ordered.filter(
        pl.col("before") >= LEAST_BEFORE,
        pl.col("moved") >= LEAST_FACTS,
        pl.col("clean") * bottom >= pl.col("before") * top,
        pl.col("moved") * bottom >= pl.col("after") * top,
    )
    best = parts.sort(pl.col("clean") + pl.col("moved"), "day", descending=[True, False])
    return None if best.is_empty() else best["day"][0]
