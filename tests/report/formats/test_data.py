"""JSON, CSV and Parquet: exact, and readable by any program."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from recon import result_tables, tables
from recon.report.formats import data
from recon.report.formats.data import FILES, mask, masked_frames
from tests.kit.small import FINDING, IBAN, INVOICE_LINE, frame, small


def write(frame, path):
    file = FILES[path.suffix[1:]](path)
    file.add(frame)
    file.close()


def lines_with(**changes):
    return frame(result_tables.INVOICE_RESULTS, INVOICE_LINE | changes)


def test_json_has_decimals_as_strings_dates_as_iso_and_lists(tmp_path):
    write(lines_with(unit_price="12.5000000000", codes=["a", "b"]), tmp_path / "f.json")
    [line] = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert (line["unit_price"], line["quantity"], line["invoice_date"]) == ("12.5", "100", "2026-01-31")
    assert (line["codes"], line["item"], line["row"], line["po_number"]) == (["a", "b"], None, 2, "0045")


def test_json_without_rows_is_an_empty_array(tmp_path):
    write(result_tables.DISCREPANCIES.empty(), tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text()) == []


def test_json_of_several_slices_is_one_array(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "ROWS_AT_ONCE", 3)
    rows = frame(result_tables.DISCREPANCIES, *(FINDING | {"row": n, "message": "a\nb,\n"} for n in range(10)))
    write(rows, tmp_path / "f.json")
    assert [row["row"] for row in json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))] == list(range(10))
    assert len((tmp_path / "f.json").read_text(encoding="utf-8").splitlines()) == 12


def test_csv_joins_codes_and_guards_text_but_never_numbers(tmp_path):
    risky = '=HYPERLINK("http://x","click")'
    write(lines_with(supplier_name=risky, item="-1", amount="-12.50", codes=["a", "b"]), tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        [line] = csv.DictReader(file)
    assert (line["supplier_name"], line["item"]) == ("'" + risky, "'-1")
    assert (line["amount"], line["codes"]) == ("-12.5", "a b")


def test_csv_keeps_a_negative_expected_value_a_number(tmp_path):
    write(frame(result_tables.DISCREPANCIES, FINDING | {"expected": "-5", "actual": "-5x"}), tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        [line] = csv.DictReader(file)
    assert (line["expected"], line["actual"]) == ("-5", "'-5x")


@pytest.mark.parametrize("name", ["f.json", "f.csv", "f.parquet"])
@pytest.mark.parametrize(
    ("table", "row"),
    [(result_tables.DISCREPANCIES, FINDING), (result_tables.INVOICE_RESULTS, INVOICE_LINE | {"codes": ["a", "b"]})],
)
def test_rows_that_come_in_pieces_make_the_same_file(tmp_path, monkeypatch, name, table, row):
    monkeypatch.setattr(data, "ROW_GROUP", 4)
    rows = frame(table, *(row | {"row": n} for n in range(11)))
    made = set()
    for cuts in ((0, 11), (0, 1, 1, 11), (0, 3, 9, 11)):
        file = FILES[name.split(".")[1]](tmp_path / name)
        for start, end in itertools.pairwise(cuts):
            file.add(rows[start:end])
        file.close()
        made.add((tmp_path / name).read_bytes())
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_large_parquet_file_tells_nothing_of_the_pieces_that_it_came_in(tmp_path):
    rows = pl.DataFrame({"codes": [["a", "b"][: n % 3] for n in range(118_000)]})
    made = set()
    for size in (118_000, 50_000, 16_666, 50_001):
        file = FILES["parquet"](tmp_path / "f.parquet")
        for piece in rows.iter_slices(size):
            file.add(piece)
        file.close()
        made.add((tmp_path / "f.parquet").read_bytes())
    assert len(made) == 1
    assert pl.read_parquet(tmp_path / "f.parquet").equals(rows)


def test_parquet_keeps_every_digit_and_type(tmp_path):
    exact = lines_with(amount="123456789012345.000001", unit_price="0.0000000001")
    write(exact, tmp_path / "f.parquet")
    assert pl.read_parquet(tmp_path / "f.parquet").equals(exact)


@pytest.mark.parametrize("name", ["f.json", "f.csv", "f.parquet"])
def test_no_bank_account_reaches_a_file(tmp_path, name):
    spaced = "DE89 3704 0044 0532 0130 00"
    for frame_name, made in masked_frames(small(rejects=rejected(IBAN), discrepancies=found(spaced))).items():
        write(made, tmp_path / name)
        content = (tmp_path / name).read_bytes()
        assert b"0532" not in content, frame_name


def rejected(value):
    return frame(
        tables.REJECTS,
        {"table": "invoices", "source": "a.csv", "row": 1, "column": "iban", "value": value, "reason": "no"},
    )


def found(iban):
    return frame(result_tables.DISCREPANCIES, FINDING | {"message": f"paid to {iban} until now"})


def test_masking_leaves_everything_else_alone():
    made = lines_with()
    assert mask(made).drop("iban").equals(made.drop("iban"))


def test_absent_stays_absent_and_true_is_true(tmp_path):
    made = frame(
        result_tables.ORDER_RESULTS,
        {"po_number": "1", "closed": True},
        {"po_number": "2", "closed_date": date(2026, 1, 2)},
    )
    write(made, tmp_path / "f.json")
    first, second = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert (first["closed"], first["closed_date"], second["closed"], second["closed_date"]) == (
        True,
        None,
        None,
        "2026-01-02",
    )
    assert first["quantity"] is None


def test_a_sum_of_the_json_is_the_sum_of_the_frame(tmp_path):
    made = small().invoice_lines
    write(made, tmp_path / "f.json")
    total = sum(Decimal(line["amount"]) for line in json.loads((tmp_path / "f.json").read_text(encoding="utf-8")))
    assert total == made.get_column("amount").sum() == Decimal("91300.005")
