"""What tests worked by hand ask of the oracle: codes, decisions, sums at risk, in the order of the table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from recon.rules.rule import Limit, LinkRule, Rules, Sides, Tolerance
from tests import oracle
from tests.oracle import values
from tests.oracle.lines import InvoiceLine, Ledger

ORDER = """
po line qty price
1  10   10  5
"""
RECEIVED = """
po line qty
1  10   10
"""
BILL = "no no_line po line qty price invoice_date\n"


def lines(ledger: Ledger) -> list[InvoiceLine]:
    return sorted(oracle.reconcile(ledger).invoices, key=lambda line: line.row["row"])


def codes(ledger: Ledger) -> list[str]:
    """The codes of each invoice line, in the order of the table."""
    return [" ".join(line.codes) for line in lines(ledger)]


def verdicts(ledger: Ledger) -> list[str]:
    return [line.decision for line in lines(ledger)]


def at_risk(ledger: Ledger, code: str) -> list[Decimal | None]:
    found = [line.discrepancies.get(code) for line in lines(ledger)]
    return [None if d is None else values.exact(d.at_risk) for d in found]


def tolerant(**measures: Any) -> Rules:
    """One tolerance; `price=(over, under)`."""
    return Rules(tolerances=(Tolerance("t", {m: Sides(*sides) for m, sides in measures.items()}),))


def linked_by(*columns: str) -> Rules:
    """The usual links, and one by these columns after them."""
    return Rules(links=(*Rules().links, LinkRule("by hand", columns)))


def percent(value: str) -> Limit:
    return Limit(percent=Decimal(value))
