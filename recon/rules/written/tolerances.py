"""The `tolerances` section: how far each measure may be off, on either side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.codes import MEASURES
from recon.rules.rule import UNCHECKED, Limit, Sides, Tolerance
from recon.rules.written.kinds import HUNDRED, Choice, Kind, Number, Whole, refused
from recon.rules.written.named import LINE_WHEN, NAME, refuse_same_name
from recon.rules.written.sections import Field, Many, OrNull, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section

COMBINE = Field(
    Choice("a way to combine", ("stricter", "looser")), "Both given: the stricter counts (default), or the looser."
)
PERCENT = Number("a percentage", most=HUNDRED, hint="null turns a check off.")


@dataclass(frozen=True)
class Side:
    """One side as written: `combine` may still come from the measure."""

    percent: Decimal | None = None
    absolute: Decimal | int | None = None
    combine: str | None = None

    def limit(self, combine: str | None) -> Limit:
        absolute = None if self.absolute is None else Decimal(self.absolute)
        return Limit(self.percent, absolute, self.combine or combine or "stricter")  # type: ignore[arg-type]


def _side(found: Section, values: dict[str, Any]) -> Side:
    if not values.keys() & {"percent", "absolute"}:
        raise refused(
            found.place, "the side has no limit", "Give percent or absolute; write null to turn the check off."
        )
    return Side(**values)


def _sides(found: Section, values: dict[str, Any]) -> Sides:
    if not values.keys() & {"over", "under"}:
        raise refused(found.place, "the measure has no side", "Give over or under: {over: {percent: 2}}")
    combine = values.pop("combine", None)
    return Sides(**{side: None if written is None else written.limit(combine) for side, written in values.items()})


def _measure(name: str) -> Kind[Sides]:
    percent = {"percent": Field(OrNull(PERCENT, None), "Percent of the expected value.")}
    absolute: OrNull[Any] = OrNull(Whole("a number of days") if name == "date" else Number("an amount"), None)
    limits = {
        "absolute": Field(absolute, "Days." if name == "date" else "In the order's currency or unit."),
        "combine": COMBINE,
    }
    fields = limits if name == "date" else {**percent, **limits}
    elsewhere = {"percent": "Dates are tolerated in whole days: absolute: 3"}
    side = Record("a side", fields, _side, elsewhere, "Say what the number is: {percent: <n>} or {absolute: <n>}.")
    sides = {side_name: Field(OrNull(side, Side()), doc) for side_name, doc in SIDE_DOCS.items()}
    misplaced = dict.fromkeys(("percent", "absolute"), f"A limit belongs to a side: {name}: {{over: {{percent: 2}}}}.")
    hint = (
        f"Write {name}: {{over: {{absolute: <n>}}}}"
        + ("" if name == "date" else f" or {name}: {{over: {{percent: <n>}}}}")
        + "; null for no check."
    )
    return OrNull(
        Record(f"the measure {name}", {**sides, "combine": COMBINE}, _sides, misplaced, hint),
        Sides(UNCHECKED, UNCHECKED),
    )


SIDE_DOCS = {
    "over": "To the buyer's disadvantage; null: not checked.",
    "under": "In the buyer's favour; null: not checked.",
}


def _tolerance(found: Section, values: dict[str, Any]) -> Tolerance:
    measures = {name: sides for name, sides in values.items() if name in MEASURES}
    if not measures:
        raise refused(
            found.place, f"the tolerance '{values['name']}' names no measure", f"Known: {', '.join(MEASURES)}."
        )
    return Tolerance(values["name"], measures, values.get("when"))


TOLERANCE = Record(
    "a tolerance",
    {
        "name": NAME,
        "when": LINE_WHEN,
        **{name: Field(_measure(name), f"How far {name} may be off.") for name in MEASURES},
    },
    _tolerance,
    dict.fromkeys(
        ("percent", "absolute", "over", "under"), "A limit belongs to a measure: price: {over: {percent: 2}}"
    ),
)

TOLERANCES = Many(TOLERANCE, check=refuse_same_name, may_be_empty=True)
