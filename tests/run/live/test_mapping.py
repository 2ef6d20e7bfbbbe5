"""What a record of JSON leaves out: what it may is absent, what it should not is missed; a list of no lines says that there are none."""

from __future__ import annotations

import json

import pytest

from recon.read.records import parsed
from recon.rules.file import load_rules
from recon.run.live.events import events_of_json
from recon.run.live.mapping import told_of
from recon.run.live.opened import feed_named, feeds_of
from recon.store.events import Logged

FEED = "  - {{name: po, table: orders, key: po, version: rev, lines: lines, {more}columns: {{po_number: po, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price, item: item}}}}\n"  # fmt: skip
LINE = {"pos": "10", "qty": 1, "price": 5}


def told(tmp_path, record, more=""):
    (tmp_path / "rules.yaml").write_text(
        "version: 1\nsources: {invoices: {files: [i.csv]}}\nfeeds:\n" + FEED.format(more=more)
    )
    rules = load_rules(tmp_path / "rules.yaml")
    (event,) = events_of_json(parsed(json.dumps(record), "here"), feed_named(rules, "po"), rules, str)
    return told_of(Logged(1, event, event.payload, "", ""), feeds_of(rules), rules)


def order(**more):
    return {"po": "P1", "vendor": "S", "rev": "1"} | more


def test_what_a_record_may_leave_out_is_absent(tmp_path):
    found = told(tmp_path, order(lines=[LINE, LINE | {"pos": "20", "item": "M"}]), "optional: [item], ")
    assert [line.get("item") for line in found.body.lines] == [None, "M"]
    assert "item" not in told(tmp_path, order(lines=[LINE]), "optional: item, ").body.lines[0]


def test_what_it_should_not_leave_out_is_missed(tmp_path):
    found = told(tmp_path, order(lines=[LINE]), "optional: [price], ")
    assert (found.body, found.why) == (None, "column 'item' not found")
    assert found.mend.endswith("What records may leave out stands in the feed's `optional`.")


@pytest.mark.parametrize(("more", "why"), [({"lines": []}, ""), ({}, "its list 'lines' is not there"), ({"lines": None}, "its list 'lines' is not there")])  # fmt: skip
def test_a_document_may_say_that_it_has_no_lines_but_not_say_nothing(tmp_path, more, why):
    found = told(tmp_path, order(**more))
    assert (found.body.lines if found.body else None, found.why) == (None if why else (), why)
