"""The last test of a cause: with its patch applied in memory its findings are gone, and there is none that was not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.suspect import FINDING
from recon.ledger.reconcile import reconcile
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.close.causes.mend import Mend
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

CLEARS = (4, 5)
"""The share of its findings that a patch must clear."""


@dataclass(frozen=True)
class Trial:
    """What a patch did: `gone`, the findings (FINDING) that it cleared, `left` of its own, and how many are new."""

    gone: pl.DataFrame
    clears: int
    leaves: int
    creates: int

    @property
    def confirmed(self) -> bool:
        """Whether it is a cause."""
        share, whole = CLEARS
        return not self.creates and self.clears > 0 and self.clears * whole >= (self.clears + self.leaves) * share


def tried(mend: Mend, findings: pl.DataFrame, sources: Sources, rules: Rules, done: Reconciliation) -> Trial:
    """Match the groups in which the findings stand anew, with the patch, and compare with what was found of them.

    Groups are matched on their own as in the whole. What is only told of (severity info) is nothing new.
    """
    places = _places(_groups(findings, done), done)
    before = _found(done.discrepancies.join(pl.concat(places.values()), on=["source", "row"], how="semi"))
    after = _found(reconcile(mend.applied(_part(sources, places)), rules).discrepancies)
    gone = before.join(after, on=FINDING, how="anti").select(FINDING)
    clears = findings.join(gone, on=FINDING, how="semi").height
    new = after.filter(pl.col("severity") != "info").join(before, on=FINDING, how="anti")
    return Trial(gone, clears, findings.height - clears, new.height)


def _found(discrepancies: pl.DataFrame) -> pl.DataFrame:
    return discrepancies.select(*FINDING, "severity").unique(FINDING, keep="first", maintain_order=True)


def _groups(findings: pl.DataFrame, done: Reconciliation) -> pl.Series:
    every: pl.DataFrame = pl.concat(getattr(done, table).select("source", "row", "group_id") for table in TABLES)
    return every.join(findings, on=["source", "row"], how="semi").get_column("group_id").unique()


def _places(groups: pl.Series, done: Reconciliation) -> dict[str, pl.DataFrame]:
    """Return the places of the rows of each table that belong to the groups."""
    mine = pl.col("group_id").is_in(groups.implode())
    return {table: getattr(done, table).filter(mine).select("source", "row").unique() for table in TABLES}


def _part(sources: Sources, places: Mapping[str, pl.DataFrame]) -> Sources:
    frames: dict[str, Any] = {
        table: getattr(sources, table).join(there, on=["source", "row"], how="semi") for table, there in places.items()
    }
    return replace(sources, **frames)
