"""From a row of one sheet to its row in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.report.excel.rows import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.report.excel.table import Table

TO = {"line_at": "Invoice lines", "lines_at": "Invoice lines", "order_at": "Order lines"}
"""Link column -> the sheet that it leads to."""
MOST = 30_000
"""Links a column: Excel refuses a sheet of more than 65,530, and a list that long is not clicked through."""


def links(table: Table, tables: Sequence[Table], rows_a_sheet: int) -> bytes:
    """Return the `<hyperlink>` elements of a table's link columns."""
    known = {each.title for each in tables}
    columns = [column.name for column in table.columns if column.kind == "link" and TO[column.name] in known]
    return b"".join(_links(table, name, rows_a_sheet) for name in columns)


def _links(table: Table, name: str, rows_a_sheet: int) -> bytes:
    letter, title = table.letter(name), TO[name]
    rows = table.frame.select(pl.int_range(pl.len()).alias("at") + FIRST_ROW, pl.col(name)).drop_nulls().head(MOST)
    sheet, row = pl.col(name) // rows_a_sheet + 1, pl.col(name) % rows_a_sheet + FIRST_ROW
    suffix = pl.when(sheet > 1).then(pl.concat_str(pl.lit(" ("), sheet, pl.lit(")"))).otherwise(pl.lit(""))
    element = pl.concat_str(
        pl.lit(f'<hyperlink ref="{letter}'), "at", pl.lit(f'" location="\'{title}'), suffix, pl.lit("'!A"), row,
        pl.lit('" display="row '), row, pl.lit('"/>'),
    )  # fmt: skip
    return str(rows.select(element.str.join("")).item() if rows.height else "").encode()
