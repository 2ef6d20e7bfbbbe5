"""What a source may not say together: read only when all of its section is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.result_tables import INVOICE_RESULTS, ORDER_RESULTS, RECEIPT_RESULTS
from recon.rules.written.kinds import refused
from recon.rules.written.source_sections import columns_of
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.written.yaml_nodes import Section

RESULTS = {"orders": ORDER_RESULTS, "receipts": RECEIPT_RESULTS, "invoices": INVOICE_RESULTS}
FILE_OPTIONS = ("sheet", "sheets", "header_row", "repeated_header", "csv")


def check_origin(section: Section, values: Mapping[str, Any]) -> None:
    """Raise RulesError where a source says twice, or not at all, where its rows are."""
    if "files" in values and "query" in values:
        raise refused(section.at("query"), "a source has files or a query, not both")
    if "files" not in values and "query" not in values:
        raise refused(
            section.place, "the source has neither files nor a query", 'Say where its rows are: files: ["orders*.csv"]'
        )
    if "query" in values and "connection" not in values:
        raise refused(
            section.at("query"), "a query needs a connection", 'Add connection: "${NAME}", an environment variable.'
        )
    several = next((key for key in ("preset", "beside", "query") if key in values), None)
    if "file_formats" in values and several is not None:
        raise refused(section.at("file_formats"), f"file_formats does not go with {several}", "Name files and columns.")
    alone = next((key for key in ("sheet", "preset", "beside", "file_formats") if key in values), None)
    if "sheets" in values and alone is not None:
        raise refused(section.at("sheets"), f"sheets does not go with {alone}", "Save each sheet as a file.")
    _check_pieces(section, values)
    if "files" in values and "connection" in values:
        raise refused(section.at("connection"), "a connection serves a query; this source has files")
    wrong = next((option for option in FILE_OPTIONS if "query" in values and option in values), None)
    if wrong:
        raise refused(section.at(wrong), f"'{wrong}' is for files; this source has a query")


def _check_pieces(section: Section, values: Mapping[str, Any]) -> None:
    """Raise RulesError where pieces of cells cannot be told from whole columns."""
    if "pieces" not in values:
        return
    if "preset" in values:
        raise refused(section.at("pieces"), "pieces does not go with preset", "A preset of your own may have pieces.")
    if "columns" not in values:
        raise refused(section.at("pieces"), "pieces needs columns", "Say with `columns` what the other columns are.")
    twice = next((column for column in values["pieces"] if column in values["columns"]), None)
    if twice:
        raise refused(section.at("pieces"), f"{twice} stands in columns and in pieces", "Leave it in one of them.")


def check_carried(name: str, section: Section, carried: tuple[str, ...]) -> None:
    """Raise RulesError where a source is to carry what is recon's own already."""
    results = RESULTS.get(name, CANONICAL[name]).columns
    for column in carried:
        if column in columns_of(CANONICAL[name]):
            raise refused(
                section.at("carry"), f"'{column}' is a canonical column, which is always kept", "Leave it out of carry."
            )
        if column in results:
            raise refused(
                section.at("carry"),
                f"'{column}' is a column of recon's own results",
                "Rename it in the source, or leave it out.",
            )
    if len(set(carried)) < len(carried):
        raise refused(section.at("carry"), "a column is carried twice")
