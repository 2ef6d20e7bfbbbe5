"""A chart beside the figures of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from recon.report.excel.styles import LINK

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def counted_bars(sheet: Worksheet, title: str, heads: int, rows: int, column: int = 2) -> BarChart:
    """Return bars of the numbers in a column by the words in column A, of the `rows` rows below row `heads`."""
    chart, last = BarChart(), heads + rows
    chart.type, chart.style, chart.legend = "bar", 10, None
    chart.title = small_title(title)
    chart.add_data(Reference(sheet, min_col=column, min_row=heads, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=heads + 1, max_row=last))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines, chart.y_axis.numFmt = None, "#,##0"
    chart.series[0].graphicalProperties.solidFill = LINK
    chart.gapWidth, chart.height, chart.width = 40, 8, 13
    return chart


def small_title(text: str) -> Title:
    """Return a title that leaves the chart its room."""
    words = CharacterProperties(sz=1000, b=True)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=words), r=[RegularTextRun(rPr=words, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)
