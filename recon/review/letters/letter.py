"""One supplier's letter as a value: what is disputed, invoice by invoice, in figures that are theirs or were ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report import money
from recon.report.text import showable
from recon.review.letters.languages import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from recon.review.letters.languages import Tongue


@dataclass(frozen=True)
class Point:
    """One disputed line: the cells under LINE_COLUMNS, and what is asked for."""

    cells: tuple[str, ...]
    asked: str


@dataclass(frozen=True)
class Letter:
    """What is said to one supplier; `email` is empty where the master has none."""

    supplier_id: str
    supplier: str
    email: str
    subject: str
    by: str
    invoices: tuple[tuple[str, tuple[Point, ...]], ...]
    """Title of an invoice and its points."""


def letters(
    found: pl.DataFrame, emails: Mapping[str, str], tongue: Tongue, by: date, supplier: str | None = None
) -> list[Letter]:
    """Return a letter for each known supplier with something to settle, by supplier id; `found` is the To do view.

    What people decided to pay, and what is not the supplier's to clear, is left out.
    """
    theirs = found.filter(
        pl.col("code").is_in(CODES),
        pl.col("supplier_id").is_not_null(),
        pl.col("effective_decision").ne_missing("pay"),
        pl.lit(value=True) if supplier is None else pl.col("supplier_id") == supplier,
    ).sort("supplier_id", "invoice_date", "invoice_number", "invoice_line", "code", nulls_last=True)
    rows = theirs.to_dicts()
    day = written_day(by, tongue)
    return [
        Letter(
            supplier_id,
            showable(of[0]["supplier_name"] or supplier_id),
            emails.get(supplier_id, ""),
            tongue.subject.format(by=day),
            day,
            tuple(_invoices(of, tongue)),
        )
        for supplier_id, group in groupby(rows, key=lambda row: str(row["supplier_id"]))
        for of in [list(group)]
    ]


def written_day(day: date, tongue: Tongue) -> str:
    """Return a date as the language writes it."""
    month = tongue.months[day.month - 1] if tongue.months else ""
    return tongue.date.format(day=day.day, number=day.month, month=month, year=day.year)


def _invoices(rows: list[dict[str, Any]], tongue: Tongue) -> Iterator[tuple[str, tuple[Point, ...]]]:
    for _, group in groupby(rows, key=lambda row: (row["invoice_number"] or "", row["invoice_date"])):
        of = list(group)
        yield _title(of[0], tongue), tuple(Point(_cells(row, tongue), _asked(row, tongue)) for row in of)


def _asked(row: Mapping[str, Any], tongue: Tongue) -> str:
    """Return what is asked for: of what is billed too low, a word that it is meant."""
    below = row["code"] in ("price_variance", "charge_variance") and (row["amount_at_risk"] or Decimal(0)) < 0
    return tongue.less if below else tongue.says[row["code"]]


def _title(row: Mapping[str, Any], tongue: Tongue) -> str:
    if row["invoice_number"] is None:
        return f"{tongue.heads[1]} {showable(row['po_number'] or '')}".strip()
    kind = tongue.credit_note if (row["billed"] or Decimal(0)) < 0 else tongue.invoice
    day = written_day(row["invoice_date"], tongue) if row["invoice_date"] else "-"
    return kind.format(number=showable(row["invoice_number"]), date=day)


def _cells(row: Mapping[str, Any], tongue: Tongue) -> tuple[str, ...]:
    order = "/".join(showable(row[name]) for name in ("po_number", "po_line") if row[name])
    difference = row["amount_at_risk"]
    return (
        showable(row["invoice_line"] or ""),
        order,
        showable(row["item"] or row["description"] or ""),
        *(_number(row[name], tongue) for name in ("ordered", "received", "billed")),
        showable(row["unit"] or ""),
        *(_number(row[name], tongue) for name in ("price_ordered", "price_billed")),
        "" if difference is None else _marked(money.money(abs(difference), row["currency"]), tongue),
    )


def _number(value: Decimal | None, tongue: Tongue) -> str:
    return "" if value is None else _marked(f"{value.normalize():,f}", tongue)


def _marked(text: str, tongue: Tongue) -> str:
    thousands, decimal = tongue.marks
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)
