"""From acceptance to verdict: `python -m benchmarks.live [--lines N] [--events M] [--at-once A ...] [--store FOLDER|postgresql://...]`.

A store is filled with a made-up ledger in a process of its own; another opens it as a service does. Then orders, receipts and
invoices change, one document at a time or several at once; what has to be matched with its whole group waits for the second
queue, which is matched at the end, for a while. Wall and processor time of each are told: on a busy machine only the second compares.
Beside it stands what the change would cost without a store: the whole batch again, over the documents in memory.
A store that is named is kept, and found again; `--profile` says in which steps the processor's time of the events went.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import pstats
import statistics
import tempfile
import time
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded: the same changes every time

from benchmarks.ledger import write_ledger
from recon.ledger.reconcile import reconcile
from recon.rules.file import load_rules
from recon.run.live.clock import now
from recon.run.live.folder import take_file
from recon.run.live.follower import Follower
from recon.run.live.opened import feeds_of
from recon.store.events import Event
from recon.store.gathered import stored
from recon.store.server import ADDRESSES, Server
from recon.store.store import Store

KEY = bytes(range(32))
PATIENCE = 30.0
"""Seconds of a processor that the second queue is looked at for."""
STEPS = {
    "accepted, durable": ("log.py", "accept"),
    "read of the log and mapped": ("desk.py", "_next"),
    "documents, lines, mentions kept": ("live.py", "_take_in"),
    "who everybody is": ("same.py", "next_world"),
    "what hangs together": ("closure.py", "components"),
    "documents read": ("kept.py", "documents"),
    "matched": ("unit.py", "match_some"),
    "results kept": ("matcher.py", "_keep_apart"),
    "all of the ticks": ("desk.py", "tick"),
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=20_000)
    asked.add_argument("--events", type=int, default=40)
    asked.add_argument("--at-once", type=int, nargs="+", default=[1, 10, 50])
    asked.add_argument("--store", default="")
    asked.add_argument("--folder", default="", help="where the ledger and the rules of a store on a server are kept")
    asked.add_argument("--no-batch", action="store_true")
    asked.add_argument("--profile", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        address = options.store if options.store.startswith(ADDRESSES) else ""
        folder = Path(options.folder or (options.store if not address else "") or scratch)
        filling = get_context("spawn").Process(target=fill, args=(folder, address, options.lines))
        filling.start()
        filling.join()
        measure(opened(folder, address), options)


def measure(follower: Follower, options: argparse.Namespace) -> None:
    dice, version = Random(time.time_ns() if options.store else 7), int(time.time())
    profile = cProfile.Profile(time.process_time) if options.profile else None
    for several in options.at_once:
        spent = []
        for _ in range(max(1, options.events // several)):
            version += 1
            spent.append(changed(follower, dice, several, version, profile))
        told(f"{several} at once", spent, several)
    second_queue(follower)
    print(f"memory {memory('VmRSS'):,.0f} MiB, at most {memory('VmHWM'):,.0f} MiB")
    if profile is not None:
        told_steps(profile)
    if not options.no_batch:
        started = time.perf_counter(), time.process_time()
        reconcile(stored(follower.store.state), follower.rules)
        told("the batch again", [(time.perf_counter() - started[0], time.process_time() - started[1])], 1)


def second_queue(follower: Follower) -> None:
    """Match what waits for its group, for a while; tell what each document of it took."""
    started, waiting = (time.perf_counter(), time.process_time()), follower.store.state.count("due")
    while time.process_time() - started[1] < PATIENCE and follower.tick().any:
        pass
    done = waiting - follower.store.state.count("due")
    told(f"the second queue ({done:,} documents of {waiting:,})", [(time.perf_counter() - started[0], time.process_time() - started[1])], max(1, done))  # fmt: skip


def place(folder: Path, address: str) -> Path | Server:
    return Server.of(address) if address else folder / "store"


def opened(folder: Path, address: str) -> Follower:
    """Open the filled store as a service does."""
    started = time.perf_counter(), time.process_time()
    store = Store.open(place(folder, address), KEY)
    follower = Follower.of(store, load_rules(folder / "rules.yaml"))
    spent = time.perf_counter() - started[0], time.process_time() - started[1]
    print(f"opened in {spent[0]:.1f} s, {spent[1]:.1f} s of a processor, {memory('VmRSS'):,.0f} MiB")
    return follower


def fill(folder: Path, address: str, lines: int) -> None:
    """Fill the store, unless it was: files that were taken count once, and what was not applied is."""
    if (folder / "filled").exists():
        return
    if not (folder / "rules.yaml").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_ledger(lines, folder)
        _one_order_a_receipt(folder / "receipts.csv")
        Store.init(place(folder, address), KEY).close()
    started = time.perf_counter(), time.process_time()
    rules = load_rules(folder / "rules.yaml")
    store = Store.open(place(folder, address), KEY)
    follower = Follower.of(store, rules)
    if not (folder / "taken").exists():
        for feed in feeds_of(rules).values():
            for file in feed.source.files:
                take_file(folder / file, feed, rules, store)
        (folder / "taken").touch()
    accepted = time.perf_counter()
    follower.catch_up()
    (folder / "filled").touch()
    size = store.size / 2**20
    print(f"{lines:,} order lines: {store.log.last():,} events accepted in {accepted - started[0]:.1f} s, applied and matched in {time.perf_counter() - accepted:.1f} s, {time.process_time() - started[1]:,.1f} s of a processor, {size:,.0f} MiB")  # fmt: skip
    store.close()


def _one_order_a_receipt(path: Path) -> None:
    """Give each receipt a number of its own for each order in it, as systems do that book goods in by order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    number, order = rows[0].index("receipt_number"), rows[0].index("po_number")
    with path.open("w", encoding="utf-8", newline="") as file:
        own = ([*row[:number], f"{row[number]}-{row[order]}", *row[number + 1 :]] for row in rows[1:])
        csv.writer(file).writerows([rows[0], *own])


