"""report.html: the whole report on one page that needs nothing from anywhere else, findings first."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report import blocks, money, opening
from recon.report.blocks import Money
from recon.report.columns import describe
from recon.report.formats.page import FILTER, POLICY, SCRIPT, STYLE
from recon.report.text import decimal_text, visible, xml_expr
from recon.report.views.every import views
from recon.report.words import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.ledger.reconcile import Outcome
    from recon.report.columns import Column

ROWS_SHOWN = 5_000
"""A page of more rows is slow to open; the other formats have them all."""
_TABLES = {
    "to_do": ("To do", (
        "severity", "invoice_number", "invoice_line", "supplier_name", "wrong", "amount_at_risk", "currency", "whom",
        "decision_state", "due_date", "po_number", "po_line", "code", "source", "row",
    )),
    "invoices": ("Invoices", (
        "decision", "invoice_number", "supplier_name", "wrong", "amount", "currency", "invoice_date", "due_date",
        "document_type", "effective_decision", "decision_state", "codes",
    )),
    "information": ("Information", (
        "severity", "code", "wrong", "amount_at_risk", "currency", "supplier_name", "invoice_number", "po_number", "po_line",
    )),
    "rejects": ("Rejects", ("table", "source", "row", "column", "value", "reason")),
}  # fmt: skip
_FILTERED = {"to_do": ("severity", "code"), "invoices": ("decision", None)}
"""Tables that the filter works on -> the columns of decision and code."""
_NUMERIC = ("amount", "base_amount", "price", "quantity", "number", "score", "figure", "whole")
_PROSE = ("wrong", "reason")
_WRAPPED = ("supplier_name", "codes", "whom", "value")


def write_html(outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path) -> None:
    """Write the page: headline, what is to do, invoices, figures, information and rejects, tables up to a limit."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for part in _page(outcome, views(outcome, frames)):
            file.write(part)


