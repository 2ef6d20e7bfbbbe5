"""What a column is: its kind, from which follows how it is read, signed, compared, masked, formatted and written."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from polars.datatypes import DataType, DataTypeClass

TEXT = pl.String
PRICE = pl.Decimal(38, 10)
"""Unit prices, exchange rates and conversion factors: ten fractional digits, below 10^12."""
QUANTITY = pl.Decimal(38, 6)
"""Quantities, percentages and amounts: six fractional digits, quantities below 10^12, amounts below 10^15."""
AMOUNT = QUANTITY
EXACT = pl.Decimal(38, 18)
"""What is computed: exact where it ends within 18 places, else rounded half away from zero to 10."""
CODES = pl.List(pl.String)

NO_CURRENCY = "XXX"
"""ISO 4217's own code for "no currency": the key under which amounts without one are counted."""

Type = DataType | DataTypeClass


@dataclass(frozen=True)
class Kind:
    """What a column is: its name and type, and where it is a word of ours, the `words` that it may be.

    How a column is read, signed on a credit note, compared, masked, formatted and written follows from its kind.
    """

    name: str
    dtype: Type
    words: tuple[str, ...] = ()

    @property
    def worded(self) -> bool:
        """Whether cells hold words that mean something: one of ours, or yes and no."""
        return bool(self.words) or self.dtype == pl.Boolean

    @property
    def places(self) -> int:
        """How many fractional digits a number of it may have."""
        return self.dtype.scale if isinstance(self.dtype, pl.Decimal) else 0

    def computed(self) -> Kind:
        """Return the kind of a figure that is computed of such columns: exact."""
        return replace(self, dtype=EXACT)


IDENTIFIER = Kind("identifier", TEXT)
"""Names one thing; leading zeros survive, a spreadsheet's `.0` does not."""
NUMBER = Kind("document number", TEXT)
"""An identifier by which a whole document is known: where it says `Total`, the row is none of it."""
PROSE = Kind("text", TEXT)
TRUTH = Kind("truth", pl.Boolean)
MONEY = Kind("money", AMOUNT)
"""An amount of the line; turned round with the line on a credit note. Below 10^15; may stand beside a currency."""
TOTAL = Kind("total", AMOUNT)
"""An amount of the whole document, repeated on its lines: minus its magnitude on a credit note."""
UNIT_PRICE = Kind("price", PRICE)
"""Never negative on a credit note; may stand beside a currency."""
COUNT = Kind("quantity", QUANTITY)
"""A quantity of the line, in its unit; turned round with the line on a credit note, signed by a movement."""
PERCENT = Kind("percent", QUANTITY)
FACTOR = Kind("factor", PRICE)
"""Above zero."""
PRICE_UNIT = Kind("factor", QUANTITY)
"""How many units a price is for."""
DAY = Kind("day", pl.Date)
CURRENCY = Kind("currency", TEXT)
"""ISO 4217."""
IBAN = Kind("iban", TEXT)
"""A bank account: shown masked, wherever it stands."""
WHOLE = Kind("whole", pl.Int64)
SCORE = Kind("score", EXACT)
FIGURE = Kind("figure", EXACT)
"""A number of what the row is about: a quantity, a price, an amount or days."""
MARKS = Kind("codes", CODES)


AMOUNTS = (MONEY, TOTAL)
PRICED = (*AMOUNTS, UNIT_PRICE)
"""Kinds whose numbers may stand beside a currency."""
IDENTIFIERS = (IDENTIFIER, NUMBER)


def word(*words: str) -> Kind:
    """Return the kind of a column that holds one of our own words."""
    return Kind("word", TEXT, words)
