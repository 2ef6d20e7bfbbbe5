"""From the workbook to the decisions file to the next run: what people decide is kept, and stands while the facts do."""

from __future__ import annotations

import csv
import json
import os
import shutil
import time

import openpyxl
import pytest

from tests.cli.conftest import write
from tests.kit.person import decides, shown, types

OUT = ("run", "rules.yaml", "-o", "out", "--format", "xlsx,json")


def decisions(ledgers):
    with (ledgers / "decisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(ledgers, name="discrepancies"):
    return json.loads((ledgers / "out" / f"{name}.json").read_text(encoding="utf-8"))


def states(ledgers):
    return {row["code"]: (row["decision_state"], row["effective_decision"]) for row in results(ledgers)}


def price(ledgers, new, old="5.50"):
    invoices = ledgers / "invoices.csv"
    invoices.write_text(invoices.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def decided(ledgers, recon):
    """The day after: the price variance of A1 was decided pay in the workbook, and the next run has taken it over."""
    recon(*OUT)
    types(ledgers / "out" / "report.xlsx", decides("price_variance", "Pay"))
    assert recon(*OUT, "--fail-on", "hold").code == 0
    return ledgers


def test_what_is_decided_is_not_told_to_be_done_first(ledgers, recon):
    assert "First: A1/1 price_variance 5.00 EUR." in recon("run").out
    recon("decide", "rules.yaml", "A1", "hold", "--reason", "a credit note was asked for")
    assert "First: nothing, what stops a payment is decided." in recon("run").out


def test_a_decision_in_the_workbook_of_the_folder_is_taken_over_and_stands(decided):
    assert states(decided) == {"price_variance": ("applied", "pay")}
    (row,) = decisions(decided)
    assert (row["decision"], row["decided_by"], row["invoice_number"], row["amount_at_risk"]) == (
        "pay",
        "anna",
        "A1",
        "5",
    )
    line, invoice = (
        next(r for r in results(decided, name) if r["invoice_number"] == "A1") for name in ("invoice_lines", "invoices")
    )
    for found in (line, invoice):
        assert (found["decision"], found["effective_decision"], found["decided_by"]) == ("hold", "pay", "anna")
    summary = json.loads((decided / "out" / "summary.json").read_text())
    assert summary["effective"] == {"pay": {"EUR": {"count": 2, "amount": "115"}}, "review": {}, "hold": {}}
    assert summary["decisions"] == {"applied": {"EUR": {"count": 1, "amount_at_risk": "5"}}}


def test_saving_the_next_workbook_again_enters_nothing(decided, recon):
    types(decided / "out" / "report.xlsx", lambda _: None)
    recon(*OUT)
    assert len(decisions(decided)) == 1


def test_what_was_decided_at_five_does_not_cover_a_hundred_thousand(decided, recon):
    price(decided, "10005.00")
    ended = recon(*OUT, "--fail-on", "hold")
    assert ended.code == 1
    assert states(decided) == {"price_variance": ("stale", "hold")}
    assert "stale: A1/1 price_variance (decided pay by anna on" in ended.out
    assert "at risk 5 of 55 EUR then, 100000 of 100050 EUR now" in ended.out


def test_what_got_better_carries_the_decision_along(decided, recon):
    price(decided, "5.25")
    assert recon(*OUT, "--fail-on", "hold").code == 0
    assert states(decided) == {"price_variance": ("carried", "pay")}


def test_what_is_no_longer_found_is_gone_and_told(decided, recon):
    price(decided, "5.00")
    assert "gone: A1/1 price_variance" in recon(*OUT).out
    assert json.loads((decided / "out" / "summary.json").read_text())["decisions"] == {
        "gone": {"EUR": {"count": 1, "amount_at_risk": "5"}}
    }


def test_decisions_about_what_is_gone_are_taken_out_when_asked_and_no_others(decided, recon):
    recon("decide", "rules.yaml", "A2", "hold", "--reason", "asked")
    assert "0 no longer found" in recon("decide", "rules.yaml", "--drop-gone").out
    price(decided, "5.00")
    assert "A1/1 price_variance" in recon("decide", "rules.yaml", "--drop-gone").out
    assert [(row["invoice_number"], row["decision"]) for row in decisions(decided)] == [("A2", "hold")]


def test_nothing_is_taken_out_while_rows_cannot_be_read(decided, recon):
    price(decided, "five", old="3.00")
    ended = recon("decide", "rules.yaml", "--drop-gone")
    assert (ended.code, len(decisions(decided))) == (3, 1)
    assert "what is gone is not known" in ended.err


@pytest.fixture
def unnumbered(ledgers, recon):
    """Two lines without numbers of one invoice and order line, both too dear; the small one is decided pay."""
    head = "supplier_id,invoice_number,po_number,item,quantity,unit_price"
    order = "po_number,po_line,supplier_id,item,quantity,unit_price,currency"
    write(ledgers, "orders.csv", f"{order}\n1,10,V1,BOLT,9010,5.00,EUR")
    write(ledgers, "receipts.csv", "receipt_number,po_number,po_line,quantity\nR1,1,10,9010")
    lines = (head, "V1,A1,1,BOLT,10,5.50", "V1,A1,1,BOLT,9000,15.00")
    write(ledgers, "invoices.csv", "\n".join(lines))
    recon(*OUT)
    small = next(row["subject_id"] for row in results(ledgers) if row["amount_at_risk"] == "5")
    types(ledgers / "out" / "report.xlsx", lambda facts: {"decision": "pay"} if facts["id"] == small else None)
    recon(*OUT)
    return ledgers, lines


def effective(ledgers):
    found = results(ledgers)
    return {row["amount_at_risk"]: row["effective_decision"] for row in found if row["code"] == "price_variance"}


def test_the_decision_on_a_line_without_a_number_never_passes_to_another(unnumbered, recon):
    ledgers, (head, _, large) = unnumbered
    assert effective(ledgers) == {"5": "pay", "90000": "hold"}
    write(ledgers, "invoices.csv", f"{head}\n{large}")  # the small one leaves the export
    recon(*OUT)
    assert effective(ledgers) == {"90000": "hold"}


def test_names_of_files_and_order_of_rows_do_not_swap_what_a_decision_is_about(unnumbered, recon):
    ledgers, (head, small, large) = unnumbered
    (ledgers / "invoices.csv").unlink()
    write(ledgers, "b.csv", f"{head}\n{small}")
    write(ledgers, "a.csv", f"{head}\n{large}")
    write(
        ledgers,
        "rules.yaml",
        (ledgers / "rules.yaml").read_text().replace("invoices.csv", "[ab].csv").replace("[[ab].csv]", "['[ab].csv']"),
    )
    assert recon(*OUT).code == 0
    assert effective(ledgers) == {"5": "pay", "90000": "hold"}


def test_an_uncertain_supplier_decided_pay_is_not_so_with_other_bank_details(ledgers, recon):
    write(ledgers, "suppliers.csv", "supplier_id,name,vat_id,iban\nV1,Acme,DE1,DE89370400440532013000\nV2,Other,DE2,")
    write(ledgers, "rules.yaml", (ledgers / "rules.yaml").read_text() + "  suppliers: {files: [suppliers.csv]}")
    bill = "supplier_id,supplier_vat_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price,iban\nV1,DE2,A1,1,4500000001,10,10,5.00,"
    write(ledgers, "invoices.csv", f"{bill}DE89370400440532013000")
    recon(*OUT)
    types(ledgers / "out" / "report.xlsx", decides("supplier_uncertain"))
    recon(*OUT)
    assert states(ledgers)["supplier_uncertain"] == ("applied", "pay")
    write(ledgers, "invoices.csv", f"{bill}FR1420041010050500013M02606")
    recon(*OUT)
    assert states(ledgers)["supplier_uncertain"] == ("stale", "review")


def test_since_is_the_day_of_the_first_run_that_found_it_and_new_ones_begin_anew(ledgers, recon):
    recon(*OUT, "--as-of", "2026-03-31")
    price(ledgers, "4.00", old="3.00")
    recon(*OUT, "--as-of", "2026-04-30")
    assert {row["invoice_number"]: row["first_seen"] for row in results(ledgers)} == {
        "A1": "2026-03-31",
        "A2": "2026-04-30",
    }
    page = openpyxl.load_workbook(ledgers / "out" / "report.xlsx")["To do"]
    at = [cell.value for cell in page[1]].index("Since")
    assert sorted(str(row[at].value)[:10] for row in page.iter_rows(min_row=2)) == ["2026-03-31", "2026-04-30"]


def test_other_bank_details_end_a_decision(ledgers, recon):
    head = "supplier_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price,iban"
    bill = f"{head}\nV1,A1,1,4500000001,10,10,5.50,"
    write(ledgers, "invoices.csv", f"{bill}DE89370400440532013000")
    recon(*OUT)
    types(ledgers / "out" / "report.xlsx", decides("price_variance"))
    recon(*OUT)
    write(ledgers, "invoices.csv", f"{bill}FR1420041010050500013M02606")
    assert recon(*OUT, "--fail-on", "hold").code == 1
    assert states(ledgers)["price_variance"] == ("stale", "hold")


def test_the_workbook_that_was_changed_stays_beside_the_new_one_with_a_sheet_of_the_persons_own(ledgers, recon):
    recon(*OUT)
    book = openpyxl.load_workbook(ledgers / "out" / "report.xlsx")
    book.create_sheet("My pivot")["A1"] = "mine"
    book.save(ledgers / "out" / "report.xlsx")
    os.utime(ledgers / "out" / "report.xlsx", (1_770_000_000, 1_770_000_000))
    for _ in range(2):
        assert recon(*OUT).code == 0
    (kept,) = (ledgers / "out").glob("report.2026-0*.xlsx")
    assert openpyxl.load_workbook(kept)["My pivot"]["A1"].value == "mine"


def test_files_that_people_put_there_go_along_and_stop_no_run(ledgers, recon):
    recon(*OUT)
    (ledgers / "out" / "letters").mkdir()
    (ledgers / "out" / "letters" / "draft.txt").write_text("Dear")
    (ledgers / "out" / "notes.docx").write_text("remember")
    assert [recon(*OUT).code for _ in range(2)] == [0, 0]
    assert (ledgers / "out" / "letters" / "draft.txt").read_text() == "Dear"
    assert (ledgers / "out" / "notes.docx").read_text() == "remember"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1", "password"), (b"PK\x03\x04 torn", "no workbook that can be read")],
)
def test_a_workbook_that_cannot_be_opened_is_kept_and_told(ledgers, recon, content, told):
    recon(*OUT)
    (ledgers / "out" / "report.xlsx").write_bytes(content)
    ended = recon(*OUT)
    assert ended.code == 0
    assert told in ended.err
    assert [path.read_bytes() for path in (ledgers / "out").glob("report.2*.xlsx")] == [content]


def test_no_duplicate_is_paid_by_hand_without_a_reason(ledgers, recon):
    (ledgers / "again.csv").write_text((ledgers / "invoices.csv").read_text())
    write(
        ledgers,
        "rules.yaml",
        "version: 1\nsources:\n  orders: {files: [orders.csv]}\n  receipts: {files: [receipts.csv]}\n  invoices: {files: [invoices.csv, more.csv]}",
    )
    write(
        ledgers,
        "more.csv",
        "supplier_id,invoice_number,invoice_line,po_number,po_line,quantity,unit_price\nV1,A2,1,4500000002,10,20,3.00",
    )
    recon(*OUT)
    book = ledgers / "out" / "report.xlsx"
    types(book, decides("duplicate_invoice"))
    assert "pay needs a reason where the code is duplicate_invoice" in recon(*OUT).err
    assert states(ledgers)["duplicate_invoice"] == (None, "hold")


def test_an_older_workbook_does_not_overtake_what_was_decided_since(decided, recon):
    recon(*OUT)
    older = decided / "older.xlsx"
    shutil.copy(decided / "out" / "report.xlsx", older)
    types(decided / "out" / "report.xlsx", decides("price_variance", "hold"), by="bert")
    time.sleep(1)  # workbooks and decisions are dated to the second
    recon(*OUT)
    types(older, decides("price_variance", "review"), by="anna")
    ended = recon(*OUT, "--decisions", older)
    assert "review for A1/1" in ended.err
    assert "bert decided hold" in ended.err
    assert states(decided)["price_variance"] == ("applied", "hold")


def test_rows_that_were_sorted_and_lost_and_ids_that_were_edited_apply_nothing_by_guess(ledgers, recon):
    price(ledgers, "3.50", "3.00")
    recon(*OUT)
    path = ledgers / "out" / "report.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets if any(c.value == "Facts" for c in s[1]))
    head = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.max_row == 3
    sheet.cell(2, head["Your decision"], "pay")
    sheet.cell(2, head["Facts"], str(sheet.cell(2, head["Facts"]).value).replace('"hold"', '"info"'))
    sheet.delete_rows(3)
    book.save(path)
    assert "hidden cell Facts was changed" in recon(*OUT).err
    assert {state for state, _ in states(ledgers).values()} == {None}


def test_a_decisions_file_that_means_nothing_ends_the_run_and_says_where(decided, recon):
    path = decided / "decisions.csv"
    path.write_text(path.read_text().replace(",pay,", ",pya,"))
    ended = recon(*OUT)
    assert ended.code == 2
    assert "decisions.csv:2: 'pya' is no decision (did you mean 'pay'?)" in ended.err


def test_a_check_counts_decisions_and_writes_nothing(ledgers, recon):
    recon(*OUT)
    shutil.move(ledgers / "out" / "report.xlsx", ledgers / "mine.xlsx")
    types(ledgers / "mine.xlsx", decides("price_variance"))
    assert recon("check", "rules.yaml").code == 1
    assert recon("check", "rules.yaml", "--decisions", "mine.xlsx").code == 0
    assert not (ledgers / "decisions.csv").exists()


def test_the_api_loses_no_workbook_either(decided, recon):
    from recon import load_rules, read_sources, reconcile, write_reports

    types(decided / "out" / "report.xlsx", decides("price_variance", "hold"))
    rules = load_rules(decided / "rules.yaml")
    write_reports(reconcile(read_sources(rules), rules), decided / "out")
    kept = max((decided / "out").glob("report.2*.xlsx"), key=lambda path: path.stat().st_mtime)
    assert [row["decision"] for row in shown(kept).values()] == ["hold"]


def test_the_decisions_file_is_sorted_and_the_same_after_it_was_read_and_written(decided):
    from recon.review.decision import load, save

    before = (decided / "decisions.csv").read_bytes()
    save(decided / "decisions.csv", [{**row, "note": "=1+1"} for row in reversed(load(decided / "decisions.csv"))])
    save(
        decided / "decisions.csv",
        [{**row, "note": ""} for row in load(decided / "decisions.csv") if row["note"] == "=1+1"],
    )
    assert (decided / "decisions.csv").read_bytes() == before


def test_decide_takes_a_workbook_and_says_what_it_took(ledgers, recon):
    recon(*OUT)
    types(ledgers / "out" / "report.xlsx", decides("price_variance"), to=ledgers / "mine.xlsx")
    ended = recon("decide", "rules.yaml", "--from", "mine.xlsx")
    assert (ended.code, ended.out) == (
        0,
        "mine.xlsx: 1 decision and 0 notes of anna taken over\ndecisions.csv: 1 new\n",
    )
    assert recon("check", "rules.yaml").code == 0


def test_an_invoice_is_decided_by_hand_until_a_day(ledgers, recon):
    ended = recon("decide", "rules.yaml", "A1", "pay", "--reason", "agreed", "--until", "2026-03-31", "--by", "carla")
    assert ended.out == "decisions.csv: pay for A1: price_variance (5 EUR at risk), until 2026-03-31\n"
    assert recon(*OUT, "--as-of", "2026-03-31", "--fail-on", "hold").code == 0
    assert recon(*OUT, "--as-of", "2026-04-01", "--fail-on", "hold").code == 1
    assert states(ledgers)["price_variance"] == ("expired", "hold")


def test_an_invoice_that_is_held_by_hand_stays_held_when_it_changes(ledgers, recon):
    assert recon("decide", "rules.yaml", "A2", "hold").code == 0
    price(ledgers, "2.00", "3.00")
    recon(*OUT)
    invoices = {row["invoice_number"]: row["effective_decision"] for row in results(ledgers, "invoices")}
    assert invoices["A2"] == "hold"


def test_a_supplier_and_code_is_decided_up_to_what_was_found(ledgers, recon):
    assert recon("decide", "rules.yaml", "V1", "pay", "--code", "price_variance").code == 0
    price(ledgers, "3.25", "3.00")
    assert recon("check", "rules.yaml").code == 0
    price(ledgers, "3.26", "3.25")
    assert recon("check", "rules.yaml").code == 1


@pytest.mark.parametrize(("words", "told"), [(("A7", "pay"), "is called 'A7'"), (("A1", "pey"), "did you mean 'pay'"), (("A1",), "say what is decided"), (("V1", "pay", "--code", "tax_variance"), "has no tax_variance")])  # fmt: skip
def test_what_cannot_be_decided_is_told(ledgers, recon, words, told):
    ended = recon("decide", "rules.yaml", *words)
    assert ended.code == 2
    assert told in ended.err
    assert not (ledgers / "decisions.csv").exists()


def test_the_next_workbook_is_filled_with_what_stands_and_with_notes_whatever_became_of_it(decided, recon):
    book = decided / "out" / "report.xlsx"
    types(book, decides("price_variance", "pay", reason="agreed", note="see mail", owner="Eva"))
    recon(*OUT)
    entered = {"decision": "pay", "reason": "agreed", "note": "see mail", "owner": "Eva"}
    assert list(shown(book).values()) == [entered]
    price(decided, "7.00")
    recon(*OUT)
    assert list(shown(book).values()) == [entered | {"decision": ""}]


def test_a_decision_in_the_row_of_an_invoice_covers_its_findings(ledgers, recon):
    recon(*OUT)
    book = ledgers / "out" / "report.xlsx"
    types(
        book,
        lambda facts: {"decision": "pay"} if (facts["about"], facts["invoice_number"]) == ("invoice", "A1") else None,
    )
    assert recon(*OUT, "--fail-on", "hold").code == 0
    assert {row["about"] for row in decisions(ledgers)} == {"invoice"}
    assert [row["decision"] for row in shown(book).values()] == ["pay"]


def test_a_workbook_of_another_ledger_is_doubted_and_applies_to_nothing(ledgers, recon):
    recon(*OUT)
    types(ledgers / "out" / "report.xlsx", decides("price_variance"), to=ledgers / "other.xlsx")
    invoices = ledgers / "invoices.csv"
    invoices.write_text(invoices.read_text().replace("A1", "B1"))
    ended = recon(*OUT, "--decisions", "other.xlsx", "--fail-on", "hold")
    assert ended.code == 1
    assert "none of the 1 decisions in other.xlsx is about anything found here: is it another ledger's?" in ended.err
