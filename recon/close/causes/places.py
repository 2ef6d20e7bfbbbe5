"""Places where findings are many: one plant, buyer, item or file has nearly all of them, and the rest nearly none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import exp, lgamma
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.facts import AT_ONCE, numbered, parts_of
from recon.close.causes.suspect import FINDING, Suspect
from recon.close.looked_at import taken, there
from recon.close.order_lines import of_order
from recon.engine.joins import with_columns_of

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
_READ = (*_OF_ORDER, "supplier_id", "company", "source", "row", "group_id", "order_po_number", "order_po_line")
PLACE = ["source", "row"]


def place_suspects(done: Judged, claimed: pl.DataFrame) -> Iterator[Suspect]:
    """Yield the places where what is left (not `claimed` by another reason) of a code is far more than elsewhere."""
    left = done.discrepancies.filter(~pl.col("code").is_in(EXPECTED)).join(claimed, on=FINDING, how="anti")
    for on in ("invoice", "receipt", "order"):  # one after the other: of a large ledger all lines are much
        mine = _grouped(left.filter(_stands_on(on)))
        if mine.is_empty():
            continue
        lines = _lines(done, on)
        for row in _tested(lines, mine).iter_rows(named=True):
            yield _suspect(row, lines, mine, done)


def _lines(done: Judged, on: str) -> pl.DataFrame:
    """Return the lines of one kind, on which findings stand, each with WHERE."""
    named = dict.fromkeys(
        (*_OF_ORDER, "supplier_id", "company", *PLACE, "group_id", "po_number", "po_line", "order_date")
    )
    orders = numbered(taken(done.order_lines, *named))
    if on == "order":
        return _placed(orders, "order_date", lambda c, _: pl.col(c))
    own = orders.select("order", **{f"of_{c}": pl.col(c) for c in _OF_ORDER})
    bills = on == "invoice"
    lines, day = (done.invoice_lines, "invoice_date") if bills else (done.receipt_lines, "receipt_date")
    known = there(lines)
    where = pl.col("line_type") == "item" if bills else None
    frame = taken(lines, *(c for c in (*_READ, day) if c in known), where=where).with_row_index("at")

    def placed(part: pl.DataFrame) -> pl.DataFrame:
        linked = with_columns_of(of_order(part, orders).select("at", "order"), own, "order")
        beside = with_columns_of(part, linked.drop("order"), "at")
        return _placed(beside, day, lambda c, names: pl.coalesce(f"of_{c}", *([c] if c in names else [])))

    return pl.concat([placed(part) for part in parts_of(frame, AT_ONCE)])


def _placed(frame: pl.DataFrame, day: str, of_order_column: Any) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias(c) for c in ("supplier_id", "company") if c not in frame.columns]
    return frame.with_columns(
        *absent,
        *(of_order_column(c, frame.columns).alias(f"_{c}") for c in _OF_ORDER),
        _file=pl.col("source"),
        _month=pl.col(day).dt.strftime("%Y-%m"),
    ).select(
        "source", "row", pl.col(day).alias("day"),
        *(pl.col(f"_{c}" if c in (*_OF_ORDER, "file", "month") else c).cast(pl.String).alias(c) for c in WHERE),
    )  # fmt: skip


def _sizes(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `n`, how many lines each `value` of each kind of place has."""
    return pl.concat(
        lines.select(value=name).drop_nulls().group_by("value").agg(n=pl.len()).with_columns(where=pl.lit(name))
        for name in WHERE
    )


def _stands_on(kind: str) -> pl.Expr:
    receipt = pl.col("receipt_number").is_not_null() & pl.col("invoice_number").is_null()
    return {"invoice": pl.col("invoice_number").is_not_null(), "receipt": receipt}.get(
        kind, ~receipt & pl.col("invoice_number").is_null()
    )


def _grouped(found: pl.DataFrame) -> pl.DataFrame:
    """Return FINDING rows with `about`: the code, or that receipts are missing."""
    about = pl.when(pl.col("code").is_in(MISSING)).then(pl.lit("missing_receipts")).otherwise("code")
    return found.select(*FINDING, about=about)


def _tested(lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the places that pass: enough, nearly all of the place's lines, far more than elsewhere, and not by chance."""
    sizes = _sizes(lines)
    marked = lines.join(found.unique(["source", "row", "about"]), on=PLACE)
    hits = pl.concat(
        marked.group_by("about", value=name).agg(x=pl.len()).with_columns(where=pl.lit(name)) for name in WHERE
    )
    totals = marked.group_by("about").agg(all_x=pl.len())
    tests = totals.height * sizes.filter(pl.col("n") >= LEAST).height
    joined = hits.join(sizes, on=["where", "value"]).join(totals, on="about")
    joined = joined.with_columns(all_n=pl.lit(lines.height, pl.UInt32))
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


def _suspect(row: dict[str, Any], lines: pl.DataFrame, found: pl.DataFrame, done: Judged) -> Suspect:
    here = lines.filter(pl.col(row["where"]) == row["value"])
    mine = found.filter(about=row["about"]).join(here, on=["source", "row"], how="semi")
    days = here.join(mine, on=["source", "row"], how="semi")["day"].drop_nulls()
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
    came = taken(done.receipt_lines, *PLACE, where=pl.col("quantity") > 0)
    here = _lines(done, "receipt").filter(pl.col(row["where"]) == row["value"])
    days = here.join(came, on=PLACE, how="semi")["day"].drop_nulls()
    return f" after {days.sort()[-1]}" if days.len() else ", all of them"
