"""Letters to suppliers: what is theirs to settle, in figures, in their language, and nothing that is ours alone."""

from __future__ import annotations

import email
import email.policy
from datetime import date

import pytest

from recon import result_tables
from recon.errors import OutputError, RulesError
from recon.report.layout import frames_of
from recon.report.views.todo import to_do
from recon.review.letters.languages import CODES, LANGUAGES
from recon.review.letters.letter import letters, written_day
from recon.review.letters.render import as_markdown, template
from recon.review.letters.write import published, write_letters
from tests.kit.small import FINDING, IBAN, INVOICE_LINE, frame, small

BY = date(2026, 4, 14)


def found(*changes, line=None):
    rows = [FINDING | {"discrepancy_id": str(n)} | change for n, change in enumerate(changes)]
    lines = frame(result_tables.INVOICE_RESULTS, INVOICE_LINE | (line or {}))
    made = small(discrepancies=frame(result_tables.DISCREPANCIES, *rows), invoice_lines=lines)
    return to_do(frames_of(made), "EUR", None)


def markdown(language="en", **options):
    tongue = LANGUAGES[language]
    [letter] = letters(found({}, **options), {}, tongue, BY)
    return as_markdown(letter, tongue, language, template("md", language, None))


def test_a_letter_has_their_numbers_what_is_asked_for_and_by_when():
    text = markdown()
    assert "## Invoice INV-7 of 31 January 2026" in text
    assert "| 1 | 0045/10 |  |  |  | 100 |  |  | 13.00005 | 50.01 EUR |" in text
    assert "- Line 1: The price is not the one that was ordered. Please send a credit note" in text
    assert "by 14 April 2026" in text


def test_of_a_price_below_the_agreed_one_no_credit_note_is_asked_for():
    [letter] = letters(found({"amount_at_risk": "-50.005"}), {}, LANGUAGES["en"], BY)
    [(_, [point])] = letter.invoices
    assert point.asked.startswith("Less was billed than was agreed. Please confirm")
    assert "credit note" not in point.asked


def test_nothing_internal_is_in_a_letter():
    text = markdown()
    assert not [word for word in ("standard", "limit", "0.25", "price_variance", "hold", "tolera") if word in text]


def test_a_german_letter_writes_numbers_and_dates_as_germans_do():
    text = markdown("de", line={"unit_price": "1300.5"})
    assert "## Rechnung INV-7 vom 31.01.2026" in text
    assert "| 1.300,5 | 50,01 EUR |" in text


def test_what_is_paid_unknown_or_ours_to_settle_is_left_out():
    changes = (
        {"effective_decision": "pay"},
        {"supplier_id": None},
        {"code": "supplier_blocked"},
        {"code": "rate_missing"},
    )
    assert letters(found(*changes), {}, LANGUAGES["en"], BY) == []


def test_every_language_has_a_sentence_for_every_code():
    for tongue in LANGUAGES.values():
        assert set(tongue.says) == set(CODES)
        assert len(tongue.heads) == 10
    assert {written_day(BY, tongue) for tongue in LANGUAGES.values()} == {"14 April 2026", "14.04.2026", "14/04/2026"}


def written(folder, **options):
    made = letters(found({"supplier_name": f"A|B <b> {IBAN}"}), {"S1": "ap@b.example"}, LANGUAGES["en"], BY)
    return write_letters(made, folder, LANGUAGES["en"], "en", **options)


def test_the_draft_is_addressed_and_says_the_same_twice(tmp_path):
    assert written(tmp_path / "out") == 1
    draft = email.message_from_bytes((tmp_path / "out" / "S1.en.eml").read_bytes(), policy=email.policy.default)
    assert (draft["To"], draft["X-Unsent"]) == ("ap@b.example", "1")
    assert draft.get_body(("plain",)).get_content().replace("\r", "") == (tmp_path / "out" / "S1.en.md").read_text()
    page = (tmp_path / "out" / "S1.en.html").read_text()
    assert "A|B &lt;b&gt;" in page
    assert IBAN not in page


def test_letters_are_the_same_byte_for_byte(tmp_path):
    for name in ("a", "b"):
        written(tmp_path / name)
    assert {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()
    }


def test_a_letter_that_somebody_changed_is_not_lost(tmp_path):
    written(tmp_path / "out")
    written(tmp_path / "out")
    (tmp_path / "out" / "S1.en.md").write_text("mine")
    with pytest.raises(OutputError, match=r"S1\.en\.md"):
        written(tmp_path / "out")
    assert (tmp_path / "out" / "S1.en.md").read_text() == "mine"


def test_templates_of_a_folder_go_before_ours(tmp_path):
    (tmp_path / "letter.md").write_text("To $supplier: $$5 by $by\n")
    written(tmp_path / "out", templates=tmp_path)
    assert (tmp_path / "out" / "S1.en.md").read_text().endswith(": $5 by 14 April 2026\n")
    (tmp_path / "letter.en.md").write_text("$limit")
    with pytest.raises(RulesError, match=r"\$limit"):
        written(tmp_path / "out", templates=tmp_path)


def test_a_report_of_json_gives_the_same_letters(tmp_path):
    from recon import write_reports

    made = small()
    write_reports(made, tmp_path / "out", "json")
    one, other = published(tmp_path / "out"), frames_of(made)
    assert (
        one["discrepancies"].get_column("variance").to_list() == other["discrepancies"].get_column("variance").to_list()
    )
    assert letters(to_do(one, "", None), {}, LANGUAGES["en"], BY) == letters(
        to_do(other, "", None), {}, LANGUAGES["en"], BY
    )
