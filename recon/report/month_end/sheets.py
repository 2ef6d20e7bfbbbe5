"""The sheets of the month-end workbook in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report.layout import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping


def _sheet(title: str, frame: str, columns: str, note: str, frozen: int, **how: bool) -> Sheet:
    return Sheet(title, frame, tuple(columns.split()), note, frozen=frozen, alone=True, **how)


SHEETS = (
    _sheet(
        "Accrual",
        "gr_ir",
        "kind supplier_id supplier_name po_number po_line item description open_quantity uom price open_amount "
        "currency apart_amount accrual_amount base_amount closing_base_amount fx_revaluation age_days bucket "
        "oldest_receipt_date last_invoice_date account company category cost_centre project closed write_off "
        "source row",
        "What is open between goods and bills, a row an order line and kind.",
        3,
    ),
    _sheet(
        "Open receipts",
        "gr_ir_receipts",
        "receipt_number receipt_line receipt_date posting_date supplier_id supplier_name po_number po_line item "
        "open_quantity uom open_amount currency rate base_amount age_days bucket company source row",
        "What is open of each receipt, at the order's price and its own day's rate.",
        2,
        always=False,
    ),
    _sheet(
        "Tie-out",
        "tie_out",
        "account currency step amount base_amount lines evidence company",
        "From what is explained to the ledger's balance; debit is positive.",
        3,
    ),
    _sheet(
        "Ledger differs",
        "tie_out_lines",
        "po_number po_line supplier_id supplier_name ledger explained difference currency postings account company",
        "Order lines of which the ledger holds something else than the documents say.",
        2,
        always=False,
    ),
    _sheet(
        "Journal",
        "journal",
        "journal_id line account debit credit currency base_debit base_credit posting_date reversal_date text "
        "supplier_id po_number po_line cost_centre plant project rule company reverses",
        "What is to be booked; debit and credit are equal in each journal.",
        3,
    ),
    _sheet(
        "Write-offs",
        "write_offs",
        "kind supplier_id supplier_name po_number po_line amount currency age_days write_off to_account cleared_by "
        "approved_by approved_on account company",
        "Proposals: nothing is written off unless somebody approves it.",
        1,
        always=False,
        whole=True,
    ),
    _sheet(
        "Commitments",
        "commitments",
        "state supplier_id supplier_name po_number po_line category cost_centre project buyer quantity uom amount "
        "currency base_amount week pay_date basis n due_date expected_receipt_date expected_invoice_date company "
        "source row",
        "Where the money of each order line is, and when it goes out.",
        1,
    ),
    _sheet(
        "Committed spend",
        "committed_spend",
        "dimension value ordered_not_received received_not_invoiced invoiced_held invoiced_due paid amount "
        "currency lines",
        "The same by supplier, category, cost centre, project and buyer.",
        2,
        always=False,
    ),
    _sheet(
        "Cash",
        "cash_out",
        "week first_day state basis n amount currency lines",
        "What goes out by week, and what says so.",
        1,
    ),
    _sheet(
        "Cash back-test",
        "cash_backtest",
        "week first_day forecast paid error currency",
        "What was foreseen thirteen weeks ago, and what was paid.",
        1,
        always=False,
    ),
    _sheet(
        "Due",
        "dues",
        "invoice_number supplier_id supplier_name decision amount paid_amount open_amount currency due_date "
        "days_left basis terms terms_ambiguous invoice_date document_type company",
        "When each invoice is due, and what says so.",
        1,
    ),
    _sheet(
        "Discounts",
        "discounts",
        "discount_status invoice_number supplier_id supplier_name discount_date discount_percent discount_amount "
        "currency annualised_percent decision blocked_by terms due_date paid_on",
        "Cash discounts: to be had, at risk and by what, missed, lost, taken.",
        2,
    ),
    _sheet(
        "KPIs",
        "kpis",
        "name grain scope scope_value value numerator denominator n low high currency source definition",
        "Each figure with its fraction and its count.",
        2,
    ),
    _sheet(
        "Trend",
        "kpi_trend",
        "name grain period value numerator denominator n currency",
        "The figures of the whole, period by period, as this folder has them.",
        2,
        always=False,
    ),
    _sheet(
        "Causes",
        "causes",
        "state kind statement supplier_id discrepancies amount_at_risk currency clears leaves creates confirmed_by "
        "alternatives patch cause_id",
        "One reason behind many findings, proven by its patch or told as a pattern.",
        2,
    ),
    _sheet(
        "Open points",
        "open_points",
        "point subject amount currency message company source row",
        "What could not be taken into account.",
        2,
    ),
)
_SHOWN: Mapping[str, Mapping[str, Any]] = {
    "open_amount": {"title": "Open amount"},
    "open_quantity": {"title": "Open quantity"},
    "received_not_invoiced": {"title": "Received not invoiced", "kind": "amount", "width": 16},
    "apart_amount": {"title": "On bills that take no part"},
    "accrual_amount": {"title": "To accrue"},
    "n": {"title": "Cases"},
    "name": {"title": "Figure"},
    "kind": {"title": "What", "width": 22},
    "approved_by": {"title": "Approved by", "kind": "entry", "width": 16},
    "approved_on": {"title": "Approved on", "kind": "entry", "width": 12},
    "text": {"title": "Text", "width": 44},
    "terms": {"title": "Terms", "width": 32},
    "confirmed_by": {"title": "Confirmed by", "width": 36},
    "patch": {"title": "Patch", "width": 90},
}
"""What of a column is another's in the report of a run: its title, width or kind."""
_OF_FIGURES: Mapping[str, Mapping[str, Any]] = {
    "value": {"title": "Value", "kind": "figure"},
    "numerator": {"title": "Numerator", "kind": "number"},
    "denominator": {"title": "Denominator", "kind": "number"},
    "low": {"title": "Low", "kind": "figure", "width": 9},
    "high": {"title": "High", "kind": "figure", "width": 9},
}
_OF: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "kpis": {
        **_OF_FIGURES,
        "source": {"title": "Rests on", "width": 12},
        "definition": {"title": "Definition", "width": 76},
    },
    "kpi_trend": _OF_FIGURES,
}


SIDES = ("debit", "credit", "base_debit", "base_credit")


def laid(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame as people read it: of a journal row the side that is 0 is left empty."""
    sides = [pl.when(pl.col(side) != 0).then(side).alias(side) for side in SIDES]
    return frame.with_columns(sides) if name == "journal" else frame


def shown(frame: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what of the columns of a frame is another's than in the report of a run."""
    return {**_SHOWN, **_OF.get(frame, {})}
