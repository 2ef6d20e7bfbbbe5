"""`recon diff`: what lies between two runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import decisions_of, load
from recon.cli.options import choice
from recon.cli.progress import doing
from recon.cli.told import STYLES, tell
from recon.errors import RulesError

if TYPE_CHECKING:
    from recon.report.formats.difference import Sheets
    from recon.review.diff import Difference, Side
    from recon.rules.rule import Rules

_RULES = (".yaml", ".yml")
_READ = ("discrepancies", "invoices")


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A report's folder or address, or a rules file to run.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later one.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the comparison into this folder.")
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="text|json|md|xlsx", help="How it is told.")] = "text",
) -> int:
    """Tell which findings are new, worse, better and cleared, which invoices are decided otherwise, and what money moved.

    Of two rules files it is also told what the data changed and what the rules did: the old rules are run on the new data.
    """
    from recon.run.object_report import here

    choice(style, STYLES, "--format")
    if style == "xlsx" and output is None:
        raise RulesError("a workbook needs a folder", "-o", "As -o comparison.")
    with here(old, _READ) as before, here(new, _READ) as after:
        sheets = _sheets(_difference(before, after))
    tell(sheets, style, output, "diff", "The comparison")
    return 0


def _difference(old: Path, new: Path) -> Difference:
    from recon.review.diff import difference, explained

    if old.suffix.lower() in _RULES and new.suffix.lower() in _RULES:
        before, after = load(old), load(new)
        return explained(_run(before), _run(_on_data_of(before, after)), _run(after))
    return difference(_side(old), _side(new))


def _on_data_of(rules: Rules, other: Rules) -> Rules:
    """Return rules that read what others read, and judge it as they do themselves."""
    return replace(rules, sources=other.sources, path=other.path)


def _side(path: Path) -> Side:
    from recon.review.earlier import side

    return _run(load(path)) if path.suffix.lower() in _RULES else side(path)


def _run(rules: Rules) -> Side:
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.review.diff import Side

    with doing(f"running {rules.path}"):
        run = reconcile(read_sources(rules), rules, decided=decisions_of(rules))
    return Side(run.discrepancies, run.invoices)


def _sheets(found: Difference) -> Sheets:
    import polars as pl

    from recon.report.formats import difference as tables
    from recon.review.changes import CHANGES

    moved = found.subjects.filter(pl.col("change") != "same")
    order = {change: place for place, change in enumerate(CHANGES)}
    ranked = moved.sort(pl.col("change").replace_strict(order, return_dtype=pl.Int8), "subject_id")
    sheets: Sheets = {
        "Findings": (ranked, tables.SUBJECTS),
        "Invoices decided otherwise": (found.invoices, tables.INVOICES),
        "Money at risk": (found.money, tables.MONEY),
    }
    for name, part in found.parts.items():
        sheets[f"Of which by the {name}"] = (part.money, tables.MONEY)
    return sheets
