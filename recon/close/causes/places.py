"""Places where findings are many: one plant, buyer, item or file has nearly all of them, and the rest nearly none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import exp, lgamma
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.suspect import FINDING, Suspect
from recon.close.looked_at import taken, there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.close.causes.suspect import Judged

LEAST, SHARE, LIFT = 5, Fraction(4, 5), 5
CHANCE = 10_000
"""One in so many is the most that chance may explain, over all that was tried."""
MISSING = ("not_received", "quantity_over_received")
EXPECTED = ("received_not_invoiced", "reversed")
"""No mistakes: they are not looked for."""
WHERE = ("plant", "buyer", "category", "cost_centre", "item", "supplier_id", "company", "file", "month")
"""Where findings may be many; of two that say the same the first is told."""
_OF_ORDER = ("plant", "buyer", "category", "cost_centre", "item")
_READ = (*_OF_ORDER, "supplier_id", "company", "source", "row", "order")
PLACE = ["source", "row"]


def place_suspects(done: Judged, claimed: pl.DataFrame) -> Iterator[Suspect]:
    """Yield the places where what is left (not `claimed` by another reason) of a code is far more than elsewhere."""
    found = done.discrepancies.select(*FINDING, "receipt_number", "invoice_number")
    left = found.filter(~pl.col("code").is_in(EXPECTED)).join(claimed, on=FINDING, how="anti")
    for on in ("invoice", "receipt", "order"):  # one after the other: of a large ledger all lines are much
        mine = _grouped(left.filter(_stands_on(on)))
        if mine.is_empty():
            continue
        lines = _Lines.of(done, on)
        marked = lines.placed(mine)
        for row in _tested(lines, marked).iter_rows(named=True):
            yield _suspect(row, marked, mine, done)


@dataclass(frozen=True)
class _Lines:
    """The lines of one kind (PLACE, `day`, `supplier_id`, `company` and what they say of _OF_ORDER), and their orders' _OF_ORDER.

    `order` is the place of each line's order among the orders, null where it has none.
    """

    lines: pl.DataFrame
    order: pl.Series
    orders: pl.DataFrame

    @classmethod
    def of(cls, done: Judged, on: str) -> _Lines:
        """Return the lines of one kind, on which findings may stand."""
        own = taken(done.order_lines, *_OF_ORDER)
        if on == "order":
            orders = taken(done.order_lines, "order", *PLACE, "supplier_id", "company", day="order_date")
            return cls(orders.drop("order"), orders["order"].cast(pl.UInt32), own)
        bills = on == "invoice"
        lines, day = (done.invoice_lines, "invoice_date") if bills else (done.receipt_lines, "receipt_date")
        known = there(lines)
        where = pl.col("line_type") == "item" if bills else None
        frame = taken(lines, *(c for c in _READ if c in known), where=where, day=day)
        absent = [pl.lit(None, pl.String).alias(c) for c in ("supplier_id", "company") if c not in known]
        order = frame["order"].cast(pl.UInt32)  # as places, which may all be null
        return cls(frame.with_columns(*absent).drop("order"), order, own)

    def placed(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return the lines that stand at the places of `found`, with what else that has, `day` and WHERE."""
        at = self.lines.select(PLACE).with_row_index("at").join(found.unique([*PLACE, "about"]), on=PLACE)
        here = _Lines(self.lines[at["at"]], self.order[at["at"]], self.orders)
        own = [here._said(column).alias(column) for column in _OF_ORDER]
        told = here.lines.select(*PLACE, "day", "supplier_id", "company", *own, file="source", month=_month("day"))
        return told.select(*PLACE, "day", pl.col(WHERE).cast(pl.String)).hstack(at.drop("at", *PLACE))

    def sizes(self) -> pl.DataFrame:
        """Return `n`, how many lines each `value` of each kind of place (`where`) has."""
        values = {c: self._said(c) for c in _OF_ORDER}
        values |= {
            "supplier_id": self.lines["supplier_id"],
            "company": self.lines["company"],
            "file": self.lines["source"],
        }
        counted = {where: _sizes(each) for where, each in values.items()}
        by_day = self.lines.group_by("day").agg(n=pl.len())
        counted["month"] = by_day.group_by(value=_month("day")).agg(pl.col("n").sum()).drop_nulls("value")
        return pl.concat(
            each.select(pl.col("value").cast(pl.String), pl.col("n").cast(pl.Int64), where=pl.lit(where))
            for where, each in counted.items()
        )

    def _said(self, column: str) -> pl.Series:
        """Return what the order of each line says, or where it says nothing, the line."""
        theirs = self.orders[column]
        if theirs.null_count() < theirs.len():
            ordered = theirs[self.order]
            return (
                ordered.zip_with(ordered.is_not_null(), self.lines[column]) if column in self.lines.columns else ordered
            )
        return (
            self.lines[column]
            if column in self.lines.columns
            else theirs.clear().extend_constant(None, self.lines.height)
        )


def _sizes(values: pl.Series) -> pl.DataFrame:
    return values.rename("value").drop_nulls().value_counts(name="n")


