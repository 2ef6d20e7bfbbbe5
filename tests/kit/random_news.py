"""What version 2 of the contract brought, laid over a random ledger: columns, contradictions, repeats, breaks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.kit.dice import Dice
from tests.kit.random_corrections import more_documents
from tests.kit.random_invoices import NEW_YEAR, amount_of, fixed
from tests.oracle.lines import Ledger, Row

BROKEN = {"A17": ("4711-12", ("4711-12", "4711/12", "471112", "47111-2"))}
"""An order number with a break, and how it may be cited."""
SPELT = {"EA": ["Each", "PCE", "ST", "C62"], "KG": ["KGM", "kgs"]}
SPREAD = [Decimal(x) for x in ("1", "1", "0.9", "1.1", "1.0001")]


def add_news(random: Dice, ledger: Ledger) -> None:
    """Change the ledger's rows in place, each kind of news in a share of all ledgers."""
    if random.newly() < 0.3:
        new_numbers(random, ledger)
    for order in ledger.orders:
        change_order(random, order)
    more_orders(random, ledger.orders)
    more_receipts(random, ledger)
    for line in ledger.invoices:
        change_line(random, line, ledger)
    ledger.invoices += more_documents(random, ledger.orders, ledger.receipts, ledger.invoices)
    give_ids(random, ledger.invoices)
    mix_rates(random, ledger.invoices)
    add_extras(random, ledger.invoices)
    change_suppliers(random, ledger)
    for row in [*ledger.orders, *ledger.receipts, *ledger.invoices]:
        if row.get("uom") in SPELT and random.newly() < 0.1:
            row["uom"] = random.choice(SPELT[row["uom"]])
    say_rates(random, ledger)


def new_numbers(random: Dice, ledger: Ledger) -> None:
    """Give an order a number with a break in it, or lines 1.1 and 11."""
    for number, (written, cited) in BROKEN.items():
        for row in [*ledger.orders, *ledger.receipts, *ledger.invoices]:
            if number in str(row.get("po_number")).upper():
                row["po_number"] = written if "order_date" in row or random.random() < 0.5 else random.choice(cited)
    lines = {"10": "1.1", "20": "11"}
    for row in [*ledger.orders, *ledger.receipts, *ledger.invoices]:
        row["po_line"] = lines.get(str(row.get("po_line")).lstrip("0"), row.get("po_line"))


# -- orders -----------------------------------------------------------------------------------------------------------


def change_order(random: Dice, order: Row) -> None:
    shape = random.newly()
    if random.newly() < 0.08:
        order["closed_date"] = NEW_YEAR + timedelta(days=random.randint(0, 6))
    if order.get("unit_price") is None:
        return
    if shape < 0.12:
        order["discount_percent"] = Decimal(random.choice(["10", "20", "33.3333", "50"]))
    elif shape < 0.24:
        worth = order["quantity"] * order["unit_price"] / (order.get("price_unit") or 1)
        order["amount"] = fixed(worth * random.choice(SPREAD), random.choice([2, 2, 6]))
    elif shape < 0.28:
        order["quantity"] = -order["quantity"]
        if random.random() < 0.5:
            order["amount"] = fixed(amount_of(order | {"quantity": -order["quantity"]}), 2)
    elif shape < 0.3:
        order["unit_price"] = -order["unit_price"]


def more_orders(random: Dice, orders: list[Row]) -> None:
    """Add schedule lines, a planned discount, other lines of the order."""
    for order in list(orders):
        shape = random.newly()
        if shape < 0.08 and order.get("quantity") is not None:
            due = NEW_YEAR + timedelta(days=random.randint(-9, 9))
            orders.append(order | {"due_date": due, "quantity": random.choice([order["quantity"], Decimal(2)])})
        elif shape < 0.14:
            head = {c: order.get(c) for c in ("company", "po_number", "supplier_id", "currency", "order_date")}
            off: Row = {"amount": Decimal(-random.randint(1, 9))}
            if random.random() < 0.5:
                off = {"quantity": Decimal(1), "unit_price": off["amount"]}
            orders.append(head | off | {"po_line": "80", "category": random.choice(["discount", "discount", None])})


# -- receipts ---------------------------------------------------------------------------------------------------------


