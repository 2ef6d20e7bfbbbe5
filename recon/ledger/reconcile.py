"""Sources and rules in, a Reconciliation out: a ledger is split into batches, each is matched, and they are put together."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.memory import detached
from recon.engine.threads import in_threads
from recon.errors import SourceError
from recon.ledger.batches import match_batches
from recon.ledger.conserve import Places, conserve, places_out
from recon.ledger.given import check_given
from recon.ledger.shelf import BLOCKS_AT_ONCE, MemoryShelf
from recon.ledger.summary import Intake, summarise, tally
from recon.match.batch import RESULTS, Shared
from recon.match.carried import carried, put_back, set_aside
from recon.match.classify.bridge import without_order
from recon.match.classify.supplier_links import supplier_links
from recon.match.flow import match_batch
from recon.match.normalise.lines import Normalised, normalise
from recon.match.resolve.resolve import Register, resolve
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from recon.ledger.shelf import Shelf
    from recon.match.batch import Batch
    from recon.rules.rule import Rules
    from recon.tables import Sources


Decided = Callable[[Mapping[str, pl.DataFrame]], dict[str, pl.DataFrame]]
"""What fills in, batch by batch, what people decided; whole groups at a time, several at once."""
OTHERS = ("suppliers", "conversions", "rates")


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
    batches = list(matching.batches())
    rest = matching.rest()
    after = {name: [rest.pop(name)] for name in RESULTS if name in rest}
    frames = {name: pl.concat([batch.pop(name) for batch in batches] + after.get(name, [])) for name in RESULTS}
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
        self._shelf, self._done = shelf, list[_Counted]()
        taken = []
        for block, lines in in_threads(lambda sources: _take(sources, rules, as_of), blocks, BLOCKS_AT_ONCE):
            taken.append(block)
            for table in TABLES:
                shelf.put(table, getattr(lines, table))
        self._intake = reduce(operator.add, (block.intake for block in taken))
        self._unmatched = {
            name: pl.concat([block.unmatched[name] for block in taken]).sort("table", "source", "row")
            for name in ("rejects", "left_out")
        }
        suppliers, conversions, rates = (
            pl.concat([block.others[name] for block in taken], how="diagonal") for name in OTHERS
        )
        parties = resolve(Register.together([block.register for block in taken]), suppliers, rules.suppliers)
        columns = {table: list(dict.fromkeys(c for b in taken for c in b.columns[table])) for table in TABLES}
        absent = reduce(operator.and_, (block.absent for block in taken))
        self._shared = Shared(rules, as_of, parties, conversions, rates, self._unmatched["rejects"], columns, absent)
        self._own = {table: _own_columns(table, [block.own[table] for block in taken]) for table in TABLES}
        self._files = tuple(file for block in taken for file in block.files)

    def batches(self) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield the frames RESULTS of each batch."""
        waiting = self._shelf.batches(self._shared.parties)
        for frames, counted in match_batches(waiting, self._matched):
            self._done.append(counted)
            yield frames

    def compared(self) -> Iterator[pl.DataFrame]:
        """Yield what is compared in each batch, with its place, and nothing else of it."""
        for batch in self._shelf.batches(self._shared.parties):
            result = match_batch(batch, self._shared)
            sides = result.compared
            lines = {
                "invoice": (sides.lines, "line_id"),
                "receipt": (sides.receipts, "receipt_id"),
                "order": (sides.orders, "order_id"),
            }
            for kind, (frame, name) in lines.items():
                mine = result.found.filter(pl.col("kind") == kind)
                yield mine.join(frame.select(id=name, source="source", row="row"), on="id")

    def _matched(self, batch: Batch) -> tuple[dict[str, pl.DataFrame], _Counted]:
        frames, counted = _matched(batch, self._shared, self._decided)
        return frames | {table: put_back(frames[table], self._own[table]) for table in TABLES}, counted

    def rest(self) -> dict[str, pl.DataFrame]:
        """Return, after the last batch, the frames that are told of the whole, and what comes last in the bridge."""
        went = [done.places for done in self._done] + [places_out(self._unmatched)]
        conserve(self._intake.places, {table: sum((p[table] for p in went), Places()) for table in TABLES})
        links = supplier_links(self._shared.parties, pl.concat([done.totals for done in self._done]))
        of_none = without_order(pl.concat([done.detached for done in self._done]))
        return {**self._unmatched, "supplier_links": links, "bridge": of_none}

    def outcome(self, discrepancies: pl.DataFrame) -> Outcome:
        """Return, after the last batch, what the run came to, with those of its `discrepancies` that are to be told of."""
        counted = pl.concat([done.tally for done in self._done])
        return Outcome(
            discrepancies=discrepancies,
            rejects=self._unmatched["rejects"],
            summary=summarise(self._intake, counted, self._unmatched),
            rules=self._shared.rules,
            files=self._files,
            as_of=self._shared.as_of,
        )


