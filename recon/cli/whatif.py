"""`recon whatif`: what other rules would have decided, without reading the sources again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import AsOfOption, RulesArgument, choice, day
from recon.cli.progress import doing
from recon.cli.told import PAGE, STYLES, tell
from recon.errors import RulesError

if TYPE_CHECKING:
    from recon.report.formats.difference import Sheets

_FILES = ("xlsx", PAGE)
DRAWN = ("What would change", "at_risk")
"""The table and the column of it that a chart shows."""
ROWS = {
    "variant": "With",
    "currency": "Currency",
    "freed": "Lines freed",
    "amount": "Freed lines bill",
    "at_risk": "Let through",
    "people_paid": "People paid",
    "people_did_not": "People did not",
    "stopped": "Lines stopped",
    "amount_stopped": "Stopped lines bill",
}
LINES = {
    "variant": "With",
    "was": "Was",
    "later": "Would be",
    "supplier_name": "Supplier",
    "invoice_number": "Invoice",
    "invoice_line": "Line",
    "at_risk": "At risk",
    "currency": "Currency",
    "people": "People decided",
}


def whatif(
    rules: RulesArgument,
    new: Annotated[Path | None, typer.Argument(metavar="NEW", help="Other rules, tried on the same sources.")] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=FROM:TO:STEP", help="A number of the rules and the values to try; up to two."
        ),
    ] = None,
    as_of: AsOfOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write what is told into this folder.")
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="text|json|md|xlsx|html", help="How it is told.")] = "text",
) -> int:
    """Tell which lines other rules would pay or stop, what money that frees or lets through, and what people did with them."""
    choice(style, (*STYLES, PAGE), "--format")
    if (new is None) == (not sets) or len(sets or []) > 2:
        raise RulesError(
            "name other rules, or one or two numbers to try", "--set", "As recon whatif old.yaml new.yaml."
        )
    if style in _FILES and output is None:
        raise RulesError("a workbook or page needs a folder", "-o", "As -o outlook.")
    tell(_sheets(rules, new, sets or [], as_of), style, output, "whatif", "What would change", DRAWN)
    return 0


def _sheets(rules: Path, new: Path | None, sets: list[str], as_of: str | None) -> Sheets:
    from recon.read import read_sources
    from recon.review.decision import load as decided
    from recon.review.whatif import outlook, setting, variants

    loaded = load(rules)
    tried = [(new.name, load(new))] if new else list(variants(loaded, [setting(text) for text in sets]))
    with doing(f"reading, and matching {len(tried) + 1} times"):
        decisions = decided(loaded.decisions_path)
        found = outlook(read_sources(loaded), loaded, tried, decisions, day(as_of))
    return {"What would change": (found.rows, ROWS), "Lines decided otherwise": (found.lines, LINES)}
