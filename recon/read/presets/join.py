"""Line files and the header file beside them -> lines that carry their header's columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.kinds import TOTAL
from recon.read.cells.convert import convert
from recon.read.cells.mapping import Mapped
from recon.read.header import BLANK
from recon.read.presets.fit import name_in
from recon.read.raw import Raw, keep_rows, name_column
from recon.tables import CANONICAL, REJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.presets.preset import Names, Preset
    from recon.rules.rule import Source


def position(raw: Raw, name: str) -> int:
    """Return where a column of that name stands in `raw`."""
    return raw.header.index(name)


def with_column(
    raw: Raw, name: str, cells: pl.Series, plain: pl.Series | None = None, damaged: pl.Series | None = None
) -> tuple[Raw, str]:
    """Return `raw` with one more column, and its name: `name`, with a sign behind it where the file has that already."""
    at = raw.frame.width
    while name in raw.header:
        name += "*"
    frame = raw.frame.with_columns(cells.alias(name_column(at)))
    plains = raw.plain if plain is None else {**raw.plain, at: plain}
    damages = raw.damaged if damaged is None else {**raw.damaged, at: damaged}
    return replace(raw, header=(*raw.header, name), frame=frame, plain=plains, damaged=damages), name


def count_within(raw: Raw, name: str) -> pl.Series:
    """Return 1, 2, 3, ... for the lines of each value of the column `name`; blank cells count on with the value above.

    A row of one cell, and that another, is no line: the heading of a group has no number.
    """
    keys = raw.frame[:, position(raw, name)].str.strip_chars(BLANK).replace("", None).alias("key")
    if not keys.has_nulls():
        return keys.to_frame().select(pl.int_range(1, pl.len() + 1).over("key").cast(pl.String)).to_series()
    filled = raw.frame.select(pl.sum_horizontal(pl.all().str.strip_chars(BLANK).replace("", None).is_not_null()))
    line = ((filled.to_series() > 1) | keys.is_not_null()).alias("line")
    count = pl.col("line").cum_sum().over("key").cast(pl.String)
    return pl.DataFrame([keys.forward_fill(), line]).select(pl.when("line").then(count).alias("key")).to_series()


def join_beside(
    raw: Raw, on: Sequence[str], headers: Sequence[tuple[Raw, Sequence[str]]], columns: Sequence[Mapping[str, str]]
) -> tuple[Raw, dict[str, str]]:
    """Return `raw` with the columns of its header files, and canonical column -> their name in it.

    `headers`: each header file with the names of its joining columns, in the order of `on`; `columns`: per header file,
    canonical column -> its name there. A line without a header has damaged cells. Raises SourceError for two headers
    of one key with different content.
    """
    named = list(dict.fromkeys(column for mapping in columns for column in mapping))
    several = list(zip(headers, columns, strict=True))
    keys = pl.concat([_keys(header, joins, file) for file, ((header, joins), _) in enumerate(several)])
    merged = {column: _gathered(column, several) for column in named}
    _refuse_contradictions(keys, merged, [header for header, _ in headers])
    first = keys.with_row_index("at").unique(
        [c for c in keys.columns if c.startswith("k")], keep="first", maintain_order=True
    )
    lines = _keys(raw, on, 0).drop("file", "row")
    found = lines.join(first, on=lines.columns, how="left", maintain_order="left")["at"]
    missing = ", ".join(header.path for header, _ in headers)
    reasons = pl.select(
        pl.when(found.is_null()).then(pl.lit(f"no header in {missing} has this {', '.join(on)}"))
    ).to_series()
    names: dict[str, str] = {}
    for column, (name, cells, plain, damaged) in merged.items():
        told = pl.select(pl.coalesce(reasons, damaged.gather(found))).to_series()
        raw, names[column] = with_column(
            raw, name, cells.gather(found), plain.gather(found).fill_null(value=False), told
        )
    return raw, names


def without_documents(raw: Raw, on: Sequence[str], headers: Sequence[tuple[Raw, Sequence[str]]], preset: Preset) -> Raw:
    """Return the lines without those of documents that, by their header, the system itself does not count."""
    keys = [f"k{i}" for i in range(len(on))]
    for names, cells, keeps in deciding(preset):
        named = [(header, joins, name) for header, joins in headers if (name := name_in(header.header, names))]
        gone = [_keys(keep_rows(header, _is(header, name, cells) != keeps), joins, 0) for header, joins, name in named]
        if not gone:
            continue
        documents = pl.concat(gone).select(keys).unique().with_columns(gone=pl.lit(value=True))
        mask = _keys(raw, on, 0).join(documents, on=keys, how="left", maintain_order="left")["gone"].is_null()
        if not mask.all():
            shown = " or ".join(cell or "blank" for cell in cells)
            verb = "is not" if keeps else "is"
            told = f"{int((~mask).sum())} lines of documents whose {named[0][2]} {verb} {shown} are not read"
            raw = replace(keep_rows(raw, mask), notes=(*raw.notes, told))
    return raw


def counted_headers(raw: Raw, preset: Preset) -> Raw:
    """Return the headers of documents that the system itself still counts."""
    for names, cells, keeps in deciding(preset):
        if name := name_in(raw.header, names):
            raw = keep_rows(raw, _is(raw, name, cells) == keeps)
    return raw


def deciding(preset: Preset) -> list[tuple[Names, Sequence[str], bool]]:
    """Return the names of columns of a header file, their cells, and whether documents with these are kept or left."""
    kept = preset.beside.keep.items() if preset.beside else ()
    return [*((names, cells, True) for names, cells in kept), *((n, cells, False) for n, cells in preset.leave.items())]


def _is(raw: Raw, name: str, cells: Sequence[str]) -> pl.Series:
    said = raw.frame[:, position(raw, name)].str.strip_chars(BLANK).str.to_lowercase().fill_null("")
    return said.is_in([cell.lower() for cell in cells])


def _keys(raw: Raw, on: Sequence[str], file: int) -> pl.DataFrame:
    # Zeros before a number are lost where one of the two files went through a spreadsheet.
    cells = [
        raw.frame[:, position(raw, name)].str.strip_chars(BLANK).str.replace(r"^0+([0-9]+)$", "${1}").alias(f"k{i}")
        for i, name in enumerate(on)
    ]
    return pl.DataFrame(cells).with_columns(pl.lit(file).alias("file"), raw.rows.alias("row"))


def _gathered(
    column: str, several: Sequence[tuple[tuple[Raw, Sequence[str]], Mapping[str, str]]]
) -> tuple[str, pl.Series, pl.Series, pl.Series]:
    names, cells, plains, damages = [], [], [], []
    for (header, _), mapping in several:
        height = header.frame.height
        at = position(header, mapping[column]) if column in mapping else None
        names.append(mapping.get(column, ""))
        cells.append(header.frame[:, at] if at is not None else pl.Series([None] * height, dtype=pl.String))
        flags = header.plain.get(at) if at is not None else None
        plains.append(flags if flags is not None else pl.Series([False] * height, dtype=pl.Boolean))
        reasons = header.damaged.get(at) if at is not None else None
        damages.append(reasons if reasons is not None else pl.Series([None] * height, dtype=pl.String))
    return next(name for name in names if name), *(
        pl.concat([s.alias("") for s in part]) for part in (cells, plains, damages)
    )  # type: ignore[return-value]


def _refuse_contradictions(
    keys: pl.DataFrame, merged: Mapping[str, tuple[str, pl.Series, pl.Series, pl.Series]], headers: Sequence[Raw]
) -> None:
    content = keys.with_columns(cells.alias(f"c{i}") for i, (_, cells, _, _) in enumerate(merged.values()))
    parts = [c for c in content.columns if c.startswith("k")]
    different = content.unique(
        [*parts, *(c for c in content.columns if c.startswith("c"))], keep="first", maintain_order=True
    )
    twice = different.filter(pl.struct(parts).is_duplicated())
    if twice.height:
        row = twice.row(1, named=True)
        shown = "/".join(str(row[part]) for part in parts)
        where = f"{headers[row['file']].path}:{row['row']}"
        raise SourceError(
            f"a second header for {shown}, with other content", where, "Export each document's header once."
        )


def lonely_headers(
    headers: Sequence[tuple[Raw, Sequence[str], Mapping[str, str]]],
    lines: Sequence[tuple[Raw, Sequence[str]]],
    source: Source,
) -> list[pl.DataFrame]:
    """Return for each header file REJECTS of the headers to which no line of any line file belongs.

    `headers`: each with the names of its joining columns and canonical column -> its name there; `lines`: each with the
    names of its joining columns. The formats are those of `source`.
    """
    files = ", ".join(dict.fromkeys(raw.path for raw, _ in lines))
    keys = pl.concat([_keys(raw, on, 0) for raw, on in lines]).drop("file", "row").unique()
    found = []
    for raw, on, columns in headers:
        mine = _keys(raw, on, 0)
        parts = [c for c in mine.columns if c.startswith("k")]
        alone = mine.join(keys.with_columns(there=True), on=parts, how="left", maintain_order="left")["there"].is_null()
        rows = keep_rows(raw, alone & mine.select(pl.struct(parts).is_first_distinct()).to_series())
        found.append(_rejected(rows, on[0], columns, f"no line in {files} belongs to this header", source))
    return found


def _rejected(raw: Raw, key: str, columns: Mapping[str, str], reason: str, source: Source) -> pl.DataFrame:
    """Return REJECTS of the records of a header file, with what can be read of their keys and amounts."""
    table = CANONICAL[source.name]
    wanted = {c: position(raw, name) for c, name in columns.items() if c in {*REJECTS.columns, *table.of(TOTAL)}}
    values = convert(raw, Mapped(wanted, {}), replace(source, defaults={})).values
    amounts = [pl.col(c) for c in ("amount", "invoice_net", "invoice_total") if c in values.columns]
    shown = raw.frame.select(pl.col(name_column(position(raw, key))).str.strip_chars(BLANK).alias("value"))
    rows = values.with_columns(
        shown["value"], raw.rows.alias("row"), pl.lit(table.name).alias("table"), pl.lit(raw.path).alias("source"),
        pl.lit(key).alias("column"), pl.lit(reason).alias("reason"), *([pl.coalesce(amounts).alias("amount")] if amounts else []),
    )  # fmt: skip
    return REJECTS.cast(rows).select(*REJECTS.columns)
