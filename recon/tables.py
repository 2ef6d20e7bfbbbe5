"""What is read: every frame that sources fill, declared once: its columns, their kinds, its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import (
    COUNT,
    CURRENCY,
    DAY,
    FACTOR,
    IBAN,
    IDENTIFIER,
    MONEY,
    NUMBER,
    PERCENT,
    PRICE_UNIT,
    PROSE,
    TOTAL,
    TRUTH,
    UNIT_PRICE,
    WHOLE,
    Kind,
    Type,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Table:
    """The contract of one frame: column -> kind, the columns that may not be null, the key that names a row."""

    name: str
    kinds: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Required column -> another that may stand for it where it is blank or not there."""

    @cached_property
    def columns(self) -> Mapping[str, Type]:
        """Column -> its type, in order."""
        return {name: kind.dtype for name, kind in self.kinds.items()}

    def of(self, *kinds: Kind) -> tuple[str, ...]:
        """Return the columns of these kinds, in order; computed or not."""
        wanted = {kind.name for kind in kinds}
        return tuple(name for name, kind in self.kinds.items() if kind.name in wanted)

    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the columns that hold words of ours, and which; a truth is `true` or `false`."""
        truths = dict.fromkeys(self.of(TRUTH), ("true", "false"))
        return {name: kind.words for name, kind in self.kinds.items() if kind.words} | truths

    def empty(self) -> pl.DataFrame:
        """Return a frame with these columns and no rows."""
        return pl.DataFrame(schema=dict(self.columns))

    def cast(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` with every column of the table (null where absent), in order, then its own extra columns."""
        given = {column.name: column for column in frame.get_columns()}
        present = [
            given.pop(c).cast(t) if c in given else _null(t).new_from_index(0, frame.height).alias(c)
            for c, t in self.columns.items()
        ]
        return pl.DataFrame([*present, *given.values()])

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` if it keeps the contract; a column missing or of another type is a bug."""
        from recon.errors import InvariantError

        wrong = [f"{c}: {frame.schema.get(c)} is not {t}" for c, t in self.columns.items() if frame.schema.get(c) != t]
        if wrong:
            raise InvariantError(f"frame {self.name}: {'; '.join(wrong)}")
        return frame


@cache
def _null(dtype: Type) -> pl.Series:
    return pl.Series([None], dtype=dtype)


PLACE = {"source": PROSE, "row": WHOLE}

ORDER_LINES = Table(
    "order_lines",
    {
        "company": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "supplier_vat_id": PROSE,
        "item": IDENTIFIER,
        "description": PROSE,
        "category": PROSE,
        "quantity": COUNT,
        "uom": PROSE,
        "unit_price": UNIT_PRICE,
        "price_unit": PRICE_UNIT,
        "amount": MONEY,
        "currency": CURRENCY,
        "order_date": DAY,
        "due_date": DAY,
        "tax_rate": PERCENT,
        "payment_terms": PROSE,
        "match_policy": word("two_way", "three_way", "four_way", "none"),
        "over_delivery_percent": PERCENT,
        "under_delivery_percent": PERCENT,
        "closed": TRUTH,
        "closed_date": DAY,
        "buyer": PROSE,
        "discount_percent": PERCENT,
        "plant": IDENTIFIER,
        "cost_centre": IDENTIFIER,
        "project": IDENTIFIER,
        "gl_account": IDENTIFIER,
        "accrue": word("at_receipt", "at_period_end", "never"),
        **PLACE,
    },
    required=("po_number", "po_line"),
    key=("company", "po_number", "po_line"),
)

RECEIPT_LINES = Table(
    "receipt_lines",
    {
        "company": IDENTIFIER,
        "receipt_number": NUMBER,
        "receipt_line": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "item": IDENTIFIER,
        "quantity": COUNT,
        "quantity_accepted": COUNT,
        "quantity_rejected": COUNT,
        "uom": PROSE,
        "receipt_date": DAY,
        "delivery_note": IDENTIFIER,
        "movement": word("receipt", "return"),
        "posting_date": DAY,
        "plant": IDENTIFIER,
        **PLACE,
    },
    required=("receipt_number", "po_number", "quantity"),
    key=("company", "receipt_number", "receipt_line"),
)

INVOICE_LINES = Table(
    "invoice_lines",
    {
        "company": IDENTIFIER,
        "document_type": word("invoice", "credit_note"),
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "supplier_vat_id": PROSE,
        "iban": IBAN,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "invoice_date": DAY,
        "posting_date": DAY,
        "due_date": DAY,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "item": IDENTIFIER,
        "description": PROSE,
        "quantity": COUNT,
        "uom": PROSE,
        "unit_price": UNIT_PRICE,
        "price_unit": PRICE_UNIT,
        "amount": MONEY,
        "tax_amount": MONEY,
        "tax_rate": PERCENT,
        "currency": CURRENCY,
        "line_type": word(
            "item", "freight", "charge", "tax", "discount", "prepayment", "retention", "price_difference"
        ),
        "invoice_net": TOTAL,
        "invoice_tax": TOTAL,
        "invoice_total": TOTAL,
        "document_id": NUMBER,
        "delivery_note": IDENTIFIER,
        "credited_invoice": NUMBER,
        "discount_percent": PERCENT,
        "paid_date": DAY,
        "received_date": DAY,
        "payment_terms": PROSE,
        "discount_date": DAY,
        "posted": TRUTH,
        "gl_account": IDENTIFIER,
        "cost_centre": IDENTIFIER,
        "freight_amount": MONEY,
        "charge_amount": MONEY,
        "discount_amount": MONEY,
        **PLACE,
    },
    required=("invoice_number",),
    stand_ins={"invoice_number": "document_id"},
    key=("company", "supplier_id", "invoice_number", "invoice_line"),
)

SUPPLIERS = Table(
    "suppliers",
    {
        "supplier_id": IDENTIFIER,
        "name": PROSE,
        "vat_id": PROSE,
        "iban": IBAN,
        "country": PROSE,
        "aliases": PROSE,
        "blocked": TRUTH,
        "payment_terms": PROSE,
        "email": PROSE,
        **PLACE,
    },
    required=("supplier_id", "name"),
    key=("supplier_id",),
)

CONVERSIONS = Table(
    "conversions",
    {"item": IDENTIFIER, "supplier_id": IDENTIFIER, "from_uom": PROSE, "to_uom": PROSE, "factor": FACTOR, **PLACE},
    required=("from_uom", "to_uom", "factor"),
    key=("item", "supplier_id", "from_uom", "to_uom"),
)

RATES = Table(
    "rates",
    {"currency": CURRENCY, "date": DAY, "rate": FACTOR, **PLACE},
    required=("currency", "rate"),
    key=("currency", "date"),
)

PAYMENTS = Table(
    "payments",
    {
        "company": IDENTIFIER,
        "payment_number": NUMBER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "payment_date": DAY,
        "cleared_date": DAY,
        "amount": MONEY,
        "discount_taken": MONEY,
        "currency": CURRENCY,
        "status": word("paid", "void"),
        **PLACE,
    },
    required=("payment_number", "invoice_number", "payment_date", "amount"),
    key=("company", "payment_number"),
)
"""`payment_date` is when it was sent, `cleared_date` when it arrived; `amount` is of the invoice that it clears."""

GL_BALANCES = Table(
    "gl_balances",
    {
        "company": IDENTIFIER,
        "account": IDENTIFIER,
        "date": DAY,
        "amount": MONEY,
        "base_amount": MONEY,
        "currency": CURRENCY,
        **PLACE,
    },
    required=("account", "date", "amount"),
    key=("company", "account", "date", "currency"),
)
"""Balances of ledger accounts, debit positive."""

GL_LINES = Table(
    "gl_lines",
    {
        "company": IDENTIFIER,
        "account": IDENTIFIER,
        "posting_date": DAY,
        "amount": MONEY,
        "base_amount": MONEY,
        "currency": CURRENCY,
        "document": NUMBER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "reference": PROSE,
        "text": PROSE,
        **PLACE,
    },
    required=("account", "posting_date", "amount"),
)
"""Postings to ledger accounts, debit positive."""

TERMS = Table("terms", {"code": IDENTIFIER, "text": PROSE, **PLACE}, required=("code", "text"), key=("code",))
"""What codes of payment terms stand for."""

REJECTS = Table(
    "rejects",
    {
        "table": PROSE,
        **PLACE,
        "column": PROSE,
        "value": PROSE,
        "reason": PROSE,
        "company": IDENTIFIER,
        "po_number": NUMBER,
        "receipt_number": NUMBER,
        "invoice_number": NUMBER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "amount": MONEY,
        "currency": CURRENCY,
    },
    required=("table", "source", "row", "reason"),
    key=("table", "source", "row"),
)
"""One row a rejected source row: its first bad cell, and what could be read of the keys it names."""

CANONICAL = {
    "orders": ORDER_LINES,
    "receipts": RECEIPT_LINES,
    "invoices": INVOICE_LINES,
    "suppliers": SUPPLIERS,
    "conversions": CONVERSIONS,
    "rates": RATES,
    "payments": PAYMENTS,
    "gl_balances": GL_BALANCES,
    "gl_lines": GL_LINES,
    "terms": TERMS,
}
"""Name of a source in the rules file -> the table it fills."""

TABLES = (ORDER_LINES.name, RECEIPT_LINES.name, INVOICE_LINES.name)
"""The tables whose lines are matched."""


@dataclass(frozen=True)
class Sources:
    """What was read: canonical frames (each row with its `source` and `row`), and the rows that could not be."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    suppliers: pl.DataFrame = field(default_factory=SUPPLIERS.empty)
    conversions: pl.DataFrame = field(default_factory=CONVERSIONS.empty)
    rates: pl.DataFrame = field(default_factory=RATES.empty)
    payments: pl.DataFrame = field(default_factory=PAYMENTS.empty)
    gl_balances: pl.DataFrame = field(default_factory=GL_BALANCES.empty)
    gl_lines: pl.DataFrame = field(default_factory=GL_LINES.empty)
    terms: pl.DataFrame = field(default_factory=TERMS.empty)
    rejects: pl.DataFrame = field(default_factory=REJECTS.empty)
    absent: frozenset[str] = frozenset()
    """Columns that no file of their source has (`invoice_lines.supplier_id`): there a null says nothing of the row."""
    files: tuple[Mapping[str, object], ...] = ()
    """Per file read: source name, path, sha256, bytes, rows, preset and its sha256 where one was used, `notes` of the reader."""
