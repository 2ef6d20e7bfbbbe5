"""The parts of an explanation that judge: what was compared and what not, what was found, what would clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_RECEIPT, CODES
from recon.ledger.reconcile import all_compared
from recon.review.clears import smallest_changes
from recon.review.told import PLACE, Part, rows_at, rule_of, text
from recon.review.worlds import World, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.review.told import Known, Row

FIGURES = ("expected", "actual", "variance", "variance_percent", "limit", "amount_at_risk")
"""The numbers of a discrepancy, told as they are published."""

_OF_LINE = ("ordered", "received", "invoiced_before", "price_variance", "price_variance_amount", "quantity_variance")


def checks(known: Known, line: Row, found: list[Row], world: World | None) -> Part:
    """Return what was compared: beyond a limit as it is published, then what lies within, then the line's figures."""
    within = (
        rows_at(all_compared(world.sources, world.rules, world.as_of), line).filter(~pl.col("beyond")).to_dicts()
        if world
        else []
    )
    lines = [_compared(known, row, row["code"]) for row in found if row["measure"]]
    lines += [_compared(known, row, "within") for row in within]
    figures = [f"{name.replace('_', ' ')} {text(line[name])}" for name in _OF_LINE if line.get(name) is not None]
    if figures:
        lines.append(f"policy {line['policy'] or '-'}: {', '.join(figures)}")
    columns = ("code", "measure", *FIGURES, "tolerance", "subject_id")
    data = [{name: None if row[name] is None else text(row[name]) for name in columns} for row in found]
    return Part("Compared", tuple(lines), data)


def _compared(known: Known, row: Row, verdict: str) -> str:
    limit = "no limit applies"
    if row["limit"] is not None:
        limit = f"limit {text(row['limit'])} by {rule_of(known, row['tolerance'])}{_passed_over(known, row)}"
    percent = f" ({text(row['variance_percent'])} %)" if row["variance_percent"] is not None else ""
    return (
        f"{row['measure']}: expected {text(row['expected'])}, actual {text(row['actual'])},"
        f" variance {text(row['variance'])}{percent}; {limit}: {verdict}"
    )


def _passed_over(known: Known, row: Row) -> str:
    """Return which tolerances with that measure stand after the one that decided, and so were not asked."""
    rules = known.rules.tolerances if known.rules else ()
    names = [rule.name for rule in rules if row["measure"] in rule.measures]
    later = names[names.index(row["tolerance"]) + 1 :] if row["tolerance"] in names else []
    return f", ahead of {', '.join(rule_of(known, name) for name in later)}" if later else ""


UNFOUND = {
    "no_reference",
    "order_not_found",
    "order_line_not_found",
    "link_ambiguous",
    "quantity_missing",
    "duplicate_invoice",
}


def whole_order(line: Row) -> str | None:
    """Return the order that a line bills as a whole: it gives an amount alone, and cites one that is there; else null."""
    alone = not any(line[name] for name in ("link", "po_line", "item", "quantity", "unit_price"))
    found = UNFOUND.isdisjoint(line["codes"]) and line["line_type"] == "item" and line["policy"] is None
    return line["po_number"] if alone and found else None


def not_compared(line: Row, found: list[Row]) -> Iterator[str]:
    """Yield what was not compared on an invoice line, and why."""
    codes = {row["code"] for row in found}
    if "duplicate_invoice" in codes:
        yield "anything: the line is set aside as a duplicate"
        return
    if (order := whole_order(line)) is not None:
        yield f"price and quantity: the line gives neither; its amount is added to all that is billed of order {order}, and held against what is ordered and received of it"
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


def decided(line: Row, found: list[Row]) -> Part:
    """Return what was found, and what people decided about it."""
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
    names = ("code", "severity", "message", "decision_state")
    return Part("Found", tuple(lines), [{name: row[name] for name in names} for row in found])


def clears(world: World | None, line: Row, found: list[Row]) -> Part:
    """Return what clears each finding: tried in the world of its group, else in the words of its code."""
    lines, data = [], []
    for row in found:
        changes = smallest_changes(world, row, line) if world else []
        told = ", or ".join(changes) if changes else CODES[row["code"]].clears
        lines.append(f"{row['code']}: {told}")
        data.append({"code": row["code"], "clears": changes or [told], "verified": bool(changes)})
    return Part("Clears with", tuple(lines), data)


def world_of(known: Known, row: Row) -> World | None:
    """Return the row's group alone: what it is matched with, and nothing else."""
    if known.sources is None or known.rules is None:
        return None
    group = pl.col("group_id").eq_missing(pl.lit(row["group_id"], pl.String))
    frames = {name: getattr(known.run, name) for name in ("order_lines", "receipt_lines", "invoice_lines")}
    places = {name: frame.filter(group).select(PLACE) for name, frame in frames.items()}
    return World(group_of(known.sources, places), known.rules, known.as_of)