@dataclass(frozen=True)
class _Counted:
    """What stays of a batch when its frames are handed on."""

    places: dict[str, Places]
    totals: pl.DataFrame
    detached: pl.DataFrame
    tally: pl.DataFrame


def _matched(batch: Batch, shared: Shared, decided: Decided | None) -> tuple[dict[str, pl.DataFrame], _Counted]:
    """Match a batch; return its frames RESULTS, and what they add to the totals of the whole."""
    result = match_batch(batch, shared)
    if decided is not None:
        result = replace(result, frames=decided(result.frames))
    counted = tally(result)
    lines = result.frames["invoice_lines"]
    frames = result.frames | {"invoice_lines": lines.drop("currency_read", "of_row")}
    places = places_out(frames | {"invoice_lines": lines.filter("of_row")})
    return frames, _Counted(places, *map(detached, (result.totals, result.detached, counted)))


@dataclass(frozen=True)
class _Taken:
    """What stays of a block when its lines are on the shelf."""

    intake: Intake
    register: Register
    unmatched: dict[str, pl.DataFrame]
    others: dict[str, pl.DataFrame]
    columns: dict[str, list[str]]
    own: dict[str, dict[str, pl.DataType]]
    """Of each table the carried columns with their types."""
    files: tuple[Mapping[str, object], ...]
    absent: frozenset[str]


def _own_columns(table: str, of_blocks: Sequence[Mapping[str, pl.DataType]]) -> Mapping[str, pl.DataType]:
    """Return the carried columns of a table, which all blocks that carry any must share."""
    several = [own for own in of_blocks if own]
    if any(list(own.items()) != list(several[0].items()) for own in several):
        raise SourceError(f"the files of {table} carry different columns", hint="`carry` what all of them have.")
    return several[0] if several else {}


def _take(sources: Sources, rules: Rules, as_of: date | None) -> tuple[_Taken, Normalised]:
    check_given(sources, rules, as_of)
    schemas = [(table, getattr(sources, table.name).schema) for table in (ORDER_LINES, RECEIPT_LINES, INVOICE_LINES)]
    own = {table.name: {c: schema[c] for c in carried(schema, table)} for table, schema in schemas}
    orders, receipts, invoices = (
        set_aside(getattr(sources, t.name), t) for t in (ORDER_LINES, RECEIPT_LINES, INVOICE_LINES)
    )
    sources = replace(sources, order_lines=orders, receipt_lines=receipts, invoice_lines=invoices)
    normal = normalise(sources, rules, as_of)
    taken = _Taken(
        intake=Intake.of(sources, normal),
        register=Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines),
        unmatched={"rejects": normal.rejects, "left_out": normal.left_out},
        others={name: getattr(sources, name) for name in OTHERS},
        columns={table: getattr(sources, table).columns for table in TABLES},
        own=own,
        files=sources.files,
        absent=sources.absent,
    )
    return taken, normal
