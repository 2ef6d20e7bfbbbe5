"""Signs that an export does not write: order lines of returns, and journals whose rows judge or correct earlier ones."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.read.presets.fit import name_in
from recon.read.presets.join import position, with_column
from recon.read.presets.rows import trimmed
from recon.read.raw import keep_rows, name_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.read.raw import Raw
    from recon.rules.presets.preset import Preset, Transactions

_BELOW = r"[-(]"
"""Whether a number is below nothing, however the export writes it."""
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,10})?")
"""A number that may be added up before the number format of the file is known: the journal's own."""


def turned(raw: Raw, mapped: Mapping[str, str], preset: Preset) -> tuple[Raw, dict[str, str]]:
    """Return the records with the quantity and amount of order lines of returns below nothing, and their mapping."""
    known = dict(mapped)
    for names, cells in preset.negative.items():
        if not (name := name_in(raw.header, names)):
            continue
        of_return = trimmed(raw, name).is_in(list(cells))
        if not of_return.any():
            continue
        raw = replace(raw, notes=(*raw.notes, f"{of_return.sum()} rows whose {name} is set are returns: below nothing"))
        for column in ("quantity", "amount"):
            if column in known:
                said = trimmed(raw, known[column])
                below = pl.concat_str(pl.lit("-"), said.str.replace_all(r"[-()]", ""))
                cells_now = pl.select(pl.when(of_return & (said != "")).then(below).otherwise(said)).to_series()
                raw, known[column] = with_column(raw, known[column], cells_now)
    return raw, known


def journal(raw: Raw, mapped: Mapping[str, str], preset: Preset) -> tuple[Raw, dict[str, str]]:
    """Return a journal's records as receipts, and their mapping: what judges brings nothing, and is told beside what came.

    A correction is counted with the row that it corrects; where that is not in the file it is a receipt, or a return, of its own.
    """
    words, known = preset.transactions, dict(mapped)
    name = name_in(raw.header, words.type) if words else None
    if words is None or name is None or not {"movement", "quantity"} <= known.keys():
        return raw, known
    raw, known["quantity"] = _with_corrections(raw, name, known["quantity"], words)
    kind, number = trimmed(raw, name).str.to_uppercase().fill_null(""), trimmed(raw, known["quantity"])
    judging = kind.is_in([*words.accepted, *words.rejected])
    came = pl.select(pl.when(judging).then(pl.lit("0")).otherwise(number)).to_series()
    raw, known["quantity"] = with_column(raw, known["quantity"], came)
    for column, those in (("quantity_accepted", words.accepted), ("quantity_rejected", words.rejected)):
        judged = pl.select(pl.when(kind.is_in(list(those))).then(number)).to_series()
        if column not in known and judged.null_count() < len(judged):
            raw, known[column] = with_column(raw, column, judged)
    return raw, known


def _with_corrections(raw: Raw, name: str, quantity: str, words: Transactions) -> tuple[Raw, str]:
    """Add corrections to what they correct and leave them out; those of a row that is not there go by their own sign."""
    corrects = trimmed(raw, name).str.to_uppercase().is_in(list(words.correct)).fill_null(value=False)
    if not corrects.any():
        return raw, quantity
    number = trimmed(raw, quantity)
    changed, added = _added(raw, corrects, number, words)
    word = pl.when(number.str.contains(_BELOW)).then(pl.lit("return")).otherwise(pl.lit("receipt"))
    alone = corrects & ~added
    column = name_column(position(raw, name))
    told = pl.select(pl.when(alone).then(word).otherwise(raw.frame[column]).alias(column)).to_series()
    raw = replace(raw, frame=raw.frame.with_columns(told))
    raw, quantity = with_column(raw, quantity, changed)
    note = f"{added.sum()} rows are corrections, and counted with the rows that they correct"
    return (replace(keep_rows(raw, ~added), notes=(*raw.notes, note)) if added.any() else raw), quantity


def _added(raw: Raw, corrects: pl.Series, number: pl.Series, words: Transactions) -> tuple[pl.Series, pl.Series]:
    """Return the quantities with their corrections, and which rows are in them. Corrections are few."""
    added = pl.repeat(value=False, n=len(number), eager=True).to_list()
    own, parent = (name_in(raw.header, names) for names in (words.id, words.parent))
    if own is None or parent is None:
        return number, pl.Series(added, dtype=pl.Boolean)
    at = {each: row for row, each in enumerate(trimmed(raw, own).to_list()) if each and not corrects[row]}
    parents, numbers = trimmed(raw, parent), number.to_list()
    for row in corrects.arg_true():
        earlier = at.get(parents[row])
        if earlier is None or not (_is_plain(numbers[row]) and _is_plain(numbers[earlier])):
            continue
        numbers[earlier] = f"{Decimal(numbers[earlier]) + Decimal(numbers[row]):f}"
        added[row] = True
    return pl.Series(numbers, dtype=pl.String), pl.Series(added, dtype=pl.Boolean)


def _is_plain(number: str | None) -> bool:
    return bool(_PLAIN.fullmatch(number or ""))
