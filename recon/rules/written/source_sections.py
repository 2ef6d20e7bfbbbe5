"""What a source may hold in sections of its own: `csv`, `beside`, `expect`, `values`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.kinds import CURRENCY
from recon.rules.rule import CellPart, CsvOptions, HeaderFiles
from recon.rules.written.kinds import Choice, Flag, Number, Parsed, Text, Whole, refused
from recon.rules.written.periods import DATED, declared_period
from recon.rules.written.sections import Field, Many, OrNull, Pairs, Record
from recon.rules.written.values import currency, encoding, pattern, quote, separator

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section
    from recon.tables import Table

PLACE_COLUMNS = ("source", "row")


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the columns a source may fill: all but where each row was found."""
    return tuple(column for column in table.columns if column not in PLACE_COLUMNS)


def _csv(section: Section, values: dict[str, Any]) -> CsvOptions:
    options = CsvOptions(**values)
    if options.separator == options.quote:
        raise refused(section.at("separator"), "separator and quote are the same character")
    return options


SEPARATED = {
    "separator": Field(Parsed("a separator", separator), "The character between cells."),
    "encoding": Field(Parsed("an encoding", encoding), "The file's encoding, such as cp1252; UTF-8 by default."),
}
CSV = Record(
    "csv",
    {
        **SEPARATED,
        "quote": Field(OrNull(Parsed("a quote", quote), None), "The character around cells; null for none."),
        "short_rows": Field(
            Choice("what becomes of short rows", ("refuse", "blank")),
            "`blank`: records with fewer cells than the header are read, the cells they lack blank.",
        ),
    },
    _csv,
    scalar_hint='Write {separator: ";", encoding: cp1252}.',
)


def piece_section(header: Text) -> Record[CellPart]:
    fields = {
        "of": Field(header, "The column whose cells hold it.", "Name the column: of: PO Ref"),
        "pattern": Field(
            Parsed("a pattern", pattern), "A regular expression with one group.", "Say what to take: pattern: ..."
        ),
    }
    return Record(
        "a piece", fields, lambda _, values: CellPart(**values), scalar_hint='Write {of: PO Ref, pattern: "^(.+)/"}.'
    )


def beside_section(column: Choice, header: Text) -> Record[HeaderFiles]:
    name = Many(Text("a column name"), or_one=True)
    fields = {
        "files": Field(
            Many(Text("a path or a pattern"), or_one=True),
            "Paths or patterns of the header files.",
            "Name it: files: [...]",
        ),
        "key": Field(name, "The columns that both files have, and that join them.", "Say what joins: key: po_id"),
        "header_key": Field(name, "What the header files call the columns of `key`, where that differs."),
        "columns": Field(
            Pairs(column, header), "Canonical column: the header file's name, where it is not that of `columns`."
        ),
        "sheet": Field(Text("a sheet's name"), "The sheet of a workbook."),
        "header_row": Field(Whole("a row number", least=1, most=1_048_576), "The row in which the column names stand."),
    }
    return Record("beside", fields, _header_files, scalar_hint="Write {files: [heads.csv], key: po_id}.")


def _header_files(section: Section, values: dict[str, Any]) -> HeaderFiles:
    if "header_key" in values and len(values["header_key"]) != len(values["key"]):
        raise refused(
            section.at("header_key"), "key and header_key name as many columns each", "As key: id, header_key: ID"
        )
    return HeaderFiles(**values)


def expect_section(name: str, table: Table) -> Record[dict[str, str]]:
    numbers = tuple(c for c in columns_of(table) if table.columns[c].is_numeric())
    fields: dict[str, Field] = {
        "rows": Field(Whole("a number of rows"), "How many records the source has."),
        "total": Field(Number("a total", least=None), "What a column of it adds up to."),
        "column": Field(
            Choice(f"a column of numbers of {table.name}", numbers), "The column of the total: by default the amount."
        ),
        "allow_empty": Field(Flag(), "Whether the source may have no rows."),
    }
    if name in DATED:
        fields["period"] = Field(Parsed("a period", declared_period), "The days that its documents are dated in.")
    return Record("expect", fields, _figures)


def _figures(section: Section, values: dict[str, Any]) -> dict[str, str]:
    if "column" in values and "total" not in values:
        raise refused(
            section.at("column"), "'column' says what the total is of, and there is no total", "Add total: ..."
        )
    return {name: _figure(value) for name, value in values.items()}


def _figure(value: Decimal | int | str | bool) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value).lower()


def values_section(table: Table) -> Record[dict[str, dict[str, str]]]:
    fields = {
        c: Field(Pairs(Text(), Choice(f"a value of {c}", of)), f"One of {', '.join(of)}.")
        for c, of in table.words().items()
    }
    for unit in (c for c in ("uom", "from_uom", "to_uom") if c in table.columns):
        fields[unit] = Field(Pairs(Text(), Text()), "The unit that is meant: {Karton: CT}.")
    for money in (c for c, kind in table.kinds.items() if kind == CURRENCY):
        fields[money] = Field(
            Pairs(Text(), Parsed("a currency", currency)), "The currency that is meant: {Z-US$: USD}."
        )
    return Record("values", fields, lambda _, values: values)
