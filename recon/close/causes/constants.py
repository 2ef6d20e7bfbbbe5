"""What a constant ratio means: a unit, a price unit, tax within the price, a file's number format, or no more than that."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.facts import SCOPE, who
from recon.close.causes.mend import conversion, is_one_of, literal, patch
from recon.close.causes.price_lists import since_when
from recon.close.causes.ratios import SHARE, fits, fitting
from recon.close.causes.suspect import Suspect, findings_on
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.close.causes.mend import Mend
    from recon.close.causes.suspect import Judged

CODES = ("price_variance", "extension_error", "uom_mismatch")
PRICE_UNITS = (10, 100, 1000)
FILE_FACTS, FILE_SHARE, FILE_SUPPLIERS = 20, Fraction(19, 20), 3
Row = dict[str, Any]


def ratio_suspects(lines: pl.DataFrame, done: Judged) -> Iterator[Suspect]:
    """Yield what constant ratios tell, by supplier and currency, and by file. `lines` are those of `priced_lines`."""
    taxes = {Fraction(rate) / 100 for rate in _rates(lines)}
    for row in fitting(lines, SCOPE, taxes).sort(*SCOPE, nulls_last=True).iter_rows(named=True):
        mine = _matching(lines.filter(*(pl.col(c).eq_missing(pl.lit(row[c])) for c in SCOPE)), row)
        yield from _told(row, mine, done)
    for row in fitting(lines.with_columns(file="source"), ("file",), ()).sort("file").iter_rows(named=True):
        mine = _matching(lines.filter(source=row["file"]), row)
        if _is_file(row, mine):
            yield _number_format(row, mine, done)


def _rates(lines: pl.DataFrame) -> list[Decimal]:
    both = pl.concat([lines["ordered_tax"], lines["tax_rate"]])
    return both.filter(both > 0).unique().sort().to_list()


def _matching(lines: pl.DataFrame, row: Row) -> pl.DataFrame:
    """Return the lines with `fits`, `informative` and `equal` for the ratio of `row`."""
    tried = lines.with_columns(top=pl.lit(row["top"]), bottom=pl.lit(row["bottom"]))
    return tried.with_columns(fits(tried)).drop("top", "bottom")


def _told(row: Row, lines: pl.DataFrame, done: Judged) -> Iterator[Suspect]:
    fitting_lines = lines.filter("fits")
    found = findings_on(done.discrepancies, fitting_lines, CODES)
    if found.is_empty():
        return
    ratio = Fraction(row["top"], row["bottom"])
    meaning = _meaning(row, ratio, fitting_lines)
    if meaning is None:
        yield _plain(row, ratio, lines, found)
        return
    kind, said, confirmed, mend = meaning
    doubtful = len(row["known_ratios"] or []) > 1
    yield Suspect(
        kind,
        f"{who(fitting_lines)} {said}",
        findings=found,
        mend=None if doubtful else mend,
        confirmed_by=confirmed,
        **_figures(row, ratio, fitting_lines),
    )


def _figures(row: Row, ratio: Fraction, lines: pl.DataFrame) -> Mapping[str, Any]:
    others = [Fraction(each["top"], each["bottom"]) for each in row["known_ratios"] or []]
    return {
        "scope": _scope(row),
        "company": row.get("company"),
        "supplier_id": row.get("supplier_id"),
        "constant": decimal(ratio),
        "facts": row["facts"],
        "lines": lines.height,
        "invoices": row["invoices"],
        "share": decimal(Fraction(row["facts"], row["informative"])),
        "alternatives": tuple(f"{decimal(other):f}" for other in others if other != ratio),
    }


def _scope(row: Row) -> str:
    return ", ".join(f"{name} {row[name]}" for name in (*SCOPE, "file") if row.get(name) is not None)


def _meaning(row: Row, ratio: Fraction, lines: pl.DataFrame) -> tuple[str, str, str | None, Mend | None] | None:
    """Return kind, words, what confirms it and what would mend it; None where the ratio is no more than one."""
    if row["from_uom"] is not None or row["to_uom"] is not None:
        return _unit_between(row, ratio, lines)
    whole = ratio if ratio > 1 else 1 / ratio
    if whole in PRICE_UNITS and not _inverse_quantities(ratio, lines):
        return _price_unit(row, ratio, int(whole), lines)
    if whole.denominator == 1 and row["known"] and _inverse_quantities(ratio, lines):
        return _unit_within(row, ratio, int(whole), lines)
    if ratio > 1 and (ratio - 1) * 100 in {Fraction(rate) for rate in _rates(lines)}:
        return _gross(row, ratio, lines)
    return None


def _inverse_quantities(ratio: Fraction, lines: pl.DataFrame) -> bool:
    """Return whether most quantities, times the ratio, are what was ordered or received."""
    turned = pl.col("quantity") * pl.lit(Decimal(ratio.numerator))
    there = [turned == pl.col(c) * pl.lit(Decimal(ratio.denominator)) for c in ("ordered", "received")]
    hits = lines.select(pl.any_horizontal(there).fill_null(value=False).sum()).item()
    return bool(hits >= SHARE * lines.height)


def _unit_between(row: Row, ratio: Fraction, lines: pl.DataFrame) -> tuple[str, str, str | None, Mend | None]:
    new, old, whole = row["from_uom"], row["to_uom"], ratio if ratio > 1 else 1 / ratio
    said = f"bills in {new or 'no unit'} what is ordered in {old or 'none'}, at {decimal(ratio):f} times the price"
    mend = None
    if new and old and whole.denominator == 1 and row["supplier_id"]:
        pair = (new, old) if ratio > 1 else (old, new)
        mend = conversion(row["supplier_id"], *pair, int(whole))
    turned = "quantities are the inverse" if _inverse_quantities(ratio, lines) else "the units differ"
    return "unit", said, turned, mend


def _unit_within(row: Row, ratio: Fraction, whole: int, lines: pl.DataFrame) -> tuple[str, str, str, Mend | None]:
    more, less = ("multiply", "divide") if ratio > 1 else ("divide", "multiply")
    said = f"bills {'' if ratio > 1 else 'a '}{decimal(ratio):f} times the order's price and the inverse of its quantity: another unit is meant"
    does: dict[str, Any] = {more: {"quantity": Decimal(whole)}, less: {"unit_price": Decimal(whole)}}
    return "unit", said, "quantities are the inverse", of_supplier("unit", row, lines, **does)


def _price_unit(row: Row, ratio: Fraction, whole: int, lines: pl.DataFrame) -> tuple[str, str, str | None, Mend | None]:
    if ratio > 1:
        said = f"bills prices per {whole:,} and does not say so"
        mend = of_supplier("price unit", row, lines, "price_unit is null", set={"price_unit": Decimal(whole)})
        absent = lines["given_per"].is_null().all()
        return "price_unit", said, "no price unit on the invoices" if absent else None, mend if absent else None
    said = f"is ordered from at prices per {whole:,}, and the orders do not say so"
    absent = lines["ordered_given_per"].is_null().all()
    mend = _of_orders(row, lines, Decimal(whole)) if absent else None
    return "price_unit", said, "no price unit on the orders" if absent else None, mend


def _gross(row: Row, ratio: Fraction, lines: pl.DataFrame) -> tuple[str, str, str | None, Mend | None]:
    percent = decimal((ratio - 1) * 100)
    totals = lines.filter(pl.col("invoice_total").is_not_null())
    sums = totals.group_by("invoice_key").agg(pl.col("amount").sum(), pl.col("invoice_total").first())
    proven = not sums.is_empty() and (sums["amount"] == sums["invoice_total"].cast(EXACT)).all()
    factor = decimal(ratio)
    mend = of_supplier(
        "tax within", row, lines, divide={"unit_price": factor, "amount": factor}, places=int(lines["places_billed"].max())  # type: ignore[arg-type]
    )  # fmt: skip
    confirmed = "lines add up to the invoice's total" if proven else None
    return "gross", f"bills with {percent:f} percent tax within its prices", confirmed, mend


def of_supplier(name: str, row: Row, lines: pl.DataFrame, also: str = "", **does: Any) -> Mend | None:
    """Return a patch of the invoice rows of a scope; None where they name no supplier."""
    given = next((c for c in ("given_id", "given_name") if lines[c].is_not_null().all()), None)
    if given is None:
        return None
    column = {"given_id": "supplier_id", "given_name": "supplier_name"}[given]
    when = [is_one_of(column, lines[given].unique().sort().to_list())]
    when += [f"company = {literal(row['company'])}"] if row["company"] else []
    when += [also] if also else []
    return patch("invoices", f"{name} of {row['supplier_id']}", " and ".join(when), **does)


def _of_orders(row: Row, lines: pl.DataFrame, whole: Decimal) -> Mend | None:
    suppliers = lines["order_supplier_id"].drop_nulls().unique().sort().to_list()
    if len(suppliers) != 1:
        return None
    when = f"supplier_id = {literal(suppliers[0])} and price_unit is null"
    return patch("orders", f"price unit of {row['supplier_id']}", when, set={"price_unit": whole})


def _plain(row: Row, ratio: Fraction, lines: pl.DataFrame, found: pl.DataFrame) -> Suspect:
    """Return a ratio that means no more: a price list where it began on a day, else a constant factor."""
    mine = lines.filter("fits")
    told, since = f"{who(mine)} bills {decimal(ratio):f} times the order's prices", since_when(lines)
    kind = "constant_factor" if since is None else "price_list"
    words = told if since is None else f"{told} since {since}: the orders hold an old price list"
    return Suspect(kind, words, findings=found, since=since, **_figures(row, ratio, mine))


def _is_file(row: Row, lines: pl.DataFrame) -> bool:
    ratio = Fraction(row["top"], row["bottom"])
    return (
        (ratio if ratio > 1 else 1 / ratio) in (100, 1000)
        and row["facts"] >= FILE_FACTS
        and row["facts"] >= FILE_SHARE * row["informative"]
        and lines.filter("fits")["supplier_id"].n_unique() >= FILE_SUPPLIERS
    )


def _number_format(row: Row, lines: pl.DataFrame, done: Judged) -> Suspect:
    ratio, mine = Fraction(row["top"], row["bottom"]), lines.filter("fits")
    whole = Decimal(int(ratio if ratio > 1 else 1 / ratio))
    does = {"divide" if ratio > 1 else "multiply": {"unit_price": whole, "amount": whole}}
    free = lines.filter(~pl.col("fits")).is_empty()
    return Suspect(
        "number_format",
        f"All prices of {row['file']} are {decimal(ratio):f} times those ordered: its number format is another",
        findings=findings_on(done.discrepancies, mine, CODES),
        mend=patch("invoices", f"numbers of {row['file']}", f"source = {literal(row['file'])}", **does),
        confirmed_by="no price of the file fits as it is" if free else None,
        **_figures(row, ratio, mine),
    )


def decimal(number: Fraction) -> Decimal:
    """Return a fraction to six places, without trailing zeros."""
    rounded = round(Decimal(number.numerator) / Decimal(number.denominator), 6).normalize()
    return rounded + 0 if rounded == rounded.to_integral() else rounded
