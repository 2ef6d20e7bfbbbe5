"""Messages: each discrepancy in one sentence with its numbers, and what would clear it."""

from __future__ import annotations

import polars as pl

from recon.match.classify.wording import (
    AMOUNT_AHEAD,
    AT_RISK,
    BIGGER,
    CHARGE,
    DAYS,
    DETAIL,
    IN_ALL,
    OF_BILLED,
    RECEIPTS,
    SIZE,
    SIZE_OF_MONEY,
    TOO_MANY,
    TOO_MUCH,
    by_rule,
    exact_money,
    item,
    money,
    number,
    order,
    told,
    with_places,
)

MESSAGES: dict[str, tuple[pl.Expr, str]] = {
    "price_variance": (
        pl.format(
            "Price {} for {} is {} {} than the {} of {}: {} on the line; {}",
            number("actual"),
            item(),
            SIZE,
            BIGGER,
            number("expected"),
            order(),
            AT_RISK,
            by_rule(),
        ),
        "a corrected invoice or credit note for the difference, or a changed order price",
    ),
    "quantity_over_received": (
        pl.format(
            "Billed {} of {}{}, received {} ({}): {}; {}",
            number("actual"),
            item(),
            IN_ALL,
            number("expected"),
            RECEIPTS,
            TOO_MANY,
            by_rule(),
        ),
        "the missing goods receipt, or a credit note for the quantity",
    ),
    "not_received": (
        pl.format(
            "Billed {} of {} on {}{}, nothing received: {}{} at risk; {}",
            number("actual"),
            item(),
            order(),
            IN_ALL,
            OF_BILLED,
            AT_RISK,
            by_rule(),
        ),
        "the goods receipt, or a credit note",
    ),
    "quantity_over_accepted": (
        pl.format(
            "Billed {} of {}{}, accepted {} ({}): {}; {}",
            number("actual"),
            item(),
            IN_ALL,
            number("expected"),
            RECEIPTS,
            TOO_MANY,
            by_rule(),
        ),
        "acceptance of the goods, or a credit note for what was rejected",
    ),
    "quantity_over_ordered": (
        pl.format(
            "Billed {} of {}{}, ordered {} on {}: {}; {}",
            number("actual"),
            item(),
            IN_ALL,
            number("expected"),
            order(),
            TOO_MANY,
            by_rule(),
        ),
        "a raised order quantity, or a credit note",
    ),
    "amount_over_ordered": (
        pl.format(
            "Billed {} in all{} against {} ordered on {}: {}; {}",
            money("actual"),
            AMOUNT_AHEAD,
            money("expected"),
            order(),
            TOO_MUCH,
            by_rule(),
        ),
        "a raised order amount, or a credit note",
    ),
    "amount_over_received": (
        pl.format(
            "Billed {} in all{} against {} confirmed as received on {}: {}; {}",
            money("actual"),
            AMOUNT_AHEAD,
            money("expected"),
            order(),
            TOO_MUCH,
            by_rule(),
        ),
        "the missing confirmation of the service, or a credit note",
    ),
    "extension_error": (
        pl.format(
            "Quantity x price comes to {}, the line says {}: {} {}; {}",
            exact_money("expected"),
            exact_money("actual"),
            SIZE_OF_MONEY,
            BIGGER,
            by_rule(),
        ),
        "a corrected invoice",
    ),
    "invoice_total_variance": (
        pl.format(
            "Lines and tax come to {}, the invoice total says {}: {} {}; {}",
            exact_money("expected"),
            exact_money("actual"),
            SIZE_OF_MONEY,
            BIGGER,
            by_rule(),
        ),
        "the missing line, or a corrected invoice",
    ),
    "tax_variance": (
        pl.format(
            "Tax at the order's rate comes to {}, the line says {}: {} {}; {}",
            exact_money("expected"),
            exact_money("actual"),
            SIZE_OF_MONEY,
            BIGGER,
            by_rule(),
        ),
        "a corrected invoice, or the right tax rate on the order",
    ),
    "unplanned_charge": (
        pl.format("A {} of {} that no order planned; {}", told("line_type", "charge"), AT_RISK, by_rule()),
        "a planned charge on the order, or approval by the buyer",
    ),
    "charge_variance": (
        pl.format(
            "{} billed {} in all, {} planned on the order: {} {}; {}",
            CHARGE,
            money("actual"),
            money("expected"),
            money("variance").str.strip_prefix("-"),
            pl.when(pl.col("variance") > 0).then(pl.lit("too much")).otherwise(pl.lit("less")),
            by_rule(),
        ),
        "a changed planned charge, a credit note, or what is still to be billed",
    ),
    "invoice_before_order": (
        pl.format("Invoice of {} is {} before the order of {}", "actual_date", DAYS, "expected_date"),
        "the buyer's word that the order was placed first",
    ),
    "invoice_before_receipt": (
        pl.format("Invoice of {} is {} before the first receipt of {}", "actual_date", DAYS, "expected_date"),
        "nothing to do; for information",
    ),
    "late_delivery": (
        pl.format("Received {}, due {}: {} late", "actual_date", "expected_date", DAYS),
        "nothing to do; for information",
    ),
    "over_delivery": (
        pl.format(
            "Received {} of {}, ordered {}: {} too many, {}; {}",
            number("actual"),
            item(),
            number("expected"),
            SIZE,
            AT_RISK,
            by_rule(),
        ),
        "a raised order, or a return",
    ),
    "under_delivery": (
        pl.format(
            "Received {} of {}, ordered {}: {} missing, {}; {}",
            number("actual"),
            item(),
            number("expected"),
            SIZE,
            AT_RISK,
            by_rule(),
        ),
        "the rest of the delivery, or a closed order line",
    ),
    "no_reference": (pl.lit("No order number is given and no order line suggests itself"), "the order number"),
    "order_not_found": (
        pl.format(
            "Order {} is not among the orders{}",
            told("cited", "?"),
            pl.when(pl.col("detail").is_null())
            .then(pl.lit(""))
            .otherwise(pl.format("; the supplier may mean {}", DETAIL)),
        ),
        "the right order number, or the order",
    ),
    "order_line_not_found": (
        pl.format("Order {} has no line that fits; its lines are {}", told("cited", "?"), DETAIL),
        "the order line or item",
    ),
    "link_ambiguous": (
        pl.format("More than one order line fits and none is chosen: {}", DETAIL),
        "the order line that is meant",
    ),
    "link_suggested": (
        pl.format(
            "No usable order number; {} fits by supplier, item or description, price and date (rule {})",
            order(),
            DETAIL,
        ),
        "the supplier's or buyer's word that this is the order line",
    ),
    "receipt_without_order": (
        pl.format("Receipt cites order {}, which is not there or has no such line", told("cited", "?")),
        "the right order number, or the order",
    ),
    "duplicate_invoice": (
        pl.format("Bills again what {} bills; {} is not to be paid twice", DETAIL, AT_RISK),
        "nothing: it stays set aside",
    ),
    "possible_duplicate": (
        pl.format("May bill again what {} bills: {} at risk", DETAIL, AT_RISK),
        "a look at both invoices",
    ),
    "duplicate_order_line": (
        pl.format("Order line {} stands in the orders more than once", order()),
        "one row for the order line",
    ),
    "currency_mismatch": (
        pl.format("Currencies differ: {}; no price is compared", DETAIL),
        "an invoice in the order's currency, or a changed order",
    ),
    "uom_mismatch": (
        pl.format("Units differ and no conversion is known: {}; neither price nor quantity is compared", DETAIL),
        "a conversion for the two units, or the right unit on each line",
    ),
    "supplier_mismatch": (
        pl.format("Supplier {}; no quantity is compared", DETAIL),
        "the right order number, or a corrected supplier",
    ),
    "supplier_unknown": (
        pl.format("Supplier not known: {}", told("detail", "none is given")),
        "the supplier in the master, or an alias",
    ),
    "supplier_uncertain": (
        pl.format("Supplier not certain: {}", DETAIL),
        "an alias, a VAT id or a supplier id that settles it",
    ),
    "supplier_blocked": (pl.lit("The supplier is blocked in the supplier master"), "the block lifted"),
    "rate_missing": (pl.format("No exchange rate: {}", DETAIL), "the rate"),
    "terms_mismatch": (pl.format("Payment terms differ: {}", DETAIL), "agreed payment terms"),
    "order_closed": (
        pl.format("Invoice of {} is {} after the order line was closed on {}", "actual_date", DAYS, "expected_date"),
        "a reopened order line, or a credit note",
    ),
    "credit_exceeds_invoiced": (
        pl.format("Credits more of {} than was ever invoiced on {}", item(), order()),
        "the invoice it credits",
    ),
    "received_not_invoiced": (
        pl.format(
            "Received {} of {}, invoiced {}: {} to accrue", number("expected"), item(), number("actual"), AT_RISK
        ),
        "the supplier's invoice",
    ),
    "returned_not_credited": (
        pl.format(
            "Goods of {} went back; invoiced {}, kept {}: {} to be credited",
            item(),
            number("actual"),
            number("expected"),
            AT_RISK,
        ),
        "the supplier's credit note",
    ),
    "input_rejected": (
        pl.format("A source row it depends on could not be read or counted: {}", DETAIL),
        "the mended source row",
    ),
}
"""Code -> its sentence over a discrepancy's columns, and what clears it."""
TELL_RECEIPTS = [code for code, (sentence, _) in MESSAGES.items() if "receipt_numbers" in sentence.meta.root_names()]


def with_messages(found: pl.DataFrame) -> pl.DataFrame:
    """Add `message` to discrepancies (with item, description, line_type, cited, receipt_numbers beside them)."""
    if found.is_empty():
        return found.with_columns(pl.lit(None, pl.String).alias("message"))
    parts = with_places(found).partition_by("code", as_dict=True)
    worded = [part.with_columns(_sentence(str(code)).alias("message")) for (code,), part in parts.items()]
    return pl.concat(worded).drop("places")


def _sentence(code: str) -> pl.Expr:
    sentence, cleared_by = MESSAGES[code]
    return pl.format("{}. Clears with: {}.", sentence, pl.lit(cleared_by))
