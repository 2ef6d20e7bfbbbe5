"""How numbers and dates of a source are written: what its cells leave; where they leave several ways, it is asked."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.draft.text import listed, scalar
from recon.kinds import PERCENT
from recon.read.cells.evidence import DATE_FORMATS, NUMBER_FORMATS, date_evidence, number_evidence
from recon.read.cells.numbers import example
from recon.read.cells.percent import PERCENT_SIGN
from recon.read.header import BLANK, fold
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.read.presets.options import UnsettledError


LOOKED_AT = 100
YEAR_FIRST = "%y-%m-%d"


def with_formats(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with the number and date formats that its cells leave; asks where they leave several."""
    first, *others = _written_alike(draft)
    whole = _settled(replace(draft, seen=tuple(first)), interview)
    formats: dict[str, dict[str, str]] = {}
    for group in others:
        one = _settled(replace(draft, seen=tuple(group)), interview)
        formats |= {file.path: said for file, _ in group if (said := _otherwise(file, one, whole, first[0][0]))}
    return replace(whole, seen=draft.seen, file_formats=formats)


def _settled(draft: Draft, interview: Interview) -> Draft:
    form, days = _number_format(draft, interview), _date_formats(draft, interview)
    plain, iso = example(NUMBER_FORMATS[0]), list(DATE_FORMATS[:1])
    return replace(draft, number_format=form if form != plain else None, date_format=tuple(days) if days != iso else ())


def _written_alike(draft: Draft) -> list[list[tuple[Inspection, Mapping[str, str]]]]:
    """Return the files of a draft in groups of one layout; each alone where no number format reads all of a group.

    Lines and their headers are one, as are sheets: what the rules say of such a source holds for all.
    """
    if draft.beside or draft.sheets:
        return [list(draft.seen)]
    layouts: dict[object, list[tuple[Inspection, Mapping[str, str]]]] = {}
    for pair in draft.seen:
        layouts.setdefault(pair[0].layout, []).append(pair)
    found = []
    for group in layouts.values():
        one = replace(draft, seen=tuple(group))
        several = len(group) > 1 and not number_evidence(_texts(one, numbers=True)).possible
        found += [[pair] for pair in group] if several else [group]
    return found


