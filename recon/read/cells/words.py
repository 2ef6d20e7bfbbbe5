"""What the words of an export mean: movements, kinds of document and line, policies, yes and no, in several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.rule import Source

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "movement": {
        "receipt": "101 123 162 s + receipt gr in receive received wareneingang we goods_receipt incoming",
        "return": "102 122 161 h - return returned reversal out rt retoure storno rücklieferung goods_return outgoing",
    },
    "document_type": {
        "invoice": "invoice inv re rn kr 380 rechnung facture factura fattura bill standard standard_invoice in_invoice"
        " commercial_invoice purchase_invoice supplier_invoice vendor_invoice vendor_bill factuur fatura faktura lasku számla factură račun td01 td24",
        "credit_note": "credit_note credit creditnote credit_memo creditmemo cm cn kg 381 gutschrift avoir in_refund refund"
        " nota_de_crédito nota_di_credito supplier_credit vendor_credit vendor_credit_memo bill_credit"
        " purchase_credit_memo supplier_credit_note vendor_credit_note nota_de_credito nota_credito rechnungskorrektur creditnota kreditnota"
        " abono factura_rectificativa korekta faktura_korygująca kreditfaktura dobropis hyvityslasku hyvitys jóváíró_számla iade iade_faturası factură_storno odobrenje td04",
    },
    "line_type": {
        "item": "item items goods material product stock inventory service line artikel",
        "freight": "freight shipping carriage transport fracht versand port",
        "charge": "charge surcharge fee handling misc miscellaneous zuschlag",
        "tax": "tax vat gst mwst ust sales_tax tva iva",
        "discount": "discount allowance rebate rabatt remise",
        "prepayment": "prepayment down_payment downpayment advance deposit anzahlung acompte anticipo",
        "retention": "retention retainage einbehalt sicherheitseinbehalt retenue_de_garantie retención",
        "price_difference": "price_difference price_adjustment subsequent_debit subsequent_credit preisdifferenz"
        " nachbelastung",
    },
    "accrue": {
        "at_receipt": "at_receipt receipt on_receipt",
        "at_period_end": "at_period_end period_end",
        "never": "never no none",
    },
    "match_policy": {
        "two_way": "two_way 2_way 2way 2 two",
        "three_way": "three_way 3_way 3way 3 three",
        "four_way": "four_way 4_way 4way 4 four",
        "none": "none no_match",
    },
    "status": {
        "paid": "paid cleared sent executed bezahlt ausgeführt",
        "void": "void voided cancelled canceled reversed stopped storniert",
    },
    "truth": {
        "true": "true yes y x 1 ja j oui si sí wahr tak ano kyllä igen evet da",
        "false": "false no n 0 nein non falsch nie nej ne nee ei nem hayır nu",
    },
}


def meanings(column: str) -> dict[str, str]:
    """Return word (lower case, `_` for spaces and hyphens) -> meaning, by default, for `column`."""
    kinds = MEANINGS.get(column, MEANINGS["truth"])
    return {word: meaning for meaning, words in kinds.items() for word in words.split()}


def translate(text: pl.Expr, column: str, source: Source) -> pl.Expr:
    """Return `text` with the values that `source.values` declares for `column` replaced (case aside)."""
    declared = {word.strip().casefold(): meaning for word, meaning in source.values.get(column, {}).items()}
    if not declared:
        return text
    return pl.coalesce(text.str.to_lowercase().replace_strict(declared, default=None, return_dtype=pl.String), text)


def parse_word(text: pl.Expr, column: str) -> pl.Expr:
    """Return the canonical meaning of `text` (trimmed) in `column`, null where it has none."""
    known = meanings(column)
    meaning = _word(text).replace_strict(known, default=None, return_dtype=pl.String)
    return meaning == "true" if column not in MEANINGS else meaning


def why_not_word(value: str, column: str) -> str:
    """Return what may be done about a value whose meaning is unknown."""
    if column not in MEANINGS:
        return "neither yes nor no"
    kinds = ", ".join(MEANINGS[column])
    return f"no known {column} (one of {kinds}): declare `values: {{{column}: {{{value!r}: ...}}}}`"


def _word(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace(r"^([0-9]+)\.0$", "${1}").str.replace_all(r"\b[ _-]+\b", "_")
