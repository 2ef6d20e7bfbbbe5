"""What a report says, once for all renderings: its frames, its sheets and the order of their columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon.report.columns import describe
from recon.result_tables import GIVEN

if TYPE_CHECKING:
    import polars as pl

    from recon.ledger.reconcile import Reconciliation
    from recon.report.columns import Column

FRAMES = (
    "discrepancies",
    "invoice_lines",
    "order_lines",
    "receipt_lines",
    "invoices",
    "supplier_links",
    "rejects",
    "left_out",
    "allocations",
    "bridge",
)
"""The frames that are written as files, each under its own name."""


def frames_of(reconciliation: Reconciliation) -> dict[str, pl.DataFrame]:
    """Return every frame of the report by name."""
    return {name: getattr(reconciliation, name) for name in FRAMES}


@dataclass(frozen=True)
class Sheet:
    """One table for people: the frame it shows and the columns to put first, in order."""

    title: str
    frame: str
    names: tuple[str, ...]
    note: str
    frozen: int = 0
    """How many columns stay in view."""
    always: bool = True
    """Whether the sheet is there without rows."""
    whole: bool = False
    """Whether columns without a single value are shown too."""
    alone: bool = False
    """Whether only the columns named are shown."""
    flat: bool = False
    """Whether each row is one line high."""


def columns_of(sheet: Sheet, frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return what the sheet shows of `frame`: its own order first, then the rest, carried columns too; place last.

    No two have the same title: in a table of a workbook they may not.
    """
    last = tuple(name for name in ("source", "row") if name not in sheet.names)
    rest = () if sheet.alone else tuple(name for name in frame.columns if name not in (*sheet.names, *last, *GIVEN))
    last = () if sheet.alone else last
    names = [name for name in (*sheet.names, *rest, *last) if name in frame.columns]
    columns = [describe(name, frame.schema[name]) for name in names]
    if not sheet.whole and frame.height:
        columns = [c for c in columns if c.kind == "entry" or frame.get_column(c.name).null_count() < frame.height]
    return _apart([column for column in columns if not column.hidden] + [column for column in columns if column.hidden])


def _apart(columns: list[Column]) -> tuple[Column, ...]:
    """Number the title of a column that another has before it."""
    titles: set[str] = set()
    found = []
    for column in columns:
        title, number = column.title, 2
        while title.casefold() in titles:
            title, number = f"{column.title} ({number})", number + 1
        titles.add(title.casefold())
        found.append(replace(column, title=title))
    return tuple(found)