def changed(follower: Follower, dice: Random, several: int, version: int, profile: cProfile.Profile | None) -> tuple[float, float]:  # fmt: skip
    """Change some documents by a hair; return wall and processor seconds from acceptance to verdict."""
    events = [_another(each, version) for each in follower.store.state.documents(_any(follower, dice, several))]
    with profile or nullcontext():
        wall, cpu = time.perf_counter(), time.process_time()
        accepted = follower.store.log.accept(events, now())
        while follower.store.state.applied_seq < accepted[-1].seq:  # a tick may be the second queue's
            follower.tick()
        return time.perf_counter() - wall, time.process_time() - cpu


def _any(follower: Follower, dice: Random, several: int) -> set[int]:
    """Return the ids of some documents with lines."""
    state, chosen = follower.store.state, set()
    last = state.database.execute("select max(id) from document").fetchone()[0]
    while len(chosen) < several:
        some = [dice.randint(1, last) for _ in range(several)]
        there = state.chosen("select id from document where deleted = 0 and tbl in ('orders', 'receipts', 'invoices') and id in", some)  # fmt: skip
        chosen.update(row[0] for row in there[: several - len(chosen)])
    return chosen


def _another(document, version: int) -> Event:
    day = {"due_date" if document.table == "orders" else "posting_date": f"2026-11-{1 + version % 28:02}"}
    lines = [{**line, "source": "changed", **day} for line in document.body.lines]
    payload = {"lines": lines, "rejects": [], "has": sorted(document.body.has)}
    return Event("bench", document.table, document.key, payload, version=str(version))


def told(what: str, spent: list[tuple[float, float]], several: int) -> None:
    walls, cpus = ([seconds * 1000 for seconds in each] for each in zip(*spent, strict=True))
    print(f"{what}: wall p50 {statistics.median(walls):,.0f} ms, p99 {p99(walls):,.0f} ms; processor p50 {statistics.median(cpus):,.0f} ms, p99 {p99(cpus):,.0f} ms, {statistics.mean(cpus) / several:,.1f} ms an event")  # fmt: skip


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * 99 // 100)]


def told_steps(profile: cProfile.Profile) -> None:
    """Say in which steps the time of the events went; profiled it is some half more than without."""
    found = pstats.Stats(profile).stats
    for what, (file, name) in STEPS.items():
        calls, seconds = (sum(row[at] for (path, _, function), row in found.items() if (Path(path).name, function) == (file, name)) for at in (1, 3))  # fmt: skip
        print(f"  {what}: {seconds * 1000:,.0f} ms in {calls:,} calls")


def memory(name: str) -> float:
    """Return a figure of this process in MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
