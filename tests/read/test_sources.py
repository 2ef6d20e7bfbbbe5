"""Sources: which files, which columns, what is left out, and what the rules declare of them."""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
from datetime import timedelta
from threading import Thread

import polars as pl
import pytest

from recon.errors import RulesError, SourceError
from recon.read import read_sources
from recon.read.files.remote import fetch
from recon.read.typed.parquet import read_parquet
from recon.rules.rule import CsvOptions, Rules, Source
from recon.rules.when.parse import parse_condition
from tests.kit.desk import read, read_one

ONE = "invoice_number,amount\nI1,1\n"
TWO = "invoice_number,amount\nI2,2\n"


def refusal(folder, contents=None, name="invoices", **options):
    with pytest.raises((SourceError, RulesError)) as caught:
        read(folder, name, contents, **options)
    return caught.value


def test_several_files_follow_each_other_by_name_and_every_row_says_where_it_stood(tmp_path):
    sources = read(tmp_path, contents={"b/in2.csv": TWO, "a/in1.csv": ONE}, files=("*/in*.csv",))
    assert sources.invoice_lines.select("invoice_number", "source", "row").rows() == [
        ("I1", "a/in1.csv", 2),
        ("I2", "b/in2.csv", 2),
    ]


def test_paths_may_leave_the_folder_of_the_rules_and_hold_anything(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "in [1] é.csv").write_text(ONE)
    sources = read(tmp_path / "x", files=("../in [1] é.csv",))
    assert sources.invoice_lines["source"].to_list() == ["../in [1] é.csv"]


def test_every_file_is_told_with_hash_size_rows_and_rejects(tmp_path):
    sources = read(tmp_path, contents={"in.csv": ONE + "I2,x\n"})
    told = sources.files[0]
    assert {key: told[key] for key in ("source", "path", "rows", "rejects", "bytes")} == {
        "source": "invoices", "path": "in.csv", "rows": 2, "rejects": 1, "bytes": len(ONE) + 5,
    }  # fmt: skip
    assert len(told["sha256"]) == 64


def test_the_same_content_twice_is_refused(tmp_path):
    error = refusal(tmp_path, {"in1.csv": ONE, "in2.csv": ONE})
    assert (error.where, error.message) == ("in2.csv", "the same content as in1.csv")


@pytest.mark.parametrize(
    "copy",
    [
        ONE.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + ONE.encode(),
        ONE.rstrip("\n").encode(),
        ONE.encode("utf-16"),
    ],
)
def test_a_copy_written_another_way_is_the_same_content(tmp_path, copy):
    error = refusal(tmp_path, {"in1.csv": ONE, "in2.csv": copy})
    assert (error.where, error.message) == ("in2.csv", "the same lines as in1.csv")


def test_a_packed_copy_is_the_same_content(tmp_path):
    error = refusal(tmp_path, {"in1.csv": ONE, "in2.csv.gz": gzip.compress(ONE.encode())})
    assert (error.where, error.message) == ("in2.csv.gz", "the same lines as in1.csv")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "sub").mkdir()
    assert "names a folder" in refusal(tmp_path, files=("sub",)).message


