"""Why a verdict is what it is: what was read, how it was linked, what was compared, what was not, and what would clear it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import BY_RECEIPT, CODES
from recon.ledger.reconcile import all_compared, reconcile
from recon.ledger.summary import plain
from recon.review.clears import smallest_changes
from recon.review.published import Published
from recon.review.worlds import World, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

Row = dict[str, Any]
FIGURES = ("expected", "actual", "variance", "variance_percent", "limit", "amount_at_risk")
"""The numbers of a discrepancy, told as they are published."""
_GIVEN = {
    "given_id": "supplier_id",
    "given_name": "supplier_name",
    "given_vat_id": "supplier_vat_id",
    "given_iban": "iban",
}
_OF_LINE = ("ordered", "received", "invoiced_before", "price_variance", "price_variance_amount", "quantity_variance")
_PLACE = ["source", "row"]
_SHOWN_USES = 10


@dataclass(frozen=True)
class Known:
    """What is known of a run: its frames, and, where it is run again, its sources, rules and where the rules stand."""

    run: Reconciliation | Published
    sources: Sources | None = None
    rules: Rules | None = None
    places: Mapping[str, int] | None = None
    """Name of a rule -> its line in the rules file."""
    as_of: date | None = None


@dataclass(frozen=True)
class Part:
    """One part of an explanation: a title, lines for people, and the same as data."""

    title: str
    lines: tuple[str, ...]
    data: list[Row]


def explain_line(known: Known, line: Row) -> list[Part]:
    """Return the parts that explain an invoice line (a row of `invoice_lines`)."""
    found = _at(known.run.discrepancies, line).filter(pl.col("invoice_number").is_not_null()).to_dicts()
    world = _world(known, line)
    parts = [
        _part("Read", [_as_read(known, "invoice_lines", line)]),
        _supplier(known, line),
        _link(known, line, world),
        _receipts(known, line),
        _checks(known, line, found, world),
        _part("Not compared", list(_not_compared(line, found))),
        _decided(line, found),
        _clears(world, line, found),
    ]
    return [part for part in parts if part.lines]


def explain_order(known: Known, order: Row) -> list[Part]:
    """Return the parts that explain an order line (a row of `order_lines`), and what was billed and received on it."""
    run = known.run
    key = (pl.col("order_po_number") == order["po_number"]) & (pl.col("order_po_line") == order["po_line"])
    lines, receipts = run.invoice_lines.filter(key).to_dicts(), run.receipt_lines.filter(key).to_dicts()
    found = _at(run.discrepancies, order).filter(pl.col("invoice_number").is_null()).to_dicts()
    figures = ("received", "invoiced", "received_not_invoiced", "invoiced_not_received", "open_to_receive")
    world = _world(known, order)
    parts = [
        _part("Read", [_as_read(known, "order_lines", order)]),
        _part(
            "Came to", [f"{name.replace('_', ' ')} {_text(order[name])}" for name in figures if order[name] is not None]
        ),
        _part(
            "Received",
            [
                f"{_where(row)}: {row['receipt_number']} {_text(row['quantity'])}, used {_text(row['quantity_used'])}"
                for row in receipts
            ],
        ),
        _part(
            "Billed",
            [
                f"{_where(row)}: {row['invoice_number']}/{row['invoice_line'] or '-'} {_text(row['quantity'])} for {_text(row['amount'])}, {row['decision']}"
                for row in lines
            ],
        ),
        _checks(known, order, found, world),
        _decided(order, found),
        _clears(world, order, found),
    ]
    return [part for part in parts if part.lines]


def explain_receipt(known: Known, receipt: Row) -> list[Part]:
    """Return the parts that explain a receipt (a row of `receipt_lines`), and which invoice lines use it."""
    found = _at(known.run.discrepancies, receipt).to_dicts()
    uses = known.run.allocations
    mine = uses.filter((pl.col("receipt_source") == receipt["source"]) & (pl.col("receipt_row") == receipt["row"]))
    used = [
        f"{use['invoice_number']}/{use['invoice_line'] or '-'} uses {_text(use['quantity'])}" for use in mine.to_dicts()
    ]
    order = f"order line {receipt['order_po_number']}/{receipt['order_po_line']}"
    world = _world(known, receipt)
    parts = [
        _part("Read", [_as_read(known, "receipt_lines", receipt)]),
        _part(
            "Order line",
            [f"{_rule(known, receipt['link'])}: {order}" if receipt["link"] else "no rule found an order line"],
        ),
        _part("Used by", used),
        _checks(known, receipt, found, world),
        _decided(receipt, found),
        _clears(world, receipt, found),
    ]
    return [part for part in parts if part.lines]


def explain_supplier(link: Row) -> list[Part]:
    """Return the part that explains how a supplier was recognised (a row of `supplier_links`)."""
    return [Part("Supplier", tuple(_recognised(link)), [link])]


def _part(title: str, lines: list[str]) -> Part:
    return Part(title, tuple(lines), [{"text": line} for line in lines])


def _at(frame: pl.DataFrame, row: Row) -> pl.DataFrame:
    return frame.filter((pl.col("source") == row["source"]) & (pl.col("row") == row["row"]))


def _where(row: Mapping[str, Any]) -> str:
    return f"{row['source']}:{row['row']}"


def _text(value: object) -> str:
    if value is None:
        return "-"
    return plain(value) if hasattr(value, "quantize") else str(value)  # type: ignore[arg-type]


def _as_read(known: Known, table: str, row: Row) -> str:
    """Return a row's cells as they were read: of a report alone, as they are published."""
    if known.sources is not None:
        here = _at(getattr(known.sources, table), row).to_dicts()
        row = here[0] if here else row
        names = list(row)
    else:
        names = [name for name in row if name in _READ]
    cells = [f"{name} {_text(row[name])}" for name in names if row[name] is not None and name not in _PLACE]
    return f"{_where(row)}: {', '.join(cells)}"


