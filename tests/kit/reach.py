"""What random ledgers of version 2 reach: `python -m tests.kit.reach N` counts, sentence by sentence, how many of N do."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random

from recon.codes import CODES, FED, MATCH_POLICIES
from tests import oracle
from tests.kit.random_ledgers import random_ledger
from tests.oracle import values
from tests.oracle.charges import is_planned
from tests.oracle.documents import number_as_written
from tests.oracle.invoices import bills_nothing
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, ReceiptLine, Row
from tests.oracle.prices import in_force
from tests.oracle.severities import in_doubt

Reached = Callable[[Ledger, Answer], bool]
KINDS = ("item", "freight", "charge", "tax", "discount", "prepayment", "retention", "price_difference")
LINKS = ("order line", "order item", "description", "no reference", "by delivery_note", "credited invoice")
COLUMNS = (
    "document_id", "delivery_note", "credited_invoice", "discount_percent", "paid_date", "freight_amount",
    "charge_amount", "discount_amount", "invoice_net", "invoice_tax", "invoice_total", "tax_rate",
)  # fmt: skip


def line(told: Callable[[InvoiceLine], object]) -> Reached:
    return lambda _, answer: any(told(x) for x in answer.invoices)


def order(told: Callable[[OrderLine], object]) -> Reached:
    return lambda _, answer: any(told(o) for o in answer.orders)


def receipt(told: Callable[[ReceiptLine], object]) -> Reached:
    return lambda _, answer: any(told(r) for r in answer.receipts)


def source(table: str, **said: str) -> Reached:
    return lambda ledger, _: all(getattr(ledger.rules.sources.get(table), k, None) == v for k, v in said.items())


def code(name: str) -> Reached:
    return lambda _, answer: any(name in x.codes for x in (*answer.invoices, *answer.orders, *answer.receipts))


def document(told: Callable[[list[InvoiceLine]], object]) -> Reached:
    def reached(_: Ledger, answer: Answer) -> bool:
        found: dict[object, list[InvoiceLine]] = {}
        for x in answer.invoices:
            found.setdefault(x.document, []).append(x)
        return any(told(lines) for lines in found.values())

    return reached


def several_documents(_: Ledger, answer: Answer) -> bool:
    named = {(x.party, number_as_written(x.row), x.type, x.document) for x in answer.invoices}
    return len({facts[:3] for facts in named}) < len(named)


def equal_deliveries(_: Ledger, answer: Answer) -> bool:
    """Two bills of an order line that are equal but for their numbers, and none is suspected."""
    billed = Counter(
        (id(x.order), x.quantity, x.amount)
        for x in answer.invoices
        if x.order is not None and x.amount > 0 and not {"possible_duplicate", "duplicate_invoice"} & set(x.codes)
    )
    return any(count > 1 for count in billed.values())


def doubtful_credit(ledger: Ledger, answer: Answer) -> bool:
    return any(x.amount < 0 and x.takes_part and in_doubt(x, ledger.rules) for x in answer.invoices)


def rejected_rows(_: Ledger, answer: Answer) -> bool:
    return bool(answer.rejects)


def rates(lines: Iterable[InvoiceLine]) -> set[object]:
    return {x.row.get("tax_rate") for x in lines} - {None}


def signs_differ(row: Row) -> bool:
    return (row.get("quantity") or 0) * (row.get("amount") or 0) < 0


def is_free(x: InvoiceLine) -> bool:
    return x.kind == "item" and x.amount == 0 and bool(x.quantity)


STORIES: dict[str, Reached] = {
    "an amount alone, where its order line goes by amount": line(lambda x: x.order is not None and x.order.by_amount and x.quantity is None),
    "a line that bills nothing is left out": lambda ledger, _: any(bills_nothing(row) for row in ledger.invoices),
    "a row that cannot be read": rejected_rows,
    "prices of orders with tax in them": source("orders", prices="gross"),
    "prices of invoices with tax in them": source("invoices", prices="gross"),
    "receipts that count however often": source("receipts", repeats="count"),
    "a source without suppliers": lambda ledger, _: "supplier" in ledger.absent,
    "a source without receipt lines": lambda ledger, _: "receipt_line" in ledger.absent,
    "quantity and amount of two signs, on an invoice": line(lambda x: signs_differ(x.row)),
    "quantity and amount of two signs, on an order": lambda ledger, _: any(map(signs_differ, ledger.orders)),
    "a credit note whose export signs it positive": line(lambda x: x.row.get("document_type") == "credit_note" and x.amount < 0 < (x.row.get("amount") or 0)),
    "a number with a break": order(lambda o: "-" in (o.po_number or "")),
    "a number like another but for its breaks": lambda _, answer: any(values.looks_like(values.po_number(x.row.get("po_number")), o.po_number) for x in answer.invoices for o in answer.orders),
    "a synonym of a unit": line(lambda x: values.key(x.row.get("uom")) in values.UNITS),
    "schedule lines": lambda _, answer: any(not o.counts and not o.ambiguous and not o.codes for o in answer.orders),
    "an ordered return": order(lambda o: (o.quantity or 0) < 0),
    "a planned discount": order(lambda o: is_planned(o, "discount")),
    "unequal receipts of one number": receipt(lambda r: "input_rejected" in r.codes),
    "a receipt of another item": receipt(lambda r: "item_mismatch" in r.codes),
    "rejected goods that went back": order(lambda o: o.rejected > 0 and any(r.quantity < 0 for r in o.receipts)),
    "a bill by header": line(lambda x: x.header is not None),
    "a bill by header above its order": line(lambda x: x.header is not None and "amount_over_ordered" in x.codes),
    "a bill by header above what came": line(lambda x: x.header is not None and "amount_over_received" in x.codes),
    "one number, several documents": several_documents,
    "a line reversed, the invoice cited": line(lambda x: x.reverses is not None and x.row.get("credited_invoice")),
    "a price difference, declared": line(lambda x: x.corrects is not None and x.kind == "price_difference"),
    "a price difference, recognised": line(lambda x: x.corrects is not None and x.kind == "item"),
    "a discount of another document": line(lambda x: x.corrects is not None and x.kind == "discount"),
    "a correction that leaves a variance": line(lambda x: x.corrects is not None and "price_variance" in x.codes),
    "a correction that leaves none": line(lambda x: x.corrects is not None and not x.codes),
    "a credit in doubt": doubtful_credit,
    "a discount line of an item line": line(lambda x: x.nets is not None),
    "amount over quantity in force": line(lambda x: x.price is not None and in_force(x) != x.price),
    "free goods": line(is_free),
    "equal bills, none suspected": equal_deliveries,
    "two tax rates in one document": document(lambda lines: len(rates(lines)) > 1),
    "three tax rates in one document": document(lambda lines: len(rates(lines)) > 2),
    "a prepayment taken off": line(lambda x: x.kind == "prepayment" and x.amount < 0),
    "retention given back": line(lambda x: x.kind == "retention" and x.amount > 0),
    "two currencies in one document": code("currency_mixed"),
    "an order's tax against the invoice's": line(lambda x: x.agreed_rate is not None and x.row.get("tax_amount")),
    "a price per many": line(lambda x: (x.row.get("price_unit") or 1) > 1),
    "a conversion that does not end": line(lambda x: x.factor is not None and 10**12 % x.factor.denominator != 0),
}  # fmt: skip
"""What no code, link, kind of line or column tells: a sentence of SPEC section 3 -> whether an answer shows it."""


def sentences() -> dict[str, Reached]:
    """Return all that is counted."""
    found = {f"code {name}": code(name) for name in sorted(set(CODES) - set(FED))}
    found |= {f"link {name}": line(lambda x, name=name: x.link == name) for name in LINKS}
    found |= {f"policy {p}": line(lambda x, p=p: x.order is not None and x.order.policy == p) for p in MATCH_POLICIES}
    found |= {f"type {kind}": line(lambda x, kind=kind: x.kind == kind) for kind in KINDS}
    found |= {f"column {c}": line(lambda x, c=c: x.row.get(c)) for c in COLUMNS}
    decided = {"matched": "status", "tolerated": "status", "pay": "decision", "review": "decision", "hold": "decision"}
    found |= {f"{column} {v}": line(lambda x, c=column, v=v: getattr(x, c) == v) for v, column in decided.items()}
    found["a tolerance decides"] = line(lambda x: any(d.tolerance for d in x.discrepancies.values()))
    return found | STORIES


def count(ledgers: Iterable[Ledger]) -> Counter[str]:
    """Return how many of the ledgers reach each sentence."""
    asked, found = sentences(), Counter[str]()
    for ledger in ledgers:
        answer = oracle.reconcile(ledger)
        found.update(name for name, reached in asked.items() if reached(ledger, answer))
    return found


def some(number: int) -> Iterable[Ledger]:
    """Return so many random ledgers of version 2, the same ones each time."""
    return (random_ledger(Random(f"reach {n}"), version=2) for n in range(number))


def main(number: int) -> int:
    found = count(some(number))
    for name in sentences():
        print(f"{found[name]:6} {Decimal(100 * found[name]) / number:6.1f} %  {name}")
    return 0 if all(found[name] for name in sentences()) else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
