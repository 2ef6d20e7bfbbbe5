"""Random invoices for given orders: the price and quantity on a limit, a hair beyond it, or plainly wrong."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from recon.rules.rule import Rules
from tests.kit.dice import Dice
from tests.oracle.lines import Row

NUMBERS = ["R-100", "R-100", "R-101", "r 0100", "R-1OO", "INV1", "1NV-1", "7"]
FACTORS = {("DZ", "EA"): Decimal(12), ("G", "KG"): Decimal("0.001"), ("BX", "EA"): Decimal(3)}
ULP = Decimal("0.000001")
NEW_YEAR = date(2026, 1, 1)


def fixed(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def random_invoices(random: Dice, orders: list[Row], receipts: list[Row], rules: Rules) -> list[Row]:
    """Return 0-8 lines on a few documents; documents repeat one another more often than in life."""
    rows: list[Row] = []
    while len(rows) < random.randint(0, 7):
        document = random_document(random, orders, receipts, rules)
        rows += document
        if random.oddly(0.4):
            rows += copy_of(random, document)
    return rows[:8]


def random_document(random: Dice, orders: list[Row], receipts: list[Row], rules: Rules) -> list[Row]:
    first = random.choice(orders)
    head = random_head(random, first)
    numbered = random.random() < 0.8
    lines = []
    for n in range(random.randint(1, 3)):
        order = (
            first
            if random.random() < 0.5
            else random.choice([o for o in orders if o["po_number"] == first["po_number"]])
        )
        line = random_line(random, order, receipts, rules)
        lines.append(head | line | ({"invoice_line": str(n + 1)} if numbered else {}))
    if random.oddly(0.3):
        lines.append(head | charge(random, first) | ({"invoice_line": "9"} if numbered else {}))
    if random.oddly(0.3):
        lines = credit(random, lines)
    if random.random() < 0.4:
        add_totals(random, lines)
    return lines


def random_head(random: Dice, order: Row) -> Row:
    supplier = random.choice(["S2", "S3", "S99", None]) if random.oddly(0.12) else order["supplier_id"]
    named: Row = {"supplier_id": supplier}
    shape = random.random() / (random.mess + 0.01)
    if shape < 0.1:
        named |= {"supplier_vat_id": random.choice(["DE001", "DE 002", "DE777"])}
    elif shape < 0.2:
        named |= {"iban": random.choice(["DE893701", "DE893702"])}
    elif shape < 0.3:
        who = random.choice(["Acme Bolts", "ZENDA CONSULTING", "Qwxyz Vjkfh", "Ruritania Holding"])
        named = {"supplier_name": who}
    spread = random.randint(-15, 15) if random.oddly(0.5) else random.randint(2, 12)
    invoiced = None if random.oddly(0.08) else NEW_YEAR + timedelta(days=spread)
    return named | {
        "company": None if random.oddly(0.1) else order["company"],
        "invoice_number": random.choice(NUMBERS) if random.oddly(1) else f"R-{random.randint(1, 99)}",
        "document_type": random.choice([None, "invoice", "invoice"]),
        "invoice_date": invoiced,
        "posting_date": invoiced + timedelta(days=random.randint(-3, 3))
        if invoiced and random.random() < 0.3
        else None,
        "currency": random.choice(["USD", "EUR"]) if random.oddly(0.15) else order["currency"],
    }


def reference(random: Dice, order: Row) -> Row:
    shape = 0 if not random.oddly(1) else random.random()
    number, line = order["po_number"], order["po_line"]
    written = random.choice([number, number, f"PO {number}" if number[0].isdigit() else number.lower(), f"{number} "])
    if shape < 0.6:
        return {"po_number": written, "po_line": random.choice([line, f"000{line}"])}
    if shape < 0.82:
        return {"po_number": written}
    if shape < 0.88:
        return {"po_number": written, "po_line": "77"}
    if shape < 0.92:
        return {"po_number": random.choice(["4500000003", "45000000O1", "4500000001/4500000002"]), "po_line": line}
    return {"po_number": random.choice([None, None, "-"])}


def random_line(random: Dice, order: Row, receipts: list[Row], rules: Rules) -> Row:
    row: dict[str, Any] = reference(random, order) | {
        "item": random.choice([None, "M-1"]) if random.oddly(0.3) else order.get("item"),
        "description": order.get("description")
        if random.random() < 0.7
        else random.choice([None, "Hex bolt M8", "zinc M8 hex bolt"]),
        "line_type": random.choice([None, "item"]),
    }
    if order.get("unit_price") is None:
        return row | by_amount(random, order)
    ordered, unit = order["quantity"], order.get("price_unit") or Decimal(1)
    came = sum(
        (r["quantity"] for r in receipts if (r["po_number"], r["po_line"]) == (order["po_number"], order["po_line"])),
        Decimal(0),
    )
    wanted = (
        random.choice([ordered, came, Decimal(1)])
        if random.oddly(0.8)
        else random.choice([ordered, fixed(ordered / 2, 3)])
    )
    quantity = boundary(random, wanted, rules, "quantity")
    price = boundary(random, order["unit_price"], rules, "price")
    uom = order.get("uom")
    other = random.choice([u for u, of in FACTORS if of == uom] or [uom])
    if uom and random.random() < 0.25:
        factor = FACTORS.get((other, uom), Decimal(1))
        quantity, price, uom = quantity / factor, price * factor, other
    elif random.random() < 0.3:
        uom = None
    elif uom is None and random.oddly(0.4):
        uom = random.choice(["EA", "ea", "DZ"])
    price_unit = unit if random.random() < 0.7 else Decimal(random.choice([1, 10, 100]))
    price = price * price_unit / unit
    row |= {"quantity": fixed(quantity, 6), "uom": uom, "unit_price": fixed(price, 10)}
    row |= {"price_unit": price_unit if price_unit != 1 or random.random() < 0.5 else None}
    if order.get("tax_rate") is not None and random.random() < 0.7:
        rate = order["tax_rate"] if order["tax_rate"] < 1 else order["tax_rate"] / 100
        tax = row["quantity"] * row["unit_price"] / price_unit * rate
        row["tax_amount"] = random.choice([fixed(tax, 2), fixed(tax, 2) + 1]) if random.oddly(0.5) else fixed(tax, 6)
    return row | two_or_three(random, row, price_unit)


def two_or_three(random: Dice, row: Row, price_unit: Decimal) -> Row:
    """Return changes that leave two of quantity, price and amount, or three that agree more or less."""
    exact = row["quantity"] * row["unit_price"] / price_unit
    amount = random.choice(
        [fixed(exact, 6), fixed(exact, 2), fixed(exact, 2) + random.choice([ULP, Decimal("0.01"), 1])]
    )
    shape = random.random()
    if shape < 0.4 or not random.oddly(1):
        return random.choice([{}, {"amount": fixed(exact, 6)}])
    if shape < 0.7:
        return {"amount": amount}
    if shape < 0.85:
        return {"amount": amount, "unit_price": None}
    if shape < 0.97:
        return {"amount": amount, "quantity": None}
    return {"quantity": None, "unit_price": None, "amount": random.choice([amount, None])}


def by_amount(random: Dice, order: Row) -> Row:
    shares = ["1", "0.5", "0.25", "1.02", "1.1"] if random.oddly(0.8) else ["1", "0.5"]
    share = Decimal(random.choice(shares))
    amount = fixed(order["amount"] * share, 6) + random.choice([0, 0, ULP, -ULP])
    return {"quantity": Decimal(1), "amount": amount, "unit_price": random.choice([None, amount])}


def boundary(random: Dice, value: Decimal, rules: Rules, measure: str) -> Decimal:
    """Return the value, or a limit's edge away from it, or a hair beyond the edge, or nonsense."""
    shape = random.random()
    if shape < 0.4 or random.random() > random.mess + 0.2:
        return value
    limits = [
        s
        for t in rules.tolerances
        for m, sides in t.measures.items()
        if m.startswith(measure)
        for s in (sides.over, sides.under)
        if s
    ]
    limit = random.choice(limits) if limits else None
    percent = (limit and limit.percent) or random.choice([Decimal(0), Decimal(2), Decimal(10), Decimal("33.3333")])
    edge = value * percent / 100 if limit is None or limit.absolute is None or random.random() < 0.5 else limit.absolute
    sign = random.choice([1, 1, -1])
    if shape < 0.9:
        return max(Decimal(0), fixed(value + sign * edge, 6) + random.choice([0, ULP, -ULP]))
    return random.choice([value * 10, value / 10, Decimal(0), Decimal(1)])


