"""The store as a user meets it: made, filled, asked, replayed; what is wrong is said."""

from __future__ import annotations

import json
import os
import time

import pytest

from recon.rules.file import load_rules
from recon.run.live.folder import Folder
from recon.run.live.follower import following
from recon.run.live.opened import open_store, place
from recon.run.live.watch import Round
from tests.cli.conftest import write

pytest.importorskip("cryptography")
STORE = """
store: {path: store/, key_file: recon.key}
feeds:
  - {name: floor, table: receipts, folder: {path: inbox/, settle: 0ms}}
  - {name: erp, table: invoices, version: rev, lines: lines, columns: {supplier_id: vendor, invoice_number: no, po_number: po, po_line: po_line, quantity: qty, unit_price: price}}
"""


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.slow)])
def kept(request, ledgers, recon, monkeypatch):
    where = "store/"
    if request.param == "server":
        where = '"${BOOKS}"'
        monkeypatch.setenv("BOOKS", request.getfixturevalue("databases").new())
    rules = (ledgers / "rules.yaml").read_text() + STORE.replace("store/", where)
    (ledgers / "rules.yaml").write_text(rules, encoding="utf-8")
    (ledgers / "inbox").mkdir()
    assert recon("store", "init", "rules.yaml", "--new-key", "recon.key").code == 0
    assert oct((ledgers / "recon.key").stat().st_mode)[-3:] == "600"
    return ledgers


def test_what_is_taken_in_twice_counts_once_and_the_log_gives_what_stands(kept, recon):
    first, again = recon("ingest", "rules.yaml"), recon("ingest", "rules.yaml")
    assert "6 events applied, 6 documents changed, 6 matched again" in first.out
    assert "2 documents, 2 known already" in again.out
    assert "0 events applied" in again.out
    assert "Committed now: 0\nAccrued now: 0" in recon("status", "rules.yaml").out
    assert (recon("replay", "rules.yaml").code, recon("store", "check", "rules.yaml").code) == (0, 0)


def test_a_file_in_the_folder_is_taken_and_a_bad_one_lies_beside_its_reason(kept, recon):
    recon("ingest", "rules.yaml")
    write(kept, "inbox/new.csv", "receipt_number,po_number,po_line,quantity\nR3,4500000001,10,5")
    write(kept, "inbox/odd.csv", "receipt_number,quantity\nR4,5")
    os.utime(kept / "inbox" / "odd.csv", (time.time() - 9,) * 2)
    ended = recon("ingest", "rules.yaml")
    assert ended.code == 3
    assert "floor: new.csv: 1 document, 0 known already" in ended.out
    assert [p.name for p in (kept / "done").iterdir()] == ["new.csv"]
    assert "po_number" in (kept / "bad" / "odd.csv.reason.txt").read_text()


def test_a_document_of_json_is_mapped_as_a_file_is(kept, recon):
    lines = [{"po": "4500000001", "po_line": "10", "qty": 10, "price": 5.0}]
    (kept / "i.json").write_text(json.dumps({"vendor": "V1", "no": "J1", "rev": 2, "lines": lines}))
    recon("ingest", "rules.yaml", "orders", "orders.csv")
    assert "1 document" in recon("ingest", "rules.yaml", "erp", "i.json").out
    assert "Committed now: 60.00 EUR" in recon("status", "rules.yaml").out


def test_what_cannot_be_mapped_is_a_dead_letter_that_can_be_tried_again(kept, recon):
    (kept / "i.json").write_text(json.dumps({"record": {"vendor": "V1", "lines": [{"qty": 1}]}, "key": "J1"}))
    assert "could not be applied" in recon("ingest", "rules.yaml", "erp", "i.json").out
    assert "J1" in recon("dead", "rules.yaml", "list").out
    assert recon("dead", "rules.yaml", "retry").code == 1
    assert recon("dead", "rules.yaml", "drop", "1").code == 0
    assert recon("dead", "rules.yaml").out == "None.\n"


def test_other_rules_match_everything_again(kept, recon):
    recon("ingest", "rules.yaml")
    rules = kept / "rules.yaml"
    rules.write_text(
        rules.read_text() + "tolerances: [{name: wide, price: {over: {percent: 20}, under: {percent: 20}}}]\n"
    )
    assert recon("replay", "rules.yaml").code == 0
    assert recon("store", "export", "rules.yaml", "-o", "out").code == 0
    import polars as pl

    assert pl.read_parquet(kept / "out" / "invoices.parquet")["decision"].to_list() == ["pay", "pay"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("store", "init", "rules.yaml"), 4, "not empty"),
        (("ingest", "rules.yaml", "florr", "x.csv"), 2, "did you mean 'floor'"),
        (("ingest", "rules.yaml", "erp"), 2, "is pushed to"),
        (("dead", "rules.yaml", "show", "7"), 2, "no event 7"),
    ],
)
def test_what_is_wrong_is_said(kept, recon, arguments, code, said):
    ended = recon(*arguments)
    assert (ended.code, said in ended.err) == (code, True)


