"""The presets that ship, and those that users write: YAML -> Preset."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, did_you_mean
from recon.rules.presets.preset import Beside, Names, Piece, Preset, Transactions
from recon.rules.written.kinds import Choice, Parsed, Text, refused
from recon.rules.written.places import Complaint, Problem, told
from recon.rules.written.sections import Field, Many, Pairs, Record
from recon.rules.written.values import date_format, encoding, number_format, pattern, separator
from recon.rules.written.yaml_nodes import read_nodes
from recon.tables import CANONICAL, PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.written.yaml_nodes import Section

SUFFIXES = (".yaml", ".yml")


def names() -> list[str]:
    """Return the names of the presets that ship, sorted."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _shelf().iterdir() if entry.name.endswith(".yaml"))


def load(name: str, folder: Path = Path()) -> Preset:
    """Return the preset `name`: one that ships, or a YAML file relative to `folder`.

    Raises RulesError for an unknown name, and for a file that is no preset, with file, line and column.
    """
    if name.endswith(SUFFIXES):
        path = folder / name
        try:
            return parse_preset(path.read_bytes(), Path(name).stem, str(path))
        except OSError as error:
            raise RulesError(f"the preset cannot be read: {error.strerror or error}", str(path)) from None
    if name not in names():
        known = ", ".join(names())
        raise RulesError(f"unknown preset '{name}'{did_you_mean(name, names())}", hint=f"Known: {known}.")
    return _shipped(name)


@cache
def _shipped(name: str) -> Preset:
    entry = _shelf() / f"{name}.yaml"
    return parse_preset(entry.read_bytes(), name, f"preset {name}", shipped=True)


def preset_keys() -> dict[str, str]:
    """Return the keys of a preset's file, and what each says."""
    return {key: known.doc for key, known in _record("orders").fields.items()}


def _shelf() -> Any:
    return resources.files("recon.rules.presets")


