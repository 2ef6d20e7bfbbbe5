"""The summary: the totals that people read first, added up from the published frames and ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import DECISION_OF, DECISIONS
from recon.engine.exact import Exact, quotient
from recon.engine.joins import only
from recon.engine.sums import exact_sum, group_sums
from recon.kinds import EXACT, NO_CURRENCY
from recon.ledger.conserve import Places, added, amounts, balance, places
from recon.match.classify.bridge import PARTS
from recon.match.normalise.complete import valued
from recon.tables import CANONICAL, PLACE, RECEIPT_LINES, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from recon.match.batch import BatchResult
    from recon.match.normalise.lines import Normalised
    from recon.tables import Sources

    Row = Mapping[str, Any]

INPUTS = {name: table.name for name, table in CANONICAL.items()}
"""Source -> table, in the order of the summary; those that are not TABLES are told of where there are any."""
BRIDGED = ("expected", *PARTS, "invoiced")
_OF_A_RECEIPT = [column for column in RECEIPT_LINES.columns if column not in PLACE]


def plain(number: Decimal) -> str:
    """Return a decimal in plain notation without trailing zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


TALLY: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "figure": pl.String,
    "key": pl.String,
    "currency": pl.String,
    "count": pl.Int64,
    "amount": EXACT,
}
"""What goes into the summary: one row a figure, what it is told by and currency. Those of several batches add up."""


@dataclass(frozen=True)
class Intake:
    """What came in, counted before the match takes the lines: the summary's inputs, and the places of all rows."""

    inputs: dict[str, Any]
    places: dict[str, Places]

    @classmethod
    def of(cls, sources: Sources, normal: Normalised) -> Intake:
        """Count what was read."""
        return cls(_inputs(sources, normal), places(sources))

    def __add__(self, other: Intake) -> Intake:
        names = [name for name in INPUTS if name in self.inputs or name in other.inputs]
        inputs = {name: _added_inputs(self.inputs.get(name), other.inputs.get(name)) for name in names}
        return Intake(inputs, {table: self.places[table] + other.places[table] for table in self.places})


def tally(result: BatchResult) -> pl.DataFrame:
    """Return TALLY of what a batch came to."""
    frames = result.frames
    at_risk, accrued = "amount_at_risk", "received_not_invoiced_amount"
    lines = only(frames["invoice_lines"], ["decision", "link", "currency", "currency_read", "amount", at_risk])
    orders = only(frames["order_lines"], ["currency", accrued])
    found = only(frames["discrepancies"], ["code", "decision_state", "currency", at_risk])
    given = only(result.given, ["currency_read", "amount"])
    stopped = lines.filter(pl.col("decision") != DECISIONS[0])
    return pl.concat(
        [
            _told(frames["invoices"], "invoices", "decision"),
            _told(frames["invoices"], "effective", "effective_decision"),
            _told(lines, "invoice_lines", "decision"),
            _told(lines.drop_nulls("link"), "linked_lines"),
            _told(_repeated(frames["receipt_lines"]), "repeated_receipts"),
            _told(found, "discrepancies", "code", at_risk),
            _told(found.drop_nulls("decision_state"), "decisions", "decision_state", at_risk),
            _told(stopped.filter(pl.col(at_risk) != 0), "amount_at_risk", "decision", amount=at_risk),
            _told(orders.filter(pl.col(accrued) != 0), "received_not_invoiced", amount=accrued),
            _told(given.drop_nulls("amount"), "in", currency="currency_read"),
            _told(lines.drop_nulls("amount"), "out", currency="currency_read"),
            _bridged(pl.concat([frames["bridge"], result.detached])),
        ]
    )


