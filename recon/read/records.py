"""Records of JSON -> canonical lines, by the mapping, the formats and the rejects that files have."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import SourceError
from recon.read.flat import Numbering
from recon.read.part import part_of, with_own_receipts
from recon.read.raw import Raw, name_column
from recon.read.sources import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.read.part import Part
    from recon.rules.rule import Source

Record = dict[str, Any]
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- days of OData 2 are of no zone
MOST_NESTED = 20
"""No document of a business is deeper; a hostile one may be."""
DOCUMENT = "document"
MOST_LISTED = 3
"""Of a list that holds no lines so many members are read: `[7, "PO007"]` names an order, a hundred tags name nothing."""
_TICKS = re.compile(r"/Date\((-?\d{1,13})(?:[+-]\d{4})?\)/")


class NumberText(str):
    """A number as it stood in the JSON: text, of which it is known that it needs no number format."""

    __slots__ = ()


def parsed(data: bytes | str, place: str) -> Any:
    """Return what JSON says, numbers as they are written. Raises SourceError for what is no JSON, or too deep."""
    try:
        return json.loads(data, parse_float=NumberText, parse_int=NumberText, parse_constant=_refused)
    except UnicodeDecodeError:
        raise SourceError("the text is not UTF-8", place) from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"this is no JSON: {error}", place) from None


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def unparsed(value: Any) -> str:
    """Return what was `parsed` as JSON again, numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {unparsed(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(unparsed, value))}]"
    return str(value) if isinstance(value, NumberText) else json.dumps(value, ensure_ascii=False)


def inside(told: Any, name: str) -> Any:
    """Return what a name leads to, as `header.number` or `@odata.nextLink`; None where nothing is. Places in lists are digits."""
    if not name:
        return told
    if isinstance(told, dict) and name in told:
        return told[name]
    steps = name.split(".")
    for at in range(len(steps) - 1, 0, -1):
        first, rest = ".".join(steps[:at]), ".".join(steps[at:])
        if isinstance(told, dict) and first in told:
            return inside(told[first], rest)
    if isinstance(told, list) and steps[0].isdigit() and int(steps[0]) < len(told):
        return inside(told[int(steps[0])], ".".join(steps[1:]))
    return None


def flattened(record: Mapping[str, Any], lines: str, place: str) -> Iterator[Record]:
    """Yield the rows of a document: one, or one a member of its list `lines`, with all that the document says beside it.

    What is nested is named `outer.inner`, members of a list by their place (`tags.0`); what a line says goes before what
    its document says under the same name, which is kept as `document.name`.
    """
    rows = inside(record, lines) if lines else [{}]
    rows = [] if rows is None else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"'{lines}' is no list of lines", place)
    head = dict(_flat(record, "", 0, place, lines))
    for row in rows:
        line = dict(_flat(row, "", 0, place))
        yield head | line | {f"{DOCUMENT}.{name}": value for name, value in head.items() if name in line}


def _flat(told: Mapping[str, Any], before: str, depth: int, place: str, lines: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands in a record by its name, but for its `lines`."""
    if depth > MOST_NESTED:
        raise SourceError(f"the record is nested more than {MOST_NESTED} times", place)
    for name, value in told.items():
        full = f"{before}{name}"
        if isinstance(value, list):
            value = {} if full == lines else {str(at): one for at, one in enumerate(value[:MOST_LISTED])}  # noqa: PLW2901
        if isinstance(value, dict):
            yield from _flat(value, f"{full}.", depth + 1, place, lines)
        elif isinstance(value, (str, bool)) or value is None:
            yield full, value


def raw_of_records(records: Sequence[Record], place: str) -> Raw:
    """Return flat records as a file's records are read: cells of text, with where they were numbers or truths."""
    header = tuple(dict.fromkeys(name for record in records for name in record))
    columns: dict[str, pl.Series] = {}
    plain: dict[int, pl.Series] = {}
    for at, name in enumerate(header):
        cells = [record.get(name) for record in records]
        columns[name_column(at)] = pl.Series([_text(cell) for cell in cells], dtype=pl.String)
        flags = pl.Series([isinstance(cell, (NumberText, bool)) for cell in cells], dtype=pl.Boolean)
        plain |= {at: flags} if flags.any() else {}
    rows = pl.int_range(1, len(records) + 1, dtype=pl.Int64, eager=True).alias("row")
    return Raw(place, header, pl.DataFrame(columns), rows, plain=plain)


def _text(cell: str | bool | None) -> str | None:
    """Return a cell as text; a time of OData 2, milliseconds since 1970, as the day that it means."""
    if isinstance(cell, bool):
        return str(cell).lower()
    ticks = _TICKS.fullmatch(cell) if cell and cell.startswith("/Date(") else None
    return (EPOCH + timedelta(milliseconds=int(ticks[1]))).date().isoformat() if ticks else cell


def read_records(records: Sequence[Record], source: Source, folder: Path, place: str) -> Part:
    """Return the lines and rejects of flat records. Raises SourceError where they are not what the mapping needs."""
    raw = raw_of_records(records, place)
    source = replace(source, preset=None) if source.preset == "canonical" else source
    if source.preset is None:
        return part_of(raw, source, Numbering.of(source))
    from recon.read.presets import fit_raw
    from recon.rules.presets.catalogue import load

    read = fit_raw(raw, source, load(source.preset, folder))
    part = part_of(read.raw, read.source, Numbering.of(source), read.used)
    return with_own_receipts(part, read.receipts) if read.receipts else part


def read_file(path: Path, source: Source, folder: Path) -> list[Part]:
    """Return what one file of a source gives. Raises SourceError where it is missing, damaged or not what is needed."""
    return parts_of(replace(source, files=(str(path.resolve()),)), folder)