def test_without_a_key_or_a_store_it_says_what_to_do(ledgers, recon, monkeypatch):
    assert "RECON_STORE" in recon("status", "rules.yaml").err
    monkeypatch.setenv("RECON_STORE", "store")
    assert "--new-key" in recon("store", "init", "rules.yaml").err
    monkeypatch.setenv("RECON_KEY", "short")
    assert "32 bytes" in recon("store", "init", "rules.yaml").err


def test_a_run_over_the_store_says_what_a_run_over_the_files_says(kept, recon):
    recon("ingest", "rules.yaml")
    assert recon("store", "check", "rules.yaml", "--match").code == 0
    ended = [
        recon("run", "rules.yaml", *more, "-o", out, "--format", "json")
        for more, out in (((), "a"), (("--store",), "b"))
    ]
    assert [each.code for each in ended] == [0, 0]
    told = [json.loads((kept / out / "summary.json").read_text()) for out in ("a", "b")]
    assert told[0] == told[1]


def test_a_folder_is_watched_until_it_is_stopped(kept, recon, started):
    process = started("watch", "rules.yaml")
    assert process.stdout.readline() == "watching floor\n"
    write(kept, "inbox/.late.csv", "receipt_number,po_number,po_line,quantity\nR3,4500000001,10,5")
    (kept / "inbox" / ".late.csv").rename(kept / "inbox" / "late.csv")
    assert process.stdout.readline() == "floor: late.csv: 1 document, 0 known already\n"
    assert process.stdout.readline() == "1 event applied, 1 document changed, 1 matched again\n"
    busy = recon("ingest", "rules.yaml")
    assert (busy.code, "another process follows" in busy.err) == (4, True)
    assert recon("dead", "rules.yaml", "retry").out == "0 applied, 0 still wait\n"
    proofs = (("replay", "rules.yaml"), ("store", "check", "rules.yaml", "--match"))
    assert [recon(*verb).code for verb in proofs] == [0, 0]
    process.terminate()
    assert process.wait(60) == 0


def test_what_is_wrong_with_one_feed_stops_no_other(kept, recon):
    (kept / "inbox").rmdir()
    (kept / "receipts.csv").unlink()
    ended = recon("ingest", "rules.yaml")
    assert (ended.code, "2 of 4 could not be taken in" in ended.err) == (3, True)
    assert "4 events applied, 4 documents changed, 4 matched again" in ended.out


def test_a_feed_that_gave_nothing_is_told_and_so_is_a_folder_that_is_gone(kept, recon):
    recon("ingest", "rules.yaml")
    assert "  floor: nothing yet (folder)" in recon("status", "rules.yaml").out
    (kept / "inbox").rmdir()
    with following(load_rules(kept / "rules.yaml")) as follower:
        said = []
        Round(follower, said.append, [Folder(feed, follower.rules) for feed in follower.rules.feeds[:1]]).once()
    assert said[0].startswith("floor: ")
    assert "(1 time in a row; never answered)" in recon("status", "rules.yaml").out


FED = """
version: 1
store: {path: store/, key_file: recon.key}
feeds:
  - {name: o, table: orders}
  - {name: i, table: invoices, prices: gross}
"""


def test_what_feeds_bring_needs_no_source(ledgers, recon):
    """10 ordered at 100 net, billed at 119 with 19 % tax in the price: nothing is wrong with the price."""
    (ledgers / "rules.yaml").write_text(FED, encoding="utf-8")
    recon("store", "init", "rules.yaml", "--new-key", "recon.key")
    write(ledgers, "o.csv", "po_number,po_line,supplier_id,quantity,unit_price\nP1,10,V1,10,100")
    write(
        ledgers,
        "i.csv",
        "invoice_number,supplier_id,po_number,po_line,quantity,unit_price,tax_rate\nB1,V1,P1,10,10,119,19",
    )
    assert [recon("ingest", "rules.yaml", name, f"{name}.csv").code for name in "oi"] == [0, 0]
    assert recon("store", "check", "rules.yaml", "--match").code == 0
    ended = recon("run", "rules.yaml", "--store", "-o", "out", "--format", "json")
    codes = [row["code"] for row in json.loads((ledgers / "out" / "discrepancies.json").read_text())]
    assert ("price_variance" in codes, "not_received" in codes) == (False, True)
    assert "no receipts are read" in ended.out.lower()
    assert "feeds bring them" in recon("run", "rules.yaml").err


def generation(folder):
    where, _ = place(load_rules(folder / "rules.yaml"))
    log = where.log(write=False)
    try:
        return where.standing(log)
    finally:
        log.close()


PILOT = """
  - {name: pilot, table: orders, key: po_number, version: rev, lines: lines, where: "plant = 'B1'", columns: {po_number: po_number, po_line: pos, supplier_id: vendor, quantity: qty, unit_price: price, plant: plant}}
"""


