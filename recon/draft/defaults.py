"""What a rules file says of its sources and only a run would find wrong: presets of another table, defaults of no use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.errors import RulesError
from recon.read.cells.convert import convert
from recon.read.cells.mapping import Mapped
from recon.read.cells.rejects import why
from recon.read.raw import Raw
from recon.rules.presets.catalogue import load

if TYPE_CHECKING:
    from recon.rules.rule import Rules, Source


def check_presets_and_defaults(rules: Rules) -> None:
    """Raise RulesError for a preset that is not there or for another table, and for a default that cannot be read."""
    for source in rules.sources.values():
        where = f"{rules.path}:{source.line}"
        if source.preset not in {None, "canonical"}:
            preset = load(source.preset or "", rules.path.parent)
            if preset.table != source.name:
                raise RulesError(f"preset '{preset.name}' is for {preset.table}, not for {source.name}", where)
        else:  # with a preset the file decides how dates and numbers are written
            _check_defaults(source, where)


def _check_defaults(source: Source, where: str) -> None:
    """Read one row that has nothing but the defaults."""
    row = Raw("defaults", (), pl.DataFrame({"c0": [None]}, schema={"c0": pl.String}), pl.Series("row", [1]))
    cells = convert(row, Mapped({}, {}), source)
    for column in (column for column in source.defaults if cells.wrong[column][0]):
        reason = why(column, cells.texts[column][0], source)
        raise RulesError(f"the default of {column}, '{source.defaults[column]}', cannot be read: {reason}", where)
