"""Positions: what each order line commits to pay and what of it was received; the balances are their exact sums."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from recon.kinds import NO_CURRENCY
from recon.ledger.summary import plain
from recon.store.databases.database import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.store.state import State

EXACTLY = Context(prec=60)
PLACES = Decimal("1e-10")
MEASURES = ("committed", "accrued")
Place = tuple[str, str, int]
"""Where an order line stands in the order of their numbers: number, line, row."""
Position = tuple[int, str | None, str, str, str, Decimal, Decimal]
"""Document, company, order, line, currency; what it commits to pay, and what of that was received and not invoiced."""


def at_once(document: int, line: Mapping[str, Any]) -> Position:
    """Return the position of an order line that nothing was received or billed of: all of it is committed."""
    value = Decimal(0) if line["closed"] else _open_value(line, Decimal(0))
    return _position(document, line, value, Decimal(0))


def after_match(document: int, line: Mapping[str, Any]) -> Position:
    """Return the position of an order line as matched: what is not billed of it is committed, unless it is closed."""
    billed = line["invoiced"] or Decimal(0)
    accrued = line["received_not_invoiced_amount"] or Decimal(0)
    committed = Decimal(0) if line["closed"] else _open_value(line, billed)
    return _position(document, line, max(committed, accrued), accrued)


def _open_value(line: Mapping[str, Any], billed: Decimal) -> Decimal:
    """Return what the line still comes to at the order's price, to ten places."""
    if line["quantity"] is None or line["unit_price"] is None:
        return max(Decimal(0), EXACTLY.subtract(line["amount"] or Decimal(0), billed))
    left = max(Decimal(0), EXACTLY.subtract(line["quantity"], billed))
    value = EXACTLY.divide(EXACTLY.multiply(left, line["unit_price"]), line["price_unit"] or Decimal(1))
    return value.quantize(PLACES, ROUND_HALF_UP, EXACTLY)


def _position(document: int, line: Mapping[str, Any], committed: Decimal, accrued: Decimal) -> Position:
    currency = line["currency"] or NO_CURRENCY
    return document, line["company"], line["po_number"], line["po_line"], currency, committed, accrued


def replace_positions(state: State, documents: Iterable[int], new: Iterable[Position]) -> None:
    """Put positions in the place of those of the documents, and the balances right by what that changes."""
    moved: dict[tuple[str, str], Decimal] = {}
    documents = list(documents)
    old = state.chosen("select currency, committed, accrued from position where document in", documents)
    for currency, *amounts in old:
        for measure, amount in zip(MEASURES, amounts, strict=True):
            _move(moved, measure, currency, -Decimal(amount))
    state.forget("position", documents)
    for position in new:
        *named, currency, committed, accrued = position
        state.database.execute("insert into position values (?, ?, ?, ?, ?, ?, ?)", (*named, currency, plain(committed), plain(accrued)))  # fmt: skip
        for measure, amount in zip(MEASURES, (committed, accrued), strict=True):
            _move(moved, measure, currency, amount)
    for (measure, currency), amount in moved.items():
        if amount:
            _add(state, measure, currency, amount)


def balances(state: State) -> dict[str, dict[str, Decimal]]:
    """Return the balance of each measure by currency."""
    found: dict[str, dict[str, Decimal]] = {measure: {} for measure in MEASURES}
    for measure, currency, amount in state.database.execute("select measure, currency, amount from balance order by 1, 2"):  # fmt: skip
        if Decimal(amount):
            found[measure][currency] = Decimal(amount)
    return found


def positions_of(state: State, po_number: str) -> list[dict[str, Any]]:
    """Return what the lines of an order commit to and accrue, as text, by company and line."""
    query = (
        "select company, po_line, currency, committed, accrued from position where po_number = ?"
        " order by company nulls first, po_line nulls first, rowid"
    )
    names = ("company", "po_line", "currency", *MEASURES)
    return [dict(zip(names, row, strict=True)) for row in state.database.execute(query, (po_number,))]


def positions_after(state: State, measures: Sequence[str], after: Place | None, most: int) -> list[tuple[Place, dict[str, Any]]]:  # fmt: skip
    """Return the order lines behind a place of which one of the measures is not nil, in the order of their numbers, each with its place."""
    some = " or ".join(f"{measure} <> '0'" for measure in measures)
    query = (
        f"select po_number, coalesce(po_line, ''), rowid, company, currency, committed, accrued from position where ({some})"
        " and po_number >= ? and (po_number, coalesce(po_line, ''), rowid) > (?, ?, ?)"
        " order by po_number, coalesce(po_line, ''), rowid limit ?"
    )
    number, line, at = after or ("", "", -1)
    names = ("po_number", "po_line", "company", "currency", *MEASURES)
    rows = state.database.execute(query, (number, number, line, at, most))
    return [((po, line, at), dict(zip(names, (po, line, *rest), strict=True))) for po, line, at, *rest in rows]


def _move(moved: dict[tuple[str, str], Decimal], measure: str, currency: str, amount: Decimal) -> None:
    moved[measure, currency] = EXACTLY.add(moved.get((measure, currency), Decimal(0)), amount)


def _add(state: State, measure: str, currency: str, amount: Decimal) -> None:
    row = state.database.execute("select amount from balance where measure = ? and currency = ?", (measure, currency)).fetchone()  # fmt: skip
    total = EXACTLY.add(Decimal(row[0]) if row else Decimal(0), amount)
    state.database.execute(upsert("balance", "measure, currency", "amount"), (measure, currency, plain(total)))
