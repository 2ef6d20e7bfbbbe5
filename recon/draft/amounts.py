"""Which columns of money are net, tax, gross, or a price less its discount: what adds up row by row says so."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.draft.columns.ask import with_answer
from recon.draft.headings import documents_of
from recon.read.cells.currency_marks import without_currency
from recon.read.cells.numbers import parse_number
from recon.read.header import BLANK
from recon.rules.rule import NumberFormat
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

    Figures = Sequence[Decimal | None]

MOSTLY, MOST = 0.95, 0.6
CENT = Decimal("0.01")
TOTALS = ("amount", "invoice_net", "invoice_total")
AMOUNTS = ("tax_amount", "invoice_tax", "discount_amount", "freight_amount", "charge_amount")


def with_settled_amounts(draft: Draft, orders: Draft | None = None) -> Draft:
    """Return the draft with the columns of money that row by row add up to one another: net + tax, price less discount.

    `orders`: their draft; invoices are read net of a discount where orders are.
    """
    if draft.table == "invoices":
        draft = _without_line_totals(_with_net_and_gross(draft))
        net = orders is not None and "amount" in orders.columns and "unit_price" not in orders.columns
        return _with_discount(draft, net=net)
    return _with_discount(_without_extras(draft), net=True) if draft.table == "orders" else draft


def _with_net_and_gross(draft: Draft) -> Draft:
    """Return the draft with what is net and what is gross, where one column is another and the tax."""
    one, tax = draft.seen[0][0], draft.columns.get("tax_amount") or draft.columns.get("invoice_tax")
    taxes = figures(draft, one, tax)
    if not any(taxes):
        return draft
    names = [name for name in _money(draft, one) if name != tax]
    found = {name: figures(draft, one, name) for name in names}
    sums = {name: _together(found[name], taxes, Decimal.__add__) for name in names}
    pairs = ((net, gross) for net in names for gross in names if net != gross and _fits(sums[net], found[gross]))
    pair = next(pairs, None)
    if pair is not None:
        return _as_net_and_gross(draft, *pair)
    goods = _together(_products(draft, one), taxes, Decimal.__add__)
    gross = next((name for name in names if _fits(goods, found[name])), None)
    return draft if gross is None else _as_net_and_gross(draft, None, gross)


def _as_net_and_gross(draft: Draft, net: str | None, gross: str) -> Draft:
    columns = {c: name for c, name in draft.columns.items() if c not in TOTALS or name not in {net, gross}}
    reasons = dict(draft.reasons)
    if net is not None and ("amount" not in columns or _is_once(draft, net)):
        column = "invoice_net" if "amount" in columns else "amount"
        columns[column], reasons[column] = net, f"with the tax it is {gross}"
    if _is_once(draft, gross):
        columns["invoice_total"], reasons["invoice_total"] = gross, f"{net or 'quantity x price'} and the tax"
    return _reordered(draft, columns, reasons)


def _without_line_totals(draft: Draft) -> Draft:
    """Return the draft without totals of the document that differ between its lines: they are the lines' own."""
    lines = [c for c in ("invoice_net", "invoice_tax", "invoice_total") if not _is_once(draft, draft.columns.get(c))]
    if not lines:
        return draft
    told = ", ".join(
        f"{draft.columns[column]} differs between the lines of one invoice: no {column}" for column in lines
    )
    columns = {column: name for column, name in draft.columns.items() if column not in lines}
    if "invoice_tax" in lines and "tax_amount" not in columns:
        columns["tax_amount"] = draft.columns["invoice_tax"]
    return replace(_reordered(draft, columns, draft.reasons), remarks=(*draft.remarks, told))


def _without_extras(draft: Draft) -> Draft:
    """Return the draft of orders without an amount that is quantity x price and another column: tax or freight are in it."""
    amount = draft.columns.get("amount")
    one = draft.seen[0][0]
    goods = _products(draft, one) if amount else []
    if not goods or _fits(goods, figures(draft, one, amount)):
        return draft
    for name in _money(draft, one):
        more = figures(draft, one, name)
        if any(more) and _fits(_together(goods, more, Decimal.__add__), figures(draft, one, amount)):
            told = f"{amount} is quantity x price and {name}: not used"
            columns = {column: other for column, other in draft.columns.items() if column != "amount"}
            return replace(draft, columns=columns, remarks=(*draft.remarks, told))
    return draft


def _with_discount(draft: Draft, *, net: bool) -> Draft:
    """Return the draft of lines whose amount is quantity x price less a discount: by the amount (`net`), or in two lines."""
    one, amount = draft.seen[0][0], draft.columns.get("amount")
    goods = _products(draft, one) if amount else []
    if not goods:
        return draft
    for name in _money(draft, one):
        less = figures(draft, one, name)
        if any(less) and _fits(_together(goods, less, Decimal.__sub__), figures(draft, one, amount)):
            drop = {"unit_price", "discount_amount"} if net else {"amount"}
            columns = {column: other for column, other in draft.columns.items() if column not in drop}
            columns |= {} if net else {"discount_amount": name}
            told = f"{amount} is quantity x price less {name}"
            return replace(_reordered(draft, columns, draft.reasons), remarks=(*draft.remarks, told))
    return draft


