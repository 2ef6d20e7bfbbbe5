"""Files that are no workbook, not whole, or bombs: refused by name before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from recon.errors import SourceError
from recon.read.excel.guard import OLE
from recon.read.excel.reader import read_xlsx
from recon.rules.rule import Source

if TYPE_CHECKING:
    from recon.read.raw import Raw

ZIP = zipfile.ZIP_DEFLATED


def plain() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((["PO", "Qty"], ["4500", 2.5], ["4501", 3])):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", ZIP) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(plain())
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new, 1)})


def read(data: bytes) -> Raw:
    return read_xlsx(data, "in/x.xlsx", Source("orders"), ("PO", "Qty"))


def refusal(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert caught.value.where.startswith("in/x.xlsx")
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old .xls"),
        (b"<html><table></table></html>", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML spreadsheet"),
        (b"PO;Qty\r\nA;1\r\n", "text file"),
        ("PO\tQty\r\n".encode("utf-16"), "text file"),
        (b"\x00\x01\x02\x03", "unknown"),
        (packed({"xl/workbook.bin": b"x"}), ".xlsb"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), ".ods"),
        (packed({"Index/Document.iwa": b""}), "Numbers"),
        (packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "Word"),
        (packed({"orders.csv": b"PO,Qty"}), "zip archive"),
    ],
)
def test_other_files_are_named_for_what_they_are(data: bytes, kind: str) -> None:
    assert kind in refusal(data)


def test_an_archive_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({**parts_of(plain()), "xl/worksheets/sheet1.xml": b" " * (200 << 20)})
    assert len(bomb) < 1 << 20
    assert "unpack to 209,715,200" in refusal(bomb)


def test_a_cell_far_to_the_right_is_refused() -> None:
    data = changed("xl/worksheets/sheet1.xml", b"</row></sheetData>", b'<c r="XFD3"><v>1</v></c></row></sheetData>')
    assert "column 16,384" in refusal(data)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
def test_a_doctype_is_refused_in_every_part(part: str) -> None:
    content = parts_of(plain())[part]
    body = content[content.index(b"?>") + 2 :] if content.startswith(b"<?xml") else content
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>' + body
    assert "DOCTYPE" in refusal(packed({**parts_of(plain()), part: laughs}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'<row r="3"', b'<row r="2"', "does not follow"),
        (b'r="B2"', b'r="A2"', "out of order"),
        (b'r="B2"', b'r="B7"', "stands in row 2"),
        (b"<v>2.5</v>", b"<v>2,5</v>", "not a number"),
        (b"<v>2.5</v>", b"<v>2.5</v", "not well-formed"),
        (b't="s"', b't="q"', "unknown type"),
        (b"<v>0</v>", b"<v>99</v>", "a text that is not there"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(old: bytes, new: bytes, said: str) -> None:
    assert said in refusal(changed("xl/worksheets/sheet1.xml", old, new))


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_a_missing_part_is_damage(part: str) -> None:
    parts = parts_of(plain())
    del parts[part]
    assert "has no part" in refusal(packed(parts))


def test_a_prefixed_sheet_reads_the_same() -> None:
    parts = parts_of(plain())
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"xmlns=", b"xmlns:x=")
    sheet = sheet.replace(b"</", b"\0").replace(b"<", b"<x:").replace(b"\0", b"</x:").replace(b"<x:?", b"<?")
    raw = read(packed({**parts, "xl/worksheets/sheet1.xml": sheet}))
    assert raw.frame.rows() == read(plain()).frame.rows()


def test_a_file_cut_anywhere_is_refused() -> None:
    data = plain()
    for length in range(0, len(data) - 1, 97):
        assert refusal(data[:length])


def test_a_flipped_bit_is_harmless_or_refused() -> None:
    data, whole = plain(), read(plain())
    for number, at in enumerate(range(0, len(data), 17)):
        broken = data[:at] + bytes([data[at] ^ (1 << number % 8)]) + data[at + 1 :]
        try:
            found = read(broken)
        except SourceError:
            continue
        assert found.frame.equals(whole.frame)
        assert found.header == whole.header
