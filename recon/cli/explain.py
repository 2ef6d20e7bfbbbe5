"""`recon explain`: why a verdict is what it is, and the smallest change that clears it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recon.cli.job import decisions_of, load
from recon.cli.options import AsOfOption, choice, day
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from recon.review.told import Known, Part

STYLES = ("text", "json", "md")
Told = list[tuple[str, "list[Part]"]]


def explain(
    where: Annotated[
        str, typer.Argument(metavar="RULES|DIR", help="A rules file to run, or the folder or address of a report.")
    ],
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="INVOICE, INVOICE/LINE, PO/LINE, a supplier as spelt, or an id.")
    ],
    as_of: AsOfOption = None,
    style: Annotated[str, typer.Option("--format", metavar="text|json|md", help="How it is told.")] = "text",
) -> int:
    """Tell what was read, how supplier and order line were found, which receipts were used, what was compared and what not.

    It ends in the smallest change that clears each finding, found by matching again; of a report's folder only while rules
    and sources are still what it was made of.
    """
    from recon.cli.terminal import fitted
    from recon.review.named import named, titled
    from recon.review.published import Published
    from recon.run.object_report import here

    choice(style, STYLES, "--format")
    with here(where, [field.name for field in fields(Published)]) as place:
        known = _known(place, as_of)
    rows = named(known.run, what)
    with doing("matching again"):
        told = [(titled(table, row), _parts(known, table, row)) for table, row in rows]
    text = shown(_AS[style](told))
    say(fitted(text) if style == "text" else text)
    return 0


def _known(where: Path, as_of: str | None) -> Known:
    from recon.review.told import Known

    if where.is_dir():
        from recon.review.published import published

        return _with_sources(where, Known(published(where)))
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.rules.file import named_lines

    rules, date = load(where), day(as_of)
    with doing("reading and matching"):
        sources = read_sources(rules)
        run = reconcile(sources, rules, date, decisions_of(rules, date))
    return Known(run, sources, rules, named_lines(rules), date)


def _with_sources(directory: Path, known: Known) -> Known:
    """Return what is known of a report with its sources and rules, where they still are what it was made of; else as it is.

    With them the smallest change is found by matching again; without, what clears is told in words.
    """
    from datetime import date

    from recon.read import read_sources
    from recon.report.folder.manifest import made_of
    from recon.rules.file import named_lines

    told = made_of(directory)
    path = next((path for path in told.rules if path.is_file()), None)
    if path is None:
        return known
    try:
        rules = load(path)
        with doing("reading"):
            sources = read_sources(rules) if rules.digest == told.rules_digest else None
    except ReconError:
        return known
    if sources is None or sorted(str(file.get("sha256")) for file in sources.files) != told.inputs:
        return known
    day = date.fromisoformat(told.as_of) if told.as_of else None
    return replace(known, sources=sources, rules=rules, places=named_lines(rules), as_of=day)


def _parts(known: Known, table: str, row: Mapping[str, Any]) -> list[Part]:
    from recon.review import explain as how

    if table == "invoice_lines":
        return how.explain_line(known, dict(row))
    if table == "receipt_lines":
        return how.explain_receipt(known, dict(row))
    return how.explain_order(known, dict(row)) if table == "order_lines" else how.explain_supplier(dict(row))


def _as_text(told: Told) -> str:
    lines = []
    for title, parts in told:
        lines.append(title)
        for part in parts:
            lines += [f"  {part.title}", *(f"    {line}" for line in part.lines)]
        lines.append("")
    return "\n".join(lines).rstrip()


def _as_markdown(told: Told) -> str:
    lines = []
    for title, parts in told:
        lines += [f"## {title}", ""]
        for part in parts:
            lines += [f"**{part.title}**", "", *(f"- {line}" for line in part.lines), ""]
    return "\n".join(lines).rstrip()


def _as_json(told: Told) -> str:
    trees = [
        {"what": title, "parts": [{"title": part.title, "lines": part.lines, "data": part.data} for part in parts]}
        for title, parts in told
    ]
    return json.dumps(trees, ensure_ascii=False, indent=2, default=str)


_AS: Mapping[str, Callable[[Told], str]] = {"text": _as_text, "md": _as_markdown, "json": _as_json}
