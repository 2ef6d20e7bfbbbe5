"""Random small ledgers in which keys collide and variances lie on their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from tests.kit.dice import Dice
from tests.kit.random_invoices import random_invoices
from tests.kit.random_news import add_news, random_absence, without_columns
from tests.kit.random_rules import random_rules
from tests.oracle.lines import Ledger, Row

NEW_YEAR = date(2026, 1, 1)
PRICE_UNITS = [1, 1, 10, 100, 1000]
ITEMS = ["M-1", "M-2", "m 1", "X9", None]
DESCRIPTIONS = ["Hex bolt M8 zinc", "Hex bolt M8 black", "Washer 8 mm", "Consulting March", None]
PO_NUMBERS = ["4500000001", "4500000002", "A17"]
PO_LINES = ["10", "20", "30"]


def pick_date(random: Dice, start: int) -> date | None:
    """Return a day about `start` days from New Year; in a messy ledger about any day, or none."""
    if random.oddly(0.08):
        return None
    return NEW_YEAR + timedelta(days=random.randint(-15, 15) if random.oddly(0.5) else start + random.randint(0, 5))


def fixed(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def quantity(random: Random) -> Decimal:
    return Decimal(random.randint(1, 20)) if random.random() < 0.7 else Decimal(random.randint(1, 9999)).scaleb(-3)


def unit_price(random: Random) -> Decimal:
    shape = random.random()
    if shape < 0.03:
        return Decimal(0)
    if shape < 0.6:
        return Decimal(random.randint(1, 1000)).scaleb(-2)
    if shape < 0.99:
        return Decimal(random.randint(1, 9999)).scaleb(-random.choice([3, 4, 6]))
    return Decimal(random.randint(1, 10**6)).scaleb(-10)


def random_ledger(source: Random, version: int = 1) -> Ledger:
    """Return a ledger: the same one for the same state of `source`. One in four is tidy, one in four a great mess."""
    random = Dice.of(source, version)
    ledger = random_worlds(random, random_world(random))
    for name in ("orders", "receipts", "invoices", "suppliers", "rejects"):
        number(random, name, getattr(ledger, name))
    return ledger


def random_world(random: Dice) -> Ledger:
    """Return what several ledgers may share: rules, date, conversions and rates."""
    rates = random.random() < 0.3
    shared = Ledger(
        rules=random_rules(random, rates=rates),
        conversions=random_conversions(random),
        rates=random_rates(random) if rates else [],
        suppliers=random_suppliers(random),
        as_of=NEW_YEAR + timedelta(days=random.randint(-5, 12)) if random.random() < 0.4 else None,
    )
    shared.absent = random_absence(random)
    number(random, "conversions", shared.conversions)
    number(random, "rates", shared.rates)
    return shared


def random_worlds(random: Dice, shared: Ledger) -> Ledger:
    """Return a ledger in a shared world: with a supplier master of its own where the world has one."""
    orders = random_orders(random)
    receipts = random_receipts(random, orders)
    ledger = replace(
        shared,
        orders=orders,
        receipts=receipts,
        invoices=random_invoices(random, orders, receipts, shared.rules),
        suppliers=random_suppliers(random, always=True) if shared.suppliers else [],
        rejects=random_rejects(random),
    )
    if random.version > 1:
        add_news(random, ledger)
    return without_columns(ledger)


def number(random: Dice, name: str, rows: list[Row]) -> None:
    """Shuffle rows and say where each stands."""
    random.shuffle(rows)
    for n, row in enumerate(rows):
        row |= {"source": f"{name}.csv", "row": n + 2}


def random_suppliers(random: Dice, always: bool = False) -> list[Row]:
    if not always and random.random() < 0.2:
        return []
    twins = random.random() < 0.3
    return [
        {
            "supplier_id": identity,
            "name": name,
            "vat_id": "DE111" if twins and identity in ("S1", "S2") else f"DE00{identity[1]}",
            "iban": "DE44 5001" if random.oddly(0.1) else f"DE89 370{identity[1]}",
            "blocked": random.oddly(0.1) or None,
            "payment_terms": random.choice([None, "N30", "N60"]) if random.oddly(0.4) else None,
        }
        for identity, name in (("S1", "Acme Bolts"), ("S2", "Ruritanian Steel"), ("S3", "Zenda Consulting"))
    ]


def random_orders(random: Dice) -> list[Row]:
    rows: list[Row] = []
    for po_number in random.sample(PO_NUMBERS, random.randint(1, 3)):
        head = {
            "company": random.choice([None, "1000", "2000"]) if random.oddly(0.8) else None,
            "po_number": po_number,
            "supplier_id": random.choice(["S1", "S1", "S2", "S3"]),
            "currency": random.choice(["EUR", "EUR", "EUR", "USD", "JPY", "KWD", None]),
            "order_date": pick_date(random, -15),
            "payment_terms": random.choice([None, None, None, "N30"]),
        }
        rows += [random_order_line(random, head, po_line) for po_line in random.sample(PO_LINES, random.randint(1, 3))]
        if random.random() < 0.15:
            rows.append(charge_line(random, head))
    if rows and random.oddly(0.15):
        rows.append(repeated(random, random.choice(rows)))
    return rows


def repeated(random: Dice, row: Row) -> Row:
    return dict(row) if random.random() < 0.5 else row | {"item": "M-2", "description": "Washer 8 mm", "buyer": "other"}


def charge_line(random: Dice, head: Row) -> Row:
    amount = Decimal(random.randint(1, 40))
    return head | {
        "po_line": "90",
        "category": random.choice(["freight", "charge"]),
        "amount": amount,
        "match_policy": "two_way",
    }


def random_order_line(random: Dice, head: Row, po_line: str) -> Row:
    row: dict[str, Any] = head | {
        "po_line": po_line,
        "item": random.choice(ITEMS),
        "description": random.choice(DESCRIPTIONS),
        "due_date": pick_date(random, 0),
        "tax_rate": random.choice([None, None, Decimal("0.19"), Decimal(19), Decimal(0)]),
        "match_policy": random.choice([None, None, None, None, "two_way", "three_way", "four_way", "none"]),
        "closed": random.choice([None, None, True, False]),
        "closed_date": pick_date(random, 8) if random.oddly(0.2) else None,
    }
    if random.random() < 0.15:
        by_amount = {"category": "services", "amount": Decimal(random.randint(1, 50000)).scaleb(-2)}
        by_amount |= {"uom": random.choice(["EA", "KG"])} if random.random() < 0.4 else {}
        return row | by_amount | ({"quantity": quantity(random)} if random.random() < 0.4 else {})
    return row | {
        "category": random.choice([None, "services", "goods"]),
        "quantity": quantity(random),
        "uom": random.choice([None, "EA", "EA", "KG"]),
        "unit_price": unit_price(random),
        "price_unit": random.choice([None, *map(Decimal, PRICE_UNITS)]),
        "over_delivery_percent": random.choice([None, None, Decimal(10), Decimal("33.3333")]),
        "under_delivery_percent": random.choice([None, None, Decimal(10)]),
    }


def random_receipts(random: Dice, orders: list[Row]) -> list[Row]:
    """Return what came: in a tidy ledger each line once and whole."""
    rows = []
    for n, order in enumerate(orders):
        full = order.get("quantity") or order.get("amount") or Decimal(5)
        if not random.oddly(0.3):
            rows.append(random_receipt(random, order, full, n))
        if random.oddly(0.5):
            came = random.choice([full, fixed(full / 2, 3), quantity(random), -fixed(full / 4, 3), full + 1])
            rows.append(random_receipt(random, order, came, 50 + n))
    return rows


def random_receipt(random: Dice, order: Row, came: Decimal, n: int) -> Row:
    uom = order.get("uom")
    row: dict[str, Any] = {
        "company": None if random.oddly(0.1) else order["company"],
        "receipt_number": f"50{n}",
        "receipt_line": random.choice([None, "1"]),
        "po_number": "999" if random.oddly(0.08) else order["po_number"],
        "po_line": random.choice([None, "77"]) if random.oddly(0.3) else order["po_line"],
        "item": None if random.oddly(0.3) else order.get("item"),
        "quantity": came,
        "uom": random.choice(["DZ" if uom == "EA" else uom, "BX" if uom else "EA"]) if random.oddly(0.3) else uom,
        "receipt_date": pick_date(random, -6),
    }
    judged = random.random()
    if judged < 0.5:
        row["quantity_accepted"] = fixed(came / 2, 3) if came > 0 and random.oddly(0.5) else came
    elif judged < 0.65 and came > 0:
        row["quantity_rejected"] = random.choice([Decimal(0), fixed(came / 2, 3)])
    return row


def random_conversions(random: Dice) -> list[Row]:
    known: list[Row] = [
        {"from_uom": "DZ", "to_uom": "EA", "factor": Decimal(12)},
        {"from_uom": "EA", "to_uom": "DZ", "factor": Decimal("0.08")},
        {"from_uom": "KG", "to_uom": "G", "factor": Decimal(1000)},
        {"from_uom": "EA", "to_uom": "BX", "factor": Decimal("0.3333333333")},
        {"from_uom": "BX", "to_uom": "EA", "factor": Decimal(7), "item": "M-1"},
        {"from_uom": "BX", "to_uom": "EA", "factor": Decimal(5), "supplier_id": "S1"},
        {"from_uom": "EA", "to_uom": "BX", "factor": Decimal(6), "item": "M-1", "supplier_id": "S1"},
        {"from_uom": "DZ", "to_uom": "EA", "factor": Decimal(13), "item": "X9"},
        {"from_uom": "dz", "to_uom": "EA", "factor": Decimal(11)},
    ]
    return random.sample(known, random.randint(0, 5))


def random_rates(random: Dice) -> list[Row]:
    rows: list[Row] = [
        {"currency": "USD", "date": NEW_YEAR, "rate": Decimal("0.9")},
        {"currency": "JPY", "date": None, "rate": Decimal("0.0061")},
        {"currency": "EUR", "date": NEW_YEAR - timedelta(days=9), "rate": Decimal("1.08")},
    ]
    return random.sample(rows, random.randint(0, 3))


def random_rejects(random: Dice) -> list[Row]:
    if not random.oddly(0.15):
        return []
    row: Row = {
        "table": random.choice(["order_lines", "receipt_lines", "invoice_lines"]),
        "column": "quantity",
        "value": "x",
        "reason": "?",
    }
    if row["table"] == "invoice_lines":
        return [row | {"invoice_number": "R-100", "supplier_id": random.choice(["S1", None])}]
    return [row | {"po_number": random.choice(PO_NUMBERS)}]
