"""Packing a workbook: streamed rows put into their sheets, and nothing in the file that differs from run to run."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from io import BytesIO
    from pathlib import Path

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_EARLIEST_ISO = b"1980-01-01T00:00:00Z"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f><v />')
_END_OF_ROWS = b"</sheetData>"
_MARGINS = b"<pageMargins"
_LEVEL = 4
"""Of zlib: a third faster than 6 and hardly larger."""


@dataclass(frozen=True)
class Stream:
    """The rows to add to a sheet, the area it then covers, and the links that stand in it."""

    area: str
    rows: Iterator[bytes]
    links: bytes = b""


def part(number: int) -> str:
    """Return the name of the part of the file that holds the `number`th sheet."""
    return f"xl/worksheets/sheet{number}.xml"


def pack(book: BytesIO, streams: Mapping[str, Stream], path: Path, values: Mapping[str, Decimal | int]) -> None:
    """Write the book to `path` with the rows of `streams` (by name of the sheet's part) added.

    `values` are what the formulas of the first sheet come to, by cell: a program that does not compute shows them.
    """
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            with target.open(_entry(name), "w", force_zip64=name in streams) as entry:
                if name in streams:
                    _splice(content, streams[name], entry.write)
                elif name == part(1):
                    entry.write(_computed(content, values))
                else:
                    entry.write(_timeless(content) if name == "docProps/core.xml" else content)
    verify(path)


def verify(path: Path) -> None:
    """Read the whole file back; a part that does not is a bug or a bad disk."""
    with zipfile.ZipFile(path) as packed:
        broken = packed.testzip()
    if broken is not None:
        raise InvariantError(f"{path.name}: {broken} was not written as it should be")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def _splice(content: bytes, stream: Stream, write: Callable[[bytes], object]) -> None:
    before, end, after = content.partition(_END_OF_ROWS)
    if not end:
        raise InvariantError("a sheet of the workbook has no place for rows")
    write(_DIMENSION.sub(f'<dimension ref="{stream.area}"/>'.encode(), before))
    for rows in stream.rows:
        write(rows)
    if stream.links:
        after = after.replace(_MARGINS, b"<hyperlinks>" + stream.links + b"</hyperlinks>" + _MARGINS, 1)
    ignored = f'<ignoredErrors><ignoredError sqref="{stream.area}" numberStoredAsText="1"/></ignoredErrors>'.encode()
    place = next(tag for tag in (b"<tableParts", b"</worksheet>") if tag in after)
    write(end + after.replace(place, ignored + place, 1))


def _computed(content: bytes, values: Mapping[str, Decimal | int]) -> bytes:
    def with_value(found: re.Match[bytes]) -> bytes:
        value = values.get(found[1].decode())
        shown = f"{value:f}" if isinstance(value, Decimal) else value
        return found[0] if value is None else found[0].replace(b"<v />", f"<v>{shown}</v>".encode())

    return _FORMULA.sub(with_value, content)


def _timeless(content: bytes) -> bytes:
    return _TIMES.sub(rb"\g<1>" + _EARLIEST_ISO, content)
