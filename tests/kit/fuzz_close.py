"""Random ledgers through month-end and its oracle: `python -m tests.kit.fuzz_close N SEED` tells the disagreements."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import polars as pl

from recon.close.month_end import MonthEnd, month_end
from recon.errors import SourceError
from recon.rules.close import Account, Close
from recon.tables import PAYMENTS
from tests import oracle
from tests.kit.batches import Batch, random_batch
from tests.kit.fuzz import complaints as of_the_match
from tests.kit.ledgers import minimal, sources, tell
from tests.oracle import month_end as by_hand
from tests.oracle.agreement import together
from tests.oracle.dues import ADVANCE, dues, settled
from tests.oracle.lines import Ledger, Row

FIRST = date(2025, 12, 1)
ACCOUNTS = (Account("all", "380100", "610000"),)
HAIR = Fraction(1, 10**6)
"""Numbers that do not end are rounded on the way; they are compared to a millionth."""


def main(count: int, seed: int, size: int = 20) -> int:
    for number in range(seed, seed + (count + size - 1) // size):
        batch, last = random_close(Random(number), size)
        if found := list(complaints(batch.whole, batch.parts, last)):
            print(f"seed {number}:", *told(batch, last, found), sep="\n")
            return 1
    print(f"{count} ledgers: month-end and oracle agree")
    return 0


def random_close(random: Random, size: int) -> tuple[Batch, date]:
    """Return ledgers with days of posting, bills that are not posted and lines that others accrue, and the last day."""
    batch = random_batch(random, size, version=2)
    rules = replace(
        batch.whole.rules,
        close=Close(
            accounts=ACCOUNTS,
            accrual=random.choice(["period_end", "perpetual"]),
            clearing=random.choice(["receipt_price", "full_price"]),
        ),
    )
    for row in batch.whole.receipts:
        day = row.get("receipt_date")
        row["posting_date"] = (day and random.random() < 0.2 and day + timedelta(random.randint(0, 9))) or None
    for row in batch.whole.invoices:
        row["posted"] = random.choice([None, None, None, None, True, False])
        row["due_date"] = date(2026, 2, 1) if random.random() < 0.1 else None
        row["payment_terms"] = random.choice([None, None, "N30", "2/10 net 30", "as agreed", ADVANCE])
    for row in batch.whole.orders:
        row["accrue"] = random.choice([None, None, None, None, "at_receipt", "at_period_end", "never"])
    last = date(2026, 1, 1) + timedelta(random.choice([-3, 0, 5, 40]))
    parts = tuple(replace(part, rules=rules, as_of=None) for part in batch.parts)
    return Batch(replace(batch.whole, rules=rules, as_of=None), parts), last


def told(batch: Batch, last: date, found: list[str]) -> list[str]:
    """Return the smallest ledger that shows the first complaint, and what is said of it."""
    part = next((p for p in batch.parts if any(complaints(p, (p,), last))), None)
    if part is None:
        return found[:5]
    word = next(complaints(part, (part,), last)).split(":")[0]
    small = minimal(part, lambda p: any(c.startswith(word) for c in complaints(p, (p,), last)))
    return [f"by {last}, {part.rules.close.clearing}", tell(small), *complaints(small, (small,), last)]


def complaints(ledger: Ledger, parts: tuple[Ledger, ...], last: date) -> Iterator[str]:
    """Yield what month-end says otherwise than the oracle; where the match itself does, that is for its own tests."""
    found = list(differences_of(ledger, parts, last))
    if found and not of_the_match(as_booked(ledger, last), [as_booked(part, last) for part in parts]):
        yield from found


def differences_of(ledger: Ledger, parts: tuple[Ledger, ...], last: date) -> Iterator[str]:
    """Yield the differences; ledgers with numbers too wide are no examples."""
    payments = random_payments(ledger)
    frame = PAYMENTS.cast(pl.DataFrame(payments, schema=dict(PAYMENTS.columns), orient="row"))
    try:
        done = month_end_of(ledger, last, payments=frame)
    except SourceError:
        return
    cut = [as_booked(part, last) for part in parts]
    answer = together([oracle.reconcile(part) for part in cut])
    yield from compare("gr_ir", by_hand.gr_ir(answer, ledger), open_lines(done))
    yield from compare("step", dict(by_hand.steps(answer, ledger)), steps(done))
    yield from compare("commitment", by_hand.commitments(answer, settled(answer, payments, last)), states(done))
    yield from compare_dues(dues(answer, ledger, payments, last), done)


def random_payments(ledger: Ledger) -> list[Row]:
    """Return payments of some of the ledger's invoices: the same for the same ledger; in one ledger of two there are none."""
    random = Random(len(ledger.invoices) * 31 + len(ledger.orders))
    if random.random() < 0.5:
        return []
    drawn = [
        row for row in ledger.invoices if row.get("supplier_id") and row.get("invoice_number") and random.random() < 0.4
    ]
    return [
        {
            **dict.fromkeys(PAYMENTS.columns),
            "payment_number": f"P{n}",
            "supplier_id": row["supplier_id"],
            "invoice_number": row["invoice_number"],
            "payment_date": date(2026, 1, 1) + timedelta(random.randint(-20, 15)),
            "amount": random.choice(
                [Decimal(-3), Decimal(7), row.get("amount") or Decimal(5), row.get("invoice_total") or Decimal(9)]
            ),
            "discount_taken": random.choice([None, None, Decimal("0.5")]),
            "currency": row.get("currency") or "EUR",
            "status": random.choice(["paid", "paid", "void"]),
            "source": "payments.csv",
            "row": n + 2,
        }
        for n, row in enumerate(drawn)
    ]


