"""The time, as the store keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the time: UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
