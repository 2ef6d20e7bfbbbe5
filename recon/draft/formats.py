"""How numbers and dates of a source are written: what its cells leave; where they leave several ways, it is asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.draft.columns import with_answer
from recon.draft.headings import documents_of
from recon.errors import SourceError
from recon.read.cells.currency_marks import without_currency
from recon.read.cells.evidence import DATE_FORMATS, NUMBER_FORMATS, date_evidence, number_evidence
from recon.read.cells.numbers import example, parse_number
from recon.read.header import BLANK
from recon.rules.rule import NumberFormat
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.inspection import Inspection
    from recon.draft.interview import Interview
    from recon.draft.text import Draft
    from recon.read.presets.options import UnsettledError

MOSTLY, MOST = 0.95, 0.6
CENT = Decimal("0.01")


def with_formats(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with the number and date formats that its cells leave; asks where they leave several."""
    numbers, dates = number_evidence(_texts(draft, numbers=True)), date_evidence(_texts(draft, numbers=False))
    where = ", ".join(draft.files)
    forms = [example(form) for form in numbers.possible] or _refuse_mixture("numbers", numbers.read, where)
    form: str | None = forms[0]
    if len(forms) > 1:
        form = _ask_format(draft, "number_format", numbers.example, forms, interview)
    days = list(dates.possible or dates.together) or _refuse_mixture("dates", dates.read, where)
    if len(dates.possible) > 1:
        day = _ask_format(draft, "date_format", dates.example, days, interview)
        days = [day] if day is not None else []
    plain, iso = example(NUMBER_FORMATS[0]), list(DATE_FORMATS[:1])
    return replace(draft, number_format=form if form != plain else None, date_format=tuple(days) if days != iso else ())


def with_settled(draft: Draft, error: UnsettledError, interview: Interview) -> Draft:
    """Return the draft of a preset with the format that its cells did not settle, as was answered."""
    form = _ask_format(draft, error.key, error.example, error.choices, interview)
    if error.key == "number_format":
        return replace(draft, number_format=form)
    return replace(draft, date_format=() if form is None else (form,))


def _ask_format(draft: Draft, key: str, cell: str | None, forms: Sequence[str], interview: Interview) -> str | None:
    what, where = key.removesuffix("_format"), ", ".join(draft.files)
    text = f"How are {what}s written in {where}? '{cell}' can be read in two ways."
    return interview.answer(text, forms, f"{draft.place}.{key}")


def _refuse_mixture(what: str, read: float, where: str) -> list[str]:
    if read:
        raise SourceError(f"{what} are written in several ways", where, "Export them in one format.")
    return [example(NUMBER_FORMATS[0])] if what == "numbers" else list(DATE_FORMATS[:1])


def _texts(draft: Draft, *, numbers: bool) -> list[pl.Series]:
    found = []
    for one, _ in draft.seen:
        for column, name in draft.columns.items():
            dtype = CANONICAL[draft.table].columns[column]
            at = position(one, name)
            if one.raw is None or at is None or not (dtype.is_numeric() if numbers else dtype == pl.Date):
                continue
            cells = one.raw.frame[:, at]
            found.append(cells.filter(~one.raw.plain[at]) if at in one.raw.plain else cells)
    return found


def with_line_amount(draft: Draft, interview: Interview) -> Draft:
    """Take a column for the line's amount that its name calls the invoice's, if it is quantity x price on nearly all lines.

    One whose name says nothing, and that is so on most lines, is asked for.
    """
    mapping = dict(draft.columns)
    if draft.table != "invoices" or "amount" in mapping or not {"quantity", "unit_price"} <= mapping.keys():
        return draft
    for column in ("invoice_total", "invoice_net"):
        if column in mapping and all(_is_product(draft, one, mapping[column]) for one, _ in draft.seen):
            mapping["amount"] = mapping.pop(column)
            return replace(draft, columns=mapping)
    one = draft.seen[0][0]
    numbers = [column.name for column in one.columns if column.kind == "number" and column.name not in mapping.values()]
    numbers = [name for name in numbers if documents_of(name) <= {draft.table}]
    likely = [name for name in numbers if _is_product(draft, one, name, MOST)]
    return with_answer(draft, one, "amount", likely, interview) if likely else draft


def with_one_price(draft: Draft, interview: Interview) -> Draft:
    """Ask which is paid where an order's unit price times its quantity is not its amount on most lines: a list price is not."""
    both = ("unit_price", "amount")
    others = {"price_unit", "discount_percent"} & draft.columns.keys()
    if draft.table != "orders" or others or not {"quantity", *both} <= draft.columns.keys():
        return draft
    if any(_is_product(draft, one, draft.columns["amount"], MOST) for one, _ in draft.seen):
        return draft
    price, amount = (draft.columns[column] for column in both)
    text = f"In {', '.join(draft.files)} {price} x {draft.columns['quantity']} is not {amount}. What was agreed?"
    options = [f"{amount}, for the line", f"{price}, for each", "both: the run holds the lower one against the bill"]
    answer = interview.answer(text, options)
    leave = {options[0]: "unit_price", options[1]: "amount"}.get(answer or "")
    columns = {column: name for column, name in draft.columns.items() if column != leave}
    return replace(draft, columns=columns)


def _is_product(draft: Draft, one: Inspection, name: str, share: float = MOSTLY) -> bool:
    quantity, price, amount = (
        _numbers(draft, one, n) for n in (draft.columns["quantity"], draft.columns["unit_price"], name)
    )
    if not len(quantity) == len(price) == len(amount):  # one of them stands in the header file
        return False
    together = [(q, p, a) for q, p, a in zip(quantity, price, amount, strict=True) if None not in {q, p, a}]
    equal = sum(abs(q * p - a) <= CENT for q, p, a in together)
    return bool(together) and equal >= share * len(together)


def _numbers(draft: Draft, one: Inspection, name: str) -> list[Decimal]:
    from recon.rules.written.values import number_format

    form = number_format(draft.number_format) if draft.number_format else NumberFormat()
    at = position(one, name)
    if one.raw is None or at is None:
        return []
    cells = one.raw.frame[:, at].str.strip_chars(BLANK).alias("text").to_frame()
    text = cells.select(without_currency(pl.col("text")))
    plain = one.raw.plain.get(at)
    typed = text.select(parse_number(pl.col("text"), NumberFormat(), 10, 15, rounded=True)).to_series()
    written = text.select(parse_number(pl.col("text"), form, 10, 15, rounded=True)).to_series()
    return (
        pl.select(pl.when(plain).then(typed).otherwise(written)).to_series() if plain is not None else written
    ).to_list()
