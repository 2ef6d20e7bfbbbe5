"""The summary on a console of any width, with names that attack it."""

from __future__ import annotations

import dataclasses
import json
from io import StringIO

import pytest
from rich.console import Console

from recon import result_tables
from recon.report.formats.console import print_summary
from recon.rules.rule import Source
from tests.kit.places import SHARED
from tests.kit.small import FINDING, SUMMARY, frame, small

BLNS = SHARED / "data" / "blns" / "blns.json"


def printed(reconciliation=None, width=80, top=10, **options):
    out = StringIO()
    print_summary(reconciliation or small(), Console(file=out, width=width, **options), top=top)
    return out.getvalue()


def findings(*changes):
    counted = {"price_variance": {"EUR": {"count": len(changes), "amount_at_risk": "1"}}}
    found = frame(result_tables.DISCREPANCIES, *(FINDING | change for change in changes))
    return small(discrepancies=found, summary=SUMMARY | {"discrepancies": counted})


def test_it_says_what_to_pay_what_to_hold_and_why():
    text = printed()
    assert "2 invoices: 1 to pay, 0 to review, 1 on hold." in text
    assert "hold  price_variance  50.01 EUR  Müller & Söhne" in text
    assert "invoice INV-7/1, order 0045/10: unit price 13.00005 instead of 12.5" in text
    assert "inv/a.csv:4: amount '12,5O': not a number" in text


def test_where_no_invoice_finds_an_order_it_asks_about_the_files():
    asked = "are these the right files?"
    assert asked in printed(small(summary=SUMMARY | {"linked_lines": 0}))
    assert asked not in printed(small(summary=SUMMARY | {"linked_lines": 1}))


def test_where_no_receipts_are_read_and_lines_wait_for_them_it_says_so():
    counted = {"not_received": {"EUR": {"count": 1, "amount_at_risk": "1"}}}
    told = "No receipts are read, so nothing counts as received"
    assert told in printed(small(summary=SUMMARY | {"discrepancies": counted}))
    assert told not in printed()


def test_receipts_that_repeat_another_are_told():
    told = "Receipt rows that repeat another, counted once: {}. Do the files overlap?"
    assert told.format("1") in printed(small(summary=SUMMARY | {"repeated_receipts": 1}))
    assert told.format("1,200") in printed(small(summary=SUMMARY | {"repeated_receipts": 1200}))
    assert "overlap" not in printed(small(summary=SUMMARY | {"repeated_receipts": 0}))
    done = small(summary=SUMMARY | {"repeated_receipts": 1})
    counting = dataclasses.replace(done.rules, sources={"receipts": Source("receipts", repeats="count")})
    assert "all counted" in printed(dataclasses.replace(done, rules=counting))


@pytest.mark.parametrize("width", [10, 20, 40, 80, 200])
def test_no_width_wraps_or_cuts_an_amount(width):
    huge = SUMMARY | {"received_not_invoiced": {"EUR": "-123456789012345.67"}}
    text = printed(small(summary=huge), width=width)
    assert "-123,456,789,012,345.67" in text
    assert "1,300.01         1,300.01" in text or "1,300.01      1         1,300.01" in text


def test_eighty_columns_are_enough_for_the_usual():
    assert max(len(line) for line in printed().splitlines()) <= 80


def test_markup_and_control_characters_are_shown_not_obeyed():
    text = printed(
        findings({"supplier_name": "[red]x[/y]\x1b[2J\x07\u202e", "message": "[/bold]"}), force_terminal=True
    )
    assert r"[red]x[/y]\x1B[2J\x07\u202E" in text
    assert "[/bold]" in text
    assert not [control for control in ("\x1b[2J", "\x07", "\u202e") if control in text]


def test_no_colour_where_none_is_wanted(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in printed(force_terminal=True)
    assert "\x1b" not in printed()


def test_only_the_worst_are_shown_and_counted():
    text = printed(
        findings(*({"discrepancy_id": str(n), "message": f"no. {n}", "amount_at_risk": str(n)} for n in range(30))),
        top=2,
    )
    assert "Discrepancies, the worst 2 of 30" in text
    assert [n for n in range(30) if f"no. {n}\n" in text] == [28, 29]


def test_a_bank_account_in_a_message_is_masked():
    assert "DE** **** 3000" in printed(findings({"message": "not DE89370400440532013000"}))


def test_all_naughty_strings_can_be_printed():
    if not BLNS.exists():
        pytest.skip("the Big List of Naughty Strings is not here")
    naughty = json.loads(BLNS.read_text(encoding="utf-8"))
    made = findings(*({"discrepancy_id": str(n), "supplier_name": t, "message": t} for n, t in enumerate(naughty)))
    assert "\x1b" not in printed(made, top=1000)


def test_nothing_found_is_nothing_listed():
    text = printed(small(discrepancies=result_tables.DISCREPANCIES.empty(), summary=SUMMARY | {"discrepancies": {}}))
    assert "Discrepancies" not in text