def _otherwise(file: Inspection, one: Draft, whole: Draft, first: Inspection) -> dict[str, str]:
    """Return what the rules must say of a file alone, as they are written."""
    text = file.separator is not None  # a workbook has neither separator nor encoding
    number, days = (one.number_format or example(NUMBER_FORMATS[0])), one.date_format or DATE_FORMATS[:1]
    said: dict[str, str | None] = {
        "separator": json.dumps(file.separator) if text and file.separator != first.separator else None,
        "encoding": (file.encoding or "utf-8") if text and file.encoding != first.encoding else None,
        "header_row": str(file.header_row) if file.header_row != first.header_row and not file.above else None,
        "sheet": scalar(str(file.sheet)) if file.sheet != first.sheet and file.sheets > 1 else None,
        "number_format": json.dumps(number, ensure_ascii=False) if one.number_format != whole.number_format else None,
        "date_format": listed(days) if one.date_format != whole.date_format else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _number_format(draft: Draft, interview: Interview) -> str | None:
    texts = _texts(draft, numbers=True)
    found = number_evidence(texts)
    forms = [example(form) for form in found.possible]
    if len(forms) == 1 or not found.read:
        return forms[0] if forms else example(NUMBER_FORMATS[0])
    if forms:
        return _ask_format(draft, "number_format", found.example, forms, interview)
    cells = [column[at : at + 1] for column in texts for at in range(min(len(column), LOOKED_AT))]
    reads = Counter(example(f) for f in NUMBER_FORMATS for cell in cells if number_evidence([cell], [f]).possible)
    forms = [form for form, _ in reads.most_common()]
    text = f"Numbers in {', '.join(draft.files)} are written in several ways. Which is meant? Others are rejects."
    return interview.answer(text, forms, f"{draft.place}.number_format")


def _date_formats(draft: Draft, interview: Interview) -> list[str]:
    """Return the formats of dates, each column of each file in its own; what one column leaves open is asked."""
    texts = _texts(draft, numbers=False)
    found = date_evidence(texts)
    days = _with_years_first(texts, list(found.possible)) or list(found.together)
    if len(days) > 1 and found.possible:
        example = found.example or next(cell for column in texts for cell in column if cell)
        day = _ask_format(draft, "date_format", example, days, interview)
        return [] if day is None else [day]
    if days or not found.read:
        return days or list(DATE_FORMATS[:1])
    columns = [evidence for evidence in (date_evidence([column]) for column in texts) if evidence.read]
    forms = dict.fromkeys(form for one in columns for form in (one.possible or one.together)[:1])
    for one in columns:
        if len(one.possible) > 1:  # the first that reads a whole column is the column's: the answer comes first
            day = _ask_format(draft, "date_format", one.example, one.possible, interview)
            return list(dict.fromkeys([day, *forms])) if day is not None else []
    return list(forms) or [form for form in DATE_FORMATS if date_evidence(texts, [form]).possible]


def _with_years_first(texts: Sequence[pl.Series], days: list[str]) -> list[str]:
    """Return the formats of dates with `%y-%m-%d` where `25-10-12` may be that: days differ more than years do."""
    if "%d-%m-%y" not in days or date_evidence(texts, [YEAR_FIRST]).read < 1:
        return days
    parts = [cell.split("-") for column in texts for cell in column.str.strip_chars(BLANK).unique() if cell]
    first, last = ({each[at] for each in parts} for at in (0, -1))
    return days if len(first) > len(last) else [*days, YEAR_FIRST]


def with_own_dates(draft: Draft, known: Sequence[str], interview: Interview) -> Draft:
    """Return the draft of a preset whose dates are written in none of the formats that the preset knows."""
    named = replace(draft, columns=draft.seen[0][1])
    texts = _texts(named, numbers=False)
    found = date_evidence(texts, known)
    if found.possible or found.together or not date_evidence(texts).read:
        return draft
    return replace(draft, date_format=tuple(_date_formats(named, interview)))


def with_settled(draft: Draft, error: UnsettledError, interview: Interview) -> Draft:
    """Return the draft of a preset with the format that its cells did not settle, as was answered."""
    form = _ask_format(draft, error.key, error.example, error.choices, interview)
    if error.key == "number_format":
        return replace(draft, number_format=form)
    return replace(draft, date_format=() if form is None else (form,))


def _ask_format(draft: Draft, key: str, cell: str | None, forms: Sequence[str], interview: Interview) -> str | None:
    what, where = key.removesuffix("_format"), ", ".join(draft.files)
    text = f"How are {what}s written in {where}? '{cell}' can be read in two ways."
    likely = [form for form in forms if _alike(form) in interview.formats and YEAR_FIRST not in forms]
    if what == "number":
        telling = interview.formats - {example(NUMBER_FORMATS[0])}  # which whole numbers have, too
        marks = {_decimal_mark(form) for form in telling if "%" not in form} - {""}
        likely = [form for form in forms if {_decimal_mark(form)} == marks]
    if likely:
        text += f" Other files here are written {likely[0]}."
    forms = [*likely, *(form for form in forms if form not in likely)]
    return interview.answer(text, forms, f"{draft.place}.{key}", examples=_read_as(str(cell), forms))


def formats_of(seen: Iterable[Inspection]) -> frozenset[str]:
    """Return the formats of dates and numbers that columns of these files leave no doubt of, `%y` as `%Y`."""
    columns = [column for one in seen for column in one.columns if column.kind in {"date", "number"}]
    return frozenset(_alike(column.formats[0]) for column in columns if len(column.formats) == 1)


def _decimal_mark(form: str) -> str:
    """Return the decimal mark of a number's format, as `1.234,56` shows it."""
    return next((mark for mark in re.findall(r"[.,](?=56)", form)), "")


def _alike(form: str) -> str:
    return form.replace("%y", "%Y")


def _read_as(cell: str, forms: Sequence[str]) -> dict[str, list[str]]:
    """Return how a date reads in each format: `02 January 2024`."""
    found = {}
    for form in (form for form in forms if "%" in form):
        with suppress(ValueError):
            found[form] = [datetime.strptime(cell, form).strftime("%d %B %Y")]  # noqa: DTZ007 - a day, no time
    return found


def _texts(draft: Draft, *, numbers: bool) -> list[pl.Series]:
    """Return the texts of the columns of numbers, or of dates, and of the defaults for such columns."""
    types = CANONICAL[draft.table].columns
    wanted = {c for c, dtype in types.items() if (dtype.is_numeric() if numbers else dtype == pl.Date)}
    found = [pl.Series([text], dtype=pl.String) for column, text in draft.defaults.items() if column in wanted]
    for one, _ in draft.seen:
        names = {fold(draft.above[column]) for column in wanted & draft.above.keys()}
        found += [pl.Series([text], dtype=pl.String) for name, text in one.above if fold(name) in names]
        for column, name in draft.columns.items():
            at = position(one, name)
            if one.raw is None or at is None or column not in wanted:
                continue
            cells = one.raw.frame[:, at]
            cells = cells.str.replace(PERCENT_SIGN, "") if column in CANONICAL[draft.table].of(PERCENT) else cells
            found.append(cells.filter(~one.raw.plain[at]) if at in one.raw.plain else cells)
    return found
