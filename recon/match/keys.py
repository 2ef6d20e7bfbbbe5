"""How keys compare: normalised text, and numbers inside text in numeric order."""

from __future__ import annotations

import polars as pl

from recon.engine.changed_where import changed_where
from recon.engine.wholes import FEW
from recon.units import UNITS

DOCUMENT = ["company_key", "supplier_key", "number", "document_type"]
"""One invoice document: lines of one company and supplier under one number, as written, of one type."""
PARTY = {
    "given_id": "supplier_id",
    "given_name": "supplier_name",
    "given_vat_id": "supplier_vat_id",
    "given_iban": "iban",
}
"""What may be given of a party -> the column of a line that gives it."""
_DIGITS = 40
_LONGEST = 200
"""Of a longer text the runs of letters and digits are told apart up to here; nobody's number is as long."""
_TEXT = pl.col("text")
_LED = "^(?:P|ORD|BEST|COMM|INKO|ENCO|YOUR|OUR|IHRE|UNSERE|VOTRE|NOTRE|SUP|VOSTRO|NOSTRO|UW|ONZE)"
_ORDER_WORD = (
    r"^(?:YOUR|OUR|IHRE|UNSERE|VOTRE|NOTRE|SU|VOSTRO|NOSTRO|UW|ONZE)?(?:(?:PURCHASEORDER|PO|ORDER|BESTELLUNG|COMMANDE|PEDIDO|ORDINE|BESTELLING|INKOOPORDER|ENCOMENDA)"
    r"(?:NUMBER|NUMMER|NO|NR|N)?|BEST(?:ELL)?(?:NUMMER|NR))([0-9])"
)
"""What people write before an order's number."""


def key(column: str) -> pl.Expr:
    """Return NFKC, upper case, letters and digits, `-` for a break between two digits; null where nothing is left.

    `sub 4711/12` is `SUB4711-12`.
    """
    return changed_where(pl.col(column), "^$|[^0-9A-Z]", _key)


def mark_key(column: str) -> pl.Expr:
    """Return `key` of a VAT id or IBAN, without breaks: its blanks are for the eye."""
    return unbroken(key(column))


def unbroken(keys: pl.Expr) -> pl.Expr:
    """Return keys without their breaks."""
    return changed_where(keys, "-", lambda text: text.str.replace_all("-", "", literal=True))


def number_key(column: str) -> pl.Expr:
    """Return `key` without leading zeros (`000` is `0`) and without a leading PO, ORDER, PURCHASE ORDER or such a word of five languages.

    NO, NR, N, NUMBER or NUMMER may follow the word, and does after BEST; it goes only where digits come next: `PO No. 0815` is `815`.
    Your or our may stand before it: `Ihre Bestellung Nr. 0815`.
    """
    return _unpadded(changed_where(key(column), _LED, lambda text: text.str.replace(_ORDER_WORD, "${1}")))


def line_key(column: str) -> pl.Expr:
    """Return `key` without leading zeros."""
    return _unpadded(key(column))


def unit_key(column: str) -> pl.Expr:
    """Return `key` of a unit of measure, by the code of the unit where its name is known: `Stück` and `EA` are one."""
    return key(column).replace(UNITS)


def natural_rank(column: pl.Series) -> pl.Series:
    """Return each text's place among them all, run by run, digits as numbers: `INV-9` before `INV-10`; null first.

    A NUL before each run of digits ends the text before it, so that `A9` stands before `A-10`: `A` is less than `A-`.
    """
    if column.null_count() == column.len():
        return column.cast(pl.Int64)
    rows = column.rename("text").to_frame()
    distinct = rows if column.len() <= FEW else rows.unique()
    longest = distinct.select(_TEXT.str.len_bytes().max()).item() or 1
    width = min(_DIGITS, longest)
    natural = _padded(_TEXT, width)
    if longest > _LONGEST:
        natural = pl.concat_str(_padded(_TEXT.str.head(_LONGEST), width), _TEXT.str.slice(_LONGEST))
    ranked = distinct.with_columns(natural.rank("dense").cast(pl.Int64).alias("rank"))
    if distinct is rows:
        return ranked.get_column("rank")
    return rows.join(ranked, on="text", how="left", nulls_equal=True, maintain_order="left").get_column("rank")


def _padded(text: pl.Expr, width: int) -> pl.Expr:
    run = pl.element()
    padded = pl.concat_str(pl.lit("\x00"), run.str.zfill(width).str.tail(width))
    runs = text.str.extract_all("[0-9]+|[^0-9]+")  # half the time of putting what a pattern found into a text
    return runs.list.eval(pl.when(run.str.contains("^[0-9]")).then(padded).otherwise(run)).list.join("")


def document_key(column: str) -> pl.Expr:
    """Return an invoice number as its runs of letters and digits, `O` read as 0 and `I` as 1, leading zeros off."""
    text = pl.col(column).str.normalize("NFKC").str.to_uppercase().str.replace_all("O", "0").str.replace_all("I", "1")
    runs = text.str.head(_LONGEST).str.extract_all(r"\p{Nd}+|\p{L}+")
    bare = pl.element().str.strip_chars_start("0")
    joined = runs.list.eval(pl.when(bare == "").then(pl.lit("0")).otherwise(bare)).list.join("-")
    known = joined.str.extract("(?s)(.+)")  # null where there is no run: said once, so that it is worked out once
    return pl.coalesce(pl.concat_str(known, text.str.slice(_LONGEST)), column)


def party_mark(lines: pl.DataFrame, seed: int = 0) -> pl.Series:
    """Return a number for each row's party: equal where all that is given of it is equal, else as good as never."""
    return lines.select(c for c in PARTY.values() if c in lines.columns).hash_rows(seed).alias("party_mark")


def _key(text: pl.Expr) -> pl.Expr:
    broken = text.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "-")
    joined = broken.str.replace_all(r"(\p{L})-", "${1}").str.replace_all(r"-(\p{L})", "${1}").str.strip_chars("-")
    return pl.when(joined != "").then(joined)


def _unpadded(text: pl.Expr) -> pl.Expr:
    return changed_where(text, "^0", lambda padded: padded.str.replace(r"^0+([^-])", "${1}"))
