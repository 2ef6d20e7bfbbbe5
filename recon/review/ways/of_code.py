"""Which changes could clear which code: a paper, a corrected figure, another fact, or another limit."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from recon.review.figures import HUNDREDTH, PRECISE, number, step_of
from recon.review.ways import by_fact, by_figure, by_paper
from recon.review.ways.way import Way
from recon.rules.rule import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from recon.review.ways.way import Change
    from recon.review.worlds import Row, World

_LIMITS = {
    "price_variance": "price",
    "quantity_over_received": "quantity_received",
    "not_received": "quantity_received",
    "quantity_over_accepted": "quantity_accepted",
    "quantity_over_ordered": "quantity_ordered",
    "amount_over_ordered": "amount",
    "amount_over_received": "amount",
    "extension_error": "extension",
    "invoice_total_variance": "total",
    "tax_variance": "tax",
    "charge_variance": "charge",
    "unplanned_charge": "charge",
    "invoice_before_order": "date",
    "invoice_before_receipt": "date",
    "late_delivery": "date",
    "over_delivery": "delivery",
    "under_delivery": "delivery",
}
"""Code -> the measure whose limit decides it."""
_RELATIVE = ("price", "quantity_received", "quantity_accepted", "quantity_ordered", "amount", "delivery")
_OF: Mapping[str, tuple[Callable[[World, Row, Row], Iterator[Way | Change]], ...]] = {
    "price_variance": (by_figure.prices, by_paper.credit_of_money),
    "quantity_over_received": (by_paper.receipt, by_paper.credit),
    "not_received": (by_paper.receipt, by_paper.credit),
    "quantity_over_accepted": (by_paper.receipt, by_paper.credit),
    "quantity_over_ordered": (by_paper.credit, by_paper.order),
    "amount_over_received": (by_paper.receipt, by_paper.credit_of_money),
    "amount_over_ordered": (by_paper.credit_of_money, by_paper.order),
    "extension_error": (by_figure.figure("amount", "an amount"),),
    "invoice_total_variance": (
        by_figure.total("invoice_total", "an invoice total"), by_figure.total("invoice_net", "an invoice net"),
    ),
    "tax_variance": (by_figure.figure("tax_amount", "tax"), by_figure.total("invoice_tax", "an invoice tax")),
    "charge_variance": (by_figure.figure("amount", "a charge", "quantity", "unit_price"), by_paper.credit_of_money),
    "unplanned_charge": (by_figure.figure("amount", "a charge", "quantity", "unit_price"), by_paper.credit_of_money),
    "prepayment_over_ordered": (by_paper.credit_of_money,),
    "prepayment_not_deducted": (by_paper.deducted,),
    "retention_over_released": (by_figure.figure("amount", "a release", "quantity", "unit_price"), by_paper.credit_of_money),
    "credit_exceeds_invoiced": (by_paper.invoice,),
    "under_delivery": (by_paper.receipt,),
    "over_delivery": (by_paper.goods_back,),
    "received_not_invoiced": (by_paper.invoice,),
    "returned_not_credited": (by_paper.credit_of_order,),
    "goods_rejected": (by_paper.accepted_goods,),
    "duplicate_order_line": (by_fact.one_row,),
    "order_contradicts_itself": (by_fact.order_as("an order line with a price and no amount", amount=None),),
    "order_closed": (by_fact.order_as("a reopened order line", closed=False, closed_date=None),),
    "order_not_found": (by_fact.candidates,),
    "order_line_not_found": (by_fact.candidates,),
    "no_reference": (by_fact.candidates,),
    "link_ambiguous": (by_fact.candidates,),
    "link_suggested": (by_fact.candidates,),
    "item_mismatch": (by_fact.from_order("item", "item"), by_fact.candidates),
    "supplier_mismatch": (
        by_fact.candidates, by_fact.from_order("supplier_id", "supplier", "supplier_name", "supplier_vat_id", "iban"),
    ),
    "currency_mismatch": (by_fact.from_order("currency", "currency"),),
    "uom_mismatch": (by_fact.from_order("uom", "unit"),),
    "terms_mismatch": (by_fact.order_as("the supplier's payment terms on the order", payment_terms=None),),
    "currency_mixed": (by_fact.one_currency,),
    "rate_missing": (by_fact.rate,),
    "supplier_unknown": (by_fact.named_supplier,),
    "supplier_uncertain": (by_fact.named_supplier,),
    "supplier_blocked": (by_fact.unblocked,),
    "bank_details_differ": (by_fact.account,),
    "tax_unproven": (by_figure.rate_of_tax,),
    "quantity_missing": (by_figure.quantity,),
    "possible_duplicate": (by_fact.other_bill,),
    "input_rejected": (by_fact.mended,),
}  # fmt: skip
"""Code -> the changes tried; what has none is not cleared by one (a duplicate stays set aside)."""


def ways(world: World, finding: Row, row: Row) -> Iterator[Way | Change]:
    """Yield the changes that are worth trying on a row (of invoice, order or receipt lines), the likeliest first."""
    for of in _OF.get(finding["code"], ()):
        yield from of(world, finding, row)
    measure = _LIMITS.get(finding["code"])
    if measure and finding["variance"]:
        yield from _limits(world, measure, abs(finding["variance"]), number(finding["expected"]))


def _limits(world: World, measure: str, variance: Decimal, expected: Decimal | None) -> Iterator[Way | Change]:
    if measure in _RELATIVE and expected:
        share = PRECISE.divide(variance * 100, abs(expected))
        guess = share.quantize(HUNDREDTH, rounding=ROUND_CEILING, context=PRECISE)
        yield Way("a limit of {} %", HUNDREDTH, guess, lambda value: world.tolerated(measure, Limit(percent=value)))
    else:
        step = Decimal(1) if measure == "date" else step_of(variance)
        told = "a limit of {} days" if measure == "date" else "a limit of {}"
        yield Way(told, step, variance, lambda value: world.tolerated(measure, Limit(absolute=value)))
