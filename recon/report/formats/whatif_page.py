"""What other limits would do, as a page of its own: a chart that needs nothing from anywhere, and the tables under it."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from recon.report import money
from recon.report.formats.data import mask
from recon.report.formats.page import STYLE, source
from recon.report.formats.table import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from recon.report.formats.difference import Sheets

_TITLE = "What other limits would do"
_WIDTH, _LABELS, _AMOUNTS, _BAR, _GAP = 900, 330, 140, 16, 8
"""Sizes of the chart in its own units; a page makes it as wide as there is room."""
_MOST_BARS = 60


def write_page(sheets: Sheets, path: Path, chart: tuple[str, str]) -> None:
    """Write the tables; `chart` names one and the column of it that is drawn, a bar a row, by currency."""
    policy = f"default-src 'none'; style-src {source(STYLE)}; base-uri 'none'; form-action 'none'"
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_TITLE}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{_TITLE}</h1>\n"
    )
    parts = [head]
    for title, (frame, heads) in sheets.items():
        parts.append(f"<h2>{escape(title)}</h2>\n")
        if title == chart[0]:
            parts += list(_charts(frame, chart[1], heads[chart[1]]))
        parts += list(_table(mask(frame), heads))
    path.write_text("".join([*parts, "</body>\n</html>\n"]), encoding="utf-8", newline="\n")


def _charts(frame: pl.DataFrame, column: str, title: str) -> Iterator[str]:
    """Yield a chart a currency: amounts of two are not drawn against one scale. Where nothing moves a bar is 0."""
    variants = frame.get_column("variant").unique(maintain_order=True).head(_MOST_BARS)
    for currency in frame.get_column("currency").drop_nulls().unique().sort():
        known = dict(frame.filter(frame["currency"] == currency).select("variant", column).iter_rows())
        rows = [(name, known.get(name, Decimal(0))) for name in variants]
        yield f"<h3>{escape(title)}, {escape(money.currency_name(currency))}</h3>\n{chart_of(rows, currency)}"


def chart_of(rows: Sequence[tuple[str, Decimal]], currency: str) -> str:
    """Return bars as SVG: the name, a bar in proportion to the greatest, the amount. Presentation attributes alone."""
    most = max((abs(value) for _, value in rows), default=Decimal(0)) or Decimal(1)
    height = len(rows) * (_BAR + _GAP) + _GAP
    bars = [_bar(name, value, most, currency, number) for number, (name, value) in enumerate(rows)]
    return f'<svg role="img" width="100%" viewBox="0 0 {_WIDTH} {height}" font-size="12">{"".join(bars)}</svg>\n'


def _bar(name: str, value: Decimal, most: Decimal, currency: str, number: int) -> str:
    top = _GAP + number * (_BAR + _GAP)
    length = round(abs(value) / most * (_WIDTH - _LABELS - _AMOUNTS), 1)
    middle = top + _BAR - 4
    amount = escape(money.amount(value, currency))
    return (
        f'<text x="{_LABELS - 8}" y="{middle}" text-anchor="end" fill="#1f2a37">{escape(shown(name))}</text>'
        f'<rect x="{_LABELS}" y="{top}" width="{length:f}" height="{_BAR}" fill="#1f5fa8"/>'
        f'<text x="{_LABELS + length + 6:f}" y="{middle}" fill="#1f2a37">{amount}</text>'
    )


def _table(frame: pl.DataFrame, heads: Any) -> Iterator[str]:
    if frame.is_empty():
        yield "<p>None.</p>\n"
        return
    yield '<div class="scroll"><table>\n<thead><tr>'
    yield "".join(f"<th{_number(frame, name)}>{escape(title)}</th>" for name, title in heads.items())
    yield "</tr></thead>\n<tbody>\n"
    for row in frame.select(*heads).iter_rows():
        cells = zip(heads.items(), row, strict=True)
        yield "<tr>"
        yield "".join(
            f'<td data-h="{escape(title)}"{_number(frame, name)}>{escape(shown(value))}</td>'
            for (name, title), value in cells
        )
        yield "</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _number(frame: pl.DataFrame, name: str) -> str:
    return ' class="n"' if frame.schema[name].is_numeric() else ""
