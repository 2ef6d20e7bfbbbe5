"""What a caller of the Python API hands over, held against what a file may give: refused in recon's words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.errors import RulesError, SourceError, did_you_mean
from recon.kinds import AMOUNTS, CURRENCY, FACTOR, TEXT
from recon.match.carried import carried
from recon.result_tables import INVOICE_RESULTS, ORDER_RESULTS, RECEIPT_RESULTS
from recon.rules.rule import Rules
from recon.tables import CANONICAL, Sources

if TYPE_CHECKING:
    from recon.kinds import Kind
    from recon.tables import Table

RESULTS = {results.name: results for results in (ORDER_RESULTS, RECEIPT_RESULTS, INVOICE_RESULTS)}
FIRST, LAST = date(1900, 1, 1), date(9999, 12, 31)


def check_given(sources: Sources, rules: Rules, as_of: date | None) -> None:
    """Raise RulesError or SourceError for what is not of the kind that it must be, naming frame, column and row."""
    if not isinstance(rules, Rules):
        raise RulesError(f"rules are what load_rules returns, not {type(rules).__name__}")
    if not isinstance(sources, Sources):
        raise SourceError(f"sources are what read_sources returns, not {type(sources).__name__}")
    if as_of is not None and type(as_of) is not date:
        raise RulesError(f"as_of is a datetime.date, not {as_of!r}", hint="As date(2026, 1, 31).")
    for table in CANONICAL.values():
        frame = getattr(sources, table.name)
        if not isinstance(frame, pl.DataFrame):
            raise SourceError(f"{table.name} is a {type(frame).__name__}, not a Polars DataFrame")
        _check_columns(frame, table)
        if frame.height:
            _check_places(frame, table)
            _check_values(frame, table)


def _check_columns(frame: pl.DataFrame, table: Table) -> None:
    schema = frame.schema
    missing = [name for name in table.columns if name not in schema]
    if missing:
        raise SourceError(f"{table.name} lacks {', '.join(missing)}", hint="A column without values is null.")
    floats = [name for name in table.columns if schema[name].is_float()]
    if floats:
        raise SourceError(f"{table.name} holds binary floats in {', '.join(floats)}", hint="Cast them to Decimal.")
    for name, kind in table.kinds.items():
        if not _fits(schema[name], kind):
            raise SourceError(f"{table.name}.{name} is {schema[name]}, not {kind.dtype}", hint=f"It is a {kind.name}.")
    results = RESULTS.get(table.name, table).columns
    for name in carried(schema, table):
        if name in results:
            raise SourceError(f"{table.name} has a column '{name}', which recon's own results have", hint="Rename it.")
        dtype = schema[name]
        if not (dtype in (pl.String, pl.Boolean, pl.Date, pl.Null) or dtype.is_integer() or dtype.is_decimal()):
            raise SourceError(f"{table.name}.{name} is {dtype}: only texts, exact numbers, days and truths are carried")


def _fits(dtype: pl.DataType, kind: Kind) -> bool:
    if dtype in (pl.Null, kind.dtype):
        return True
    if kind.dtype == TEXT:
        return dtype.is_integer() or dtype in (pl.Categorical, pl.Enum)
    if kind.dtype == pl.Int64:
        return dtype.is_integer()
    return kind.dtype.is_numeric() and (dtype.is_integer() or dtype.is_decimal())


def _check_places(frame: pl.DataFrame, table: Table) -> None:
    """Refuse rows that are not told apart by `source` and `row`, or lack what their table needs."""
    for name in ("source", "row", *table.required):
        other = table.stand_ins.get(name)
        blank = frame[name].is_null() & frame[other].is_null() if other else frame[name].is_null()
        _refuse(frame, table, name, blank, "is missing")
    source, row = pl.col("source"), pl.col("row")
    in_order = frame.select(((source != source.shift()) | (row > row.shift())).fill_null(value=True).all()).item()
    runs = frame.select((source != source.shift()).fill_null(value=True).sum()).item()
    if not in_order or runs > frame["source"].n_unique():
        _refuse(
            frame,
            table,
            "row",
            frame.select(pl.struct("source", "row").is_duplicated()).to_series(),
            "stands there twice",
        )


def _check_values(frame: pl.DataFrame, table: Table) -> None:
    for name, kind in table.kinds.items():
        cells = frame[name]
        if cells.null_count() == frame.height:
            continue
        known = kind.words or (tuple(MINOR_UNITS) if kind == CURRENCY else ())
        if known:
            found = [word for word in cells.unique().drop_nulls().to_list() if word not in known]
            if found:
                near = did_you_mean(str(found[0]), list(known))
                listed = ", ".join(known) if kind.words else "ISO 4217"
                _refuse(frame, table, name, cells.cast(TEXT) == str(found[0]), f"is none of {listed}{near}")
        elif kind.dtype == pl.Date:
            _refuse(frame, table, name, ~cells.is_between(FIRST, LAST), "is not of the years from 1900 on")
        elif kind.dtype.is_decimal():
            _check_numbers(frame, table, name, kind)


def _check_numbers(frame: pl.DataFrame, table: Table, name: str, kind: Kind) -> None:
    cells, digits = frame[name], 15 if kind in AMOUNTS else 12
    limit = pl.lit(10**digits, cells.dtype if isinstance(cells.dtype, pl.Decimal) else pl.Int128)
    large = frame.select((pl.col(name).abs() >= limit).fill_null(value=False)).to_series()
    _refuse(frame, table, name, large, f"is 10^{digits} or more")
    read = cells.cast(kind.dtype, strict=False)
    if isinstance(cells.dtype, pl.Decimal) and cells.dtype.scale > kind.places:
        _refuse(frame, table, name, read.cast(cells.dtype) != cells, f"has more than {kind.places} decimals")
    _refuse(frame, table, name, read.is_null() & cells.is_not_null(), "is too large a number")
    if kind.name == FACTOR.name:
        _refuse(frame, table, name, read <= 0, "must be above 0")


def _refuse(frame: pl.DataFrame, table: Table, name: str, wrong: pl.Series, why: str) -> None:
    """Raise SourceError for the first row where `wrong` is true."""
    if wrong.any():
        source, row, value = (
            frame.filter(wrong.fill_null(value=False)).select("source", "row", pl.col(name).alias("v")).row(0)
        )
        said = f"{table.name}.{name} {why}" if value is None else f"{table.name}.{name} {why}: {value!s:.80}"
        raise SourceError(said, f"{source}:{row}")
