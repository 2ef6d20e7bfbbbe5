"""Where a fault is planted: a deal's rows in a ledger that may be spoilt, and what a spoilt row must lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from recon.codes import BY_ACCEPTANCE, BY_RECEIPT
from recon.selftest.ledger import Ledger, Place, Row, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.rule import Rules
    from recon.selftest.deals import Clean, Deal

STRANGE = "97531"
"""Part of every number and name that is made up here."""
TOTALS = ("invoice_net", "invoice_tax", "invoice_total")
PARTY = ("supplier_id", "supplier_name", "supplier_vat_id", "iban")
PLACES = {"unit_price": 10}
Expected = list[tuple[Place, str]]


class UnfitError(Exception):
    """This fault cannot be planted in this deal."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault: what it is, the code it must lead to (none: it must not be noticed), how it is planted.

    `kinds` of deals it fits. `costs`: paid unseen, money is lost. `limit`: the measure and side whose tolerance could let
    it pass. `policies` under which it can be seen, where not under all: it is then planted once under each there is.
    `whole_supplier`: it touches every invoice of a supplier.
    """

    title: str
    code: str | None
    plant: Callable[[Site], Expected]
    kinds: tuple[str, ...] = ("quantity",)
    costs: bool = False
    limit: tuple[str, str] | None = None
    policies: tuple[str, ...] = ()
    whole_supplier: bool = False


@dataclass
class Site:
    """One deal in a ledger that may be changed."""

    deal: Deal
    ledger: Ledger
    clean: Clean
    rules: Rules
    percent: int
    added: list[Place] = field(default_factory=list)

    @cached_property
    def line(self) -> Row:
        """The invoice line."""
        return self.ledger.row(self.deal.line)

    @cached_property
    def order(self) -> Row:
        """Its order line."""
        return self.ledger.row(self.deal.order)

    @cached_property
    def receipts(self) -> list[Row]:
        """What was received of the order line."""
        return [self.ledger.row(place) for place in self.deal.receipts]

    @cached_property
    def document(self) -> list[Row]:
        """All lines of the invoice."""
        return [self.ledger.row(place) for place in self.deal.document]

    @cached_property
    def siblings(self) -> list[Deal]:
        """The deals of the invoice's lines, this one included."""
        return [deal for deal in self.clean.deals if deal.line in self.deal.document]

    @property
    def more(self) -> Decimal:
        """What a number is multiplied with to be too much."""
        return 1 + Decimal(self.percent) / 100

    @property
    def less(self) -> Decimal:
        """What a number is multiplied with to be too little."""
        return 1 - Decimal(self.percent) / 100

    def add(self, table: str, row: Row, /, **changed: object) -> Row:
        """Add a copy of a row, changed."""
        new = self.ledger.add(table, row | changed)
        self.added.append(place_of(table, new))
        return new

    def shift_totals(self, net: Decimal, tax: Decimal = Decimal(0)) -> None:
        """Let the totals that the invoice repeats on its lines follow a change of a line."""
        for row in self.document:
            for column, change in zip(TOTALS, (net, tax, net + tax), strict=True):
                if row[column] is not None:
                    row[column] += change

    def rebill(self, price: Decimal = Decimal(1), quantity: Decimal = Decimal(1)) -> None:
        """Bill the line at another price or quantity, with amount, tax and totals that follow."""
        row, both = self.line, price * quantity
        factors = {"unit_price": price, "quantity": quantity, "amount": both, "tax_amount": both}
        new = {column: scaled(row[column], factor, column) for column, factor in factors.items()}
        net = net_of(row | new) - net_of(row)
        tax = (new["tax_amount"] or Decimal(0)) - (row["tax_amount"] or Decimal(0))
        row.update(new)
        self.shift_totals(net, tax)

    def receive(self, factor: Decimal) -> None:
        """Receive more or less of the order line."""
        columns = ("quantity", "quantity_accepted", "quantity_rejected")
        new = [{column: scaled(row[column], factor, column) for column in columns} for row in self.receipts]
        for row, changed in zip(self.receipts, new, strict=True):
            row.update(changed)

    # -- what is expected ----------------------------------------------------------------------------------------

    def here(self, *codes: str) -> Expected:
        """Return codes on the invoice line."""
        return [(self.deal.line, code) for code in codes]

    def ordered(self, code: str) -> Expected:
        """Return a code on the order line."""
        return [(self.deal.order, code)]

    def everywhere(self, code: str, *, linked: bool = False) -> Expected:
        """Return a code on every line of the invoice, this line's first; `linked`: on those with an order."""
        others = [deal.line for deal in self.siblings] if linked else list(self.deal.document)
        return [(place, code) for place in [self.deal.line, *(p for p in others if p != self.deal.line)]]

    def unbilled(self, *deals: Deal) -> Expected:
        """Return the accrual of order lines that their invoice lines no longer bill."""
        return [(deal.order, "received_not_invoiced") for deal in deals or (self.deal,) if deal.received > 0]

    def unproven(self) -> Expected:
        """Return what the tax of a line without an order leads to: no order gives its rate."""
        return self.everywhere("tax_unproven") if self.line["tax_amount"] else []

    def over_received(self, place: Place | None = None) -> Expected:
        """Return what a line that bills more than was received leads to under its policy."""
        policy = self.deal.policy
        codes = ["quantity_over_received"] * (policy in BY_RECEIPT) + ["quantity_over_accepted"] * (
            policy in BY_ACCEPTANCE
        )
        return [(place or self.deal.line, code) for code in codes]

    def under_delivered(self) -> Expected:
        """Return what too little received leads to on an order line that is closed."""
        closed = self.order["closed"] and self.deal.policy in BY_RECEIPT
        return self.ordered("under_delivery") if closed else []


def place_in(rows: list[Row], table: str) -> list[Place]:
    """Return the places of rows of one table."""
    return [place_of(table, row) for row in rows]


def need(held: object) -> None:
    """Raise UnfitError unless what a fault needs is there."""
    if not held:
        raise UnfitError


def scaled(value: Decimal | None, factor: Decimal, column: str) -> Decimal | None:
    """Return value x factor, exactly as the column can hold it; UnfitError where it cannot."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        product = value * factor
        kept = product.quantize(Decimal(1).scaleb(-PLACES.get(column, 6)))
    need(kept == product)
    return kept


def net_of(row: Row) -> Decimal:
    """Return a line's amount, exactly, given or not."""
    if row["amount"] is not None:
        return Decimal(row["amount"])
    need(row["quantity"] is not None and row["unit_price"] is not None)
    net = Fraction(row["quantity"]) * Fraction(row["unit_price"]) / Fraction(row["price_unit"] or 1)
    millionths = net * 10**6
    need(millionths.denominator == 1)
    return Decimal(millionths.numerator).scaleb(-6)
