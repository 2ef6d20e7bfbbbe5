"""Journals as delimited files: D365, NetSuite, Xero, QuickBooks, SAP; columns in the order of each system's own help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.journals.rows import day, delimited, number, rows, signed

if TYPE_CHECKING:
    import polars as pl

    from recon.report.journals.rows import Row

XERO_LINES = 300
"""Xero takes no more lines a file."""


def d365(journal: pl.DataFrame) -> dict[str, bytes]:
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


def netsuite(journal: pl.DataFrame) -> dict[str, bytes]:
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
            *(_about(row), row["supplier_id"] or "", row["cost_centre"] or ""),
        )
        for row in rows(journal)
    )
    return {"journal_netsuite.csv": delimited(header, lines)}


def xero(journal: pl.DataFrame) -> dict[str, bytes]:
    """Return manual journals, at most 300 lines a file: rows of one narration and date are one journal; debit positive."""
    header = (
        "*Narration",
        "*Date",
        "Description",
        "*AccountCode",
        "*TaxRate",
        "*Amount",
        "TrackingName1",
        "TrackingOption1",
    )
    lines = [
        (
            *(
                f"{row['text']} ({row['journal_id']})",
                day(row["posting_date"], "%d/%m/%Y"),
                _about(row),
                row["account"],
            ),
            *("Tax Exempt", number(signed(row)), "Cost centre" if row["cost_centre"] else "", row["cost_centre"] or ""),
        )
        for row in rows(journal)
    ]
    starts = range(0, max(1, len(lines)), XERO_LINES)
    names = [f"journal_xero{'' if at == 0 else f'_{at // XERO_LINES + 1}'}.csv" for at in starts]
    return {name: delimited(header, lines[at : at + XERO_LINES]) for name, at in zip(names, starts, strict=True)}


def quickbooks(journal: pl.DataFrame) -> dict[str, bytes]:
    """Return the journal import of QuickBooks Online; `account` must be its account's name there."""
    header = ("Journal No.", "Journal Date", "Account Name", "Description", "Debits", "Credits", "Name")
    lines = (
        (
            *(row["journal_id"], day(row["posting_date"], "%m/%d/%Y"), row["account"], _about(row) or row["text"]),
            *(number(row["debit"]), number(row["credit"]), row["supplier_id"] or ""),
        )
        for row in rows(journal)
    )
    return {"journal_quickbooks.csv": delimited(header, lines)}


def sap(journal: pl.DataFrame) -> dict[str, bytes]:
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
            *(row["cost_centre"] or "", row["po_number"] or "", _about(row)[:50]),
        )
        for row in rows(journal)
    )
    return {"journal_sap.csv": delimited(header, lines, ";")}


def _sap(row: Row, name: str) -> str:
    return day(row[name], "%Y%m%d")


def _about(row: Row) -> str:
    """Return the order line or supplier that a row is about; empty for a counterpart."""
    if row["po_number"]:
        return f"Order {row['po_number']}/{row['po_line']}, supplier {row['supplier_id']}"
    return f"Supplier {row['supplier_id']}" if row["supplier_id"] else ""
