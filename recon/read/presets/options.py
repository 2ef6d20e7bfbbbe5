"""What a preset says of numbers, dates and words, under what the rules file says; formats that the file must settle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.read.cells.evidence import date_evidence, number_evidence
from recon.read.cells.numbers import example
from recon.read.header import BLANK
from recon.rules.rule import NumberFormat, Source
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.read.raw import Raw
    from recon.rules.presets.preset import Preset

MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
NO_DATE = ("00000000", "0000-00-00", "00.00.0000", "00/00/0000")


class UnsettledError(SourceError):
    """A file does not settle how its numbers or dates are written: `key` of the source is to say which of `choices`."""

    def __init__(self, raw: Raw, key: str, example: str | None, choices: tuple[str, ...]) -> None:
        what, shown = key.removesuffix("_format"), '" or "'.join(choices)
        super().__init__(
            f"the file does not settle how its {what}s are written: '{example}' can be read in two ways",
            raw.path,
            f'Declare `{key}: "{shown}"`.',
        )
        self.key = key
        self.example = example
        self.choices = choices


def said(source: Source, key: str) -> bool:
    """Return whether the rules file gives `key` (as `csv.separator`): that wins over a preset."""
    section, _, name = key.partition(".")
    value, default = getattr(source, section), getattr(Source(source.name), section)
    if name:
        value, default = getattr(value, name), getattr(default, name)
    return key in source.given or value != default


def with_options(source: Source, preset: Preset, data: bytes) -> Source:
    """Return `source` with the preset's csv options, nulls, values and defaults where it has none of its own."""
    encoding = source.csv.encoding
    if not said(source, "csv.encoding") and preset.encoding and not data.startswith(MARKS) and not _is_utf8(data):
        encoding = preset.encoding
    separator = source.csv.separator if said(source, "csv.separator") else preset.separator or source.csv.separator
    values = {
        column: {**preset.values.get(column, {}), **source.values.get(column, {})}
        for column in {**preset.values, **source.values}
    }
    return replace(
        source,
        csv=replace(source.csv, separator=separator, encoding=encoding),
        nulls=tuple(dict.fromkeys([*source.nulls, *preset.nulls])),
        values=values,
        defaults={**preset.defaults, **source.defaults},
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def settled(raw: Raw, source: Source, preset: Preset) -> tuple[Source, tuple[str, ...]]:
    """Return `source` with the number and date formats of the file, and what there is to say of them.

    What the rules file declares stands. Where the preset allows several, the file's cells must leave one way of
    reading them: SourceError names a cell that can be read in two.
    """
    notes: list[str] = []
    if not said(source, "number_format"):
        form = _number_format(raw, source, preset)
        source = replace(source, number_format=form)
        notes += [f"numbers are read as {example(form)}"] if len(preset.number_formats) > 1 else []
    if not said(source, "date_format"):
        forms = _date_formats(raw, source, preset)
        source = replace(source, date_format=forms)
        notes += [f"dates are read as {' or '.join(forms)}"] if len(preset.date_formats) > 1 else []
    return source, tuple(notes)


def _number_format(raw: Raw, source: Source, preset: Preset) -> NumberFormat:
    if len(preset.number_formats) == 1:
        return preset.number_formats[0]
    texts = _texts(raw, source, numbers=True)
    evidence = number_evidence(texts, preset.number_formats)
    if len(evidence.possible) > 1:
        evidence = number_evidence([*texts, *_other_numbers(raw, source, preset)], evidence.possible)
    if len(evidence.possible) > 1:
        raise UnsettledError(raw, "number_format", evidence.example, tuple(map(example, evidence.possible)))
    if not evidence.possible and evidence.read:
        raise SourceError(
            "numbers are written in several ways",
            raw.path,
            "Export them in one format, and declare it with `number_format`.",
        )
    return evidence.settled or preset.number_formats[0]


def _date_formats(raw: Raw, source: Source, preset: Preset) -> tuple[str, ...]:
    if len(preset.date_formats) == 1:
        return preset.date_formats
    evidence = date_evidence(_texts(raw, source, numbers=False), preset.date_formats)
    if len(evidence.possible) > 1:
        raise UnsettledError(raw, "date_format", evidence.example, evidence.possible)
    if not evidence.possible and evidence.read and not evidence.together:
        raise SourceError(
            "dates are written in several ways",
            raw.path,
            "Export them in one format, and declare it with `date_format`.",
        )
    return evidence.possible or evidence.together or preset.date_formats[:1]


def _other_numbers(raw: Raw, source: Source, preset: Preset) -> list[pl.Series]:
    """Return the columns that nothing maps whose every cell is an amount: the system writes them all alike.

    Amounts have two decimals; a size or a version in a text (`1.5`) says nothing of how numbers are written.
    """
    mapped = set(source.columns.values())
    others = [raw.frame[:, at] for at, name in enumerate(raw.header) if name not in mapped and at not in raw.plain]
    return [cells for cells in others if number_evidence([cells], preset.number_formats).read == 1 and _amounts(cells)]


def _amounts(cells: pl.Series) -> bool:
    given = cells.str.strip_chars(BLANK).replace("", None).drop_nulls()
    return bool(given.str.contains(r"[.,][0-9]{2}[-)]?$").all())


def _texts(raw: Raw, source: Source, *, numbers: bool) -> list[pl.Series]:
    """Return the text cells of the mapped columns that hold numbers (or dates)."""
    table, found = CANONICAL[source.name], []
    for column, name in source.columns.items():
        dtype = table.columns[column]
        at = (
            int(name[1:]) - 1
            if name.startswith("#")
            else raw.header.index(name)
            if name in raw.header
            else raw.frame.width
        )
        if at >= raw.frame.width or not (dtype.is_numeric() if numbers else dtype == pl.Date):
            continue
        cells = raw.frame[:, at]
        if at in raw.plain:
            cells = cells.filter(~raw.plain[at])
        found.append(cells.filter(~cells.str.strip_chars(BLANK).is_in([*source.nulls, *NO_DATE])))
    return found
