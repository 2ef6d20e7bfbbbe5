"""Tax: line by line and of each document, against the agreed rates, the header's word and the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import among, constant, only, surely, where, with_columns_of
from recon.engine.parts import in_parts
from recon.kinds import PRICE
from recon.match.compare.document_sums import IS_TAX, RATE, TAXED
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.compare.measured import Measured, amounts, measured_findings, of_column, of_fraction
from recon.match.limits import minor_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from recon.rules.rule import Tolerance

CODE = "tax_variance"
A_LINE = minor_unit()
OF_CEILING = ("line_id", "billed_num", "net_num", "document_den", "tax_num", "tax_expected", "tax_billed", "source", "row")  # fmt: skip
OF_RATES = ("line_id", "invoice_id", "line_type", "amount", "tax_amount", "tax_rate", "order_tax_rate", "tax_told", "tax_billed", "tax_expected")  # fmt: skip
OF_ALL_LINES = minor_unit() * pl.col("document_lines").cast(pl.Decimal(18, 0))


def tax_findings(lines: pl.DataFrame, tolerances: Sequence[Tolerance], ceiling: Decimal | None) -> pl.DataFrame:
    """Return `tax_variance` and `tax_unproven` of lines with their document's sums.

    What is wrong with a document stands on each of its lines that fails, and is at risk once, on the first of them.
    """
    of_lines = _of_lines(lines, tolerances)
    of_header = _against_header(lines, tolerances)
    of_documents = all_found([of_header, _against_rates(lines, tolerances), _above_ceiling(lines, ceiling)])
    beyond, wrong = (where(found, found["beyond"]) for found in (of_lines, of_documents))
    told = _once(beyond, wrong, lines)
    both = all_found([of_lines, of_documents])
    return all_found([told, where(both, ~both["beyond"]), _unproven(lines, of_header, of_documents)])


def _of_lines(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold each line's tax amount against its rate x amount."""

    def expected(part: pl.DataFrame) -> tuple[Exact, Exact]:
        rate, (amount, per) = Exact.either(part["order_tax_rate"], part["tax_rate"]), amounts(part)
        one = Exact.ones(part.height)
        return rate * amount, (one * 100).where(~(one > abs(rate)), one) * per

    known = pl.col("tax_amount").is_not_null() & RATE.is_not_null() & pl.col("amount").is_not_null()
    columns = (
        "order_tax_rate",
        "tax_rate",
        "quantity",
        "unit_price",
        "price_unit",
        "price_num",
        "amount_num",
        "price_den",
        "endless",
    )
    what = Measured("tax", CODE, "tax_amount", columns, expected, A_LINE)
    return measured_findings(lines, known, what, tolerances)