def _page(outcome: Outcome, shown: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    yield head(opening.TITLE)
    yield f'<h1>{opening.TITLE}</h1>\n<p class="quiet">{safe(opening.basis(outcome))}</p>\n'
    for number, line in enumerate(opening.headline(outcome)):
        yield f"<p{' class=first' if number == 0 else ''}>{safe(line)}</p>\n"
    yield FILTER
    for name in ("to_do", "invoices"):
        yield from _frame(name, shown[name])
    for block in blocks.blocks(outcome):
        yield from block_table(block)
    for name in ("information", "rejects"):
        yield from _frame(name, shown[name])
    yield f"<script>{SCRIPT}</script>\n</body>\n</html>\n"


def head(title: str) -> str:
    """Return the page up to its body; nothing from anywhere else may run in it."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{safe(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )


def block_table(block: blocks.Block) -> Iterator[str]:
    """Yield a block of a summary as a table with its title."""
    yield f"<h2>{safe(block.title)}</h2>\n"
    if block.note:
        yield f'<p class="quiet">{safe(block.note)}</p>\n'
    heads = "".join(
        f"<th{' class=n' if heading.number else ''}>{safe(heading.title)}</th>" for heading in block.headings
    )
    yield f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    for row in block.rows:
        cells = (_cell(value, head) for value, head in zip(row, block.headings, strict=True))
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _cell(value: blocks.Cell, heading: blocks.Heading) -> str:
    named = f' data-h="{safe(heading.title)}"'
    if value is None:
        return f"<td{named}></td>"
    if isinstance(value, Money):
        return f'<td{named} class="n">{value}</td>'
    if isinstance(value, int):
        return f'<td{named} class="n">{value:,}</td>'
    mark = ' class="n"' if heading.number else f' class="{value}"' if value in COLOURS else ""
    return f"<td{named}{mark}>{safe(value)}</td>"


def _frame(name: str, frame: pl.DataFrame) -> Iterator[str]:
    title, names = _TABLES[name]
    yield from frame_table(title, names, frame, name)


def frame_table(
    title: str,
    names: Sequence[str],
    frame: pl.DataFrame,
    name: str = "",
    shown: Mapping[str, Mapping[str, Any]] | None = None,
    base_currency: str | None = None,
) -> Iterator[str]:
    """Yield a table of those of the columns that have values, up to a limit of rows; nothing without any.

    `shown` says what of a column is another's than in the report of a run.
    """
    if frame.is_empty():
        return
    given = [n for n in names if n in frame.columns and frame.get_column(n).null_count() < frame.height]
    columns = [replace(describe(n, frame.schema[n]), **(shown or {}).get(n, {})) for n in given]
    first = frame.head(ROWS_SHOWN)
    more = "" if first.height == frame.height else f" (the first {first.height:,}; the other formats have them all)"
    yield f'<h2>{title}</h2>\n<p class="quiet">{frame.height:,} in all{more}.</p>\n'
    heads = "".join(f"<th{' class=n' if c.kind in _NUMERIC else ''}>{escape(visible(c.title))}</th>" for c in columns)
    yield f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    cells = [_column_cells(first, column, name, base_currency) for column in columns]
    rows = first.select(pl.concat_str(_row_start(name), *cells, pl.lit("</tr>\n")).alias("row"))
    yield rows.get_column("row").str.join("").item()
    yield "</tbody>\n</table></div>\n"


def _row_start(name: str) -> pl.Expr:
    """Return `<tr>` with what the filter looks at, and an anchor for an invoice."""
    if name not in _FILTERED:
        return pl.lit("<tr>")
    decision, code = _FILTERED[name]
    codes = pl.col(code) if code else pl.lit("")
    supplier = xml_expr(pl.coalesce("supplier_name", "supplier_id").fill_null(""))
    anchor = pl.concat_str(pl.lit(' id="'), xml_expr(pl.col("invoice_key").fill_null("")), pl.lit('"'))
    return pl.concat_str(
        pl.lit("<tr"), anchor if name == "invoices" else pl.lit(""),
        pl.lit(' data-d="'), xml_expr(pl.col(decision).fill_null("")), pl.lit('" data-s="'), supplier,
        pl.lit('" data-c="'), xml_expr(codes.fill_null("")), pl.lit('">'),
    )  # fmt: skip


def _column_cells(frame: pl.DataFrame, column: Column, table: str, base_currency: str | None) -> pl.Expr:
    """Return a column of `<td>` elements, amounts rounded to the currency's minor unit."""
    values = pl.col(column.name)
    dtype = frame.schema[column.name]
    if column.kind == "amount":
        return _wrapped(pl.lit(_amounts(frame, column.name)), column, "n")
    if column.kind == "base_amount":
        based = [None if value is None else money.amount(value, base_currency) for value in frame[column.name]]
        return _wrapped(pl.lit(pl.Series(column.name, based, dtype=pl.String)), column, "n")
    if column.kind == "figure":
        pairs = frame.select("name", column.name).iter_rows()
        figures = [None if value is None else money.figure(name, value) for name, value in pairs]
        return _wrapped(pl.lit(pl.Series(column.name, figures, dtype=pl.String)), column, "n")
    if isinstance(dtype, pl.Decimal):
        return _wrapped(decimal_text(values, dtype.scale), column, "n")
    if isinstance(dtype, pl.List):
        return _wrapped(values.list.join(", "), column, _class(column))
    text = xml_expr(values.cast(pl.String))
    if column.kind == "mark":
        return pl.concat_str(
            pl.lit(f'<td data-h="{safe(column.title)}" class="'), text.fill_null(""), pl.lit('">'), text.fill_null(""),
            pl.lit("</td>"),
        )  # fmt: skip
    if column.name == "invoice_number" and table == "to_do":
        link = pl.concat_str(pl.lit('<a href="#'), xml_expr(pl.col("invoice_key")), pl.lit('">'), text, pl.lit("</a>"))
        text = pl.coalesce(link, text)
    if column.name == "wrong" and "message" in frame.columns:
        whole = pl.concat_str(pl.lit("<small>"), xml_expr(pl.col("message")), pl.lit("</small>")).fill_null("")
        text = pl.concat_str(text.fill_null(""), whole)
    return _wrapped(text, column, _class(column))


def _class(column: Column) -> str:
    if column.kind in _NUMERIC:
        return "n"
    return "prose" if column.name in _PROSE else "wrap" if column.name in _WRAPPED else ""


def _amounts(frame: pl.DataFrame, name: str) -> pl.Series:
    currencies = (
        frame.get_column("currency") if "currency" in frame.columns else pl.repeat(None, frame.height, eager=True)
    )
    pairs = zip(frame.get_column(name), currencies, strict=True)
    shown = [None if value is None else money.amount(value, currency) for value, currency in pairs]
    return pl.Series(name, shown, dtype=pl.String)


def _wrapped(text: pl.Expr, column: Column, name: str = "") -> pl.Expr:
    kind = f' class="{name}"' if name else ""
    return pl.concat_str(pl.lit(f'<td data-h="{safe(column.title)}"{kind}>'), text.fill_null(""), pl.lit("</td>"))


def safe(text: str) -> str:
    """Return text as it may stand in a page."""
    return escape(visible(text, lines=True))
