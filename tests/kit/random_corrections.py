"""Random documents that answer others: credits, corrections of prices, bills again, bills by header, deposits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.kit.dice import Dice
from tests.kit.random_invoices import NEW_YEAR, amount_of, fixed
from tests.oracle.lines import Row


def more_documents(random: Dice, orders: list[Row], receipts: list[Row], invoices: list[Row]) -> list[Row]:
    """Return 0-3 documents more, each about an order or an invoice line that is there."""
    kinds: list[Any] = [
        reversal,
        reversal,
        price_correction,
        price_correction,
        discounted,
        by_header,
        deposit,
        retention,
        discounted,
        delivered_alike,
    ]
    rows: list[Row] = []
    while random.random() < 0.65 and len(rows) < 6:
        make = random.choice(kinds)
        if make is reversal or make is price_correction:
            items = [x for x in invoices if (x.get("line_type") or "item") == "item" and x.get("quantity")]
            rows += make(random, random.choice(items), orders) if items else []
        elif make is delivered_alike:
            rows += delivered_alike(random, random.choice(orders), receipts)
        else:
            rows += make(random, random.choice(orders))
    return rows


def later(random: Dice, line: Row, number: str) -> Row:
    day = line.get("invoice_date") or NEW_YEAR
    return {"invoice_number": number, "invoice_date": day + timedelta(days=random.randint(0, 5)), "posting_date": None}


def head_of(random: Dice, order: Row, number: str) -> Row:
    return {
        "company": order.get("company"),
        "supplier_id": order["supplier_id"] if random.random() < 0.95 else "S3",
        "invoice_number": number,
        "invoice_date": NEW_YEAR + timedelta(days=random.randint(2, 12)),
        "currency": order.get("currency"),
        "po_number": order["po_number"],
    }


def reversal(random: Dice, line: Row, _orders: list[Row]) -> list[Row]:
    """The line taken back whole, sometimes named, sometimes in doubt, and sometimes billed again."""
    back = line | later(random, line, random.choice(["CN-1", "CN-2"])) | {"invoice_total": None, "invoice_tax": None}
    if random.random() < 0.7:
        back["document_type"] = "credit_note"
    else:
        back |= {"document_type": "invoice", "quantity": -line["quantity"]}
        back["amount"] = None if line.get("amount") is None else -line["amount"]
    if random.random() < 0.4:
        back["credited_invoice"] = random.choice([line["invoice_number"], line["invoice_number"], "R-1"])
        if random.random() < 0.5:
            back |= {"po_number": None, "po_line": None}
    if random.random() < 0.15:
        back |= random.choice([{"supplier_vat_id": "DE 555"}, {"invoice_total": Decimal(1)}, {"currency": "USD"}])
    again = [line | later(random, back, random.choice(["R-55", "R-56", line["invoice_number"]]))]
    return [back, *(again if random.random() < 0.4 else [])]


def price_correction(random: Dice, line: Row, orders: list[Row]) -> list[Row]:
    """What the line's price differs by from its order's, credited or billed, recognisable or declared."""
    mine = [o for o in orders if str(o["po_number"]) in str(line.get("po_number")) and o.get("unit_price") is not None]
    if not mine or line.get("unit_price") is None:
        return []
    order = random.choice(mine)
    per = line.get("price_unit") or Decimal(1)
    off = line["unit_price"] / per - order["unit_price"] / (order.get("price_unit") or 1)
    row = line | later(random, line, random.choice(["CN-7", "R-77"])) | {"invoice_total": None, "invoice_tax": None}
    row |= {"document_type": "invoice" if off < 0 else "credit_note", "tax_amount": None, "price_unit": None}
    if random.random() < 0.5:
        line |= {"unit_price": line["unit_price"] + per, "amount": None}
        off += 1
        row["document_type"] = "invoice" if off < 0 else "credit_note"
    if random.random() < 0.5:
        return [row | {"unit_price": fixed(abs(off), 10), "amount": None}]
    amount = fixed(off * line["quantity"], 6) + random.choice([0, 0, 0, 1])
    kind = random.choice(["price_difference", "discount"])
    amount = abs(amount) if row["document_type"] == "invoice" else amount
    return [row | {"line_type": kind, "quantity": None, "unit_price": None, "amount": amount, "uom": None}]


def by_header(random: Dice, order: Row) -> list[Row]:
    worth = order.get("amount") or (order.get("quantity") or 1) * (order.get("unit_price") or 1)
    amount = fixed(abs(worth) / (order.get("price_unit") or 1) * random.choice([1, 1, 2, Decimal("0.5")]), 2)
    row = head_of(random, order, random.choice(["H-1", "H-2"])) | {"amount": amount}
    row |= {"invoice_total": amount if random.random() < 0.4 else None}
    freight = row | {"line_type": "freight", "amount": Decimal(5), "invoice_total": None}
    return [row, *([freight] if random.random() < 0.15 else [])]


def deposit(random: Dice, order: Row) -> list[Row]:
    """A prepayment, mostly taken off again on a later bill."""
    amount = Decimal(random.choice(["5", "20", "900"]))
    row = head_of(random, order, "P-1") | {"line_type": "prepayment", "amount": amount}
    bill = billed(order, "P-2", order.get("quantity")) if order.get("unit_price") is not None else None
    off = row | {"invoice_number": "P-2", "amount": -amount, "invoice_date": NEW_YEAR + timedelta(days=13)}
    shape = random.random()
    return [row, *([bill] if bill else []), *([off] if shape < 0.5 else [])]


def retention(random: Dice, order: Row) -> list[Row]:
    kept = head_of(random, order, "T-1") | {"line_type": "retention", "amount": Decimal(-10)}
    freed = kept | {"invoice_number": "T-2", "amount": Decimal(random.choice([4, 10, 11]))}
    freed["invoice_date"] = NEW_YEAR + timedelta(days=14)
    return [kept, freed] if random.random() < 0.8 else [freed]


def billed(order: Row, number: str, quantity: Decimal | None) -> Row:
    """The order line billed at its own price."""
    copied = ("company", "supplier_id", "currency", "po_number", "po_line", "item", "unit_price", "price_unit")
    row = {c: order.get(c) for c in copied} | {"invoice_number": number, "quantity": quantity}
    return row | {"discount_percent": order.get("discount_percent"), "invoice_date": NEW_YEAR + timedelta(days=13)}


def discounted(random: Dice, order: Row) -> list[Row]:
    """A bill dearer than ordered, and below it the discount that makes up for it; or a planned one."""
    if order.get("unit_price") is None or order["quantity"] <= 0:
        return []
    row = billed(order, random.choice(["D-1", "D-2"]), order["quantity"]) | {"invoice_line": "1"}
    price_unit = order.get("price_unit") or Decimal(1)
    row["unit_price"] = row["unit_price"] + price_unit
    off = row | {"line_type": "discount", "invoice_line": "2", "quantity": None, "unit_price": None}
    off["amount"] = -fixed(order["quantity"], 6) + random.choice([0, 0, 1])
    off["po_line"] = random.choice([order["po_line"], None, "80"])
    if random.random() < 0.3:
        off |= {"po_number": None, "po_line": None}
    return [row, off | {"discount_percent": None}]


def delivered_alike(random: Dice, order: Row, receipts: list[Row]) -> list[Row]:
    """Equal deliveries, each billed alike under a number of its own, or twice on one bill whose total counts both."""
    if order.get("unit_price") is None or order["quantity"] <= 0:
        return []
    share = fixed(order["quantity"] / 2, 3)
    for n in range(2):
        came = {c: order.get(c) for c in ("company", "po_number", "po_line", "item", "uom")}
        came |= {"receipt_number": f"60{n}", "quantity": share, "receipt_date": NEW_YEAR + timedelta(days=n)}
        receipts.append(came | {"quantity_accepted": share})
    rows = [billed(order, f"E-{n}", share) for n in range(2)]
    if random.random() < 0.4:
        both = fixed(amount_of(rows[0]) * 2, 6)
        for n, row in enumerate(rows):
            proof: Row = random.choice([{"invoice_total": both}, {"invoice_net": both}, {}])
            row.update({"invoice_number": "E-9", "invoice_line": str(n + 1)} | proof)
    return rows
