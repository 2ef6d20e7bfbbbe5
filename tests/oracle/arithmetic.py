"""The invoice's own arithmetic: extension, total, net, and tax, line by line and of the document."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import values
from tests.oracle.limits import decide, seen_by_when
from tests.oracle.lines import InvoiceLine
from tests.oracle.orders import share
from tests.oracle.prices import signed_side

NOTHING = Fraction(0)
USUAL_CEILING = 27


@dataclass(frozen=True)
class Finding:
    """How far a sum is from what was expected, and by which tolerance that is too far."""

    variance: Fraction
    tolerance: str | None


def too_far(
    line: InvoiceLine, rules: Rules, measure: str, expected: Fraction, actual: Fraction, default: Fraction
) -> Finding | None:
    variance = actual - expected
    if variance == 0:
        return None
    line.varies = True
    side = decide(rules, measure, signed_side(variance), seen_by_when(line, line.order), default)
    return Finding(variance, side.name) if side.beyond(variance, expected) else None


def extension(line: InvoiceLine, rules: Rules) -> None:
    if line.expected_amount is None:
        return
    default = max(values.minor_unit(line.currency), line.printed_step)
    found = too_far(line, rules, "extension", line.expected_amount, line.amount, default)
    if found:
        line.add("extension_error", found.variance, found.tolerance, found.variance)


def rate_of(line: InvoiceLine) -> Fraction | None:
    """The order's rate, else the line's own."""
    rate = line.row.get("tax_rate") if line.agreed_rate is None else line.agreed_rate
    return None if rate is None else share(Fraction(rate))


@dataclass(frozen=True)
class Sums:
    """What a document's lines (not set aside) come to; `told` is the tax that lines tell of, None where they do not."""

    document: list[InvoiceLine]

    @property
    def goods(self) -> list[InvoiceLine]:
        return [x for x in self.document if x.kind != "tax"]

    @property
    def net(self) -> Fraction:
        return sum((x.amount for x in self.goods), NOTHING)

    @property
    def told(self) -> Fraction | None:
        taxes = [x.amount for x in self.document if x.kind == "tax"]
        taxes += [x.tax_amount for x in self.document if x.tax_amount is not None]
        return sum(taxes, NOTHING) if taxes else None

    @property
    def expected(self) -> Fraction | None:
        """Rates x amounts, where all rates are known."""
        taxed = [x for x in self.goods if x.amount != 0]
        rates = [rate_of(x) for x in taxed]
        if None in rates:
            return None
        return sum((x.amount * (rate or NOTHING) for x, rate in zip(taxed, rates, strict=True)), NOTHING)

    def billed(self, line: InvoiceLine) -> Fraction | None:
        """The tax in whatever form it is billed, by this line's header; None where none is."""
        if line.invoice_tax is not None:
            return line.invoice_tax
        if self.told is not None:
            return self.told
        return line.invoice_total - self.net if line.invoice_total is not None and self.above(line) else None

    def above(self, line: InvoiceLine) -> bool:
        """The total is above the lines, as a credit note's is below."""
        total = line.invoice_total or NOTHING
        return total > self.net >= 0 or total < self.net < 0

    def counts_all(self, line: InvoiceLine) -> bool:
        """Net or total is what all the lines come to."""
        unit = values.minor_unit(line.currency)
        if line.invoice_net is not None and abs(line.invoice_net - self.net) <= unit:
            return True
        tax = (line.invoice_tax if line.invoice_tax is not None else self.told) or NOTHING
        return line.invoice_total is not None and abs(line.invoice_total - self.net - tax) <= unit


def document_codes(document: list[InvoiceLine], rules: Rules) -> None:
    """Total and tax of one document: on each line that fails, at risk on the first of them.

    `document`: its lines that are not set aside, in the order of allocation.
    """
    sums = Sums(document)
    at_risk = False
    for line in document:
        found = total(line, sums, rules)
        if found:
            line.add("invoice_total_variance", found.variance, found.tolerance, NOTHING if at_risk else found.variance)
            at_risk = True
    whole = {id(line): document_tax(line, sums, rules) for line in document}
    first = next((line for line in document if whole[id(line)]), None)
    for line in document:
        found = [f for f in (line_tax(line, rules), whole[id(line)]) if f]
        if not whole[id(line)]:
            unproven(line, sums, rules)
        if found:
            told = max(found, key=lambda f: abs(f.variance)) if line is first else found[0]
            line.add("tax_variance", told.variance, told.tolerance, told.variance if first in (line, None) else NOTHING)


def total(line: InvoiceLine, sums: Sums, rules: Rules) -> Finding | None:
    unit = values.minor_unit(line.currency)
    found = None
    tax = line.invoice_tax if line.invoice_tax is not None else sums.told
    if line.invoice_total is not None and (tax is not None or not sums.above(line)):
        found = too_far(line, rules, "total", sums.net + (tax or NOTHING), line.invoice_total, unit)
    if found is None and line.invoice_net is not None:
        found = too_far(line, rules, "total", sums.net, line.invoice_net, unit)
    return found


def line_tax(line: InvoiceLine, rules: Rules) -> Finding | None:
    rate = rate_of(line)
    if rate is None or line.tax_amount is None:
        return None
    return too_far(line, rules, "tax", line.amount * rate, line.tax_amount, values.minor_unit(line.currency))


def document_tax(line: InvoiceLine, sums: Sums, rules: Rules) -> Finding | None:
    """The worst of: rates against what is billed, lines against the header, and the ceiling."""
    billed, expected = sums.billed(line), sums.expected
    limit = values.minor_unit(line.currency) * len(sums.document)
    found = [against_header(line, sums, rules)]
    if billed is not None and expected is not None:
        found.append(too_far(line, rules, "tax", expected, billed, limit))
    most = getattr(rules, "tax_ceiling", USUAL_CEILING)
    ceiling = Fraction(most or 0) / 100 * sums.net
    if billed is not None and most is not None and abs(billed) > abs(ceiling):
        line.varies = True
        found.append(Finding(billed - (ceiling if expected is None else expected), None))
    return max((f for f in found if f), key=lambda f: abs(f.variance), default=None)


def against_header(line: InvoiceLine, sums: Sums, rules: Rules) -> Finding | None:
    if line.invoice_tax is None or sums.told is None:
        return None
    limit = values.minor_unit(line.currency) * len(sums.document)
    return too_far(line, rules, "tax", sums.told, line.invoice_tax, limit)


def unproven(line: InvoiceLine, sums: Sums, rules: Rules) -> None:
    """Tax is billed, and no rate on either side says why; info where the invoice's own rates do."""
    if not sums.billed(line):
        return
    taxed = [x for x in sums.goods if x.amount != 0]
    if sums.expected is None:
        taxed = [x for x in sums.document if x.tax_amount]
        agree = sums.told is not None and against_header(line, sums, rules) is None
        if not agree or any(x.kind == "tax" for x in sums.document) or any(rate_of(x) is None for x in taxed):
            line.add("tax_unproven")
            return
    if any(x.agreed_rate is None for x in taxed):
        line.add("tax_unproven", info=True)
