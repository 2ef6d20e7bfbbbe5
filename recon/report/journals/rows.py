"""Journal rows as text: decimals in plain notation, dates by a pattern, a delimited file of them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    Row = dict[str, Any]


def rows(journal: pl.DataFrame) -> Iterator[Row]:
    """Yield the rows of JOURNAL by name."""
    yield from journal.iter_rows(named=True)


def in_base(journal: pl.DataFrame, base_currency: str, system: str) -> pl.DataFrame:
    """Return JOURNAL with its amounts in base currency, for a system whose file knows no other.

    Raises SourceError where a rate is missing.
    """
    bare = journal.filter(journal["base_debit"].is_null() & journal["base_credit"].is_null())
    if bare.height:
        raise SourceError(
            f"the file of {system} is in {base_currency} alone, and no rate of {bare['currency'][0]} is known",
            "rates",
            "Give the rate of the day of posting, or leave out `close: journal: target` and book the journal by hand.",
        )
    return journal.with_columns(debit="base_debit", credit="base_credit", currency=pl.lit(base_currency))


def about(row: Row) -> str:
    """Return the order line or supplier that a row is about; empty for a counterpart."""
    if row["po_number"]:
        return f"Order {row['po_number']}/{row['po_line']}, supplier {row['supplier_id']}"
    return f"Supplier {row['supplier_id']}" if row["supplier_id"] else ""


def entry(row: Row) -> tuple[str, str, str | None]:
    """Return what rows share that add up to nothing: the other account of each stands once among them."""
    return row["journal_id"], row["text"], row["rule"]


def number(value: Decimal | None, point: str = ".") -> str:
    """Return an amount with at least two places, empty for null and 0."""
    if not value:
        return ""
    text = f"{value:f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    return f"{whole}{point}{fraction.ljust(2, '0')}"


def signed(row: Row) -> Decimal:
    """Return a row's amount, debit positive."""
    return Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)


def day(value: date | None, pattern: str) -> str:
    """Return a date by a pattern of strftime; empty for null."""
    return value.strftime(pattern) if value else ""


def delimited(
    header: Sequence[str] | None, lines: Iterable[Sequence[str]], separator: str = ",", encoding: str = "utf-8"
) -> bytes:
    """Return a delimited file with CRLF ends; what the encoding does not know becomes `?`."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    if header is not None:
        writer.writerow(header)
    writer.writerows([guarded(cell) for cell in line] for line in lines)
    return text.getvalue().encode(encoding, "replace")


def guarded(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers stay as they are."""
    live = cell[:1] in {"=", "+", "@"} or (cell[:1] == "-" and not cell[1:].replace(".", "").replace(",", "").isdigit())
    return f"'{cell}" if live else cell
