"""Tables that a verb tells: on the screen, or in a file of a folder that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.cli.stdout import say, shown
from recon.engine.disk import cannot_write

if TYPE_CHECKING:
    from pathlib import Path

    from recon.report.formats.difference import Sheets

STYLES = ("text", "json", "md", "xlsx")
PAGE = "html"


def tell(
    sheets: Sheets, style: str, folder: Path | None, name: str, lead: str, chart: tuple[str, str] | None = None
) -> None:
    """Print the tables, or write them as `folder/name` and print `lead` and where. Raises OutputError.

    `chart` names a table and the column of it that a workbook and a page draw.
    """
    if folder is None:
        text = _text(sheets, style, on_screen=True)
        say(text if style == "json" else shown(text))
        return
    path = folder / f"{name}.{'txt' if style == 'text' else style}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(sheets, style, path, lead, chart)
    except OSError as error:
        raise cannot_write(folder, error) from error
    say(f"{lead}: {path}")


def _text(sheets: Sheets, style: str, *, on_screen: bool = False) -> str:
    from recon.report.formats import difference as tables

    if style == "text" and on_screen:
        from recon.cli.terminal import columns

        return tables.as_text(sheets, columns())
    return {"text": tables.as_text, "md": tables.as_markdown, "json": tables.as_json}[style](sheets)


def _write(sheets: Sheets, style: str, path: Path, lead: str, chart: tuple[str, str] | None) -> None:
    if style == "xlsx":
        from recon.report.excel.plain import write_tables

        write_tables(sheets, path, lead, chart)
    elif style == PAGE and chart:
        from recon.report.formats.whatif_page import write_page

        write_page(sheets, path, chart)
    else:
        path.write_text(_text(sheets, style) + "\n", encoding="utf-8", newline="\n")