def more_receipts(random: Dice, ledger: Ledger) -> None:
    """Repeat receipts, equal or not; write delivery notes and other items; reject and return."""
    for receipt in list(ledger.receipts):
        shape = random.newly()
        if random.random() < 0.4:
            receipt["delivery_note"] = random.choice(["DN-1", "DN-2", "dn 1", f"DN-{receipt['receipt_number']}"])
        if shape < 0.08:
            changed: Row = {} if random.random() < 0.6 else {"quantity": receipt["quantity"] + 1}
            receipt["receipt_line"] = random.choice([receipt.get("receipt_line"), "1"])
            ledger.receipts.append(receipt | changed)
        elif shape < 0.14:
            receipt["item"] = random.choice(["M-1", "M-2", "CABLE"])
        elif shape < 0.24 and receipt["quantity"] > 0:
            rejected = fixed(receipt["quantity"] / 4, 3)
            receipt |= {"quantity_rejected": rejected, "quantity_accepted": None}
            if random.random() < 0.6:
                back = rejected * random.choice([1, 1, 2])
                returned = {
                    "quantity": -back,
                    "quantity_rejected": None,
                    "receipt_number": f"9{receipt['receipt_number']}",
                }
                ledger.receipts.append(receipt | returned)


# -- invoices ---------------------------------------------------------------------------------------------------------


def change_line(random: Dice, line: Row, ledger: Ledger) -> None:
    change_figures(random, line)
    shape = random.newly()
    if random.random() < 0.15:
        line["paid_date"] = NEW_YEAR + timedelta(days=random.randint(0, 9))
    if random.newly() < 0.25:
        theirs = [r["delivery_note"] for r in ledger.receipts if r.get("delivery_note")]
        line["delivery_note"] = random.choice([*theirs, "DN-1", "DN-2", "DN-9"])
        if random.random() < 0.5:
            line |= {"po_number": None, "po_line": None}
    if shape < 0.06:
        line["item"] = random.choice(["M-1", "M-2", "X9", "CABLE", "HX-77"])
    elif shape < 0.09:
        line["currency"] = random.choice(["USD", "EUR"])
    elif shape < 0.13:
        line |= {"iban": random.choice(["DE 9999", "DE89-3701"])}
    elif shape < 0.16:
        line |= {"supplier_vat_id": "DE 555"}
    elif shape < 0.2 and line.get("invoice_number"):
        line["invoice_number"] += random.choice(["A", "-B"])
    elif shape < 0.24:
        change_dates(random, line)
    elif shape < 0.28:
        line["po_line"] = None if random.random() < 0.5 else "77"
    change_tax(random, line)


def change_dates(random: Dice, line: Row) -> None:
    """A line of its document without a date, posted on another day, or with another total."""
    column = random.choice(["invoice_date", "posting_date", "invoice_total"])
    line[column] = random.choice([None, Decimal(77) if column == "invoice_total" else NEW_YEAR + timedelta(days=3)])


def change_figures(random: Dice, line: Row) -> None:
    """Discounts, free goods, lines that bill nothing, signs that differ, printed prices that are rounded."""
    shape, item = random.newly(), (line.get("line_type") or "item") == "item"
    priced = line.get("quantity") is not None and line.get("unit_price") is not None
    if not item:
        return
    if shape < 0.06 and priced:
        off = Decimal(random.choice(["10", "20", "50"]))
        line |= {"discount_percent": off}
        if random.random() < 0.6:
            line["amount"] = fixed(amount_of(line | {"amount": None}) * (1 - off / 100), random.choice([2, 6]))
    elif shape < 0.1 and priced:
        line |= {"unit_price": Decimal(0), "amount": random.choice([None, Decimal(0)])}
    elif shape < 0.12:
        line |= random.choice([{"quantity": Decimal(0), "amount": Decimal(0)}, {"unit_price": None, "amount": None}])
    elif shape < 0.16 and priced:
        line["amount"] = -fixed(amount_of(line), 2)
    elif shape < 0.2 and priced:
        line |= {"amount": fixed(amount_of(line), 2), "unit_price": fixed(line["unit_price"], 2)}
    elif shape < 0.23:
        line |= {"amount": fixed(amount_of(line), 2), "unit_price": None, "quantity": None}
    elif shape < 0.25 and priced:
        line |= {"unit_price": -line["unit_price"]}


