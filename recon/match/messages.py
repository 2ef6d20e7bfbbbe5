"""Messages: each discrepancy in one sentence with its numbers, and what would clear it."""

from __future__ import annotations

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.tables import NO_CURRENCY

PLACES = sorted(set(MINOR_UNITS.values()))


def plain(column: str) -> pl.Expr:
    """Return a decimal as text in plain notation without trailing zeros."""
    return pl.col(column).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def money(column: str, currency: str = "currency") -> pl.Expr:
    """Return an amount as people read it: half away from zero at the currency's minor unit, with the code."""
    places = pl.col(currency).replace_strict(dict(MINOR_UNITS), default=2, return_dtype=pl.Int64)
    text: pl.Expr = pl.lit(None, pl.String)
    for digits in PLACES:
        rounded = pl.col(column).round(digits, mode="half_away_from_zero").cast(pl.String)
        shown = rounded.str.replace(rf"^(-?[0-9]+\.[0-9]{{{digits}}}).*$", "${1}").str.strip_chars_end(".")
        text = pl.when(places == digits).then(shown).otherwise(text)
    return pl.format("{} {}", text, pl.col(currency).fill_null(NO_CURRENCY))


def _or(column: str, otherwise: str) -> pl.Expr:
    return pl.col(column).fill_null(otherwise)


def _by(column: str = "tolerance") -> pl.Expr:
    named = pl.format("limit {} by rule {}", pl.coalesce(plain("limit"), pl.lit("none")), pl.col(column))
    return (
        pl.when(pl.col(column).is_not_null())
        .then(named)
        .otherwise(pl.format("limit {}, no rule gives another", pl.coalesce(plain("limit"), pl.lit("0"))))
    )


def _item() -> pl.Expr:
    named = pl.format("item {}", pl.col("item"))
    return pl.coalesce(named, pl.format('"{}"', pl.col("description")), pl.lit("this order line"))


def _order() -> pl.Expr:
    return pl.format("order {}/{}", _or("po_number", "?"), _or("po_line", "?"))


AT_RISK = money("amount_at_risk")
RECEIPTS = (
    pl.when(pl.col("receipt_numbers").is_null())
    .then(pl.lit("no receipts"))
    .otherwise(pl.format("receipts {}", "receipt_numbers"))
)
SIGN = pl.coalesce("sign", pl.col("variance").sign().cast(pl.Int8))
BIGGER = pl.when(SIGN > 0).then(pl.lit("more")).otherwise(pl.lit("less"))
SIZE = plain("variance").str.strip_prefix("-")
DETAIL = _or("detail", "")
AHEAD = pl.col("before").fill_null(0) != 0
IN_ALL = pl.when(AHEAD).then(pl.format(" in all, {} before this line", plain("before"))).otherwise(pl.lit(""))
SHARED = pl.col("part") != pl.col("variance")
OF_THEM = pl.when(SHARED).then(pl.format(", {} of them on this line", plain("part"))).otherwise(pl.lit(""))
OF_BILLED = (
    pl.when(pl.col("part") != pl.col("actual"))
    .then(pl.format("{} on this line{}, ", plain("part"), DETAIL))
    .otherwise(pl.lit(""))
)
TOO_MANY = pl.format("{} too many{}{}, {} at risk", plain("variance"), DETAIL, OF_THEM, AT_RISK)
AMOUNT_AHEAD = pl.when(AHEAD).then(pl.format(", {} before this line,", money("before"))).otherwise(pl.lit(""))
OF_IT = pl.when(SHARED).then(pl.format(", {} of it on this line", money("part"))).otherwise(pl.lit(""))
TOO_MUCH = pl.format("{} too much{}{}", money("variance"), DETAIL, OF_IT)
DAYS = pl.format("{} {}", SIZE, pl.when(pl.col("variance").abs() == 1).then(pl.lit("day")).otherwise(pl.lit("days")))

