"""What stands before a workbook is read: is it one, is it whole, is it small enough; its parts as XML events."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_PARTS = 10_000
MOST_BYTES = 4 << 30
LARGE_PART_BYTES = 8 << 20
MOST_RATIO = 150
"""Inflated to packed size of a large part. Real sheets stay below 40; a bomb is near 1,000, the limit of the packing."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx (or as CSV)."
BROKEN = (
    LookupError,  # an encoding that is none
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)

Attributes = dict[str, str]


class Enough(Exception):  # noqa: N818 -- not an error: a reader of a part has seen all it needs
    """Raised by a handler to stop reading a part."""


@dataclass(frozen=True)
class Package:
    """An .xlsx file that passed the guard: its parts by lower-case name."""

    path: str
    archive: zipfile.ZipFile
    parts: Mapping[str, zipfile.ZipInfo]

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Send the elements of one part to the handlers, names as written.

        Raises SourceError when the part is absent, damaged, not XML, or holds a DOCTYPE.
        """
        info = self.parts.get(part.lower())
        if info is None:
            raise SourceError(
                f"the workbook is damaged: it has no part '{part}'", self.path, "Save it again, or export it again."
            )
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        self._feed(parser, info)

    def _feed(self, parser: Any, info: zipfile.ZipInfo) -> None:
        try:
            with self.archive.open(info) as stream:
                parser.ParseFile(stream)
        except Enough:
            return
        except SourceError:
            raise
        except expat.ExpatError as error:
            self.refuse_damage(f"{info.filename} is not well-formed XML (line {error.lineno})")
        except BROKEN as error:
            self.refuse_damage(f"{info.filename} cannot be unpacked ({error})")

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise SourceError(
            "the workbook holds a DOCTYPE, which no spreadsheet program writes", self.path, f"It is not read. {SAVE_AS}"
        )

    def refuse_damage(self, what: str) -> NoReturn:
        """Raise SourceError: the workbook is damaged, and how."""
        raise SourceError(
            f"the workbook is damaged: {what}", self.path, "Was it cut off on the way? Get it again."
        ) from None


def open_package(data: bytes, path: str) -> Package:
    """Return the workbook's parts, or raise SourceError saying what the file is instead, or why it is not read.

    Sizes are those that the archive declares; more than the declared is never inflated.
    """
    if not data.startswith(b"PK"):
        _refuse_kind(*_kind(data), path)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except BROKEN as error:
        hint = "The file is incomplete or not a workbook: get it again."
        raise SourceError(f"the workbook is damaged: {error}", path, hint) from None
    _refuse_bombs(infos, path)
    parts = {info.filename.replace("\\", "/").lower(): info for info in infos}
    package = Package(path, archive, parts)
    if len(parts) != len(infos):
        package.refuse_damage("two parts have one name")
    if any(info.flag_bits & 1 for info in infos):
        raise SourceError("the workbook's archive is encrypted", path, "Save it without a password.")
    _refuse_other_packages(parts, archive, path)
    return package


def _refuse_bombs(infos: list[zipfile.ZipInfo], path: str) -> None:
    hint = "It looks like an archive bomb. If the file is genuine, export it as CSV."
    if len(infos) > MOST_PARTS:
        raise SourceError(f"the workbook has {len(infos)} parts; at most {MOST_PARTS} are read", path, hint)
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise SourceError(f"the workbook unpacks to {total:,} bytes; at most {MOST_BYTES:,} are read", path, hint)
    for info in infos:
        if info.file_size > LARGE_PART_BYTES and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            size = f"{info.compress_size:,} bytes that unpack to {info.file_size:,}"
            raise SourceError(f"part '{info.filename}' has {size}", path, hint)


def _kind(data: bytes) -> tuple[str, str]:
    """Return what a file that is no zip archive really is, and how to mend it."""
    if not data:
        return "empty (0 bytes)", "Get the file again."
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "password-protected", "Save it without a password."
        if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
            return "an old .xls workbook (Excel 97-2003)", SAVE_AS
        return "an old Office file (.xls), or password-protected", SAVE_AS
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[:2] in {b"\x09\x08", b"\x09\x04", b"\x09\x02"}:
        return "an old .xls workbook (Excel 5 or older)", SAVE_AS
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4000]:
        return "an XML spreadsheet (Excel 2003)", SAVE_AS
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "an HTML page", SAVE_AS
    if head.startswith(b"mime-version"):
        return "an MHTML page", SAVE_AS
    if head.startswith(b"<?xml"):
        return "an XML file", SAVE_AS
    return _kind_of_text(data)


def _kind_of_text(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or not any(c < 9 or 13 < c < 32 for c in data[:4000]):
        return "a text file", "Give it its right name: .csv (and declare `csv: {separator: ...}`)."
    return "of an unknown kind", SAVE_AS


def _refuse_other_packages(parts: Mapping[str, zipfile.ZipInfo], archive: zipfile.ZipFile, path: str) -> None:
    if "xl/workbook.bin" in parts:
        _refuse_kind("a binary workbook (.xlsb)", SAVE_AS, path)
    if "mimetype" in parts:
        info = parts["mimetype"]
        declared = archive.read(info) if info.file_size < 200 else b""
        if b"opendocument" in declared:
            kind = "an OpenDocument spreadsheet (.ods)" if b"spreadsheet" in declared else "an OpenDocument file"
            _refuse_kind(kind, SAVE_AS, path)
    if any(name.endswith(".iwa") for name in parts):
        _refuse_kind("an Apple Numbers document", SAVE_AS, path)
    if "word/document.xml" in parts:
        _refuse_kind("a Word document", SAVE_AS, path)
    if "[content_types].xml" not in parts and not any(name.endswith("workbook.xml") for name in parts):
        _refuse_kind("a zip archive without a workbook in it", "Unpack it first.", path)


def _refuse_kind(kind: str, hint: str, path: str) -> NoReturn:
    raise SourceError(f"this is not an .xlsx workbook: it is {kind}", path, hint)
