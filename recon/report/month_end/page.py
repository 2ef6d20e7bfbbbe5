"""month_end.html: the face of the month-end with its bars, and its tables, on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from recon.report.blocks import Money
from recon.report.formats.html import block_table, frame_table, head, safe
from recon.report.month_end.face import face
from recon.report.month_end.sheets import SHEETS, laid, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl

    from recon.ledger.reconcile import Outcome
    from recon.report.blocks import Block
    from recon.report.month_end.face import Face

_COLOURS = ("#1f5fa8", "#c98b2b", "#5f8f5a", "#9aa5b1")
_WIDTH, _BAR, _LABEL, _AMOUNT = 760, 18, 150, 110


def write_page(frames: Mapping[str, pl.DataFrame], outcome: Outcome, period: tuple[date, date], path: Path) -> None:
    """Write the page: what the overview says, then a table a frame, up to a limit of rows."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in _page(face(frames, outcome, period), frames, outcome):
            file.write(part)


def _page(said: Face, frames: Mapping[str, pl.DataFrame], outcome: Outcome) -> Iterator[str]:
    yield head(said.title)
    yield f'<h1>{safe(said.title)}</h1>\n<p class="quiet">Rules: {safe(outcome.rules.path.name)}</p>\n'
    for number, line in enumerate(said.lines):
        yield f"<p{' class=first' if number == 1 else ''}>{safe(line)}</p>\n"
    for block in said.blocks:
        yield from block_table(block)
        if block.title in said.bars:
            yield _bars(block, said.bars[block.title])
    for sheet in SHEETS:
        if sheet.frame != "tie_out":  # the face has all of it
            yield from frame_table(
                sheet.title, sheet.names, laid(sheet.frame, frames[sheet.frame]), shown=shown(sheet.frame)
            )
    yield "</body>\n</html>\n"


def _bars(block: Block, columns: tuple[int, ...]) -> str:
    """Return a block as horizontal bars; an amount below zero has none, and its figure says so."""
    amounts = [[_amount(row[column]) for column in columns] for row in block.rows]
    most = max((sum(max(a, Decimal(0)) for a in row) for row in amounts), default=Decimal(0)) or Decimal(1)
    room = _WIDTH - _LABEL - _AMOUNT
    height = _BAR * len(block.rows) + 6
    parts = [
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" font-size="11"><title>{safe(block.title)}</title>'
    ]
    for at, (row, mine) in enumerate(zip(block.rows, amounts, strict=True)):
        x, y = Decimal(_LABEL), _BAR * at
        parts.append(f'<text x="{_LABEL - 6}" y="{y + 13}" text-anchor="end">{safe(str(row[0]))}</text>')
        for amount, colour in zip(mine, _COLOURS, strict=False):
            wide = round(max(amount, Decimal(0)) / most * room, 1)
            parts.append(f'<rect x="{x}" y="{y + 3}" width="{wide}" height="{_BAR - 5}" fill="{colour}"/>')
            x += wide
        whole = next((cell for cell in reversed(row) if isinstance(cell, Money)), None)
        parts.append(f'<text x="{x + 5}" y="{y + 13}">{whole or ""}</text>')
    legend = (
        []
        if len(columns) == 1
        else [f'<p class="quiet">{safe(", then ".join(block.headings[c].title for c in columns))}</p>']
    )
    return "".join([*parts, "</svg>", *legend, "\n"])


def _amount(cell: object) -> Decimal:
    return cell.value if isinstance(cell, Money) else Decimal(0)
