"""A summary in Markdown, for the page of a job: headline, decisions, and the gravest discrepancies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from recon.report import blocks, money, opening
from recon.report.formats.data import mask
from recon.report.formats.places import counted
from recon.report.ranking import worst_first
from recon.report.text import visible
from recon.report.views.wrong import with_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.ledger.reconcile import Outcome

MOST = 20
_LIVE = re.compile(r"([\\`*_{}\[\]<>|#~!@])")
_HEADS = ("Severity", "What is wrong", "Invoice", "Supplier", "At risk")


def write_markdown(outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path) -> None:
    """Write summary.md."""
    text = "\n".join(_summary(outcome, frames["discrepancies"]))
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def markdown_of_findings(discrepancies: pl.DataFrame) -> str:
    """Return how many count, and a table of the MOST gravest."""
    return "\n".join(
        [counted(worst_first(discrepancies).get_column("severity").to_list()), "", *_findings(discrepancies)]
    )


def _summary(outcome: Outcome, discrepancies: pl.DataFrame) -> Iterator[str]:
    yield f"## {opening.TITLE}"
    yield ""
    for line in (*opening.headline(outcome), opening.basis(outcome)):
        yield f"- {_plain(line)}"
    for block in blocks.blocks(outcome):
        if block.title == blocks.DECISIONS_TITLE:
            yield ""
            yield from _table([heading.title for heading in block.headings], block.rows)
    yield ""
    yield from _findings(discrepancies)


def _findings(discrepancies: pl.DataFrame) -> Iterator[str]:
    if discrepancies.is_empty():
        return
    gravest = with_words(mask(worst_first(discrepancies).head(MOST))).to_dicts()
    yield from _table(_HEADS, [_row(finding) for finding in gravest])
    if discrepancies.height > MOST:
        yield ""
        yield f"The {MOST} gravest of {discrepancies.height:,}."


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    where = "/".join(part for part in (finding["invoice_number"], finding["invoice_line"]) if part)
    at_risk = finding["amount_at_risk"]
    amount = "" if at_risk is None else money.money(at_risk, finding["currency"])
    return (
        finding["severity"] or "",
        finding["wrong"] or "",
        where,
        finding["supplier_name"] or finding["supplier_id"] or "",
        amount,
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for row in rows:
        yield _line(["" if value is None else _plain(str(value)) for value in row])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, and that calls nobody."""
    return _LIVE.sub(r"\\\1", visible(text)).replace("\\@", "&#64;").replace("\\<", "&lt;")
