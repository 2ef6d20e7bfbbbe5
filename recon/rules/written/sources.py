"""The `sources` section: what may stand in each source, and how it becomes a Source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, did_you_mean
from recon.kinds import TEXT
from recon.rules.rule import STDIN, FileFormat, Source
from recon.rules.written.kinds import Choice, Flag, Kind, Parsed, Schema, Text, Whole, refused
from recon.rules.written.named import condition
from recon.rules.written.patches import patches
from recon.rules.written.sections import Field, Many, Pairs, Record
from recon.rules.written.source_checks import check_carried, check_origin
from recon.rules.written.source_sections import (
    CSV,
    SEPARATED,
    beside_section,
    columns_of,
    expect_section,
    piece_section,
    values_section,
)
from recon.rules.written.values import (
    DIRECTIVES,
    NUMBER_EXAMPLES,
    date_format,
    number_format,
    two_digit_years,
)
from recon.tables import CANONICAL, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.written.yaml_nodes import Node, Section

NEEDED = ("orders", "invoices")
SECTION_HINT = "orders and invoices are needed, of files or of feeds; receipts, suppliers, ... are not."


class AsWritten(Kind["Node"]):
    """Left to be read when the rest of the section is known."""

    def read(self, node: Node) -> Node:
        return node

    def schema(self) -> Schema:
        return {"type": "string"}


def preset(name: str) -> str:
    """Return the name of a preset that ships, or the path of a YAML file that holds one; raises RulesError."""
    known = known_presets()
    if name in known or name.endswith((".yaml", ".yml")):
        return name
    raise RulesError(f"unknown preset '{name}'{did_you_mean(name, known)}", hint=f"Known: {', '.join(known)}.")


def known_presets() -> list[str]:
    """Return the names a source's `preset` may have; `canonical` is recon's own column names."""
    from recon.rules.presets.catalogue import names  # presets are written in the kinds of this room, and import it

    return sorted({"canonical", *names()})


NUMBERS_DOC = "How the source writes 1234.56; plain 1234.56 by default."
DATES_DOC = f"strptime format, one or several ({', '.join(DIRECTIVES)}); ISO by default."


def source(name: str) -> Record[Source]:
    """Return what may stand in the source `name`."""
    table = CANONICAL[name]
    column = Choice(f"a column of {name}", columns_of(table))
    header = Text(
        "a column name", r"[^#][\s\S]*|#[1-9][0-9]{0,4}", "Write the header's text, or #3 for the third column."
    )
    fields = {
        **_places(column, header),
        **_mapping(column, header),
        **_cells(table, column),
        "expect": Field(expect_section(name, table), "Control figures that the source must have."),
        "patches": Field(patches(table), "What is put right in its rows, until the source does it."),
    }
    if name in {"orders", "invoices"}:
        fields["prices"] = Field(
            Choice("net or gross", ("net", "gross")),
            "`gross`: tax is in the prices and amounts, at the row's tax_rate.",
        )
    if name == "receipts":
        fields["repeats"] = Field(
            Choice("once or count", ("once", "count")), "`count`: receipts of one number and line count each."
        )
    return Record(
        f"the source {name}",
        fields,
        lambda section, values: _source(name, section, values),
        scalar_hint="Write {files: [...]}.",
    )


def _places(column: Choice, header: Text) -> dict[str, Field]:
    """Return what says where the rows are."""
    return {
        "files": Field(
            Many(Text("a path or a pattern"), or_one=True, empty_hint='Name one at least: ["orders*.csv"].'),
            "Paths or patterns, relative to the rules file.",
        ),
        "query": Field(Text("a query"), "A SQL query, instead of files."),
        "connection": Field(
            Text("a connection"), "Where the query runs: an address, or ${NAME} for an environment variable."
        ),
        "preset": Field(Parsed("a preset", preset), "A shipped, named mapping."),
        "beside": Field(beside_section(column, header), "Files that hold the documents' headers, beside the lines."),
    }


def _mapping(column: Choice, header: Text) -> dict[str, Field]:
    """Return what says which columns are read, and as what."""
    return {
        "columns": Field(
            Pairs(column, header),
            "Canonical column: the source's name of it, or #3 for the third column. Only what is named here is read.",
        ),
        "pieces": Field(
            Pairs(column, piece_section(header)),
            "Canonical column: the part of a cell that it is. A cell that does not fit is taken whole.",
        ),
        "defaults": Field(
            Pairs(column, Text(may_be_empty=True)), "Canonical column: the value where the source has none."
        ),
        "above": Field(
            Pairs(column, Text("a name")),
            "Canonical column: the name beside its value above the header, where each file is one document.",
        ),
        "carry": Field(
            Many(Text("a column name"), or_one=True, may_be_empty=True), "Source columns to pass through unchanged."
        ),
    }


def _formats() -> dict[str, Field]:
    """Return what says how a file is laid out and its numbers and dates are written."""
    return {
        "sheet": Field(Text("a sheet's name"), "The sheet of a workbook."),
        "header_row": Field(
            Whole("a row number", most=1_048_576), "The row in which the column names stand; 0 for none."
        ),
        "number_format": Field(
            Parsed("a number format", number_format, {"examples": list(NUMBER_EXAMPLES)}), NUMBERS_DOC
        ),
        "date_format": Field(Many(Parsed("a date format", date_format), or_one=True), DATES_DOC),
    }


FILE_FORMAT = Record("a file's format", {**SEPARATED, **_formats()}, lambda _, values: FileFormat(**values))


def _cells(table: Table, column: Choice) -> dict[str, Field]:
    """Return what says how a file is laid out, its cells are written and which of its rows are read."""
    return {
        **_formats(),
        "sheets": Field(
            Many(Text("a sheet's name"), or_one=True), "Sheets of each workbook, read one after the other, as if files."
        ),
        "repeated_header": Field(
            Choice("what becomes of a repeated header", ("refuse", "leave")),
            "`leave`: rows that are the header once more, as on each page of a print, are no lines.",
        ),
        "csv": Field(CSV, "How a text file is laid out."),
        "file_formats": Field(
            Pairs(Text("a path"), FILE_FORMAT), 'What is otherwise in one of the files: {inv_2.csv: {separator: ";"}}.'
        ),
        "two_digit_years": Field(
            Parsed("a hundred years", two_digit_years), "The years that %y may mean, such as 1970-2069."
        ),
        "nulls": Field(Many(Text(may_be_empty=True), or_one=True, may_be_empty=True), "Texts that mean: no value."),
        "values": Field(values_section(table), "The source's words: recon's words, for columns that hold words."),
        "where": Field(AsWritten(), "A SQL condition: only rows for which it holds are read."),
        "fill_down": Field(
            Many(column, or_one=True), "Columns that stand on a document's first line only; the first of them decides."
        ),
        "number": Field(
            Pairs(column, Many(column, or_one=True)), "Lines to count from 1, within another: {po_line: po_number}."
        ),
        "distinct": Field(Flag(), "Whether rows that are equal in all that is read of them are read once."),
        "round": Field(Flag(), "Round numbers with too many decimals instead of rejecting their row."),
    }


def _source(name: str, section: Section, values: dict[str, Any]) -> Source:
    check_origin(section, values)
    check_carried(name, section, values.get("carry", ()))
    table = CANONICAL[name]
    return Source(name, **with_where(table, values), line=section.place.line, given=_given(section))


def with_where(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a source of a table says with its `where` read: only now it is known which columns it may name."""
    where = values.pop("where", None)
    if where is None:
        return values
    carried = dict.fromkeys(values.get("carry", ()), TEXT)
    return {**values, "where": condition({**carried, **_filled(table, values)}, others=True).read(where)}


