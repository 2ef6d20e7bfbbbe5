"""Who: the parties that lines name now, and what is decided again of those that may be another than they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.resolve.again import touched
from recon.match.resolve.resolve import NOBODY, cited_suppliers
from recon.match.resolve.supplier_verdicts import verdicts
from recon.store.world.world import may_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules
    from recon.store.state import State
    from recon.store.world.mentions import Mention

Sides = dict[str, pl.DataFrame]
GROUPS = ["supplier_group", "group_id"]
NUMBERS = {"id": pl.Int64, "po_key": TEXT, "company_key": TEXT}


@dataclass(frozen=True)
class Who:
    """The parties that are named now, by table: `party` (a number), `id`, `party_mark`, GIVEN, KEYS; and what is known of suppliers."""

    state: State
    rules: SupplierRules
    sides: Mapping[str, pl.DataFrame]
    before: Known
    is_: Known

    def decided(self, then: Mapping[str, pl.DataFrame], rows: Iterable[Mention], doubted: frozenset[int]) -> Sides:
        """Return what is decided of all, with their `id`: as `then`, of the parties before, where nobody may be another.

        `rows`: what names the numbers that changed; who cites them and is among those `doubted` is decided again.
        """
        orders = self._again("order_lines", then["order_lines"], set(), {})
        decided = {"order_lines": self._with("order_lines", then["order_lines"], orders)}
        looks = self.state.chosen("select distinct look from mention where look is not null and party in", orders["id"].to_list())  # fmt: skip
        citing = self.state.chosen("select distinct party from mention where tbl = 'invoice_lines' and look in", [look for (look,) in looks])  # fmt: skip
        those = {row[1] for row in rows if row[1] is not None} | {party for (party,) in citing}
        invoices = self._again("invoice_lines", then["invoice_lines"], those & doubted, decided)
        return decided | {"invoice_lines": self._with("invoice_lines", then["invoice_lines"], invoices)}

    def _again(self, table: str, then: pl.DataFrame, ids: set[int], decided: Sides) -> pl.DataFrame:
        """Return what is decided of the parties that are new, may be another by what is known now, or have these ids."""
        marks = pl.concat([touched(then, self.before, self.is_), self.sides[table].join(then, on="party_mark", how="anti")["party_mark"]])  # fmt: skip
        some = self.sides[table].filter(pl.col("party_mark").is_in(marks.implode()) | pl.col("id").is_in(sorted(ids)))
        first = self._verdicts(some, NOBODY)
        open_ = some.join(first.filter(may_turn()), on="party", how="semi")
        if table == "order_lines" or open_.is_empty():
            return first
        second = self._verdicts(open_, self._cited(open_, decided["order_lines"]))
        return pl.concat([first.join(second, on="party", how="anti"), second])

    def _verdicts(self, some: pl.DataFrame, cited: pl.DataFrame) -> pl.DataFrame:
        told = verdicts(some.drop("id"), self.is_, self.rules, cited)
        return told.join(some[["party", "id"]], on="party")

    def _cited(self, invoices: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
        """Return `party`, `supplier_id` of the orders that these parties of invoices cite."""
        query = "select distinct party, po_key, company_key, look from mention where tbl = 'invoice_lines' and look is not null and party in"  # fmt: skip
        citing = self.state.chosen(query, invoices["id"].to_list())
        query = "select distinct party, po_key, company_key from mention where tbl = 'order_lines' and look in"
        ordered = self.state.chosen(query, sorted({row[3] for row in citing}))
        return cited_suppliers(_numbers([row[:3] for row in citing], invoices), _numbers(ordered, orders), orders)

    def _with(self, table: str, then: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
        """Return what was decided of those that are named still, with what is decided again in its place."""
        kept = then.drop(GROUPS).join(self.sides[table][["party_mark", "id"]], on="party_mark")
        kept = kept.join(again, on="id", how="anti")
        return pl.concat([kept, again.select(kept.columns)])


def _numbers(rows: list[tuple[int, str, str]], of: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(rows, NUMBERS, orient="row").join(of[["id", "party"]], on="id").drop("id")
