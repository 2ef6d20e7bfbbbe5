"""Files of one table -> the draft of its source: columns, formats, and what a person must be told or asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.read.formats import DATE_FORMATS, NUMBER_FORMATS, date_evidence, number_evidence
from recon.read.header import BLANK
from recon.read.init_tables import Draft
from recon.read.numbers import example, parse_number
from recon.rules import NumberFormat
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.read.inspect import Inspection
    from recon.read.interview import Interview
    from recon.read.suggest import Suggestion

MOSTLY = 0.95
CENT = Decimal("0.01")


def draft_source(table: str, files: Sequence[tuple[Inspection, Suggestion]], interview: Interview) -> Draft:
    """Return the draft of one source; asks for what its cells and columns leave open."""
    files, left = _of_one_shape(table, files, interview)
    seen = tuple(one for one, _ in files)
    one, fit = files[0]
    mapping = _settled_mapping(one, fit, interview)
    draft = Draft(table, tuple(sorted(file.path for file in seen)), mapping, seen=seen)
    draft = replace(draft, encoding=one.encoding, separator=one.separator, sheet=one.sheet)
    draft = replace(draft, header_row=one.header_row if one.header_row != 1 else None)
    draft = _with_formats(draft, interview)
    draft = _with_line_amount(draft)
    remarks = [f"left out: {path}, of another shape" for path in left]
    if "po_line" in fit.missing:
        draft = replace(draft, defaults={"po_line": "1"})
        remarks.append("every order has one row, so that row is line 1")
    if one.encoding is not None:
        remarks.append(f"not UTF-8: look whether names read right in {one.encoding}")
    remarks += [
        f"{o.where}: {o.message}; such rows are rejects"
        for file in seen
        for o in file.obstacles
        if " is no " in o.message
    ]
    unused = [column.name for column in one.columns if column.name not in draft.columns.values()]
    remarks += [f"columns not used: {', '.join(unused)} (carry: [...] passes them through)"] if unused else []
    return replace(draft, remarks=tuple(remarks))


def _of_one_shape(
    table: str, files: Sequence[tuple[Inspection, Suggestion]], interview: Interview
) -> tuple[list[tuple[Inspection, Suggestion]], list[str]]:
    """Return the files that share one mapping and layout, and the paths of the others."""
    shapes: dict[tuple[object, ...], list[tuple[Inspection, Suggestion]]] = {}
    for one, fit in files:
        key = (tuple(sorted(fit.mapping.items())), one.encoding, one.separator, one.sheet, one.header_row)
        shapes.setdefault(key, []).append((one, fit))
    if len(shapes) == 1:
        return list(files), []
    named = {", ".join(one.path for one, _ in shape): shape for shape in shapes.values()}
    chosen = interview.answer(f"The {table} come in files of different shapes. Which are meant?", list(named))
    return named[chosen], [one.path for name, shape in named.items() if name != chosen for one, _ in shape]


def _settled_mapping(one: Inspection, fit: Suggestion, interview: Interview) -> dict[str, str]:
    mapping = dict(fit.mapping)
    for column, rivals in fit.rivals.items():
        options = [mapping[column], *rivals]
        mapping[column] = interview.answer(f"Which column of {one.path} is {column}?", options)
    return mapping


def _with_formats(draft: Draft, interview: Interview) -> Draft:
    numbers, dates = number_evidence(_texts(draft, numbers=True)), date_evidence(_texts(draft, numbers=False))
    where = ", ".join(draft.files)
    forms = [example(form) for form in numbers.possible] or _refuse_mixture("numbers", numbers.read, where)
    form = forms[0]
    if len(forms) > 1:
        form = interview.answer(
            f"How are numbers written in {where}? '{numbers.example}' can be read in two ways.", forms
        )
    days = list(dates.possible or dates.together) or _refuse_mixture("dates", dates.read, where)
    if len(dates.possible) > 1:
        days = [interview.answer(f"How are dates written in {where}? '{dates.example}' can be read in two ways.", days)]
    plain, iso = example(NUMBER_FORMATS[0]), list(DATE_FORMATS[:1])
    return replace(draft, number_format=form if form != plain else None, date_format=tuple(days) if days != iso else ())


def _refuse_mixture(what: str, read: float, where: str) -> list[str]:
    if read:
        raise SourceError(f"{what} are written in several ways", where, "Export them in one format.")
    return [example(NUMBER_FORMATS[0])] if what == "numbers" else list(DATE_FORMATS[:1])


def _texts(draft: Draft, *, numbers: bool) -> list[pl.Series]:
    found = []
    for one in draft.seen:
        for column, name in draft.columns.items():
            dtype = CANONICAL[draft.table].columns[column]
            if (
                one.raw is None
                or name not in one.raw.header
                or not (dtype.is_numeric() if numbers else dtype == pl.Date)
            ):
                continue
            at = one.raw.header.index(name)
            cells = one.raw.frame[:, at]
            found.append(cells.filter(~one.raw.plain[at]) if at in one.raw.plain else cells)
    return found


def _with_line_amount(draft: Draft) -> Draft:
    """Take a column for the line's amount that its name calls the invoice's, if it is quantity x price on nearly all lines."""
    mapping = dict(draft.columns)
    if draft.table != "invoices" or "amount" in mapping or not {"quantity", "unit_price"} <= mapping.keys():
        return draft
    for column in ("invoice_total", "invoice_net"):
        if column in mapping and all(_is_product(draft, one, mapping[column]) for one in draft.seen):
            mapping["amount"] = mapping.pop(column)
            return replace(draft, columns=mapping)
    return draft


def _is_product(draft: Draft, one: Inspection, name: str) -> bool:
    quantity, price, amount = (
        _numbers(draft, one, n) for n in (draft.columns["quantity"], draft.columns["unit_price"], name)
    )
    together = [(q, p, a) for q, p, a in zip(quantity, price, amount, strict=True) if None not in {q, p, a}]
    equal = sum(abs(q * p - a) <= CENT for q, p, a in together)
    return bool(together) and equal >= MOSTLY * len(together)


def _numbers(draft: Draft, one: Inspection, name: str) -> list[Decimal]:
    from recon.read.rules.values import number_format

    form = number_format(draft.number_format) if draft.number_format else NumberFormat()
    if one.raw is None:
        return []
    at = one.raw.header.index(name)
    text = one.raw.frame[:, at].str.strip_chars(BLANK).alias("text").to_frame()
    plain = one.raw.plain.get(at)
    typed = text.select(parse_number(pl.col("text"), NumberFormat(), 10, 15, rounded=True)).to_series()
    written = text.select(parse_number(pl.col("text"), form, 10, 15, rounded=True)).to_series()
    return (
        pl.select(pl.when(plain).then(typed).otherwise(written)).to_series() if plain is not None else written
    ).to_list()
