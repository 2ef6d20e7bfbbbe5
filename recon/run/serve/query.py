"""What a request asks for beside its path: parameters that are known, whole numbers in their bounds, and where a page begins."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from recon.errors import did_you_mean
from recon.run.serve.refused import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST, USUAL = 1_000, 100
LONGEST = 500


class Query:
    """The parameters of a request, and the parts of its path. Raises RefusedError (400) for what means nothing."""

    def __init__(self, told: Mapping[str, str], path: Mapping[str, str], known: Sequence[str]) -> None:
        for name, value in told.items():
            if name not in known:
                raise RefusedError(400, f"there is no parameter of that name here{did_you_mean(name[:40], list(known))}; there are: {', '.join(known) or 'none'}")  # fmt: skip
            if len(value) > LONGEST:
                raise RefusedError(400, f"'{name}' is too long")
        self._told, self.path = told, path

    def text(self, name: str) -> str:
        """Return a text; empty where it is not asked for."""
        return self._told.get(name, "").strip()

    def word(self, name: str, known: Sequence[str]) -> str:
        """Return one of some words; empty where none is asked for."""
        text = self.text(name)
        if text and text not in known:
            raise RefusedError(400, f"'{name}' is one of {', '.join(known)}{did_you_mean(text[:40], list(known))}" if len(known) < 9 else f"'{name}' is none that is known{did_you_mean(text[:40], list(known))}")  # fmt: skip
        return text

    def whole(self, name: str, usual: int, most: int = 2**62) -> int:
        """Return a whole number from 0 to `most`."""
        text = self.text(name)
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most):
            raise RefusedError(400, f"'{name}' is a whole number of at most {most:,}")
        return int(text)

    @property
    def limit(self) -> int:
        """How many rows a page has."""
        return max(1, self.whole("limit", USUAL, MOST))

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """Return where the page begins, values of these kinds; None at the start."""
        text = self.text("cursor")
        if not text:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, ValueError, RecursionError):
            values = None
        if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
            raise RefusedError(400, "the cursor is not one that this path gave")
        return tuple(values)


def cursor(*values: Any) -> str:
    """Return where the next page begins, as `after` reads it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
