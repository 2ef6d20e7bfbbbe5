"""The rules file, described once: its sections and what each holds. Reading and the editors' schema derive from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.codes import CODES, SEVERITIES
from recon.rules.written.close import CLOSE
from recon.rules.written.fed import with_fed
from recon.rules.written.feeds import FEEDS, STORE
from recon.rules.written.kinds import HUNDRED, Choice, Flag, Number, Parsed, Text, Whole
from recon.rules.written.links import LINKS
from recon.rules.written.policies import POLICIES
from recon.rules.written.sections import Field, Many, OrNull, Pairs, Record
from recon.rules.written.serve import SERVE
from recon.rules.written.sources import SOURCES
from recon.rules.written.suppliers import SUPPLIERS
from recon.rules.written.targets import TARGETS
from recon.rules.written.tolerances import TOLERANCES
from recon.rules.written.values import currency

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES: Record[dict[str, Any]] = Record(
    "the rules file",
    {
        "version": Field(
            Choice("a version this recon reads", ("1",)),
            "The version of this format.",
            "Begin the file with: version: 1",
        ),
        "base_currency": Field(
            Parsed("a currency", currency),
            "The currency of orders that name none; totals are given in it too, where rates are known.",
        ),
        "sources": Field(SOURCES, "Where the rows are and how to read them; not needed of what feeds bring."),
        "suppliers": Field(SUPPLIERS, "How an invoice's supplier is found."),
        "links": Field(LINKS, "How an invoice line finds its order line; the first rule that finds one wins."),
        "policies": Field(POLICIES, "Which match an order line needs; the first that holds."),
        "tolerances": Field(
            TOLERANCES,
            "Per measure and side the first whose `when` holds and that gives it decides.",
        ),
        "duplicates": Field(
            Record(
                "duplicates",
                {"days": Field(Whole("a number of days"), "How far apart.", "Add days: 90")},
                lambda _, values: values,
            ),
            "When two invoices with different numbers are suspicious.",
        ),
        "close": Field(CLOSE, "How month-end is done: accounts, ageing, the journal."),
        "tax_ceiling": Field(
            OrNull(Number("a percentage", most=HUNDRED, hint="null turns the check off."), None),
            "No tax is above this percentage of an invoice's lines, whatever is tolerated (default 27).",
        ),
        "severities": Field(
            Pairs(
                Choice("a code", tuple(CODES), "`recon rules list` shows all codes."),
                Choice("a severity", SEVERITIES),
            ),
            "What a code leads to: info pays, review asks, hold stops.",
        ),
        "decisions": Field(
            Text("a file name"), "The file of what people decided, beside the rules; decisions.csv where none is named."
        ),
        "secure": Field(
            Flag(), "Whether a new report's folder is for its owner alone; else the umask says who reads it."
        ),
        "store": Field(STORE, "Where documents are kept that come one by one, and where its key comes from."),
        "feeds": Field(FEEDS, "Where documents come from while the books are open."),
        "deliver": Field(TARGETS, "Whom `recon serve` tells which verdicts turn."),
        "serve": Field(SERVE, "Who may ask `recon serve`, and the certificate by which it is known."),
        "reasons": Field(Many(Text("a reason")), "The reasons that a workbook offers for a decision."),
    },
    with_fed,
    {"open": "The draft is unfinished: answer what is marked OPEN, then take this line away."},
)


def rules_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of the rules file, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "recon rules", **RULES.schema()}
    schema["properties"]["version"] = {**schema["properties"]["version"], "enum": [1]}
    return schema
