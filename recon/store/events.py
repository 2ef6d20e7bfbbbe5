"""Events: what feeds say of documents, and what becomes of it in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DOCUMENT, PARTIAL, DELETED, NOTICE = "document", "partial", "deleted", "notice"
KINDS = (DOCUMENT, PARTIAL, DELETED, NOTICE)
"""A document whole, some lines of one that waits for the others, that there is none any more, that one is to be fetched."""


@dataclass(frozen=True)
class Event:
    """What a feed says of one document.

    `table`: the source's name in the rules (`orders`). `key`: the document's, within its table. `version`: that of its
    system, the greater one wins; empty: the later one does. `event_id`: what makes a repetition one; empty: feed, key,
    version and content do. `payload`: `{"records": [...]}` as they came, or `{"lines": [...], "rejects": [...]}` as read
    from a file. `known_at`: when its system knew it (ISO 8601, UTC).
    """

    feed: str
    table: str
    key: str
    payload: dict[str, Any]
    version: str = ""
    event_id: str = ""
    kind: str = DOCUMENT
    known_at: str = ""


@dataclass(frozen=True)
class Accepted:
    """What became of an event: its place in the log, or that of the one that it repeats.

    `conflict`: why it cannot be true beside what came before, empty where it can. One that was kept all the same is never
    applied: it is a dead letter.
    """

    seq: int
    repeated: bool
    conflict: str = ""


@dataclass(frozen=True)
class Logged:
    """An event in the log. `payload` is None where it was erased; `conflicts` with that earlier one, 0 with none."""

    seq: int
    event: Event
    payload: dict[str, Any] | None
    received_at: str
    sha256: str = ""
    conflicts: int = 0
