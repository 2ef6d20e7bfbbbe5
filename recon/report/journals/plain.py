"""Journals as delimited files: D365, NetSuite, QuickBooks, SAP; columns in the order of each system's own help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.journals.rows import about, day, delimited, in_base, number, rows, signed

if TYPE_CHECKING:
    import polars as pl

    from recon.report.journals.rows import Row


def d365(journal: pl.DataFrame, _base_currency: str) -> dict[str, bytes]:
    """Return the General journal entity: a voucher a journal, one date a voucher."""
    header = (
        *("JOURNALBATCHNUMBER", "LINENUMBER", "JOURNALNAME", "DESCRIPTION", "ACCOUNTTYPE", "ACCOUNTDISPLAYVALUE"),
        *("TRANSDATE", "VOUCHER", "CURRENCYCODE", "DEBITAMOUNT", "CREDITAMOUNT"),
    )
    lines = (
        (
            *(row["journal_id"], str(row["line"]), "GenJrn", row["text"], "Ledger", row["account"]),
            *(day(row["posting_date"], "%Y-%m-%d"), row["journal_id"], row["currency"]),
            *(number(row["debit"]), number(row["credit"])),
        )
        for row in rows(journal)
    )
    return {"journal_d365.csv": delimited(header, lines)}


def netsuite(journal: pl.DataFrame, _base_currency: str) -> dict[str, bytes]:
    """Return the CSV import of journal entries, with the date on which NetSuite reverses them."""
    header = (
        *("External ID", "Date", "Subsidiary", "Currency", "Memo", "Reversal Date", "Account", "Debit", "Credit"),
        *("Line Memo", "Entity", "Department"),
    )
    lines = (
        (
            *(
                row["journal_id"],
                day(row["posting_date"], "%m/%d/%Y"),
                row["company"] or "",
                row["currency"],
                row["text"],
            ),
            *(day(row["reversal_date"], "%m/%d/%Y"), row["account"], number(row["debit"]), number(row["credit"])),
            *(about(row), row["supplier_id"] or "", row["cost_centre"] or ""),
        )
        for row in rows(journal)
    )
    return {"journal_netsuite.csv": delimited(header, lines)}


def quickbooks(journal: pl.DataFrame, base_currency: str) -> dict[str, bytes]:
    """Return the journal import of QuickBooks Online, in base currency; `account` must be its account's name there."""
    header = ("Journal No.", "Journal Date", "Account Name", "Description", "Debits", "Credits", "Name")
    lines = (
        (
            *(row["journal_id"], day(row["posting_date"], "%m/%d/%Y"), row["account"], about(row) or row["text"]),
            *(number(row["debit"]), number(row["credit"]), row["supplier_id"] or ""),
        )
        for row in rows(in_base(journal, base_currency, "QuickBooks"))
    )
    return {"journal_quickbooks.csv": delimited(header, lines)}


def sap(journal: pl.DataFrame, _base_currency: str) -> dict[str, bytes]:
    """Return header and item fields of BBKPF and BBSEG by their technical names: amounts without sign, S debit, H credit."""
    header = ("BUKRS", "BLART", "BLDAT", "BUDAT", "STODT", "WAERS", "XBLNR", "BKTXT", "SHKZG", "NEWKO", "WRBTR", "DMBTR", "KOSTL", "ZUONR", "SGTXT")  # fmt: skip
    lines = (
        (
            *(
                row["company"] or "",
                "SA",
                _sap(row, "posting_date"),
                _sap(row, "posting_date"),
                _sap(row, "reversal_date"),
            ),
            *(row["currency"], row["journal_id"], row["text"][:25], "S" if row["debit"] else "H", row["account"]),
            *(number(abs(signed(row))), number(row["base_debit"] or row["base_credit"])),
            *(row["cost_centre"] or "", row["po_number"] or "", about(row)[:50]),
        )
        for row in rows(journal)
    )
    return {"journal_sap.csv": delimited(header, lines, ";")}


def _sap(row: Row, name: str) -> str:
    return day(row[name], "%Y%m%d")