def charge(random: Dice, order: Row) -> Row:
    row: Row = {"line_type": random.choice(["freight", "freight", "charge", "tax", "discount"])}
    row["amount"] = Decimal(random.choice(["1", "10", "25.5", "40"])) * (
        -1 if row["line_type"] == "discount" and random.random() < 0.7 else 1
    )
    return row | ({"po_number": order["po_number"], "po_line": "90"} if random.random() < 0.4 else {})


def credit(random: Dice, lines: list[Row]) -> list[Row]:
    """Return the lines as a credit note, signed one of the ways that exports sign them."""
    way = random.choice(["plain", "quantity", "price", "untyped"])
    turned = []
    for line in lines:
        row = line | {"document_type": None if way == "untyped" else "credit_note"}
        names = {
            "plain": (),
            "quantity": ("quantity", "amount", "tax_amount"),
            "price": ("unit_price", "amount", "tax_amount"),
        }
        for name in names.get(way, names["quantity"]):
            if row.get(name) is not None:
                row[name] = -row[name]
        turned.append(row)
    return turned


def add_totals(random: Dice, lines: list[Row]) -> None:
    """Write header totals on every line, from the amounts that are given."""
    net = sum((amount_of(row) for row in lines), Decimal(0))
    tax = sum((r.get("tax_amount") or Decimal(0) for r in lines), Decimal(0))
    off = random.choice([Decimal("0.01"), Decimal("0.010001"), Decimal("-0.05"), Decimal(1)])
    total = fixed(net + tax, 2) + off if random.oddly(0.5) else fixed(net + tax, 6)
    given: Row = {"invoice_total": total, "invoice_tax": fixed(tax, 6) if random.random() < 0.5 else None}
    for row in lines:
        row.update(given)


def amount_of(row: Row) -> Decimal:
    if row.get("amount") is not None:
        return Decimal(row["amount"])
    return Decimal(row.get("quantity") or 0) * (row.get("unit_price") or 0) / (row.get("price_unit") or 1)


def copy_of(random: Dice, document: list[Row]) -> list[Row]:
    """Return the document sent again: as it was, retyped, in the next year, or with something changed."""
    changes: list[Row] = [
        {},
        {"invoice_number": random.choice(NUMBERS)},
        {"invoice_date": NEW_YEAR + timedelta(days=random.randint(-15, 15)), "posting_date": None},
        {"supplier_id": "S2"},
    ]
    change = random.choice(changes)
    rows = [row | change for row in document]
    if random.random() < 0.3:
        rows[0] |= {"quantity": Decimal(2), "unit_price": Decimal(1), "amount": None}
    return rows
