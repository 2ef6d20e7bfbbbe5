"""HTML, JUnit and GitHub annotations."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

import pytest

from recon import result_tables
from recon.report.formats.data import masked_frames
from recon.report.formats.github import annotate
from recon.report.formats.html import write_html
from recon.report.formats.junit import write_junit
from recon.report.formats.markdown import write_markdown
from recon.report.formats.scanners import gitlab, sarif
from tests.kit.browser import browser
from tests.kit.small import FINDING, IBAN, INVOICE_LINE, SUMMARY, frame, small

HOSTILE = '<script>alert("1")</script>&amp;\x1b]]>'


def html(tmp_path, reconciliation):
    write_html(reconciliation, masked_frames(reconciliation), tmp_path / "r.html")
    return (tmp_path / "r.html").read_text(encoding="utf-8")


def junit(tmp_path, reconciliation, fail_on="hold"):
    write_junit(masked_frames(reconciliation), tmp_path / "j.xml", fail_on)
    return ET.parse(tmp_path / "j.xml").getroot()[0]


def findings(*changes):
    return small(discrepancies=frame(result_tables.DISCREPANCIES, *(FINDING | change for change in changes)))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.seen.append(tag)
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(tmp_path):
    page = html(tmp_path, small())
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"link", "img", "iframe"} & set(tags.seen)
    assert not re.search(r"src=|url\(|https?:", page)
    assert set(re.findall(r'href="(.)', page)) <= {"#"}


def test_only_the_script_and_style_of_the_page_may_run(tmp_path):
    page = html(tmp_path, small())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    for tag in ("script", "style"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r' (style|on[a-z]+)="', page)


def test_a_finding_leads_to_its_invoice(tmp_path):
    found = frame(result_tables.DISCREPANCIES, FINDING | {"invoice_key": "I-7"})
    invoice = {"invoice_number": "INV-7", "invoice_key": "I-7", "decision": "hold", "codes": ["price_variance"]}
    page = html(tmp_path, small(discrepancies=found, invoices=frame(result_tables.INVOICES, invoice)))
    assert '<a href="#I-7">INV-7</a>' in page
    assert page.count('<tr id="I-7" data-d="hold"') == 1
    assert page.index("<h2>To do</h2>") < page.index("<h2>Invoices</h2>") < page.index("<h2>What was read</h2>")


def test_the_page_shows_rounded_amounts_and_every_finding(tmp_path):
    page = html(tmp_path, small())
    assert 'class="hold">hold</td>' in page
    assert 'class="n">50.01</td>' in page
    assert "unit price 13.00005 instead of 12.5" in page


def test_text_on_the_page_is_only_text(tmp_path):
    page = html(tmp_path, findings({"message": HOSTILE, "supplier_name": HOSTILE, "severity": '"><b>'}))
    assert not [text for text in ("<script>alert", "<b>", "\x1b", IBAN) if text in page]
    assert "&lt;script&gt;" in page


def test_a_page_of_many_rows_says_how_many_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("recon.report.formats.html.ROWS_SHOWN", 2)
    page = html(tmp_path, findings(*({"discrepancy_id": str(n)} for n in range(5))))
    assert "5 in all (the first 2; the other formats have them all)." in page


def test_a_test_case_an_invoice_failed_where_it_is_on_hold(tmp_path):
    suite = junit(tmp_path, small())
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    held, paid = suite
    assert (held.get("name"), held[0].get("message")) == ("invoice INV-7", "hold: price_variance")
    assert held[0].text == "price_variance (inv/a.csv:2): unit price 13.00005 instead of 12.5"
    assert (paid.get("name"), len(paid)) == ("invoice INV-8", 0)


@pytest.mark.parametrize(("fail_on", "failures"), [("hold", "0"), ("review", "1")])
def test_fail_on_decides_which_invoices_fail(tmp_path, fail_on, failures):
    invoices = frame(result_tables.INVOICES, {"invoice_number": "A", "decision": "review", "codes": []})
    made = small(invoices=invoices, discrepancies=result_tables.DISCREPANCIES.empty())
    assert junit(tmp_path, made, fail_on).get("failures") == failures


def test_an_order_line_twice_fails_a_case_of_its_own(tmp_path):
    twice = {"code": "duplicate_order_line", "invoice_number": None, "source": "orders.csv", "row": 5}
    case = junit(tmp_path, findings(twice))[-1]
    assert (case.get("classname"), case.get("name")) == ("recon.orders", "duplicate_order_line orders.csv:5")


def test_findings_of_lines_without_a_supplier_reach_their_invoice(tmp_path):
    line = INVOICE_LINE | {"supplier_id": None, "company": None}
    invoice = {"invoice_number": "INV-7", "document_type": "invoice", "decision": "hold", "codes": ["supplier_unknown"]}
    made = small(
        invoice_lines=frame(result_tables.INVOICE_RESULTS, line), invoices=frame(result_tables.INVOICES, invoice)
    )
    assert "unit price" in junit(tmp_path, made)[0][0].text


def test_junit_survives_hostile_text_and_no_invoices(tmp_path):
    assert junit(tmp_path, findings({"message": HOSTILE}))[0][0].text.endswith(
        r'<script>alert("1")</script>&amp;\x1B]]>'
    )
    none = small(
        invoices=result_tables.INVOICES.empty(), discrepancies=result_tables.DISCREPANCIES.empty(), summary=SUMMARY
    )
    assert junit(tmp_path, none).get("tests") == "0"


def test_annotations_point_at_the_row_worst_first():
    made = findings({"severity": "review", "row": 9}, {"row": 3}, {"severity": "info", "row": 7}).discrepancies
    lines = list(annotate(made, PurePosixPath("ledgers")))
    assert lines[0] == "::error file=ledgers/inv/a.csv,line=3,title=price_variance::unit price 13.00005 instead of 12.5"
    assert [line.split()[0] for line in lines[:-1]] == ["::error", "::warning", "::notice"]
    assert lines[-1] == "3 that count: 1 hold, 1 review, 1 info."


def test_at_most_ten_annotations_and_a_line_that_counts_all():
    made = findings(*({"discrepancy_id": str(n)} for n in range(12))).discrepancies
    lines = list(annotate(made, PurePosixPath()))
    assert len(lines) == 11
    assert lines[-1] == "12 that count: 12 hold. The 10 gravest are shown."


def test_a_row_of_a_workbook_is_named_in_words():
    made = findings({"source": "in.xlsx", "row": 65}).discrepancies
    first, _ = annotate(made, PurePosixPath())
    assert first == "::error title=price_variance::unit price 13.00005 instead of 12.5 (in.xlsx:65)"


def test_no_text_can_start_a_command_of_its_own():
    made = findings({"message": "100%\r\n::stop-commands::x", "source": "a,b:c.csv"}).discrepancies
    line, _ = annotate(made, PurePosixPath())
    assert "\n" not in line
    assert "file=a%2Cb%3Ac.csv," in line
    assert "100%25\\x0D\\n::stop-commands::x" in line


def test_sarif_has_a_rule_a_code_and_a_place_in_text_alone():
    made = findings({}, {"source": "in.xlsx", "severity": "review", "subject_id": "S-2"}).discrepancies
    [run] = json.loads(sarif(made, PurePosixPath("ledgers")))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["price_variance"]
    first, second = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert (first["level"], place["artifactLocation"]["uri"], place["region"]) == (
        "error",
        "ledgers/inv/a.csv",
        {"startLine": 2},
    )
    assert (second["level"], "locations" in second, second["partialFingerprints"]) == (
        "warning",
        False,
        {"subject": "S-2"},
    )


def test_gitlab_gets_a_fingerprint_and_a_severity_of_its_own():
    [found] = json.loads(gitlab(findings({}).discrepancies, PurePosixPath()))
    assert found["location"] == {"path": "inv/a.csv", "lines": {"begin": 2}}
    assert (found["severity"], found["fingerprint"], found["check_name"]) == ("critical", "d1", "price_variance")


def test_markdown_is_a_table_in_which_nothing_is_live(tmp_path):
    made = findings({"supplier_name": "a|b <b>@all</b>\n# x"})
    write_markdown(made, masked_frames(made), tmp_path / "s.md")
    text = (tmp_path / "s.md").read_text(encoding="utf-8")
    [row] = [line for line in text.splitlines() if line.startswith("| hold | Price")]
    assert (
        row
        == "| hold | Price 13.00005, ordered 12.5 | INV-7/1 | a\\|b &lt;b\\>&#64;all&lt;/b\\>\\\\n\\# x | 50.01 EUR |"
    )
    assert "- 2 invoices: 1 to pay, 0 to review, 1 on hold." in text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_a_choice_in_the_filter_hides_the_other_rows_in_a_browser(tmp_path):
    review = FINDING | {"discrepancy_id": "d2", "severity": "review", "code": "tax_variance", "invoice_number": "INV-8"}
    html(tmp_path, findings(FINDING, review))
    with browser((tmp_path / "r.html").as_uri(), tmp_path) as see:
        assert see("told.textContent") == "4 of 4 rows"  # two findings and two invoices
        assert see("[...picks[2].options].map(o => o.text)") == ["all", "price_variance (1)", "tax_variance (1)"]
        see("picks[2].value = 'tax_variance'; form.dispatchEvent(new Event('input'))")
        assert see("told.textContent") == "1 of 4 rows"
        assert see("rows.filter(r => r.offsetHeight > 0).map(r => r.dataset.c)") == ["tax_variance"]
        see("picks[2].value = ''; text.value = 'inv-7  PRICE'; form.dispatchEvent(new Event('input'))")
        assert see("rows.filter(r => r.offsetHeight > 0).map(r => r.dataset.c)") == ["price_variance", ""]
