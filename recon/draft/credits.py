"""Credit notes and returns that a flag tells (`Is credit`: Y), and credits in a column of their own beside the debits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import cells, label, position
from recon.draft.headings import concepts_of
from recon.draft.status import both, quoted
from recon.draft.suggest import missing_of
from recon.errors import SourceError
from recon.read.cells.words import meanings
from recon.read.header import BLANK, fold
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

MOST_FLAGS = 2
SIGNED = re.compile(r"^[-−(]|-$")
SIDES = re.compile(
    r"(?:(?:amount|betrag|montant|importe|importo|bedrag|kwota|částka|belopp)\W*)?(?:%s)(?:\W*(?:amount|betrag))?"
)
DEBIT = re.compile(SIDES.pattern % "debit|débit|soll|debe|dare|debet|dr|winien|má dáti")
CREDIT = re.compile(SIDES.pattern % "credit|crédit|haben|haber|avere|kredit|cr|dal|crédito|credito")
FLAGGED = {
    "invoices": ("document_type", "credit_note", "invoice", "credit notes"),
    "receipts": ("movement", "return", "receipt", "goods sent back"),
}
"""Table -> the column that says it, what it says of flagged rows and of others, and what a person calls them."""
HEADINGS = {
    "invoices": re.compile(r"credit|gutschrift|avoir|abono|nota di cr|kredit|korekta|dobropis|crédito"),
    "receipts": re.compile(r"return|retour|rück|reversal|devol|reso\b|storno|zwrot|vratka|retur"),
}
OTHER = "no, it says something else"
SIDE_MARKS = ("+ -", "h s", "c d", "cr dr", "haben soll", "credit debit", "haber debe", "avere dare", "winien ma")
"""Marks of the two sides of a ledger, of which either may be credit notes."""
STOP, OUT = (
    "stop: the export is to have one column of amounts, with a minus before credits",
    "leave the rows with a credit out",
)


def with_contrary_flags(draft: Draft, one: Inspection, interview: Interview) -> Draft:
    """Return the draft in which rows are credit notes, or goods sent back, that a flag calls so, where a person says that it does."""
    if draft.table not in FLAGGED or FLAGGED[draft.table][0] in {*draft.columns, *draft.defaults}:
        return draft
    kind, contrary, usual, what = FLAGGED[draft.table]
    measures = [draft.columns[column] for column in ("quantity", "amount") if column in draft.columns]
    if any(SIGNED.search(cell) for name in measures for cell in cells(one, name)):
        return draft  # a minus says so itself
    if (sided := _with_sides(draft, one, interview)) is not None:
        return sided
    yes = {word for word, meaning in meanings("closed").items() if meaning == "true"}
    for column in one.columns:
        flags = cells(one, column.name)
        marked = [flag for flag in flags if flag.casefold() in yes]
        if (
            column.name in draft.columns.values()
            or len(flags) > MOST_FLAGS
            or not HEADINGS[draft.table].search(fold(column.name))
            or "quantity" in concepts_of(column.heading)[0]
        ):
            continue
        if len(marked) != 1 or any(flag.casefold() not in meanings("closed") for flag in flags):
            continue
        text = f"In {label(one)} {column.name} says {marked[0]} in some rows. Are these {what}?"
        says = f"yes, rows with {marked[0]} are {what}"
        if interview.answer(text, (says, OTHER), f"{draft.place}.columns.{kind}") == says:
            words = {flag: contrary if flag == marked[0] else usual for flag in flags}
            found = {**draft.columns, kind: column.name}
            return replace(draft, columns=found, values={**draft.values, kind: words})
    return draft


def _with_sides(draft: Draft, one: Inspection, interview: Interview) -> Draft | None:
    """Return the draft with the side of a ledger that a person says is credit notes, or goods sent back; None where no column names sides."""
    kind, contrary, usual, what = FLAGGED[draft.table]
    for column in one.columns:
        marks = cells(one, column.name) if column.name not in draft.columns.values() else []
        sides = {mark.casefold().strip(".") for mark in marks}
        if not sides or not any(sides <= {*pair.split()} for pair in SIDE_MARKS):
            continue
        if len(marks) == 1 and column.filled == one.rows:
            continue  # every row is on one side
        text = f"In {label(one)} {column.name} says {' and '.join(marks)}. Which rows are {what}?"
        answer = interview.answer(text, (*sorted(marks, reverse=True), OTHER), f"{draft.place}.columns.{kind}")
        if answer in marks:
            words = {mark: contrary if mark == answer else usual for mark in marks}
            return replace(draft, columns={**draft.columns, kind: column.name}, values={**draft.values, kind: words})
        return draft
    return None


RETURNED = re.compile(r"return|retour|rück|devol|devuelt|resi\b|reso\b|zwrot|vratka|vracen|retur|iade|palaute")
TAKEN_OFF, COUNTED = "they are taken off what was received already", "stop: what was received counts them"


def refuse_returns_beside(draft: Draft, one: Inspection, interview: Interview) -> None:
    """Ask whether goods that a column beside the received ones says went back are taken off; raises SourceError where not."""
    received = draft.columns.get("quantity")
    for column in one.columns if draft.table == "receipts" and received else ():
        figures = [cell for cell in cells(one, column.name) if re.search("[1-9]", cell)]
        if column.kind != "number" or column.name in draft.columns.values() or not figures:
            continue
        if not RETURNED.search(fold(column.heading)) or "quantity" not in concepts_of(column.heading)[0]:
            continue
        text = (
            f"In {label(one)} {column.name} says that goods went back ({figures[0]}), beside {received}. What of them?"
        )
        if interview.answer(text, (TAKEN_OFF, COUNTED), f"{draft.place}.columns.quantity") == COUNTED:
            hint = "Export what went back as rows of its own, with a minus, or with a column movement that says return."
            raise SourceError(f"{column.name} is to be taken off {received}, and no source does that", label(one), hint)


def with_one_side(
    draft: Draft, file: tuple[Inspection, Way], interview: Interview
) -> tuple[Draft, tuple[Inspection, Way]]:
    """Return the draft of invoices with debits as amounts, without the rows of credits beside them, and a way that lacks no amount.

    Raises SourceError where a person says that the credits are to count.
    """
    one, way = file
    debit, credit = (_side(one, pattern) for pattern in (DEBIT, CREDIT))
    cells = [_cells(one, name) for name in (debit, credit)]
    given = [~each.str.contains(r"^[-\s0.,]*$") for each in cells]
    if draft.table != "invoices" or not debit or not credit or (given[0] & given[1]).any() or not given[1].any():
        return draft, file
    text = f"{label(one)} has amounts in {debit} and credits in {credit}, and one column is read. What is to be done?"
    if interview.answer(text, (STOP, OUT), f"{draft.place}.where") == STOP:
        hint = "Export the invoices with one column of amounts, with a minus before credits."
        raise SourceError(f"credits stand in a column of their own, {credit}", label(one), hint)
    zeros = [str(cell) for cell in cells[1].filter(~given[1]).unique().sort() if cell]
    kept = " or ".join([f"{quoted(credit)} is null", *(f"{quoted(credit)} = '{zero}'" for zero in zeros)])
    told = f"rows with a {credit} are left out, as was answered: credit notes do not count"
    columns = {"amount": debit, **draft.columns}
    columns = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    missing = missing_of(draft.table, columns)
    found = replace(draft, columns=columns, where=both(draft.where, f"({kept})"), remarks=(*draft.remarks, told))
    return found, (one, replace(way, missing=tuple(each for each in way.missing if each in missing)))


def _cells(one: Inspection, name: str) -> pl.Series:
    at = position(one, name)
    if one.raw is None or at is None:
        return pl.Series([], dtype=pl.String)
    return one.raw.frame[:, at].str.strip_chars(BLANK).fill_null("")


def _side(one: Inspection, pattern: re.Pattern[str]) -> str:
    named = [c.name for c in one.columns if c.kind == "number" and pattern.fullmatch(fold(c.name).strip(" ."))]
    return named[0] if len(named) == 1 else ""
