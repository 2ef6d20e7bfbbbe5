"""Dates and numbers that files write in several ways: each column in its own, and what stays open is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.draft import draft_rules
from recon.draft.look.inspect import inspect_file
from tests.draft.test_init import answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "PO,Line,Vendor,Qty,Price,Currency,Order Date\nP1,1,ACME,10,4.00,EUR,1/20/24\n"
HEAD = "Invoice No,PO,Line,Vendor,Qty,Price,Invoice Date"


def drafted(folder: Path, *given: str, **invoices: str):
    asked, ask = answers(*given)
    files = {f"inv/{name}.csv": f"{HEAD}{text}" for name, text in invoices.items()}
    text = draft_rules(fill(folder, {"orders.csv": ORDERS, **files}), ask)
    return asked, run(folder, text)


def test_the_format_of_other_files_comes_first_among_the_answers(tmp_path: Path) -> None:
    asked, found = drafted(tmp_path, "%m/%d/%y", a="\nR1,P1,1,ACME,10,4.00,2/1/24\n")
    assert "Other files here are written %m/%d/%y. ['%m/%d/%y (01 February 2024)'," in asked[0]
    assert str(found.invoice_lines["invoice_date"][0]) == "2024-02-01"


def test_each_column_of_dates_may_be_written_in_its_own_way(tmp_path: Path) -> None:
    rows = ",Due Date\nR1,P1,1,ACME,10,4.00,20/02/2024,03/21/2024\nR2,P1,1,ACME,10,4.00,03/02/2024,04/05/2024\n"
    asked, found = drafted(tmp_path, a=rows)
    assert (asked, found.rejects.height) == ([], 0)
    assert list(map(str, found.invoice_lines["invoice_date"])) == ["2024-02-20", "2024-02-03"]
    assert list(map(str, found.invoice_lines["due_date"])) == ["2024-03-21", "2024-04-05"]


def test_a_file_that_could_be_read_in_the_ways_of_two_others_is_asked_about(tmp_path: Path) -> None:
    days = {"a": "20/02/2024", "b": "02/21/2024", "c": "02/03/2024"}
    asked, found = drafted(
        tmp_path, "%m/%d/%Y", **{name: f"\nR{name},P1,1,ACME,3,4.00,{day}\n" for name, day in days.items()}
    )
    assert "'02/03/2024' can be read in two ways" in asked[0]
    assert list(map(str, found.invoice_lines["invoice_date"])) == ["2024-02-20", "2024-02-21", "2024-02-03"]


MIXED = (
    '\nR1,P1,1,ACME,10,"1,004.00",20/02/2024\nR2,P1,1,ACME,10,"1.004,50",02/21/2024\nR3,P1,1,ACME,1,4.00,02/03/2024\n'
)


def test_what_no_one_format_reads_is_a_reject_and_no_end(tmp_path: Path) -> None:
    asked, found = drafted(tmp_path, "1,234.56", a=MIXED)
    assert asked[0].startswith(
        "Numbers in inv/a.csv are written in several ways. Which is meant? Others are rejects. ['1,234.56'"
    )
    assert found.rejects.select("row", "column", "value").rows() == [
        (3, "Price", "1.004,50"),
        (4, "Invoice Date", "02/03/2024"),
    ]


def test_columns_of_several_formats_are_told(tmp_path: Path) -> None:
    seen = inspect_file(fill(tmp_path, {"a.csv": HEAD + MIXED}) / "a.csv")
    assert [one.message for one in seen.obstacles] == [
        "its numbers are written in several ways",
        "its dates are written in several ways",
    ]
