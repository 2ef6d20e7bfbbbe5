"""The oracle's nouns: a ledger as read, and its order, receipt and invoice lines while they are thought about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from recon.rules.rule import Rules
from tests.oracle.findings import CAPPED, Discrepancy

Row = dict[str, Any]
Place = tuple[str, int]


@dataclass(repr=False)
class Ledger:
    """What a run is given: canonical rows as read (missing columns are absent values), rules and `--as-of`."""

    orders: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    suppliers: list[Row] = field(default_factory=list)
    conversions: list[Row] = field(default_factory=list)
    rates: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    as_of: date | None = None
    absent: frozenset[str] = frozenset()
    """Columns that a source does not have at all: `supplier` (of invoices), `receipt_line`."""

    def __repr__(self) -> str:
        """Short: a failing test tells a ledger with `ledgers.tell`."""
        return f"Ledger({len(self.orders)} orders, {len(self.receipts)} receipts, {len(self.invoices)} invoices)"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis prints dataclasses its own way unless told."""
        printer.text(repr(self))


def place(row: Row) -> Place:
    return row["source"], row["row"]


@dataclass(eq=False)
class OrderLine:
    row: Row
    company: str | None
    po_number: str | None
    po_line: str | None
    quantity: Fraction | None
    price: Fraction | None
    """Per one unit of measure."""
    price_unit: Fraction
    amount: Fraction | None
    by_amount: bool
    currency: str
    contradicts: bool = False
    """Its amount is not its quantity x price."""
    supplier: str | None = None
    unit: str | None = None
    """Where the order states none: the key of the one that is stated elsewhere, `?` where that is several."""
    counts: bool = True
    """False: one of several unequal rows with this key (none counts), or a repeated equal row."""
    ambiguous: bool = False
    policy: str = "three_way"
    codes: set[str] = field(default_factory=set)
    receipts: list[ReceiptLine] = field(default_factory=list)
    factors: dict[int, Fraction] = field(default_factory=dict)
    """Of each receipt that counts (by `id`): order units in one of its units, where that is known."""
    received: Fraction = Fraction(0)
    accepted: Fraction = Fraction(0)
    rejected: Fraction = Fraction(0)
    invoiced: Fraction = Fraction(0)
    status: str = ""

    @property
    def key(self) -> tuple[str | None, str | None, str | None]:
        return self.company, self.po_number, self.po_line

    @property
    def unit_price(self) -> Fraction | None:
        """The order price as written, per `price_unit`."""
        return None if self.price is None else self.price * self.price_unit

    @property
    def value(self) -> Fraction:
        """What the line comes to as ordered."""
        amount = self.amount if self.by_amount else (self.quantity or 0) * (self.price or 0)
        return Fraction(amount or 0)


@dataclass(eq=False)
class ReceiptLine:
    row: Row
    quantity: Fraction
    order: OrderLine | None = None
    link: str | None = None
    counts: bool = True
    """False: a repeat of another receipt, one of several that contradict each other, or of another item."""
    codes: set[str] = field(default_factory=set)


@dataclass(eq=False)
class InvoiceLine:
    row: Row
    kind: str
    quantity: Fraction | None
    price: Fraction | None
    """Per one unit of measure (as the invoice counts), after discount_percent."""
    written_price: Fraction | None
    """As written, per the invoice's price unit; a derived one is amount over quantity, for as many."""
    amount: Fraction
    tax_amount: Fraction | None
    invoice_total: Fraction | None
    invoice_tax: Fraction | None
    invoice_net: Fraction | None
    printed_step: Fraction
    """Half a unit of the printed price's last place, for the whole quantity."""
    gross: Fraction
    """What tax is in its prices as the source gives them: 1 + rate, else 1."""
    expected_amount: Fraction | None
    """Quantity x unit price / price unit, where all three were given."""
    type: str = "invoice"
    supplier: str | None = None
    supplier_codes: set[str] = field(default_factory=set)
    party: str = ""
    document: tuple[Any, ...] = ()
    currency: str | None = None
    order: OrderLine | None = None
    link: str | None = None
    factor: Fraction | None = Fraction(1)
    """Order units in one invoice unit; None: no conversion is known."""
    set_aside: bool = False
    takes_part: bool = False
    header: tuple[str | None, str | None] | None = None
    """The order (company, number) that a bill by header is held against as a whole."""
    whole: list[OrderLine] = field(default_factory=list)
    """The lines of that order."""
    of_order: tuple[str | None, str | None] | None = None
    """The order that a line which is no item goes with."""
    agreed_rate: Fraction | None = None
    """The tax rate that the order has for the line."""
    reverses: InvoiceLine | None = None
    reversed: bool = False
    corrects: InvoiceLine | None = None
    """The line whose price this one puts right: money, not quantity."""
    moves_money: bool = False
    """A price difference, whether or not there is a line to correct."""
    nets: InvoiceLine | None = None
    """The item line whose price this discount line takes part in."""
    discounts: Fraction = Fraction(0)
    """What discount lines take off this item line."""
    before: Fraction | None = None
    cum: Fraction | None = None
    running: Fraction = Fraction(0)
    """As `cum`, without reversed lines and without credits in doubt: what the excess goes by."""
    price_variance: Fraction | None = None
    price_variance_amount: Fraction | None = None
    quantity_variance: Fraction | None = None
    varies: bool = False
    """Some comparison found a variance, tolerated or not."""
    discrepancies: dict[str, Discrepancy] = field(default_factory=dict)
    status: str = ""
    decision: str = ""

    def add(
        self,
        code: str,
        variance: Fraction | None = None,
        tolerance: str | None = None,
        at_risk: Fraction | None = None,
        currency: str | None = None,
        *,
        info: bool = False,
    ) -> None:
        """Give the line a code; what names no other sum puts the line's whole amount at risk."""
        risk = self.amount if at_risk is None else at_risk
        comparable = currency in (None, self.currency)
        if code in CAPPED and comparable and abs(risk) > abs(self.amount):
            risk = abs(self.amount) if risk > 0 else -abs(self.amount)
        info = info or (code in CAPPED and self.amount == 0)
        self.discrepancies[code] = Discrepancy(code, variance, tolerance, risk, currency or self.currency, info)

    @property
    def at_risk(self) -> Fraction | None:
        """The greatest of its codes', of those in the line's own currency."""
        told = [d.at_risk for d in self.discrepancies.values() if d.currency == self.currency]
        return max((risk for risk in told if risk is not None), default=None)

    @property
    def codes(self) -> list[str]:
        return sorted(self.discrepancies)


@dataclass
class Answer:
    """Every input row in its one place, and the verdicts."""

    orders: list[OrderLine] = field(default_factory=list)
    receipts: list[ReceiptLine] = field(default_factory=list)
    factors: dict[int, Fraction] = field(default_factory=dict)
    """Of each receipt that counts (by `id`): order units in one of its units, where that is known."""
    invoices: list[InvoiceLine] = field(default_factory=list)
    left_out: set[tuple[str, Place]] = field(default_factory=set)
    rejects: set[tuple[str, Place]] = field(default_factory=set)
    decisions: dict[tuple[object, ...], str] = field(default_factory=dict)
