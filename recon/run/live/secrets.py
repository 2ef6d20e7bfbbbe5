"""Secrets that rules name and do not hold: `${NAME}` is what the environment variable of that name holds."""

from __future__ import annotations

import os

from recon.errors import RulesError


def revealed(named: str, whose: str) -> str:
    """Return what `${NAME}` stands for; other text is itself. Raises RulesError, which names the variable and never its value."""
    if not (named.startswith("${") and named.endswith("}")):
        return named
    value = os.environ.get(named[2:-1], "")
    if not value:
        raise RulesError(f"the environment variable {named[2:-1]} is not set", whose, f"Set it: {whose} needs it.")
    return value