def _against_header(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold the header's tax against what the lines tell of."""
    known = pl.col("invoice_tax").is_not_null() & pl.col("tax_told").is_not_null()
    what = Measured("tax", CODE, "invoice_tax", ("tax_told", "document_lines"), of_column("tax_told"), OF_ALL_LINES)
    return measured_findings(lines, known, what, tolerances)


def _against_rates(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold the tax that is billed, in whatever form, against rates x amounts."""
    known = pl.col("tax_billed").is_not_null() & pl.col("tax_expected").is_not_null()
    columns = ("tax_num", "billed_num", "document_den", "document_lines")
    expected, billed = (of_fraction(c, "document_den") for c in ("tax_num", "billed_num"))
    what = Measured("tax", CODE, "tax_billed", columns, expected, OF_ALL_LINES, exactly=billed)
    return measured_findings(lines, known, what, tolerances)


def _above_ceiling(lines: pl.DataFrame, ceiling: Decimal | None) -> pl.DataFrame:
    """Return lines of documents whose tax is past the share of their lines that no tax is above, whatever is tolerated."""
    if ceiling is None:
        return no_findings()
    if lines["tax_billed"].null_count() == lines.height:
        return no_findings()
    billed = where(lines[[*OF_CEILING]], lines["tax_billed"].is_not_null())
    share = billed.hstack([constant(ceiling, billed.height, PRICE).alias("_ceiling")])
    return in_parts(share, "line_id", _past, unbounded=True)


def _past(lines: pl.DataFrame) -> pl.DataFrame:
    billed, net, den = (Exact.of(lines[c]) for c in ("billed_num", "net_num", "document_den"))
    whole = billed * 100, net * Exact.of(lines["_ceiling"]), den * 100
    past = surely(abs(whole[0]) > abs(whole[1]))
    if not past.any():  # as of most ledgers: nothing is to be divided
        return no_findings()
    lines, (hundredfold, most, parts) = lines.filter(past), (each.filter(past) for each in whole)
    rated = Exact.of(lines["tax_num"]) * 100
    expected = rated.where(lines["tax_expected"].is_not_null(), most)
    shown = lines.with_columns(
        quotient(most, parts).alias("_most"),
        quotient(expected, parts).alias("_expected"),
        quotient(hundredfold - expected, parts).alias("_variance"),
    )
    variance = pl.col("_variance")
    return findings(
        shown,
        "invoice",
        "line_id",
        CODE,
        measure="tax",
        expected=pl.col("_expected"),
        actual=pl.col("tax_billed"),
        variance=variance,
        limit=pl.col("_most").abs(),
        amount_at_risk=variance,
    )


def _once(of_lines: pl.DataFrame, of_documents: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return one finding a line: its own, or its document's; the document's is at risk on its first line only."""
    if of_lines.is_empty() and of_documents.is_empty():
        return no_findings()
    size = pl.col("variance").abs()
    worst = of_documents.sort(size, descending=True, maintain_order=True).unique(
        "id", keep="first", maintain_order=True
    )
    places = lines.select(pl.col("line_id").alias("id"), "invoice_id")
    placed = with_columns_of(worst, places, "id")
    first = placed.group_by("invoice_id").agg(pl.col("id").min().alias("first"))
    told = with_columns_of(with_columns_of(pl.concat([of_lines, worst]), places, "id"), first, "invoice_id")
    on_first = pl.col("id") == pl.col("first")
    ranked = told.with_columns(pl.when(on_first).then(size).alias("_size"))  # elsewhere a line's own stands first
    chosen = ranked.sort("_size", descending=True, maintain_order=True).unique("id", keep="first", maintain_order=True)
    once = pl.col("first").is_null() | on_first
    at_risk = pl.when(once).then("variance").otherwise(0).alias("amount_at_risk")
    return chosen.with_columns(at_risk).select(no_findings().columns)


def _unproven(lines: pl.DataFrame, of_header: pl.DataFrame, of_documents: pl.DataFrame) -> pl.DataFrame:
    """Return `tax_unproven` where tax is billed that no rate explains; only told where the invoice's own rate does."""
    silent = lines["tax_expected"].is_null() | lines["order_tax_rate"].is_null()
    if not silent.any():
        return no_findings()
    asked = where(only(lines, [*OF_RATES]), among("invoice_id", lines["invoice_id"].filter(silent).unique()))
    beyond = (found["id"].filter(found["beyond"]) for found in (of_documents, of_header))
    of_document, header_off = (among("line_id", ids) for ids in beyond)
    taxed = pl.col("tax_amount").fill_null(0) != 0
    no_order_rate = pl.col("order_tax_rate").is_null()
    known = pl.col("tax_expected").is_not_null()
    over = asked.with_columns(
        IS_TAX.any().over("invoice_id").alias("_tax_lines"),
        (taxed & RATE.is_null()).any().over("invoice_id").alias("_unrated"),
        (taxed & no_order_rate).any().over("invoice_id").alias("_own_taxed"),
        (TAXED & no_order_rate).any().over("invoice_id").alias("_own"),
        header_off.alias("_header_off"),
    )
    unknown = pl.col("tax_told").is_null() | pl.col("_header_off") | pl.col("_tax_lines") | pl.col("_unrated")
    own = pl.when(known).then("_own").otherwise("_own_taxed")
    open_ = ~known & unknown
    found = over.filter((pl.col("tax_billed") != 0).fill_null(value=False) & ~of_document & (open_ | own))
    return findings(
        found,
        "invoice",
        "line_id",
        "tax_unproven",
        measure="tax",
        actual=pl.col("tax_billed"),
        expected=pl.col("tax_expected"),
        amount_at_risk=pl.col("amount"),
        info=pl.when(~open_).then(pl.lit(value=True)),
    )
