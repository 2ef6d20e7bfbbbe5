"""A register with tax and one amount: whether the tax is in it, which a usual rate of tax on every row says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.draft.amounts import figures
from recon.draft.headings import concepts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.text import Draft

HUNDREDTHS = (
    500, 550, 600, 700, 770, 800, 810, 825, 900, 950, 1000, 1200, 1250, 1300, 1350, 1400, 1500, 1600, 1700, 1750, 1800,
    1900, 2000, 2100, 2200, 2300, 2400, 2500, 2550, 2700, 2800,
)  # fmt: skip
"""Rates of value added and sales tax, in hundredths of a percent."""
MOSTLY = 0.95
LOOKED_AT = 1000
CENT = Decimal("0.01")
IN_IT, BESIDE_IT = "yes, the tax is in it", "no, the tax comes on top"


def with_tax_taken_off(draft: Draft, interview: Interview) -> Draft:
    """Return the draft of invoices whose only amount has the tax in it, as prices that do; asks where nothing tells."""
    tax = draft.columns.get("tax_amount") or draft.columns.get("invoice_tax")
    amount = draft.columns.get("amount")
    others = {"tax_rate", "unit_price", "invoice_net", "invoice_total"} & {*draft.columns, *draft.defaults}
    if draft.table != "invoices" or tax is None or amount is None or others or not _has_tax(draft, tax):
        return draft
    if not _is_gross(draft, amount, tax, interview):
        return draft
    columns = {**{c: name for c, name in draft.columns.items() if c != "invoice_tax"}, "tax_amount": tax}
    told = f"{tax} is in it, and is taken off"
    return replace(draft, columns=columns, prices="gross", reasons={**draft.reasons, "amount": told})


def with_gross_headings(draft: Draft) -> Draft:
    """Return the draft of orders or invoices as `prices: gross` where the headings of all prices and amounts say that tax is in them."""
    names = {column: draft.columns[column] for column in ("unit_price", "amount") if column in draft.columns}
    gross = {column for column, name in names.items() if _says_gross(draft, name)}
    if draft.table not in {"orders", "invoices"} or draft.prices or not gross:
        return draft
    if gross == {"unit_price"} and {"quantity", "amount"} <= draft.columns.keys():
        told = f"{names['unit_price']} has tax in it and {names['amount']} has none: the price is not read"
        columns = {column: name for column, name in draft.columns.items() if column != "unit_price"}
        return replace(draft, columns=columns, remarks=(*draft.remarks, told))
    if gross != names.keys() or "tax_rate" not in {*draft.columns, *draft.defaults}:
        return draft
    told = f"tax is in {' and '.join(names.values())}, and is taken off by tax_rate"
    return replace(draft, prices="gross", remarks=(*draft.remarks, told))


def _says_gross(draft: Draft, name: str) -> bool:
    said = _said(draft, name)
    return "gross" in said and "net" not in said and "tax" in said


def _said(draft: Draft, name: str) -> frozenset[str]:
    """Return the concepts that the heading of a column of the first file names."""
    heading = next((c.heading for c in draft.seen[0][0].columns if c.name == name), name)
    return concepts_of(heading)[0]


def _has_tax(draft: Draft, tax: str) -> bool:
    return any(any(figures(draft, one, tax)) for one, _ in draft.seen)


def _is_gross(draft: Draft, amount: str, tax: str, interview: Interview) -> bool:
    said = _said(draft, amount)
    if {"gross", "net"} & said:
        return "gross" in said
    pairs = [
        pair
        for one, _ in draft.seen
        for pair in zip(figures(draft, one, amount), figures(draft, one, tax), strict=True)
    ]
    known = list(dict.fromkeys((a, t) for a, t in pairs if a is not None and t))[:LOOKED_AT]
    inside, on_top = _are_usual([(a - t, t) for a, t in known]), _are_usual(known)
    if inside != on_top:
        return inside
    where = ", ".join(draft.files)
    text = f"In {where} there is {tax} and one amount, {amount}. Is the tax in it?"
    return interview.answer(text, (IN_IT, BESIDE_IT), f"{draft.place}.prices") == IN_IT


def _are_usual(rows: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Return whether nearly every row's tax is a usual rate of its net, to the cent."""
    usual = [any(abs(net * rate / 10_000 - tax) <= CENT for rate in HUNDREDTHS) for net, tax in rows]
    return bool(usual) and sum(usual) >= MOSTLY * len(usual)
