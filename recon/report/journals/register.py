"""Which systems a journal can be written for: a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from recon.report.journals import datev, oracle, plain, xero

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


class JournalFile(NamedTuple):
    """A system's import file: its name in the rules, what it is, and what writes JOURNAL and the base currency as file name -> bytes."""

    name: str
    what: str
    write: Callable[[pl.DataFrame, str], dict[str, bytes]]


JOURNAL_FILES = (
    JournalFile("oracle", "Oracle FBDI, GL_INTERFACE.csv in a ZIP", oracle.write),
    JournalFile("d365", "D365 data entity General journal", plain.d365),
    JournalFile("netsuite", "NetSuite CSV import of journal entries", plain.netsuite),
    JournalFile("xero", "Xero manual journals, 300 lines a file", xero.write),
    JournalFile("quickbooks", "QuickBooks Online journal import", plain.quickbooks),
    JournalFile("datev", "DATEV EXTF Buchungsstapel", datev.write),
    JournalFile("sap", "SAP upload of G/L entries: check it on your own template", plain.sap),
)


def journal_file(name: str) -> JournalFile:
    """Return the row of a system that is in JOURNAL_FILES."""
    return next(row for row in JOURNAL_FILES if row.name == name)