def _money(draft: Draft, one: Inspection) -> list[str]:
    """Return the columns of numbers that nothing takes, or that are taken for an amount of this document."""
    taken = {name for column, name in draft.columns.items() if column not in {*TOTALS, *AMOUNTS}}
    return [
        column.name
        for column in one.columns
        if column.kind == "number" and column.name not in taken and documents_of(column.heading) <= {draft.table}
    ]


def _is_once(draft: Draft, name: str | None) -> bool:
    """Return whether a column says one thing of each invoice; so does one that is not there."""
    number = draft.columns.get("invoice_number")
    for one, _ in draft.seen:
        at, whole = position(one, name), position(one, number)
        if one.raw is not None and at is not None and whole is not None:
            cells = one.raw.frame.select(pl.nth(whole).alias("document"), pl.nth(at).alias("cell"))
            if cells.group_by("document").agg(pl.col("cell").n_unique()).select((pl.col("cell") > 1).any()).item():
                return False
    return True


def _reordered(draft: Draft, columns: Mapping[str, str], reasons: Mapping[str, str]) -> Draft:
    ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    return replace(draft, columns=ordered, reasons=reasons)


def with_line_amount(draft: Draft, interview: Interview) -> Draft:
    """Take a column for the line's amount that its name calls the invoice's, if it is quantity x price on nearly all lines.

    One whose name says nothing, and that is so on most lines, is asked for.
    """
    mapping = dict(draft.columns)
    if draft.table != "invoices" or "amount" in mapping or not {"quantity", "unit_price"} <= mapping.keys():
        return draft
    for column in ("invoice_total", "invoice_net"):
        if column in mapping and all(_is_product(draft, one, mapping[column]) for one, _ in draft.seen):
            mapping["amount"] = mapping.pop(column)
            return replace(draft, columns=mapping)
    one = draft.seen[0][0]
    numbers = [column.name for column in one.columns if column.kind == "number" and column.name not in mapping.values()]
    numbers = [name for name in numbers if documents_of(name) <= {draft.table}]
    likely = [name for name in numbers if _is_product(draft, one, name, MOST)]
    if len(likely) == 1 and _is_product(draft, one, likely[0]):
        reasons = {**draft.reasons, "amount": "quantity x price"}
        return _reordered(draft, {**mapping, "amount": likely[0]}, reasons)
    return with_answer(draft, one, "amount", likely, interview) if likely else draft


def with_one_price(draft: Draft, interview: Interview) -> Draft:
    """Ask which is paid where an order's unit price times its quantity is not its amount on most lines: a list price is not."""
    both = ("unit_price", "amount")
    others = {"price_unit", "discount_percent"} & draft.columns.keys()
    if draft.table != "orders" or others or not {"quantity", *both} <= draft.columns.keys():
        return draft
    if any(_is_product(draft, one, draft.columns["amount"], MOST) for one, _ in draft.seen):
        return draft
    price, amount = (draft.columns[column] for column in both)
    text = f"In {', '.join(draft.files)} {price} x {draft.columns['quantity']} is not {amount}. What was agreed?"
    options = [f"{amount}, for the line", f"{price}, for each", "both: the run holds the lower one against the bill"]
    answer = interview.answer(text, options)
    leave = {options[0]: "unit_price", options[1]: "amount"}.get(answer or "")
    columns = {column: name for column, name in draft.columns.items() if column != leave}
    return replace(draft, columns=columns)


def _is_product(draft: Draft, one: Inspection, name: str, share: float = MOSTLY) -> bool:
    return _fits(_products(draft, one), figures(draft, one, name), share)


def _products(draft: Draft, one: Inspection) -> Figures:
    """Return quantity x unit price of each row."""
    quantity, price = (figures(draft, one, draft.columns.get(column)) for column in ("quantity", "unit_price"))
    return _together(quantity, price, Decimal.__mul__)


def _together(first: Figures, second: Figures, how: Callable[[Decimal, Decimal], Decimal]) -> Figures:
    """Return `how` of two columns row by row; nothing where one of them stands in another file."""
    if len(first) != len(second):
        return []
    return [None if a is None or b is None else how(a, b) for a, b in zip(first, second, strict=True)]


def _fits(expected: Figures, actual: Figures, share: float = MOSTLY) -> bool:
    """Return whether two columns are equal to the cent on that share of the rows that have both."""
    off = [gap for gap in _together(expected, actual, Decimal.__sub__) if gap is not None]
    return bool(off) and sum(abs(gap) <= CENT for gap in off) >= share * len(off)


def figures(draft: Draft, one: Inspection, name: str | None) -> Figures:
    """Return the numbers of a column of a file, row by row."""
    from recon.rules.written.values import number_format

    own = draft.file_formats.get(one.path, {}).get("number_format")
    written = json.loads(own) if own else draft.number_format
    form = number_format(written) if written else NumberFormat()
    at = position(one, name)
    if one.raw is None or at is None:
        return []
    cells = one.raw.frame[:, at].str.strip_chars(BLANK).alias("text").to_frame()
    text = cells.select(without_currency(pl.col("text")))
    plain = one.raw.plain.get(at)
    typed = text.select(parse_number(pl.col("text"), NumberFormat(), 10, 15, rounded=True)).to_series()
    spelt = text.select(parse_number(pl.col("text"), form, 10, 15, rounded=True)).to_series()
    return (
        pl.select(pl.when(plain).then(typed).otherwise(spelt)).to_series() if plain is not None else spelt
    ).to_list()
