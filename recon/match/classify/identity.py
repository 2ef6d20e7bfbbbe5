"""Names that outlast a run: of a document, of what a finding is about, and of a finding with all that a person decides on.

A line without a number is named by what it holds, never by its place, so that a decision cannot pass to another line.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISION_OF
from recon.engine.joins import only, where, with_columns_of, without
from recon.kinds import EXACT
from recon.match.classify.wording import plain
from recon.result_tables import DISCREPANCIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from polars.datatypes import DataType, DataTypeClass

_GIVEN = ("supplier_id_given", "supplier_name_given")
_WHO = ("code", "company", "supplier_id", "invoice_key", "invoice_line", "po_number", "po_line", "receipt_number", "receipt_line")  # fmt: skip
_DOCUMENT = ("company", "supplier_id", "document_type", "invoice_number")
_OF_ALL = (*_GIVEN, "supplier_vat_id", "iban", "currency")
_DOCUMENT_WORDS = (*(f"{c} of all" for c in _OF_ALL), "invoice_date", "posting_date")
_HELD_WORDS = ("item", "description", "line_type", "uom")
_HELD_NUMBERS = ("quantity", "unit_price", "price_unit", "amount")
_WORDS = ("measure", *_GIVEN, "currency", "supplier_vat_id", "iban", "invoice_date", "posting_date", "receipt_date", "delivery_note", "expected_date", "actual_date", *_HELD_WORDS)  # fmt: skip
_NUMBERS = ("expected", "actual", "variance", "amount_at_risk", "tax_amount", "due_date", *_HELD_NUMBERS)
BESIDE: Mapping[str, DataType | DataTypeClass] = {
    **dict.fromkeys(("company", "invoice_key", "receipt_line", *_WORDS, "due_date"), pl.String),
    **dict.fromkeys((*_HELD_NUMBERS, "tax_amount"), EXACT),
}
"""Column -> type of what a finding is named by and `DISCREPANCIES` need not have."""


def with_invoice_keys(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `invoice_key` and `invoice_facts` to invoice lines with `invoice_id`.

    The key names the document: of those alike in all else, what they total tells them apart. The facts name what a
    person decides on, as a discrepancy id does: a half for words, a half for numbers.
    """
    documents = lines.group_by("invoice_id").agg(_document_facts())
    if documents["several"].any():
        documents = documents.update(_all_of_several(lines, documents), on="invoice_id")
    named = documents.with_columns(_document_text())
    apart = _apart(named, ("posting_date", "invoice_total"))
    keys = _numbered(apart)
    facts = _halves("F", keys, apart, _DOCUMENT_WORDS, ("amount", "amount_at_risk", "invoice_total"))
    known = only(apart, ["invoice_id"]).hstack([_name("I", keys).alias("invoice_key"), facts.alias("invoice_facts")])
    return with_columns_of(lines, known, "invoice_id")


@cache
def _document_facts() -> list[pl.Expr]:
    told = (*_DOCUMENT, "document_id", "invoice_date", "group_id", "posting_date", "invoice_total", *_GIVEN)
    return [
        pl.col(*told).min().cast(pl.String),
        *(pl.col(c).min().alias(f"{c} of all") for c in _OF_ALL),
        pl.any_horizontal((pl.col(c).min() != pl.col(c).max()) for c in _OF_ALL).alias("several"),
        pl.col("amount", "amount_at_risk").sum().cast(pl.String),
    ]


@cache
def _document_text() -> pl.Expr:
    return _text(_DOCUMENT, pl.coalesce("document_id", "invoice_date"), *_stranger()).alias("text")


