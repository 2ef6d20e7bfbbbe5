"""Sources and rules in, a Reconciliation out: a ledger is cut into parts, each is matched, and they are put together."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import Places, conserve, placed
from recon.errors import RulesError, SourceError
from recon.match.bridge import without_order
from recon.match.normalise import Normalised, normalise
from recon.match.parts import Shelf, match_parts
from recon.match.resolve import Register, resolve
from recon.match.supplier_links import supplier_links
from recon.part import PARTED, Done, Given, match_part
from recon.summary import Came, summarise
from recon.tables import CANONICAL, TABLES
from recon.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.rules import Rules
    from recon.tables import Sources


OTHERS = ("suppliers", "conversions", "rates")
BLOCKS_AT_ONCE = 2
"""How many blocks of a large ledger are worked on at once, before and behind the shelf; more would hold more memory."""


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


def reconcile(sources: Sources, rules: Rules, as_of: date | None = None) -> Reconciliation:
    """Match orders, receipts and invoices as SPEC 3 says.

    Raises RulesError where `as_of` is no date, SourceError for frames that lack a column or hold floats and for
    numbers too wide to compute exactly, InvariantError if rows or amounts do not add up.
    """
    matching = Matching([sources], rules, as_of, Shelf())
    del sources  # of a large ledger no copy is kept that nobody needs any more
    parts = list(matching.parts())
    rest = matching.rest()
    after = {name: [rest.pop(name)] for name in PARTED if name in rest}
    frames = {name: pl.concat([part.pop(name) for part in parts] + after.get(name, [])) for name in PARTED}
    told: dict[str, Any] = vars(matching.outcome(frames["discrepancies"]))
    return Reconciliation(**(frames | rest | told))


class Matching:
    """A match under way: its results part by part, in order, and then what only the whole can tell.

    The ledger comes in one block or several, and its lines wait on a shelf until it is known of all of them to which part
    they belong.
    """

    def __init__(self, blocks: Iterable[Sources], rules: Rules, as_of: date | None, shelf: Shelf) -> None:
        self._shelf, self._done = shelf, list[Done]()
        taken = []
        for block, lines in in_threads(lambda sources: _take(sources, rules, as_of), blocks, BLOCKS_AT_ONCE):
            taken.append(block)
            for table in TABLES:
                shelf.put(table, getattr(lines, table))
        self._came = reduce(operator.add, (block.came for block in taken))
        self._beside = {
            name: pl.concat([block.beside[name] for block in taken]).sort("table", "source", "row")
            for name in ("rejects", "left_out")
        }
        suppliers, conversions, rates = (
            pl.concat([block.others[name] for block in taken], how="diagonal") for name in OTHERS
        )
        parties = resolve(Register.together([block.register for block in taken]), suppliers, rules.suppliers)
        columns = {table: list(dict.fromkeys(c for b in taken for c in b.columns[table])) for table in TABLES}
        self._given = Given(rules, as_of, parties, conversions, rates, self._beside["rejects"], columns)
        self._files = tuple(file for block in taken for file in block.files)

    def parts(self) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield the frames PARTED of each part."""
        for done in match_parts(self._shelf.deal(self._given.parties), lambda part: match_part(part, self._given)):
            frames = {name: done.frames.pop(name) for name in PARTED}
            self._done.append(done)
            yield frames

    def rest(self) -> dict[str, pl.DataFrame]:
        """Return, after the last part, the frames that are told of the whole, and what comes last in the bridge."""
        went = [done.places for done in self._done] + [placed(self._beside)]
        conserve(self._came.places, {table: sum((p[table] for p in went), Places()) for table in TABLES})
        links = supplier_links(self._given.parties, pl.concat([done.billed for done in self._done]))
        loose = without_order(pl.concat([done.loose for done in self._done]))
        return {**self._beside, "supplier_links": links, "bridge": loose}

    def outcome(self, discrepancies: pl.DataFrame) -> Outcome:
        """Return, after the last part, what the run came to, with those of its `discrepancies` that are to be told of."""
        told = pl.concat([done.tally for done in self._done])
        return Outcome(
            discrepancies=discrepancies,
            rejects=self._beside["rejects"],
            summary=summarise(self._came, told, self._beside),
            rules=self._given.rules,
            files=self._files,
            as_of=self._given.as_of,
        )


@dataclass(frozen=True)
class _Taken:
    """What stays of a block when its lines are on the shelf."""

    came: Came
    register: Register
    beside: dict[str, pl.DataFrame]
    others: dict[str, pl.DataFrame]
    columns: dict[str, list[str]]
    files: tuple[Mapping[str, object], ...]


def _take(sources: Sources, rules: Rules, as_of: date | None) -> tuple[_Taken, Normalised]:
    _check_given(sources, as_of)
    normal = normalise(sources, rules, as_of)
    taken = _Taken(
        came=Came.of(sources, normal),
        register=Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines),
        beside={"rejects": normal.rejects, "left_out": normal.left_out},
        others={name: getattr(sources, name) for name in OTHERS},
        columns={table: getattr(sources, table).columns for table in TABLES},
        files=sources.files,
    )
    return taken, normal


def _check_given(sources: Sources, as_of: date | None) -> None:
    """Refuse what a caller of the API can get wrong, before Polars words it."""
    if as_of is not None and type(as_of) is not date:
        raise RulesError(f"as_of is a datetime.date, not {as_of!r}", hint="As date(2026, 1, 31).")
    for table in CANONICAL.values():
        frame = getattr(sources, table.name)
        missing = [name for name in table.columns if name not in frame.columns]
        if missing:
            raise SourceError(f"{table.name} lacks {', '.join(missing)}", hint="A column without values is null.")
        floats = [name for name in table.columns if frame.schema[name].is_float()]
        if floats:
            raise SourceError(f"{table.name} holds binary floats in {', '.join(floats)}", hint="Cast them to Decimal.")
