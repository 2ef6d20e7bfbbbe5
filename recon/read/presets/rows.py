"""The rows of an export: which its own system still counts, and which of their cells may be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.read.header import BLANK
from recon.read.presets.fit import name_in
from recon.read.presets.join import position
from recon.read.raw import keep_rows, name_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.read.raw import Raw
    from recon.rules.presets.preset import Preset
    from recon.rules.rule import Source


def counted(raw: Raw, preset: Preset) -> Raw:
    """Return the rows that the preset reads and that the system itself still counts; notes say how many others there are."""
    return _left(_kept(raw, preset), preset)


def undecided(preset: Preset, headers: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return a note where none of the columns that say which rows count is among those of the files."""
    deciding = (*preset.keep, *preset.leave, *(preset.beside.keep if preset.beside else ()))
    if not deciding or any(name_in(header, names) for names in deciding for header in headers):
        return ()
    named = " or ".join(dict.fromkeys(names[0] for names in deciding))
    return (f"no column {named}: what the system itself no longer counts cannot be told from the rest",)


def trimmed(raw: Raw, name: str) -> pl.Series:
    """Return the cells of a column without the blanks around them."""
    return raw.frame[:, position(raw, name)].str.strip_chars(BLANK)


def signs_needed(raw: Raw, source: Source, preset: Preset) -> Raw:
    """Mark blank cells of a required column that gives the sign: receipt or return, invoice or credit note."""
    for column in ("movement", "document_type"):
        name = source.columns.get(column)
        if column in preset.required and column not in source.defaults and name in raw.header:
            at = position(raw, name)
            blank = trimmed(raw, name).fill_null("") == ""
            reasons = pl.select(pl.when(blank).then(pl.lit(f"blank: preset '{preset.name}' needs it for the sign")))
            raw = replace(raw, damaged={**raw.damaged, at: reasons.to_series()}) if blank.any() else raw
    return raw


def blanked(raw: Raw, mapped: Mapping[str, str], preset: Preset) -> Raw:
    """Leave the cells of a column blank where two columns that must be equal for it are not, and count them."""
    for column, pair in preset.only_where_equal.items():
        named = [name for names in pair if (name := name_in(raw.header, names))]
        if column not in mapped or len(named) < len(pair):
            continue
        one, other = (trimmed(raw, name).replace("", None) for name in named)
        apart = (one != other).fill_null(value=False)
        if count := int(apart.sum()):
            at = name_column(position(raw, mapped[column]))
            cells = pl.select(pl.when(~apart).then(raw.frame[at])).to_series().alias(at)
            told = f"{count} rows have no {column}: {named[0]} is not {named[1]}"
            raw = replace(raw, frame=raw.frame.with_columns(cells), notes=(*raw.notes, told))
    return raw


def blanked_where_unlike(raw: Raw, mapped: Mapping[str, str], preset: Preset) -> Raw:
    """Leave the cells of a column blank where the rows of one line differ in it, and count them."""
    for column, keys in preset.only_where_alike.items():
        if not {column, *keys} <= mapped.keys():
            continue
        at = name_column(position(raw, mapped[column]))
        rows = pl.DataFrame([trimmed(raw, mapped[key]).fill_null("").alias(f"k{i}") for i, key in enumerate(keys)])
        said = rows.with_columns(trimmed(raw, mapped[column]).fill_null("").alias("said"))
        unlike = said.select(pl.col("said").n_unique().over(rows.columns) > 1).to_series()
        if count := int(unlike.sum()):
            cells = pl.select(pl.when(~unlike).then(raw.frame[at])).to_series().alias(at)
            told = f"{count} rows have no {column}: the rows of one line differ in it"
            raw = replace(raw, frame=raw.frame.with_columns(cells), notes=(*raw.notes, told))
    return raw


def numbered_apart(raw: Raw, mapped: Mapping[str, str], preset: Preset) -> Raw:
    """Give lines that share a number within a document, and are different, numbers of their own: `10.1`, `10.2`."""
    for column, (within, *by) in preset.apart.items():
        if not {column, within} <= mapped.keys():
            continue
        names = [mapped[key] for key in (within, column, *by) if key in mapped]
        rows = pl.DataFrame([trimmed(raw, name).fill_null("").alias(f"k{i}") for i, name in enumerate(names)])
        first = rows.unique(maintain_order=True)
        ranked = first.with_columns(n=pl.int_range(1, pl.len() + 1).over("k0", "k1"), of=pl.len().over("k0", "k1"))
        told = rows.join(ranked, on=rows.columns, how="left", maintain_order="left")
        several = (pl.col("of") > 1) & (pl.col("k1") != "")
        at = name_column(position(raw, mapped[column]))
        cells = told.select(pl.when(several).then(pl.format("{}.{}", "k1", "n")).otherwise(raw.frame[at]).alias(at))
        if count := int(told.select(several.sum()).item()):
            note = (
                f"{count} lines share their {column} with another of the document: they are told apart, as 10.1, 10.2"
            )
            raw = replace(raw, frame=raw.frame.with_columns(cells.to_series()), notes=(*raw.notes, note))
    return raw


def own_receipts(raw: Raw, preset: Preset) -> frozenset[int]:
    """Return the rows that are receipts, too."""
    found: set[int] = set()
    for names, cells in preset.own_receipts.items():
        if name := name_in(raw.header, names):
            found |= set(raw.rows.filter(trimmed(raw, name).is_in(list(cells))).to_list())
    return frozenset(found)


def _left(raw: Raw, preset: Preset) -> Raw:
    """Leave rows that the system itself no longer counts (cancelled, reversed, drafts), and count them."""
    for names, cells in preset.leave.items():
        if name := name_in(raw.header, names):
            said = trimmed(raw, name).str.to_lowercase().fill_null("")
            gone = said.is_in([cell.lower() for cell in cells])
            if count := int(gone.sum()):
                told = f"{count} rows whose {name} is {_either(cells)} are not read"
                raw = replace(keep_rows(raw, ~gone), notes=(*raw.notes, told))
    return raw


def _kept(raw: Raw, preset: Preset) -> Raw:
    """Leave rows that the preset does not read (other documents in the same table), and count them.

    What a header file decides by counts on lines that carry their header's columns, too.
    """
    headers = preset.beside.keep if preset.beside else {}
    for names, cells in (*preset.keep.items(), *headers.items()):
        if name := name_in(raw.header, names):
            mask = trimmed(raw, name).fill_null("").is_in(list(cells))
            if left := int((~mask).sum()):
                told = f"{left} rows whose {name} is not {_either(cells)} are not read"
                raw = replace(keep_rows(raw, mask), notes=(*raw.notes, told))
    return raw


def _either(cells: Sequence[str]) -> str:
    return " or ".join(cell or "blank" for cell in cells)
