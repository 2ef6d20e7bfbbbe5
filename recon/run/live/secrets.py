"""Secrets that rules name and do not hold: `${NAME}` is what the environment variable of that name holds."""

from __future__ import annotations

import os
import re
from pathlib import Path

from recon.errors import RulesError

_NAMED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def revealed(named: str, whose: str) -> str:
    """Return a text with what each `${NAME}` in it stands for: the variable NAME, or the file that NAME_FILE names.

    Raises RulesError, which names the variable and never its value.
    """
    return _NAMED.sub(lambda found: _value(found[1], whose), named)


def _value(name: str, whose: str) -> str:
    value = os.environ.get(name, "") or _of_file(os.environ.get(f"{name}_FILE", ""), name, whose)
    if not value:
        raise RulesError(f"the environment variable {name} is not set", whose, f"Set it, or {name}_FILE to a file that holds it: {whose} needs it.")  # fmt: skip
    return value


def _of_file(path: str, name: str, whose: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"the file that {name}_FILE names cannot be read: {type(error).__name__}", whose, "Name a file of text that holds the secret alone.") from None  # fmt: skip
