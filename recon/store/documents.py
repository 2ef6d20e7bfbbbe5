"""Documents: which lines are one, which of its versions counts, and how lines are written into the store and read again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.kinds import TEXT
from recon.match.keys import PARTY, key
from recon.tables import CANONICAL, REJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.tables import Table

Row = dict[str, Any]
KEYS: Mapping[str, tuple[str, ...]] = {
    "orders": ("company", "po_number"),
    "receipts": ("company", "receipt_number"),
    "suppliers": ("supplier_id",),
    "conversions": ("item", "supplier_id", "from_uom", "to_uom"),
    "rates": ("currency", "date"),
    "payments": ("company", "payment_number"),
    "gl_balances": ("company", "account", "date", "currency"),
    "terms": ("code",),
}
"""The columns that name a document of a table. Ledger lines have none: those of one file or event are one."""
INVOICE = ("document_id", "company", "supplier_id", "supplier_name", "supplier_vat_id", "iban", "invoice_number", "document_type")  # fmt: skip
"""What names an invoice: its `document_id`, else company, supplier as given, number and type."""
SEPARATOR = "/"


def document_keys(lines: pl.DataFrame, table: str, place: str, mark: Callable[[str], str]) -> list[str]:
    """Return, line by line, the key of the document that it belongs to.

    `place` names those that nothing else does, `mark` hides what a key should not tell: a VAT id or IBAN.
    """
    if table != "invoices" and table not in KEYS:
        return [place] * lines.height
    columns = INVOICE if table == "invoices" else KEYS[table]
    named = lines.select("row", *(_part(lines, column).alias(column) for column in columns))
    told = [(row, _invoice_key(parts, mark) if table == "invoices" else SEPARATOR.join(parts)) for row, *parts in named.iter_rows()]  # fmt: skip
    return [text if text.strip(SEPARATOR) else f"{place}:{row}" for row, text in told]


def _part(lines: pl.DataFrame, column: str) -> pl.Expr:
    if column not in lines.columns:
        return pl.lit("")
    texts = pl.col(column).cast(TEXT)
    return pl.coalesce(key(column) if lines.schema[column] == TEXT else texts, texts, pl.lit(""))


def _invoice_key(parts: Sequence[str], mark: Callable[[str], str]) -> str:
    own, company, supplier, name, vat_id, iban, number, kind = parts
    if own or not number:
        return own
    who = supplier or name or (mark(f"{vat_id}|{iban}") if vat_id or iban else "")
    return SEPARATOR.join((company, who, number, kind))


def newer(version: str, seq: int, than: str, than_seq: int) -> bool:
    """Return whether a version of a document counts before another: the greater one, without numbers the later one."""
    if version and than and version != than:
        return _comparable(version) > _comparable(than)
    return seq > than_seq


def _comparable(version: str) -> list[tuple[int, int, str]]:
    """Return a version with its digits as numbers: `9` is before `10`; so are stamps of the time in one form."""
    return [(1, int(run), "") if run.isdigit() else (0, 0, run) for run in re.findall(r"[0-9]+|[^0-9]+", version)]


def written(lines: pl.DataFrame) -> list[Row]:
    """Return rows as plain values without what is absent: numbers and days as text, codes with blanks between."""
    lists = [pl.col(c).list.join(" ") for c, kind in lines.schema.items() if isinstance(kind, pl.List)]
    lines = lines.with_columns(lists)
    texts = [pl.col(c).cast(TEXT) for c, kind in lines.schema.items() if kind not in (TEXT, pl.Boolean, pl.Int64)]
    return [{c: v for c, v in row.items() if v is not None} for row in lines.with_columns(texts).iter_rows(named=True)]


def read(rows: Sequence[Mapping[str, Any]], table: Table) -> pl.DataFrame:
    """Return the frame of a table again of what was `written`, other columns than its own as text behind."""
    if not rows:
        return table.empty()
    own = list(dict.fromkeys(c for row in rows for c in row if c not in table.columns))
    as_text = {c: kind if kind in (pl.Boolean, pl.Int64) else TEXT for c, kind in table.columns.items()}
    frame = pl.from_dicts(rows, schema={**as_text, **dict.fromkeys(own, TEXT)})
    days = [pl.col(c).str.to_date("%Y-%m-%d") for c, kind in table.columns.items() if kind == pl.Date]
    marks = [_marks(c) for c, kind in table.columns.items() if isinstance(kind, pl.List)]
    return table.cast(frame.with_columns(*days, *marks))


def _marks(column: str) -> pl.Expr:
    split = pl.col(column).str.split(" ")
    return pl.when(pl.col(column) == "").then(pl.lit([], pl.List(TEXT))).otherwise(split).alias(column)


def read_rejects(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return REJECTS of what was `written`."""
    return read(rows, REJECTS).select(*REJECTS.columns)


@dataclass(frozen=True)
class Body:
    """What a document says: its lines and rejects as `written`, and which of the columns WATCHED its source has."""

    lines: tuple[Row, ...] = ()
    rejects: tuple[Row, ...] = ()
    has: frozenset[str] = frozenset()

    def packed(self) -> bytes:
        """Return what is kept of it."""
        told = {"lines": self.lines, "rejects": self.rejects, "has": sorted(self.has)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Body:
        """Return what was packed."""
        told = json.loads(packed)
        return cls(tuple(told["lines"]), tuple(told["rejects"]), frozenset(told["has"]))

    def __add__(self, other: Body) -> Body:
        return Body(self.lines + other.lines, self.rejects + other.rejects, self.has | other.has)


WATCHED = frozenset([*PARTY.values(), "receipt_line"])
"""Columns of which it matters whether a source has them at all."""


def table_of(name: str) -> Table:
    """Return the table that the source `name` fills."""
    return CANONICAL[name]
