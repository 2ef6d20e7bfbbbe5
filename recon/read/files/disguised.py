"""Files that are named like workbooks and are texts or web pages: systems write both as `.xls`, and spreadsheets open them."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from recon.errors import SourceError

WORKBOOKS = (".xls", ".xlsx", ".xlsm")
PAGE = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body")
MARKS = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4_000
CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx (or as CSV)."


def is_page(data: bytes) -> bool:
    """Return whether a file is a web page."""
    return data[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE)


def is_text(data: bytes) -> bool:
    """Return whether a file is text without markup."""
    head = data[:LOOKED_AT]
    if head.startswith(MARKS):
        return True
    marked = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<", b"mime-version"))
    return bool(head) and not marked and not any(byte < 9 or 13 < byte < 32 for byte in head)


def as_it_is(data: bytes, suffix: str, path: str) -> tuple[bytes, str]:
    """Return the content and the ending by which to read a file that is named like a workbook; any other as it is.

    The table of a web page is given as CSV in UTF-8, a line for each of its rows. Raises SourceError for a page of which
    cells would be lost.
    """
    if suffix not in WORKBOOKS:
        return data, suffix
    if is_page(data):
        return _table_of(data, path), ".csv"
    return data, ".csv" if is_text(data) else suffix


def _table_of(data: bytes, path: str) -> bytes:
    page = _Page()
    try:
        page.feed(_decoded(data))
        page.close()
    except AssertionError:  # what the parser calls a declaration that nobody knows
        page.odd = "markup that cannot be read"
    tables = [rows for rows in page.tables if len(rows) > 1 and max(map(len, rows)) > 1]
    reason = page.odd or ("" if len(tables) == 1 else f"{len(tables) or 'no'} tables")
    if reason:
        raise SourceError(f"this is not an .xlsx workbook: it is an HTML page with {reason}", path, SAVE_AS)
    width = max(map(len, tables[0]))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*row, *[""] * (width - len(row))] for row in tables[0])
    return text.getvalue().encode()


def _decoded(data: bytes) -> str:
    """Return the text of a page; without a word about its encoding UTF-8, else what browsers take it for."""
    if data.startswith(MARKS):
        return data.decode("utf-16", errors="replace")
    named = CHARSET.search(data[:LOOKED_AT])
    for encoding in (named[1].decode() if named else "utf-8", "cp1252"):
        try:
            return data.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(errors="replace")


class _Page(HTMLParser):
    """The cells of a page's tables, as shown; `odd`: what would be lost of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.odd = ""
        self._cell: list[str] | None = None
        self._row: list[str] = []
        self._span, self._unseen = 1, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in {"style", "script"}:
            self._unseen += 1
        elif tag == "table":
            self.odd = "tables within tables" if self._cell is not None else self.odd
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._end()
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._end()
            self.odd = "cells over several rows" if said.get("rowspan", "1") not in {"", "1"} else self.odd
            self.odd = "numbers that it shows rounded" if said.get("x:num") else self.odd
            span = said.get("colspan", "")
            self._row = self.tables[-1][-1]
            self._cell, self._span = [], int(span) if span.isdecimal() and len(span) < 4 else 1
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script"}:
            self._unseen -= 1
        elif tag in {"td", "th", "tr", "table"}:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unseen:
            self._cell.append(data)

    def _end(self) -> None:
        if self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self._row += [text, *[""] * (self._span - 1)]
        self._cell = None
