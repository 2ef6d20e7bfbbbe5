"""From a folder of exports to a rules file that runs; what is not certain is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.errors import SourceError
from recon.read.sources import read_sources
from recon.rules.file import parse_rules
from tests.kit.places import SHARED
from tests.read.presets.test_presets import EKKO, EKPO, ME2N

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.tables import Sources

ORDERS = "PO Number,Line,Supplier,Qty,Unit Price,Currency,Order Date\nA,1,ACME,2,3.50,EUR,2025-03-04\nB,1,ACME,4,1.25,EUR,2025-03-14\n"
RECEIPTS = "GRN No,PO Number,Line,Qty received,Receipt date\nR1,A,1,2,2025-03-10\n"
INVOICES = "Invoice No;Lieferant;Rechnungsdatum;Bestellnummer;Menge;Einzelpreis;Betrag\nI1;ACME;12.03.2025;A;2;3,50;7,00\nI2;ACME;13.03.2025;B;1.000;1,25;1.250,00\n"
THREE = {"orders.csv": ORDERS, "in/grn.csv": RECEIPTS, "invoices.csv": INVOICES}
AUDITIQ = SHARED / "data/auditiq"


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def run(folder: Path, text: str) -> Sources:
    return read_sources(parse_rules(text.encode(), folder / "rules.yaml"))


def answers(*given: str) -> tuple[list[str], object]:
    """Return the questions asked so far, and an `ask` that gives these answers in turn."""
    asked: list[str] = []
    left = list(given)

    def ask(question: str, options: Sequence[str]) -> str:
        if "no receipts" in question:
            return options[0]
        asked.append(f"{question} {list(options)}")
        return left.pop(0)

    return asked, ask


def test_three_exports_become_rules_that_run(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, THREE))
    sources = run(tmp_path, text)
    assert (sources.order_lines.height, sources.receipt_lines.height, sources.invoice_lines.height) == (2, 1, 2)
    assert sources.rejects.height == 0
    assert "  # 2 rows read, 0 of them rejects\n  orders:" in text
    assert str(sources.invoice_lines["amount"][1]) == "1250.000000"


def test_a_currency_beside_the_prices_is_the_base_currency_and_asks_nothing(tmp_path: Path) -> None:
    orders = ORDERS.replace("Currency,", "").replace(",EUR", "").replace("3.50", "3.50 PLN")
    invoices = INVOICES.replace("3,50", "3,50 zł")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders, "invoices.csv": invoices}))
    assert "\nbase_currency: PLN\n" in text
    assert run(tmp_path, text).invoice_lines["currency"].to_list() == ["PLN", None]


def test_the_rules_say_what_was_found(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, THREE))
    assert 'csv: {separator: ";"}' in text
    assert 'number_format: "1.234,56"' in text
    assert 'date_format: "%d.%m.%Y"' in text
    assert "      po_number: Bestellnummer" in text
    assert 'files: ["in/grn.csv"]' in text
    assert "base_currency: EUR" in text


def test_numbers_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace("3.50", "1.234").replace("1.25,", "5,")}
    asked, ask = answers("1.234,56")
    text = draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    told = "'1.234' can be read in two ways. Other files here are written 1.234,56. ['1.234,56', '1234.56']"
    assert told in asked[0]
    assert str(run(tmp_path, text).order_lines["unit_price"][0]) == "1234.0000000000"
    assert "# Asked: How are numbers written in orders.csv?" in text


def test_days_and_months_are_asked_for(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace("2025-03-04", "04/03/2025").replace("2025-03-14", "05/03/2025")}
    asked, ask = answers("%m/%d/%Y")
    text = draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    assert "'04/03/2025' can be read in two ways" in asked[0]
    assert str(run(tmp_path, text).order_lines["order_date"][0]) == "2025-04-03"


def test_two_columns_that_could_be_meant_are_asked_for(tmp_path: Path) -> None:
    files = {
        **THREE,
        "orders.csv": ORDERS.replace("Unit Price", "Price,Net Price")
        .replace("3.50", "9,3.50")
        .replace("1.25", "9,1.25"),
    }
    asked, ask = answers("Net Price")
    text = draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    assert asked == ["Which column of orders.csv is unit_price? ['Price (9)', 'Net Price (3.50, 1.25)']"]
    assert "      unit_price: Net Price" in text


def test_without_a_person_questions_are_listed_and_nothing_is_guessed(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace("2025-03-04", "04/03/2025").replace("2025-03-14", "05/03/2025")}
    with pytest.raises(OpenQuestionsError, match="1 question is open") as caught:
        draft_rules(fill(tmp_path, files))
    assert "1. How are dates written in orders.csv?" in caught.value.hint
    assert "# OPEN: How are dates written in orders.csv?" in caught.value.draft
    assert caught.value.exit_code == 3


def test_a_folder_without_a_currency_is_asked_for_one(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace(",Currency", "").replace(",EUR", "")}
    asked, ask = answers("CHF")
    assert "base_currency: CHF" in draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    assert "No file names a currency." in asked[0]


def test_a_question_without_one_of_its_answers_stays_open(tmp_path: Path) -> None:
    files = {**THREE, "orders.csv": ORDERS.replace(",Currency", "").replace(",EUR", "")}
    _, ask = answers("Taler", "Taler", "Taler")
    with pytest.raises(SourceError, match="1 question is open"):
        draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]


def test_a_damaged_export_is_not_left_out_silently(tmp_path: Path) -> None:
    more = 'PO Number,Line,Supplier,Qty,Unit Price\nC,1,"ACME"x,2,3.50\n'
    with pytest.raises(OpenQuestionsError, match="1 question is open") as caught:
        draft_rules(fill(tmp_path, {**THREE, "orders_more.csv": more}))
    assert "1. orders_more.csv cannot be used: text after a closing quote" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.txt", "Dear Sir\nwe thank you\n"),
        ("readme.txt", 'Exports, of March, for the "audit".\nAsk Jane, or me; thanks\n\n- orders\n'),
        ("notes.csv", "note\nsupplier called\n"),
        ("notes.csv", "when,who,what\nMonday,Jane,called\nTuesday,Ann,wrote\n"),
        ("notes.csv", "date,note\n2025-03-04,called\n"),
        ("empty.csv", ""),
        ("rules.draft.yaml", "version: 1\n"),
    ],
)
def test_a_file_without_a_table_does_not_stop_a_draft(tmp_path: Path, name: str, content: str) -> None:
    text = draft_rules(fill(tmp_path, {**THREE, name: content}))
    assert run(tmp_path, text).order_lines.height == 2
    assert (f"# left out: {name}, it" in text) == (name != "rules.draft.yaml")


def test_files_that_need_a_preset_get_one(tmp_path: Path) -> None:
    files = {"EKKO.csv": EKKO, "EKPO.csv": EKPO.replace("1200.000", "1200.5"), "invoices.csv": INVOICES}
    asked, ask = answers("EUR")
    text = draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    assert "preset: sap-ekpo" in text
    assert len(asked) == 1
    assert run(tmp_path, text).order_lines.height == 3


def test_a_list_export_gets_its_preset(tmp_path: Path) -> None:
    files = {"me2n.txt": ME2N.encode("cp1252"), "invoices.csv": INVOICES}
    _, ask = answers("EUR")
    text = draft_rules(fill(tmp_path, files), ask)  # type: ignore[arg-type]
    assert "preset: sap-me2n" in text


def test_a_folder_without_invoices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file looks like invoices"):
        draft_rules(fill(tmp_path, {"orders.csv": ORDERS}))


@pytest.mark.skipif(not AUDITIQ.exists(), reason="third-party data is not here")
def test_a_real_folder_becomes_rules_that_run(tmp_path: Path) -> None:
    for path in AUDITIQ.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    _, ask = answers("USD")
    text = draft_rules(tmp_path, ask)  # type: ignore[arg-type]
    assert "by its name" not in text  # invoices have columns of suppliers, but far more of their own
    sources = run(tmp_path, text)
    assert (sources.order_lines.height, sources.receipt_lines.height, sources.invoice_lines.height) == (500, 450, 480)
    assert sources.invoice_lines["amount"].null_count() == 0