def _month(day: str) -> pl.Expr:
    return pl.col(day).dt.strftime("%Y-%m")


def _stands_on(kind: str) -> pl.Expr:
    receipt = pl.col("receipt_number").is_not_null() & pl.col("invoice_number").is_null()
    return {"invoice": pl.col("invoice_number").is_not_null(), "receipt": receipt}.get(
        kind, ~receipt & pl.col("invoice_number").is_null()
    )


def _grouped(found: pl.DataFrame) -> pl.DataFrame:
    """Return FINDING rows with `about`: the code, or that receipts are missing."""
    about = pl.when(pl.col("code").is_in(MISSING)).then(pl.lit("missing_receipts")).otherwise("code")
    return found.select(*FINDING, about=about)


def _tested(lines: _Lines, marked: pl.DataFrame) -> pl.DataFrame:
    """Return the places that pass: enough, nearly all of the place's lines, far more than elsewhere, and not by chance.

    `marked` are the lines on which findings stand.
    """
    count = pl.len().cast(pl.Int64)
    hits = pl.concat(
        marked.group_by("about", value=name).agg(x=count).with_columns(where=pl.lit(name)) for name in WHERE
    )
    if hits.filter(pl.col("x") >= LEAST).is_empty():
        return hits.clear()
    sizes = lines.sizes()
    totals = marked.group_by("about").agg(all_x=count)
    tests = totals.height * sizes.filter(pl.col("n") >= LEAST).height
    joined = hits.join(sizes, on=["where", "value"]).join(totals, on="about")
    joined = joined.with_columns(all_n=pl.lit(lines.lines.height, pl.Int64))
    elsewhere = (pl.col("all_x") - pl.col("x")) * pl.col("n") * LIFT <= pl.col("x") * (pl.col("all_n") - pl.col("n"))
    likely = joined.filter(
        pl.col("x") >= LEAST,
        pl.col("x") * SHARE.denominator >= pl.col("n") * SHARE.numerator,
        elsewhere,
        pl.col("n") < pl.col("all_n"),
    )
    chances = [min(1, chance(*row) * tests) for row in likely.select("x", "n", "all_x", "all_n").iter_rows()]
    order = pl.col("where").replace_strict({name: at for at, name in enumerate(WHERE)}, return_dtype=pl.Int64)
    kept = likely.with_columns(pl.Series("p", chances, dtype=pl.Float64)).filter(pl.col("p") * CHANCE <= 1)
    return kept.sort("about", order, "value")


def chance(hits: int, of: int, all_hits: int, of_all: int) -> float:
    """Return how likely at least `hits` of `of` lines are, when `all_hits` of `of_all` are spread by chance (Fisher).

    >>> round(chance(3, 3, 3, 6), 4)
    0.05
    """
    most = min(of, all_hits)
    whole = _ways(of_all, of)
    return sum(exp(_ways(all_hits, k) + _ways(of_all - all_hits, of - k) - whole) for k in range(hits, most + 1))


def _ways(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose k of n."""
    return float("-inf") if k < 0 or k > n else lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _suspect(row: dict[str, Any], marked: pl.DataFrame, found: pl.DataFrame, done: Judged) -> Suspect:
    here = marked.filter(pl.col("about") == row["about"], pl.col(row["where"]) == row["value"])
    mine = found.filter(about=row["about"]).join(here, on=PLACE, how="semi")
    days = here["day"].drop_nulls()
    since = days.min() if days.len() else None
    place = f"{row['where'].replace('_', ' ')} {row['value']}"
    share = f"{row['x']} of {row['n']} lines, elsewhere {row['all_x'] - row['x']} of {row['all_n'] - row['n']}"
    if row["about"] == "missing_receipts":
        said = f"Receipts of {place} are missing{_last_receipt(row, done)}: {share}"
    else:
        said = f"{row['about']} is found at {place}: {share}"
    return Suspect(
        row["about"] if row["about"] == "missing_receipts" else "concentrated",
        said,
        place,
        mine.select(FINDING),
        supplier_id=row["value"] if row["where"] == "supplier_id" else None,
        company=row["value"] if row["where"] == "company" else None,
        since=since,  # type: ignore[arg-type]
        until=days.max() if days.len() else None,  # type: ignore[arg-type]
        lines=row["x"],
        share=round(Decimal(row["x"]) / Decimal(row["n"]), 6),
        p_value=Decimal(f"{row['p']:.3g}"),
        rank=1 + WHERE.index(row["where"]),
    )


def _last_receipt(row: dict[str, Any], done: Judged) -> str:
    if row["where"] not in _OF_ORDER:
        return ""
    came = taken(done.receipt_lines, *PLACE, where=pl.col("quantity") > 0).with_columns(about=pl.lit(None))
    here = _Lines.of(done, "receipt").placed(came).filter(pl.col(row["where"]) == row["value"])
    days = here["day"].drop_nulls()
    return f" after {days.sort()[-1]}" if days.len() else ", all of them"
