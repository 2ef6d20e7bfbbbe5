"""A message of a queue becomes events; one that cannot be read becomes a letter, and holds nothing that is behind it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.records import parsed
from recon.run.live.events import events_or_letter, unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.events import Event


def events_of_message(data: bytes, feed: Feed, rules: Rules, mark: Callable[[str], str]) -> list[Event]:
    """Return the documents of a message: a record, or a list of them."""
    try:
        told = parsed(data, feed.name)
    except SourceError as error:
        return [unread(_text(data), feed, error, mark)]
    records = told if isinstance(told, list) else [told]
    return [event for record in records for event in events_or_letter(record, feed, rules, mark)]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(data).decode()}"
