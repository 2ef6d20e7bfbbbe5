"""Causes: the reasons behind many findings, each finding with one at most, and what is left without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.causes.constants import ratio_suspects
from recon.close.causes.counterfactual import Asked, tried
from recon.close.causes.currencies import currency_suspects
from recon.close.causes.facts import priced_lines
from recon.close.causes.papers import paper_suspects
from recon.close.causes.places import place_suspects
from recon.close.causes.price_lists import list_suspects
from recon.close.causes.suspect import FINDING, Judged
from recon.close.looked_at import taken, there
from recon.close_tables import CAUSED, CAUSES
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.close.causes.counterfactual import Trial
    from recon.close.causes.suspect import Suspect
    from recon.close.looked_at import Frame, Given, Matched
    from recon.rules.rule import Rules

MOST_TRIALS = 50
"""So many patches are tried, those of the most money first."""
CAUSE, PATTERN, NONE = CAUSES.kinds["state"].words


@dataclass(frozen=True)
class Found:
    """`causes`: CAUSES; `cause_ids`: the cause of each discrepancy of `found`, in order."""

    causes: pl.DataFrame
    cause_ids: pl.Series
    found: Frame

    @property
    def discrepancies(self) -> pl.DataFrame:
        """CAUSED: all discrepancies with the cause of each; computed whenever it is asked for."""
        return CAUSED.cast(taken(self.found, *there(self.found)).with_columns(self.cause_ids)).select(*CAUSED.columns)

    @property
    def places(self) -> pl.DataFrame:
        """`source`, `row` and `cause_id` of what has a cause."""
        return taken(self.found, "source", "row").with_columns(self.cause_ids).drop_nulls("cause_id")


@dataclass(frozen=True)
class _Tried:
    suspect: Suspect
    trial: Trial | None
    money: object
    findings: pl.DataFrame

    @property
    def state(self) -> str:
        return CAUSE if self.trial is not None and self.trial.confirmed else PATTERN


def causes(matched: Matched, sources: Given, rules: Rules) -> Found:
    """Return the causes and patterns of a run's discrepancies; `sources` are those that were matched under `rules`.

    A cause is a reason whose patch, applied in memory, clears four in five of its findings and makes none; any other is told
    as a pattern. Causes come first, then what is worth most; places are looked for in what the others leave.
    """
    done = Judged.of(matched)
    lines = priced_lines(done, sources)
    suspects = [
        *ratio_suspects(lines, done),
        *list_suspects(lines, done),
        *currency_suspects(lines, done, sources.rates, rules),
        *paper_suspects(done, sources, rules),
    ]
    del lines  # of a large ledger they are much, and nobody looks at them any more
    judged = _judged(suspects, done, sources, rules)
    first = list(_claimed(judged))
    known = _claims(first)
    there = list(place_suspects(done, known))
    worth = _worth([one.findings for one in there], done)
    places = [_Tried(one, None, money, one.findings) for one, money in zip(there, worth, strict=True)]
    kept = [*first, *_claimed(places, known)]
    told = _caused(kept, done)
    return Found(_table(kept, told), told["cause_id"], matched.discrepancies)


def _judged(suspects: Iterable[Suspect], done: Judged, sources: Given, rules: Rules) -> list[_Tried]:
    some = [one for one in suspects if not one.findings.is_empty()]
    worth = zip(some, _worth([one.findings for one in some], done), strict=True)
    ranked = sorted(worth, key=lambda pair: (-pair[1], pair[0].statement))
    first = [one for one, _ in ranked[:MOST_TRIALS] if one.mend]
    asked = [Asked(one.mend, one.findings) for one in first if one.mend]
    trials = dict(zip(map(id, first), tried(asked, sources, rules, done), strict=True))
    judged = []
    for one, money in ranked:
        trial = trials.get(id(one))
        good = trial is not None and trial.confirmed
        findings = pl.concat([one.findings, trial.gone]).unique() if trial is not None and good else one.findings
        judged.append(_Tried(one, trial, money, findings))
    return judged


def _worth(several: Sequence[pl.DataFrame], done: Judged) -> list[float]:
    """Return what is at risk in each of several findings, as a rank: of several currencies it is no amount."""
    if not several:
        return []
    numbered = pl.concat(each.unique().with_columns(at=pl.lit(at)) for at, each in enumerate(several))
    mine = done.discrepancies.select(*FINDING, "amount_at_risk").join(numbered, on=FINDING)
    sums = mine.group_by("at").agg(pl.col("amount_at_risk").abs().sum())
    found = dict(sums.iter_rows())
    return [float(found.get(at) or 0) for at in range(len(several))]


def _claimed(judged: Iterable[_Tried], known: pl.DataFrame | None = None) -> Iterator[_Tried]:
    """Yield those that keep findings, causes first, then by money; one whose findings all have a reason is its alternative."""
    ranked = sorted(judged, key=lambda j: (j.state != CAUSE, j.suspect.rank > 0, -float(str(j.money)), j.suspect.rank, j.suspect.statement))  # fmt: skip
    kept: list[_Tried] = []
    before = [known] if known is not None else []
    for one in ranked:
        have = pl.concat([*before, *(each.findings for each in kept)]) if before or kept else one.findings.clear()
        mine = one.findings.join(have, on=FINDING, how="anti")
        if mine.is_empty():
            _add_alternative(kept, one)
        else:
            kept.append(replace(one, findings=mine))
    yield from kept


def _add_alternative(kept: list[_Tried], one: _Tried) -> None:
    for at, other in enumerate(kept):
        if not other.findings.join(one.findings, on=FINDING, how="semi").is_empty():
            said = (*other.suspect.alternatives, one.suspect.scope)
            kept[at] = replace(other, suspect=replace(other.suspect, alternatives=said))
            return


def _claims(judged: Iterable[_Tried]) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"source": pl.String, "row": pl.Int64, "code": pl.String})
    return pl.concat([empty, *(one.findings for one in judged)])


def cause_id(suspect: Suspect) -> str:
    """Return a name that is the same from run to run while kind, scope and constant are."""
    said = "\x1f".join(map(str, (suspect.kind, suspect.company, suspect.scope, suspect.constant)))
    return f"C-{blake2b(said.encode(), digest_size=5).hexdigest()}"


def _caused(kept: Iterable[_Tried], done: Judged) -> pl.DataFrame:
    """Return the discrepancies with `cause_id`, in order."""
    named = [one.findings.with_columns(cause_id=pl.lit(cause_id(one.suspect))) for one in kept]
    empty = _claims([]).with_columns(cause_id=pl.lit(None, pl.String))
    known = pl.concat([empty, *named]).unique(FINDING, keep="first", maintain_order=True)
    return done.discrepancies.join(known, on=FINDING, how="left", maintain_order="left")


def _table(kept: list[_Tried], caused: pl.DataFrame) -> pl.DataFrame:
    """Return CAUSES: a row a cause and currency of its findings, and at the end what has none."""
    told = caused.with_columns(at_risk=pl.col("amount_at_risk").fill_null(0).cast(EXACT))
    sums = summed(
        told.drop("amount_at_risk").rename({"at_risk": "amount_at_risk"}), ["cause_id", "currency"], "amount_at_risk"
    )
    rows = [_row(one) for one in kept]
    about = pl.DataFrame(rows, schema={c: CAUSES.columns[c] for c in (rows[0] if rows else {"cause_id": 0})})
    joined = sums.rename({"lines": "discrepancies"}).join(about, on="cause_id", how="left", nulls_equal=False)
    rest = pl.col("cause_id").is_null()
    named = CAUSES.cast(joined).with_columns(
        state=pl.when(rest).then(pl.lit(NONE)).otherwise("state"),
        statement=pl.when(rest).then(pl.lit("No cause found")).otherwise("statement"),
    )
    turn = pl.col("state").replace_strict({CAUSE: 0, PATTERN: 1, NONE: 2}, return_dtype=pl.Int64)
    order = [turn, pl.col("amount_at_risk").abs(), pl.col("cause_id"), pl.col("currency")]
    return named.select(*CAUSES.columns).sort(order, descending=[False, True, False, False], nulls_last=True)


def _row(one: _Tried) -> dict[str, object]:
    what, trial = one.suspect, one.trial
    return {
        "cause_id": cause_id(what),
        "state": one.state,
        "kind": what.kind,
        "statement": what.statement,
        "company": what.company,
        "supplier_id": what.supplier_id,
        "scope": what.scope,
        "constant": what.constant,
        "since": what.since,
        "until": what.until,
        "facts": what.facts or None,
        "lines": what.lines,
        "invoices": what.invoices or None,
        "share": what.share,
        "p_value": what.p_value,
        "confirmed_by": what.confirmed_by,
        "alternatives": "; ".join(dict.fromkeys(what.alternatives)) or None,
        "clears": trial.clears if trial else None,
        "leaves": trial.leaves if trial else None,
        "creates": trial.creates if trial else None,
        "patch": what.mend.yaml if what.mend and one.state == CAUSE else None,
    }
