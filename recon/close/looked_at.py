"""What month-end looks at: frames at hand, or of a large ledger waiting on disk, of which the columns that are asked for are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from recon.engine.joins import with_columns_of
from recon.engine.memory import without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.ledger.reconcile import Reconciliation

Frame = pl.DataFrame | pl.LazyFrame


class Lines(Protocol):
    """Lines of the three tables, as they were read or as a match has them."""

    @property
    def invoice_lines(self) -> Frame: ...
    @property
    def order_lines(self) -> Frame: ...
    @property
    def receipt_lines(self) -> Frame: ...


class Given(Lines, Protocol):
    """What was read, as `Sources` has it."""

    @property
    def suppliers(self) -> pl.DataFrame: ...
    @property
    def conversions(self) -> pl.DataFrame: ...
    @property
    def rates(self) -> pl.DataFrame: ...
    @property
    def absent(self) -> frozenset[str]: ...
    @property
    def files(self) -> tuple[Mapping[str, object], ...]: ...


LINKED = ("receipt_lines", "invoice_lines")
FOUND = ("order_lines", *LINKED, "invoices", "allocations", "discrepancies")
"""The frames of a match that month-end looks at."""


@dataclass(frozen=True)
class Matched:
    """What a match found; its lines have `order`, the number of their order line, null where they are linked to none."""

    order_lines: Frame
    receipt_lines: Frame
    invoice_lines: Frame
    invoices: Frame
    allocations: Frame
    discrepancies: Frame
    rejects: pl.DataFrame

    @classmethod
    def of(cls, done: Reconciliation) -> Matched:
        """Return what is looked at of a match at hand."""
        found: dict[str, Any] = with_order({name: getattr(done, name) for name in FOUND})
        return cls(**found, rejects=done.rejects)


def with_order(found: Mapping[str, pl.DataFrame], before: int = 0) -> dict[str, pl.DataFrame]:
    """Add `order` to the lines of FOUND of whole groups; so many order lines (`before`) have a number already."""
    orders = found["order_lines"]
    numbers = pl.int_range(before, before + orders.height, eager=True).alias("order")
    numbered = orders.with_columns(numbers)
    linked = {name: found[name].with_columns(order_of(found[name], numbered)) for name in LINKED}
    return {**found, "order_lines": numbered, **linked}


def order_of(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.Series:
    """Return `order` of the order line to which each receipt or invoice line is linked; null where there is none.

    Of several order lines of one number whose company fits, it is the first that has a quantity to expect.
    """
    keys = orders.select(
        *("order", "group_id", "expected_quantity"),
        order_po_number="po_number",
        order_po_line="po_line",
        order_company="company",
    )
    on = ["group_id", "order_po_number", "order_po_line"]
    fits = (pl.col("company") == pl.col("order_company")).fill_null(value=True)
    linked = lines.select(*on, "company").with_row_index("at").join(keys, on=on, how="left", maintain_order="left")
    if linked.height == lines.height:
        return linked.select(pl.when(fits).then("order")).to_series()
    silent = pl.col("expected_quantity").is_null()
    first = linked.filter(fits).sort("at", silent, maintain_order=True).unique("at", keep="first")
    places = linked.select("at").unique(maintain_order=True)
    return with_columns_of(places, first.select("at", "order"), "at")["order"]


def taken(frame: Frame, *columns: str, where: pl.Expr | None = None, **renamed: str) -> pl.DataFrame:
    """Return these columns of the rows for which `where` holds, in order; `renamed`: new name -> column."""
    rows: Any = frame if where is None else frame.filter(where)
    chosen = rows.select(*columns, **renamed)
    return chosen if isinstance(chosen, pl.DataFrame) else without_empty(chosen.collect())


def there(frame: Frame) -> list[str]:
    """Return the names of a frame's columns."""
    return frame.collect_schema().names()


def as_given(found: pl.DataFrame, frame: Frame, **columns: str) -> pl.DataFrame:
    """Add to lines what was read at the place of each (new name -> column); null where several rows stand there."""
    on = ["source", "row"]
    given = at_places(frame.select(*on, **columns), found.select(on).unique())
    return found.join(given.unique(on, keep="none"), on=on, how="left")


def at_places(frame: Frame, places: pl.DataFrame) -> pl.DataFrame:
    """Return the whole rows that stand at `places` (source, row, and what else `places` has)."""
    on = ["source", "row"]
    if isinstance(frame, pl.DataFrame):
        return frame.join(places, on=on)
    return frame.join(places.lazy(), on=on).collect(engine="streaming")
