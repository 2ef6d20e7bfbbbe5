"""Workbooks: sheet and header found, rows numbered as in the sheet, cells as text, what cannot be trusted marked."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from recon.errors import SourceError
from recon.read.excel.reader import read_xlsx
from recon.rules.rule import Source
from tests.kit import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.read.raw import Raw

WANTED = ("PO", "Qty")


def workbook(*rows: Sequence[Any], name: str = "Lines", change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook with one sheet of these rows; `change` gets the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    return saved(book)


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def calculated(write: Callable[[Any, Any], None], options: dict[str, Any] | None = None) -> bytes:
    """Return a workbook written by XlsxWriter, which can store a formula's value."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **(options or {})})
    write(book, book.add_worksheet("Lines"))
    book.close()
    return buffer.getvalue()


def read(data: bytes, *wanted: str, **options: Any) -> Raw:
    return read_xlsx(data, "in/lines.xlsx", Source("orders", **options), wanted or WANTED)


def table(raw: Raw) -> list[tuple[str | None, ...]]:
    return raw.frame.rows()


def refused(data: bytes, *wanted: str, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(data, *wanted, **options)
    return caught.value


def test_cells_are_text_and_rows_are_those_of_the_sheet() -> None:
    raw = read(workbook(["PO", "Qty", "Note"], ["000123", 2, None], ["4500", 2.5, " as written "]))
    assert raw.header == ("PO", "Qty", "Note")
    assert table(raw) == [("000123", "2", None), ("4500", "2.5", " as written ")]
    assert raw.rows.to_list() == [2, 3]
    assert raw.plain[1].to_list() == [True, True]
    assert 0 not in raw.plain


def test_leading_blank_rows_and_columns_do_not_shift_addresses() -> None:
    raw = read(workbook([], [], [None, None, "PO", "Qty"], [None, None, "A", 1]))
    assert raw.header == ("", "", "PO", "Qty")
    assert table(raw) == [(None, None, "A", "1")]
    assert raw.rows.to_list() == [4]


def test_the_header_is_found_below_a_title_and_said() -> None:
    raw = read(workbook(["Open orders"], ["as of", "2025"], ["PO", "Qty"], ["A", 1]))
    assert raw.rows.to_list() == [4]
    assert raw.notes == ("the header is row 3; what stands above it is not read",)


def test_text_after_many_numbers_is_kept() -> None:
    raw = read(workbook(["PO", "Qty"], *([["A", i] for i in range(1500)]), ["z", "1,234.50"]))
    assert table(raw)[-1] == ("z", "1,234.50")
    assert raw.plain[1].to_list()[-2:] == [True, False]


def test_a_header_row_that_the_rules_name_is_used() -> None:
    data = workbook(["PO", "Qty"], ["PO", "Qty"], ["A", 1])
    assert table(read(data, header_row=2)) == [("A", "1")]
    assert "blank" in refused(data, header_row=9).message


def test_without_header_every_row_is_data() -> None:
    raw = read_xlsx(workbook(["A", 1], ["B", 2]), "x.xlsx", Source("orders", header_row=0), ())
    assert (raw.header, raw.rows.to_list()) == ((), [1, 2])


def test_the_only_sheet_with_the_columns_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["just", "notes"], name="Notes")))
    book.create_sheet("Data").append(["PO", "Qty"])
    book["Data"].append(["A", 1])
    raw = read(saved(book))
    assert table(raw) == [("A", "1")]
    assert raw.notes == ("sheet 'Data' of 2 is read",)


def test_several_fitting_sheets_are_listed_with_their_headers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["PO", "Qty", "May"], name="May")))
    book.create_sheet("June").append(["PO", "Qty", "June"])
    book["June"].sheet_state = "hidden"
    error = refused(saved(book))
    assert error.message == "several sheets have the columns PO, Qty"
    assert "sheet: May" in error.hint
    assert "'June' (hidden): PO, Qty, June" in error.hint
    assert read(saved(book), sheet="June").notes == ("sheet 'June' is hidden in the workbook",)


def test_no_fitting_sheet_names_what_there_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["PO", "Menge"], name="Daten")))
    book.create_sheet("Leer")
    error = refused(saved(book))
    assert error.message == "no sheet has the columns PO, Qty"
    assert "'Daten': PO, Menge" in error.hint
    assert "'Leer': empty" in error.hint


def test_a_wrong_sheet_name_gets_a_suggestion() -> None:
    error = refused(workbook(["PO", "Qty"], ["A", 1]), sheet="lines")
    assert "did you mean 'Lines'?" in error.message