def _filled(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that the source may fill, with their types: with `columns` and no preset only those it names."""
    if not values.get("columns") or values.get("preset", "canonical") != "canonical":
        return dict(table.columns)
    beside = values["beside"].columns if "beside" in values else {}
    named = {
        *values["columns"],
        *beside,
        *values.get("pieces", ()),
        *values.get("defaults", ()),
        *values.get("number", ()),
    }
    return {column: dtype for column, dtype in table.columns.items() if column in named}


def _given(section: Section) -> frozenset[str]:
    keys = [entry.key.text for entry in section.entries]
    inside = [(entry.key.text, entry.value) for entry in section.entries if entry.key.text == "csv"]
    return frozenset(
        [*keys, *(f"{key}.{inner.key.text}" for key, csv in inside for inner in getattr(csv, "entries", ()))]
    )


def _sources(section: Section, values: dict[str, Source]) -> dict[str, Source]:
    piped = [name for name, source in values.items() if STDIN in source.files]
    if len(piped) > 1:
        message = f"standard input can be read once, and {piped[0]} are read from it"
        raise refused(section.at(piped[1]), message, "Give one of the two as a file.")
    return values


SOURCES = Record(
    "sources",
    {name: Field(source(name), f"Where the {name} are.") for name in CANONICAL},
    _sources,
    scalar_hint="Write orders: {files: [...]} and so on, one source a line.",
)