def test_a_feed_may_be_limited_to_what_a_pilot_is_about(kept, recon):
    """P1 is of the plant B1, then of another: what it committed is gone again. P2 never was."""
    (kept / "rules.yaml").write_text((kept / "rules.yaml").read_text() + PILOT.lstrip("\n"))

    def bring(number, plant, rev):
        lines = [{"pos": "10", "vendor": "V1", "qty": 2, "price": 5, "plant": plant}]
        (kept / "p.json").write_text(json.dumps({"po_number": number, "rev": rev, "lines": lines}))
        assert recon("ingest", "rules.yaml", "pilot", "p.json").code == 0
        return "Committed now: 10.00 EUR" in recon("status", "rules.yaml").out

    assert [bring("P2", "A", 1), bring("P1", "B1", 1), bring("P1", "A", 2)] == [False, True, False]
    assert "could not be applied" not in recon("status", "rules.yaml").out


def test_what_does_not_concern_the_match_matches_nothing_again(kept, recon):
    recon("ingest", "rules.yaml")
    rules = kept / "rules.yaml"
    before = generation(kept)
    rules.write_text(rules.read_text().replace("settle: 0ms", "settle: 1ms").replace("name: floor", "name: dock"))
    rules.write_text("secure: true\n" + rules.read_text())
    recon("ingest", "rules.yaml")
    assert generation(kept) == before
    rules.write_text(rules.read_text() + "duplicates: {days: 30}\n")
    recon("ingest", "rules.yaml")
    assert generation(kept) != before


def test_a_feed_whose_documents_are_kept_is_not_taken_away_while_all_is_matched_again(kept, recon):
    lines = [{"po": "4500000001", "po_line": "10", "qty": 10, "price": 5.0}]
    (kept / "i.json").write_text(json.dumps({"vendor": "V1", "no": "J1", "rev": 2, "lines": lines}))
    recon("ingest", "rules.yaml", "erp", "i.json")
    rules = kept / "rules.yaml"
    rules.write_text(rules.read_text().replace("name: erp", "name: sap") + "duplicates: {days: 30}\n")
    ended = recon("ingest", "rules.yaml")
    assert (ended.code, "documents of the feed 'erp'" in ended.err) == (2, True)


def test_only_the_last_events_are_applied_anew_where_asked(kept, recon):
    recon("ingest", "rules.yaml")
    ended = recon("replay", "rules.yaml", "--from", "3")
    assert (ended.code, ended.out) == (0, "The log gives what stands.\n")


def test_a_state_that_went_wrong_is_switched_to_what_the_log_gives_where_asked(kept, recon):
    recon("ingest", "rules.yaml")
    with open_store(load_rules(kept / "rules.yaml")) as store:
        store.state.database.execute("delete from result where frame = 'order_lines'")
    assert recon("replay", "rules.yaml").code == 1
    ended = recon("replay", "rules.yaml", "--switch")
    assert (ended.code, "What the log gives stands now: 6 events." in ended.out) == (1, True)
    assert [recon("replay", "rules.yaml").code, recon("store", "check", "rules.yaml", "--match").code] == [0, 0]


def test_what_other_rules_would_switch_is_told_and_nothing_switches(kept, recon):
    recon("ingest", "rules.yaml")
    same = recon("rules", "diff", "rules.yaml")
    assert same.out == "These rules decide all invoices of the store alike.\n"
    other = (kept / "rules.yaml").read_text()
    (kept / "other.yaml").write_text(other + "tolerances: [{name: wide, price: {over: {percent: 20}}}]\n")
    told = recon("rules", "diff", "other.yaml").out
    assert (told.count("-> pay"), "1 hold -> pay" in told) == (2, True)
    assert "alike" in recon("rules", "diff", "rules.yaml").out
    assert sorted(path.name for path in (kept / "store").glob(".beside-*")) == []


def test_what_is_erased_is_gone_from_log_and_verdicts_and_stays_gone(kept, recon):
    recon("ingest", "rules.yaml")
    import polars as pl

    assert recon("store", "export", "rules.yaml", "-o", "before").code == 0
    invoices = pl.read_parquet(kept / "before" / "documents-invoice_lines.parquet")
    seq = invoices["source"].sort()[0].rsplit("#")[1]
    assert "1 event erased" in recon("store", "erase", "rules.yaml", seq).out
    assert recon("store", "erase", "rules.yaml", "99").code == 2
    recon("ingest", "rules.yaml")
    assert [recon(*verb).code for verb in (("replay", "rules.yaml"), ("store", "check", "rules.yaml", "--match"))] == [0, 0]  # fmt: skip
    assert recon("store", "export", "rules.yaml", "-o", "after").code == 0
    after = pl.read_parquet(kept / "after" / "documents-invoice_lines.parquet")
    assert after.height == invoices.height - 1
    assert recon("dead", "rules.yaml").out == "None.\n"


@pytest.mark.slow
def test_the_machine_is_measured(kept, recon):
    told = recon("status", "rules.yaml", "--capacity").out
    assert "events an hour" in told
    assert [path.name for path in kept.glob("store/.scratch*")] == []
