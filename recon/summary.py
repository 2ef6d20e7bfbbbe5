"""The summary: the totals that people read first, added up from the published frames and ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import added, amounts, balance, places
from recon.exact import Exact, exact_sum, group_sums, in_parts, quotient
from recon.match.bridge import PARTS
from recon.tables import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from recon.match.normalise import Normalised
    from recon.tables import Sources

DECISIONS = ("pay", "review", "hold")
RATE_PLACES = 10


def plain(number: Decimal) -> str:
    """Return a decimal in plain notation without trailing zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


@dataclass(frozen=True)
class Came:
    """What came in, counted before the match takes the lines: the summary's inputs, and what is to be conserved."""

    inputs: dict[str, Any]
    places: dict[str, pl.DataFrame]
    amounts: dict[str, Decimal]


def count(sources: Sources, normal: Normalised) -> Came:
    """Count what was read, and add up the amounts of the invoice lines that are to be matched."""
    return Came(_inputs(sources, normal), places(sources), amounts(normal.invoice_lines, "currency_read"))


def summarise(came: Came, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return the summary of SPEC 6; `invoice_lines` have `currency_read` beside them."""
    return {
        "inputs": came.inputs,
        "invoices": _decided(frames["invoices"]),
        "invoice_lines": _decided(frames["invoice_lines"]),
        "discrepancies": _by_code(frames["discrepancies"]),
        "amount_at_risk": _at_risk(frames["invoice_lines"]),
        "received_not_invoiced": _worded(_sums(frames["order_lines"], "received_not_invoiced_amount")),
        "first_pass_match_rate": _first_pass(frames["invoices"]),
        "conservation": _conservation(came, frames),
        "rejects": frames["rejects"].height,
        "left_out": frames["left_out"].height,
        "bridge": _bridge(frames["bridge"]),
    }


def _worded(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: plain(amount) for currency, amount in sums.items()}


def _sums(frame: pl.DataFrame, column: str) -> dict[str, Decimal]:
    return amounts(frame.select(pl.col(column).alias("amount"), "currency").filter(pl.col("amount") != 0))


def _inputs(sources: Sources, normal: Normalised) -> dict[str, Any]:
    tables = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}
    counted = {}
    for name, table in tables.items():
        frame = getattr(sources, table)
        read_rejects = sources.rejects.filter(pl.col("table") == table)
        rejects = normal.rejects.filter(pl.col("table") == table)
        counted[name] = {
            "rows": frame.height + read_rejects.height,
            "rejects": rejects.height,
            "left_out": normal.left_out.filter(pl.col("table") == table).height,
            "amount": _worded(added(_valued(frame, rejects), amounts(read_rejects))),
        }
    for name in ("suppliers", "conversions", "rates"):
        frame = getattr(sources, name)
        rejects = sources.rejects.filter(pl.col("table") == name)
        if frame.height + rejects.height:
            counted[name] = {
                "rows": frame.height + rejects.height,
                "rejects": rejects.height,
                "left_out": 0,
                "amount": {},
            }
    return counted


def _valued(frame: pl.DataFrame, rejects: pl.DataFrame) -> dict[str, Decimal]:
    """Return the sums of amounts as read; where a line gives none, of quantity x unit price / price unit.

    A reject without an amount has none: it may be one because its product is no amount.
    """
    if "amount" not in frame.columns:
        return {}
    given = pl.col("amount").is_not_null()
    open_rows = frame.filter(~given).join(rejects, on=["source", "row"], how="anti").with_row_index("_row")
    products = in_parts(open_rows.with_columns(pl.col("_row").cast(pl.Int64)), "_row", _product)
    return added(amounts(frame.filter(given)), amounts(products))


def _product(frame: pl.DataFrame) -> pl.DataFrame:
    product = Exact.of(frame["quantity"]) * Exact.of(frame["unit_price"])
    return frame.with_columns(quotient(product, Exact.of(frame["price_unit"]).fill(1)).alias("amount"))


def _decided(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    keyed = frame.with_columns(pl.col("currency").fill_null(NO_CURRENCY))
    counts = keyed.group_by("decision", "currency").agg(pl.len().alias("count"))
    sums = group_sums(keyed, ["decision", "currency"], "amount")
    rows = counts.join(sums, on=["decision", "currency"]).sort("decision", "currency").to_dicts()
    return {
        decision: {
            row["currency"]: {"count": row["count"], "amount": plain(row["amount"])}
            for row in rows
            if row["decision"] == decision
        }
        for decision in DECISIONS
    }


def _by_code(found: pl.DataFrame) -> dict[str, dict[str, Any]]:
    keyed = found.with_columns(pl.col("currency").fill_null(NO_CURRENCY), pl.col("amount_at_risk").fill_null(0))
    by = ["code", "currency"]
    counts = keyed.group_by(by).agg(pl.len().alias("count"))
    rows = counts.join(group_sums(keyed, by, "amount_at_risk"), on=by).sort(by).to_dicts()
    summed: dict[str, dict[str, Any]] = {}
    for row in rows:
        at_risk = plain(row["amount_at_risk"])
        summed.setdefault(row["code"], {})[row["currency"]] = {"count": row["count"], "amount_at_risk": at_risk}
    return summed


def _at_risk(lines: pl.DataFrame) -> dict[str, str]:
    return _worded(_sums(lines, "amount_at_risk"))


def _first_pass(invoices: pl.DataFrame) -> str | None:
    if invoices.is_empty():
        return None
    paid = invoices.filter(pl.col("decision") == "pay").height
    rate = quotient(Exact.of(pl.Series([paid])), Exact.of(pl.Series([invoices.height])))
    return plain(exact_sum(rate))


def _conservation(came: Came, frames: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, str]]:
    beside = [frames[name].filter(pl.col("table") == "invoice_lines") for name in ("rejects", "left_out")]
    kept = [amounts(part) for part in beside]
    read = added(came.amounts, *kept)
    placed = added(amounts(frames["invoice_lines"], "currency_read"), *kept)
    return {c: _worded(sides) for c, sides in balance(read, placed).items()}


def _bridge(frame: pl.DataFrame) -> dict[str, dict[str, str]]:
    columns = ("expected", *PARTS, "invoiced")
    sums = group_sums(frame.with_columns(pl.col("currency").fill_null(NO_CURRENCY)), ["currency"], *columns)
    rows = sums.sort("currency").iter_rows(named=True)
    return {row["currency"]: {c: plain(row[c]) for c in columns} for row in rows}
