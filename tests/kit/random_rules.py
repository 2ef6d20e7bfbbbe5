"""Random rules files: tolerances with null sides and conditions, policies, severities, link rules."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from random import Random

from recon.codes import CODES, FED, SEVERITIES
from recon.rules.condition import Condition
from recon.rules.rule import (
    DEFAULT_LINKS,
    UNCHECKED,
    Limit,
    LinkRule,
    Policy,
    Rules,
    Sides,
    Source,
    SupplierRules,
    Tolerance,
)
from recon.rules.when.parse import parse_condition
from recon.tables import INVOICE_LINES, ORDER_LINES

PERCENTS = [Decimal(p) for p in ("0", "0", "0.5", "2", "5", "10", "33.3333", "100")]
ABSOLUTES = [Decimal(a) for a in ("0", "0.01", "0.05", "0.5", "1", "3", "10", "100")]
DAYS = [Decimal(d) for d in ("0", "1", "3", "30")]
LINE_COLUMNS = {**INVOICE_LINES.columns, **{f"order_{c}": t for c, t in ORDER_LINES.columns.items()}}
LINE_WHENS = [
    "amount < 50",
    "amount >= 10 and quantity <= 5",
    "order_category = 'services'",
    "currency in ('USD', 'JPY')",
    "not (order_unit_price > 2)",
    "document_type = 'credit_note'",
    "description like 'Hex%'",
    "order_quantity * order_unit_price between 1 and 40",
    "item is null",
    "order_po_number is not null or tax_amount > 0",
]
ORDER_WHENS = [
    "category = 'services'",
    "quantity > 5",
    "amount is not null",
    "unit_price * quantity < 30",
    "item in ('M-1', 'M-2')",
]
SIGNED = ("price", "extension", "total", "tax")


def line_condition(text: str) -> Condition:
    return parse_condition(text, LINE_COLUMNS)


def order_condition(text: str) -> Condition:
    return parse_condition(text, dict(ORDER_LINES.columns))


def random_rules(random: Random, *, rates: bool) -> Rules:
    """Return rules as a user might write them; about a third of all rules files are the defaults."""
    names = ["orders", "receipts", "invoices", *(["rates"] if rates else [])]
    rules = Rules(sources={name: random_source(random, name) for name in names})
    if random.random() < 0.2:
        return rules
    return dataclasses.replace(
        rules,
        base_currency=random.choice(["EUR", "EUR", "USD"]),
        suppliers=SupplierRules(aliases={"Ruritania Holding": "S2"} if random.random() < 0.3 else {}),
        links=roundabout(random, random_links(random)),
        policies=random_policies(random),
        tolerances=tuple(random_tolerance(random, n) for n in range(random.randint(0, 3))),
        duplicates_days=random.choice([0, 3, 90]),
        severities={code: random.choice(SEVERITIES) for code in random.sample(sorted(set(CODES) - set(FED)), 2)}
        if random.random() < 0.3
        else {},
    )


def random_source(random: Random, name: str) -> Source:
    """A source of version 2 may have tax in its prices, or receipts that count however often they stand there."""
    known = {field.name for field in dataclasses.fields(Source)}
    changes: dict[str, str] = {}
    if getattr(random, "version", 1) > 1 and {"prices", "repeats"} <= known:
        if name in ("orders", "invoices") and random.random() < 0.06:
            changes["prices"] = "gross"
        if name == "receipts" and random.random() < 0.1:
            changes["repeats"] = "count"
    return Source(name, **changes)  # type: ignore[arg-type]


LINKABLE = ("po_number", "company", "supplier_name", "item", "description", "uom", "currency")


def random_links(random: Random) -> tuple[LinkRule, ...]:
    if random.random() < 0.7:
        return DEFAULT_LINKS
    rules = list(DEFAULT_LINKS)
    days = random.choice([None, None, 5, 20])
    rules[1:2] = [LinkRule("order item", ("po_number", "item"), days=days, when=line_condition("quantity is not null"))]
    alike = random.choice([{}, {}, {"description": Decimal(60)}])
    rules.append(LinkRule("same item", ("supplier_id", "item"), alike, days=random.choice([None, 5])))
    others = [tuple(random.sample(LINKABLE, random.randint(1, 2))) for _ in range(random.randint(0, 2))]
    rules += [LinkRule(f"others {number}", on) for number, on in enumerate(others)]
    return tuple(random.sample(rules, random.randint(1, len(rules))) if random.random() < 0.5 else rules)


def roundabout(random: Random, rules: tuple[LinkRule, ...]) -> tuple[LinkRule, ...]:
    """Put links by delivery note or cited invoice among the rules of a ledger of version 2."""
    if getattr(random, "version", 1) < 2 or random.random() < 0.5:
        return rules
    kind = random.choice(["delivery_note", "credited_invoice"])
    place = random.randint(0, len(rules))
    return (*rules[:place], LinkRule(f"by {kind}", (kind,)), *rules[place:])


def random_policies(random: Random) -> tuple[Policy, ...]:
    names = ["two_way", "three_way", "four_way", "none"]
    found = [
        Policy(f"policy {n}", random.choice(names), order_condition(random.choice(ORDER_WHENS)))  # type: ignore[arg-type]
        for n in range(random.randint(0, 2))
    ]
    if random.random() < 0.5:
        found.append(Policy("the rest", random.choice(names[:3])))  # type: ignore[arg-type]
    return tuple(found)


def random_limit(random: Random, absolutes: list[Decimal], percents: list[Decimal]) -> Limit:
    shape = random.random()
    if shape < 0.15:
        return UNCHECKED
    combine = random.choice(["stricter", "looser"])
    absolute = random.choice(absolutes) if shape < 0.7 else None
    percent = random.choice(percents) if percents and (absolute is None or random.random() < 0.5) else None
    return Limit(percent, random.choice(absolutes) if percent is None and absolute is None else absolute, combine)  # type: ignore[arg-type]


def random_tolerance(random: Random, number: int) -> Tolerance:
    measures: dict[str, Sides] = {}
    for measure in random.sample(
        ["quantity_received", "quantity_accepted", "quantity_ordered", "amount", "charge", "delivery", "date", *SIGNED],
        5,
    ):
        absolutes, percents = (DAYS, []) if measure == "date" else (ABSOLUTES, PERCENTS)
        over = random_limit(random, absolutes, percents) if random.random() < 0.8 else None
        under = random_limit(random, absolutes, percents) if random.random() < 0.5 else None
        two_sided = measure in SIGNED or measure == "delivery"
        measures[measure] = Sides(over, under if two_sided else None)
    when = line_condition(random.choice(LINE_WHENS)) if random.random() < 0.5 else None
    return Tolerance(f"tolerance {number}", measures, when)