def summarise(intake: Intake, counted: pl.DataFrame, unmatched: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return the summary of SPEC 6, of the TALLY of all batches and of what no batch has: rejects and what is left out.

    Raises InvariantError where the amounts of the invoice lines that came in are not those that went out.
    """
    by = ["figure", "key", "currency"]
    counts = counted.group_by(by).agg(pl.col("count").sum())
    rows = counts.join(group_sums(counted, by, "amount"), on=by).sort(by).to_dicts()
    of = {figure: [row for row in rows if row["figure"] == figure] for figure in {row["figure"] for row in rows}}
    return {
        "inputs": {name: _input(name, entry, unmatched) for name, entry in intake.inputs.items()},
        "invoices": _decided(of.get("invoices", [])),
        "effective": _decided(of.get("effective", [])),
        "invoice_lines": _decided(of.get("invoice_lines", [])),
        "linked_lines": _counted(of.get("linked_lines", [])),
        "repeated_receipts": _counted(of.get("repeated_receipts", [])),
        "discrepancies": _by_key(of.get("discrepancies", []), "amount_at_risk"),
        "decisions": _by_key(of.get("decisions", []), "amount_at_risk"),
        "amount_at_risk": _worded(_added_by_currency(of.get("amount_at_risk", []))),
        "amount_at_risk_by_decision": {
            decision: _worded(_by_currency([row for row in of.get("amount_at_risk", []) if row["key"] == decision]))
            for decision in DECISIONS[1:]
        },
        "received_not_invoiced": _worded(_by_currency(of.get("received_not_invoiced", []))),
        "first_pass_match_rate": _first_pass(of.get("invoices", [])),
        "conservation": _conservation(_by_currency(of.get("in", [])), _by_currency(of.get("out", [])), unmatched),
        "rejects": unmatched["rejects"].height,
        "left_out": unmatched["left_out"].height,
        "bridge": _bridge(of.get("bridge", [])),
    }


def _told(
    frame: pl.DataFrame, figure: str, key: str | None = None, amount: str = "amount", currency: str = "currency"
) -> pl.DataFrame:
    """Return a frame's rows counted and added up (an absent amount adds nothing), by the column `key` and currency."""
    keyed = frame.select(
        (pl.col(key) if key else pl.lit("")).alias("key"),
        pl.col(currency).fill_null(NO_CURRENCY).alias("currency"),
        pl.col(amount).fill_null(0).alias("amount"),
    )
    by = ["key", "currency"]
    counts = keyed.group_by(by).agg(pl.len().alias("count")).with_columns(figure=pl.lit(figure))
    return counts.join(group_sums(keyed, by, "amount"), on=by).select(pl.col(c).cast(t) for c, t in TALLY.items())


def _repeated(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return the receipts with the number, line and all else of one before; without a line number nobody can tell."""
    numbered = receipts.drop_nulls("receipt_line")
    same_number = numbered.filter(pl.struct("receipt_number", "receipt_line").is_duplicated())
    again = same_number.filter(~pl.struct(_OF_A_RECEIPT).is_first_distinct())
    return again.with_columns(amount=pl.lit(0, EXACT), currency=pl.lit(None, pl.String))


def _bridged(bridge: pl.DataFrame) -> pl.DataFrame:
    sums = group_sums(bridge.with_columns(pl.col("currency").fill_null(NO_CURRENCY)), ["currency"], *BRIDGED)
    rows = sums.unpivot(BRIDGED, index="currency", variable_name="key", value_name="amount")
    named = rows.with_columns(figure=pl.lit("bridge"), count=pl.lit(0, pl.Int64))
    return named.select(pl.col(c).cast(t) for c, t in TALLY.items())


def _worded(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: plain(amount) for currency, amount in sums.items()}


def _inputs(sources: Sources, normal: Normalised) -> dict[str, Any]:
    counted = {}
    for name, table in INPUTS.items():
        frame = getattr(sources, table)
        read_rejects = sources.rejects.filter(pl.col("table") == table)
        rejects = normal.rejects.filter(pl.col("table") == table)
        counted[name] = {
            "rows": frame.height + read_rejects.height,
            "amount": added(_valued(frame, rejects), amounts(read_rejects)) if table in TABLES else {},
        }
    return {name: entry for name, entry in counted.items() if INPUTS[name] in TABLES or entry["rows"]}


def _input(name: str, entry: Mapping[str, Any], unmatched: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    beside = {of: unmatched[of].filter(pl.col("table") == INPUTS[name]).height for of in ("rejects", "left_out")}
    return {"rows": entry["rows"], **beside, "amount": _worded(entry["amount"])}


def _added_inputs(one: dict[str, Any] | None, other: dict[str, Any] | None) -> dict[str, Any]:
    if one is None or other is None:
        return one or other or {}
    return {"rows": one["rows"] + other["rows"], "amount": added(one["amount"], other["amount"])}


def _valued(frame: pl.DataFrame, rejects: pl.DataFrame) -> dict[str, Decimal]:
    """Return the sums of amounts as read; where a line gives none, of quantity x unit price / price unit.

    A reject without an amount has none: it may be one because its product is no amount.
    """
    if "amount" not in frame.columns:
        return {}
    given = pl.col("amount").is_not_null()
    frame = frame.select("source", "row", "quantity", "unit_price", "price_unit", "amount", "currency")
    open_rows = frame.filter(~given).join(rejects, on=["source", "row"], how="anti")
    return added(amounts(frame.filter(given)), amounts(open_rows.with_columns(valued(open_rows))))


def _counted(rows: Sequence[Row]) -> int:
    return sum(row["count"] for row in rows)


def _decided(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    found = _by_key(rows, "amount")
    return {decision: found.get(decision, {}) for decision in DECISIONS}


def _by_key(rows: Sequence[Row], amount: str) -> dict[str, dict[str, Any]]:
    summed: dict[str, dict[str, Any]] = {}
    for row in rows:
        summed.setdefault(row["key"], {})[row["currency"]] = {"count": row["count"], amount: plain(row["amount"])}
    return summed


def _by_currency(rows: Sequence[Row]) -> dict[str, Decimal]:
    return {row["currency"]: row["amount"] for row in rows}


def _added_by_currency(rows: Sequence[Row]) -> dict[str, Decimal]:
    return added(*({row["currency"]: row["amount"]} for row in rows))


def _first_pass(invoices: Sequence[Row]) -> str | None:
    if not invoices:
        return None
    paid = sum(row["count"] for row in invoices if row["key"] == DECISION_OF["info"])
    rate = quotient(Exact.of(pl.Series([paid])), Exact.of(pl.Series([_counted(invoices)])))
    return plain(exact_sum(rate))


def _conservation(
    came: dict[str, Decimal], went: dict[str, Decimal], unmatched: Mapping[str, pl.DataFrame]
) -> dict[str, dict[str, str]]:
    parts = [unmatched[name].filter(pl.col("table") == "invoice_lines") for name in ("rejects", "left_out")]
    kept = [amounts(part) for part in parts]
    return {c: _worded(sides) for c, sides in balance(added(came, *kept), added(went, *kept)).items()}


def _bridge(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {row["currency"]: dict.fromkeys(BRIDGED, "0") for row in rows}
    for row in rows:
        found[row["currency"]][row["key"]] = plain(row["amount"])
    return found