MESSAGES: dict[str, tuple[pl.Expr, str]] = {
    "price_variance": (
        pl.format(
            "Price {} for {} is {} {} than the {} of {}: {} on the line; {}",
            plain("actual"),
            _item(),
            SIZE,
            BIGGER,
            plain("expected"),
            _order(),
            AT_RISK,
            _by(),
        ),
        "a corrected invoice or credit note for the difference, or a changed order price",
    ),
    "quantity_over_received": (
        pl.format(
            "Billed {} of {}{}, received {} ({}): {}; {}",
            plain("actual"),
            _item(),
            IN_ALL,
            plain("expected"),
            RECEIPTS,
            TOO_MANY,
            _by(),
        ),
        "the missing goods receipt, or a credit note for the quantity",
    ),
    "not_received": (
        pl.format(
            "Billed {} of {} on {}{}, nothing received: {}{} at risk; {}",
            plain("actual"),
            _item(),
            _order(),
            IN_ALL,
            OF_BILLED,
            AT_RISK,
            _by(),
        ),
        "the goods receipt, or a credit note",
    ),
    "quantity_over_accepted": (
        pl.format(
            "Billed {} of {}{}, accepted {} ({}): {}; {}",
            plain("actual"),
            _item(),
            IN_ALL,
            plain("expected"),
            RECEIPTS,
            TOO_MANY,
            _by(),
        ),
        "acceptance of the goods, or a credit note for what was rejected",
    ),
    "quantity_over_ordered": (
        pl.format(
            "Billed {} of {}{}, ordered {} on {}: {}; {}",
            plain("actual"),
            _item(),
            IN_ALL,
            plain("expected"),
            _order(),
            TOO_MANY,
            _by(),
        ),
        "a raised order quantity, or a credit note",
    ),
    "amount_over_ordered": (
        pl.format(
            "Billed {} in all{} against {} ordered on {}: {}; {}",
            money("actual"),
            AMOUNT_AHEAD,
            money("expected"),
            _order(),
            TOO_MUCH,
            _by(),
        ),
        "a raised order amount, or a credit note",
    ),
    "amount_over_received": (
        pl.format(
            "Billed {} in all{} against {} confirmed as received on {}: {}; {}",
            money("actual"),
            AMOUNT_AHEAD,
            money("expected"),
            _order(),
            TOO_MUCH,
            _by(),
        ),
        "the missing confirmation of the service, or a credit note",
    ),
    "extension_error": (
        pl.format(
            "Quantity x price comes to {}, the line says {}: {} {}; {}",
            plain("expected"),
            plain("actual"),
            SIZE,
            BIGGER,
            _by(),
        ),
        "a corrected invoice",
    ),
    "invoice_total_variance": (
        pl.format(
            "Lines and tax come to {}, the invoice total says {}: {} {}; {}",
            plain("expected"),
            plain("actual"),
            SIZE,
            BIGGER,
            _by(),
        ),
        "the missing line, or a corrected invoice",
    ),
    "tax_variance": (
        pl.format(
            "Tax at the order's rate comes to {}, the line says {}: {} {}; {}",
            plain("expected"),
            plain("actual"),
            SIZE,
            BIGGER,
            _by(),
        ),
        "a corrected invoice, or the right tax rate on the order",
    ),
    "unplanned_charge": (
        pl.format("A {} of {} that no order planned; {}", _or("line_type", "charge"), AT_RISK, _by()),
        "a planned charge on the order, or approval by the buyer",
    ),
    "charge_variance": (
        pl.format(
            "{} billed {} in all, {} planned on the order: {} {}; {}",
            _or("line_type", "charge"),
            money("actual"),
            money("expected"),
            money("variance").str.strip_prefix("-"),
            pl.when(pl.col("variance") > 0).then(pl.lit("too much")).otherwise(pl.lit("less")),
            _by(),
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
            plain("actual"),
            _item(),
            plain("expected"),
            SIZE,
            AT_RISK,
            _by(),
        ),
        "a raised order, or a return",
    ),
    "under_delivery": (
        pl.format(
            "Received {} of {}, ordered {}: {} missing, {}; {}",
            plain("actual"),
            _item(),
            plain("expected"),
            SIZE,
            AT_RISK,
            _by(),
        ),
        "the rest of the delivery, or a closed order line",
    ),
    "no_reference": (pl.lit("No order number is given and no order line suggests itself"), "the order number"),
    "order_not_found": (
        pl.format(
            "Order {} is not among the orders{}",
            _or("cited", "?"),
            pl.when(pl.col("detail").is_null())
            .then(pl.lit(""))
            .otherwise(pl.format("; the supplier may mean {}", DETAIL)),
        ),
        "the right order number, or the order",
    ),
    "order_line_not_found": (
        pl.format("Order {} has no line that fits; its lines are {}", _or("cited", "?"), DETAIL),
        "the order line or item",
    ),
    "link_ambiguous": (
        pl.format("More than one order line fits and none is chosen: {}", DETAIL),
        "the order line that is meant",
    ),
    "link_suggested": (
        pl.format(
            "No usable order number; {} fits by supplier, item or description, price and date (rule {})",
            _order(),
            DETAIL,
        ),
        "the supplier's or buyer's word that this is the order line",
    ),
    "receipt_without_order": (
        pl.format("Receipt cites order {}, which is not there or has no such line", _or("cited", "?")),
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
        pl.format("Order line {} stands in the orders more than once", _order()),
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
        pl.format("Supplier not known: {}", _or("detail", "none is given")),
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
        pl.format("Credits more of {} than was ever invoiced on {}", _item(), _order()),
        "the invoice it credits",
    ),
    "received_not_invoiced": (
        pl.format("Received {} of {}, invoiced {}: {} to accrue", plain("expected"), _item(), plain("actual"), AT_RISK),
        "the supplier's invoice",
    ),
    "returned_not_credited": (
        pl.format(
            "Goods of {} went back; invoiced {}, kept {}: {} to be credited",
            _item(),
            plain("actual"),
            plain("expected"),
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
    parts = found.partition_by("code", as_dict=True)
    return pl.concat([part.with_columns(_sentence(str(code)).alias("message")) for (code,), part in parts.items()])


def _sentence(code: str) -> pl.Expr:
    sentence, cleared_by = MESSAGES[code]
    return pl.format("{}. Clears with: {}.", sentence, pl.lit(cleared_by))
