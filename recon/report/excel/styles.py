"""How the cells of the workbook look: each style registered once, known by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from recon.report.words import COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook
    from openpyxl.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "Calibri"
INK = "1F2A37"
QUIET = "5B6673"
LINK = "1F5FA8"
_LINE = Side(style="hair", color="B8C0CA")
_UNDER = Border(bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="1F3B57")
INPUT = "FFFBE6"
_INPUT_FILL = PatternFill("solid", fgColor=INPUT)

SAFE_DIGITS = 15
"""More significant digits than these a spreadsheet would silently drop."""
_LONGEST_PART = 80
TEXT_FORMAT = "@"
DATE_FORMAT = "yyyy-mm-dd"
WHOLE_FORMAT = "#,##0"
SCORE_FORMAT = "#,##0.00"
PERCENT_FORMAT = "0.0\\ %"
QUANTITY_FORMAT = "#,##0.00####"
PRICE_FORMAT = "#,##0.00########"


def amount_format(places: int) -> str:
    """Return the number format of an amount with so many decimal places."""
    return WHOLE_FORMAT if places == 0 else f"{WHOLE_FORMAT}.{'0' * places}"


@dataclass(frozen=True)
class Styles:
    """Style numbers as cells of a sheet refer to them."""

    text: int
    prose: int
    live: int
    """Text that looks like a formula or a number: kept text by a quote prefix."""
    long_number: int
    entry: int
    """To be filled in: the only cells that are not locked."""
    link: int
    date: int
    formats: Mapping[str, int]
    """Number format -> style."""
    marks: Mapping[str, int]
    """Word -> style in its colour."""

    def number(self, number_format: str) -> int:
        """Return the style of a figure in `number_format`."""
        return self.formats[number_format]


def register(book: Workbook) -> Styles:
    """Add every style of the streamed sheets to `book`."""
    numbers = {
        WHOLE_FORMAT,
        SCORE_FORMAT,
        PERCENT_FORMAT,
        QUANTITY_FORMAT,
        PRICE_FORMAT,
        *(amount_format(n) for n in (2, 3, 4)),
    }
    right = Alignment(horizontal="right", vertical="top")
    top = Alignment(horizontal="left", vertical="top", indent=1)
    return Styles(
        text=_style(book, TEXT_FORMAT, top),
        prose=_style(book, TEXT_FORMAT, Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)),
        live=_style(book, TEXT_FORMAT, top, quoted=True),
        long_number=_style(book, TEXT_FORMAT, right, italic=True, quoted=True),
        entry=_style(book, TEXT_FORMAT, top, fill=_INPUT_FILL, locked=False),
        link=_style(book, "General", top, ink=LINK, underline="single"),
        date=_style(book, DATE_FORMAT, Alignment(horizontal="center", vertical="top")),
        formats={number: _style(book, number, right) for number in sorted(numbers)},
        marks={word: _style(book, "General", top, fill=fill(back), ink=ink) for word, (back, ink) in COLOURS.items()},
    )


def fill(colour: str) -> PatternFill:
    """Return a plain background."""
    return PatternFill("solid", fgColor=colour)


def head(cell: Cell | MergedCell, *, number: bool = False) -> None:
    """Style the head of a column."""
    _dress(cell, _HEAD_OF_NUMBERS if number else _HEAD)


def body(cell: Cell | MergedCell) -> None:
    """Style an ordinary cell of the summary."""
    _dress(cell, _BODY)


def underline(cell: Cell | MergedCell) -> None:
    """Style a cell that another one has been widened over."""
    _dress(cell, _WIDENED)


@dataclass(frozen=True, eq=False)
class _Look:
    font: Font | None = None
    alignment: Alignment | None = None
    fill: PatternFill | None = None
    border: Border | None = None


_HEAD_FONT = Font(name=FONT, size=10, bold=True, color="FFFFFF")
_HEAD = _Look(_HEAD_FONT, Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1), _HEAD_FILL)
_HEAD_OF_NUMBERS = _Look(
    _HEAD_FONT, Alignment(horizontal="right", vertical="center", wrap_text=True, indent=0), _HEAD_FILL
)
_BODY = _Look(
    Font(name=FONT, size=10, color=INK), Alignment(horizontal="left", vertical="top", indent=1), border=_UNDER
)
_WIDENED = _Look(border=_UNDER)
_PARTS = ("font", "fill", "alignment", "border")
_worn: WeakKeyDictionary[Workbook, dict[_Look, list[tuple[str, int]]]] = WeakKeyDictionary()
"""What a look's parts are numbered in a book: openpyxl compares a font field by field whenever a cell is given one."""


def _dress(cell: Any, look: _Look) -> None:
    """Give a cell a look, and a second one of its book the numbers that the first one has."""
    known, parts = _worn.setdefault(cell.parent.parent, {}), [(name, getattr(look, name)) for name in _PARTS]
    given = [(name, part) for name, part in parts if part is not None]
    if look not in known:
        for name, part in given:
            setattr(cell, name, part)
        known[look] = [(f"{name}Id", getattr(cell._style, f"{name}Id")) for name, _ in given]  # noqa: SLF001
        return
    if cell._style is None:  # noqa: SLF001
        cell._style = StyleArray()  # noqa: SLF001
    for name, number in known[look]:
        setattr(cell._style, name, number)  # noqa: SLF001


def entry(cell: Cell | MergedCell, number_format: str = TEXT_FORMAT) -> None:
    """Style a cell that a person fills in."""
    body(cell)
    cell.fill = _INPUT_FILL
    cell.number_format = number_format
    cell.protection = Protection(locked=False)


def page(sheet: Worksheet, title: str, basis: str, day: str, pages_wide: int = 1) -> None:
    """Set a sheet up for the screen and for A4 paper: no grid, landscape, fitted to the width; who, when, which page."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_wide, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    header = HeaderFooterItem(left=_part(title), right=_part(day))
    footer = HeaderFooterItem(left=_part(basis), center=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P of &N"))
    sheet.HeaderFooter = HeaderFooter(oddHeader=header, oddFooter=footer)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)


def _part(text: str) -> _HeaderFooterPart:
    """Return text as it stands in a header: `&` begins a code there."""
    return _HeaderFooterPart(text[:_LONGEST_PART].replace("&", "&&"))


def protect(sheet: Worksheet) -> None:
    """Lock all cells but those to be filled in, without a password; filters, widths and heights stay free."""
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = False
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _style(
    book: Workbook,
    number_format: str,
    alignment: Alignment,
    *,
    italic: bool = False,
    quoted: bool = False,
    fill: PatternFill | None = None,
    ink: str = INK,
    underline: Literal["single"] | None = None,
    locked: bool = True,
) -> int:
    cell = Cell(book.worksheets[0], 1, 1)
    cell.font = Font(name=FONT, size=10, italic=italic, color=ink, underline=underline)
    cell.protection = Protection(locked=locked)
    cell.number_format = number_format
    cell.alignment = alignment
    cell.border = _UNDER
    if fill is not None:
        cell.fill = fill
    cell.quotePrefix = quoted
    return int(cell.style_id)
