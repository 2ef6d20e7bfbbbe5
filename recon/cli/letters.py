"""`recon letters`: drafts to suppliers about what is disputed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import decisions_of, load
from recon.cli.options import AsOfOption, choice, day, today
from recon.cli.progress import doing
from recon.cli.stdout import say
from recon.errors import RulesError, did_you_mean
from recon.report.words import several

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from recon.review.letters.letter import Letter

DAYS_TO_ANSWER = 14


def letters(
    what: Annotated[
        str, typer.Argument(metavar="RULES|DIR", help="A rules file to run, or a report's folder or address.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Write the drafts into this folder.")],
    supplier: Annotated[str | None, typer.Option(metavar="ID", help="To this supplier alone.")] = None,
    language: Annotated[str, typer.Option(metavar="en|de|fr|es", envvar="RECON_LANGUAGE", help="The language.")] = "en",
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Answer asked by then; else in two weeks, as of --as-of or today."),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder with letter.md or letter.html (or letter.de.md ...).")
    ] = None,
    as_of: AsOfOption = None,
) -> int:
    """Write a letter to each supplier with something to settle, as .md, .html and .eml draft.

    They hold the supplier's own figures and what was ordered and received; limits, rules and scores stay here.
    """
    from recon.review.letters.languages import LANGUAGES
    from recon.review.letters.write import write_letters
    from recon.run.object_report import here

    choice(language, tuple(LANGUAGES), "--language")
    start = day(as_of)
    answer = day(by, "--by") or (start or today()) + timedelta(days=DAYS_TO_ANSWER)
    with here(what, ("discrepancies", "invoice_lines", "order_lines")) as place:
        found = _letters(place, supplier, language, answer, start)
    count = write_letters(found, output, LANGUAGES[language], language, templates)
    say(f"{several(count, 'letter')} in {output}, to be read before they are sent.")
    return 0


def _letters(what: Path, supplier: str | None, language: str, by: date, as_of: date | None) -> list[Letter]:
    from recon.report.views.todo import to_do
    from recon.review.letters.languages import LANGUAGES
    from recon.review.letters.letter import letters as written

    frames, base, emails = _of_report(what) if what.is_dir() else _of_run(what, as_of)
    every = written(to_do(frames, base, as_of), emails, LANGUAGES[language], by)
    chosen = [letter for letter in every if supplier in (None, letter.supplier_id)]
    if supplier is not None and not chosen:
        known = [letter.supplier_id for letter in every]
        hint = f"Letters would go to {', '.join(known[:10])}." if known else "There is nothing to write about."
        raise RulesError(
            f"nothing is to be settled with supplier '{supplier}'{did_you_mean(supplier, known)}", hint=hint
        )
    return chosen


def _of_report(directory: Path) -> tuple[Mapping[str, pl.DataFrame], str, Mapping[str, str]]:
    from recon.review.letters.write import published

    return published(directory), "", {}


def _of_run(path: Path, as_of: date | None) -> tuple[Mapping[str, pl.DataFrame], str, Mapping[str, str]]:
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.report.formats.data import masked_frames

    rules = load(path)
    with doing("reading the sources"):
        sources = read_sources(rules)
    master = sources.suppliers
    emails = dict(master.select("supplier_id", "email").drop_nulls().iter_rows()) if "email" in master.columns else {}
    with doing("matching"):
        run = reconcile(sources, rules, as_of, decisions_of(rules, as_of))
        return masked_frames(run), rules.base_currency, emails
