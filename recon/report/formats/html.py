"""report.html: the whole report on one page that needs nothing from anywhere else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl

from recon.report import blocks, money
from recon.report.blocks import Money
from recon.report.layout import columns_of
from recon.report.sheets import SHEETS
from recon.report.text import decimal_text, visible, xml_expr
from recon.report.views.every import views
from recon.report.words import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from recon.ledger.reconcile import Outcome
    from recon.report.columns import Column

ROWS_SHOWN = 5_000
"""A page of more rows is slow to open; the other formats have them all."""
_SHOWN = ("to_do", "invoices", "information", "rejects")
_NUMERIC = ("amount", "base_amount", "price", "quantity", "number", "score", "whole")

_STYLE = """
:root { color-scheme: light; --ink: #1f2a37; --quiet: #5b6673; --line: #d5dbe2; --head: #1f3b57 }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: #fff; margin: 2rem auto;
  padding: 0 1.5rem; max-width: 90rem }
h1 { font-size: 1.7rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem }
p { margin: .2rem 0 } .quiet { color: var(--quiet); font-size: .87rem } .first { font-size: 1.1rem; font-weight: 600 }
.scroll { overflow-x: auto; max-height: 42rem; border: 1px solid var(--line); border-radius: 6px; width: fit-content;
  max-width: 100% }
table { border-collapse: collapse; font-size: .87rem }
th { background: var(--head); color: #fff; text-align: left; font-weight: 600; position: sticky; top: 0 }
th, td { padding: .3rem .7rem; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap }
td.prose { white-space: normal; min-width: 22rem } .n { text-align: right; font-variant-numeric: tabular-nums }
tr:last-child td { border-bottom: 0 }
@media print { body { margin: 0; max-width: none } .scroll { max-height: none; overflow: visible; border: 0 }
  th { position: static } tr { break-inside: avoid } }
"""


def write_html(outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path) -> None:
    """Write the page: headline, figures, then discrepancies (worst first), invoices and rejects, up to a limit."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in _page(outcome, frames):
            file.write(part)


def _page(outcome: Outcome, frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{blocks.TITLE}</title>\n<style>{_STYLE}{_mark_styles()}</style>\n</head>\n<body>\n"
    )
    yield f'<h1>{blocks.TITLE}</h1>\n<p class="quiet">{_safe(blocks.basis(outcome))}</p>\n'
    for number, line in enumerate(blocks.headline(outcome)):
        yield f"<p{' class=first' if number == 0 else ''}>{_safe(line)}</p>\n"
    for block in blocks.blocks(outcome):
        yield from _block(block)
    shown = views(outcome, frames)
    for sheet in SHEETS:
        if sheet.frame in _SHOWN:
            frame = shown[sheet.frame]
            columns = tuple(c for c in columns_of(sheet, frame) if not c.hidden and c.kind not in ("entry", "link"))
            yield from _frame(sheet.title, frame, columns)
    yield "</body>\n</html>\n"


def _mark_styles() -> str:
    return "".join(f".{word} {{ background: #{back}; color: #{ink} }}\n" for word, (back, ink) in COLOURS.items())


def _block(block: blocks.Block) -> Iterator[str]:
    yield f"<h2>{_safe(block.title)}</h2>\n"
    if block.note:
        yield f'<p class="quiet">{_safe(block.note)}</p>\n'
    heads = "".join(
        f"<th{' class=n' if heading.number else ''}>{_safe(heading.title)}</th>" for heading in block.headings
    )
    yield f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    for row in block.rows:
        yield f"<tr>{''.join(_cell(value) for value in row)}</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _cell(value: blocks.Cell) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, Money):
        return f'<td class="n">{value}</td>'
    if isinstance(value, int):
        return f'<td class="n">{value:,}</td>'
    mark = f' class="{value}"' if value in COLOURS else ""
    return f"<td{mark}>{_safe(value)}</td>"


def _frame(title: str, frame: pl.DataFrame, columns: tuple[Column, ...]) -> Iterator[str]:
    if frame.is_empty():
        return
    shown = frame.head(ROWS_SHOWN)
    more = "" if shown.height == frame.height else f" (the first {shown.height:,}; the other formats have them all)"
    yield f'<h2>{title}</h2>\n<p class="quiet">{frame.height:,} in all{more}.</p>\n'
    heads = "".join(f"<th{' class=n' if c.kind in _NUMERIC else ''}>{escape(visible(c.title))}</th>" for c in columns)
    yield f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    cells = [_column_cells(shown, column) for column in columns]
    rows = shown.select(pl.concat_str(pl.lit("<tr>"), *cells, pl.lit("</tr>\n")).alias("row"))
    yield rows.get_column("row").str.join("").item()
    yield "</tbody>\n</table></div>\n"


def _column_cells(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """Return a column of `<td>` elements, amounts rounded to the currency's minor unit."""
    values = pl.col(column.name)
    dtype = frame.schema[column.name]
    if column.kind == "amount":
        return _wrapped(pl.lit(_amounts(frame, column.name)), "n")
    if isinstance(dtype, pl.Decimal):
        return _wrapped(decimal_text(values, dtype.scale), "n")
    if isinstance(dtype, pl.List):
        return _wrapped(values.list.join(", "), "")
    text = xml_expr(values.cast(pl.String))
    if column.kind == "mark":
        return pl.concat_str(
            pl.lit('<td class="'), text.fill_null(""), pl.lit('">'), text.fill_null(""), pl.lit("</td>")
        )
    return _wrapped(text, "n" if column.kind in _NUMERIC else "prose" if column.name in {"message", "reason"} else "")


def _amounts(frame: pl.DataFrame, name: str) -> pl.Series:
    currencies = (
        frame.get_column("currency") if "currency" in frame.columns else pl.repeat(None, frame.height, eager=True)
    )
    pairs = zip(frame.get_column(name), currencies, strict=True)
    shown = [None if value is None else money.amount(value, currency) for value, currency in pairs]
    return pl.Series(name, shown, dtype=pl.String)


def _wrapped(text: pl.Expr, name: str) -> pl.Expr:
    start = f'<td class="{name}">' if name else "<td>"
    return pl.concat_str(pl.lit(start), text.fill_null(""), pl.lit("</td>"))


def _safe(text: str) -> str:
    return escape(visible(text, lines=True))
