"""One file as read -> canonical lines and rejects, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.kinds import COUNT, MONEY
from recon.read.above import with_above
from recon.read.cells.convert import convert
from recon.read.cells.date_columns import with_dates
from recon.read.cells.expect import may_be_empty
from recon.read.cells.mapping import STANDS_FOR_ITSELF, map_columns, pieced
from recon.read.cells.rejects import problems, reject_rows
from recon.read.cells.where import keep_rows
from recon.read.flat import Numbering, filled_down, headings, leave_headings, repeated
from recon.read.header import BLANK
from recon.read.pieces import with_pieces
from recon.read.raw import name_column
from recon.rules.patches import patched
from recon.tables import CANONICAL, RECEIPT_LINES, REJECTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from recon.read.cells.mapping import Mapped
    from recon.read.raw import Raw
    from recon.rules.rule import Source
    from recon.tables import Table


@dataclass(frozen=True)
class Part:
    """What one file gave: canonical lines, rejects, and what there is to say of it."""

    lines: pl.DataFrame
    rejects: pl.DataFrame
    file: Mapping[str, object]
    columns: frozenset[str] = frozenset()
    """Canonical columns that the file has, or that the rules fill."""
    receipts: pl.DataFrame = field(default_factory=RECEIPT_LINES.empty)
    """Receipts that invoice lines are themselves."""


def with_own_receipts(part: Part, rows: Collection[int]) -> Part:
    """Return a part of invoices with the receipts that its lines of these rows are: the bill books its own goods in."""
    own = part.lines.filter(
        pl.col("row").is_in(list(rows)), pl.col("po_number").is_not_null(), pl.col("quantity").is_not_null()
    )
    received = own.with_columns(
        pl.coalesce("document_id", "invoice_number").alias("receipt_number"),
        pl.col("invoice_line").alias("receipt_line"),
        pl.coalesce("posting_date", "invoice_date").alias("receipt_date"),
    )
    note = [f"{own.height} lines are their own receipt"] if own.height else []
    file = {**part.file, "notes": [*part.file["notes"], *note]}  # type: ignore[misc]
    return replace(part, file=file, receipts=RECEIPT_LINES.cast(received).select(*RECEIPT_LINES.columns))


def part_of(raw: Raw, source: Source, numbering: Numbering, used: Collection[str] = ()) -> Part:
    """Return the lines and rejects of one file. Raises SourceError where the file is not what the mapping needs.

    `used`: names that something else than the mapping reads.
    """
    table = CANONICAL[source.name]
    _refuse_empty(raw, source)
    used = (*used, *pieced(source))
    raw, source = with_pieces(*with_above(raw, source))
    mapped = map_columns(source, raw.header, raw.frame.width, raw.path, used)
    _refuse_merged(raw, mapped, table)
    raw = _filled(raw, mapped, source)
    source, said_of_dates = with_dates(raw, mapped, source)
    cells = convert(raw, mapped, source)
    found = problems(cells, source)
    placed = _placed(raw, mapped, cells.values)
    keep = keep_rows(placed, cells.wrong, source)
    bad = found.select(pl.any_horizontal(pl.all())).to_series() & keep
    rejects = reject_rows(raw, cells, found, bad, mapped, source) if bad.any() else REJECTS.empty()
    lines, again = _lines(placed.drop(mapped.asked), keep, bad, source, numbering)
    left = raw.frame.height - int(keep.sum())
    notes = [*raw.notes, *mapped.notes, *said_of_dates]
    notes += [f"{left} rows that `where` does not hold for are not read"] if left else []
    notes += [f"{again} rows repeat another in all that is read of them and are read once"] if again else []
    canonical, met = patched(table.check(table.cast(lines)), source.patches, table)
    notes += [f"patch '{name}' changed {rows} rows" for name, rows in met.items()]
    said = {"rows": raw.frame.height, "rejects": rejects.height, "filtered": left + again, "notes": notes}
    place = {"source": source.name, "path": raw.path, "sha256": raw.sha256, "bytes": raw.bytes}
    set_too = [name for patch in source.patches for name in patch.set]
    columns = frozenset([*mapped.columns, *source.defaults, *source.number, *set_too])
    return Part(canonical, rejects, place | said, columns)


def _refuse_empty(raw: Raw, source: Source) -> None:
    if not raw.frame.height and not may_be_empty(source):
        unread = "".join(f"{note}\n" for note in raw.notes if note.endswith("not read"))
        hint = f"{unread}If that is meant, declare `expect: {{rows: 0}}`."
        raise SourceError("the file has a header but no rows", raw.path, hint)


def _refuse_merged(raw: Raw, mapped: Mapped, table: Table) -> None:
    """Raise SourceError for a quantity or amount that stands once for several merged rows: it would count in each."""
    for column in table.of(COUNT, MONEY):
        flags = raw.merged.get(mapped.columns.get(column, -1))
        if flags is not None and flags.any():
            hint = "Undo the merge, and give each row its own."
            raise SourceError(
                f"merged cells: one {column} for several rows", f"{raw.path}:{raw.rows.filter(flags)[0]}", hint
            )


def _filled(raw: Raw, mapped: Mapped, source: Source) -> Raw:
    there = [column for column in source.fill_down if column in mapped.columns]
    positions = [mapped.columns[column] for column in there]
    alone = headings(raw, positions)
    return leave_headings(filled_down(raw, positions, there), alone)


def _placed(raw: Raw, mapped: Mapped, values: pl.DataFrame) -> pl.DataFrame:
    """Return the typed values with the place of each row, and the columns that are carried or that `where` asks for."""
    own = [pl.col(name_column(i)).alias(name) for name, i in mapped.carried.items()]
    asked = [pl.col(name_column(i)).str.strip_chars(BLANK).replace("", None).alias(q) for q, i in mapped.asked.items()]
    return values.with_columns(
        raw.rows.alias("row"), pl.lit(raw.path).alias("source"), *raw.frame.select(*own, *asked).get_columns()
    )


def _lines(
    placed: pl.DataFrame, keep: pl.Series, bad: pl.Series, source: Source, numbering: Numbering
) -> tuple[pl.DataFrame, int]:
    """Return the good lines, numbered, and how many of them are left as repeated."""
    again = repeated(placed) & keep & ~bad if source.distinct else None
    read = keep if again is None else keep & ~again
    whole = read.all()
    lines = numbering.numbered(placed if whole else placed.filter(read))
    wrong = bad if whole else bad.filter(read)
    lines = lines.filter(~wrong) if wrong.any() else lines
    if source.name == "receipts" and STANDS_FOR_ITSELF[0] not in lines.columns:
        lines = lines.with_columns(pl.format("{}:{}", "source", "row").alias(STANDS_FOR_ITSELF[0]))
    return lines, 0 if again is None else int(again.sum())


def header_part(raw: Raw, rejects: pl.DataFrame, source: Source) -> Part:
    """Return what a file of document headers gives: those that no line belongs to, as rejects."""
    said = {"rows": rejects.height, "rejects": rejects.height, "filtered": 0}
    notes = [*raw.notes, f"{raw.frame.height} document headers, joined to the lines"]
    place = {"source": source.name, "path": raw.path, "sha256": raw.sha256, "bytes": raw.bytes}
    return Part(CANONICAL[source.name].empty(), rejects, place | said | {"notes": notes})
