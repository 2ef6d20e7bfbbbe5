"""Sources and rules in, a Reconciliation out: a ledger is split into batches, each is matched, and they are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.threads import in_threads
from recon.ledger.batches import match_batches
from recon.ledger.shelf import BLOCKS_AT_ONCE, MemoryShelf
from recon.ledger.take import take
from recon.ledger.whole import Whole
from recon.match.batch import RESULTS
from recon.match.flow import match_apart
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from recon.ledger.shelf import Shelf
    from recon.ledger.whole import Counted, Decided, Frames
    from recon.rules.rule import Rules
    from recon.tables import Sources


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to, as far as it is told in words: of results too large to hold, the worst `discrepancies` alone."""

    discrepancies: pl.DataFrame
    rejects: pl.DataFrame
    summary: Mapping[str, Any]
    rules: Rules
    files: tuple[Mapping[str, object], ...] = ()
    as_of: date | None = None

    @property
    def found(self) -> int:
        """How many discrepancies there are, told of or not."""
        counted = self.summary["discrepancies"].values()
        return sum(money["count"] for by_currency in counted for money in by_currency.values())


@dataclass(frozen=True, kw_only=True)
class Reconciliation(Outcome):
    """What a run found: the frames of SPEC 6, and a summary of them. Nothing in it changes any more."""

    invoice_lines: pl.DataFrame
    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoices: pl.DataFrame
    supplier_links: pl.DataFrame
    left_out: pl.DataFrame
    allocations: pl.DataFrame
    bridge: pl.DataFrame


def reconcile(
    sources: Sources, rules: Rules, as_of: date | None = None, decided: Decided | None = None
) -> Reconciliation:
    """Match orders, receipts and invoices as SPEC 3 says; `decided` lays over the results what people decided.

    Raises RulesError where `as_of` is no date, SourceError for frames that lack a column or hold floats and for
    numbers too wide to compute exactly, InvariantError if rows or amounts do not add up.
    """
    matching = Matching([sources], rules, as_of, MemoryShelf(), decided)
    del sources  # of a large ledger no copy is kept that nobody needs any more
    return whole_of(matching, lambda frames: frames)


def whole_of(matching: Matching, kept: Callable[[Frames], Frames]) -> Reconciliation:
    """Return all that a match finds, put together; `kept` says what is kept of the frames of a batch, and then of the whole."""
    batches = [kept(batch) for batch in matching.batches()]
    rest = matching.rest()
    after = {name: [rest.pop(name)] for name in RESULTS if name in rest}
    frames: Frames = {}
    for name in RESULTS:
        frames |= kept({name: pl.concat([batch.pop(name) for batch in batches] + after.get(name, []))})
    of_the_whole: dict[str, Any] = vars(matching.outcome(frames["discrepancies"]))
    return Reconciliation(**(frames | rest | of_the_whole))


def all_compared(sources: Sources, rules: Rules, as_of: date | None = None) -> pl.DataFrame:
    """Return all that a match compares, what lies within its limits too: FINDINGS with the `source` and `row` of each.

    Raises as `reconcile` does.
    """
    return pl.concat(Matching([sources], rules, as_of, MemoryShelf()).compared())


class Matching:
    """A match under way: its results batch by batch, in order, and then what only the whole can tell.

    The ledger comes in one block or several, and its lines wait on a shelf until it is known of all of them to which
    batch they belong.
    """

    def __init__(
        self, blocks: Iterable[Sources], rules: Rules, as_of: date | None, shelf: Shelf, decided: Decided | None = None
    ) -> None:
        self._decided = decided
        self._shelf = shelf
        self._done: list[Counted] = []
        taken = []
        for block, lines in in_threads(lambda sources: take(sources, rules, as_of), blocks, BLOCKS_AT_ONCE):
            taken.append(block)
            for table in TABLES:
                shelf.put(table, getattr(lines, table))
        self._whole = Whole.together(taken, rules, as_of)

    def batches(self) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield the frames RESULTS of each batch."""
        waiting = self._shelf.batches(self._whole.shared.parties)
        for frames, counted in match_batches(waiting, lambda batch: self._whole.matched(batch, self._decided)):
            self._done.append(counted)
            yield frames

    def compared(self) -> Iterator[pl.DataFrame]:
        """Yield what is compared in each batch, with its place, and nothing else of it."""
        for batch in self._shelf.batches(self._whole.shared.parties):
            result = match_apart(batch, self._whole.shared)
            sides = result.compared
            lines = {
                "invoice": (sides.lines, "line_id"),
                "receipt": (sides.receipts, "receipt_id"),
                "order": (sides.orders, "order_id"),
            }
            for kind, (frame, name) in lines.items():
                mine = result.found.filter(pl.col("kind") == kind)
                yield mine.join(frame.select(id=name, source="source", row="row"), on="id")

    def rest(self) -> dict[str, pl.DataFrame]:
        """Return, after the last batch, the frames that are told of the whole, and what comes last in the bridge."""
        return self._whole.rest(self._done)

    def outcome(self, discrepancies: pl.DataFrame) -> Outcome:
        """Return, after the last batch, what the run came to, with those of its `discrepancies` that are to be told of."""
        return outcome_of(self._whole, self._done, discrepancies)


def outcome_of(whole: Whole, done: Sequence[Counted], discrepancies: pl.DataFrame) -> Outcome:
    """Return what a run came to when its batches are `done`, with those of its `discrepancies` that are to be told of."""
    return Outcome(
        discrepancies=discrepancies,
        rejects=whole.unmatched_with(done)["rejects"],
        summary=whole.summary(done),
        rules=whole.shared.rules,
        files=whole.files,
        as_of=whole.shared.as_of,
    )
