"""What a live run says of what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.report.words import several

if TYPE_CHECKING:
    from recon.store.applied import Applied


def taken_in(documents: int, repeated: int) -> str:
    """Return how many documents came: `1 document, 0 known already`."""
    return f"{several(documents, 'document')}, {repeated:,} known already"


def applied(done: Applied) -> str:
    """Return what became of events: `2 events applied, 2 documents changed, 5 matched again`."""
    dead = f", {done.dead:,} could not be applied (`recon dead RULES list`)" if done.dead else ""
    return f"{several(done.events, 'event')} applied, {several(done.changed, 'document')} changed, {done.matched:,} matched again{dead}"