def test_a_missing_column_is_named_with_the_nearest() -> None:
    error = refused(workbook(["PO", "Qty.", "Price"], ["A", 1, 2]))
    assert error.where == "in/lines.xlsx!Lines!1"
    assert "'Qty'" in error.message
    assert "Qty." in error.message


def test_two_columns_of_one_name_are_refused() -> None:
    assert "both named" in refused(workbook(["PO", "Qty", "qty "], ["A", 1, 2])).message


def test_a_column_without_a_name_is_not_used_and_told_of() -> None:
    raw = read(workbook(["PO", "Qty"], ["A", 1], ["B", 2, "see note"]))
    assert "column C has no name and is not used; its first value is in row 3" in raw.notes
    assert table(read(workbook(["PO", "Qty"], ["A", 1, "  "])))[0][:2] == ("A", "1")


def test_an_identifier_is_what_its_zero_padding_format_shows() -> None:
    """A person sees 0000004711; a quantity is the same number with or without zeros."""

    def pad(sheet: Any) -> None:
        sheet["A2"].number_format = sheet["B2"].number_format = "0000000000"

    raw = read(workbook(["PO", "Qty"], [4711, 12], [4712, 13], change=pad))
    assert table(raw) == [("0000004711", "0000000012"), ("4712", "13")]
    assert raw.currencies == {}


def test_a_repeated_header_is_refused_with_its_rows() -> None:
    error = refused(workbook(["PO", "Qty"], ["A", 1], ["PO", "Qty"], ["B", 2]))
    assert error.where == "in/lines.xlsx!Lines!3"


def test_a_table_goes_on_below_a_blank_row_and_says_so() -> None:
    raw = read(workbook(["PO", "Qty"], ["A", 1], [], ["B", 2]))
    assert (table(raw), raw.rows.to_list()) == ([("A", "1"), ("B", "2")], [2, 4])
    assert "the table goes on below 1 blank rows, the first of them 3" in raw.notes
    assert table(read(workbook(["PO", "Qty"], ["A", 1], [" ", ""], ["  "]))) == [("A", "1")]


def test_merged_cells_are_read_downwards_and_refused_in_the_header() -> None:
    rows = [["Title", None], ["PO", "Qty"], ["A", 1], ["B", 2]]
    title = workbook(*rows, change=lambda sheet: sheet.merge_cells("A1:B1"))
    assert table(read(title)) == [("A", "1"), ("B", "2")]
    key = read(workbook(*rows, change=lambda sheet: sheet.merge_cells("A3:A4")))
    assert (table(key), key.merged[0].to_list()) == ([("A", "1"), ("A", "2")], [False, True])
    block = read(workbook(*rows, change=lambda sheet: sheet.merge_cells("A3:B4")))
    assert table(block) == [("A", None)]  # nothing is left in the second row
    head = refused(workbook(*rows, change=lambda sheet: sheet.merge_cells("B1:B2")), "PO")
    assert head.message == "merged cells B1:B2 in the header"


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!"])
def test_an_error_value_is_damaged(error: str) -> None:
    raw = read(workbook(["PO", "Qty"], ["A", 1], ["B", error]))
    assert raw.damaged[1].to_list() == [None, f"the error value {error}"]


def test_a_formula_without_a_value_is_damaged() -> None:
    raw = read(workbook(["PO", "Qty"], ["A", "=1+1"]))
    reason = raw.damaged[1].to_list()[0]
    assert reason is not None
    assert "recalculate" in reason


def test_a_formula_with_its_value_is_read() -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["PO", "Qty"])
        sheet.write_formula(1, 0, '="A"&1', None, "A1")
        sheet.write_formula(1, 1, "=2*3.5", None, 7)

    raw = read(calculated(write))
    assert table(raw) == [("A1", "7")]
    assert raw.damaged == {}


def test_a_formula_that_was_never_calculated_is_not_zero() -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["PO", "Qty"])
        sheet.write_row(1, 0, ["A", "=2*3.5"])

    assert "never calculated" in (read(calculated(write)).damaged[1].to_list()[0] or "")


def test_dates_are_iso_and_times_stay_behind_them() -> None:
    day, noon = dt.date(2025, 3, 4), dt.datetime.fromisoformat("2025-03-04T12:30")
    raw = read(workbook(["PO", "Qty"], ["A", day], ["B", noon]))
    assert table(raw) == [("A", "2025-03-04"), ("B", "2025-03-04 12:30:00")]
    assert raw.plain[1].to_list() == [True, True]


