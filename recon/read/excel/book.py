"""A workbook's own parts: which sheets there are, its shared texts, and how its number formats show a number."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.excel.cells import Kind, kind_of_format, shared_text

if TYPE_CHECKING:
    from recon.read.excel.guard import Attributes, Package

SharedText = tuple[str, str | None]
"""A text, and why it cannot be trusted if so."""


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its name, its part, whether people see it."""

    name: str
    part: str
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """What the cells of every sheet refer to."""

    package: Package
    sheets: tuple[Sheet, ...]
    texts: tuple[SharedText, ...]
    kinds: tuple[Kind, ...]
    since_1904: bool
    never_calculated: bool
    notes: tuple[str, ...] = ()


def local(name: str) -> str:
    """Return an XML name without its prefix."""
    return name.rpartition(":")[2]


def open_book(package: Package) -> Book:
    """Read the workbook's directory, texts and formats; raises SourceError where they are damaged."""
    main = _targets(package, "_rels/.rels", "").get("officeDocument", ["xl/workbook.xml"])[0]
    outline = _Outline(package, main)
    folder, name = posixpath.split(main)
    by_kind = _targets(package, f"{folder}/_rels/{name}.rels", folder)
    texts = [_texts(package, part) for part in by_kind.get("sharedStrings", [])]
    kinds = [_kinds(package, part) for part in by_kind.get("styles", [])]
    by_id = _targets_by_id(package, f"{folder}/_rels/{name}.rels", folder)
    return Book(
        package,
        tuple(outline.sheets(by_id)),
        texts[0] if texts else (),
        kinds[0] if kinds else (),
        outline.since_1904,
        outline.never_calculated,
        _notes(package),
    )


def _notes(package: Package) -> tuple[str, ...]:
    names = package.parts
    notes = (
        ["the workbook holds macros; only its values are read"]
        if any(n.endswith("vbaproject.bin") for n in names)
        else []
    )
    if any("/externallinks/" in name for name in names):
        notes.append("the workbook refers to other workbooks; the values are those last saved")
    return tuple(notes)


def _relations(package: Package, part: str) -> list[Attributes]:
    found: list[Attributes] = []
    if part.lower() in package.parts:
        package.parse(
            part, lambda name, attributes: found.append(attributes) if local(name) == "Relationship" else None
        )
    return found


def _path(target: str, folder: str) -> str:
    joined = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined).lstrip("/")


def _targets(package: Package, part: str, folder: str) -> dict[str, list[str]]:
    """Return kind of relation (the last word of its type) -> the parts it leads to."""
    targets: dict[str, list[str]] = {}
    for relation in _relations(package, part):
        kind = relation.get("Type", "").rpartition("/")[2]
        targets.setdefault(kind, []).append(_path(relation.get("Target", ""), folder))
    return targets


def _targets_by_id(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return relation id -> its kind and the part it leads to."""
    return {
        relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], _path(relation.get("Target", ""), folder))
        for relation in _relations(package, part)
    }


class _Outline:
    """The workbook part: sheets in order, date system, whether formulas wait to be calculated."""

    def __init__(self, package: Package, part: str) -> None:
        self.package = package
        self.listed: list[Attributes] = []
        self.since_1904 = False
        self.never_calculated = False
        package.parse(part, self._start)

    def _start(self, name: str, attributes: Attributes) -> None:
        match local(name):
            case "sheet":
                self.listed.append({local(key): value for key, value in attributes.items()})
            case "workbookPr":
                self.since_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
            case "calcPr":
                self.never_calculated = attributes.get("fullCalcOnLoad", "0") in {"1", "true", "on"}

    def sheets(self, by_id: dict[str, tuple[str, str]]) -> list[Sheet]:
        found: list[Sheet] = []
        for entry in self.listed:
            name, identity = entry.get("name", ""), entry.get("id", "")
            if identity not in by_id:
                self.package.refuse_damage(f"sheet '{name}' leads nowhere")
            kind, part = by_id[identity]
            if kind == "worksheet":
                found.append(Sheet(name, part, entry.get("state", "visible") != "visible"))
        if not found:
            raise SourceError("the workbook has no worksheet", self.package.path)
        return found


def _texts(package: Package, part: str) -> tuple[SharedText, ...]:
    """Return the shared texts; phonetic readings (`rPh`) are not part of a text."""
    texts: list[SharedText] = []
    pieces: list[str] = []
    state = {"inside": False, "phonetic": False}

    def start(name: str, _: Attributes) -> None:
        match local(name):
            case "si":
                pieces.clear()
            case "rPh":
                state["phonetic"] = True
            case "t":
                state["inside"] = not state["phonetic"]

    def end(name: str) -> None:
        match local(name):
            case "t":
                state["inside"] = False
            case "rPh":
                state["phonetic"] = False
            case "si":
                texts.append(shared_text("".join(pieces)))

    package.parse(part, start, end, lambda data: pieces.append(data) if state["inside"] else None)
    return tuple(texts)


def _kinds(package: Package, part: str) -> tuple[Kind, ...]:
    """Return, per cell style, how it shows a number."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "numFmt" and within[-1:] == ["numFmts"]:
            codes[_number(package, attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and within[-1:] == ["cellXfs"]:
            formats.append(_number(package, attributes.get("numFmtId", "0")))
        within.append(name)

    def end(_: str) -> None:
        within.pop()

    package.parse(part, start, end)
    return tuple(kind_of_format(identity, codes) for identity in formats)


def _number(package: Package, written: str | None) -> int:
    if written is None or not (written.isascii() and written.isdigit()) or len(written) > 9:
        package.refuse_damage("its styles hold a number format without a number")
    return int(written)
