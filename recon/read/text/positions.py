"""Where bytes stand in a text: a block at a time, so that what is computed of it stays in the processor's cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Positions = npt.NDArray[np.uint32] | npt.NDArray[np.int64]

BLOCK = 1 << 20
RARE = 100_000
"""Up to so many are searched for one by one, which is quicker than to compare every byte."""


def positions(text: bytes, wanted: bytes) -> Positions:
    """Return where any of the bytes `wanted` stand in `text`, in order."""
    import numpy as np

    if len(wanted) == 1 and (few := _few(text, wanted)) is not None:
        return np.array(few, np.int64)
    kind = np.uint32 if len(text) < 1 << 32 else np.int64
    whole, found = np.frombuffer(text, np.uint8), [np.empty(0, kind)]
    for start in range(0, len(text), BLOCK):
        block = whole[start : start + BLOCK]
        hit = block == wanted[0]
        for other in wanted[1:]:
            hit |= block == other
        found.append((np.flatnonzero(hit) + start).astype(kind))
    return np.concatenate(found)


def _few(text: bytes, byte: bytes) -> list[int] | None:
    found: list[int] = []
    at = text.find(byte)
    while at >= 0 and len(found) < RARE:
        found.append(at)
        at = text.find(byte, at + 1)
    return found if at < 0 else None
