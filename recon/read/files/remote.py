"""Object stores (`s3://` and its like) through Polars: text as its lines, Parquet as its records."""

from __future__ import annotations

import io
import warnings

import polars as pl

from recon.errors import SourceError

REMOTE = ("s3://", "s3a://", "gs://", "gcs://", "az://", "adl://", "abfs://", "abfss://", "azure://")
REFUSED = ("http://", "https://", "ftp://", "sftp://", "file://")
TEXT = (".csv", ".txt", ".tsv", ".tab", ".dat", ".asc")
PARQUET = (".parquet", ".pq")


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
    name = address.lower()
    if not name.endswith((*TEXT, *PARQUET)):
        raise SourceError(
            "of object stores recon reads .csv, .txt, .tsv and .parquet", address, "Download other files first."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the engine remarks on regions that it finds out by itself
            return _parquet(address) if name.endswith(PARQUET) else _text(address)
    except (OSError, pl.exceptions.PolarsError) as error:
        said = str(error).strip().splitlines()[0]
        raise SourceError(
            f"the object cannot be fetched: {said}", address, "Are address, region and credentials right?"
        ) from None


def _text(address: str) -> bytes:
    lines = pl.scan_lines(address, glob=False).collect()["line"]
    return "\n".join([*lines.to_list(), ""]).encode()


def _parquet(address: str) -> bytes:
    out = io.BytesIO()
    pl.scan_parquet(address, glob=False).collect().write_parquet(out)
    return out.getvalue()
