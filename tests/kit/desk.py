"""What a test of the readers needs: write files, declare a source, read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.read.sources import read_sources
from recon.read.text.csv import read_csv
from recon.rules.rule import CsvOptions, Rules, Source

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from recon.tables import Sources

FRAMES = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines", "suppliers": "suppliers"}


def read(folder: Path, name: str = "invoices", contents: dict[str, str | bytes] | None = None, **options) -> Sources:
    """Write `contents` (path -> content) into `folder` and read them as the source `name`."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in (contents or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    options.setdefault("files", ("in*",))
    return read_sources(Rules(sources={name: Source(name, **options)}, path=folder / "rules.yaml"))


def read_one(folder: Path, content: str | bytes, name: str = "invoices", **options) -> pl.DataFrame:
    """Return the canonical frame of one CSV file of the source `name`."""
    sources = read(folder, name, {"in.csv": content}, **options)
    return getattr(sources, FRAMES[name])


def rejects_of(
    folder: Path, content: str | bytes, name: str = "invoices", **options
) -> list[tuple[int, str, str, str]]:
    """Return row, column, value and reason of each reject."""
    sources = read(folder, name, {"in.csv": content}, **options)
    return sources.rejects.select("row", "column", "value", "reason").rows()


def records(
    content: str | bytes, separator: str = ",", quote: str | None = '"', encoding: str | None = None, **options
):
    """Return what the CSV reader makes of `content`: header, rows of cells, physical lines."""
    data = content if isinstance(content, bytes) else content.encode()
    source = Source("invoices", csv=CsvOptions(separator, quote, encoding), **options)
    raw = read_csv(data, "in.csv", source, ())
    return raw.header, raw.frame.rows(), raw.rows.to_list()