_READ = ("company", "supplier_id", "supplier_name", "invoice_number", "invoice_line", "invoice_date", "po_number", "po_line", "item", "description", "quantity", "uom", "unit_price", "price_unit", "amount", "tax_amount", "currency", "line_type", "document_type", "order_date", "due_date", "receipt_number", "receipt_line", "receipt_date", "quantity_accepted", "quantity_rejected", "delivery_note")  # fmt: skip


def _supplier(known: Known, line: Row) -> Part:
    links = known.run.supplier_links.filter(pl.col("side") == "invoice")
    if known.sources is not None:
        given = _at(known.sources.invoice_lines, line).to_dicts()
        masked = ("given_iban",) if isinstance(known.run, Published) else ()
        for column, name in _GIVEN.items() if given else ():
            links = (
                links
                if column in masked
                else links.filter(pl.col(column).eq_missing(pl.lit(given[0][name], pl.String)))
            )
    else:
        links = links.filter(pl.col("supplier_id").eq_missing(pl.lit(line["supplier_id"], pl.String)))
    rows = links.head(1).to_dicts()
    return Part("Supplier", tuple(said for row in rows for said in _recognised(row)), rows)


def _recognised(link: Row) -> Iterator[str]:
    given = ", ".join(str(link[name]) for name in ("given_id", "given_name", "given_vat_id") if link[name])
    score = f", score {_text(link['score'])}" if link["score"] is not None else ""
    yield f"{given or 'nothing given'} is {link['supplier_id'] or 'nobody known'} {link['supplier_name'] or ''} by {link['method']}{score}".strip()
    if link["runner_up_id"]:
        yield f"next: {link['runner_up_id']}, score {_text(link['runner_up_score'])}, {_text(link['margin'])} behind"
    if link["state"]:
        yield f"{link['state']}: {link['reason'] or ''}"


def _link(known: Known, line: Row, world: World | None) -> Part:
    lines = list(_tried(known, line, world))
    if line["link"]:
        score = f", score {_text(line['link_score'])}" if line["link_score"] is not None else ""
        order = f"{line['order_po_number']}/{line['order_po_line']}"
        lines.append(f"{_rule(known, line['link'])}: order line {order}{score}")
    else:
        lines.append("no rule found an order line")
    return _part("Order line", lines)


def _tried(known: Known, line: Row, world: World | None) -> Iterator[str]:
    """Yield what each rule ahead of the one that won found by itself."""
    for rule in world.rules.links if world else ():
        if rule.name == line["link"]:
            return
        alone = replace(world, rules=replace(world.rules, links=(rule,)))  # type: ignore[type-var,union-attr]
        run = reconcile(alone.sources, alone.rules, alone.as_of)  # type: ignore[union-attr]
        here = _at(run.invoice_lines, line).to_dicts()
        several = bool(here) and "link_ambiguous" in here[0]["codes"]
        yield f"{_rule(known, rule.name)}: {'several, which none tells apart' if several else 'none'}"


def _rule(known: Known, name: str | None) -> str:
    if name is None:
        return "no rule"
    line = (known.places or {}).get(name)
    return f"{name} ({known.rules.path.name}:{line})" if line and known.rules else name


def _receipts(known: Known, line: Row) -> Part:
    uses = known.run.allocations
    mine = uses.filter((pl.col("invoice_source") == line["source"]) & (pl.col("invoice_row") == line["row"]))
    rows = mine.to_dicts()
    lines = [
        f"{use['receipt_source']}:{use['receipt_row']}: {_text(use['quantity'])} of receipt {use['receipt_number']}/{use['receipt_line'] or '-'}"
        for use in rows
    ]
    taken = _used_by_others(uses, mine, line) if line["order_po_number"] else []
    lines += [
        f"{use['receipt_source']}:{use['receipt_row']}: {_text(use['quantity'])} are used by {use['invoice_number']}/{use['invoice_line'] or '-'}"
        for use in taken
    ]
    return Part("Receipts", tuple(lines), [*rows, *taken])


