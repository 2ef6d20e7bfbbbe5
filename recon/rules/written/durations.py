"""Lengths of time as rules write them: 2s, 500ms, 5m, 1h."""

from __future__ import annotations

import re
from decimal import Decimal

from recon.errors import RulesError
from recon.rules.written.kinds import Parsed

UNITS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}


def duration(text: str) -> Decimal:
    """Return seconds: `2s`, `500ms`, `5m`, `1h`. Raises RulesError."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(ms|s|m|h)", text)
    if found is None:
        raise RulesError(f"'{text}' is no length of time", hint="As 2s, 500ms, 5m or 1h.")
    return Decimal(found[1]) * UNITS[found[2]]


DURATION = Parsed("a length of time", duration)
