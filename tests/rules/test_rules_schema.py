"""The schema for editors says what the reader does."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml

from recon.rules.file import rules_schema
from tests.kit.places import PROJECT

RULES = PROJECT / "rules"


def written(name: str) -> Any:
    """Return a rules file as an editor sees it: YAML 1.2, in which `on` is a word and no truth value."""
    return yaml.safe_load((RULES / name).read_text(encoding="utf-8").replace("on: [", '"on": ['))


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Validate by the few words of JSON Schema that ours uses."""
    types = {
        "object": dict,
        "array": list,
        "string": str,
        "number": (int, float),
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    checks = [
        not wanted or any(isinstance(value, types[name]) for name in wanted),
        "enum" not in schema or value in schema["enum"],
        "anyOf" not in schema or any(fits(value, option) for option in schema["anyOf"]),
        not isinstance(value, list) or len(value) >= schema.get("minItems", 0),
        not isinstance(value, list) or all(fits(item, schema.get("items", {})) for item in value),
        not isinstance(value, dict) or _keys_fit(value, schema),
        not isinstance(value, int) or schema.get("minimum", value) <= value <= schema.get("maximum", value),
    ]
    return all(checks)


def _keys_fit(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    rest = [item for key, item in value.items() if key not in known]
    rest_fits = not rest if other is False else other is True or all(fits(item, other) for item in rest)
    named = all(fits(item, known[key]) for key, item in value.items() if key in known)
    return named and rest_fits and set(schema.get("required", [])) <= set(value)


@pytest.mark.parametrize("name", ["standard.yaml", "strict.yaml"])
def test_the_rules_that_ship_fit_the_schema(name: str) -> None:
    assert fits(written(name), rules_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"tolerences": []},
        {"duplicates": {"days": -1}},
        {"severities": {"price_variance": "block"}},
        {"severities": {"price_varience": "hold"}},
        {"links": []},
        {"tolerances": [{"name": "a", "price": {"percent": 2}}]},
        {"tolerances": [{"price": None}]},
        {"sources": {"orders": {"files": "o.csv"}, "invoices": {"file": "i.csv"}}},
    ],
    ids=str,
)
def test_what_the_reader_refuses_does_not_fit_the_schema(change: dict[str, Any]) -> None:
    good = written("standard.yaml")
    assert not fits({**good, **change}, rules_schema())


def test_the_schema_is_plain_json_and_describes_every_key() -> None:
    schema = json.loads(json.dumps(rules_schema()))
    assert all(value["description"] for value in schema["properties"].values())
    assert not any(isinstance(value, Decimal) for value in schema.values())
