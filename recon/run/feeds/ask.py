"""One question to a system over HTTP, and which answers pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSES = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Answers after which the same question may be answered a little later."""


@dataclass(frozen=True)
class Ask:
    """One question: `body` is posted as JSON, without it recon gets."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