def compare_dues(mine: list[tuple[Any, ...]], done: MonthEnd) -> Iterator[str]:
    """Yield documents that only one side has, open amounts to a hair."""
    columns = ("invoice_number", "document_type", "due_date", "open_amount", "discount_status")
    rows = done.dues.drop_nulls("open_amount").select(columns).iter_rows()
    sides = [Counter(plain(row) for row in each) for each in (mine, rows)]
    if sides[0] != sides[1]:
        yield f"due: only oracle {dict(sides[0] - sides[1])}, only engine {dict(sides[1] - sides[0])}"


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    number, kind, due, left, status = row
    return number.strip(), kind, str(due), round(Fraction(left) / HAIR), status


def month_end_of(ledger: Ledger, last: date, **others: pl.DataFrame) -> MonthEnd:
    return month_end(replace(sources(ledger), **others), ledger.rules, (FIRST, last))


def as_booked(part: Ledger, last: date) -> Ledger:
    def kept(rows: list[Row], *days: str) -> list[Row]:
        dated = [(row, next((row[d] for d in days if row.get(d)), None)) for row in rows]
        return [row for row, day in dated if day is None or day <= last]

    return replace(
        part,
        orders=kept(part.orders, "order_date"),
        receipts=kept(part.receipts, "posting_date", "receipt_date"),
        invoices=kept(part.invoices, "posting_date", "invoice_date"),
    )


def open_lines(done: MonthEnd) -> dict[Any, Any]:
    return {
        ((r["source"], r["row"]), r["kind"]): (r["open_quantity"], r["open_amount"], r["base_amount"])
        for r in done.gr_ir.iter_rows(named=True)
    }


def steps(done: MonthEnd) -> dict[Any, Any]:
    rows = done.tie_out.filter(~done.tie_out["step"].is_in(["input_rejected", "billed_by_header", "rounding"]))
    return {(r["company"], r["currency"], r["step"]): r["amount"] for r in rows.iter_rows(named=True) if r["amount"]}


def states(done: MonthEnd) -> dict[Any, Any]:
    """Where a line goes by amount, its amount stands for the quantity that it has not."""
    return {
        ((r["source"], r["row"]), r["state"]): r["amount"] if r["quantity"] is None else r["quantity"]
        for r in done.commitments.iter_rows(named=True)
    }


def compare(what: str, mine: dict[Any, Any], theirs: dict[Any, Any]) -> Iterator[str]:
    for key in sorted(mine.keys() | theirs.keys(), key=repr):
        one, other = mine.get(key), theirs.get(key)
        if not alike(one, other):
            yield f"{what}: {key}: oracle {shown(one)}, engine {shown(other)}"


def alike(one: Any, other: Any) -> bool:
    """Equal to a hair; what is a hair or less may be missing."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        one, other = (each or (Fraction(0),) * 3 for each in (one, other))
        return all(alike(a, b) for a, b in zip(one, other, strict=True))
    return abs(Fraction(one or 0) - Fraction(other or 0)) <= HAIR and (
        (one is None) == (other is None) or not (one or other)
    )


def shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(shown(each) for each in value)
    return float(value) if isinstance(value, Fraction | Decimal) else value


if __name__ == "__main__":
    raise SystemExit(main(*map(int, [*sys.argv[1:], *("200", "0")[len(sys.argv) - 1 :]])))
