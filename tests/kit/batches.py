"""Many small ledgers in one: a run costs the same for forty as for one, and strangers do not disturb each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.kit.dice import Dice
from tests.kit.random_ledgers import number, random_world, random_worlds
from tests.oracle.lines import Ledger, Row

TABLES = ("orders", "receipts", "invoices", "suppliers", "conversions", "rates", "rejects")
UNREAD_CONVERSION: Row = {"table": "conversions", "column": "factor", "value": "x", "reason": "?"}
OWN_TABLES = ("orders", "receipts", "invoices", "suppliers", "rejects")


@dataclass(frozen=True, repr=False)
class Batch:
    """A ledger made of `parts` that share nothing but rules, date, conversions and rates."""

    whole: Ledger
    parts: tuple[Ledger, ...]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(f"Batch of {len(self.parts)}")


def batches(size: int = 30, version: int = 1) -> st.SearchStrategy[Batch]:
    return st.integers(0, 2**48).map(lambda seed: random_batch(Random(seed), size, version))


def random_batch(random: Random, size: int, version: int = 1) -> Batch:
    """Return `size` ledgers under one rules file, apart and put together."""
    dice = Dice.of(random, version)
    general = random_world(dice)
    aliases = dict(general.rules.suppliers.aliases)
    parts = []
    for n in range(size):
        names = Names(n)
        rows = random_worlds(Dice.of(dice, version), general)
        parts.append(replace(general, **{t: [names.renamed(r) for r in getattr(rows, t)] for t in OWN_TABLES}))
    every = {names.name(a): names.supplier(i) for n in range(size) for names in [Names(n)] for a, i in aliases.items()}
    rules = replace(general.rules, suppliers=replace(general.rules.suppliers, aliases=every))
    unread = [UNREAD_CONVERSION] if dice.oddly(0.2) else []
    parts = [replace(part, rules=rules, rejects=[*part.rejects, *map(dict, unread)]) for part in parts]
    whole = replace(parts[0], **{t: [row for part in parts for row in getattr(part, t)] for t in OWN_TABLES})
    for table in OWN_TABLES:
        number(dice, table, getattr(whole, table))
    return Batch(whole, tuple(parts))


class Names:
    """Other suppliers, order and invoice numbers for each part, related among themselves as they were."""

    def __init__(self, part: int) -> None:
        self.part = part

    def renamed(self, row: Row) -> Row:
        new = dict(row)
        for column, rename in {
            "supplier_id": self.supplier,
            "vat_id": self.supplier,
            "supplier_vat_id": self.supplier,
            "iban": self.supplier,
            "supplier_name": self.name,
            "name": self.name,
            "po_number": self.po_number,
            "invoice_number": lambda text: f"Z{self.part}-{text}",
            "receipt_number": lambda text: f"{self.part}-{text}",
            "credited_invoice": lambda text: f"Z{self.part}-{text}",
        }.items():
            if new.get(column) is not None:
                new[column] = rename(new[column])
        return new

    def supplier(self, text: str) -> str:
        return f"{text}X{self.part}"

    def name(self, text: str) -> str:
        """Return two words that resemble no other part's."""
        random = Random(f"{text.lower()} {self.part}")
        words = ["".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(4)) for _ in range(2)]
        return " ".join(words).upper() if text.isupper() else " ".join(words)

    def po_number(self, text: str) -> str:
        return text if text == "-" else re.sub(r"^(PO )?", rf"\g<1>{self.part + 10}", text, count=1)
