"""What the smallest match costs, on which the latency of one event hangs: `python -m benchmarks.tiny [--note]`.

One order of a ledger of a thousand order lines, with its receipts and invoices, some 14 lines, through the match alone.
Processor time of one thread, the least and the middle of many; and the calls of Polars' engine that it took: each costs
20 to 200 microseconds, however few rows it works on.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before Polars is there

import polars as pl

from benchmarks.run import ledger_of, put_into_note
from recon import load_rules, read_sources
from recon.ledger.shelf import MemoryShelf
from recon.ledger.take import take
from recon.ledger.whole import Whole
from recon.match.batch import Batch, Shared
from recon.match.flow import match_batch
from recon.tables import TABLES

LINES = 1_000
WANTED = 14
COMPONENTS = 5
ROUNDS = 20
HEAD = "| lines | processor time, least, ms | middle, ms | engine calls |\n| --- | --- | --- | --- |"


def components() -> tuple[list[Batch], Shared]:
    """Return the orders with the most nearly WANTED lines, each with all that cites it, and what they are matched with."""
    rules = load_rules(ledger_of(LINES) / "rules.yaml")
    taken, lines = take(read_sources(rules), rules, None)
    whole, shelf = Whole.together([taken], rules, None), MemoryShelf()
    for table in TABLES:
        shelf.put(table, getattr(lines, table))
    frames = [
        [getattr(batch, table) for table in ("order_lines", "receipt_lines", "invoice_lines")]
        for batch in shelf.batches(whole.shared.parties)
    ]
    several = [_of_order(pl.col("po_key") == number, *each) for each in frames for number in _numbers(each[0])]
    several.sort(key=lambda batch: abs(_height(batch) - WANTED))
    return several[:COMPONENTS], whole.shared


def _numbers(orders: pl.DataFrame) -> list[str]:
    return orders["po_key"].unique().sort().to_list()


def _of_order(cites: pl.Expr, orders: pl.DataFrame, receipts: pl.DataFrame, invoices: pl.DataFrame) -> Batch:
    documents = invoices.filter(cites)["invoice_number"]
    theirs = invoices.filter(pl.col("invoice_number").is_in(documents.implode()))
    return Batch(orders.filter(cites), receipts.filter(cites), theirs)


def _height(batch: Batch) -> int:
    return batch.order_lines.height + batch.receipt_lines.height + batch.invoice_lines.height


def engine_calls(batch: Batch, shared: Shared) -> int:
    """Return how many queries Polars' engine runs for one match: every method of a frame, and many of a column, is one."""
    counted, collect = [0], pl.LazyFrame._collect_eager  # noqa: SLF001 -- where all of them pass

    def counting(*arguments: object, **named: object) -> pl.DataFrame:
        counted[0] += 1
        return collect(*arguments, **named)  # type: ignore[arg-type]

    pl.LazyFrame._collect_eager = counting  # type: ignore[method-assign]  # noqa: SLF001
    try:
        match_batch(batch, shared)
    finally:
        pl.LazyFrame._collect_eager = collect  # type: ignore[method-assign]  # noqa: SLF001
    return counted[0]


def main() -> None:
    batches, shared = components()
    spent: list[float] = []
    for _ in range(ROUNDS):
        for batch in batches:
            start = time.process_time()
            match_batch(batch, shared)
            spent.append((time.process_time() - start) * 1000)
    calls = [engine_calls(batch, shared) for batch in batches]
    heights = sorted(map(_height, batches))
    row = f"| {heights[0]} to {heights[-1]} | {min(spent):.0f} | {statistics.median(spent):.0f} | {min(calls):,} to {max(calls):,} |"
    table = f"{HEAD}\n{row}"
    if "--note" in sys.argv:
        put_into_note("benchmarks.tiny", table)
    else:
        print(table)


if __name__ == "__main__":
    main()