def _used_by_others(uses: pl.DataFrame, mine: pl.DataFrame, line: Row) -> list[Row]:
    of_order = (pl.col("po_number") == line["order_po_number"]) & (pl.col("po_line") == line["order_po_line"])
    others = uses.filter(of_order).join(mine, on=["invoice_source", "invoice_row"], how="anti")
    return others.head(_SHOWN_USES).to_dicts()


def _checks(known: Known, line: Row, found: list[Row], world: World | None) -> Part:
    """Return what was compared: beyond a limit as it is published, then what lies within, then the line's figures."""
    within = (
        _at(all_compared(world.sources, world.rules, world.as_of), line).filter(~pl.col("beyond")).to_dicts()
        if world
        else []
    )
    lines = [_compared(known, row, row["code"]) for row in found if row["measure"]]
    lines += [_compared(known, row, "within") for row in within]
    figures = [f"{name.replace('_', ' ')} {_text(line[name])}" for name in _OF_LINE if line.get(name) is not None]
    if figures:
        lines.append(f"policy {line['policy'] or '-'}: {', '.join(figures)}")
    columns = ("code", "measure", *FIGURES, "tolerance", "subject_id")
    data = [{name: None if row[name] is None else _text(row[name]) for name in columns} for row in found]
    return Part("Compared", tuple(lines), data)


def _compared(known: Known, row: Row, verdict: str) -> str:
    limit = "no limit applies"
    if row["limit"] is not None:
        limit = f"limit {_text(row['limit'])} by {_rule(known, row['tolerance'])}{_passed_over(known, row)}"
    percent = f" ({_text(row['variance_percent'])} %)" if row["variance_percent"] is not None else ""
    return (
        f"{row['measure']}: expected {_text(row['expected'])}, actual {_text(row['actual'])},"
        f" variance {_text(row['variance'])}{percent}; {limit}: {verdict}"
    )


def _passed_over(known: Known, row: Row) -> str:
    """Return which tolerances with that measure stand after the one that decided, and so were not asked."""
    rules = known.rules.tolerances if known.rules else ()
    names = [rule.name for rule in rules if row["measure"] in rule.measures]
    later = names[names.index(row["tolerance"]) + 1 :] if row["tolerance"] in names else []
    return f", ahead of {', '.join(_rule(known, name) for name in later)}" if later else ""


def _not_compared(line: Row, found: list[Row]) -> Iterator[str]:
    codes = {row["code"] for row in found}
    if "duplicate_invoice" in codes:
        yield "anything: the line is set aside as a duplicate"
        return
    if not line["link"]:
        yield "price and quantity: there is no order line to hold them against"
        return
    if "currency_mismatch" in codes:
        yield "price and order amount: the currencies differ"
    if "uom_mismatch" in codes:
        yield "price and quantity: the units differ and no conversion is known"
    if "supplier_mismatch" in codes:
        yield "quantity: the order is another supplier's"
    if line["policy"] not in BY_RECEIPT:
        yield f"receipts: the match policy is {line['policy']}"
    if line["invoice_total"] is None:
        yield "total: the invoice gives none"


def _decided(line: Row, found: list[Row]) -> Part:
    lines = []
    for row in found:
        lines.append(f"{row['severity']} {row['code']} ({row['subject_id']}): {row['message']}")
        if row["decision_state"]:
            why = f", {row['decision_reason']}" if row["decision_reason"] else ""
            lines.append(
                f"{row['decided_by'] or 'somebody'} decided {row['given_decision']}{why}: {row['decision_state']}"
            )
    verdict = line.get("decision")
    effective = line.get("effective_decision")
    if verdict:
        lines.append(
            f"decision: {verdict}" + (f", as decided by people {effective}" if effective not in (None, verdict) else "")
        )
    return Part(
        "Found",
        tuple(lines),
        [
            {
                "code": row["code"],
                "severity": row["severity"],
                "message": row["message"],
                "decision_state": row["decision_state"],
            }
            for row in found
        ],
    )


def _clears(world: World | None, line: Row, found: list[Row]) -> Part:
    lines, data = [], []
    for row in found:
        changes = smallest_changes(world, row, line) if world else []
        told = ", or ".join(changes) if changes else CODES[row["code"]].clears
        lines.append(f"{row['code']}: {told}")
        data.append({"code": row["code"], "clears": changes or [told], "verified": bool(changes)})
    return Part("Clears with", tuple(lines), data)


def _world(known: Known, row: Row) -> World | None:
    """Return the row's group alone: what it is matched with, and nothing else."""
    if known.sources is None or known.rules is None:
        return None
    group = pl.col("group_id").eq_missing(pl.lit(row["group_id"], pl.String))
    frames = {name: getattr(known.run, name) for name in ("order_lines", "receipt_lines", "invoice_lines")}
    places = {name: frame.filter(group).select(_PLACE) for name, frame in frames.items()}
    return World(group_of(known.sources, places), known.rules, known.as_of)
