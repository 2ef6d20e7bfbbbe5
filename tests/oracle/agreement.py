"""Where engine and oracle disagree about a ledger, one line a difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from recon.ledger.reconcile import Reconciliation
from recon.ledger.reconcile import reconcile as run_engine
from tests import oracle
from tests.kit.ledgers import sources
from tests.oracle import comparison, values, wide
from tests.oracle.documents import number_as_written
from tests.oracle.findings import Discrepancy
from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, ReceiptLine, place

ZERO = Fraction(0)
TELLS_APART = ("currency", "amount_at_risk", "variance", "tolerance")
"""A row that becomes two lines has two findings of one code."""


def differences(ledger: Ledger, parts: Sequence[Ledger] = ()) -> list[str]:
    """Return what the engine says otherwise than the oracle; nothing where they agree.

    The oracle, which compares everything with everything, reads the `parts` of a batch one by one. Rows that the engine
    rejects as too wide are rejects for the oracle, too, where it finds that they are.
    """
    engine = run_engine(sources(ledger), ledger.rules, ledger.as_of)
    rejected = places(engine.rejects.filter(pl.col("reason").str.contains("more than 37 digits", literal=True)))
    parts = parts or [ledger]
    answer = together([oracle.reconcile(wide.without(part, rejected)) for part in parts])
    return [
        *compare_sets("too wide", set(), needless(parts, rejected)),
        *compare("invoice", answer.invoices, engine.invoice_lines, invoice_facts),
        *compare("order", [o for o in answer.orders if o.counts], engine.order_lines, order_facts, some=True),
        *compare("receipt", answer.receipts, engine.receipt_lines, receipt_facts),
        *compare_sets("left out", answer.left_out, places(engine.left_out)),
        *compare_sets("reject", answer.rejects, places(engine.rejects)),
        *compare_documents(answer, engine),
        *compare_discrepancies(answer, engine.discrepancies),
    ]


def needless(parts: Sequence[Ledger], rejected: wide.Rejected) -> wide.Rejected:
    """Return what of `rejected` is not too wide, nor becomes so by a receipt whose own order line was rejected before."""
    left = set(rejected)
    for part in parts if rejected else ():
        while found := left - wide.needless(oracle.reconcile(wide.without(part, rejected - left)), left):
            left -= found
    return left


def together(answers: list[Answer]) -> Answer:
    whole = Answer()
    for answer in answers:
        whole.orders += answer.orders
        whole.receipts += answer.receipts
        whole.invoices += answer.invoices
        whole.left_out |= answer.left_out
        whole.rejects |= answer.rejects
        whole.decisions |= answer.decisions
    return whole


def compare(what: str, lines: Iterable[Any], frame: pl.DataFrame, facts: Any, some: bool = False) -> Iterator[str]:
    found = {(row["source"], row["row"], row.get("line_type") or "item"): row for row in frame.iter_rows(named=True)}
    wanted = {(*place(line.row), line.row.get("line_type") or "item"): facts(line) for line in lines}
    if set(found) != set(wanted) and not (some and set(wanted) <= set(found)):
        yield f"{what} rows: only oracle {sorted(set(wanted) - set(found))}, only engine {sorted(set(found) - set(wanted))}"
    for where, row in ((where, row) for where, row in wanted.items() if where in found):
        for name, value in row.items():
            theirs = found[where][name]
            if value != (sorted(theirs) if isinstance(theirs, list) else theirs):
                yield f"{what} {where[1]} {name}: oracle {value}, engine {theirs}"


def invoice_facts(line: InvoiceLine) -> dict[str, Any]:
    order = line.order
    facts: dict[str, Any] = {"codes": line.codes, "decision": line.decision, "status": line.status}
    facts["amount_at_risk"] = values.exact(line.at_risk)
    if line.set_aside:
        return facts
    if line.kind == "item":
        facts |= {
            "link": line.link,
            "order_po_number": order and order.row["po_number"],
            "order_po_line": order and order.row["po_line"],
        }
        if order is None or order.policy != "none":
            facts["price_variance"] = values.exact(line.price_variance)
            facts["price_variance_amount"] = values.exact(line.price_variance_amount)
    if line.takes_part and not line.moves_money and order is not None:
        received = comparison.received_amount(order) if order.by_amount else order.received
        facts |= {"invoiced_before": values.exact(line.before), "received": values.exact(received)}
        if not order.by_amount and order.policy != "none":
            facts["quantity_variance"] = values.exact(line.quantity_variance)
    return facts


def order_facts(order: OrderLine) -> dict[str, Any]:
    facts: dict[str, Any] = {"codes": sorted(order.codes), "policy": order.policy}
    if order.by_amount:
        return facts
    accrued = max(ZERO, min(order.received, order.received - order.invoiced))
    return facts | {
        "received": values.exact(order.received),
        "invoiced": values.exact(order.invoiced),
        "received_not_invoiced": values.exact(accrued),
        "received_not_invoiced_amount": values.exact(accrued * (order.price or ZERO)),
        "invoiced_not_received": values.exact(max(ZERO, order.invoiced - max(ZERO, order.received))),
        "open_to_receive": values.exact(max(ZERO, (order.quantity or ZERO) - order.received)),
    }


def receipt_facts(receipt: ReceiptLine) -> dict[str, Any]:
    return {"codes": sorted(receipt.codes), "link": receipt.link}


def places(frame: pl.DataFrame) -> set[tuple[str, tuple[str, int]]]:
    return {(r["table"], (r["source"], r["row"])) for r in frame.iter_rows(named=True)}


def compare_sets(what: str, mine: set[Any], theirs: set[Any]) -> Iterator[str]:
    if mine != theirs:
        yield f"{what}: only oracle {sorted(mine - theirs)}, only engine {sorted(theirs - mine)}"


def compare_documents(answer: Answer, engine: Reconciliation) -> Iterator[str]:
    named = {x.document: (number_as_written(x.row), x.type) for x in answer.invoices}
    mine = Counter((*named[d], decision) for d, decision in answer.decisions.items())
    names = ("invoice_number", "document_type", "decision")
    theirs = Counter((str(n).strip(), t, d) for n, t, d in engine.invoices.select(names).iter_rows())
    if mine != theirs:
        yield f"documents: only oracle {dict(mine - theirs)}, only engine {dict(theirs - mine)}"


def compare_discrepancies(answer: Answer, frame: pl.DataFrame) -> Iterator[str]:
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        found[row["source"], row["row"], row["code"]].append(row)
    for line in answer.invoices:
        for mine in line.discrepancies.values():
            alike = found[(*place(line.row), mine.code)]
            told = mine.currency, values.exact(mine.at_risk), values.exact(mine.variance), mine.tolerance
            same = [[d for d in alike if like(d, told[:n])] for n in (4, 3, 2, 1, 0)]
            theirs = next((found[0] for found in same if found), None)
            if theirs is None:
                yield f"discrepancy {mine.code} on invoice {line.row['row']}: the engine has none"
                continue
            alike.remove(theirs)
            yield from compare_findings(mine, theirs, line.row["row"])
    invoices = {line.row["source"] for line in answer.invoices}
    for (source, row_number, code), left in found.items():
        if source in invoices and left:
            yield f"discrepancy {code} on invoice {row_number}: the oracle has none"


def like(found: dict[str, Any], told: tuple[Any, ...]) -> bool:
    return all(found[c] == value for c, value in zip(TELLS_APART, told, strict=False))


def compare_findings(mine: Discrepancy, theirs: dict[str, Any], row: int) -> Iterator[str]:
    told: dict[str, Any] = {"amount_at_risk": values.exact(mine.at_risk), "currency": mine.currency}
    told |= {} if mine.variance is None else {"variance": values.exact(mine.variance)}
    told |= {} if mine.tolerance is None else {"tolerance": mine.tolerance}
    for name, value in told.items():
        if theirs[name] != value:
            yield f"{mine.code} on invoice {row} {name}: oracle {value}, engine {theirs[name]}"
