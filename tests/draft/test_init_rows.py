"""Rows that are no lines, words that nobody knows, columns called Item: settled by the cells, or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.errors import SourceError
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

BILLS = "Invoice No,Supplier,PO Number,Line,Qty,Unit Price,Amount\nI1,ACME,A,1,2,3.50,7.00\nI2,ACME,B,1,4,1.25,5.00\n"
SAP = (
    "Purchase Order,Item,Material,Supplier,Quantity,Price,Currency\nA,10,M1,ACME,2,3.50,EUR\nA,20,M2,ACME,4,1.25,EUR\n"
)


@pytest.mark.parametrize("row", ["End of report,,,,,,", ",,,,6,,12.00"])
def test_a_footer_and_a_sum_without_a_word_are_no_lines(tmp_path: Path, row: str) -> None:
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS + row + "\n"})))
    assert sources.invoice_lines["invoice_number"].to_list() == ["I1", "I2"]
    assert sources.rejects.height == 0


@pytest.mark.parametrize("row", [",,,,6,,12.01", "I3,,,,,,7.00", "4711,,,,,,"])
def test_what_may_be_a_line_stays(tmp_path: Path, row: str) -> None:
    """A sum that is off, an invoice of little but its amount, a number alone: a run says what is wrong with them."""
    assert (
        "where" not in draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS + row + "\n"})).split("# Without")[0]
    )


@pytest.mark.parametrize(
    ("answer", "rejects"), [("leave them out, they are no lines", 0), ("keep them, as rejects to mend", 1)]
)
def test_a_receipt_without_number_and_quantity_is_asked_about(tmp_path: Path, answer: str, rejects: int) -> None:
    asked, ask = answers(answer)
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "in/grn.csv": RECEIPTS + ",A,1,,2025-03-11\n"}), ask))
    assert asked[0].startswith("in/grn.csv has 1 row with neither GRN No nor Qty received (row 3). What are they?")
    assert (sources.receipt_lines.height, sources.rejects.height) == (1, rejects)


def test_an_item_that_counts_lines_is_the_line(tmp_path: Path) -> None:
    receipts = "Receipt,Purchase Order,Item,Material,Quantity,Posting Date\nR1,A,20,M2,4,2025-03-10\n"
    bills = "Invoice No,Supplier,Purchase Order,Item,Qty,Unit Price\nI1,ACME,A,10,2,3.50\n"
    sources = run(
        tmp_path, draft_rules(fill(tmp_path, {"orders.csv": SAP, "receipts.csv": receipts, "invoices.csv": bills}))
    )
    assert sources.order_lines.select("po_line", "item").rows() == [("10", "M1"), ("20", "M2")]
    assert sources.receipt_lines.select("po_line", "item").rows() == [("20", "M2")]
    assert sources.invoice_lines.select("po_line", "item").rows() == [("10", None)]


def test_a_type_that_says_what_a_line_is_of_is_no_kind_of_document(tmp_path: Path) -> None:
    bills = BILLS.replace("No,", "No,Type,", 1).replace("I1,", "I1,Item,").replace("I2,", "I2,Freight,")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills})))
    assert sources.invoice_lines["line_type"].to_list() == ["item", "freight"]


def test_words_that_are_not_known_are_asked_about(tmp_path: Path) -> None:
    asked, ask = answers("credit_note")
    bills = BILLS.replace("No,", "No,Document Type,", 1).replace("I1,", "I1,Invoice,").replace("I2,", "I2,Minus,")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask))
    assert "the column Document Type says Minus. Which document type is that?" in asked[0]
    assert sources.invoice_lines["document_type"].to_list() == ["invoice", "credit_note"]


def test_files_of_one_source_are_each_read_as_they_are_written(tmp_path: Path) -> None:
    more = "Invoice No;Supplier;PO Number;Line;Qty;Unit Price;Amount\nI3;Möbel AG;B;1;1;1.250,50;1.250,50\n"
    tabs = BILLS.replace(",", "\t").replace("I1", "I4").replace("I2", "I5")
    files = {"invoices_1.csv": BILLS, "invoices_2.csv": more.encode("cp1252"), "invoices_3.csv": tabs}
    text = draft_rules(fill(tmp_path, {"orders.csv": ORDERS, "grn.csv": RECEIPTS, **files}))
    lines = run(tmp_path, text).invoice_lines
    assert lines["invoice_number"].to_list() == ["I1", "I2", "I3", "I4", "I5"]
    assert lines.select("supplier_name", "amount").row(2)[0] == "Möbel AG"
    assert f"{lines['amount'][2]:.2f}" == "1250.50"


def test_a_copy_of_a_file_is_left_out(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**THREE, "invoices (1).csv": INVOICES}))
    assert "# left out: invoices (1).csv, the same content as invoices.csv" in text
    assert run(tmp_path, text).invoice_lines.height == 2


def test_tax_that_is_a_usual_rate_of_the_rest_is_taken_off(tmp_path: Path) -> None:
    """133 is 19 % of 700, and no usual rate of 833."""
    bills = "Invoice No,Supplier,PO Number,VAT,Total\nI1,ACME,A,133.00,833.00\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}))
    assert "amount: Total  # VAT is in it, and is taken off" in text
    assert "    prices: gross\n" in text


def test_tax_that_may_be_in_or_not_is_asked_about(tmp_path: Path) -> None:
    asked, ask = answers("no, the tax comes on top")
    bills = "Invoice No,Supplier,PO Number,VAT,Total\nI1,ACME,A,1.11,7.00\n"
    assert "prices: gross" not in draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)
    assert "there is VAT and one amount, Total. Is the tax in it?" in asked[0]


def test_a_format_of_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS}))
    with pytest.raises(SourceError, match="file_formats of invoices names no file of the source"):
        run(
            tmp_path,
            text.replace(
                'files: ["invoices.csv"]', 'files: ["invoices.csv"]\n    file_formats: {i.csv: {separator: ";"}}'
            ),
        )


@pytest.mark.parametrize("name", ["credit notes.csv", "Gutschriften.csv"])
def test_credit_notes_without_a_sign_are_neither_bills_nor_left_out_unasked(tmp_path: Path, name: str) -> None:
    folder = fill(tmp_path, {**THREE, "invoices.csv": BILLS, name: BILLS.replace("I1", "I3").replace("I2", "I4")})
    with pytest.raises(OpenQuestionsError, match=f"The name of {name} says credit notes, and no sign"):
        draft_rules(folder)
    text = draft_rules(folder, answers("yes, what it holds is not counted")[1])
    assert f"# left out: {name}, its name says credit notes, which are then not counted" in text
    assert run(folder, text).invoice_lines.height == 2


def test_files_of_bills_are_read_together(tmp_path: Path) -> None:
    more = BILLS.replace("I1", "I3").replace("I2", "I4")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS, "more invoices.csv": more}))
    assert run(tmp_path, text).invoice_lines.height == 4


def test_credit_notes_with_a_sign_are_read(tmp_path: Path) -> None:
    more = BILLS.partition("\n")[0] + "\nI3,ACME,A,1,-1,3.50,-3.50\n"
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS, "credit notes.csv": more}))
    assert run(tmp_path, text).invoice_lines.height == 3


def test_goods_sent_back_without_a_sign_end_the_draft_where_they_count(tmp_path: Path) -> None:
    folder = fill(tmp_path, {**THREE, "returns.csv": RECEIPTS.replace("R1", "R2")})
    with pytest.raises(SourceError, match="its rows are goods sent back, and nothing in them says so"):
        draft_rules(folder, answers("no, it counts: stop, the file is to say so")[1])


VERSIONED = (
    "PO Number,Line,Version,Supplier,Quantity,Price,Currency\nA,1,1,ACME,10,3.50,EUR\nA,1,2,ACME,8,3.50,EUR\n"
    "B,1,1,ACME,4,1.25,EUR\n"
)


def test_versions_of_an_order_line_are_not_added_up_unasked(tmp_path: Path) -> None:
    """10 and then 8: as parts they are 18, and a bill of 18 would pass."""
    fill(tmp_path, {**THREE, "orders.csv": VERSIONED})
    with pytest.raises(OpenQuestionsError) as open_:
        draft_rules(tmp_path)
    assert "1 order line has several rows that differ in Version (A/1)" in str(open_.value.questions[0])
    _, ask = answers("versions of it, of which one counts: stop, the export is to have the current one alone")
    with pytest.raises(SourceError, match="added up they would pay too much"):
        draft_rules(tmp_path, ask)
    _, parts = answers("parts of it, which add up")
    sources = run(tmp_path, draft_rules(tmp_path, parts))
    assert sources.order_lines["quantity"].cast(int).to_list() == [10, 8, 4]


def test_a_version_that_every_line_has_once_is_no_question(tmp_path: Path) -> None:
    """The one version of each line says nothing of others."""
    fill(tmp_path, {**THREE, "orders.csv": VERSIONED.replace("A,1,2", "A,2,2")})
    assert run(tmp_path, draft_rules(tmp_path)).order_lines.height == 3
