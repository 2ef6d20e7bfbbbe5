"""What makes a process that does one thing quick: rarely looking for garbage, and openpyxl without numpy."""

from __future__ import annotations

import gc
import sys
from decimal import Decimal
from types import ModuleType

_MANY = 200_000
"""Objects made and kept until Python looks for cycles among them: a run makes few, and what modules are is never one.
Looking after each 700, as is usual (and as large runs do, engine/memory.py), is a fifth of what importing takes."""


def be_quick() -> None:
    """Set this process up; for the command only, as others who use openpyxl may give it numpy's numbers."""
    gc.set_threshold(_MANY, 10, 10)
    sys.modules.setdefault("openpyxl.compat.numbers", _plain_numbers())


def _plain_numbers() -> ModuleType:
    """Return what openpyxl's module of this name is where there is no numpy: importing that is a twelfth of the sample's run."""
    numbers = ModuleType("openpyxl.compat.numbers")
    vars(numbers).update(NUMERIC_TYPES=(int, float, Decimal), NUMPY=False)
    return numbers
