"""Rows above their lines: a supplier's name alone (whether it is theirs is asked), a document's number with its sum."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.amounts import figures
from recon.draft.cells import label, position, trimmed
from recon.draft.gaps import NUMBERS
from recon.draft.status import both, not_in, quoted
from recon.read.cells.mapping import is_position

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

SUM = re.compile(
    r"(?i)(?:sub-?|grand |gesamt|zwischen|sous-)?(?:total(?:e|es|s)?|totaal|summe|somme|suma|合計|小計|合计|小计)\b"
)
OF_LINES = ("po_number", "po_line", "item", "description", "quantity", "unit_price")
BELOW, REMARKS = "yes, it is the supplier of the lines below", "no, such rows are remarks"
SHOWN = 3


def with_group_heads(draft: Draft, one: Inspection, interview: Interview) -> Draft:
    """Return the draft that takes suppliers from rows that hold nothing else, and leaves out their sums, if a person says so."""
    names = {**draft.seen[0][1], **draft.columns}
    supplier = next((c for c in ("supplier_id", "supplier_name") if c in names), None)
    at, number = position(one, names.get(str(supplier))), position(one, names.get(NUMBERS.get(draft.table, "")))
    if supplier is None or one.raw is None or at is None or number is None or draft.fill_down or draft.distinct:
        return draft
    rows = _rows(one, at, number)
    last = rows["numbered"].arg_true().max()
    above = rows.head(int(str(last))) if last is not None else rows.clear()
    heads = [cell for cell in above.filter("alone")["cell"].unique(maintain_order=True) if not SUM.match(cell)]
    orphans = rows.filter(pl.col("numbered") & (pl.col("cell") == ""))
    if not heads or not orphans.height:
        return draft
    shown = ", ".join(heads[:SHOWN]) + (", ..." if heads[SHOWN:] else "")
    text = f"In {label(one)} rows hold nothing but {names[supplier]} ({shown}), above rows without one. Is that their supplier?"
    if interview.answer(text, (BELOW, REMARKS), f"{draft.place}.fill_down") == REMARKS:
        return draft
    found = replace(draft, fill_down=(supplier,))
    sums = rows.filter(~pl.col("numbered"))["cell"].unique(maintain_order=True).to_list()
    feet = rows[above.height :].filter("alone")["cell"].to_list()
    sums = [cell for cell in sums if SUM.match(cell) or cell in feet]
    if not sums:
        return found
    told = f"rows that say {', '.join(sums)} are no lines, and left out"
    return replace(found, where=both(draft.where, not_in(names[supplier], sums)), remarks=(*draft.remarks, told))


def _rows(one: Inspection, at: int, number: int) -> pl.DataFrame:
    """Return per row the supplier's cell, whether it is the only one filled, and whether the document's number stands there."""
    frame = one.raw.frame if one.raw is not None else pl.DataFrame()
    text = trimmed(frame)
    filled = pl.sum_horizontal((pl.all() != "").cast(pl.Int64))
    return text.select(
        pl.nth(at).alias("cell"),
        alone=(filled == 1) & (pl.nth(at) != ""),
        numbered=pl.nth(number) != "",
    )


def with_document_rows(draft: Draft, one: Inspection) -> Draft:
    """Return the draft without rows of a document's number and sum alone, where that is the sum of the lines below it."""
    number, amount = NUMBERS.get(draft.table, ""), draft.columns.get("amount")
    lines = [name for column in OF_LINES if (name := draft.columns.get(column)) and not is_position(name)]
    if number not in draft.fill_down or amount is None or not lines or one.raw is None:
        return draft
    at, places = position(one, draft.columns[number]), [position(one, name) for name in lines]
    text = trimmed(one.raw.frame)
    starts = text[:, at].ne("").arg_true().to_list() if at is not None else []
    blank = text.select(pl.all_horizontal(pl.nth([place for place in places if place is not None]) == "")).to_series()
    money = figures(draft, one, amount)
    ends = [*starts[1:], len(money)]
    heads = [(start, end) for start, end in zip(starts, ends, strict=True) if blank[start] and money[start] is not None]
    if not heads or any(money[s] != sum(m for m in money[s + 1 : e] if m is not None) for s, e in heads):
        return draft
    where = "(" + " or ".join(f"{quoted(name)} is not null" for name in lines) + ")"
    told = f"rows of {draft.columns[number]} and {amount} alone are the sums of the lines below them, and left out"
    return replace(draft, where=both(draft.where, where), remarks=(*draft.remarks, told))


SUMS_OF_LINES, LINES = "sums of the others: leave them out", "lines of their own"
OF_ONE_LINE = ("po_line", "receipt_line", "invoice_line", "item", "description")


def without_totals(draft: Draft, interview: Interview) -> Draft:
    """Return the draft without rows that name no line and no item and whose amount all others of their document add up to, if a person says so."""
    one, number, amount = draft.seen[0][0], draft.columns.get(NUMBERS.get(draft.table, "")), draft.columns.get("amount")
    lines = [name for column in OF_ONE_LINE if (name := draft.columns.get(column)) and not is_position(name)]
    at, places = position(one, number), [position(one, name) for name in lines]
    if one.raw is None or at is None or amount is None or not lines or draft.fill_down:
        return draft
    text = trimmed(one.raw.frame)
    bare = pl.all_horizontal(pl.nth([place for place in places if place is not None]) == "")
    rows = text.select(pl.nth(at).alias("number"), bare.alias("bare")).with_columns(
        money=pl.Series(figures(draft, one, amount), dtype=pl.Decimal(38, 10)), row=one.raw.rows
    )
    totals = rows.filter(pl.col("bare"), pl.col("number") != "", pl.col("money").is_not_null())
    others = rows.filter(~pl.col("bare")).group_by("number").agg(pl.col("money").sum().alias("sum"))
    summed = totals.join(others, on="number", how="inner").filter(pl.col("money") == pl.col("sum"))
    if not totals.height or summed.height < totals.height:
        return draft
    shown = ", ".join(map(str, totals["row"].head(SHOWN))) + (", ..." if totals.height > SHOWN else "")
    many = "row names" if totals.height == 1 else "rows name"
    question = f"In {label(one)} {totals.height} {many} no {' and no '.join(lines)}, and the other rows of {number} add up to the {amount} (row {shown}). What are they?"
    if interview.answer(question, (SUMS_OF_LINES, LINES), f"{draft.place}.where") != SUMS_OF_LINES:
        return draft
    where = "(" + " or ".join(f"{quoted(name)} is not null" for name in lines) + ")"
    told = f"rows without {' and '.join(lines)} are sums of the others, and left out, as was answered"
    return replace(draft, where=both(draft.where, where), remarks=(*draft.remarks, told))
