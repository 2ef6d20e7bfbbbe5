"""A rules file is read whole or refused with every place that is wrong."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import RulesError
from recon.rules.file import load_rules, parse_rules
from recon.rules.rule import DEFAULT_LINKS, UNCHECKED, CsvOptions, Limit, NumberFormat, Rules, Sides
from tests.kit.places import PROJECT

CATALOGUE = PROJECT / "tests" / "errors" / "rules_file.txt"
GOOD = "version: 1\nsources: {orders: {files: o.csv}, invoices: {files: i.csv}}\n"


def read(text: str) -> Rules:
    return parse_rules(text.encode(), Path("rules.yaml"))


def source(settings: str) -> str:
    return f"version: 1\nsources: {{orders: {{files: o.csv}}, invoices: {{files: i.csv, {settings}}}}}\n"


def tolerance(measures: str) -> str:
    return f"{GOOD}tolerances: [{{name: a, {measures}}}]\n"


def refusal(content: bytes | str) -> str:
    with pytest.raises(RulesError) as caught:
        parse_rules(content if isinstance(content, bytes) else content.encode(), Path("rules.yaml"))
    return str(caught.value)


def catalogue() -> list[pytest.param]:
    cases = []
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n== ")[1:]:
        name, rest = block.split("\n", 1)
        text, said = rest.split("\n--\n")
        whole = name.endswith(" (whole)")
        cases.append(pytest.param(text + "\n" if whole else GOOD + text + "\n", said.strip(), id=name))
    return cases


@pytest.mark.parametrize(("text", "said"), catalogue())
def test_every_error_of_the_catalogue_is_told_with_its_place_and_a_mend(text: str, said: str) -> None:
    assert re.sub(r"(?m)^(\s*)rules\.yaml:", r"\1", refusal(text)) == said


def test_the_catalogue_is_a_catalogue() -> None:
    assert len(catalogue()) >= 40


@pytest.mark.parametrize("name", ["standard.yaml", "strict.yaml"])
def test_the_rules_that_ship_can_be_read(name: str) -> None:
    assert load_rules(PROJECT / "rules" / name).sources["orders"].files == ("orders*.csv",)


def test_two_sources_are_enough_and_the_rest_has_defaults() -> None:
    rules = read(GOOD)
    assert (rules.base_currency, rules.links, rules.tolerances, rules.duplicates_days) == ("EUR", DEFAULT_LINKS, (), 90)
    assert sorted(rules.sources) == ["invoices", "orders"]


def test_rules_know_their_path_and_the_digest_of_their_bytes() -> None:
    rules = load_rules(str(PROJECT / "rules" / "standard.yaml"))
    assert rules.path == PROJECT / "rules" / "standard.yaml"
    assert rules.digest == hashlib.sha256(rules.path.read_bytes()).hexdigest()


def test_a_source_says_on_which_line_it_starts() -> None:
    text = "version: 1\nsources:\n  orders: {files: o.csv}\n  invoices: {files: i.csv}\n"
    assert read(text).sources["invoices"].line == 4


def test_scalars_are_read_as_written() -> None:
    settings = "columns: {po_number: 010, item: NO, description: 12:30}, nulls: [0, no, ''], sheet: 2025"
    read_source = read(source(settings)).sources["invoices"]
    assert read_source.columns == {"po_number": "010", "item": "NO", "description": "12:30"}
    assert (read_source.nulls, read_source.sheet) == (("0", "no", ""), "2025")


def test_a_single_value_may_stand_for_a_list() -> None:
    read_source = read(source('date_format: "%d.%m.%Y", carry: plant')).sources["invoices"]
    assert (read_source.files, read_source.date_format, read_source.carry) == (("i.csv",), ("%d.%m.%Y",), ("plant",))


def test_a_text_files_layout_is_declared() -> None:
    csv = read(source("csv: {separator: ';', quote: null, encoding: cp1252}")).sources["invoices"].csv
    assert csv == CsvOptions(";", None, "cp1252")
    assert read(source("csv: {separator: tab}")).sources["invoices"].csv.separator == "\t"


@pytest.mark.parametrize(
    ("example", "meaning"),
    [
        ("1,234.56", NumberFormat(".", ",")),
        ("1.234,56", NumberFormat(",", ".")),
        ("1'234.56", NumberFormat(".", "'")),
        ("1 234,56", NumberFormat(",", " ")),
        ("1.234,56-", NumberFormat(",", ".", "trailing")),
        ("(1,234.56)", NumberFormat(".", ",", "parentheses")),
        ("1234.56", NumberFormat(".", None)),
        ("1234,56", NumberFormat(",", None)),
    ],
)
def test_a_number_format_is_written_as_an_example(example: str, meaning: NumberFormat) -> None:
    assert read(source(f'number_format: "{example}"')).sources["invoices"].number_format == meaning


@pytest.mark.parametrize("example", ["1,234,56", "1.234.56", "1,234.56)", "(1,234.56", "1,234", "12,34.56", "1234.5"])
def test_other_examples_are_no_number_format(example: str) -> None:
    assert "is not a number format" in refusal(source(f'number_format: "{example}"'))


def test_control_figures_are_kept_as_text() -> None:
    settings = "expect: {rows: 12, total: -1234.50, column: quantity, allow_empty: false}"
    expect = read(source(settings)).sources["invoices"].expect
    assert expect == {"rows": "12", "total": "-1234.50", "column": "quantity", "allow_empty": "false"}


@pytest.mark.parametrize("written", ["2025-01", "2025", "2025-01-15..2025-02-14"])
def test_a_period_is_a_month_a_year_or_two_days(written) -> None:
    assert read(source(f"expect: {{period: {written}}}")).sources["invoices"].expect == {"period": written}


@pytest.mark.parametrize(
    "written", ["2025-13", "2025-00", "January", "2025-02-14..2025-02-01", "2025-01-15..", "2025-01-15"]
)
def test_what_is_no_period_is_refused_with_its_place(written) -> None:
    told = refusal(source(f"expect: {{period: {written}}}"))
    assert written in told
    assert "period" in told


def test_words_of_the_source_get_meanings() -> None:
    values = (
        read(source("values: {line_type: {FR: freight}, document_type: {GS: credit_note}}")).sources["invoices"].values
    )
    assert values == {"line_type": {"FR": "freight"}, "document_type": {"GS": "credit_note"}}


def test_where_may_name_canonical_and_carried_columns() -> None:
    condition = read(source("carry: [plant], where: \"amount > 0 and plant = '10'\"")).sources["invoices"].where
    assert condition is not None
    assert condition.text == "amount > 0 and plant = '10'"


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    assert read(source("preset: canonical")).sources["invoices"].preset == "canonical"
    assert "unknown preset 'cannonical' (did you mean 'canonical'?)" in refusal(source("preset: cannonical"))


def test_a_folded_condition_is_placed_at_its_start_and_counts_characters() -> None:
    text = "policies:\n  - name: a\n    match: none\n    when: >\n      closed\n      and amuont > 5\n"
    assert "rules.yaml:6:11: unknown column 'amuont' (did you mean 'amount'?) (at character 12)" in refusal(GOOD + text)


def test_what_is_wrong_with_month_end_is_told_with_its_line() -> None:
    told = refusal(GOOD + "close:\n  terms: as agreed\n")
    assert "rules.yaml:4:10: 'as agreed' are no payment terms that can be read" in told
    days = "close:\n  journal: {posting_date: 2026-11-03, reversal_date: 2026-11-02}\n"
    assert "rules.yaml:4:54: the reversal on 2026-11-02 is not after 2026-11-03" in refusal(GOOD + days)


def test_the_word_null_is_a_text_in_quotes() -> None:
    assert read(source("nulls: ['null', \"~\"]")).sources["invoices"].nulls == ("null", "~")
    assert "If the text itself is meant: 'null'" in refusal(source("nulls: [null]"))


def test_an_omitted_side_is_not_given_and_an_omitted_limit_is_not_checked() -> None:
    sides = read(tolerance("price: {over: {percent: 2.5}}")).tolerances[0].measures["price"]
    assert sides == Sides(over=Limit(Decimal("2.5"), None), under=None)


def test_null_turns_a_measure_a_side_or_a_limit_off() -> None:
    measures = (
        read(tolerance("price: null, total: {over: ~}, tax: {under: {percent: null, absolute: 1}}"))
        .tolerances[0]
        .measures
    )
    assert measures["price"] == Sides(UNCHECKED, UNCHECKED)
    assert measures["total"] == Sides(UNCHECKED, None)
    assert measures["tax"] == Sides(None, Limit(None, Decimal(1)))


@pytest.mark.parametrize("written", ["price: ", "price: {over: }", "price: {over: {percent: }}"])
def test_a_limit_left_blank_is_no_limit_turned_off(written: str) -> None:
    assert "a value or null is needed here, not nothing" in refusal(tolerance(written))


def test_combine_may_stand_in_a_measure_or_in_a_side() -> None:
    text = tolerance(
        "price: {combine: looser, over: {percent: 2, absolute: 1}, under: {percent: 2, combine: stricter}}"
    )
    sides = read(text).tolerances[0].measures["price"]
    assert sides == Sides(Limit(Decimal(2), Decimal(1), "looser"), Limit(Decimal(2), None, "stricter"))


def test_a_plain_number_may_begin_with_zeros_and_a_quoted_one_not() -> None:
    assert read(tolerance("total: {over: {absolute: 010}}")).tolerances[0].measures["total"].over == Limit(
        None, Decimal(10)
    )
    assert "'010' is not an amount" in refusal(tolerance("total: {over: {absolute: '010'}}"))


def test_limits_of_what_may_be_written_are_themselves_allowed() -> None:
    assert read(tolerance("price: {over: {percent: 100, absolute: 0}}")).tolerances[0].measures["price"].over == Limit(
        Decimal(100), Decimal(0)
    )
    suppliers = read(GOOD + "suppliers: {accept: 80, review: 80, margin: 100}").suppliers
    assert suppliers.accept == suppliers.review


def test_dates_are_tolerated_in_days() -> None:
    assert read(tolerance("date: {over: {absolute: 3}}")).tolerances[0].measures["date"].over == Limit(None, Decimal(3))


@pytest.mark.parametrize("text", ["ID-1: [Acme Corp, ACME]\n", "Acme Corp: ID-1\nACME: ID-1\n"])
def test_aliases_come_from_a_file_beside_the_rules(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD + "suppliers: {aliases: names.yaml, accept: 95}\n", encoding="utf-8")
    (tmp_path / "names.yaml").write_text(text, encoding="utf-8")
    suppliers = load_rules(tmp_path / "rules.yaml").suppliers
    assert suppliers.aliases == {"Acme Corp": "ID-1", "ACME": "ID-1"}
    assert (suppliers.accept, suppliers.review) == (Decimal(95), Decimal(80))


def test_a_mistake_in_the_alias_file_is_told_in_that_file(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD + "suppliers: {aliases: names.yaml}\n", encoding="utf-8")
    (tmp_path / "names.yaml").write_text("# none yet\n", encoding="utf-8")
    assert load_rules(tmp_path / "rules.yaml").suppliers.aliases == {}
    (tmp_path / "names.yaml").write_text("Acme: ID-1\nAcme: ID-2\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"names\.yaml:2:1: the key 'Acme' is given twice"):
        load_rules(tmp_path / "rules.yaml")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="there is no such rules file"):
        load_rules(tmp_path / "rules.yaml")
    with pytest.raises(RulesError, match="a folder, not a rules file"):
        load_rules(tmp_path)


def test_another_encoding_is_told_with_its_first_wrong_byte() -> None:
    said = refusal(GOOD.encode() + "suppliers: {aliases: Müller.yaml}".encode("cp1252"))
    assert said == "rules.yaml:3:23: byte 0xFC is not UTF-8\n  Save the file as UTF-8."
    assert refusal(GOOD.encode("utf-16")).startswith("rules.yaml:1:1: byte 0xFF is not UTF-8")


def test_a_byte_order_mark_is_no_error() -> None:
    assert parse_rules(GOOD.encode("utf-8-sig"), Path("rules.yaml")).base_currency == "EUR"


def test_windows_line_ends_change_nothing_but_the_digest() -> None:
    text = (PROJECT / "rules" / "standard.yaml").read_text(encoding="utf-8")
    assert read(text.replace("\n", "\r\n")).tolerances == read(text).tolerances


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested more than 16 levels deep"),
        ("{a: " * 100_000, "nested more than 16 levels deep"),
        ("- " * 100_000, "nested more than 16 levels deep"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "the anchor '&a' is not supported"),
        ("#" * 1_000_001, "at most 1000000 are read"),
        ("a: \x07\n", "the character U+0007 may not stand in a text file"),
        ('a: "\\x07"\n', "the escape for U+0007 may not stand in a value"),
        ('a: "\\ud800"\n', "the escape for U+D800 may not stand in a value"),
        ('a: "\\UFFFFFFFF"\n', "out of range"),
        (f"%YAML {'1' * 5000}.1\n---\na: b\n", "out of range"),
        ("", "the file is empty"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_could_harm_a_reader_is_refused(text: str, said: str) -> None:
    assert said in refusal(text)


def test_more_complaints_than_a_screen_holds_are_counted() -> None:
    said = refusal(GOOD + "severities:\n" + "".join(f"  code_{n}: hold\n" for n in range(30)))
    assert said.endswith("and 10 more")
    assert said.count("is not a code") == 20