def test_a_pattern_without_a_match_is_refused_even_beside_one_that_has_some(tmp_path):
    error = refusal(tmp_path, {"in.csv": ONE}, files=("in.csv", "no*.csv"))
    assert error.where == str(tmp_path / "no*.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text(ONE)
    (tmp_path / "in.csv").chmod(0)
    assert "Permission denied" in refusal(tmp_path).message


def test_lock_files_of_office_programs_are_not_read(tmp_path):
    sources = read(tmp_path, contents={"in.csv": ONE, "~$in.csv": "x"}, files=("*.csv",))
    assert [told["path"] for told in sources.files] == ["in.csv"]


def test_another_kind_of_file_is_refused_by_its_suffix(tmp_path):
    assert "does not read '.docx'" in refusal(tmp_path, {"in.docx": "x"}).message


def test_the_web_is_not_read(tmp_path):
    assert "does not fetch" in refusal(tmp_path, files=("https://example.org/in.csv",)).message


@pytest.mark.parametrize(("character", "code"), [("\0", "U+0000"), ("\x1b", "U+001B"), ("\ufffd", "U+FFFD")])
def test_a_damaged_text_in_a_typed_file_is_refused_with_its_row(tmp_path, character, code):
    table = pl.DataFrame({"invoice_number": ["R1", None, f"R{character}2"], "note": [f"{character}"] * 3})
    table.write_parquet(tmp_path / "in.parquet")
    with pytest.raises(SourceError, match=f"'invoice_number' holds the character {re.escape(code)} in row 3"):
        read_parquet((tmp_path / "in.parquet").read_bytes(), "in.parquet", Source("invoices"), ["invoice_number"])


def test_a_span_of_time_that_nothing_maps_is_read_over(tmp_path):
    table = pl.DataFrame({"invoice_number": ["R1"], "took": [timedelta(hours=1)]})
    table.write_parquet(tmp_path / "in.parquet")
    read = read_parquet((tmp_path / "in.parquet").read_bytes(), "in.parquet", Source("invoices"), ["invoice_number"])
    assert read.frame.rows() == [("R1", "PT1H")]


def test_whatever_byte_of_a_parquet_file_is_damaged_it_is_refused_or_read(tmp_path):
    """Some damage makes the engine panic, which is no ordinary exception."""
    whole = io.BytesIO()
    pl.DataFrame({"invoice_number": [f"R{n}" for n in range(50)], "amount": range(50)}).write_parquet(whole)
    data = whole.getvalue()
    refused = 0
    for at in range(4, len(data), max(1, len(data) // 150)):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            read_parquet(damaged, "in.parquet", Source("invoices"), ["invoice_number"])
        except SourceError:
            refused += 1
    assert refused


def test_an_object_of_a_store_is_read_as_a_file_is(tmp_path):
    (tmp_path / "a.csv").write_bytes(ONE.replace("\n", "\r\n").encode())
    pl.DataFrame({"invoice_number": ["1"]}).write_parquet(tmp_path / "a.parquet")
    assert fetch(f"file://{tmp_path}/a.csv") == ONE.encode()
    assert pl.read_parquet(fetch(f"file://{tmp_path}/a.parquet")).rows() == [("1",)]


@pytest.mark.parametrize(
    ("name", "words"),
    [("none.csv", "cannot be fetched"), ("none.parquet", "cannot be fetched"), ("a.xlsx", "Download")],
)
def test_an_object_that_cannot_be_had_is_refused(tmp_path, name, words):
    with pytest.raises(SourceError) as caught:
        fetch(f"file://{tmp_path}/{name}")
    assert words in str(caught.value)


def test_standard_input_is_a_file_called_minus(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ONE.encode())))
    assert read(tmp_path, files=("-",)).invoice_lines.select("invoice_number", "source").rows() == [("I1", "-")]


def test_columns_are_mapped_by_name_trimmed_and_in_any_case(tmp_path):
    frame = read_one(
        tmp_path, " Inv No. ,NET amount\n1,2\n", columns={"invoice_number": "inv no.", "amount": "Net Amount"}
    )
    assert frame.select("invoice_number", "amount").rows() == [("1", 2)]


def test_an_exact_name_goes_before_one_in_another_case(tmp_path):
    frame = read_one(tmp_path, "Nr,AMT,x\n1,2,3\n", columns={"invoice_number": "Nr", "amount": "AMT", "quantity": "#3"})
    assert frame.select("amount", "quantity").rows() == [(2, 3)]


def test_columns_mapped_by_position_alone_need_no_header(tmp_path):
    frame = read_one(tmp_path, "I1,5\nI2,6\n", columns={"invoice_number": "#1", "amount": "#2"})
    assert frame.select("invoice_number", "amount", "row").rows() == [("I1", 5, 1), ("I2", 6, 2)]


def test_a_position_beyond_the_file_is_refused(tmp_path):
    assert (
        refusal(tmp_path, {"in.csv": "I1,5\n"}, columns={"invoice_number": "#1", "amount": "#3"}).message
        == "there is no column #3: the file has 2"
    )


def test_with_columns_only_what_they_name_is_read(tmp_path):
    text = "Nr,amount,Total,Currency\n1,999,2,USD\n"
    frame = read_one(tmp_path, text, columns={"invoice_number": "Nr", "amount": "Total"})
    assert frame.select("amount", "currency").rows() == [(2, None)]
    error = refusal(tmp_path, {"in.csv": text}, columns={"invoice_number": "Nr"})
    assert (error.message, "The file has amount, currency" in error.hint) == (
        "nothing fills amount or quantity and unit_price of invoices",
        True,
    )


def test_the_order_of_columns_and_further_columns_change_nothing(tmp_path):
    one = read_one(tmp_path / "1", "invoice_number,amount,x\n1,2,9\n")
    other = read_one(tmp_path / "2", "y,amount,invoice_number\n8,2,1\n")
    assert one.equals(other)


def test_defaults_fill_what_is_not_there(tmp_path):
    frame = read_one(
        tmp_path, "invoice_number,amount,currency\n1,2,\n2,2,USD\n", defaults={"currency": "CHF", "company": "C1"}
    )
    assert frame.select("currency", "company").rows() == [("CHF", "C1"), ("USD", "C1")]


def test_carried_columns_come_through_unchanged(tmp_path):
    frame = read_one(tmp_path, "invoice_number,amount,Note \n1,2, as is \n", carry=("Note",))
    assert frame["Note"].to_list() == [" as is "]


def test_a_carried_column_may_be_in_some_files_only_if_all_have_it(tmp_path):
    error = refusal(tmp_path, {"in1.csv": "invoice_number,amount,Note\n1,2,x\n", "in2.csv": TWO}, carry=("Note",))
    assert (error.where, error.message) == ("in2.csv:1", "column 'Note' not found")


@pytest.mark.parametrize(
    ("condition", "kept"), [("amount > 1", ["I2"]), ("Status = 'open'", ["I1"]), ("currency is null", ["I1", "I2"])]
)
def test_where_says_which_rows_are_read(tmp_path, condition, kept):
    types = {"amount": pl.Decimal(38, 6), "Status": pl.String, "currency": pl.String}
    where = parse_condition(condition, types)
    sources = read(
        tmp_path,
        contents={"in.csv": "invoice_number,amount,Status\nI1,1,open\nI2,2,done\n"},
        carry=("Status",),
        where=where,
    )
    assert sources.invoice_lines["invoice_number"].to_list() == kept
    assert sources.files[0]["filtered"] == 2 - len(kept)


def test_where_leaves_rejects_only_if_it_can_judge_them(tmp_path):
    where = parse_condition("amount > 1", {"amount": pl.Decimal(38, 6)})
    text = "invoice_number,amount,invoice_date\n1,x,\n2,1,never\n3,2,never\n"
    assert read(tmp_path, contents={"in.csv": text}, where=where).rejects["row"].to_list() == [2, 4]


def test_control_figures_that_hold_change_nothing(tmp_path):
    text = "invoice_number,quantity,unit_price,price_unit,invoice_date\n1,2,3,7,2025-02-28\n2,5,1,7,2025-02-01\n3,3,1,7,2025-02-02\n"
    assert read(
        tmp_path, contents={"in.csv": text}, expect={"rows": "3", "total": "2", "period": "2025-02"}
    ).rejects.is_empty()


@pytest.mark.parametrize(
    ("expect", "words"), [({"total": "10", "column": "tax_amount"}, "adds up to 3"), ({"rows": "2"}, "1 rows")]
)
def test_control_figures_that_differ_refuse_the_source(tmp_path, expect, words):
    text = "invoice_number,amount,tax_amount\n1,2,3\n"
    assert read(tmp_path, contents={"in.csv": text}, expect={"total": "3", "column": "tax_amount"}).rejects.is_empty()
    assert words in refusal(tmp_path, {"in.csv": text}, expect=expect).message


def test_a_period_is_not_held_where_no_row_has_a_date(tmp_path):
    error = refusal(tmp_path, {"in.csv": "invoice_number,amount\n1,2\n"}, expect={"period": "2025-02"})
    assert error.message.startswith("the period of `expect` cannot be held: no row has invoice_date")


def test_a_path_with_backslashes_that_is_not_there_is_told_how_to_write_it(tmp_path):
    assert "Between folders stands /." in refusal(tmp_path, {"a/in.csv": ONE}, files=("a\\in.csv",)).hint


def test_no_rows_may_be_declared(tmp_path):
    assert read(tmp_path, contents={"in.csv": "invoice_number,amount\n"}, expect={"rows": "0"}).invoice_lines.is_empty()


def test_an_unknown_canonical_column_is_a_mistake_of_the_rules(tmp_path):
    assert "did you mean 'quantity'" in refusal(tmp_path, {"in.csv": ONE}, columns={"quantitty": "x"}).message


def test_sources_that_are_not_declared_are_empty(tmp_path):
    (tmp_path / "o.csv").write_text("po_number,po_line,supplier_id,amount\n1,1,V,1\n")
    rules = Rules(sources={"orders": Source("orders", files=("o.csv",))}, path=tmp_path / "r.yaml")
    sources = read_sources(rules)
    assert (sources.order_lines.height, sources.receipt_lines.height, sources.rates.height) == (1, 0, 0)


def test_one_file_may_serve_two_sources(tmp_path):
    (tmp_path / "all.tsv").write_text("1\t10\tV1\t5\t.50\t4\n")
    orders = Source(
        "orders",
        files=("all.tsv",),
        columns={"po_number": "#1", "po_line": "#2", "supplier_id": "#3", "quantity": "#4", "unit_price": "#5"},
    )
    receipts = Source(
        "receipts",
        files=("all.tsv",),
        columns={"receipt_number": "#1", "po_number": "#1", "po_line": "#2", "quantity": "#6"},
    )
    sources = read_sources(
        Rules(sources={"orders": tabs(orders), "receipts": tabs(receipts)}, path=tmp_path / "r.yaml")
    )
    assert sources.receipt_lines["quantity"].to_list() == [4]
    assert sources.order_lines.select("quantity", "unit_price").rows()[0][0] == 5


def tabs(source):
    from dataclasses import replace

    from recon.rules.rule import CsvOptions

    return replace(source, csv=CsvOptions(separator="\t"))


def test_a_file_whose_first_line_names_its_separator_says_what_to_declare(tmp_path):
    content = "sep=;\n" + ONE.replace(",", ";")
    mend = "`csv: {separator: ';'}, header_row: 2`"
    assert mend in refusal(tmp_path, {"in.csv": content}).hint
    options = {"csv": CsvOptions(";"), "header_row": 2}
    assert read(tmp_path, contents={"in.csv": content}, **options).invoice_lines.height == 1


def test_the_columns_there_are_are_named_as_far_as_a_person_reads(tmp_path):
    error = refusal(tmp_path, {"in.csv": "x" * 1_000_000 + "\n"})
    assert error.hint == f"The columns are: {'x' * 80}..."


def test_a_named_pipe_is_read_and_one_that_nobody_writes_into_is_refused(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "in.csv")
    writer = Thread(target=(tmp_path / "in.csv").write_text, args=(ONE,))
    writer.start()
    assert read(tmp_path).invoice_lines["invoice_number"].to_list() == ["I1"]
    writer.join()
    monkeypatch.setattr("recon.read.files.files.PIPE_SECONDS", 0.05)
    assert "nothing was written" in refusal(tmp_path).message
