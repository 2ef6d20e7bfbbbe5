"""What other limits would have decided: the same sources, matched with rules that differ in one or two numbers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import DECISIONS
from recon.engine.sums import group_sums
from recon.errors import RulesError, did_you_mean
from recon.kinds import EXACT, NO_CURRENCY
from recon.ledger.reconcile import reconcile
from recon.review.decision import in_force
from recon.rules.rule import Limit, Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.review.decision import Decision
    from recon.rules.rule import Rules
    from recon.tables import Sources

MOST_RUNS = 200
_PLACE = ["source", "row", "line_type"]
_AS = "As tolerances.NAME.price.over.percent=0:5:0.5, suppliers.accept=85:95:1 or duplicates.days=30,60,90."


@dataclass(frozen=True)
class Setting:
    """One number of the rules by its path, and the values that it is to take."""

    path: tuple[str, ...]
    values: tuple[Decimal, ...]


@dataclass(frozen=True)
class Outlook:
    """What each variant came to: `rows` one a variant and currency; `lines` those decided otherwise, with the variant."""

    rows: pl.DataFrame
    lines: pl.DataFrame


def setting(text: str) -> Setting:
    """Return what `PATH=FROM:TO:STEP` or `PATH=A,B,C` asks for. Raises RulesError."""
    path, _, values = text.rpartition("=")
    if not path:
        raise RulesError(f"'{text}' sets nothing", "--set", _AS)
    try:
        if ":" in values:
            first, last, step = (Decimal(part) for part in values.split(":"))
            count = int((last - first) / step) + 1
            numbers = tuple(first + step * n for n in range(count))
        else:
            numbers = tuple(Decimal(part) for part in values.split(","))
    except (InvalidOperation, ValueError, ArithmeticError):
        raise RulesError(f"'{values}' is no range and no list of numbers", "--set", _AS) from None
    if not 0 < len(numbers) <= MOST_RUNS:
        raise RulesError(f"'{values}' are {len(numbers)} values; 1 to {MOST_RUNS} are tried", "--set", _AS)
    return Setting(tuple(path.split(".")), numbers)


def variants(rules: Rules, settings: Sequence[Setting]) -> Iterator[tuple[str, Rules]]:
    """Yield a name and the rules of every combination of values. Raises RulesError for a path that leads nowhere."""
    combinations = list(itertools.product(*(each.values for each in settings)))
    if len(combinations) > MOST_RUNS:
        raise RulesError(
            f"these are {len(combinations)} runs, {MOST_RUNS} are done at most", "--set", "Take greater steps."
        )
    for values in combinations:
        changed = rules
        for each, value in zip(settings, values, strict=True):
            changed = changed_at(changed, each.path, value)
        yield (
            ", ".join(f"{'.'.join(each.path)}={value:f}" for each, value in zip(settings, values, strict=True)),
            changed,
        )


def changed_at(rules: Rules, path: Sequence[str], value: Decimal) -> Rules:
    """Return the rules with another number at a path. Raises RulesError."""
    if len(path) == 5 and path[0] == "tolerances":
        return replace(rules, tolerances=_tolerances(rules.tolerances, path[1:], value))
    if len(path) == 2 and path[0] == "suppliers" and path[1] in ("accept", "review", "margin"):
        changes: dict[str, Any] = {path[1]: value}
        return replace(rules, suppliers=replace(rules.suppliers, **changes))
    if tuple(path) == ("duplicates", "days"):
        return replace(rules, duplicates_days=int(value))
    raise RulesError(f"'{'.'.join(path)}' is no number of the rules that can be tried", "--set", _AS)


def outlook(
    sources: Sources,
    rules: Rules,
    tried: Iterable[tuple[str, Rules]],
    decisions: Iterable[Decision],
    as_of: date | None = None,
) -> Outlook:
    """Match with `rules` and with each of the rules that are `tried`, and return what is decided otherwise.

    `decisions` tell what people did in the end with findings on the lines that would be paid.
    """
    base = reconcile(sources, rules, as_of)
    done = {row["id"]: row["decision"] for row in in_force(decisions).values() if row["about"] == "finding"}
    rows, lines = [], []
    for name, changed in tried:
        moved = _moved(base, reconcile(sources, changed, as_of), done).with_columns(variant=pl.lit(name))
        rows.append(_summed(name, moved))
        lines.append(moved)
    return Outlook(pl.concat(rows), pl.concat(lines))


def _tolerances(given: Sequence[Tolerance], path: Sequence[str], value: Decimal) -> tuple[Tolerance, ...]:
    name, measure, side, kind = path
    names = [rule.name for rule in given]
    if name not in names:
        raise RulesError(
            f"no tolerance is called '{name}'{did_you_mean(name, names)}",
            "--set",
            f"Known: {', '.join(names) or 'none'}.",
        )
    if side not in ("over", "under") or kind not in ("percent", "absolute"):
        raise RulesError(f"'{side}.{kind}' is no limit", "--set", _AS)
    return tuple(_with_limit(rule, measure, side, kind, value) if rule.name == name else rule for rule in given)


def _with_limit(rule: Tolerance, measure: str, side: str, kind: str, value: Decimal) -> Tolerance:
    if measure not in rule.measures:
        known = list(rule.measures)
        raise RulesError(
            f"tolerance '{rule.name}' has no {measure}{did_you_mean(measure, known)}",
            "--set",
            f"It has {', '.join(known)}.",
        )
    sides = rule.measures[measure]
    limit = getattr(sides, side) or Limit()
    changes: dict[str, Any] = {kind: value}
    changed: dict[str, Limit] = {side: replace(limit, **changes)}
    return replace(rule, measures={**rule.measures, measure: replace(sides, **changed)})


def _moved(base: Reconciliation, other: Reconciliation, done: Mapping[str, str]) -> pl.DataFrame:
    """Return the lines decided otherwise: `was`, `later`, what they bill and had at risk, and what people decided."""
    later = other.invoice_lines.select(*_PLACE, later="decision").unique(_PLACE, keep="first", maintain_order=True)
    both = base.invoice_lines.join(later, on=_PLACE, how="left", nulls_equal=True)
    moved = both.filter(pl.col("decision").ne_missing(pl.col("later")) & pl.col("later").is_not_null())
    people = base.discrepancies.with_columns(
        people=pl.col("subject_id").replace_strict(dict(done), default=None, return_dtype=pl.String)
    )
    said = people.drop_nulls("people").group_by("source", "row").agg(pl.col("people").unique().sort().str.join(", "))
    return moved.join(said, on=["source", "row"], how="left").select(
        "supplier_name", "invoice_number", "invoice_line", "source", "row", was="decision", later="later",
        amount=pl.col("amount").fill_null(0).cast(EXACT), at_risk=pl.col("amount_at_risk").fill_null(0).cast(EXACT),
        currency=pl.col("currency").fill_null(NO_CURRENCY), people="people",
    )  # fmt: skip


def _summed(name: str, moved: pl.DataFrame) -> pl.DataFrame:
    """Return, by currency, how many lines are freed and stopped, what they bill and had at risk, and what people did."""
    freed, stopped = pl.col("later") == DECISIONS[0], pl.col("was") == DECISIONS[0]
    counts = moved.group_by("currency").agg(
        freed.sum().cast(pl.Int64).alias("freed"),
        (freed & (pl.col("people") == DECISIONS[0])).sum().cast(pl.Int64).alias("people_paid"),
        (freed & pl.col("people").is_not_null() & (pl.col("people") != DECISIONS[0]))
        .sum()
        .cast(pl.Int64)
        .alias("people_did_not"),
        stopped.sum().cast(pl.Int64).alias("stopped"),
    )
    sums = group_sums(moved.filter(freed), ["currency"], "amount", "at_risk")
    held = group_sums(moved.filter(stopped), ["currency"], "amount").rename({"amount": "amount_stopped"})
    joined = counts.join(sums, on="currency", how="left").join(held, on="currency", how="left")
    if joined.is_empty():
        joined = pl.DataFrame([dict.fromkeys(joined.columns)], schema=joined.schema)
    zero = [pl.col(c).fill_null(0) for c in joined.columns if c != "currency"]
    columns = ("freed", "amount", "at_risk", "people_paid", "people_did_not", "stopped", "amount_stopped")
    shown = joined.with_columns(*zero, variant=pl.lit(name)).sort("currency")
    exact = [pl.col(c).cast(EXACT) if c in ("amount", "at_risk", "amount_stopped") else pl.col(c) for c in columns]
    return shown.select("variant", "currency", *exact)
