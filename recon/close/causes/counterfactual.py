"""The last test of a cause: with its patch applied in memory its findings are gone, and there is none that was not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.causes.suspect import FINDING
from recon.close.looked_at import at_places, taken
from recon.engine.joins import among
from recon.ledger.reconcile import Matching
from recon.ledger.shelf import MemoryShelf
from recon.tables import TABLES, Sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.close.causes.mend import Mend
    from recon.close.causes.suspect import Judged
    from recon.close.looked_at import Frame, Given
    from recon.rules.rule import Rules

CLEARS = (4, 5)
"""The share of its findings that a patch must clear."""
PLACE = ["source", "row"]


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


@dataclass(frozen=True)
class Asked:
    """A patch that is to be tried, and the findings (FINDING) that it should clear."""

    mend: Mend
    findings: pl.DataFrame


def tried(asked: Sequence[Asked], sources: Given, rules: Rules, done: Judged) -> list[Trial]:
    """Match the groups in which the findings of each patch stand anew, with the patch, and compare with what was found of them.

    Groups are matched on their own as in the whole, so that patches of different groups are tried in one match. What is
    only told of (severity info) is nothing new.
    """
    if not asked:
        return []
    groups = _groups(asked, pl.concat(_placed(getattr(done, table), _places(asked)) for table in TABLES))
    lines = {table: _of_groups(getattr(done, table), groups["group_id"]) for table in TABLES}
    trials: dict[int, Trial] = {}
    for apart in _rounds(groups):
        mine = groups.filter(pl.col("at").is_in(apart))
        there = {table: frame.join(mine, on="group_id").select("at", *PLACE) for table, frame in lines.items()}
        places = pl.concat(there.values())
        before = _found(done.discrepancies, places)
        after = pl.concat(
            _found(_discrepancies(mended, rules), places) for mended in _mended(asked, apart, sources, there)
        )
        trials |= {at: _trial(asked[at].findings, before.filter(at=at), after.filter(at=at)) for at in apart}
    return [trials[at] for at in range(len(asked))]


def _discrepancies(sources: Sources, rules: Rules) -> pl.DataFrame:
    """Return what a match finds; nobody asks what else it comes to."""
    batches = Matching([sources], rules, None, MemoryShelf()).batches()
    return pl.concat(frames["discrepancies"] for frames in batches)


def _places(asked: Sequence[Asked]) -> pl.DataFrame:
    return pl.concat(one.findings.select(PLACE) for one in asked).unique()


def _placed(frame: Frame, places: pl.DataFrame) -> pl.DataFrame:
    """Return place and group of the lines that stand at `places`."""
    lines = taken(frame, *PLACE, "group_id")
    return lines.join(places, on=PLACE, how="semi").unique()


def _of_groups(frame: Frame, groups: pl.Series) -> pl.DataFrame:
    """Return place and group of the lines of these groups, each once."""
    return taken(frame, *PLACE, "group_id", where=among("group_id", groups.unique())).unique()


def _groups(asked: Sequence[Asked], lines: pl.DataFrame) -> pl.DataFrame:
    """Return `at` (which patch) and `group_id` of the groups in which its findings stand."""
    named = [one.findings.select(PLACE).with_columns(at=pl.lit(at, pl.Int64)) for at, one in enumerate(asked)]
    return pl.concat(named).join(lines, on=PLACE).select("at", "group_id").unique().sort("at", "group_id")


def _rounds(groups: pl.DataFrame) -> list[list[int]]:
    """Return the patches in as few rounds as the first that fits gives: those of one have no group in common."""
    rounds: list[tuple[list[int], set[str]]] = []
    for (at,), mine in groups.partition_by("at", as_dict=True, maintain_order=True).items():
        ours = set(mine["group_id"])
        free = next((one for one in rounds if one[1].isdisjoint(ours)), None)
        if free is None:
            rounds.append(([int(str(at))], ours))
        else:
            free[0].append(int(str(at)))
            free[1].update(ours)
    return [ats for ats, _ in rounds]


def _mended(
    asked: Sequence[Asked], ats: Sequence[int], sources: Given, there: Mapping[str, pl.DataFrame]
) -> Iterator[Sources]:
    """Yield the rows that these patches concern, each mended by its own; together where the patches change rows alone."""
    together: dict[frozenset[str], list[Sources]] = {}
    parts = {table: at_places(getattr(sources, table), places) for table, places in there.items()}
    masters = {name: getattr(sources, name) for name in ("suppliers", "conversions", "rates", "absent")}
    for at in ats:
        frames: dict[str, Any] = {table: part.filter(at=at).drop("at") for table, part in parts.items()}
        mended = asked[at].mend.applied(Sources(**masters, **frames))
        if mended.conversions is sources.conversions:
            together.setdefault(frozenset(mended.absent), []).append(mended)
        else:
            yield mended
    for several in together.values():
        whole: dict[str, Any] = {table: pl.concat([getattr(one, table) for one in several]) for table in TABLES}
        yield replace(several[0], **whole)


def _found(discrepancies: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Return `at`, FINDING and severity of what is found at the places of each patch."""
    found = discrepancies.select(*FINDING, "severity").unique(FINDING, keep="first", maintain_order=True)
    return found.join(places, on=PLACE)


def _trial(findings: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> Trial:
    gone = before.join(after, on=FINDING, how="anti").select(FINDING)
    clears = findings.join(gone, on=FINDING, how="semi").height
    new = after.filter(pl.col("severity") != "info").join(before, on=FINDING, how="anti")
    return Trial(gone, clears, findings.height - clears, new.height)
