"""The whole of a ledger: what is known when all its blocks are taken, what every batch is matched with, and what they add up to."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.memory import detached
from recon.engine.one_thread import alone_where_few
from recon.errors import SourceError
from recon.ledger.batches import BATCH_ROWS
from recon.ledger.conserve import Places, conserve, places_out
from recon.ledger.summary import summarise, tally
from recon.ledger.take import OTHERS
from recon.match.batch import Shared
from recon.match.carried import put_back
from recon.match.classify.bridge import without_order
from recon.match.classify.supplier_links import supplier_links
from recon.match.flow import match_apart
from recon.match.resolve.resolve import Register, resolve
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from recon.ledger.summary import Intake
    from recon.ledger.take import Taken
    from recon.match.batch import Batch
    from recon.rules.rule import Rules

    Frames = dict[str, pl.DataFrame]
    Decided = Callable[[Mapping[str, pl.DataFrame]], Frames]
    """What fills in, batch by batch, what people decided; whole groups at a time, several at once."""


@dataclass(frozen=True)
class Counted:
    """What stays of a batch when its frames are handed on; picklable."""

    places: dict[str, Places]
    totals: pl.DataFrame
    detached: pl.DataFrame
    tally: pl.DataFrame
    left_out: pl.DataFrame
    rejects: pl.DataFrame


@dataclass(frozen=True)
class Whole:
    """What every batch is matched with (`shared`), and what is told of a ledger beside its batches; picklable.

    `unmatched`: the frames `rejects` and `left_out`, without what only its batch tells to be too wide, or to bill nothing; `own`: of each table the carried columns with their types.
    """

    shared: Shared
    unmatched: Mapping[str, pl.DataFrame]
    intake: Intake
    own: Mapping[str, Mapping[str, pl.DataType]]
    files: tuple[Mapping[str, object], ...]

    @classmethod
    def together(cls, taken: Sequence[Taken], rules: Rules, as_of: date | None) -> Whole:
        """Return what the blocks of a ledger come to: only who a supplier is and what hangs together is decided of all of it."""
        unmatched = {
            name: pl.concat([block.unmatched[name] for block in taken]).sort("table", "source", "row")
            for name in ("rejects", "left_out")
        }
        suppliers, conversions, rates = (
            pl.concat([block.others[name] for block in taken], how="diagonal") for name in OTHERS
        )
        parties = resolve(Register.together([block.register for block in taken]), suppliers, rules.suppliers)
        columns = {table: list(dict.fromkeys(c for b in taken for c in b.columns[table])) for table in TABLES}
        absent = reduce(operator.and_, (block.absent for block in taken))
        return cls(
            shared=Shared(rules, as_of, parties, conversions, rates, unmatched["rejects"], columns, absent),
            unmatched=unmatched,
            intake=reduce(operator.add, (block.intake for block in taken)),
            own={table: _own_columns(table, [block.own[table] for block in taken]) for table in TABLES},
            files=tuple(file for block in taken for file in block.files),
        )

    def matched(self, batch: Batch, decided: Decided | None) -> tuple[Frames, Counted]:
        """Match a batch; return its frames RESULTS, and what they add to the totals of the whole.

        Another is matched beside it, so each keeps to its thread, but for one that is mostly one group and far larger.
        """
        rows = sum(getattr(batch, table).height for table in TABLES)
        return alone_where_few(rows, lambda: self._matched(batch, decided), few=2 * BATCH_ROWS)

    def _matched(self, batch: Batch, decided: Decided | None) -> tuple[Frames, Counted]:
        result = match_apart(batch, self.shared)
        if decided is not None:
            result = replace(result, frames=decided(result.frames))
        counted = tally(result)
        lines = result.frames["invoice_lines"]
        frames = result.frames | {"invoice_lines": lines.drop("currency_read", "of_row")}
        places = places_out(frames | {"invoice_lines": lines.filter("of_row")})
        back = {table: put_back(frames[table], self.own[table]) for table in TABLES}
        return frames | back, Counted(
            places, *map(detached, (result.totals, result.detached, counted, result.left_out, result.rejects))
        )

    def rest(self, done: Sequence[Counted]) -> Frames:
        """Return the frames that are told of the whole, and what comes last in the bridge, when all batches are `done`.

        Raises InvariantError where rows came in that are in no batch.
        """
        unmatched = self.unmatched_with(done)
        went = [batch.places for batch in done] + [places_out(unmatched)]
        conserve(self.intake.places, {table: sum((p[table] for p in went), Places()) for table in TABLES})
        links = supplier_links(self.shared.parties, pl.concat([batch.totals for batch in done]))
        of_none = without_order(pl.concat([batch.detached for batch in done]))
        return {**unmatched, "supplier_links": links, "bridge": of_none}

    def summary(self, done: Sequence[Counted]) -> dict[str, Any]:
        """Return the summary of all batches. Raises InvariantError where amounts are lost."""
        return summarise(self.intake, pl.concat([batch.tally for batch in done]), self.unmatched_with(done))

    def unmatched_with(self, done: Sequence[Counted]) -> Frames:
        """Return the frames `rejects` and `left_out` when these batches are `done`."""
        return {
            name: pl.concat([frame, *(getattr(batch, name) for batch in done)]).sort("table", "source", "row")
            for name, frame in self.unmatched.items()
        }


def _own_columns(table: str, of_blocks: Sequence[Mapping[str, pl.DataType]]) -> Mapping[str, pl.DataType]:
    """Return the carried columns of a table, which all blocks that carry any must share."""
    several = [own for own in of_blocks if own]
    if any(list(own.items()) != list(several[0].items()) for own in several):
        raise SourceError(f"the files of {table} carry different columns", hint="`carry` what all of them have.")
    return several[0] if several else {}