def _all_of_several(lines: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return all values that the lines of a document have, for the few documents whose lines do not have one alike."""
    several = documents.filter("several")[["invoice_id"]]
    told = lines.join(several, on="invoice_id", how="semi").group_by("invoice_id")
    return told.agg(pl.col(c).drop_nulls().unique().sort().str.join("\x1d").alias(f"{c} of all") for c in _OF_ALL)


def with_ids(found: pl.DataFrame) -> pl.DataFrame:
    """Return DISCREPANCIES with `subject_id` and `discrepancy_id`, and what they lead to while nobody decides otherwise.

    `found` are those of whole groups, with `kind`, `group_id` and the columns of BESIDE. The first half of a
    discrepancy id is a digest of facts in words (bank details, dates, items), the second one of numbers, so that of two
    ids of one subject it can be told whether numbers alone moved.
    """
    worded = found.with_columns(_in_words(tuple(c for c in _NUMBERS if isinstance(found[c].dtype, pl.Decimal))))
    named = worded.with_columns(_subject_text())
    apart = _apart(_apart(named, (*_HELD_WORDS, *_HELD_NUMBERS)), (*_WORDS, *_NUMBERS))
    subjects = _numbered(apart)
    ids = _halves("D", subjects, worded, _WORDS, _NUMBERS)
    severe = found["severity"].replace_strict(DECISION_OF, default=None, return_dtype=pl.String)
    led = {"effective_decision": severe, "subject_id": _name("S", subjects), "discrepancy_id": ids}
    others = without(found, *led).hstack([column.alias(name) for name, column in led.items()])
    return only(DISCREPANCIES.cast(others), [*DISCREPANCIES.columns])


@cache
def _in_words(decimals: tuple[str, ...]) -> list[pl.Expr]:
    return [*(pl.col(c).cast(pl.String) for c in _WORDS), *(plain(c).alias(c) for c in decimals)]


@cache
def _subject_text() -> pl.Expr:
    numbered = pl.coalesce(pl.when(pl.col("kind") == "order").then(pl.lit("")), "invoice_line", "receipt_line")
    held = pl.when(numbered.is_null()).then(_text((*_HELD_WORDS, *_HELD_NUMBERS)))
    return _text(_WHO, *_stranger(), held).alias("text")


def _stranger() -> list[pl.Expr]:
    """Return who stands on the document where no supplier id is known, and the group: another group's are never the same."""
    return [pl.when(pl.col("supplier_id").is_null()).then(c) for c in (*_GIVEN, "group_id")]


@cache
def _texts(columns: tuple[str, ...]) -> pl.Expr:
    return _text(columns)


def _text(columns: Sequence[str], *more: pl.Expr) -> pl.Expr:
    known = [pl.col(c).fill_null("\x00") for c in columns]
    return pl.concat_str(*known, *(each.fill_null("\x01") for each in more), separator="\x1f")


def _apart(named: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows with what `columns` hold added to a `text` that others have as well."""
    text = named.get_column("text")
    if text.n_unique() == text.len():
        return named
    several = text.is_duplicated()
    told = where(named, several).select(pl.concat_str("text", _texts(columns), separator="\x1e")).to_series()
    return named.with_columns(text.scatter(several.arg_true(), told))


def _numbered(named: pl.DataFrame) -> pl.Series:
    """Return the texts; those of rows with nothing to tell them apart with how many they are, and a number of each."""
    text = named.get_column("text")
    if text.n_unique() == text.len():
        return text
    several = text.is_duplicated()
    count, place = pl.len().over("text"), pl.int_range(pl.len()).over("text")
    told = where(named, several).select(pl.format("{}\x1e{} of {}", "text", place, count)).to_series()
    return text.scatter(several.arg_true(), told)


def _halves(
    letter: str, about: pl.Series, rows: pl.DataFrame, words: tuple[str, ...], numbers: tuple[str, ...]
) -> pl.Series:
    """Return a name for each row of what it is about and holds: a digest of the words, then one of the numbers."""
    texts = rows.select(
        pl.concat_str(about, _texts(words)).alias("words"), pl.concat_str(about, _texts(numbers)).alias("numbers")
    )
    halves = zip(*(_digests(texts.get_column(half), 6) for half in ("words", "numbers")), strict=True)
    return pl.Series([f"{letter}-{(one + other).hex()}" for one, other in halves], dtype=pl.String)


def _name(letter: str, texts: pl.Series) -> pl.Series:
    """Return a name for each text."""
    return pl.Series([f"{letter}-{digest.hex()}" for digest in _digests(texts, 8)], dtype=pl.String)


def _digests(texts: pl.Series, size: int) -> Iterator[bytes]:
    """Return digests of `size` bytes."""
    empty = blake2b(digest_size=size)
    for text in texts.cast(pl.Binary).to_list():  # bytes at once, not text to be encoded
        one = empty.copy()  # to make one from its size takes twice as long
        one.update(text)
        yield one.digest()