def change_tax(random: Dice, line: Row) -> None:
    shape = random.newly()
    if shape < 0.06:
        line["tax_rate"] = Decimal(random.choice(["19", "7", "0.19"]))
    elif shape < 0.1:
        net = amount_of(line)
        line |= {"invoice_total": fixed(net * Decimal(random.choice(["1.19", "1.07", "1.4"])), 2)}
        line |= {"invoice_tax": None, "tax_amount": None}
        if random.random() < 0.5:
            line["tax_rate"] = Decimal(19)
    elif shape < 0.14:
        line["invoice_tax"] = fixed(amount_of(line) * Decimal("0.19"), 2) + random.choice([0, 0, 1])
    elif shape < 0.18:
        line["invoice_net"] = fixed(amount_of(line), 2) + random.choice([0, 0, 1])
    elif shape < 0.2:
        line["tax_amount"] = fixed(amount_of(line) * Decimal(random.choice(["0.3", "0.2"])), 2)


def mix_rates(random: Dice, invoices: list[Row]) -> None:
    """Give the lines of one document tax rates of their own, mostly with the tax that they come to."""
    if not invoices or random.newly() > 0.15:
        return
    number, told = random.choice(invoices)["invoice_number"], random.random() < 0.7
    for line in [line for line in invoices if line["invoice_number"] == number]:
        rate = Decimal(random.choice(["19", "7", "5", "0"]))
        line |= {"tax_rate": rate, "tax_amount": fixed(amount_of(line) * rate / 100, 2) if told else None}


def give_ids(random: Dice, invoices: list[Row]) -> None:
    """Name documents by the booking system's numbers, more or less as their numbers and dates do."""
    if random.newly() > 0.3:
        return
    for line in invoices:
        line["document_id"] = random.choice([line["invoice_number"], line["invoice_number"], "77", None])


def change_suppliers(random: Dice, ledger: Ledger) -> None:
    """Two suppliers of one name, one of them bare; one that is blocked."""
    if len(ledger.suppliers) == 3 and random.random() < 0.2:
        first, second = ledger.suppliers[0], ledger.suppliers[1]
        second |= {"name": first["name"]} | random.choice([{}, {"vat_id": None, "iban": None}, {"vat_id": None}])
    for supplier in ledger.suppliers:
        if random.random() < 0.05:
            supplier["blocked"] = True


def add_extras(random: Dice, invoices: list[Row]) -> None:
    """Freight, charges and discounts in columns of their own: the line's, or the document's, which its total proves."""
    if not invoices or random.newly() > 0.25:
        return
    number, column = random.choice(invoices)["invoice_number"], random.choice(["freight", "charge", "discount"])
    mine = [line for line in invoices if line["invoice_number"] == number]
    value = Decimal(random.choice(["5", "2.5", "1"]))
    sums = [amount_of(line) for line in mine]
    total = fixed(sum(sums, Decimal(0)) + (-value if column == "discount" else value), 6)
    proven = random.random() < 0.5
    for line in mine:
        line[f"{column}_amount"] = value if proven or random.random() < 0.6 else None
        if proven:
            line |= {"invoice_total": total, "tax_amount": None, "invoice_tax": None, "invoice_net": None}


def say_rates(random: Dice, ledger: Ledger) -> None:
    """Where prices have tax in them, most rows say how much, and mostly alike."""
    usual = Decimal(random.choice(["19", "7", "0.2"]))
    for table in ("orders", "invoices"):
        if getattr(ledger.rules.sources.get(table), "prices", None) == "gross":
            for row in getattr(ledger, table):
                other = Decimal(random.choice(["19", "7", "0.2"]))
                row["tax_rate"] = None if random.random() < 0.05 else other if random.random() < 0.03 else usual


def random_absence(random: Dice) -> frozenset[str]:
    """Say which columns the sources do not have at all."""
    if random.version == 1:
        return frozenset()
    return frozenset(name for name in ("supplier", "receipt_line") if random.random() < 0.05)


def without_columns(ledger: Ledger) -> Ledger:
    """Take out what the sources do not have."""
    for name in ledger.absent:
        rows = ledger.invoices if name == "supplier" else ledger.receipts
        columns = ("supplier_id", "supplier_name", "supplier_vat_id", "iban") if name == "supplier" else (name,)
        for row in rows:
            row.update(dict.fromkeys(columns))
    return ledger
