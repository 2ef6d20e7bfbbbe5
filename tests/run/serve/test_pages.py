"""The page as a clerk has it: whole without a script, in step with what changes, with nothing in it that should not be read."""

from __future__ import annotations

import base64
import re
import shutil
import time

import pytest

from tests.kit.browser import browser
from tests.kit.service import TOKENS, made, order, served
from tests.run.serve.test_api import IBAN, VAT, bill

EVIL = "<script>alert(1)</script>\x1b[31m"


@pytest.fixture(scope="module")
def service(env, tmp_path_factory):
    with served(made(tmp_path_factory.mktemp("pages"))) as one:
        one.push("orders pushed", [order("P1"), order("P2")], "orders")
        one.push("bills", [bill("A1", "P1", 4), bill("A2", "P2", 10, "6"), bill(EVIL, "P9", 13)], "bills")
        one.push("bills", {"record": {"no": "A9", "vendor": "V1", "lines": [{"po": {"odd": 1}}]}, "key": "A9"}, "dead")
        one.followed()
        yield one


def page(service, path):
    told = service.read(path)
    assert (told.status, told.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return told.body.decode()


def words(html):
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_the_first_page_is_what_is_on_hold(service):
    told = page(service, "/")
    assert "On hold now" in words(told)
    assert "A2" in words(told)
    assert "A1" not in words(told)
    assert "price variance" in words(told)
    assert "A1" in words(page(service, "/?decision=all&q=a1"))
    assert "No invoice has this word" in words(page(service, "/?decision=pay&q=zzz"))


def test_the_most_at_risk_stands_first(service):
    """A2 bills 60.00 of what did not come; the other 65.00 of an order that nobody knows. By their keys A2 comes first."""
    told = words(page(service, "/"))
    assert told.index("order not found") < told.index("A2")


def test_a_word_is_looked_for_among_what_is_on_hold(service):
    assert "A2" in words(page(service, "/?decision=hold&q=a2"))
    assert "A2" not in words(page(service, "/?decision=hold&q=a1"))


def test_an_invoice_leads_to_its_explanation(service):
    key = re.search(r'href="(/page/invoices/[^"]+)">A2<', page(service, "/"))[1]
    told = words(page(service, key))
    assert "hold: 60.00 EUR of V1" in told
    assert "Price 6 is 1 more than the 5 of order P2/10" in told
    assert "Order line" in told


def test_what_is_committed_and_accrued_stands_by_order(service):
    told = words(page(service, "/page/commitments"))
    assert "Committed now: 30.00 EUR" in told
    assert "P1 10 30.00 0.00 EUR" in told
    assert "line 10: 30.00 EUR committed" in words(page(service, "/page/orders/P1"))


def test_feeds_and_dead_letters_are_told(service):
    assert re.search(r"orders pushed webhook 2 \d{4}-", words(page(service, "/page/feeds")))
    assert "A9" in words(page(service, "/page/dead"))


@pytest.mark.parametrize("path", ["/", "/?decision=all", "/page/commitments", "/page/feeds", "/page/dead"])
def test_what_people_write_is_text_and_bank_details_are_nowhere(service, path):
    told = service.read(path, "BANK").body.decode()
    assert "<script>alert" not in told
    assert "\x1b" not in told
    assert IBAN not in told
    assert VAT not in told


def test_a_browser_is_asked_who_it_is_and_told_in_words(service):
    told = service.ask("/")
    assert (told.status, told.headers["www-authenticate"]) == (401, 'Basic realm="recon"')
    assert "Who are you?" in told.body.decode()
    basic = base64.b64encode(f"me:{TOKENS['READ']}".encode()).decode()
    assert service.ask("/", authorization=f"Basic {basic}").status == 200
    assert service.read("/page/invoices/I-none").status == 404


def test_nothing_runs_in_the_page_but_its_own_script(service):
    told = service.read("/").headers
    assert told["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in told["content-security-policy"]
    assert (told["x-frame-options"], told["x-content-type-options"]) == ("DENY", "nosniff")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_the_page_follows_what_changes_in_a_browser(service, tmp_path):
    address = service.address.replace("://", f"://me:{TOKENS['READ']}@")
    with browser(address, tmp_path, shown=service.address) as see:
        assert see("document.querySelectorAll('tbody tr').length") == 2
        assert see("document.documentElement.scrollWidth <= innerWidth")
        service.push("bills", bill("A3", "P1", 6, "7"), "later")
        service.followed()
        limit = time.monotonic() + 20
        while "A3" not in see("document.body.innerText"):
            assert time.monotonic() < limit
            time.sleep(0.2)
        assert see("document.querySelectorAll('tbody tr').length") == 3
