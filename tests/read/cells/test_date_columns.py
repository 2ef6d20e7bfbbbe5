"""Date formats: one a column, two digits of a year in the century that the other dates say."""

from __future__ import annotations

from datetime import date

from tests.kit.desk import read, read_one, rejects_of

BOTH = ("%d/%m/%Y", "%m/%d/%Y")


def days(folder, *texts, formats=BOTH, **options):
    rows = "".join(f"I{i},1,{text}\n" for i, text in enumerate(texts))
    sources = read(
        folder, contents={"in.csv": f"invoice_number,amount,invoice_date\n{rows}"}, date_format=formats, **options
    )
    return sources.invoice_lines["invoice_date"].to_list(), sources


def test_the_first_format_that_reads_the_whole_column_is_the_columns(tmp_path):
    assert days(tmp_path / "1", "03/04/2026", "03/13/2026")[0] == [date(2026, 3, 4), date(2026, 3, 13)]
    assert days(tmp_path / "2", "03/04/2026", "13/03/2026")[0] == [date(2026, 4, 3), date(2026, 3, 13)]


def test_where_none_does_a_cell_that_two_read_as_different_days_is_a_reject(tmp_path):
    text = "invoice_number,amount,invoice_date\nI1,1,03/04/2026\nI2,1,13/03/2026\nI3,1,03/13/2026\nI4,1,04/04/2026\n"
    (reject,) = rejects_of(tmp_path, text, date_format=BOTH)
    assert reject[:3] == (2, "invoice_date", "03/04/2026")
    assert "can be 2026-03-04 or 2026-04-03" in reject[3]


def test_each_column_has_a_format_of_its_own(tmp_path):
    text = "invoice_number,amount,invoice_date,due_date\nI1,1,03/13/2026,13/04/2026\nI2,1,03/04/2026,03/04/2026\n"
    frame = read_one(tmp_path, text, date_format=BOTH)
    assert frame.select("invoice_date", "due_date").row(1) == (date(2026, 3, 4), date(2026, 4, 3))


def test_a_year_of_two_digits_is_of_the_hundred_that_is_declared_or_said(tmp_path):
    short = ("%m/%d/%y",)
    found, sources = days(tmp_path / "1", "1/20/24", "12/13/69", "1/1/70", formats=short)
    assert found == [date(2024, 1, 20), date(2069, 12, 13), date(1970, 1, 1)]
    assert any("are read as 1970 to 2069" in note for note in sources.files[0]["notes"])
    assert days(tmp_path / "2", "1/20/24", formats=short, two_digit_years=(1900, 1999))[0] == [date(1924, 1, 20)]


def test_the_century_is_that_nearest_to_the_other_dates_of_the_file(tmp_path):
    text = "invoice_number,amount,invoice_date,due_date\nI1,1,1930-05-01,5/1/30\nI2,1,1931-05-01,2/29/00\n"
    sources = read(tmp_path, contents={"in.csv": text}, date_format=("%Y-%m-%d", "%m/%d/%y"))
    assert sources.invoice_lines["due_date"].to_list() == [date(1930, 5, 1)]
    assert sources.rejects["value"].to_list() == ["2/29/00"]  # 1900 was no leap year
