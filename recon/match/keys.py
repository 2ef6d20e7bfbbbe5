"""How keys compare: normalised text, and numbers inside text in numeric order."""

from __future__ import annotations

import polars as pl

DOCUMENT = ["company_key", "supplier_key", "number", "document_type"]
"""One invoice document: lines of one company and supplier under one number, as written, of one type."""
_DIGITS = 30


def key(column: str) -> pl.Expr:
    """Return NFKC, upper case, letters and digits only; null where nothing is left."""
    text = pl.col(column).str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.when(text != "").then(text)


def number_key(column: str) -> pl.Expr:
    """Return `key` without one leading PO, ORDER or BESTELLUNG before digits and without leading zeros (`000` is `0`)."""
    text = key(column).str.replace(r"^(?:PO|ORDER|BESTELLUNG)([0-9])", "${1}")
    return text.str.replace(r"^0+(.)", "${1}")


def line_key(column: str) -> pl.Expr:
    """Return `key` without leading zeros."""
    return key(column).str.replace(r"^0+(.)", "${1}")


def natural(column: str) -> pl.Expr:
    """Return text that sorts with its runs of digits as numbers: `INV-9` before `INV-10`."""
    padded = pl.col(column).str.replace_all(r"([0-9]+)", "0" * _DIGITS + "${1}")
    return padded.str.replace_all(r"[0-9]*([0-9]{30})", "${1}")


def document_key(column: str) -> pl.Expr:
    """Return an invoice number as its runs of letters and digits, `O` read as 0 and `I` as 1, leading zeros off."""
    text = pl.col(column).str.normalize("NFKC").str.to_uppercase().str.replace_all("O", "0").str.replace_all("I", "1")
    runs = text.str.extract_all(r"\p{Nd}+|\p{L}+")
    joined = runs.list.eval(pl.element().str.replace(r"^0+(.)", "${1}")).list.join("-")
    return pl.when(joined != "").then(joined).otherwise(pl.col(column))