def parse_preset(content: bytes, name: str, where: str, *, shipped: bool = False) -> Preset:
    """Return the preset that `content` describes; RulesError tells all that is wrong with it."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    try:
        node, problems = read_nodes(content, shipped=shipped)
        values = _record(_table(node)).read(node)
    except Complaint as complaint:
        problems = [*problems, *complaint.problems]
    if problems:
        raise RulesError(*told(where, problems))
    return Preset(name=name, digest=hashlib.sha256(content).hexdigest(), **values)


def _table(node: Any) -> str:
    """Return the table that a preset is for, which decides the columns it may name."""
    entries = getattr(node, "entries", ())
    named = [entry.value for entry in entries if entry.key.text == "table"]
    return Choice("a table", tuple(CANONICAL)).read(named[0]) if named else "orders"


def _record(table: str) -> Record[dict[str, Any]]:
    columns = tuple(column for column in CANONICAL[table].columns if column not in PLACE)
    column = Choice(f"a column of {table}", columns)
    listed = Many(Text("a column name"), or_one=True)
    text = Text(may_be_empty=True)
    mapping = Pairs(column, listed)
    cells = Pairs(Text("a column name"), Many(text, or_one=True))
    fields = {
        "description": Field(Text(), "What the export is and how it is made."),
        "table": Field(Choice("a table", tuple(CANONICAL)), "Which source it fills.", "Say which: table: invoices"),
        "columns": Field(mapping, "Canonical column: the names it may have in the export, the best first."),
        "choices": Field(Many(mapping), "Groups of columns that belong together; the first that is there whole counts."),
        "pieces": Field(
            Pairs(column, Many(_piece(), or_one=True)), "Columns that are part of a cell; of several the first that fits."
        ),
        "beside": Field(_beside(mapping, column, cells), "The header file that stands beside the lines."),
        "required": Field(Many(column), "Columns that must be found, besides those that the table requires."),
        "keep": Field(cells, "Only rows with these cells are read. The column may have several names: `BWART | MvT`."),
        "leave": Field(cells, "Rows with these cells (large and small letters are one) are not read: cancelled ones."),
        "fill_down": Field(Many(column), "Columns that stand on a document's first line only; the first of them decides."),
        "number": Field(Pairs(column, column), "Columns to count, within another: {po_line: po_number}."),
        "only_where_equal": Field(
            Pairs(column, Many(listed)),
            "Columns left blank where two others differ: {unit_price: [[BPRME, OPUn], [MEINS]]}.",
        ),
        "only_where_alike": Field(
            Pairs(column, Many(column)), "Columns left blank where rows of one line differ: {closed: [po_number, po_line]}."
        ),
        "apart": Field(
            Pairs(column, Many(column)), "Numbers that repeat within the first column, told apart by the others: 10.1, 10.2."
        ),
        "own_receipts": Field(cells, "Invoice lines with these cells are receipts, too: the bill books its own goods in."),
        "negative": Field(cells, "Order lines with these cells are returns: quantity and amount are below nothing."),
        "transactions": Field(_transactions(), "Receipts as transactions, some of which judge or correct others."),
        "layout": Field(Choice("a layout", ("table", "list")), "`list`: titles, frames and totals around the table."),
        "separator": Field(Parsed("a separator", separator), "The character between cells, where it is always the same."),
        "encoding": Field(Parsed("an encoding", encoding), "The encoding of files that are not UTF-8."),
        "number_format": Field(Many(Parsed("a number format", number_format), or_one=True), "One, or those it may be."),
        "date_format": Field(Many(Parsed("a date format", date_format), or_one=True), "One, or those it may be."),
        "nulls": Field(Many(text, or_one=True), "Texts that mean: no value."),
        "values": Field(Pairs(column, Pairs(Text(), Text())), "The system's words: recon's words."),
        "defaults": Field(Pairs(column, text), "Canonical column: the value where the export has none."),
    }  # fmt: skip
    return Record("a preset", fields, _built)


def _piece() -> Record[Piece]:
    fields = {
        "of": Field(Many(Text("a column name"), or_one=True), "The names of the column.", "Name the column: of: ..."),
        "pattern": Field(
            Parsed("a pattern", pattern), "A regular expression with one group.", "Say what to take: pattern: ..."
        ),
    }
    return Record("a piece", fields, lambda _, values: Piece(values["of"], values["pattern"]))


def _transactions() -> Record[Transactions]:
    words = Many(Text("a word of the column"), or_one=True)
    names = Many(Text("a column name"), or_one=True)
    fields = {
        "type": Field(names, "The column that says what a row does.", "Name the column: type: ..."),
        "id": Field(names, "The column with a row's own number."),
        "parent": Field(names, "The column with the number of the row that it follows."),
        "correct": Field(words, "Rows that change an earlier one by their quantity."),
        "accepted": Field(words, "Rows that accept what came."),
        "rejected": Field(words, "Rows that reject what came."),
    }
    return Record("transactions", fields, lambda _, values: Transactions(**values))


def _beside(mapping: Pairs[Names], column: Choice, cells: Pairs[Names]) -> Record[Beside]:
    name = Many(Text("a column name"), or_one=True)
    fields = {
        "on": Field(
            Many(name), "Column names that both files have, or lists of names for each.", "Say what joins: on: [...]"
        ),
        "columns": Field(mapping, "Canonical columns that the header file gives.", "Say what it gives: columns: {...}"),
        "required": Field(Many(column), "Columns without which a file is no such header file."),
        "keep": Field(cells, "Only documents with these cells are read."),
    }
    return Record("a header file", fields, lambda _, values: _joined(values))


def _joined(values: dict[str, Any]) -> Beside:
    return Beside(values["on"], values["columns"], values.get("required", ()), _several(values.get("keep", {})))


def _several(cells: Mapping[str, Names]) -> dict[Names, Names]:
    """Return what `keep` and `leave` say with the names of each column apart: `BWART | MvT`."""
    return {tuple(names.split(" | ")): those for names, those in cells.items()}


def _built(section: Section, values: dict[str, Any]) -> dict[str, Any]:
    for plural in ("number_format", "date_format"):
        if plural in values:
            values[f"{plural}s"] = values.pop(plural)
    for rows in ("keep", "leave", "own_receipts", "negative"):
        values[rows] = _several(values.get(rows, {}))
    if any(len(pair) != 2 for pair in values.get("only_where_equal", {}).values()):
        raise refused(section.place, "`only_where_equal` needs two columns each", "Name both: unit_price: [[A], [B]]")
    if not any(key in values for key in ("columns", "choices", "pieces")):
        raise refused(section.place, "the preset names no column", "Say what the columns are called: columns: {...}")
    return values
