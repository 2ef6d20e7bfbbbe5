"""From acceptance to verdict: `python -m benchmarks.live [--lines N] [--events M] [--at-once A ...]`.

A store is filled with a made-up ledger, then its orders, receipts and invoices change, one document at a time or several at
once; what has to be matched with its whole group waits for the second queue, which is emptied at the end.
Beside it stands what the change would cost without a store: the whole batch again, over the documents in memory.
"""

from __future__ import annotations

import argparse
import csv
import resource
import statistics
import tempfile
import time
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded: the same changes every time

from benchmarks.ledger import write_ledger
from recon.ledger.reconcile import reconcile
from recon.rules.file import load_rules
from recon.run.live.clock import now
from recon.run.live.desk import Follower, feeds_of
from recon.run.live.folder import take_file
from recon.store.events import Event
from recon.store.gathered import stored
from recon.store.store import Store


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=20_000)
    asked.add_argument("--events", type=int, default=40)
    asked.add_argument("--at-once", type=int, nargs="+", default=[1, 10, 50])
    asked.add_argument("--no-batch", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        follower = filled(Path(folder), options.lines)
        dice, version = Random(7), 1
        for several in options.at_once:
            spent = []
            for _ in range(max(1, options.events // several)):
                version += 1
                spent.append(changed(follower, dice, several, version))
            told(f"{several} at once", spent, several)
        started = time.perf_counter(), time.process_time()
        waiting = follower.store.state.count("due")
        follower.catch_up()
        told(f"the second queue ({waiting:,} documents)", [(time.perf_counter() - started[0], time.process_time() - started[1])], 1)  # fmt: skip
        print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB, filling included")
        if not options.no_batch:
            started = time.perf_counter(), time.process_time()
            reconcile(stored(follower.store.state), follower.rules)
            told("the batch again", [(time.perf_counter() - started[0], time.process_time() - started[1])], 1)


def filled(folder: Path, lines: int) -> Follower:
    write_ledger(lines, folder)
    _one_order_a_receipt(folder / "receipts.csv")
    rules = load_rules(folder / "rules.yaml")
    store = Store.init(folder / "store", bytes(range(32)))
    started = time.perf_counter()
    for feed in feeds_of(rules).values():
        for file in feed.source.files:
            take_file(folder / file, feed, rules, store)
    accepted = time.perf_counter()
    follower = Follower.of(store, rules)
    follower.catch_up()
    size = store.size / 2**20
    print(f"{lines:,} order lines: {store.log.last():,} events accepted in {accepted - started:.1f} s, applied and matched in {time.perf_counter() - accepted:.1f} s, {size:,.0f} MiB")  # fmt: skip
    return follower


def _one_order_a_receipt(path: Path) -> None:
    """Give each receipt a number of its own for each order in it, as systems do that book goods in by order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    number, order = rows[0].index("receipt_number"), rows[0].index("po_number")
    with path.open("w", encoding="utf-8", newline="") as file:
        own = ([*row[:number], f"{row[number]}-{row[order]}", *row[number + 1 :]] for row in rows[1:])
        csv.writer(file).writerows([rows[0], *own])


def changed(follower: Follower, dice: Random, several: int, version: int) -> tuple[float, float]:
    """Change some documents by a hair; return wall and processor seconds from acceptance to verdict."""
    state = follower.store.state
    ids = state.database.execute("select id from document where tbl in ('orders', 'receipts', 'invoices')").fetchall()
    events = []
    for document in state.documents([row[0] for row in dice.sample(ids, several)]):
        day = {"due_date" if document.table == "orders" else "posting_date": f"2026-11-{1 + version % 28:02}"}
        lines = [{**line, "source": "changed", **day} for line in document.body.lines]
        payload = {"lines": lines, "rejects": [], "has": sorted(document.body.has)}
        events.append(Event("bench", document.table, document.key, payload, version=str(version)))
    wall, cpu = time.perf_counter(), time.process_time()
    follower.store.accept(events, now())
    follower.tick()
    return time.perf_counter() - wall, time.process_time() - cpu


def told(what: str, spent: list[tuple[float, float]], several: int) -> None:
    walls, cpus = sorted(wall for wall, _ in spent), [cpu for _, cpu in spent]
    p99 = walls[min(len(walls) - 1, len(walls) * 99 // 100)]
    print(f"{what}: wall p50 {statistics.median(walls) * 1000:,.0f} ms, p99 {p99 * 1000:,.0f} ms; processor p50 {statistics.median(cpus) * 1000:,.0f} ms, {statistics.median(cpus) * 1000 / several:,.1f} ms an event")  # fmt: skip


if __name__ == "__main__":
    main()