def test_a_workbook_of_1904_has_the_same_dates() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["PO", "Qty"])
        sheet.write(1, 0, "A")
        sheet.write_datetime(1, 1, dt.datetime.fromisoformat("2025-03-04"), book.add_format({"num_format": "dd/mm/yy"}))

    assert (
        table(read(calculated(write))) == table(read(calculated(write, {"date_1904": True}))) == [("A", "2025-03-04")]
    )


def test_truth_values_are_words() -> None:
    assert table(read(workbook(["PO", "Qty"], ["A", True], ["B", False]))) == [("A", "true"), ("B", "false")]


def test_an_id_stored_as_a_number_is_its_digits() -> None:
    raw = read(workbook(["PO", "Qty"], [4500012345.0, 1], [123456789012345, 1]))
    assert [row[0] for row in table(raw)] == ["4500012345", "123456789012345"]
    assert raw.damaged == {}


def test_an_id_of_more_than_15_digits_is_damaged() -> None:
    raw = read(workbook(["PO", "Qty"], [1234567890123456, 1], ["1234567890123456", 1]))
    reasons = raw.damaged[0].to_list()
    assert "15 digits" in (reasons[0] or "")
    assert reasons[1] is None


def test_a_percentage_is_read_as_it_is_shown() -> None:
    raw = read(workbook(["PO", "Qty"], ["A", 0.19], change=lambda s: setattr(s["B2"], "number_format", "0.0%")))
    assert table(raw) == [("A", "19%")]


def test_a_percentage_in_a_column_of_percentages_is_its_number() -> None:
    data = workbook(["PO", "Qty", "Tax"], ["A", 1, 0.19], change=lambda s: setattr(s["C2"], "number_format", "0%"))
    assert table(read(data, columns={"tax_rate": "Tax"})) == [("A", "1", "19")]


def test_hidden_rows_and_columns_are_read_and_counted() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    raw = read(workbook(["PO", "Qty"], ["A", 1], ["B", 2], change=hide))
    assert len(table(raw)) == 2
    assert raw.notes == ("1 hidden rows are read too", "hidden columns are read too: B")


def test_text_is_kept_to_the_character() -> None:
    texts = ["a\nb", "  x ", "Müller & Söhne <GmbH>", "日本", "\U0001f600", "_x000D_", "=1+1", "'x"]
    rich = [[text, 1] for text in texts]

    def as_text(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=2, max_col=1):
            row[0].data_type = "s"

    raw = read(workbook(["PO", "Qty"], *rich, change=as_text))
    assert raw.frame["c0"].to_list() == [text.replace("_x000D_", "\r") for text in texts]


def test_a_control_character_in_a_text_is_damaged() -> None:
    raw = read(workbook(["PO", "Qty"], ["a_x0007_b", 1]))
    assert raw.damaged[0].to_list() == ["control character \\x07 in the text"]


def test_decimals_written_by_programs_are_exact() -> None:
    raw = read(workbook(["PO", "Qty"], ["A", Decimal("1234567.891234")], ["B", 0.1 + 0.2], ["C", 36.299999999999997]))
    assert [row[1] for row in table(raw)] == ["1234567.891234", "0.3", "36.3"]


def test_rich_texts_and_phonetic_readings_are_one_text() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["PO", "Qty"])
        sheet.write_rich_string(1, 0, book.add_format({"bold": True}), "PO", " 1")
        sheet.write(1, 1, 1)

    assert table(read(calculated(write))) == [("PO 1", "1")]


def test_texts_inside_the_sheet_are_read_as_shared_ones() -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["PO", "Qty"])
        sheet.write_row(1, 0, ["A & B", 1])

    assert table(read(calculated(write, {"constant_memory": True}))) == [("A & B", "1")]


def test_a_quantity_that_stands_once_for_merged_rows_is_refused_and_a_key_is_read(tmp_path: Any) -> None:
    rows = [["receipt_number", "po_number", "quantity"], ["G1", "1", 5], ["G1", "1", 5]]
    key = workbook(*rows, change=lambda sheet: sheet.merge_cells("A2:A3"))
    assert read_one_workbook(tmp_path, key)["receipt_number"].to_list() == ["G1", "G1"]
    with pytest.raises(SourceError, match="merged cells: one quantity for several rows"):
        read_one_workbook(tmp_path, workbook(*rows, change=lambda sheet: sheet.merge_cells("C2:C3")))


def read_one_workbook(folder: Any, content: bytes) -> Any:
    return desk.read(folder, "receipts", {"in.xlsx": content}).receipt_lines
