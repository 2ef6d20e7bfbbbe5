"""What month-end looks at: frames at hand, or of a large ledger waiting on disk, of which the columns that are asked for are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from recon.close.links import FOUND, linked
from recon.engine.memory import without_repeats

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


@dataclass(frozen=True)
class Matched:
    """What a match found, with what `linked` adds to it; rejects are at hand."""

    order_lines: Frame
    receipt_lines: Frame
    invoice_lines: Frame
    invoices: Frame
    billing: Frame
    discrepancies: Frame
    rejects: pl.DataFrame

    @classmethod
    def of(cls, done: Reconciliation) -> Matched:
        """Return what is looked at of a match at hand."""
        found: dict[str, Any] = linked({name: getattr(done, name) for name in FOUND})
        return cls(**found, rejects=done.rejects)


def taken(frame: Frame, *columns: str, where: pl.Expr | None = None, **renamed: str) -> pl.DataFrame:
    """Return these columns of the rows for which `where` holds, in order; `renamed`: new name -> column."""
    rows: Any = frame if where is None else frame.filter(where)
    chosen = rows.select(*columns, **renamed)
    return chosen if isinstance(chosen, pl.DataFrame) else without_repeats(chosen.collect())


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
