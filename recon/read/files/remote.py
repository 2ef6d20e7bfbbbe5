"""Object stores (`s3://` and its like) through Polars: text as its lines, Parquet as its records."""

from __future__ import annotations

import io
import re
import warnings
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import RulesError, SourceError

if TYPE_CHECKING:
    from pathlib import Path

REMOTE = ("s3://", "s3a://", "gs://", "gcs://", "az://", "adl://", "abfs://", "abfss://", "azure://")
REFUSED = ("http://", "https://", "ftp://", "sftp://", "file://")
TEXT = (".csv", ".txt", ".tsv", ".tab", ".dat", ".asc")
PARQUET = (".parquet", ".pq")
PATIENCE: dict[str, Any] = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}
"""How often, and for how long, what a store would not do is tried again."""
RIGHT = "Are address, region and credentials right?"
STATUS = re.compile(r"status code: (?P<status>[0-9]{3}[A-Za-z ]*)")
WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_remote(path: str) -> bool:
    """Return whether a path is an object's address; raises SourceError for addresses that recon does not fetch."""
    if path.lower().startswith(REFUSED):
        hint = "Download the file first, or use an object store (s3://, gs://, az://)."
        raise SourceError("recon does not fetch from the web", path, hint)
    return path.lower().startswith(REMOTE)


def fetch(address: str) -> bytes:
    """Return an object's content; a text's line ends are line feeds then. Credentials are those of the environment.

    Raises SourceError when it cannot be had, and for objects other than UTF-8 text and Parquet.
    """
    written = io.BytesIO()
    fetch_to(address, written)
    return written.getvalue()


def fetch_to(address: str, target: Path | io.BytesIO) -> None:
    """Write what `fetch` returns; of a text no more than some 150 MB are in memory, however long it is. Raises as that does."""
    name = address.lower()
    if not name.endswith((*TEXT, *PARQUET)):
        raise SourceError(
            "of object stores recon reads .csv, .txt, .tsv and .parquet", address, "Download other files first."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the engine remarks on regions that it finds out by itself
            if name.endswith(PARQUET):
                pl.scan_parquet(address, glob=False).collect().write_parquet(target)
            else:
                pl.scan_lines(address, glob=False).sink_csv(target, include_header=False, quote_style="never")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"the object cannot be fetched: {said(error)}", address, RIGHT) from None


def size_of(address: str) -> int | None:
    """Return how many bytes an object has; None where the extra is not installed that would tell, or it cannot be asked."""
    folder, _, name = address.rpartition("/")
    try:
        store = store_at(folder)
    except RulesError:
        return None
    from obstore.exceptions import BaseError

    try:
        return int(store.head(name)["size"])
    except (BaseError, OSError):
        return None  # why it cannot be had is told when it is fetched


def listed(pattern: str) -> list[str]:
    """Return the addresses that a pattern matches, sorted: `*` and `?` as in a folder's name, `**` any folders.

    One without them is its own address. Raises SourceError where the store cannot be asked.
    """
    if not re.search(r"[*?]", pattern):
        return [pattern]
    fixed = re.split(r"[*?]", pattern, maxsplit=1)[0].rpartition("/")[0]
    shape = re.sub(r"\*\*/|\*\*|\*|\?|[^*?]+", lambda found: WILD.get(found[0], re.escape(found[0])), pattern)
    store = store_at(fixed)
    from obstore.exceptions import BaseError

    try:
        found = [f"{fixed}/{each['path']}" for some in store.list() for each in some]
    except (BaseError, OSError) as error:
        raise SourceError(f"the objects cannot be listed: {said(error)}", pattern, RIGHT) from None
    return sorted(address for address in found if re.fullmatch(shape, address))


def said(error: Exception) -> str:
    """Return what a store or the way to it said, without the request that it said it to."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    status = STATUS.search(first)
    return status["status"] if status else first.rpartition(" - ")[2][:300]


@lru_cache(maxsize=16)
def store_at(address: str) -> Any:
    """Return the store behind an address. Raises RulesError where no store is called so, or the extra is not installed."""
    try:
        from obstore import exceptions, store
    except ImportError:
        scheme = address.partition("://")[0].lower()
        raise RulesError(
            f"{scheme}:// needs a package that is not installed",
            hint='Install it with `pip install "recon[cloud]"`, here and on all workers.',
        ) from None
    reach: Any = store.from_url  # its types want to know the kind of store
    try:
        return reach(address.replace("gcs://", "gs://", 1), retry_config=PATIENCE)
    except (exceptions.BaseError, ValueError) as error:
        raise RulesError(f"no object store is called so: {said(error)}", address) from error
