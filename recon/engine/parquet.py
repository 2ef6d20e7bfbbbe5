"""A Parquet file that is written in a thread while its rows come, each row once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import Full, Queue
from typing import TYPE_CHECKING, Any

from polars.io.plugins import register_io_source

from recon.engine.disk import disk_errors
from recon.engine.threads import LISTEN, result_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl


class RowGroups:
    """The row groups of a file, written one after the other as they come; no more than two of them are held."""

    def __init__(self, path: Path, schema: pl.Schema, **options: Any) -> None:
        self._groups: Queue[pl.DataFrame | None] = Queue(1)
        rows = register_io_source(self._coming, schema=schema)
        self._pool = ThreadPoolExecutor(1)
        self._written = self._pool.submit(lambda: rows.sink_parquet(path, **options))

    def add(self, group: pl.DataFrame | None) -> None:
        """Take the next group; None: there are no more. Raises OSError for what the disk would not do."""
        while True:
            try:
                return self._groups.put(group, timeout=LISTEN)
            except Full:
                if self._written.done():  # nobody takes what comes, for an error
                    self._end()

    def close(self) -> None:
        """Write the file to its end. Raises OSError for what the disk would not do."""
        self.add(None)
        self._end()

    def _end(self) -> None:
        self._pool.shutdown(wait=False)
        with disk_errors():
            result_of(self._written)

    def _coming(self, *_asked: object) -> Iterator[pl.DataFrame]:
        while (group := self._groups.get()) is not None:
            yield group
