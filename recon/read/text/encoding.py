"""Bytes -> checked UTF-8: encodings, byte order marks, control characters, line ends."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from recon.errors import RulesError, SourceError
from recon.read.text.positions import positions

MAGIC = {
    b"PK\x03\x04": "a zip archive or an .xlsx workbook",
    b"\x1f\x8b": "gzip data (name it .gz)",
    b"\xd0\xcf\x11\xe0": "an old .xls or a password-protected workbook",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file (name it .parquet)",
    b"BZh": "bzip2 data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"SQLite format 3": "a SQLite database",
}
MARKUP = re.compile(rb"\s*(?:<(?:!doctype|html|\?xml|table)|mime-version:|message-id:)", re.IGNORECASE)
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
CONTROLS = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\t\r\n")
TWICE = b"\xc3\x83"
"""Stands before what begins with \\xc2 where UTF-8 was taken for Latin-1 and encoded again (`MÃ¼ller`)."""
TWICE_DECODED = "some text looks decoded twice (like 'MÃ¼ller'): was the file converted with a wrong encoding?"
REPLACEMENT, INNER_MARK = "\ufffd".encode(), "\ufeff".encode()


@dataclass(frozen=True)
class Text:
    """A file's text as UTF-8 bytes without byte order mark; line ends are as they were, but never CR alone throughout."""

    data: bytes
    notes: tuple[str, ...] = ()


def read_text(data: bytes, path: str, encoding: str | None = None, lazily: bool = False, begins: bool = True) -> Text:
    """Return `data` as checked UTF-8 text; with `lazily` the caller sees to `refuse_broken` and `refuse_controls`.

    It is the beginning of a file, unless `begins` says otherwise.

    A byte order mark decides the encoding, else `encoding`, else it is UTF-8. Raises SourceError with line and column
    for bytes that are not of the encoding, for control characters, U+FFFD, and a byte order mark inside the file.
    """
    if begins:
        refuse_other_kinds(data, path)
        text, notes = _decoded(data, path, encoding)
    else:
        text, notes = _as_utf8(data, path, encoding or "utf-8"), ()
    if not lazily:
        refuse_broken(text, path)
        refuse_controls(text, path)
    if not text.isascii() and _refuse_damage(text, path):
        notes += (TWICE_DECODED,)
    return Text(text if b"\n" in text else text.replace(b"\r", b"\n"), notes)


def refuse_other_kinds(data: bytes, path: str) -> None:
    """Raise SourceError when `data` is recognisably something else than delimited text."""
    for magic, kind in MAGIC.items():
        if data.startswith(magic):
            raise SourceError(
                f"this is not a text file but {kind}", path, "Give the file its right name, or export it as CSV."
            )
    if MARKUP.match(data[:200]):
        raise SourceError(
            "this is not a CSV file but HTML or XML", path, "Open it in a spreadsheet and save it as CSV or XLSX."
        )


def place(text: bytes, offset: int, path: str, before: int = 0) -> str:
    """Return `path:line:column` (from 1, in characters) of a byte offset in UTF-8 text, `before` which lines stand."""
    start = max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
    lines = text.count(b"\n", 0, offset)
    line = lines or text.count(b"\r", 0, offset)
    return f"{path}:{before + line + 1}:{len(text[start:offset].decode('utf-8', 'replace')) + 1}"


def _decoded(data: bytes, path: str, encoding: str | None) -> tuple[bytes, tuple[str, ...]]:
    for mark, marked in MARKS.items():
        if data.startswith(mark):
            notes = (
                () if encoding is None else (f"the byte order mark says {marked}; `encoding: {encoding}` is not used",)
            )
            return _as_utf8(data[len(mark) :], path, marked), notes if not _same(encoding, marked) else ()
    zeros = data[:4000].count(0)
    if zeros * 3 > len(data[:4000]):
        raise SourceError(
            "this looks like UTF-16 without a byte order mark",
            path,
            "Save the file as UTF-8, or as UTF-16 with its mark.",
        )
    return _as_utf8(data, path, encoding or "utf-8"), ()


def _same(encoding: str | None, marked: str) -> bool:
    try:
        return encoding is not None and codecs.lookup(encoding).name[:6] == codecs.lookup(marked).name[:6]
    except LookupError:
        return False


def refuse_broken(text: bytes, path: str) -> None:
    """Raise SourceError with line and column where `text` is not UTF-8."""
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise _not_of("utf-8", error, path) from None


def _as_utf8(data: bytes, path: str, encoding: str) -> bytes:
    """Return `data` as UTF-8; what is declared as such is not looked at."""
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise RulesError(
            f"unknown encoding '{encoding}'", path, "Known ones are utf-8, cp1252, iso8859-15, utf-16, ..."
        ) from None
    try:
        return data if codec == "utf-8" else data.decode(codec).encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"a character that no text may hold: {error.object[error.start : error.end]!a}", path
        ) from None
    except UnicodeDecodeError as error:
        raise _not_of(encoding, error, path) from None


def _not_of(encoding: str, error: UnicodeDecodeError, path: str) -> SourceError:
    byte = error.object[error.start : error.start + 1].hex().upper()
    wide = "16" in error.encoding or "32" in error.encoding
    where = path if wide else place(error.object, error.start, path)
    hint = "If the file comes from Windows or Excel, declare `csv: {encoding: cp1252}`; else save it as UTF-8."
    return SourceError(f"byte 0x{byte} is not {encoding}", where, hint)


def refuse_controls(text: bytes, path: str, allowed: bytes = b"", before: int = 0) -> None:
    """Raise SourceError with line and column for a control character; `allowed` is one that may be (the separator).

    `before` the text stand so many lines.
    """
    if len(text.translate(None, CONTROLS)) == len(text):
        return
    for control in CONTROLS:
        byte = bytes([control])
        if byte not in allowed and byte in text:
            where = place(text, text.index(byte), path, before)
            raise SourceError(
                f"control character \\x{control:02x} in the text", where, "Remove it at the source of the export."
            )


def _refuse_damage(text: bytes, path: str) -> bool:
    """Raise SourceError for what only damage puts into a text; return whether some of it looks decoded twice."""
    twice = b"\xc2" in text and _refuse_c1(text, path)
    if b"\xef" not in text:  # both of the following begin with it, and looking for one byte is quicker
        return twice
    if (at := text.find(REPLACEMENT)) >= 0:
        refuse_broken(text, path)
        hint = "A conversion before recon has lost a character: export the file again."
        raise SourceError("the text is damaged: it holds U+FFFD", place(text, at, path), hint)
    if (at := text.find(INNER_MARK)) >= 0:
        refuse_broken(text, path)
        hint = "Were several files joined into one? Give them to recon one by one."
        raise SourceError("a byte order mark inside the file", place(text, at, path), hint)
    return twice


def _refuse_c1(text: bytes, path: str) -> bool:
    import numpy as np

    whole, lead = np.frombuffer(text, np.uint8), positions(text, b"\xc2")
    after = whole[np.minimum(lead + 1, len(text) - 1)]
    if len(found := lead[(after >= 0x80) & (after < 0xA0)]):
        at = int(found[0])
        refuse_broken(text, path)
        hint = "The file is likely cp1252: declare `csv: {encoding: cp1252}`."
        raise SourceError(f"control character \\x{text[at + 1]:02x} in the text", place(text, at, path), hint)
    lead = lead[lead >= len(TWICE)]
    return bool(np.any((whole[lead - 2] == TWICE[0]) & (whole[lead - 1] == TWICE[1])))
