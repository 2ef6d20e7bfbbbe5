"""The kinds of file that are read: a row each, with the endings of its files and how one is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.read.text.csv import read_csv, read_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from recon.read.raw import Raw
    from recon.read.text.cut import Piece
    from recon.rules.rule import Source

    Read = Callable[[bytes, str, Source, Collection[str]], Raw]
    Pieces = Callable[[Iterator[Piece], str, Source, Collection[str]], Iterator[Raw]]


@dataclass(frozen=True)
class Reader:
    """How a kind of file is read.

    `read` takes a file's bytes, its path, its source and the names in its header that are used. `pieces` reads it some
    megabytes at a time, where the kind can. `refused`: endings of the kind that are known, and told what to do about.
    """

    kind: str
    suffixes: tuple[str, ...]
    read: Read
    pieces: Pieces | None = None
    refused: tuple[str, ...] = ()


def _workbook(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    from recon.read.excel.reader import read_xlsx

    return read_xlsx(data, path, source, wanted)


def _parquet(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    from recon.read.typed.parquet import read_parquet

    return read_parquet(data, path, source, wanted)


READERS = (
    Reader("text", (".csv", ".txt", ".tsv", ".tab", ".dat", ".asc"), read_csv, read_pieces),
    Reader("workbook", (".xlsx", ".xlsm"), _workbook, refused=(".xls", ".xlsb", ".ods")),
    Reader("parquet", (".parquet", ".pq"), _parquet),
)
PACKED = (".gz",)
"""Endings of files that hold one of another kind."""


def reader_of(suffix: str) -> Reader | None:
    """Return the reader of files with this ending; a file without one is text."""
    return next((one for one in READERS if (suffix or ".txt") in (*one.suffixes, *one.refused)), None)


def is_kind(suffix: str, kind: str, *, refused: bool = False) -> bool:
    """Return whether files with this ending are of the kind; with `refused` also those that are only known."""
    reader = reader_of(suffix)
    return reader is not None and reader.kind == kind and (refused or suffix not in reader.refused)


def suffixes(*, refused: bool = False) -> tuple[str, ...]:
    """Return the endings of all files that are read, packed ones too, and where asked for those that are refused."""
    known = [suffix for one in READERS for suffix in (*one.suffixes, *(one.refused if refused else ()))]
    return (*known, *PACKED)
